//! One component of each kind, as Paracle's own loaders want it.

use super::package::quoted;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Agent,
    Skill,
    Workflow,
    Integration,
    Project,
}

impl Kind {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Agent => "agent",
            Kind::Skill => "skill",
            Kind::Workflow => "workflow",
            Kind::Integration => "integration",
            Kind::Project => "project",
        }
    }

    /// The folder below `templates/`.
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Kind::Agent => "agents",
            Kind::Skill => "skills",
            Kind::Workflow => "workflows",
            Kind::Integration => "integrations",
            Kind::Project => "projects",
        }
    }
}

/// What a component is about. The texts are plain prose.
pub(crate) struct Component<'a> {
    pub(crate) id: &'a str,
    pub(crate) summary: &'a str,
    pub(crate) prose: &'a str,
}

/// Files by path in the package, and what its manifest says of them.
type Files = (Vec<(String, String)>, String);

impl Component<'_> {
    pub(crate) fn files(&self, kind: Kind) -> Files {
        match kind {
            Kind::Agent => self.agent(),
            Kind::Skill => self.skill(),
            Kind::Workflow => self.workflow(),
            Kind::Integration => self.integration(),
            Kind::Project => self.project(),
        }
    }

    fn agent(&self) -> Files {
        let Component { id, summary, .. } = self;
        let path = format!("agents/{id}.md");
        let role = quoted(summary);
        let table =
            format!("\n[agents.{id}]\nrole = {role}\ntools = [\"read_file\"]\nskills = []\n");
        (vec![(path, self.spec(id))], table)
    }

    fn spec(&self, id: &str) -> String {
        let Component { summary, prose, .. } = self;
        format!(
            "# {id} agent\n\n## Role\n\n{summary}\n\n## Governance Integration\n\n\
             ### Before Starting Any Task\n\n\
             1. Read `.parac/memory/context/current_state.yaml`.\n\
             2. Read `.parac/roadmap/roadmap.yaml`.\n\n\
             ### After Completing Work\n\n\
             1. Append a line to `.parac/memory/logs/agent_actions.log`.\n\n\
             ## Skills\n\n- none of its own\n\n\
             ## Responsibilities\n\n### Work\n\n- {summary}\n- {prose}\n"
        )
    }

    fn skill(&self) -> Files {
        let Component { id, summary, prose } = self;
        let described = quoted(summary);
        let text = format!(
            "---\nname: {id}\ndescription: {described}\nlicense: see the package\nmetadata:\n  \
             category: analysis\n  level: basic\n---\n\n# {id}\n\n{summary}\n\n## What to know\n\n{prose}\n"
        );
        (vec![(format!("skills/{id}/SKILL.md"), text)], String::new())
    }

    fn workflow(&self) -> Files {
        let Component { id, summary, prose } = self;
        let described = quoted(summary);
        let text = format!(
            "name: {id}\ndescription: {described}\nversion: \"1.0.0\"\n\
             inputs:\n  topic:\n    type: string\n    required: true\n\
             steps:\n  - id: collect\n    name: Collect\n    agent: {id}-worker\n    prompt: |\n      \
             {prose}\n      Collect what is known of {{{{topic}}}}.\n    outputs: [notes]\n  \
             - id: conclude\n    name: Conclude\n    agent: {id}-worker\n    depends_on: [collect]\n    \
             inputs:\n      notes: $collect\n    prompt: |\n      {summary}\n      \
             Conclude from {{{{notes}}}}.\n    outputs: [result]\n\
             outputs:\n  result:\n    source: steps.conclude.outputs.result\n"
        );
        let worker = format!("{id}-worker");
        let tables = format!(
            "\n[agents.{worker}]\nrole = \"Worker\"\ntools = [\"read_file\"]\nskills = []\n\n\
             [workflows.{id}]\ncategory = \"work\"\ntags = [\"debian\"]\n"
        );
        let files = vec![
            (format!("workflows/{id}.yaml"), text),
            (format!("agents/{worker}.md"), self.spec(&worker)),
        ];
        (files, tables)
    }

    fn integration(&self) -> Files {
        let Component { id, summary, .. } = self;
        let described = quoted(summary);
        let text = format!(
            "format = 1\nid = \"{id}\"\nname = \"{id}\"\ndescription = {described}\n\
             command = \"{id}-server\"\nargs = [\"--stdio\"]\ntools-prefix = \"{}\"\n",
            id.replace('-', "_")
        );
        let tables = format!("\n[uses]\ncommands = [\"{id}-server\"]\n");
        (vec![(format!("mcp/{id}.toml"), text)], tables)
    }

    fn project(&self) -> Files {
        let Component { id, summary, prose } = self;
        let (name, described) = (quoted(id), quoted(summary));
        let yaml = format!(
            "name: {name}\nversion: \"0.1.0\"\ndescription: {described}\nschema_version: \"1.0\"\n\n\
             defaults:\n  model_provider: openai\n  default_model: gpt-4o-mini\n"
        );
        let files = vec![
            ("project/.parac/project.yaml".to_owned(), yaml),
            (
                format!("project/docs/{id}.md"),
                format!("# {id}\n\n{prose}\n"),
            ),
            (
                "project/src/main.py".to_owned(),
                "print(\"hello\")\n".to_owned(),
            ),
        ];
        (files, String::new())
    }
}
