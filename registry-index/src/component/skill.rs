//! Skills: a folder with a `SKILL.md`, as Paracle's `SkillLoader` reads it.
//!
//! One skill that does not load keeps Paracle from loading any, so everything that its loader
//! refuses is fatal here. Also fatal is what the Agent Skills specification asks for and other
//! tools rely on: the name is the folder's.

use super::{
    Problem,
    yaml::{self, Node, Value},
};
use crate::{raw::nearest, text::quote};

/// What lists show of a skill.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skill {
    /// Its name, which is its folder's.
    pub name: String,
    /// When to use it, one paragraph.
    pub description: String,
}

/// The longest name of a skill or of one of its tools, in characters.
const LONGEST_NAME: usize = 64;
/// The longest description, in characters.
const LONGEST_DESCRIPTION: usize = 1_024;
/// The longest `compatibility`, in characters.
const LONGEST_COMPATIBILITY: usize = 500;
/// What messages call the skill itself.
const THE_SKILL: &str = "the skill";
/// Words that a name may not hold.
const RESERVED: [&str; 2] = ["anthropic", "claude"];
/// What front matter may say.
const KEYS: [&str; 8] = [
    "name",
    "description",
    "license",
    "compatibility",
    "metadata",
    "allowed-tools",
    "tools",
    "assigned-agents",
];
const CATEGORIES: [&str; 12] = [
    "creation",
    "analysis",
    "automation",
    "integration",
    "communication",
    "quality",
    "devops",
    "security",
    "version-control",
    "documentation",
    "testing",
    "infrastructure",
];
const LEVELS: [&str; 4] = ["basic", "intermediate", "advanced", "expert"];

/// Why `name` cannot be a skill's, if it cannot.
pub fn check_name(name: &str) -> Result<(), String> {
    let shown = quote(name);
    let inside = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-');
    if let Some(bad) = name.chars().find(|c| !inside(*c)) {
        return Err(format!(
            "{shown} holds {bad:?}; small letters, digits and single `-` are allowed"
        ));
    }
    if name.is_empty() || name.len() > LONGEST_NAME {
        return Err(format!(
            "{shown} does not have 1 to {LONGEST_NAME} characters"
        ));
    }
    if name.starts_with('-') || name.ends_with('-') || name.contains("--") {
        return Err(format!("{shown} has a `-` at an end or two in a row"));
    }
    if let Some(word) = RESERVED.iter().find(|word| name.contains(**word)) {
        return Err(format!("{shown} holds the reserved word {word:?}"));
    }
    match crate::name::is_device_name(name) {
        true => Err(format!("{shown} is a device name on Windows")),
        false => Ok(()),
    }
}

/// A `SKILL.md` in its two parts.
pub(crate) struct Parts<'a> {
    /// The YAML between the marks.
    pub(crate) front: &'a str,
    /// Lines before it.
    pub(crate) lines_before: usize,
    /// The instructions.
    pub(crate) body: &'a str,
}

/// Divides a `SKILL.md` where Paracle divides it: front matter starts in the first line and goes on
/// to the first line that starts with `---`.
pub(crate) fn divide(text: &str) -> Option<Parts<'_>> {
    let after = text.strip_prefix("---")?;
    let blank = after.len() - after.trim_start().len();
    // All white space after the mark is skipped, but less of it where nothing would follow.
    let starts = after[..blank].rmatch_indices('\n').map(|(at, _)| at + 1);
    let (start, end) = starts
        .take(64)
        .find_map(|start| Some((start, start + after[start..].find("\n---")?)))?;
    let body = &after[end + "\n---".len()..];
    Some(Parts {
        front: after[start..end].trim_end_matches('\r'),
        lines_before: after[..start].matches('\n').count(),
        body: body.trim(),
    })
}

