//! `packages.toml`: what was asked for. People edit it, so it is edited and not written anew.

use registry_index::PackageName;
use semver::VersionReq;
use serde::Deserialize;
use toml_edit::{DocumentMut, InlineTable, Item, Table, TableLike, value};

use crate::{Answers, InstallError, lock::other_registry, project::Project, tree::Tree};

const FORMAT: i64 = 1;
/// A file that asks for nothing.
pub(crate) const NEW: &str = "# The packages that this project asks for. packages.lock says what that came to.\nformat = 1\n";

/// A package that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// Full name.
    pub name: PackageName,
    /// Canonical URL of the registry it is looked for in; `None` where the file does not say.
    pub registry: Option<String>,
    /// Where it is taken from instead of a registry: a repository as it was typed, a folder by its path from
    /// the project's root.
    pub source: Option<String>,
    /// The range, as in `^1.0`.
    pub version: String,
    /// Optional dependencies that are taken as well.
    pub with: Vec<PackageName>,
    /// Answers to its questions; never secrets.
    pub answers: Answers,
}

/// A change of what is asked for.
#[derive(Clone, Debug)]
pub enum Ask {
    /// Asks for a package, or for something else of it.
    For(Wanted),
    /// Asks for it no longer.
    NoLonger(PackageName),
}

/// What `packages.toml` asks for, in its order.
///
/// # Errors
/// Where the file cannot be read or understood, with line and column.
pub fn wanted(project: &Project) -> Result<Vec<Wanted>, InstallError> {
    let tree = Tree::open(project.root())?;
    let path = project.wanted();
    let text = tree.text(&path)?;
    text.map_or_else(|| Ok(Vec::new()), |text| read(&path, &text))
}

