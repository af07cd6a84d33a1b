//! Agent specs: Markdown sections, as Paracle's `AgentSpecValidator` and `AgentMetadata` read them.
//!
//! Both go line by line: a heading is a heading inside a code fence as well, and of two sections with
//! one name the last counts.

use std::collections::HashMap;

use super::Problem;
use crate::text::quote;

/// What lists show of an agent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agent {
    /// The first `# ` heading. Empty where there is none.
    pub title: String,
    /// The first line under `## Role`. Empty where there is none.
    pub role: String,
    /// The first five `### ` headings under `## Responsibilities`, in lower case.
    pub capabilities: Vec<String>,
}

/// The sections that a spec must have.
const REQUIRED: [&str; 4] = [
    "Role",
    "Governance Integration",
    "Skills",
    "Responsibilities",
];

/// What the governance section must speak of.
const GOVERNANCE: [&str; 2] = ["Before Starting Any Task", "After Completing Work"];

/// The files that a spec should name.
const REFERENCES: [&str; 3] = [
    ".parac/memory/context/current_state.yaml",
    ".parac/roadmap/roadmap.yaml",
    ".parac/memory/logs/agent_actions.log",
];

/// Why `id` cannot be an agent's, if it cannot: a small letter, then small letters, digits and
/// hyphens, at most 64. Paracle skips specs that are called `schema` or `template`.
pub fn check_id(id: &str) -> Result<(), String> {
    if matches!(id, "schema" | "template") {
        return Err(format!("Paracle skips an agent that is called {id:?}"));
    }
    super::check_stem(
        id,
        |c| matches!(c, 'a'..='z' | '0'..='9' | '-'),
        "`-` (small letters only)",
    )
}

/// A `## ` section: the line of its heading, and its text.
struct Section<'a> {
    line: usize,
    lines: Vec<&'a str>,
}

impl Section<'_> {
    fn text(&self) -> String {
        self.lines.join("\n").trim().to_owned()
    }
}

/// Reads the spec of agent `id`, and says what Paracle would say of it.
pub fn read(id: &str, text: &str) -> (Agent, Vec<Problem>) {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.split('\n').collect();
    let agent = described(&lines);
    let sections = sections(&lines);
    let mut problems = Vec::new();
    check_title(id, &lines, &mut problems);
    check_sections(&sections, &mut problems);
    check_references(&text, &sections, &mut problems);
    (agent, problems)
}

fn described(lines: &[&str]) -> Agent {
    let mut agent = Agent::default();
    let (mut in_role, mut in_responsibilities) = (false, false);
    for line in lines {
        if line.starts_with("# ") && agent.title.is_empty() {
            agent.title = line[2..].trim().to_owned();
        } else if line.starts_with("## ") {
            in_role = line.starts_with("## Role");
            in_responsibilities = line.starts_with("## Responsibilities");
        } else if in_role && !line.trim().is_empty() && !line.starts_with('#') {
            if agent.role.is_empty() {
                agent.role = line.trim().to_owned();
            }
        } else if let Some(heading) = line.strip_prefix("### ")
            && in_responsibilities
            && !heading.trim().is_empty()
            && agent.capabilities.len() < 5
        {
            agent.capabilities.push(heading.trim().to_lowercase());
        }
    }
    agent
}

fn sections<'a>(lines: &[&'a str]) -> HashMap<String, Section<'a>> {
    let mut sections: HashMap<String, Section<'a>> = HashMap::new();
    let mut current: Option<String> = None;
    for (index, line) in lines.iter().enumerate() {
        if let Some(heading) = line.strip_prefix("## ") {
            let name = heading.trim();
            let name = ["(required)", "(optional)"]
                .iter()
                .find_map(|mark| name.strip_suffix(mark))
                .map_or(name, str::trim_end);
            current = Some(name.to_owned()).filter(|name| !name.is_empty());
            if let Some(name) = &current {
                let section = Section {
                    line: index + 1,
                    lines: Vec::new(),
                };
                sections.insert(name.clone(), section);
            }
        } else if let Some(section) = current.as_ref().and_then(|name| sections.get_mut(name)) {
            section.lines.push(line);
        }
    }
    sections
}

fn check_title(id: &str, lines: &[&str], problems: &mut Vec<Problem>) {
    let heading = lines
        .iter()
        .enumerate()
        .find_map(|(index, line)| Some((index + 1, line.strip_prefix("# ")?)))
        .filter(|(_, rest)| !rest.is_empty());
    let Some((line, title)) = heading else {
        let help = "start the spec with a line like `# Code Reviewer Agent`";
        problems.push(Problem::fatal(0, "there is no title", help));
        return;
    };
    let title = title.trim();
    let folded = title.to_lowercase().replace(' ', "-").replace("-agent", "");
    let id = id.to_lowercase();
    if !folded.contains(&id) && !id.contains(&folded) {
        let message = format!("the title {} does not name the agent {id:?}", quote(title));
        let help = format!("let the title say {:?}", id.replace('-', " "));
        problems.push(Problem::warning(line, message, help));
    }
}

fn check_sections(sections: &HashMap<String, Section<'_>>, problems: &mut Vec<Problem>) {
    for name in REQUIRED {
        check_section(name, sections, problems);
    }
}

