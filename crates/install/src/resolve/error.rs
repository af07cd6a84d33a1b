use std::{error::Error, fmt};

use registry_index::PackageName;
use semver::{Version, VersionReq};

use crate::quote::Quoted;

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// A registry could not be asked.
    #[error("cannot look up {name} in {}", Quoted(.registry))]
    LookUp {
        /// The package.
        name: PackageName,
        /// The registry's URL.
        registry: String,
        /// What went wrong.
        source: Box<dyn Error + Send + Sync>,
    },
    /// A registry's answer contradicts itself.
    #[error("what {} says of {name} makes no sense: {what}", Quoted(.registry))]
    Answer {
        /// The package.
        name: PackageName,
        /// The registry's URL.
        registry: String,
        /// What is wrong with it.
        what: String,
    },
    /// A package does not exist, and that is all that is wrong.
    #[error("{0}")]
    Unknown(Unknown),
    /// It would go together with another Paracle.
    #[error("{}", told(.needs, .paracle))]
    Paracle {
        /// The releases that would be taken, and what they need.
        needs: Vec<(PackageName, Version, VersionReq)>,
        /// The Paracle that is used.
        paracle: Version,
    },
    /// The lock holds a release that its registry withdrew for good.
    #[error("{name} {version}, which the lock holds, was revoked: {}", Quoted(.why))]
    Revoked {
        /// The package.
        name: PackageName,
        /// The release.
        version: Version,
        /// The registry's reason.
        why: String,
    },
    /// What is wanted does not go together.
    #[error("{0}")]
    Conflict(Box<Explanation>),
    /// The search was given up.
    #[error("more {what}")]
    TooMuch {
        /// Of what there is too much.
        what: &'static str,
    },
}

/// A package that a registry does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The name.
    pub name: PackageName,
    /// The registry that was asked.
    pub registry: String,
    /// Who wants it: `the project`, or releases of a package.
    pub wanted_by: String,
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            registry,
            wanted_by,
        } = self;
        let registry = Quoted(registry);
        write!(
            f,
            "there is no package {name} in {registry}; {wanted_by} wants it"
        )
    }
}

/// Why nothing goes together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// In one line.
    pub headline: String,
    /// Who wants what, and what there is. Together they exclude every choice.
    pub facts: Vec<String>,
    /// What would help. Each was tried.
    pub remedies: Vec<String>,
    /// Packages among them that do not exist.
    pub unknown: Vec<Unknown>,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline)?;
        self.facts
            .iter()
            .try_for_each(|fact| write!(f, "\n  {fact}"))
    }
}

fn told(needs: &[(PackageName, Version, VersionReq)], paracle: &Version) -> String {
    let needs: Vec<String> = needs
        .iter()
        .map(|(name, version, range)| format!("{name} {version} needs Paracle {range}"))
        .collect();
    format!("{}, and Paracle {paracle} is used here", needs.join(", "))
}

impl ResolveError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::LookUp { .. } => "look at the network, or at the address of the registry",
            Self::Answer { .. } => "tell the people who run the registry",
            Self::Unknown(_) => "look at the spelling, and at the registry",
            Self::Paracle { .. } => "use a Paracle that fits, or packages that do without",
            Self::Revoked { name, .. } => {
                return format!(
                    "do not use it; `paracle template update {name}` takes another release"
                );
            }
            Self::Conflict(explanation) if explanation.remedies.is_empty() => {
                "no single change would help; ask for less, or ask the packages' authors"
            }
            Self::Conflict(explanation) => return explanation.remedies.join("\n"),
            Self::TooMuch { .. } => "ask for fewer packages, or for exact versions",
        }
        .to_owned()
    }
}
