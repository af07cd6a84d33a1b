//! Pagefind and MiniSearch, from npm, asked in Node: `others.mjs` does it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use search::Document;
use serde::{Deserialize, Serialize};

use super::figures::DEPTH;
use crate::npm::{self, Package};
use crate::tree::make;
use crate::workspace::{Failure, Workspace};

/// Exactly this: a figure that is compared with has to stay what it was.
const MINISEARCH: Package = Package {
    name: "minisearch",
    version: "7.2.0",
};
const SCRIPT: &str = include_str!("others.mjs");

/// The two, ready to be asked.
pub(super) struct Others {
    /// Where they are asked and answer.
    folder: PathBuf,
    node: PathBuf,
    pagefind: PathBuf,
    minisearch: PathBuf,
}

/// Names of packages, best first, for each query.
#[derive(Deserialize)]
pub(super) struct Answers {
    pub(super) pagefind: Vec<Vec<String>>,
    pub(super) minisearch: Vec<Vec<String>>,
}

#[derive(Serialize)]
struct Asked<'a> {
    documents: Vec<Page<'a>>,
    queries: Vec<Query>,
    depth: usize,
}

#[derive(Serialize)]
struct Page<'a> {
    name: &'a str,
    kind: &'a str,
    category: &'a [String],
    summary: &'a str,
    keywords: &'a [String],
    readme: &'a str,
}

/// What was typed, with filters as values.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Query {
    text: String,
    is: BTreeMap<String, Vec<String>>,
    is_not: BTreeMap<String, Vec<String>>,
}

impl Others {
    /// Fetches them, once.
    pub(super) fn of(workspace: &Workspace) -> Result<Others, Failure> {
        let folder = workspace.target().join("quality");
        make(&folder)?;
        // Pagefind writes modules and does not say so.
        write(&folder.join("package.json"), "{\"type\": \"module\"}\n")?;
        npm::provide_node(workspace)?;
        Ok(Others {
            folder,
            node: npm::node(workspace),
            pagefind: npm::PAGEFIND.provide(workspace)?,
            minisearch: MINISEARCH.provide(workspace)?,
        })
    }

    /// Indexes the documents and asks for every text.
    pub(super) fn ask<'a>(
        &self,
        documents: &[Document],
        texts: impl Iterator<Item = &'a str>,
    ) -> Result<Answers, Failure> {
        let asked = Asked {
            documents: documents.iter().map(page).collect(),
            queries: texts.map(query).collect(),
            depth: DEPTH,
        };
        let json = |error| Failure::of("JSON", error);
        let text = serde_json::to_string(&asked).map_err(json)?;
        write(&self.folder.join("asked.json"), &text)?;
        let script = self.folder.join("others.mjs");
        write(&script, SCRIPT)?;
        let mut node = Command::new(&self.node);
        node.arg(&script)
            .args([&self.folder, &self.pagefind, &self.minisearch]);
        finish(node)?;
        let answered = self.folder.join("answered.json");
        let text = fs::read(&answered).map_err(|e| Failure::of(answered.display(), e))?;
        serde_json::from_slice(&text).map_err(json)
    }
}

fn page(document: &Document) -> Page<'_> {
    Page {
        name: &document.name,
        kind: &document.kind,
        category: &document.categories,
        summary: &document.summary,
        keywords: &document.keywords,
        readme: &document.readme,
    }
}

/// Filters apart from words. What is excluded as a word is left out: neither can exclude, and looking
/// for it instead would be the opposite of what is meant.
fn query(text: &str) -> Query {
    let mut query = Query::default();
    for word in text.split_whitespace() {
        let (is_excluded, rest) = match word.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, word),
        };
        match rest.split_once(':') {
            Some((field, value)) => {
                let fields = match is_excluded {
                    true => &mut query.is_not,
                    false => &mut query.is,
                };
                let values = fields.entry(field.to_owned()).or_default();
                values.push(value.to_owned());
            }
            None if is_excluded => {}
            None => query.text += &format!("{word} "),
        }
    }
    query.text.truncate(query.text.trim_end().len());
    query
}

fn finish(mut command: Command) -> Result<(), Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure(format!("`{name}` failed ({status})"))),
        Err(error) => Err(Failure::of(name, error)),
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|error| Failure::of(path.display(), error))
}

#[cfg(test)]
mod tests {
    use super::query;

    #[test]
    fn filters_are_taken_out_of_a_text() {
        let query = query("review -sql kind:agent -tag:csv \"git blame\"");
        assert_eq!(query.text, "review \"git blame\"");
        assert_eq!(query.is["kind"], ["agent"]);
        assert_eq!(query.is_not["tag"], ["csv"]);
    }
}
