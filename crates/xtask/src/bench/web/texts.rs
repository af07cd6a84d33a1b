//! The same packages for every engine: a line of JSON each for ours, a page each for Pagefind.
//!
//! Made in a process of its own, whose memory would else be counted for those that it starts.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::queries::Drawing;
use crate::apt;
use crate::corpus::{self, Package};
use crate::tree::{make, remove};
use crate::workspace::{Failure, Workspace};

/// What a package says.
#[derive(Serialize, Deserialize)]
pub(super) struct Text {
    /// With its namespace.
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) license: String,
    pub(super) version: String,
    pub(super) author: String,
    pub(super) category: String,
    pub(super) keywords: Vec<String>,
    pub(super) summary: String,
    pub(super) readme: String,
}

impl From<&Package> for Text {
    fn from(package: &Package) -> Text {
        Text {
            name: format!("{}/{}", package.namespace(), package.name),
            kind: package.kind.word().to_owned(),
            license: package.license.to_owned(),
            version: package.version.to_owned(),
            author: package.author.clone(),
            category: package.category.clone(),
            keywords: package.keywords.clone(),
            summary: package.summary.clone(),
            readme: package.readme.clone(),
        }
    }
}

/// Where the texts of a number of packages lie, and what engines make of them.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn of(workspace: &Workspace, packages: usize) -> Folder {
        Folder(workspace.target().join(format!("bench/web-{packages}")))
    }

    /// A [`Text`] a line, in the order of their names.
    pub(super) fn texts(&self) -> PathBuf {
        self.0.join("texts.jsonl")
    }

    pub(super) fn pages(&self) -> PathBuf {
        self.0.join("pages")
    }

    pub(super) fn queries(&self) -> PathBuf {
        self.0.join("queries.json")
    }

    /// There once all of it is.
    pub(super) fn made(&self) -> PathBuf {
        self.0.join("made")
    }
}

/// Makes all of it.
pub(super) fn write(workspace: &Workspace, packages: usize) -> Result<(), Failure> {
    let folder = Folder::of(workspace, packages);
    remove(&folder.0)?;
    make(&folder.pages())?;
    let mut texts = Vec::with_capacity(packages);
    corpus::packages(workspace, packages, 1, |package| {
        texts.push(Text::from(package));
        Ok(())
    })?;
    texts.sort_by(|a, b| a.name.cmp(&b.name));
    let path = folder.texts();
    let failed = |error: std::io::Error| Failure::of(path.display(), error);
    let mut lines = BufWriter::new(File::create(&path).map_err(failed)?);
    for text in &texts {
        let line = serde_json::to_string(text).map_err(|e| Failure::of(path.display(), e))?;
        writeln!(lines, "{line}").map_err(failed)?;
        let own = text.name.rsplit('/').next().unwrap_or_default();
        apt::write(&folder.pages().join(format!("{own}.html")), page(text))?;
    }
    lines
        .into_inner()
        .map_err(|error| failed(error.into_error()))?;
    let queries = Drawing::of(&texts).all();
    let queries = serde_json::to_string_pretty(&queries);
    let path = folder.queries();
    apt::write(&path, queries.map_err(|e| Failure::of(path.display(), e))?)?;
    apt::write(&folder.made(), "")
}

/// The texts of a file, one after the other.
pub(super) fn read(
    path: &Path,
) -> Result<impl Iterator<Item = Result<Text, Failure>> + use<>, Failure> {
    let file = File::open(path).map_err(|error| Failure::of(path.display(), error))?;
    let name = path.display().to_string();
    Ok(BufReader::new(file).lines().map(move |line| {
        let line = line.map_err(|error| Failure::of(&name, error))?;
        serde_json::from_str(&line).map_err(|error| Failure::of(&name, error))
    }))
}

/// A page that says what our index knows, as Pagefind wants its pages.
fn page(text: &Text) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{name}</title></head>\n\
         <body><main data-pagefind-body>\n<h1>{name}</h1>\n<p>{summary}</p>\n\
         <p>A <span data-pagefind-filter=\"kind\">{kind}</span> in \
         <span data-pagefind-filter=\"category\">{category}</span> by {author}, {license}: {keywords}</p>\n",
        name = escaped(&text.name),
        summary = escaped(&text.summary),
        kind = text.kind,
        category = escaped(&text.category),
        author = escaped(&text.author),
        license = text.license,
        keywords = escaped(&text.keywords.join(", ")),
    );
    for paragraph in text.readme.split("\n\n").skip(1) {
        let paragraph = paragraph.trim().replace('\\', "");
        let (open, close, inner) = match paragraph.strip_prefix("## ") {
            Some(heading) => ("<h2>", "</h2>", heading),
            None => ("<p>", "</p>", &*paragraph),
        };
        page += &format!("{open}{}{close}\n", escaped(inner));
    }
    page + "</main></body></html>\n"
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Text, page};

    pub(in super::super) fn text(name: &str, summary: &str) -> Text {
        Text {
            name: format!("deb-001/{name}"),
            kind: "agent".to_owned(),
            license: "MIT".to_owned(),
            version: "1.0.0".to_owned(),
            author: "ann".to_owned(),
            category: "games".to_owned(),
            keywords: vec!["war".to_owned()],
            summary: summary.to_owned(),
            readme: format!("# {name}\n\n{summary}.\n\n## More\n\nA \\<b\\> & c\n"),
        }
    }

    #[test]
    fn a_page_says_what_the_package_says() {
        let page = page(&text("0ad", "Game of <war>"));
        for part in [
            "<h1>deb-001/0ad</h1>",
            "<p>Game of &lt;war&gt;</p>",
            "data-pagefind-filter=\"category\">games<",
            "<h2>More</h2>",
            "<p>A &lt;b&gt; &amp; c</p>",
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
    }
}
