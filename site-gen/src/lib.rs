//! Compiles a registry into a static gallery: pages for people, an index for clients, JSON for programs.
//!
//! Pure: no network, no clock, no environment. The same input gives the same bytes, however many
//! threads work on it. Memory stays bounded because every file goes straight to the writer; only one
//! line of each package (what lists show) is kept.
//!
//! Nothing here trusts a package: text is cleaned in [`text`], Markdown becomes inert HTML in
//! [`markdown`], every address is made in [`links`], and the views escape whatever they print.
//!
//! ```text
//! site     the flow: Registry -> files
//! view     what the views may see                pages    one module per kind of page
//! index    what clients read, archives           api      the same for programs, with OpenAPI
//! search   the search index                      sitemap  where every page is
//! assets   style and scripts, named by digest    engine   the search engine for the browser
//! output   counts what is written
//! ```

use registry_index::{Record, Registry, artifact::SiteWriter, artifact::WriteError, blobs::Blobs};

mod api;
mod assets;
pub mod engine;
mod highlight;
mod index;
mod json;
pub mod links;
pub mod markdown;
mod output;
mod pages;
mod search;
mod site;
mod sitemap;
pub mod text;
mod view;

/// What a gallery is made of.
pub struct Input<'a> {
    /// The registry.
    pub registry: &'a Registry,
    /// Archives, READMEs, change logs and pictures by digest. A missing blob costs one page its part
    /// and gives a warning.
    pub blobs: &'a dyn Blobs,
    /// Absolute URL of the site, with or without a slash at its end. Pages link relatively either
    /// way; this one is for canonical addresses, the sitemap and the page for unknown addresses.
    pub base_url: Option<&'a str>,
    /// Pages of documentation, in the order in which they are listed.
    pub docs: Vec<DocPage>,
    /// Packages that are not released yet: shown as drafts, never in the published index. Their
    /// blobs are in `blobs`.
    pub drafts: &'a [Record],
    /// Whom the site is for.
    pub live: Mode,
}

/// A page of documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocPage {
    /// Its address below `docs/`: words of `[a-z0-9-]`, joined by `/` where pages are nested.
    /// `index` is shown above the list of all pages.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Its text. A relative link to `<slug>.md` leads to that page.
    pub markdown: String,
}

/// Whom a site is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Everybody.
    Publish,
    /// Somebody who edits the registry: pages load themselves again when the server at `/_reload`
    /// says so.
    Serve,
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Released packages.
    pub packages: usize,
    /// HTML pages.
    pub pages: usize,
    /// Files of all sorts.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// What is missing from pages and why; sorted.
    pub warnings: Vec<String>,
}

/// Why there is no site.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A blob is there but cannot be read.
    #[error("cannot read the blob of {what}")]
    Blob {
        /// Whose blob.
        what: String,
        /// Why.
        source: std::io::Error,
    },
    /// The base URL is none.
    #[error("{0:?} is not the URL of a site; write it as https://host/path/")]
    BaseUrl(String),
    /// A page of documentation has an address that is none.
    #[error("{0:?} cannot be the address of a page of documentation; use words of a-z, 0-9 and -")]
    Slug(String),
    /// The search index cannot be built.
    #[error("the search index cannot be built")]
    Search(#[from] ::search::SearchError),
    /// A bug of ours: one of our own views does not render.
    #[error("the view {view} does not render")]
    View {
        /// Its file's name.
        view: String,
        /// Why.
        source: Box<minijinja::Error>,
    },
    /// A bug of ours: our own data does not serialize.
    #[error("{what} cannot be written as JSON")]
    Json {
        /// What it was.
        what: &'static str,
        /// Why.
        source: serde_json::Error,
    },
}

/// Writes the gallery of `input` to `out`, which the caller finishes.
pub fn build(input: &Input<'_>, out: &SiteWriter) -> Result<Summary, BuildError> {
    site::build(input, out)
}
