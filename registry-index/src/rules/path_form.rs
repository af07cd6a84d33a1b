//! `path-form`: paths that an archive could hold and that nobody should find in their project.

use std::collections::BTreeSet;

use super::{Check, Report, Rule, Scene, variable_form::NOT_NAMES};
use crate::{
    finding::Severity,
    load::{FileKind, Source, SourceFile},
    name::is_device_name,
};

pub(super) static RULE: Rule = Rule {
    id: "path-form",
    severity: Severity::Error,
    about: "Every file is a regular one, its path works on every system, and only project/ holds hidden files",
    help: "rename the file or leave it out",
    check: Check::Source(check),
};

const LONGEST: usize = 200;
const DEEPEST: usize = 16;
/// What tools leave behind.
const LITTER: [&str; 8] = [
    ".DS_Store",
    "Thumbs.db",
    "desktop.ini",
    "__pycache__",
    "node_modules",
    ".venv",
    "__MACOSX",
    ".pytest_cache",
];

fn check(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    let variables: BTreeSet<&str> = source
        .written
        .iter()
        .flat_map(|written| written.value.variables.keys())
        .map(String::as_str)
        .collect();
    for file in &source.files {
        let fault = kind_fault(file)
            .or_else(|| path_fault(&file.path))
            .or_else(|| name_fault(&file.path, &variables));
        if let Some(why) = fault {
            report.found(source.place(&file.path), format!("{:?} {why}", file.path));
        }
    }
}

fn kind_fault(file: &SourceFile) -> Option<String> {
    match &file.kind {
        FileKind::Regular => None,
        FileKind::Link(target) => Some(format!("is a link, to {target:?}")),
        FileKind::Other => Some("is not a regular file".to_owned()),
    }
}

fn path_fault(path: &str) -> Option<String> {
    if path.len() > LONGEST || path.split('/').count() > DEEPEST {
        return Some(format!(
            "is longer than {LONGEST} bytes or deeper than {DEEPEST} folders"
        ));
    }
    if let Some(bad) = path
        .chars()
        .find(|c| c.is_control() || "\\:*?\"<>|".contains(*c))
    {
        return Some(format!(
            "holds {bad:?}, which is no part of a file's name everywhere"
        ));
    }
    if path.contains(char::REPLACEMENT_CHARACTER) {
        return Some("is not UTF-8".to_owned());
    }
    let may_hide = path.starts_with("project/");
    path.split('/').find_map(|part| part_fault(part, may_hide))
}

fn part_fault(part: &str, may_hide: bool) -> Option<String> {
    let stem = part
        .split('.')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if LITTER.contains(&part) || part.ends_with(".pyc") || part.ends_with('~') {
        Some(format!("is what a tool left behind ({part:?})"))
    } else if part.starts_with('.') && !may_hide {
        Some("is hidden; only project/ may hold hidden files".to_owned())
    } else if part.starts_with('-') {
        Some("begins with a hyphen, which programs take for an option".to_owned())
    } else if part.ends_with(['.', ' ']) || part.starts_with(' ') {
        Some("has a part that begins or ends with a space or ends with a dot".to_owned())
    } else if is_device_name(&stem) {
        Some(format!("holds {part:?}, which is a device on Windows"))
    } else {
        None
    }
}

/// `__name__` stands for an answer; what looks like it must be one, or be a habit of some language.
fn name_fault(path: &str, variables: &BTreeSet<&str>) -> Option<String> {
    if path.starts_with("gallery/") || path.starts_with("tests/") {
        return None;
    }
    path.split('/').find_map(|part| {
        let mut pieces = part.split("__");
        pieces.next();
        // Pieces at odd places stand between two pairs of underscores.
        let mut names = pieces.step_by(2);
        let closed = part.matches("__").count() / 2;
        let unknown = names
            .by_ref()
            .take(closed)
            .find(|name| is_name(name) && !variables.contains(name) && !NOT_NAMES.contains(name))?;
        Some(format!(
            "asks for the variable {unknown:?}, which the manifest does not have"
        ))
    })
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use crate::testing::package_said;

    fn said(path: &str) -> Vec<String> {
        package_said("path-form", |p| {
            p.file(path, "x")
                .toml("[variables.name]\ntype = 'string'\ndefault = 'x'")
        })
    }

    #[test]
    fn paths_work_everywhere() {
        for good in [
            "project/.gitignore",
            "project/src/__name__/__init__.py",
            "project/__name____main__.py",
            "project/a__b.py",
            "skills/x/SKILL.md",
        ] {
            assert_eq!(said(good), [""; 0], "{good}");
        }
        for bad in [
            ".env",
            "skills/x/.hidden",
            "project/-rf",
            "project/aux.txt",
            "project/trailing.",
            "project/trailing /x",
            "project/a:b",
            "project/a\\b",
            "project/a\u{7}b",
            "project/a\u{fffd}b",
            "project/__pycache__/a.pyc",
            "project/node_modules/x.js",
            "project/x.py~",
            "project/__nmae__.py",
            &format!("project/{}", "a/".repeat(20)),
            &format!("project/{}", "a".repeat(300)),
        ] {
            let said = said(bad);
            assert_eq!(said.len(), 1, "{bad}");
            assert!(
                said[0].starts_with("error templates/agents/code-thing/"),
                "{said:?}"
            );
        }
    }

    #[test]
    fn links_are_refused() {
        let said = package_said("path-form", |p| {
            p.link("project/creds", "../../.ssh/id_rsa")
        });
        assert!(
            said[0].ends_with("is a link, to \"../../.ssh/id_rsa\""),
            "{said:?}"
        );
    }
}
