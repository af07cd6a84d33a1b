//! The forge: where a registry's repository lives and proposals are made.
//!
//! ```text
//! api     requests, answers, patience; no knowledge of any endpoint
//! base    a branch's files, read without a clone
//! token   what proves who asks
//! limits  what answers say besides their content
//! error   why a forge did not do it
//! contributing  what contributing needs of a forge, whichever it is
//! github        the one that there is, endpoint by endpoint
//! ```

mod api;
mod base;
mod contributing;
mod error;
pub mod github;
mod limits;
mod token;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

pub(crate) use api::is_loopback;
pub use api::{Api, Told, Waiting};
pub use base::BranchFiles;
pub use contributing::{Forge, Head};
pub use error::{ForgeError, Refusal};
pub use github::GitHub;
pub use token::Token;

/// Whom the forge knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// What they are called now. Someone else may be called so tomorrow.
    pub login: String,
    /// What never changes.
    pub id: u64,
}

impl Person {
    /// As the index names owners: `github:583231`.
    pub fn owner(&self) -> String {
        format!("github:{}", self.id)
    }
}

/// A repository of the forge, `owner/name`. Both parts are safe in a URL's path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RepoName {
    owner: String,
    name: String,
}

/// A text that is no [`RepoName`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not the name of a repository: owner/name")]
pub struct NotARepoName(String);

impl RepoName {
    /// The person or organisation.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The name below the owner.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The repository of `owner` with this one's name, as forks are called.
    ///
    /// # Errors
    /// Where `owner` cannot be a login.
    pub fn of_owner(&self, owner: &str) -> Result<Self, NotARepoName> {
        format!("{owner}/{}", self.name).parse()
    }

    /// The repository behind `https://host/owner/name[.git]`, whatever the host.
    ///
    /// # Errors
    /// Where the URL has another form.
    pub fn of_url(url: &str) -> Result<Self, NotARepoName> {
        let parsed = url::Url::parse(url).map_err(|_| NotARepoName(url.to_owned()))?;
        let path = parsed.path().trim_matches('/');
        path.strip_suffix(".git")
            .unwrap_or(path)
            .parse()
            .map_err(|_| NotARepoName(url.to_owned()))
    }
}

impl FromStr for RepoName {
    type Err = NotARepoName;

    fn from_str(text: &str) -> Result<Self, NotARepoName> {
        let is_plain = |part: &str| {
            !matches!(part, "" | "." | "..")
                && part.len() <= 100
                && !part.starts_with('-')
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        };
        match text.split_once('/') {
            Some((owner, name)) if is_plain(owner) && is_plain(name) => Ok(Self {
                owner: owner.to_owned(),
                name: name.to_owned(),
            }),
            _ => Err(NotARepoName(text.to_owned())),
        }
    }
}

impl fmt::Display for RepoName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

impl TryFrom<String> for RepoName {
    type Error = NotARepoName;

    fn try_from(text: String) -> Result<Self, NotARepoName> {
        text.parse()
    }
}

impl From<RepoName> for String {
    fn from(name: RepoName) -> Self {
        name.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_has_an_owner_and_a_name() {
        for (url, expected) in [
            ("https://github.com/octo/hub", Some("octo/hub")),
            ("https://github.com/octo/hub.git", Some("octo/hub")),
            ("https://ghe.example/Octo/h.u_b/", Some("Octo/h.u_b")),
            ("https://github.com/octo", None),
            ("https://github.com/octo/hub/tree/main", None),
            ("https://github.com/octo/..", None),
            ("https://github.com/octo/%2e%2e", None),
            ("octo/hub", None),
        ] {
            let name = RepoName::of_url(url).ok().map(|name| name.to_string());
            assert_eq!(name.as_deref(), expected, "{url}");
        }
        for bad in ["", "/", "a/", "a/b/c", "a b/c", "-a/b", "a/b?c", "a/b#c"] {
            assert!(bad.parse::<RepoName>().is_err(), "{bad}");
        }
    }
}