/// Reads `SKILL.md` of the skill in `folder` (its name alone), and says what Paracle would say of it.
pub fn read(folder: &str, text: &str) -> (Option<Skill>, Vec<Problem>) {
    let Some(parts) = divide(text) else {
        let help = "start the file with `---`, `name:` and `description:` lines, and `---`";
        return (
            None,
            vec![Problem::fatal(1, "there is no front matter", help)],
        );
    };
    let node = match yaml::parse(parts.front) {
        Ok(Some(node)) if !node.is_empty() => node,
        Ok(_) => {
            let help = "give it a `name:` and a `description:`";
            return (
                None,
                vec![Problem::fatal(1, "the front matter is empty", help)],
            );
        }
        Err(error) => {
            let message = format!("the front matter is not YAML: {}", error.message);
            let help = "put text that holds `: ` or starts with a special character in quotes";
            let line = error.line + parts.lines_before;
            return (None, vec![Problem::fatal(line, message, help)]);
        }
    };
    if node.map().is_none() {
        let message = format!("the front matter is {}, not a mapping", node.kind());
        let help = "write lines like `name: my-skill`";
        return (None, vec![Problem::fatal(1, message, help)]);
    }
    let mut reader = Reader::default();
    let skill = reader.skill(folder, &node);
    for problem in &mut reader.problems {
        problem.line += parts.lines_before;
    }
    if parts.body.is_empty() {
        let help = "write below the front matter what to do";
        let line = parts.lines_before + parts.front.matches('\n').count() + 2;
        reader
            .problems
            .push(Problem::warning(line, "there are no instructions", help));
    }
    (skill, reader.problems)
}

/// What a list wants of its items.
#[derive(Clone, Copy)]
enum Items {
    Texts,
    Maps,
}

#[derive(Default)]
struct Reader {
    problems: Vec<Problem>,
}

impl Reader {
    fn refuse(&mut self, line: usize, message: String, help: &str) {
        self.problems.push(Problem::fatal(line, message, help));
    }

    fn skill(&mut self, folder: &str, node: &Node) -> Option<Skill> {
        let name = self.name(folder, node);
        let description = self.description(node, THE_SKILL, LONGEST_DESCRIPTION);
        self.optional_text(node, "license", None);
        self.optional_text(node, "compatibility", Some(LONGEST_COMPATIBILITY));
        self.optional_text(node, "allowed-tools", None);
        self.list(node, "assigned-agents", Items::Texts);
        if let Some(metadata) = node.get("metadata") {
            self.metadata(metadata);
        }
        if let Some(tools) = node.get("tools") {
            self.tools(tools);
        }
        for (key, _) in node.map().unwrap_or_default() {
            let text = key.text().unwrap_or_default();
            if !KEYS.contains(&text) {
                let help = match nearest(text, KEYS.into_iter()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "put it under `metadata:` or remove it".to_owned(),
                };
                let message = format!("Paracle ignores the key {}", quote(text));
                self.problems
                    .push(Problem::warning(key.line, message, help));
            }
        }
        Some(Skill {
            name: name?,
            description: description?,
        })
    }

    fn name(&mut self, folder: &str, node: &Node) -> Option<String> {
        let help = "give the skill its folder's name: small letters, digits and single hyphens";
        let Some(value) = node.get("name") else {
            self.refuse(1, "there is no `name`".into(), help);
            return None;
        };
        let Some(name) = value.text() else {
            self.refuse(
                value.line,
                format!("`name` is {}, not text", value.kind()),
                help,
            );
            return None;
        };
        if let Err(why) = check_name(name) {
            self.refuse(value.line, format!("`name`: {why}"), help);
        } else if name != folder {
            let message = format!("the skill {name:?} lies in the folder {}", quote(folder));
            self.refuse(value.line, message, "let the folder and `name` be the same");
        }
        Some(name.to_owned())
    }

    fn description(&mut self, node: &Node, whose: &str, longest: usize) -> Option<String> {
        let help = "say in 1 to 1024 characters what it does and when to use it";
        let Some(value) = node.get("description") else {
            self.refuse(node.line, format!("{whose} has no `description`"), help);
            return None;
        };
        let Some(text) = value.text() else {
            let message = format!("`description` is {}, not text", value.kind());
            self.refuse(value.line, message, help);
            return None;
        };
        let length = text.chars().count();
        if text.trim().is_empty() || length > longest {
            let message = format!("`description` of {whose} has {length} characters");
            self.refuse(value.line, message, help);
        }
        // Of tools, nobody minds.
        if let Some(tag) = xml_tag(text).filter(|_| whose == THE_SKILL) {
            let message = format!("`description` holds {}, which looks like a tag", quote(tag));
            self.refuse(value.line, message, "write it without `<` and `>`");
        }
        Some(text.trim().to_owned())
    }

