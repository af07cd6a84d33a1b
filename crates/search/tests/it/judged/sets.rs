//! Reads the judged queries, and the core packages, which are at hand in every checkout. The chore
//! `quality` compiles this file as a module of its own: both mean the same by the same words.

use std::fs;
use std::path::{Path, PathBuf};

use search::Document;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// One query, and what answers it. See `tests/judged/README.md`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Judged {
    pub(crate) class: String,
    pub(crate) text: String,
    /// Names of packages; each is as good a first answer as every other.
    pub(crate) relevant: Vec<String>,
    pub(crate) reason: String,
}

/// Half of a set, each of which has all classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Half {
    /// What ranking may be changed for.
    Tuning,
    /// What only gives the figure at the end.
    Final,
}

impl Half {
    pub(crate) const ALL: [Half; 2] = [Half::Tuning, Half::Final];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Half::Tuning => "tuning",
            Half::Final => "final",
        }
    }
}

/// Queries and packages below the root of a checkout. What cannot be read is an error that names the file.
pub(crate) struct Checkout(pub(crate) PathBuf);

impl Checkout {
    /// Half of the queries of a set, as they stand in its file.
    pub(crate) fn judged(&self, set: &str, half: Half) -> Result<Vec<Judged>, String> {
        #[derive(Deserialize)]
        struct File {
            query: Vec<Judged>,
        }
        let name = format!("crates/search/tests/judged/{set}-{}.toml", half.name());
        Ok(toml_file::<File>(&self.0.join(name))?.query)
    }

    /// The packages in `templates/` as the index sees them.
    pub(crate) fn core(&self) -> Result<Vec<Document>, String> {
        let mut documents = Vec::new();
        for kind in folders(&self.0.join("templates"))? {
            for package in folders(&kind)? {
                documents.push(document(&package)?);
            }
        }
        Ok(documents)
    }
}

/// What of a `paracle.toml` is searched.
#[derive(Deserialize)]
struct Manifest {
    package: Package,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    kind: String,
    summary: String,
    license: String,
    authors: Vec<String>,
    categories: Vec<String>,
    keywords: Vec<String>,
}

fn document(folder: &Path) -> Result<Document, String> {
    let Manifest { package } = toml_file(&folder.join("paracle.toml"))?;
    Ok(Document {
        name: package.name,
        kind: package.kind,
        version: package.version,
        summary: package.summary,
        keywords: package.keywords,
        categories: package.categories,
        authors: package.authors,
        license: package.license,
        readme: text(&folder.join("README.md"))?,
        ..Document::default()
    })
}

fn toml_file<T: DeserializeOwned>(path: &Path) -> Result<T, String> {
    toml::from_str(&text(path)?).map_err(|error| format!("{}: {error}", path.display()))
}

fn text(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn folders(path: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error| format!("{}: {error}", path.display());
    let mut folders = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}
