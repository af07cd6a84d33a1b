//! Our index of the same packages, as a site publishes it, and what building it takes.

use std::path::PathBuf;

use super::texts::{self, Folder, Text};
use crate::apt;
use crate::bench::measure::{Sample, measure};
use crate::tree::{make, remove};
use crate::workspace::Failure;

/// A published index.
pub(super) struct Index {
    /// Holds `search/<digest>/` and `index/config.json`.
    pub(super) folder: PathBuf,
    pub(super) digest: String,
    pub(super) sample: Sample,
}

/// Builds it in a process of its own.
pub(super) fn index(
    folder: &Folder,
    packages: usize,
    packing: &[String],
) -> Result<Index, Failure> {
    let out = folder.0.join("ours");
    let own = std::env::current_exe().map_err(|error| Failure::of("cargo xtask", error))?;
    let mut command = std::process::Command::new(own);
    command
        .args(["bench", "web-index", &packages.to_string()])
        .args(packing);
    let sample = measure(&mut command)?;
    let digest = std::fs::read_to_string(out.join("digest"));
    let digest = digest.map_err(|error| Failure::of(out.display(), error))?;
    Ok(Index {
        folder: out,
        digest,
        sample,
    })
}

/// The process itself: reads the packages one by one, as memory is measured too.
pub(super) fn write(folder: &Folder, packing: &search::Packing) -> Result<(), Failure> {
    let out = folder.0.join("ours");
    remove(&out)?;
    let raw = out.join("raw");
    make(&raw)?;
    let texts = texts::read(&folder.texts())?;
    let built = search::build_into(&raw, texts.map(|text| text.map(document)))?;
    let packed = search::pack(&raw, &built, packing, |digest, name, bytes| {
        let folder = out.join("search").join(digest);
        make(&folder)?;
        apt::write(&folder.join(name), bytes)
    })?;
    remove(&raw)?;
    let config = serde_json::json!({ "search": { "digest": packed.digest } });
    make(&out.join("index"))?;
    apt::write(&out.join("index/config.json"), config.to_string())?;
    apt::write(&out.join("digest"), packed.digest)
}

/// What packages of a corpus have in common, and what an index keeps of each besides its texts.
fn document(text: Text) -> search::Document {
    let tokens = text.readme.len() as u64 / 4;
    search::Document {
        name: text.name,
        kind: text.kind,
        version: text.version,
        summary: text.summary,
        keywords: text.keywords,
        categories: vec![text.category],
        authors: vec![text.author],
        license: text.license,
        readme: text.readme,
        updated: "2023-11-14T22:13:20Z".to_owned(),
        label: "nnnnn".to_owned(),
        cost: [tokens / 10, tokens],
        ..search::Document::default()
    }
}

impl From<search::SearchError> for Failure {
    fn from(error: search::SearchError) -> Failure {
        Failure::of("the index", error)
    }
}
