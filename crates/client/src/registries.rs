//! The user's list of registries, a small TOML file whose comments survive.
//!
//! ```toml
//! format = 1
//! [registries]
//! acme = "https://registry.acme.example/"
//! # Asked where the registry itself cannot answer; what they serve is checked all the same.
//! other = { url = "https://other.example/", mirrors = ["https://mirror.example/other/"] }
//! ```

use std::{fs, io, path::Path};

use registry_index::{
    artifact::{Existing, write_file},
    name::Part,
};
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, value};

use crate::{ClientError, Location, error::io_error, hub::OWN};

/// The list.
pub struct Registries {
    document: DocumentMut,
}

/// Why a list cannot be changed as asked.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The name is not well formed.
    #[error(transparent)]
    Name(#[from] registry_index::name::NameError),
    /// The name stands for this program's own registry.
    #[error("{OWN:?} is the name of the registry this program brings along")]
    Own,
    /// Another registry has that name.
    #[error("{0:?} is already the name of {1}")]
    Taken(String, String),
    /// No registry has that name.
    #[error("no registry is called {0:?}")]
    Unknown(String),
}

impl Registries {
    /// Reads the list at `path`; none where there is no such file.
    pub fn read(path: &Path) -> Result<Self, ClientError> {
        let damaged = |why: String| ClientError::List {
            path: path.to_owned(),
            why,
        };
        let text = match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            // Through a link, but never from a pipe or a device, which may have no end.
            _ if !path.is_file() => return Err(damaged("it is no regular file".into())),
            _ => fs::read_to_string(path).map_err(|error| damaged(error.to_string()))?,
        };
        let document: DocumentMut = text
            .parse()
            .map_err(|error: toml_edit::TomlError| damaged(error.to_string()))?;
        match document.get("format").map(Item::as_integer) {
            None | Some(Some(1)) => {}
            Some(_) => return Err(damaged("its format is not 1; update paracle".into())),
        }
        let registries = Self { document };
        match registries.table().is_none() && registries.document.contains_key("registries") {
            true => Err(damaged("`registries` is not a table".into())),
            false => Ok(registries),
        }
    }

    fn table(&self) -> Option<&Table> {
        self.document.get("registries").and_then(Item::as_table)
    }

    /// This program's own registry, and those of the list in its order. Relative folders are taken
    /// from `base`.
    pub fn all(&self, base: &Path) -> Result<Vec<(String, Location)>, ClientError> {
        let mut all = vec![(OWN.to_owned(), Location::Embedded)];
        for (name, item) in self.table().into_iter().flat_map(Table::iter) {
            all.push((name.to_owned(), location(item, base)?));
        }
        Ok(all)
    }

    /// Adds a registry.
    pub fn add(&mut self, name: &str, location: &Location) -> Result<(), ListError> {
        let name: Part = name.parse()?;
        if name.as_str() == OWN {
            return Err(ListError::Own);
        }
        if let Some(taken) = self.table().and_then(|table| table.get(name.as_str())) {
            let place = taken.as_str().or_else(|| taken.get("url")?.as_str());
            let place = place.unwrap_or_default().to_owned();
            return Err(ListError::Taken(name.to_string(), place));
        }
        self.document.entry("format").or_insert(value(1));
        let table = self
            .document
            .entry("registries")
            .or_insert(Item::Table(Table::new()));
        table[name.as_str()] = match location.mirrors() {
            [] => value(location.to_string()),
            mirrors => {
                let mut with_mirrors = InlineTable::new();
                with_mirrors.insert("url", location.to_string().into());
                let mirrors: Array = mirrors.iter().map(url::Url::as_str).collect();
                with_mirrors.insert("mirrors", mirrors.into());
                value(with_mirrors)
            }
        };
        Ok(())
    }

    /// Removes a registry.
    pub fn remove(&mut self, name: &str) -> Result<(), ListError> {
        if name == OWN {
            return Err(ListError::Own);
        }
        let table = self
            .document
            .get_mut("registries")
            .and_then(Item::as_table_mut);
        table
            .and_then(|table| table.remove(name))
            .map(drop)
            .ok_or_else(|| ListError::Unknown(name.to_owned()))
    }

    /// Writes the list: beside, then renamed.
    pub fn write(&self, path: &Path) -> Result<(), ClientError> {
        write_file(
            path,
            self.document.to_string().as_bytes(),
            Existing::Replace,
        )
        .map_err(io_error(path))
    }
}

