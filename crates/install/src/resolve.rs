//! Which releases: what is wanted, and all that it needs, as new as fits together.
//!
//! ```text
//! Question + Registries -> Resolution
//!   shelf      what was looked up; each package of each registry once, and only those reached
//!   fit        may this release be taken for this range?
//!   solve      pubgrub over the releases that may
//!   outcome    what it chose, in the order of need, and what is to be told of it
//!   explain    where nothing goes together: who wants what, what there is, what would help
//! ```
//!
//! A dependency is looked for in the registry that its package came from, or in the one that it names
//! by URL, and nowhere else. The packages that are wanted are as new as can be, the first before the
//! second: the second is held back where the first's newest release asks for it, never the other
//! way round. What the lock holds counts as the newest while it fits.

use std::{collections::BTreeSet, error::Error, fmt};

use registry_index::{
    PackageName,
    wire::{Package, Release},
};
use semver::{Version, VersionReq};

use crate::quote::Quoted;

mod error;
mod explain;
mod fit;
mod graph;
mod outcome;
mod remedy;
mod shelf;
mod solve;
mod versions;

pub use error::{Explanation, ResolveError, Unknown};

/// Where releases are looked up, one registry at a time, by canonical URL.
pub trait Registries {
    /// All that the registry at `url` says of `name`; `None` where it has no such package. A package
    /// that was renamed is answered under its new name.
    fn package(
        &self,
        url: &str,
        name: &PackageName,
    ) -> Result<Option<Package>, Box<dyn Error + Send + Sync>>;
}

/// A package that the project asks for.
#[derive(Clone, Debug)]
pub struct Want {
    /// Its name.
    pub name: PackageName,
    /// The canonical URL of its registry.
    pub registry: String,
    /// Which releases would do; [`VersionReq::STAR`] for the newest.
    pub range: VersionReq,
}

/// A release that the lock holds. It may be taken although it is yanked, young, or a prerelease.
#[derive(Clone, Debug)]
pub struct Locked {
    /// The package.
    pub name: PackageName,
    /// The canonical URL of its registry.
    pub registry: String,
    /// The release.
    pub version: Version,
    /// Whether it gives way to a newer release that fits; else it is kept while it fits.
    pub gives_way: bool,
}

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Question<'a> {
    /// What the project wants, in order of weight. A package may stand here twice, as where
    /// `packages.toml` and the command line both name it; then both ranges hold.
    pub wants: Vec<Want>,
    /// What the lock holds.
    pub locked: Vec<Locked>,
    /// Optional dependencies that were taken: whose, and which, as its manifest writes the name.
    pub with: BTreeSet<(PackageName, PackageName)>,
    /// The Paracle that is used, where that is known.
    pub paracle: Option<&'a Version>,
    /// Releases published after this instant are passed over, unless locked: the 72-hour rule.
    /// RFC 3339 in UTC with whole seconds, as in `2026-01-02T03:04:05Z`.
    pub not_after: Option<&'a str>,
    /// Takes prereleases also where no range names one.
    pub prereleases: bool,
}

/// What is to be had.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolution {
    /// Each after those that it needs, else in the order of names. Packages that need each other
    /// stand side by side.
    pub packages: Vec<Resolved>,
    /// What is to be told, in the order of names.
    pub notes: Vec<Note>,
}

/// A package that was chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    /// The canonical URL of the registry that has it.
    pub registry: String,
    /// The release.
    pub release: Release,
    /// Why its registry would not choose it any more.
    pub deprecated: Option<String>,
    /// What its registry would use instead.
    pub replaced_by: Option<PackageName>,
    /// What it needs, by the names they have now; sorted.
    pub needs: Vec<PackageName>,
    /// Optional dependencies that were not taken and are not in the project otherwise.
    pub offered: Vec<Offered>,
}

impl Resolved {
    /// The package.
    pub fn name(&self) -> &PackageName {
        &self.release.record.manifest.name
    }

    /// The version that was chosen.
    pub fn version(&self) -> &Version {
        self.release.version()
    }
}

