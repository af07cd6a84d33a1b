//! What was typed to say which package: `name`, `name@range`, a folder, a repository.

use client::repository::GitPackage;
use semver::VersionReq;

use crate::error::CliError;

/// A package as it was asked for.
#[derive(Clone, Debug)]
pub(crate) enum Asked {
    /// A name to be looked up, and the releases that would do.
    Named {
        name: String,
        range: Option<(String, VersionReq)>,
    },
    /// A folder on this disk.
    Folder { typed: String },
    /// A folder of a git repository.
    Repository { typed: String, git: GitPackage },
}

impl Asked {
    /// Reads what was typed. What starts with `.` or `/` is a folder; what has a scheme is a repository; all
    /// else is a name.
    pub(crate) fn parse(text: &str) -> Result<Self, CliError> {
        if GitPackage::is_meant(text) {
            let git = GitPackage::parse(text)?;
            let typed = text.to_owned();
            return Ok(Self::Repository { typed, git });
        }
        let is_path = text.starts_with(['.', '/']) || text.contains('\\');
        if is_path {
            return Ok(Self::Folder {
                typed: text.to_owned(),
            });
        }
        let (name, range) = match text.split_once('@') {
            None => (text, None),
            Some((name, "latest")) => (name, None),
            Some((name, range)) => {
                let read = VersionReq::parse(range).map_err(|error| {
                    CliError::usage(format!("{range:?} is not a version range: {error}"))
                        .hint("1.2 takes 1.2.0 and what is compatible, =1.2.3 that one alone")
                })?;
                (name, Some((range.to_owned(), read)))
            }
        };
        Ok(Self::Named {
            name: name.to_owned(),
            range,
        })
    }
}
