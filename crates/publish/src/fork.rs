//! A release becomes the beginning of a package of one's own.

use archive::Entry;
use registry_index::PackageName;
use semver::Version;
use toml_edit::{DocumentMut, InlineTable, Item, TableLike, Value, value};

use crate::PublishError;

const MANIFEST: &str = "paracle.toml";
/// The version that a fork begins with.
const FIRST: &str = "0.1.0";

/// What is forked.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// Its full name.
    pub name: &'a PackageName,
    /// The release.
    pub version: &'a Version,
    /// Canonical URL of its registry; empty where it comes from none.
    pub registry: &'a str,
}

/// The files of `origin` as those of a package called `name`: another name, the first version, and where
/// it is from; all else as it was, comments included. Dependencies name the registry they were looked for
/// in so far, because that of the fork is another.
///
/// # Errors
/// Where there is no manifest that could be edited.
pub fn fork(
    origin: Origin<'_>,
    name: &PackageName,
    mut files: Vec<Entry>,
) -> Result<Vec<Entry>, PublishError> {
    let not_editable = |why: &str| PublishError::NotEditable(why.to_owned());
    let manifest = files.iter_mut().find(|file| file.path == MANIFEST);
    let manifest = manifest.ok_or_else(|| not_editable("there is none"))?;
    let text = std::str::from_utf8(&manifest.bytes).map_err(|_| not_editable("it is not UTF-8"))?;
    manifest.bytes = edited(text, origin, name)?.into_bytes();
    Ok(files)
}

fn edited(text: &str, origin: Origin<'_>, name: &PackageName) -> Result<String, PublishError> {
    let mut document: DocumentMut = text
        .parse()
        .map_err(|error: toml_edit::TomlError| PublishError::NotEditable(error.to_string()))?;
    let package = document
        .get_mut("package")
        .and_then(Item::as_table_like_mut)
        .ok_or_else(|| PublishError::NotEditable("it has no [package]".to_owned()))?;
    set(package, "name", name.as_str());
    set(package, "version", FIRST);
    let from = format!("{}@{}", origin.name, origin.version);
    set(package, "forked-from", &from);
    if !origin.registry.is_empty()
        && let Some(needs) = document
            .get_mut("dependencies")
            .and_then(Item::as_table_like_mut)
    {
        for (_, dependency) in needs.iter_mut() {
            name_registry(dependency, origin.registry);
        }
    }
    Ok(document.to_string())
}

/// Sets a text, what stands around it kept.
fn set(table: &mut dyn TableLike, key: &str, text: &str) {
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(there) => {
            let decor = there.decor().clone();
            *there = Value::from(text);
            *there.decor_mut() = decor;
        }
        None => drop(table.insert(key, value(text))),
    }
}

fn name_registry(dependency: &mut Item, url: &str) {
    if let Some(range) = dependency.as_str().map(str::to_owned) {
        let mut written = InlineTable::new();
        written.insert("version", Value::from(range));
        written.insert("registry", Value::from(url));
        if let Some(there) = dependency.as_value_mut() {
            let decor = there.decor().clone();
            *there = Value::InlineTable(written);
            *there.decor_mut() = decor;
        }
    } else if let Some(table) = dependency.as_table_like_mut()
        && !table.contains_key("registry")
    {
        // In an inline table the space before the brace belongs to the last value: a comma comes there.
        let last = table.iter().last().map(|(key, _)| key.to_owned());
        if let Some(last) = last.and_then(|key| table.get_mut(&key))
            && let Some(last) = last.as_value_mut()
            && last.decor().suffix().and_then(|space| space.as_str()) == Some(" ")
        {
            last.decor_mut().set_suffix("");
        }
        table.insert("registry", value(url));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Mine
format = 1
[package]
name        = \"core/old\" # the name
version = \"1.2.3\"
summary = \"It is what it is\"

[dependencies]
\"core/a\" = \"^1\" # why
\"core/b\" = { version = \"2\", optional = true }
[dependencies.\"acme/c\"]
version = \"3\"
registry = \"https://acme.example/\"
";

    fn forked(text: &str, registry: &str) -> Result<String, PublishError> {
        let (old, new) = ("core/old".parse().unwrap(), "me/new".parse().unwrap());
        let origin = Origin {
            name: &old,
            version: &Version::new(1, 2, 3),
            registry,
        };
        let file = |path: &str, text: &str| Entry {
            path: path.to_owned(),
            executable: true,
            bytes: text.as_bytes().to_vec(),
        };
        let files = vec![file("README.md", "# Old\n"), file(MANIFEST, text)];
        let mut forked = fork(origin, &new, files)?;
        let manifest = forked
            .pop()
            .map(|file| String::from_utf8(file.bytes).unwrap());
        assert_eq!(forked, [file("README.md", "# Old\n")]);
        Ok(manifest.unwrap())
    }

    #[test]
    fn only_what_has_to_be_is_changed() {
        let text = forked(TEXT, "https://hub.example/").unwrap();
        let expected = TEXT
            .replace("\"core/old\"", "\"me/new\"")
            .replace("1.2.3", "0.1.0")
            .replace("is\"\n", "is\"\nforked-from = \"core/old@1.2.3\"\n")
            .replace(
                "\"^1\" #",
                "{ version = \"^1\", registry = \"https://hub.example/\" } #",
            )
            .replace(
                "optional = true }",
                "optional = true, registry = \"https://hub.example/\" }",
            );
        assert_eq!(text, expected);
    }

    #[test]
    fn a_fork_of_a_fork_names_the_nearest() {
        let once = TEXT.replace("summary", "forked-from = \"a/b@1.0.0\"\nsummary");
        let text = forked(&once, "").unwrap();
        assert!(text.contains("forked-from = \"core/old@1.2.3\"") && !text.contains("a/b@"));
        assert!(text.contains("\"core/a\" = \"^1\" # why"), "{text}");
    }

    #[test]
    fn what_cannot_be_edited_is_said() {
        for bad in ["", "package = 1", "[package"] {
            assert!(
                matches!(forked(bad, ""), Err(PublishError::NotEditable(_))),
                "{bad:?}"
            );
        }
    }
}
