//! The files of a package, with its answers in them.
//!
//! ```text
//! Contents + Answers -> Vec<Entry>
//!     path     `__name__` in a segment becomes the answer, `.j2` at the end is dropped
//!     text     of files that end in `.j2`, all in one child; others stay byte for byte
//!     checks   every path once more, and all together
//! ```
//!
//! A path is checked after answers were put into it, because what was harmless as written need not
//! be as rendered. The answers are checked too: they may come from a lock file.

mod path;

use std::collections::BTreeMap;

use archive::{Contents, Entry, PathRefusal, check_collisions, check_path};
use registry_index::{Manifest, PackageName};
use render::{RenderError, Renderer, Request, Template};

use crate::{
    quote::Quoted,
    variables::{AnswerError, Answers, Facts, check, context},
};

/// What files end in that are rendered.
const TEMPLATE: &str = ".j2";

/// Why a package's files could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderedError {
    /// An answer does not fit its question.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// A template is no text.
    #[error("{package}: the template {} is not UTF-8", Quoted(.path))]
    NotText {
        /// The package.
        package: PackageName,
        /// The file's path in the package.
        path: String,
    },
    /// A template fails.
    #[error("{package}: {source}")]
    Template {
        /// The package.
        package: PackageName,
        /// Which, and why.
        source: Box<RenderError>,
    },
    /// An answer cannot stand in a path.
    #[error("{package}: {} cannot be named after the answer to `{variable}`: {why}", Quoted(.path))]
    Name {
        /// The package.
        package: PackageName,
        /// The file's path in the package.
        path: String,
        /// The variable in it.
        variable: String,
        /// Why not.
        why: &'static str,
    },
    /// With the answers in it, a path may not be used.
    #[error("{package}: with the answers, {} cannot be used: {refusal}", Quoted(.path))]
    Path {
        /// The package.
        package: PackageName,
        /// The file's path in the package.
        path: String,
        /// Which path it becomes, and why that is refused.
        refusal: PathRefusal,
    },
    /// With the answers in it, a path is one that packages may not have.
    #[error("{package}: with the answers, {} becomes {}, which {why}", Quoted(.path), Quoted(.becomes))]
    Form {
        /// The package.
        package: PackageName,
        /// The file's path in the package.
        path: String,
        /// The path it becomes.
        becomes: String,
        /// Why not.
        why: &'static str,
    },
    /// Two files become one.
    #[error(
        "{package}: with the answers, {} and {} both become {}",
        Quoted(.first), Quoted(.second), Quoted(.becomes)
    )]
    Twice {
        /// The package.
        package: PackageName,
        /// Path of the one in the package.
        first: String,
        /// Path of the other in the package.
        second: String,
        /// The path that both become.
        becomes: String,
    },
}

impl RenderedError {
    /// What to do about it, where there is something to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Answer(error) => error.hint(),
            Self::Template { source, .. } => source.hint().map(str::to_owned),
            Self::NotText { .. } => None,
            Self::Name { variable, .. } => Some(format!("answer `{variable}` differently")),
            Self::Path { .. } | Self::Form { .. } | Self::Twice { .. } => {
                Some("answer differently what stands in the path between `__` and `__`".to_owned())
            }
        }
    }
}

/// The files of `contents` as `answers` make them, sorted by path. The same answers give the same
/// bytes. Starts a child only where there is a file to render.
///
/// # Errors
/// Where an answer does not fit, a template fails, or a path cannot be used.
pub fn render(
    contents: Contents,
    manifest: &Manifest,
    answers: &Answers,
    facts: &Facts,
    renderer: &Renderer,
) -> Result<Vec<Entry>, RenderedError> {
    check(manifest, answers)?;
    let mut entries = place(contents.entries, manifest, answers)?;
    let mut templates = Vec::new();
    for (written, entry) in entries.values_mut() {
        if written.ends_with(TEMPLATE) {
            let text = String::from_utf8(std::mem::take(&mut entry.bytes));
            let text = text.map_err(|_| RenderedError::NotText {
                package: manifest.name.clone(),
                path: written.clone(),
            })?;
            let name = written.clone();
            templates.push(Template { name, text });
        }
    }
    if !templates.is_empty() {
        let values = context(manifest, answers, facts);
        let rendered = renderer
            .render(&Request { templates, values })
            .map_err(|source| RenderedError::Template {
                package: manifest.name.clone(),
                source: Box::new(source),
            })?;
        // Those that were asked for, in their order.
        let wanted = entries.values_mut();
        let wanted = wanted.filter(|(written, _)| written.ends_with(TEMPLATE));
        for ((_, entry), rendered) in wanted.zip(rendered) {
            entry.bytes = rendered.text.into_bytes();
        }
    }
    Ok(entries.into_values().map(|(_, entry)| entry).collect())
}

/// Every file by the path it gets, with the path as written.
type Placed = BTreeMap<String, (String, Entry)>;

fn place(
    entries: Vec<Entry>,
    manifest: &Manifest,
    answers: &Answers,
) -> Result<Placed, RenderedError> {
    let package = &manifest.name;
    let mut placed = Placed::new();
    for entry in entries {
        let written = entry.path;
        let becomes = path::rendered(&written, manifest, answers)?;
        check_path(&becomes).map_err(|refusal| RenderedError::Path {
            package: package.clone(),
            path: written.clone(),
            refusal,
        })?;
        if becomes != written
            && let Some(why) = path::bad_form(&becomes)
        {
            return Err(RenderedError::Form {
                package: package.clone(),
                path: written,
                becomes,
                why,
            });
        }
        if let Some((first, _)) = placed.get(&becomes) {
            return Err(RenderedError::Twice {
                package: package.clone(),
                first: first.clone(),
                second: written,
                becomes,
            });
        }
        let entry = Entry {
            path: becomes.clone(),
            ..entry
        };
        placed.insert(becomes, (written, entry));
    }
    check_collisions(placed.keys().map(String::as_str)).map_err(|refusal| {
        let of = match &refusal {
            PathRefusal::Collision { path, .. } | PathRefusal::FileAndFolder { path, .. } => {
                placed.get(path).map(|(written, _)| written.clone())
            }
            _ => None,
        };
        RenderedError::Path {
            package: package.clone(),
            path: of.unwrap_or_default(),
            refusal,
        }
    })?;
    Ok(placed)
}