/// An optional dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// As the manifest writes it; what [`Question::with`] takes.
    pub name: PackageName,
    /// The registry it would be looked for in.
    pub registry: String,
    /// Which releases would do.
    pub range: VersionReq,
}

/// Something to be told about a resolution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The package has another name now.
    Renamed {
        /// The name that is written somewhere.
        old: PackageName,
        /// The name it has.
        new: PackageName,
    },
    /// The registry would not choose the package any more.
    Deprecated {
        /// The package.
        name: PackageName,
        /// The registry's reason.
        why: Option<String>,
        /// What it would use instead.
        instead: Option<PackageName>,
    },
    /// A release that is newer than the chosen one would have suited all who want the package.
    Passed {
        /// The package.
        name: PackageName,
        /// The newest such release.
        version: Version,
        /// What spoke against it.
        why: Why,
    },
    /// The lock holds a release that was yanked since; it was kept.
    Yanked {
        /// The package.
        name: PackageName,
        /// The release.
        version: Version,
        /// The registry's reason.
        why: String,
    },
    /// The lock holds a release that its registry does not have any more; another was chosen.
    Gone {
        /// The package.
        name: PackageName,
        /// The release.
        version: Version,
    },
    /// An optional dependency was asked for that the chosen release does not offer.
    NotOffered {
        /// Whose it would be.
        name: PackageName,
        /// The optional dependency.
        wanted: PackageName,
    },
}

/// What speaks against a release whose number fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Refused everywhere, for this reason.
    Revoked(String),
    /// Its description needs features that this program does not know.
    Features(Vec<String>),
    /// It needs another Paracle.
    Paracle(VersionReq),
    /// Not chosen any more, for this reason.
    Yanked(String),
    /// A prerelease, and no range names one.
    Prerelease,
    /// Published too late, at this instant.
    Young(String),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Revoked(why) => write!(f, "revoked: {}", Quoted(why)),
            Self::Features(needs) => {
                write!(f, "needs a newer `paracle` program: ")?;
                let needs: Vec<String> = needs.iter().map(|n| Quoted(n).to_string()).collect();
                f.write_str(&needs.join(", "))
            }
            Self::Paracle(range) => write!(f, "needs Paracle {range}"),
            Self::Yanked(why) => write!(f, "yanked: {}", Quoted(why)),
            Self::Prerelease => f.write_str("a prerelease"),
            Self::Young(_) => f.write_str("younger than 72 hours"),
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Renamed { old, new } => write!(f, "{old} is called {new} now"),
            Self::Deprecated { name, why, instead } => {
                write!(f, "{name} should not be chosen any more")?;
                if let Some(why) = why {
                    write!(f, ": {}", Quoted(why))?;
                }
                match instead {
                    Some(instead) => write!(f, "; use {instead} instead"),
                    None => Ok(()),
                }
            }
            Self::Passed { name, version, why } => {
                write!(f, "{name} {version} was passed over: {why}")
            }
            Self::Yanked { name, version, why } => {
                write!(
                    f,
                    "{name} {version} was yanked, and is kept because the lock holds it: "
                )?;
                Quoted(why).fmt(f)
            }
            Self::Gone { name, version } => write!(
                f,
                "{name} {version}, which the lock holds, is not in its registry any more"
            ),
            Self::NotOffered { name, wanted } => {
                write!(f, "{name} does not offer {wanted}, which was asked for")
            }
        }
    }
}

/// Answers `question` from what `registries` say. The same question and the same answers give the
/// same resolution.
///
/// A failure is explained with what would help, and each remedy that is named was tried; so more
/// packages are looked up than for a question that has an answer.
pub fn resolve(
    question: &Question<'_>,
    registries: &dyn Registries,
) -> Result<Resolution, ResolveError> {
    let shelf = shelf::Shelf::new(registries, &question.locked);
    let terms = solve::Terms::of(question);
    match solve::solve(&shelf, &terms)? {
        solve::Solved::Chosen(chosen) => outcome::outcome(&shelf, &terms, &chosen),
        solve::Solved::Impossible(links) => Err(explain::failure(&shelf, &terms, &links)?),
    }
}
