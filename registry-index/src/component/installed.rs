//! What lies in a project once packages are installed, judged as Paracle's loaders judge it there.
//!
//! A template is no component before it was rendered, so rules that read a package's files say nothing of
//! it. What came of it is read here.

use super::{ComponentKind, Problem, agent, readable, skill, workflow, yaml};

/// What Paracle would say of the file at `path`, from the project's root. Of files that it does not read
/// nothing is said.
pub fn problems(path: &str, bytes: &[u8]) -> Vec<Problem> {
    let whole = format!("project/{path}");
    let component = readable([whole.as_str()]).into_iter().next();
    let component = component.filter(|component| component.path == whole);
    let format = path
        .starts_with(".parac/")
        .then(|| format_of(path))
        .flatten();
    if component.is_none() && format.is_none() {
        return Vec::new();
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return vec![Problem::fatal(0, "not UTF-8", "save the file as UTF-8")];
    };
    match component {
        Some(component) => match component.kind {
            ComponentKind::Agent => agent::read(&component.id, text).1,
            ComponentKind::Workflow => workflow::read(&component.id, text).1,
            ComponentKind::Skill => skill::read(&component.id, text).1,
            _ => Vec::new(),
        },
        None => format.and_then(|format| format(text)).into_iter().collect(),
    }
}

type Format = fn(&str) -> Option<Problem>;

/// How a file is read that is no component of its own.
fn format_of(path: &str) -> Option<Format> {
    let (_, suffix) = path.rsplit_once('.')?;
    match suffix {
        "yaml" | "yml" => Some(of_yaml),
        "json" => Some(of_json),
        "toml" => Some(of_toml),
        _ => None,
    }
}

fn of_yaml(text: &str) -> Option<Problem> {
    let error = yaml::parse(text).err()?;
    let message = format!("not YAML that Paracle reads: {}", error.message);
    let help = "put text that holds `: ` or starts with a special character in quotes";
    Some(Problem::fatal(error.line, message, help))
}

fn of_json(text: &str) -> Option<Problem> {
    let error = serde_json::from_str::<serde::de::IgnoredAny>(text).err()?;
    let help = "correct it; an answer goes in as `{{ answer | tojson }}`";
    Some(Problem::fatal(
        error.line(),
        format!("not JSON: {error}"),
        help,
    ))
}

fn of_toml(text: &str) -> Option<Problem> {
    let error = toml::de::DeTable::parse(text).err()?;
    let start = error.span().map_or(0, |span| span.start);
    let line = text[..start.min(text.len())].matches('\n').count() + 1;
    let message = format!("not TOML: {}", error.message());
    Some(Problem::fatal(line, message, "correct the TOML"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(path: &str, text: &str) -> Vec<(usize, String)> {
        let problems = problems(path, text.as_bytes()).into_iter();
        problems.map(|p| (p.line, p.message)).collect()
    }

    #[test]
    fn what_paracle_reads_is_judged() {
        for (path, text, line, word) in [
            (
                ".parac/agents/specs/a.md",
                "Hello.\n",
                0,
                "there is no title",
            ),
            (
                ".parac/agents/skills/s/SKILL.md",
                "# S\n",
                1,
                "no front matter",
            ),
            (
                ".parac/workflows/definitions/w.yaml",
                "name: w\nsteps: [",
                2,
                "not YAML",
            ),
            (".parac/project.yaml", "name: \"a\nb: c\n", 0, "not YAML"),
            (".parac/config/x.json", "{\n,", 2, "not JSON"),
            (".parac/config/x.toml", "a = 1\na = 2\n", 2, "not TOML"),
        ] {
            let said = said(path, text);
            assert!(said[0].1.contains(word), "{path}: {said:?}");
            assert!(line == 0 || said[0].0 == line, "{path}: {said:?}");
        }
        assert_eq!(
            problems(".parac/project.yaml", b"\xff")[0].message,
            "not UTF-8"
        );
    }

    #[test]
    fn what_paracle_does_not_read_may_be_anything() {
        for path in [
            "chart/templates/x.yaml",
            "data.json",
            ".parac/policies/A.md",
            ".parac/agents/skills/s/assets/x.md",
        ] {
            assert_eq!(said(path, "{{ nothing: ["), [], "{path}");
        }
        assert_eq!(said(".parac/project.yaml", "name: x\n"), []);
    }
}
