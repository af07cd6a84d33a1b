//! What changes without a commit: everything that a registry has, looked at once more.
//!
//! ```text
//! rules    every rule, over everything                       -> their findings
//! sources  releases that others keep the sources of          -> `source-moved`, `source-gone`
//! links    addresses in READMEs and manifests                -> `link-dead`
//! age      packages whose newest release is old              -> `package-stale`
//! ```
//!
//! What asks the network stands behind two traits, [`Sources`] and [`Links`]; `ask` has the ones that
//! do. A link that could not be asked is counted, not reported: a server that is slow, or does not like
//! to be asked by programs, is not dead.

mod age;
pub mod ask;
mod links;
mod sources;

use std::path::Path;

use git::{Commit, GitError};
use registry_index::{
    Finding, Layout, Registry, Selection,
    blobs::Blobs,
    load::{self, Loaded},
};
use url::Url;

use crate::{Check, PublishError, check};

/// A source whose commit no branch and no tag leads to any more.
pub const MOVED: &str = "source-moved";
/// A source that is not there, or does not answer.
pub const GONE: &str = "source-gone";
/// An address that the server says it does not have.
pub const DEAD: &str = "link-dead";
/// A package without a release for long.
pub const STALE: &str = "package-stale";

/// Where pinned sources are.
pub trait Sources: Sync {
    /// Which of `commits` a branch or a tag of the repository at `url` leads to, in their order.
    fn contained(&self, url: &str, commits: &[Commit]) -> Result<Vec<bool>, GitError>;
}

/// What others' servers say of an address.
pub trait Links: Sync {
    /// Asks once; the address is https unless whoever made this allows more.
    fn ask(&self, url: &Url) -> Answer;
}

/// What is known of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Something is there, or something says that we may not see it.
    Alive,
    /// The server says that it is not there: 404 or 410.
    Dead(u16),
    /// Anything else; why. May quote the server.
    Unknown(String),
}

/// What is looked at, and with what.
pub struct Recheck<'a> {
    /// The registry's folder or one below it.
    pub folder: &'a Path,
    /// Blobs that are at hand.
    pub blobs: &'a dyn Blobs,
    /// Parses contributed templates.
    pub renderer: &'a render::Renderer,
    /// Where pinned sources are; none to leave them out.
    pub sources: Option<&'a dyn Sources>,
    /// Who asks servers; none to leave links out.
    pub links: Option<&'a dyn Links>,
    /// The time: RFC 3339, UTC.
    pub now: &'a str,
    /// Months without a release after which a package counts as stale; none to leave that out.
    pub stale_after: Option<u32>,
}

/// What was looked at, and what was found.
#[derive(Clone, Debug, Default)]
pub struct Rechecked {
    /// Sorted by place.
    pub findings: Vec<Finding>,
    /// Packages in the index or below `templates/`.
    pub packages: usize,
    /// Others' repositories that were asked.
    pub sources: usize,
    /// Addresses that were asked.
    pub links: usize,
    /// Addresses of which nothing is known, with the reason; sorted. Hostile text.
    pub unknown: Vec<(String, String)>,
}

/// Looks at everything.
///
/// # Errors
/// [`PublishError`], where the registry cannot be read. What is found is no error.
pub fn recheck(request: &Recheck<'_>) -> Result<Rechecked, PublishError> {
    let checked = check(&Check {
        folder: request.folder,
        base: None,
        only: &[],
        blobs: request.blobs,
        renderer: request.renderer,
    })?;
    let layout = Layout::find(request.folder)?;
    let mut loaded = load::load(&layout, &Selection::All)?;
    let kept = std::mem::take(&mut loaded.sources);
    let registry = freeze(loaded)?;
    let mut done = Rechecked {
        findings: checked.findings,
        packages: checked.packages,
        ..Rechecked::default()
    };
    if let Some(asked) = request.sources {
        sources::look(&registry, asked, &mut done);
    }
    if let Some(asked) = request.links {
        links::look(&registry, &kept, request.blobs, asked, &mut done);
    }
    if let Some(months) = request.stale_after {
        age::look(&registry, request.now, months, &mut done);
    }
    done.findings.sort();
    done.unknown.sort();
    Ok(done)
}

fn freeze(loaded: Loaded) -> Result<Registry, PublishError> {
    let findings = loaded.findings.clone();
    Registry::freeze(loaded).ok_or(PublishError::NoConfig(findings))
}

#[cfg(test)]
mod tests;
