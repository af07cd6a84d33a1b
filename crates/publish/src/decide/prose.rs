//! What may change in a version that nobody reads before it is merged: prose.
//!
//! Uses are found by searching, and whoever wants to can hide them from a search: in bytes that are no
//! text, behind a variable in a path, in a language that is not known, by putting a word together. So code
//! that is new or has changed is looked at, whatever was found in it.

use std::collections::BTreeMap;

use registry_index::{Digest, Manifest, Record, Source};

/// Keys of front matter that make an agent do something.
const ACTING: [&str; 3] = ["allowed-tools", "hooks", "mcpServers"];
/// Lines of one file above which not every use in it is told.
const MOST_LINES: usize = 1_000;

/// The files that are new or have changed since `record` and are more than prose.
pub(super) fn beyond(source: &Source, record: &Record) -> Vec<String> {
    let known: BTreeMap<&str, &Digest> = record
        .files
        .iter()
        .map(|file| (file.path.as_str(), &file.digest))
        .collect();
    let is_new = |path: &str, bytes: &[u8]| known.get(path) != Some(&&Digest::of(bytes));
    let files = source.files.iter();
    files
        .filter(|file| is_new(&file.path, &file.bytes) && !is_prose(&file.path, &file.bytes))
        .map(|file| file.path.clone())
        .collect()
}

fn is_prose(path: &str, bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return path.starts_with("gallery/");
    };
    let (top, below) = path.split_once('/').unwrap_or(("", path));
    if path.contains("__") {
        return false;
    }
    match top {
        "" => {
            matches!(below, "README.md" | "CHANGELOG.md" | "paracle.toml")
                || below.starts_with("LICENSE")
        }
        "agents" | "skills" | "policies" => below.ends_with(".md") && is_quiet(text),
        "workflows" => below.ends_with(".yaml") || below.ends_with(".yml"),
        "gallery" => true,
        "tests" => below.ends_with("/answers.toml"),
        _ => false,
    }
}

/// Text whose every use is told, and whose front matter makes nothing act.
fn is_quiet(text: &str) -> bool {
    let acts = |line: &str| {
        let key = line.split(':').next().unwrap_or_default().trim();
        ACTING.contains(&key.trim_matches(['"', '\'']))
    };
    text.lines().count() <= MOST_LINES && !text.lines().any(acts)
}

/// What a version says of itself otherwise than the last release did, and readers believe.
pub(super) fn identity(manifest: &Manifest, old: &Manifest) -> Vec<&'static str> {
    let differs = [
        ("authors", manifest.authors != old.authors),
        ("forked-from", manifest.forked_from != old.forked_from),
        ("homepage", manifest.homepage != old.homepage),
        ("repository", manifest.repository != old.repository),
    ];
    let differs = differs.into_iter().filter(|(_, differs)| *differs);
    differs.map(|(what, _)| what).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_what_it_looks_like() {
        for path in [
            "README.md",
            "LICENSE",
            "paracle.toml",
            "agents/reviewer.md",
            "skills/x/references/y.md",
            "workflows/x.yaml",
            "tests/default/answers.toml",
        ] {
            assert!(is_prose(path, b"text\n"), "{path}");
            assert!(!is_prose(path, b"\xff\n"), "{path}");
        }
        for path in [
            "skills/x/scripts/run.sh",
            "skills/x/scripts/helper",
            "skills/x/y.md.j2",
            "tools/x.py",
            "mcp/x.toml",
            "project/x.md",
            "agents/__name__.md",
            "skills/x/paracle.toml",
            "tests/evil/paracle.toml",
            "x.md",
        ] {
            assert!(!is_prose(path, b"text\n"), "{path}");
        }
        for front in ["allowed-tools: Bash(*)", "hooks:", "\"hooks\": x"] {
            assert!(!is_prose("skills/x/SKILL.md", front.as_bytes()), "{front}");
        }
        let long = "git log x\n".repeat(1_001);
        assert!(!is_prose("skills/x/SKILL.md", long.as_bytes()));
        assert!(is_prose("gallery/x.png", b"\x89PNG"));
    }
}
