use std::{io, path::PathBuf};

use archive::PathRefusal;
use registry_index::PackageName;
use semver::Version;

use crate::{plan::Conflict, quote::Quoted};

/// Why nothing was installed. Unless it is [`InstallError::NotUndone`], the project is as it was.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// The project's folder cannot be opened.
    #[error("cannot open the folder {}", .path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The package wants something that this version cannot do.
    #[error("{package} {wants}, which this version cannot do yet")]
    NotYet {
        /// The package.
        package: PackageName,
        /// What it wants, as in "asks for the variables `team`".
        wants: String,
    },
    /// The registry withdrew the release.
    #[error("{package} {version} was revoked: {}", Quoted(.why))]
    Revoked {
        /// The package.
        package: PackageName,
        /// The release.
        version: Version,
        /// The registry's reason.
        why: String,
    },
    /// The package's files could not be made with the answers.
    #[error(transparent)]
    Rendered(#[from] crate::rendered::RenderedError),
    /// What was to be installed has no manifest that can be read.
    #[error("{} has no paracle.toml that can be read", Quoted(.what))]
    NoManifest {
        /// What it was called.
        what: String,
    },
    /// A package is asked for twice, in two versions.
    #[error("{package} was chosen in the versions {one} and {other}")]
    TwoVersions {
        /// The package.
        package: PackageName,
        /// One of them.
        one: Version,
        /// The other.
        other: Version,
    },
    /// A package is to be removed that is not there.
    #[error("{package} is not installed here")]
    NotInstalled {
        /// The package.
        package: PackageName,
    },
    /// Another package needs what is to be removed.
    #[error("{package} is needed by {}", .by.join(", "))]
    Needed {
        /// The package.
        package: PackageName,
        /// Who needs it.
        by: Vec<String>,
    },
    /// There is no operation to be undone, or what it did is gone.
    #[error("nothing can be undone: {why}")]
    NoUndo {
        /// Why.
        why: String,
    },
    /// The archive is not what the record says it is.
    #[error("the archive of {package} is not the one that the registry describes: {what}")]
    Mismatch {
        /// The package.
        package: PackageName,
        /// What differs.
        what: String,
    },
    /// A file of the package may not lie where it says.
    #[error("{package}: {refusal}")]
    Path {
        /// The package.
        package: PackageName,
        /// Which path and why.
        refusal: PathRefusal,
    },
    /// A file of the package has no place in a project.
    #[error("{package} has a file that belongs nowhere: {}", Quoted(.path))]
    NoPlace {
        /// The package.
        package: PackageName,
        /// The file's path in the package.
        path: String,
    },
    /// A file of the package would lie where the account of packages is kept.
    #[error("{package} may not bring {}, which only `paracle` writes", Quoted(.path))]
    Reserved {
        /// The package.
        package: PackageName,
        /// The file's path in the project.
        path: String,
    },
    /// A package of that name is installed, or asked for, from another registry.
    #[error("{package} comes from {} here, not from {}", Quoted(.known), Quoted(.wanted))]
    OtherRegistry {
        /// The package.
        package: PackageName,
        /// The registry that `packages.toml` or the lock names.
        known: String,
        /// The registry it was to be installed from.
        wanted: String,
    },
    /// `packages.toml` or `packages.lock` cannot be read.
    #[error("{path} cannot be read: {message}")]
    Account {
        /// Path from the project's root.
        path: String,
        /// What is wrong, with line and column where there is one.
        message: String,
    },
    /// The project has something else where the packages' files and entries belong.
    #[error("{} in the way", told(.0.len()))]
    Conflicts(Vec<Conflict>),
    /// What stands in the project at `path` is a link, or no folder, or no file.
    #[error("{} in the project is {what}", Quoted(.path))]
    InTheWay {
        /// Path from the project's root.
        path: String,
        /// What it is.
        what: &'static str,
    },
    /// It was broken off before it was done.
    #[error("interrupted; nothing was changed")]
    Interrupted,
    /// The project changed while it was installed into.
    #[error("{} was changed by another program just now", Quoted(.path))]
    Changed {
        /// Path from the project's root.
        path: String,
    },
    /// The system did not let us read or write.
    #[error("cannot {doing} {}", Quoted(.path))]
    Io {
        /// `read`, `write` …
        doing: &'static str,
        /// Path from the project's root.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// It failed half-way, and taking back what had been done failed as well.
    #[error("{cause}; {} could not be taken back", .left.join(", "))]
    NotUndone {
        /// Why it failed.
        cause: Box<InstallError>,
        /// Paths from the project's root that are not as they were.
        left: Vec<String>,
    },
}

fn told(count: usize) -> String {
    match count {
        1 => "one thing is".to_owned(),
        _ => format!("{count} things are"),
    }
}

impl InstallError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Rendered(error) => error.hint().unwrap_or_default(),
            other => other.fixed_hint().to_owned(),
        }
    }

    fn fixed_hint(&self) -> &'static str {
        match self {
            Self::Rendered(_) => "",
            Self::Folder { .. } => "name a folder that exists and that you may read",
            Self::NotYet { .. } => "upgrade `paracle`, or choose a package without it",
            Self::Revoked { .. } => "choose another version; do not use this one",
            Self::NoManifest { .. } => "a package is a folder with a paracle.toml",
            Self::TwoVersions { .. } => "ask for one of them",
            Self::NotInstalled { .. } => "`paracle template list` says what is",
            Self::Needed { .. } => "remove these as well, or keep it",
            Self::NoUndo { .. } => "version control knows how the project was",
            Self::Mismatch { .. } => {
                "do not use it; tell the people who run the registry, it may have been tampered with"
            }
            Self::Path { refusal, .. } => refusal.hint(),
            Self::NoPlace { .. } | Self::Reserved { .. } => {
                "tell the package's author; `paracle registry check` finds this"
            }
            Self::OtherRegistry { .. } => {
                "a name stands for one package in a project; correct packages.toml if that is the wrong one"
            }
            Self::Account { .. } => "correct the file, or take it from version control",
            Self::Conflicts(_) => "rename or remove what is yours, then install again",
            Self::InTheWay { .. } => {
                "links in a project are not followed; put a real file or folder there"
            }
            Self::Interrupted | Self::Changed { .. } => "run the command again",
            Self::Io { .. } => "look at the permissions and the free space of the disk",
            Self::NotUndone { .. } => {
                "look at these files; the next command tries again, and .paracle/current keeps the old ones"
            }
        }
    }
}