fn check_section(name: &str, sections: &HashMap<String, Section<'_>>, problems: &mut Vec<Problem>) {
    let Some(section) = sections.get(name) else {
        let message = format!("there is no section `## {name}`");
        problems.push(Problem::fatal(0, message, format!("add `## {name}`")));
        return;
    };
    let text = section.text();
    if text.is_empty() {
        let message = format!("the section `## {name}` is empty");
        let help = "say under the heading what Paracle expects there";
        problems.push(Problem::fatal(section.line, message, help));
        return;
    }
    match name {
        "Governance Integration" => {
            let lower = text.to_lowercase();
            for wanted in GOVERNANCE {
                if !lower.contains(&wanted.to_lowercase()) {
                    let message = format!("the governance section lacks {wanted:?}");
                    let help = format!("add `### {wanted}` to it");
                    problems.push(Problem::fatal(section.line, message, help));
                }
            }
        }
        "Skills" | "Responsibilities" if !has_bullet(&text) => {
            let message = format!("the section `## {name}` lists nothing");
            let help = "list what belongs there, each on a line that starts with `- `";
            problems.push(Problem::fatal(section.line, message, help));
        }
        _ => {}
    }
    let is_category = |line: &str| line.strip_prefix("### ").is_some_and(|l| !l.is_empty());
    if name == "Responsibilities" && !text.split('\n').any(is_category) {
        let message = "the section `## Responsibilities` has no categories";
        let help = "group its items under headings like `### Correctness`";
        problems.push(Problem::warning(section.line, message, help));
    }
}

/// The required sections that `text` lacks or that Paracle would refuse, in the order Paracle names
/// them. One that is added below all others counts in their stead.
pub fn lacking(text: &str) -> Vec<&'static str> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.split('\n').collect();
    let sections = sections(&lines);
    let is_lacking = |name: &&str| {
        let mut problems = Vec::new();
        check_section(name, &sections, &mut problems);
        problems.iter().any(|problem| problem.fatal)
            || *name == "Governance Integration" && !text.contains(".parac/")
    };
    REQUIRED.into_iter().filter(is_lacking).collect()
}

/// A `-` or `*` that starts a line and has something after it, on that line or a later one.
fn has_bullet(text: &str) -> bool {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let rest = &text[offset..];
        offset += line.len();
        if let Some(after) = rest.trim_start().strip_prefix(['-', '*'])
            && after.starts_with(char::is_whitespace)
            && !after.trim_start().is_empty()
        {
            return true;
        }
    }
    false
}

fn check_references(
    text: &str,
    sections: &HashMap<String, Section<'_>>,
    problems: &mut Vec<Problem>,
) {
    let line = sections
        .get("Governance Integration")
        .map_or(0, |section| section.line);
    for path in REFERENCES {
        if !text.contains(path) {
            let message = format!("`{path}` is not mentioned");
            let help = format!("say under `## Governance Integration` when to use `{path}`");
            problems.push(Problem::warning(line, message, help));
        }
    }
    if !text.contains(".parac/") {
        let help = "name the files in `.parac/` that the agent reads and writes";
        problems.push(Problem::fatal(
            line,
            "no path in `.parac/` is mentioned",
            help,
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# Reviewer Agent\n\n## Role\n\nReads a change.\nThen more.\n\n\
        ## Governance Integration\n\n### Before Starting Any Task\n\n\
        - `.parac/memory/context/current_state.yaml`, `.parac/roadmap/roadmap.yaml`\n\n\
        ### After completing work\n\n- `.parac/memory/logs/agent_actions.log`\n\n\
        ## Skills (required)\n\n- reading\n\n\
        ## Responsibilities\n\n### Correctness\n\n* Trace every path.\n";

    #[test]
    fn a_good_spec_is_described() {
        let (agent, problems) = read("reviewer", &GOOD.replace('\n', "\r\n"));
        assert_eq!(problems, []);
        assert_eq!(agent.title, "Reviewer Agent");
        assert_eq!(agent.role, "Reads a change.");
        assert_eq!(agent.capabilities, ["correctness"]);
    }

    #[test]
    fn what_the_validator_refuses_is_fatal_and_what_it_dislikes_is_not() {
        let fatal = |text: &str| {
            let (_, problems) = read("reviewer", text);
            problems.iter().filter(|p| p.fatal).count()
        };
        let warnings = |text: &str| {
            let (_, problems) = read("reviewer", text);
            problems.iter().filter(|p| !p.fatal).count()
        };
        assert_eq!(fatal(&GOOD.replace("# Reviewer Agent\n", "")), 1);
        assert_eq!(fatal(&GOOD.replace("## Role", "## The role")), 1);
        assert_eq!(fatal(&GOOD.replace("Reads a change.\nThen more.\n", "")), 1);
        assert_eq!(
            fatal(&GOOD.replace("Before Starting Any Task", "Before")),
            1
        );
        assert_eq!(fatal(&GOOD.replace("- reading", "reading")), 1);
        assert_eq!(fatal(&GOOD.replace("* Trace", "Trace")), 1);
        assert_eq!(fatal(&GOOD.replace(".parac/", "")), 1);
        assert_eq!(fatal(""), 6);
        assert_eq!(warnings(&GOOD.replace("Reviewer Agent", "Coder")), 1);
        assert_eq!(warnings(&GOOD.replace("### Corr", "Corr")), 1);
        assert_eq!(warnings(&GOOD.replace("agent_actions.log", "x.log")), 1);
    }

    #[test]
    fn ids_start_with_a_letter() {
        assert_eq!(check_id("reviewer-2"), Ok(()));
        for bad in [
            "",
            "2fast",
            "Reviewer",
            "re_view",
            "schema",
            "con",
            &"a".repeat(65),
        ] {
            assert!(check_id(bad).is_err(), "{bad:?}");
        }
    }
}
