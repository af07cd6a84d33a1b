//! Collections of agents and skills of other tools, read as if each item were a package.
//!
//! Only to be searched: whatever can be read is taken, and nothing is checked. What becomes of such
//! an item when somebody installs it is `install`'s affair.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use search::Document;

use crate::workspace::Failure;

/// All items below a folder of collections, each called `collection/item`. Where several have one kind and
/// name, the first by path counts; a skill that is called like an agent gets `-skill` at its end.
pub(super) fn documents(folder: &Path) -> Result<Vec<Document>, Failure> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.sort();
    let mut items: BTreeMap<(String, String), (&'static str, &Path)> = BTreeMap::new();
    let mut skills = Vec::new();
    for path in &files {
        let Some((kind, name)) = item(path) else {
            continue;
        };
        let below = path.strip_prefix(folder).unwrap_or(path);
        let collection = below.iter().next().unwrap_or_default().to_string_lossy();
        let key = (collection.into_owned(), slug(&name));
        match kind {
            "agent" => {
                items.entry(key).or_insert((kind, path));
            }
            _ => skills.push((key, path)),
        }
    }
    let agents: BTreeSet<(String, String)> = items.keys().cloned().collect();
    for ((collection, mut name), path) in skills {
        if agents.contains(&(collection.clone(), name.clone())) {
            name += "-skill";
        }
        let key = (collection, name);
        items.entry(key).or_insert(("skill", path));
    }
    let read = |((collection, name), (kind, path)): (&(String, String), &(&str, &Path))| {
        document(format!("{collection}/{name}"), kind, path)
    };
    items.iter().map(read).collect()
}

fn document(name: String, kind: &str, path: &Path) -> Result<Document, Failure> {
    let text = fs::read(path).map_err(|error| Failure::of(path.display(), error))?;
    let text = String::from_utf8_lossy(&text).replace("\r\n", "\n");
    let (front, body) = parts(&text);
    Ok(Document {
        name,
        kind: kind.to_owned(),
        version: "1.0.0".to_owned(),
        summary: value(front, "description"),
        readme: body.to_owned(),
        ..Document::default()
    })
}

/// What a file is, by where it lies: `…/NAME/SKILL.md`, `NAME.agent.md`, `agents/NAME.md`.
fn item(path: &Path) -> Option<(&'static str, String)> {
    let parent = path.parent()?.file_name()?.to_string_lossy();
    let file = path.file_name()?.to_string_lossy();
    if file == "SKILL.md" {
        return Some(("skill", parent.into_owned()));
    }
    let name = file.strip_suffix(".agent.md");
    let name = name.or_else(|| file.strip_suffix(".md").filter(|_| parent == "agents"));
    name.map(|name| ("agent", name.to_owned()))
}

/// Front matter and what follows it; no front matter where it does not end.
fn parts(text: &str) -> (&str, &str) {
    let text = text.trim_start_matches('\u{feff}');
    let split = text
        .strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---"));
    split.unwrap_or(("", text))
}

/// The value of a key at the margin, with the lines that are indented below it, as one line.
fn value(front: &str, key: &str) -> String {
    let mut lines = front.lines();
    let first = lines.find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
    let rest = lines.take_while(|line| line.trim().is_empty() || line.starts_with(' '));
    let joined: Vec<&str> = first
        .into_iter()
        .chain(rest)
        .flat_map(str::split_whitespace)
        .collect();
    let joined = joined.join(" ");
    let plain = joined.trim_start_matches(['>', '|']);
    let plain = plain.strip_prefix(['-', '+']).unwrap_or(plain).trim();
    let unquoted = ['"', '\''].into_iter().find_map(|quote| {
        plain
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote))
    });
    unquoted.unwrap_or(plain).replace("''", "'")
}

/// `WinFormsExpert` -> `win-forms-expert`.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    let mut before = '-';
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            slug.push('-');
        }
        slug.push(match letter {
            '_' | ' ' => '-',
            letter => letter.to_ascii_lowercase(),
        });
        before = letter;
    }
    slug
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |error| Failure::of(folder.display(), error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_dir() {
            collect(&entry.path(), files)?;
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{documents, slug, value};

    #[test]
    fn items_are_read_by_where_they_lie() {
        let scratch = tempfile::tempdir().unwrap();
        let put = |path: &str, text: &str| {
            let path = scratch.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        put(
            "one/agents/Tour.agent.md",
            "---\ndescription: 'An agent'\n---\nText\n",
        );
        put(
            "one/skills/tour/SKILL.md",
            "---\ndescription: >-\n  A skill\n  of two lines\nname: x\n---\n",
        );
        put("two/plugins/a/agents/pro.md", "no front matter");
        put("two/plugins/b/agents/pro.md", "a copy");
        put("two/README.md", "no item");
        let found = documents(scratch.path()).unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|d| (&*d.name, &*d.kind, &*d.summary))
            .collect();
        assert_eq!(
            found,
            [
                ("one/tour", "agent", "An agent"),
                ("one/tour-skill", "skill", "A skill of two lines"),
                ("two/pro", "agent", ""),
            ]
        );
    }

    #[test]
    fn values_and_names_are_evened_out() {
        assert_eq!(value("a: 1\nb: \"two: 3\"\nc: 4", "b"), "two: 3");
        assert_eq!(value("b: 'it''s'", "b"), "it's");
        assert_eq!(slug("WinFormsExpert"), "win-forms-expert");
        assert_eq!(slug("microsoft_learn"), "microsoft-learn");
    }
}