    fn optional_text(&mut self, node: &Node, key: &str, longest: Option<usize>) {
        let Some(value) = node.get(key) else { return };
        match &value.value {
            Value::Null => {}
            Value::Text(text) => {
                let length = text.chars().count();
                if let Some(longest) = longest.filter(|longest| length > *longest) {
                    let message = format!("`{key}` has {length} characters");
                    let help = format!("shorten it to {longest}");
                    self.refuse(value.line, message, &help);
                }
            }
            _ => {
                let message = format!("`{key}` is {}, not text", value.kind());
                self.refuse(
                    value.line,
                    message,
                    "write it as one text, in quotes if need be",
                );
            }
        }
    }

    fn list(&mut self, node: &Node, key: &str, items: Items) {
        let Some(value) = node.get(key) else { return };
        let Some(list) = value.list() else {
            let message = format!("`{key}` is {}, not a list", value.kind());
            self.refuse(value.line, message, "write it as a list: `[one, two]`");
            return;
        };
        let bad = list.iter().find(|item| match items {
            Items::Texts => item.text().is_none(),
            Items::Maps => !is_object(item),
        });
        if let Some(bad) = bad {
            let wanted = match items {
                Items::Texts => "text",
                Items::Maps => "a mapping",
            };
            let message = format!("`{key}` holds {}, not {wanted}", bad.kind());
            self.refuse(
                bad.line,
                message,
                "put a word that YAML takes for something else in quotes",
            );
        }
    }

    fn metadata(&mut self, node: &Node) {
        if node.map().is_none() {
            let message = format!("`metadata` is {}, not a mapping", node.kind());
            self.refuse(
                node.line,
                message,
                "put lines like `  author: name` under it",
            );
            return;
        }
        self.optional_text(node, "author", None);
        self.optional_text(node, "display_name", None);
        self.list(node, "tags", Items::Texts);
        self.list(node, "capabilities", Items::Texts);
        self.list(node, "requirements", Items::Maps);
        for (key, known, taken_for) in [
            ("category", CATEGORIES.as_slice(), "automation"),
            ("level", LEVELS.as_slice(), "intermediate"),
        ] {
            let Some(value) = node.get(key) else { continue };
            let help = format!("use one of {}", known.join(", "));
            match value.text() {
                None => {
                    let message = format!("`{key}` is {}, not a word", value.kind());
                    self.refuse(value.line, message, &help);
                }
                Some(word) if known.contains(&word.to_lowercase().as_str()) => {}
                Some(word) => {
                    let message =
                        format!("Paracle takes the {key} {} for {taken_for:?}", quote(word));
                    self.problems
                        .push(Problem::warning(value.line, message, help));
                }
            }
        }
    }

    fn tools(&mut self, node: &Node) {
        let Some(tools) = node.list() else {
            let message = format!("`tools` is {}, not a list", node.kind());
            let help = "list tools with `name:` and `description:`; the names of tools it may \
                        call go into `allowed-tools`";
            self.refuse(node.line, message, help);
            return;
        };
        for tool in tools {
            if tool.map().is_none() {
                let message = format!("a tool is {}, not a mapping", tool.kind());
                let help = "give each tool a `name:` and a `description:`; the names of tools it \
                            may call go into `allowed-tools`";
                self.refuse(tool.line, message, help);
                continue;
            }
            let name = tool.get("name").and_then(Node::text).unwrap_or_default();
            if !is_tool_name(name) {
                let message = format!("{} is no name for a tool", quote(name));
                let help = "start it with a small letter; then small letters, digits, `_` and `-`, \
                            at most 64 in all";
                self.refuse(tool.line, message, help);
            }
            self.description(
                tool,
                &format!("the tool {}", quote(name)),
                LONGEST_DESCRIPTION,
            );
            self.optional_text(tool, "implementation", None);
            for (key, may_be_null) in [
                ("input_schema", false),
                ("inputSchema", false),
                ("output_schema", true),
                ("outputSchema", true),
                ("annotations", false),
            ] {
                let Some(value) = tool.get(key) else { continue };
                let is_null = matches!(value.value, Value::Null);
                if !(is_object(value) || is_null && may_be_null) {
                    let message = format!("`{key}` of the tool {} is no object", quote(name));
                    let help = "write a mapping whose keys are text";
                    self.refuse(value.line, message, help);
                }
            }
        }
    }
}