#[derive(Deserialize)]
struct Written {
    format: Option<i64>,
    #[serde(default)]
    packages: toml::Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPackage {
    #[serde(default = "any")]
    version: String,
    registry: Option<String>,
    source: Option<String>,
    #[serde(default)]
    with: Vec<PackageName>,
    #[serde(default)]
    answers: Answers,
}

fn any() -> String {
    "*".to_owned()
}

pub(crate) fn read(path: &str, text: &str) -> Result<Vec<Wanted>, InstallError> {
    let account = |message: String| InstallError::Account {
        path: path.to_owned(),
        message,
    };
    let written: Written = toml::from_str(text).map_err(|error| account(error.to_string()))?;
    if written.format.is_some_and(|format| format != FORMAT) {
        return Err(account(unknown_format()));
    }
    let mut wanted = Vec::new();
    for (name, package) in written.packages {
        let wrong = |error: String| account(format!("`packages.{name:?}`: {error}"));
        let known: PackageName = name
            .parse()
            .map_err(|error: registry_index::name::NameError| wrong(error.to_string()))?;
        let package = match package {
            toml::Value::String(version) => WrittenPackage {
                version,
                registry: None,
                source: None,
                with: Vec::new(),
                answers: Answers::default(),
            },
            other => other
                .try_into()
                .map_err(|error: toml::de::Error| wrong(error.message().to_owned()))?,
        };
        let range = package.version.parse::<VersionReq>();
        range.map_err(|error| wrong(format!("{:?} is no range: {error}", package.version)))?;
        wanted.push(Wanted {
            name: known,
            registry: package.registry,
            source: package.source,
            version: package.version,
            with: package.with,
            answers: package.answers,
        });
    }
    Ok(wanted)
}

fn unknown_format() -> String {
    format!("its format is not known to this version, which reads format {FORMAT}")
}

/// `text`, the content of the file at `path`, with `asks` carried out. A file that asks for nothing and
/// says no more than a new one is not kept: `None`.
pub(crate) fn with(
    path: &str,
    text: Option<&str>,
    asks: &[Ask],
) -> Result<Option<String>, InstallError> {
    let account = |message: String| InstallError::Account {
        path: path.to_owned(),
        message,
    };
    if asks.is_empty() {
        return Ok(text.map(str::to_owned));
    }
    let text = text.filter(|text| !text.trim().is_empty()).unwrap_or(NEW);
    let mut document: DocumentMut = text
        .parse()
        .map_err(|error: toml_edit::TomlError| account(error.to_string()))?;
    match document.get("format").map(|format| format.as_integer()) {
        None => drop(document.insert("format", value(FORMAT))),
        Some(Some(FORMAT)) => {}
        Some(_) => return Err(account(unknown_format())),
    }
    let table = document.entry("packages").or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let table = table
        .as_table_like_mut()
        .ok_or_else(|| account("`packages` is not a table".to_owned()))?;
    for ask in asks {
        match ask {
            Ask::For(wanted) => put(table, wanted).map_err(|problem| match problem {
                Problem::NotATable => {
                    account(format!("`packages.\"{}\"` is not a table", wanted.name))
                }
                Problem::Registry(known) => {
                    let asked = wanted.registry.clone().unwrap_or_default();
                    other_registry(&wanted.name, &known, &asked)
                }
            })?,
            Ask::NoLonger(name) => drop(table.remove(name.as_str())),
        }
    }
    let text = document.to_string();
    Ok((text != NEW).then_some(text))
}

enum Problem {
    NotATable,
    Registry(String),
}

fn put(table: &mut dyn TableLike, wanted: &Wanted) -> Result<(), Problem> {
    if table.get(wanted.name.as_str()).is_none() {
        table.insert(wanted.name.as_str(), Item::Table(Table::new()));
    }
    let item = table.get_mut(wanted.name.as_str());
    let item = item.ok_or(Problem::NotATable)?;
    if let Some(version) = item.as_str() {
        // `"core/x" = "1"`: the short form has no room for the registry.
        let mut long = InlineTable::new();
        long.insert("version", version.into());
        *item = Item::Value(long.into());
    }
    let package = item.as_table_like_mut().ok_or(Problem::NotATable)?;
    let known = package.get("registry").and_then(Item::as_str);
    if let (Some(known), Some(asked)) = (known, &wanted.registry)
        && known != asked
    {
        return Err(Problem::Registry(known.to_owned()));
    }
    set(package, "version", &wanted.version);
    for (key, text) in [("registry", &wanted.registry), ("source", &wanted.source)] {
        match text {
            Some(text) => set(package, key, text),
            None => drop(package.remove(key)),
        }
    }
    match wanted.with.is_empty() {
        true => drop(package.remove("with")),
        false => {
            let names = wanted.with.iter().map(PackageName::as_str);
            package.insert("with", value(names.collect::<toml_edit::Array>()));
        }
    }
    put_answers(package, &wanted.answers);
    Ok(())
}

fn put_answers(package: &mut dyn TableLike, answers: &Answers) {
    if answers.is_empty() {
        drop(package.remove("answers"));
        return;
    }
    let inline = answers.to_toml_inline();
    let is_there = package
        .get("answers")
        .is_some_and(|there| there.to_string().trim() == inline);
    if let (false, Ok(inline)) = (is_there, inline.parse::<toml_edit::Value>()) {
        package.insert("answers", Item::Value(inline));
    }
}

/// Sets a key, where it says something else, and keeps the comment behind its value.
fn set(table: &mut dyn TableLike, key: &str, text: &str) {
    let old = table.get(key).and_then(Item::as_value);
    if old.and_then(toml_edit::Value::as_str) == Some(text) {
        return;
    }
    let mut new = toml_edit::Value::from(text);
    if let Some(old) = old {
        *new.decor_mut() = old.decor().clone();
    }
    table.insert(key, Item::Value(new));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(text: Option<&str>, version: &str) -> Result<String, InstallError> {
        let name = "core/code-reviewer".parse().unwrap();
        let wanted = Wanted {
            name,
            registry: Some("https://example.org/".to_owned()),
            source: None,
            version: version.to_owned(),
            with: Vec::new(),
            answers: Answers::default(),
        };
        with("packages.toml", text, &[Ask::For(wanted)]).map(Option::unwrap_or_default)
    }

    #[test]
    fn a_new_file_says_what_it_is() {
        let table = "[packages.\"core/code-reviewer\"]\nversion = \"^1\"\nregistry = \"https://example.org/\"\n";
        let new = add(None, "^1").unwrap();
        assert_eq!(new, format!("{NEW}\n{table}"));
        assert_eq!(add(Some(&new), "^1").unwrap(), new);
        let commented = "# mine\nformat = 1 # one\n\n[packages.\"acme/other\"] # other\nversion = \"2\" # why\n\n# end\n";
        let both = add(Some(commented), "^1").unwrap();
        for line in commented.lines() {
            assert!(both.contains(line), "{line}\n{both}");
        }
        assert!(both.contains(table), "{both}");
    }

    #[test]
    fn a_range_is_replaced_and_its_comment_kept() {
        let old = "format = 1\n[packages]\n\"core/code-reviewer\" = { version = \"1\", registry = \"https://example.org/\" } # x\n";
        assert_eq!(
            add(Some(old), "^2").unwrap(),
            old.replace("\"1\"", "\"^2\"")
        );
        let old = "format = 1\n[packages.\"core/code-reviewer\"]\nversion = \"1\" # pinned\nregistry = \"https://example.org/\"\n";
        assert_eq!(
            add(Some(old), "^2").unwrap(),
            old.replace("\"1\"", "\"^2\"")
        );
    }

    #[test]
    fn what_means_something_else_is_told() {
        for (text, part) in [
            ("format = 1\npackages = 3\n", "not a table"),
            ("format = 2\n", "format"),
            ("format = ", "line 1"),
            (
                "format = 1\n[packages]\n\"core/code-reviewer\" = 1\n",
                "not a table",
            ),
            (
                "format = 1\n[packages.\"core/code-reviewer\"]\nregistry = \"https://evil.example/\"\n",
                "evil.example",
            ),
        ] {
            let error = add(Some(text), "^1").unwrap_err().to_string();
            assert!(error.contains(part), "{text:?}: {error}");
        }
    }
}
