//! Workflows: YAML as Paracle's `WorkflowLoader` reads it and its engine runs it.
//!
//! What the loader, the step graph or an approval would fail on is fatal. What the engine accepts and
//! then ignores, keys and expressions alike, is a warning: the author meant something by it.

use std::{collections::HashMap, rc::Rc};

use super::{
    Problem,
    skill::is_object,
    yaml::{self, Node, Value},
};
use crate::{raw::nearest, text::quote};

mod approval;
mod expressions;
mod graph;

/// What a workflow says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workflow {
    /// Its name, which is its file's stem.
    pub name: String,
    /// What it does. Empty where it does not say.
    pub description: String,
    /// Its steps, in the order written.
    pub steps: Vec<Step>,
    /// The names of its inputs.
    pub inputs: Vec<String>,
    /// The names of its outputs.
    pub outputs: Vec<String>,
}

/// One step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Its id; its name where it has none.
    pub id: String,
    /// The agent that does it.
    pub agent: String,
    /// The steps it waits for.
    pub depends_on: Vec<String>,
    /// The line it starts on.
    pub line: usize,
}

/// What the engine reads of a workflow, and what says something to people only.
const KEYS: [&str; 9] = [
    "name",
    "description",
    "steps",
    "inputs",
    "outputs",
    "config",
    "version",
    "metadata",
    "id",
];
/// What the engine reads of a step; `description` says something to people only.
const STEP_KEYS: [&str; 11] = [
    "id",
    "name",
    "agent",
    "prompt",
    "inputs",
    "outputs",
    "depends_on",
    "config",
    "requires_approval",
    "approval_config",
    "description",
];
/// Keys of steps that many files have, and what to do instead.
const IGNORED: [(&str, &str); 8] = [
    ("task", "say it in `prompt`"),
    ("condition", "the step always runs; let the prompt decide"),
    ("model", "put it under `config:`"),
    ("provider", "put it under `config:`"),
    ("input", "write `inputs:`"),
    ("output", "write `outputs:`"),
    (
        "tools",
        "an agent's tools stand in its entry in paracle.toml",
    ),
    (
        "skills",
        "an agent's skills stand in its entry in paracle.toml",
    ),
];

/// Reads the workflow `id`, and says what Paracle would say of it. A workflow is given where the file
/// is a mapping with steps, even if some of them are wrong.
pub fn read(id: &str, text: &str) -> (Option<Workflow>, Vec<Problem>) {
    let refused = |line, message: String, help: &str| {
        let problems = vec![Problem::fatal(line, message, help)];
        (None, problems)
    };
    let node = match yaml::parse(text) {
        Ok(Some(node)) if !node.is_empty() => node,
        Ok(_) => return refused(0, "the file is empty".into(), "write `name:` and `steps:`"),
        Err(error) => {
            let message = format!("not YAML that Paracle reads: {}", error.message);
            let help = "correct it; text that holds `: ` or starts with a special character goes \
                        into quotes or below `|`";
            return refused(error.line, message, help);
        }
    };
    if node.map().is_none() {
        let message = format!("the file holds {}, not a mapping", node.kind());
        return refused(1, message, "write `name:` and `steps:` at its left edge");
    }
    let mut reader = Reader::default();
    let workflow = reader.workflow(id, &node);
    reader.problems.sort_by_key(|problem| problem.line);
    (workflow, reader.problems)
}

#[derive(Default)]
struct Reader {
    problems: Vec<Problem>,
}

impl Reader {
    fn refuse(&mut self, line: usize, message: impl Into<String>, help: &str) {
        self.problems.push(Problem::fatal(line, message, help));
    }

    fn warn(&mut self, line: usize, message: impl Into<String>, help: &str) {
        self.problems.push(Problem::warning(line, message, help));
    }

    fn workflow(&mut self, id: &str, node: &Node) -> Option<Workflow> {
        let name = self.name(id, node);
        let description = match node.get("description") {
            None => String::new(),
            Some(value) if matches!(value.value, Value::Null) => String::new(),
            Some(value) => self.text(value, "description").unwrap_or_default(),
        };
        let inputs = self.names(node, "inputs");
        let outputs = self.names(node, "outputs");
        self.object(node, "config", "the workflow");
        self.unknown_keys(node, &KEYS, "the workflow");
        let nodes = self.step_nodes(node)?;
        let steps: Vec<(Step, &Node)> = nodes
            .iter()
            .filter_map(|step| Some((self.step(step)?, &**step)))
            .collect();
        graph::check(&steps, self);
        expressions::check(node, &inputs, &steps, self);
        Some(Workflow {
            name,
            description: description.trim().to_owned(),
            steps: steps.into_iter().map(|(step, _)| step).collect(),
            inputs,
            outputs,
        })
    }

