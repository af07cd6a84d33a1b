//! `packages.toml`: what was asked for. People edit it, so it is edited and not written anew.

use registry_index::PackageName;
use toml_edit::{DocumentMut, Item, Table, TableLike, value};

use crate::{InstallError, lock::other_registry};

const FORMAT: i64 = 1;
const NEW: &str = "# The packages that this project asks for. packages.lock says what that came to.\nformat = 1\n";

/// A package to be asked for.
pub(crate) struct Wanted<'a> {
    pub(crate) name: &'a PackageName,
    pub(crate) registry: &'a str,
    /// The range, as in `^1.0`.
    pub(crate) version: &'a str,
}

/// `text`, the content of the file at `path`, with `packages` in it.
pub(crate) fn with<'a>(
    path: &str,
    text: Option<&str>,
    packages: impl IntoIterator<Item = Wanted<'a>>,
) -> Result<String, InstallError> {
    let account = |message: String| InstallError::Account {
        path: path.to_owned(),
        message,
    };
    let text = text.filter(|text| !text.trim().is_empty()).unwrap_or(NEW);
    let mut document: DocumentMut = text
        .parse()
        .map_err(|error: toml_edit::TomlError| account(error.to_string()))?;
    match document.get("format").map(|format| format.as_integer()) {
        None => drop(document.insert("format", value(FORMAT))),
        Some(Some(FORMAT)) => {}
        Some(_) => {
            return Err(account(format!(
                "its format is not known to this version, which reads format {FORMAT}"
            )));
        }
    }
    let table = document.entry("packages").or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let table = table
        .as_table_like_mut()
        .ok_or_else(|| account("`packages` is not a table".to_owned()))?;
    for wanted in packages {
        put(table, &wanted).map_err(|problem| match problem {
            Problem::NotATable => account(format!("`packages.\"{}\"` is not a table", wanted.name)),
            Problem::Registry(known) => other_registry(wanted.name, &known, wanted.registry),
        })?;
    }
    Ok(document.to_string())
}

enum Problem {
    NotATable,
    Registry(String),
}

fn put(table: &mut dyn TableLike, wanted: &Wanted<'_>) -> Result<(), Problem> {
    let Some(item) = table.get_mut(wanted.name.as_str()) else {
        let mut package = Table::new();
        package.insert("version", value(wanted.version));
        package.insert("registry", value(wanted.registry));
        table.insert(wanted.name.as_str(), Item::Table(package));
        return Ok(());
    };
    let package = item.as_table_like_mut().ok_or(Problem::NotATable)?;
    let text = |item: Option<&Item>| item.and_then(Item::as_str).map(str::to_owned);
    match text(package.get("registry")) {
        Some(known) if known != wanted.registry => return Err(Problem::Registry(known)),
        Some(_) => {}
        None => drop(package.insert("registry", value(wanted.registry))),
    }
    if text(package.get("version")).as_deref() != Some(wanted.version) {
        replace(package, "version", wanted.version);
    }
    Ok(())
}

/// Sets a key and keeps the comment behind its value.
fn replace(table: &mut dyn TableLike, key: &str, text: &str) {
    let mut new = toml_edit::Value::from(text);
    if let Some(old) = table.get(key).and_then(Item::as_value) {
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
            name: &name,
            registry: "https://example.org/",
            version,
        };
        with("packages.toml", text, [wanted])
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
                "format = 1\n[packages]\n\"core/code-reviewer\" = \"1\"\n",
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