/// Whether it is a mapping that Python would take for a `dict[str, …]`.
pub(crate) fn is_object(node: &Node) -> bool {
    node.map()
        .is_some_and(|pairs| pairs.iter().all(|(key, _)| key.text().is_some()))
}

fn is_tool_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() <= LONGEST_NAME
        && name
            .chars()
            .all(|c| matches!(c, 'a'..='z' | '0'..='9' | '_' | '-'))
}

/// The first `<…>` with something in it.
fn xml_tag(text: &str) -> Option<&str> {
    let end = |start: usize| Some(start + 1 + text[start + 1..].find('>')?);
    // `<>` is nothing, but `<>a>` is a tag that starts there.
    text.match_indices('<').find_map(|(start, _)| {
        let first = end(start)?;
        (first > start + 1).then(|| &text[start..=first])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(front: &str) -> Vec<Problem> {
        read("diff-reading", &format!("---\n{front}\n---\n\nDo it.\n")).1
    }

    #[test]
    fn a_good_skill_is_read() {
        let text = "---\nname: diff-reading\ndescription: >\n  Read a diff.\n  Use it.\n\
            metadata:\n  version: 1.0\n  category: quality\n  tags: [a, b]\n\
            tools:\n  - name: map\n    description: x\n    input_schema: {type: object}\n---\n\n# Do\n";
        let (skill, problems) = read("diff-reading", text);
        assert_eq!(problems, []);
        let skill = skill.unwrap();
        assert_eq!(skill.name, "diff-reading");
        assert_eq!(skill.description, "Read a diff. Use it.");
        let (skill, problems) = read("diff-reading", &text.replace('\n', "\r\n"));
        assert_eq!((skill.is_some(), problems), (true, vec![]));
    }

    #[test]
    fn what_the_loader_refuses_is_fatal() {
        for (front, line) in [
            ("name: diff-reading", 2),
            ("description: x", 2),
            ("name: other\ndescription: x", 2),
            ("name: diff-reading\ndescription: use when: asked", 3),
            ("name: diff-reading\ndescription: the <b> tag", 3),
            ("name: diff-reading\ndescription: 2024-01-01", 3),
            ("name: diff-reading\ndescription: x\nmetadata:", 4),
            (
                "name: diff-reading\ndescription: x\nallowed-tools: [Read]",
                4,
            ),
            ("name: diff-reading\ndescription: x\ntools: [Read]", 4),
            ("name: diff-reading\ndescription: x\ntools: Read", 4),
            (
                "name: diff-reading\ndescription: x\ntools:\n- name: X\n  description: y",
                5,
            ),
            (
                "name: diff-reading\ndescription: x\nassigned-agents: coder",
                4,
            ),
            (
                "name: diff-reading\ndescription: x\nmetadata: {tags: [1]}",
                4,
            ),
            (
                "name: diff-reading\ndescription: x\nmetadata: {level: 3}",
                4,
            ),
            ("- name", 1),
            ("# nothing", 1),
        ] {
            let found = problems(front);
            let first = found.iter().find(|p| p.fatal).expect(front);
            assert_eq!(first.line, line, "{front}: {found:?}");
        }
        let long = format!("name: diff-reading\ndescription: {}", "x".repeat(1_025));
        assert!(problems(&long)[0].fatal);
        for text in [
            "",
            "# Skill\n",
            "---\nname: x\n",
            "\u{feff}---\nname: x\n---\n",
        ] {
            assert!(read("x", text).1[0].fatal, "{text:?}");
        }
    }

    #[test]
    fn what_the_loader_bends_is_a_warning() {
        for front in [
            "name: diff-reading\ndescription: x\nmetadata: {category: optimization}",
            "name: diff-reading\ndescription: x\nmetadata: {level: guru}",
            "name: diff-reading\ndescription: x\nversion: 1.0.0",
        ] {
            let found = problems(front);
            assert_eq!(
                (found.len(), found[0].fatal),
                (1, false),
                "{front}: {found:?}"
            );
        }
    }

    #[test]
    fn names_follow_the_specification() {
        assert_eq!(check_name("2-fast"), Ok(()));
        for bad in [
            "",
            "A",
            "a--b",
            "-a",
            "a-",
            "a_b",
            "my-claude",
            "nul",
            &"a".repeat(65),
        ] {
            assert!(check_name(bad).is_err(), "{bad:?}");
        }
    }
}