    fn name(&mut self, id: &str, node: &Node) -> String {
        let Some(value) = node.get("name") else {
            return id.to_owned();
        };
        let name = self.text(value, "name").unwrap_or_default();
        if name != id && value.text().is_some() {
            let message = format!("the workflow {} lies in {id}.yaml", quote(&name));
            let help = "let `name` and the file's name be the same: Paracle looks it up by both";
            self.refuse(value.line, message, help);
        }
        name
    }

    fn text(&mut self, value: &Node, key: &str) -> Option<String> {
        if value.text().is_none() {
            let message = format!("`{key}` is {}, not text", value.kind());
            self.refuse(value.line, message, "put it in quotes");
        }
        value.text().map(str::to_owned)
    }

    /// A mapping whose keys are text, where the key is there at all.
    fn object<'n>(&mut self, node: &'n Node, key: &str, whose: &str) -> Option<&'n Node> {
        let value = node.get(key)?;
        if is_object(value) {
            return Some(value);
        }
        let bad_key = value
            .map()
            .and_then(|pairs| pairs.iter().find(|(key, _)| key.text().is_none()));
        let (line, message) = match bad_key {
            Some((bad, _)) => (
                bad.line,
                format!("a key in `{key}` of {whose} is {}, not text", bad.kind()),
            ),
            None => (
                value.line,
                format!("`{key}` of {whose} is {}, not a mapping", value.kind()),
            ),
        };
        let help = "write lines like `name: value` under it, the names in quotes where YAML takes \
                    them for something else; leave it out where there is nothing to say";
        self.refuse(line, message, help);
        None
    }

    fn names(&mut self, node: &Node, key: &str) -> Vec<String> {
        let object = self.object(node, key, "the workflow");
        let pairs = object.and_then(Node::map).unwrap_or_default();
        let mut names: Vec<String> = pairs
            .iter()
            .filter_map(|(key, _)| key.text())
            .map(str::to_owned)
            .collect();
        let mut seen = std::collections::HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        names
    }

    fn step_nodes<'n>(&mut self, node: &'n Node) -> Option<&'n [Rc<Node>]> {
        let help = "list at least one step with an `id:` and an `agent:`";
        match node.get("steps") {
            Some(steps) if steps.list().is_some() && !steps.is_empty() => steps.list(),
            Some(steps) => {
                let message = match steps.is_empty() {
                    true => "there are no steps".to_owned(),
                    false => format!("`steps` is {}, not a list", steps.kind()),
                };
                self.refuse(steps.line, message, help);
                None
            }
            None => {
                self.refuse(0, "there are no `steps`", help);
                None
            }
        }
    }

    fn step(&mut self, node: &Node) -> Option<Step> {
        if node.map().is_none() {
            let message = format!("a step is {}, not a mapping", node.kind());
            self.refuse(
                node.line,
                message,
                "give each step an `id:` and an `agent:`",
            );
            return None;
        }
        let written = |key: &str| node.get(key).filter(|value| !value.is_empty());
        let Some(id) = written("id").or_else(|| written("name")) else {
            let help = "give it an `id:`";
            self.refuse(node.line, "a step has neither `id` nor `name`", help);
            return None;
        };
        let id = self.text(id, "id")?;
        if let Some(name) = written("name") {
            self.text(name, "name");
        }
        let whose = format!("step {}", quote(&id));
        let agent = match written("agent") {
            Some(agent) => self.text(agent, "agent").unwrap_or_default(),
            None => {
                let help = "name the agent that does it";
                self.refuse(node.line, format!("{whose} has no `agent`"), help);
                String::new()
            }
        };
        if let Some(prompt) = node.get("prompt")
            && !matches!(prompt.value, Value::Null)
        {
            self.text(prompt, "prompt");
        }
        self.object(node, "inputs", &whose);
        self.object(node, "config", &whose);
        self.step_outputs(node, &whose);
        let depends_on = self.depends_on(node, &whose);
        approval::check(node, &whose, self);
        self.unknown_keys(node, &STEP_KEYS, &whose);
        Some(Step {
            id,
            agent,
            depends_on,
            line: node.line,
        })
    }

    /// A list of names, or a mapping.
    fn step_outputs(&mut self, node: &Node, whose: &str) {
        let Some(outputs) = node.get("outputs") else {
            return;
        };
        let Some(list) = outputs.list() else {
            self.object(node, "outputs", whose);
            return;
        };
        if let Some(bad) = list.iter().find(|item| item.text().is_none()) {
            let message = format!("an output of {whose} is {}, not a name", bad.kind());
            self.refuse(bad.line, message, "list names, in quotes if need be");
        }
    }

    fn depends_on(&mut self, node: &Node, whose: &str) -> Vec<String> {
        let Some(value) = node.get("depends_on") else {
            return Vec::new();
        };
        let help = "list ids of steps: `depends_on: [first, second]`";
        let Some(list) = value.list() else {
            let message = format!("`depends_on` of {whose} is {}, not a list", value.kind());
            self.refuse(value.line, message, help);
            return Vec::new();
        };
        if let Some(bad) = list.iter().find(|item| item.text().is_none()) {
            let message = format!("`depends_on` of {whose} holds {}", bad.kind());
            self.refuse(bad.line, message, help);
        }
        list.iter()
            .filter_map(|item| item.text())
            .map(str::to_owned)
            .collect()
    }

    fn unknown_keys(&mut self, node: &Node, known: &[&'static str], whose: &str) {
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for (key, _) in node.map().unwrap_or_default() {
            let text = key.text().unwrap_or_default();
            if !known.contains(&text) {
                let help = match IGNORED.iter().find(|(ignored, _)| *ignored == text) {
                    Some((_, help)) if known.len() == STEP_KEYS.len() => (*help).to_owned(),
                    _ => match nearest(text, known.iter().copied()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "remove it, or say it in a comment".to_owned(),
                    },
                };
                let message = format!("the engine ignores {} of {whose}", quote(text));
                self.warn(key.line, message, &help);
            } else if let Some(first) = seen.insert(text, key.line) {
                let message = format!("`{text}` of {whose} stands in line {first} as well");
                self.warn(key.line, message, "keep one of them: only the last counts");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) const GOOD: &str = "name: review
description: Reviews a change.
version: 1.0.0
metadata: {category: quality}
inputs:
  diff: {type: string, required: true}
steps:
  - id: read
    agent: reviewer
    prompt: |
      Read this:
      {{diff}}
    outputs: [report]
  - name: report
    agent: writer
    depends_on: [read]
    inputs:
      findings: $read
    prompt: 'Write up {{findings}}.'
    requires_approval: true
    approval_config: {approvers: [lead], timeout_seconds: 600, priority: high}
outputs:
  report: {source: steps.read.outputs.report}
";

    fn check(text: &str) -> Vec<(usize, bool, String)> {
        let (_, problems) = read("review", text);
        let short = |p: Problem| (p.line, p.fatal, p.message);
        problems.into_iter().map(short).collect()
    }

    /// The one problem after a change to the good file.
    #[track_caller]
    pub(super) fn after(from: &str, to: &str) -> (usize, bool, String) {
        assert!(GOOD.contains(from), "{from}");
        let found = check(&GOOD.replacen(from, to, 1));
        assert_eq!(found.len(), 1, "{from} -> {to}: {found:?}");
        found.into_iter().next().unwrap()
    }

    #[test]
    fn a_good_workflow_is_read() {
        let (workflow, problems) = read("review", GOOD);
        assert_eq!(problems, []);
        let workflow = workflow.unwrap();
        assert_eq!(workflow.description, "Reviews a change.");
        assert_eq!(workflow.inputs, ["diff"]);
        assert_eq!(workflow.outputs, ["report"]);
        let step = &workflow.steps[1];
        assert_eq!(
            (step.id.as_str(), step.agent.as_str(), step.line),
            ("report", "writer", 14)
        );
        assert_eq!(step.depends_on, ["read"]);
    }

    #[test]
    fn what_the_loader_refuses_is_fatal() {
        for (from, to, line) in [
            ("name: review", "name: other", 1),
            ("name: review", "name: 12", 1),
            ("description: Reviews a change.", "description: [x]", 2),
            ("    agent: reviewer\n", "", 8),
            ("    outputs: [report]", "    outputs: report", 13),
            ("    outputs: [report]", "    outputs: {on: x}", 13),
            ("depends_on: [read]", "depends_on: read", 16),
            ("depends_on: [read]", "depends_on: [1]", 16),
        ] {
            let (at, fatal, message) = after(from, to);
            assert_eq!((at, fatal), (line, true), "{to}: {message}");
        }
        let step =
            "  - id: read\n    agent: reviewer\n    prompt: |\n      Read this:\n      {{diff}}\n";
        assert!(
            check(&GOOD.replace(step, "  - prompt: x\n"))
                .iter()
                .any(|p| p.1 && p.0 == 8)
        );
        let listed = GOOD.replace("  diff: {type: string, required: true}", "  - diff");
        assert_eq!((check(&listed)[0].0, check(&listed)[0].1), (6, true));
        for text in [
            "",
            "# x\n",
            "- a\n",
            "name: review\n",
            "name: review\nsteps: []\n",
            "a: {{ b }}\n",
            "name: review\nsteps: {a: b}\n",
            "name: review\nsteps: [a]\n",
        ] {
            assert!(check(text)[0].1, "{text:?}");
        }
    }

    #[test]
    fn ignored_keys_are_warned_of() {
        let (line, fatal, message) =
            after("    agent: writer", "    agent: writer\n    condition: x");
        assert_eq!((line, fatal), (16, false));
        assert!(message.contains("condition"), "{message}");
        assert_eq!(
            after("version: 1.0.0", "version: 1.0.0\non_failure: stop").0,
            4
        );
        assert!(!after("    agent: writer", "    agent: writer\n    agent: writer").1);
    }
}