/// One entry: a string, or a table with `url` and `mirrors`.
fn location(item: &Item, base: &Path) -> Result<Location, ClientError> {
    let wrong =
        |why: &str| ClientError::Location(item.to_string().trim().to_owned(), why.to_owned());
    if let Some(text) = item.as_str() {
        return Location::parse(text, base);
    }
    let table = item
        .as_table_like()
        .ok_or_else(|| wrong("it is neither a string nor a table"))?;
    let url = table.get("url").and_then(Item::as_str);
    let url = url.ok_or_else(|| wrong("its `url` is not a string"))?;
    let mirrors = match table.get("mirrors") {
        None => Vec::new(),
        Some(mirrors) => mirrors
            .as_array()
            .and_then(|array| array.iter().map(toml_edit::Value::as_str).collect())
            .ok_or_else(|| wrong("its `mirrors` are not a list of strings"))?,
    };
    Location::parse(url, base)?.with_mirrors(mirrors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_may_have_mirrors() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("registries.toml");
        let text = "[registries]\n# ours\nacme = { url = \"https://hub.example\", mirrors = [\"https://m.example/hub\"] } # both\nold = \"https://old.example/\"\n";
        staged(&path, text);
        let mut list = Registries::read(&path).unwrap();
        let place = Location::parse("https://other.example", scratch.path()).unwrap();
        let place = place
            .with_mirrors(["https://a.example/x/", "https://other.example"])
            .unwrap();
        list.add("other", &place).unwrap();
        list.write(&path).unwrap();
        let written = fs::read_to_string(&path).unwrap();
        assert!(written.contains("[registries]\n# ours\nacme = {"));
        assert!(written.contains("} # both\n"));
        let all = Registries::read(&path)
            .unwrap()
            .all(scratch.path())
            .unwrap();
        let mirrors: Vec<_> = all
            .iter()
            .map(|(name, place)| {
                let mirrors = place.mirrors().iter().map(url::Url::as_str);
                (name.as_str(), mirrors.collect::<Vec<_>>().join(" "))
            })
            .collect();
        let expected = [
            ("paracle", ""),
            ("acme", "https://m.example/hub/"),
            ("old", ""),
            ("other", "https://a.example/x/"),
        ];
        assert_eq!(
            mirrors,
            expected.map(|(name, text)| (name, text.to_owned()))
        );
        let taken = list.add("acme", &place).unwrap_err().to_string();
        assert!(taken.contains("https://hub.example"), "{taken}");
    }

    #[test]
    fn what_is_no_entry_is_named() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("registries.toml");
        for (entry, words) in [
            ("1", "neither"),
            ("{ mirrors = [] }", "`url`"),
            (
                "{ url = \"https://h.example\", mirrors = \"x\" }",
                "`mirrors`",
            ),
            (
                "{ url = \"https://h.example\", mirrors = [1] }",
                "`mirrors`",
            ),
            (
                "{ url = \"https://h.example\", mirrors = [\"/srv\"] }",
                "http(s)",
            ),
            (
                "{ url = \"/srv/hub\", mirrors = [\"https://m.example\"] }",
                "only a registry",
            ),
            (
                "{ url = \"https://h.example\", mirrors = [\"https://a:b@m.example\"] }",
                "password",
            ),
        ] {
            staged(&path, &format!("[registries]\nacme = {entry}\n"));
            let error = Registries::read(&path)
                .unwrap()
                .all(scratch.path())
                .unwrap_err()
                .to_string();
            assert!(error.contains(words), "{entry}: {error}");
        }
    }

    #[test]
    fn a_list_keeps_comments_and_refuses_our_own_name() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("registries.toml");
        let mut list = Registries::read(&path).unwrap();
        let place = Location::parse("https://hub.example", scratch.path()).unwrap();
        list.add("acme", &place).unwrap();
        list.write(&path).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let commented = text.replace("acme =", "# ours\nacme =");
        staged(&path, &commented);
        let mut list = Registries::read(&path).unwrap();
        assert!(matches!(
            list.add("acme", &place),
            Err(ListError::Taken(..))
        ));
        assert!(matches!(list.add("paracle", &place), Err(ListError::Own)));
        assert!(matches!(list.add("No", &place), Err(ListError::Name(_))));
        list.add("other", &place).unwrap();
        list.write(&path).unwrap();
        assert!(
            fs::read_to_string(&path)
                .unwrap()
                .contains("# ours\nacme =")
        );
        let names: Vec<_> = list
            .all(scratch.path())
            .unwrap()
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["paracle", "acme", "other"]);
        list.remove("acme").unwrap();
        assert!(matches!(list.remove("acme"), Err(ListError::Unknown(_))));
    }

    fn staged(path: &Path, text: &str) {
        let mut file = fs::File::create(path).unwrap();
        io::Write::write_all(&mut file, text.as_bytes()).unwrap();
    }
}
