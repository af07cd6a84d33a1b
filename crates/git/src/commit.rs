//! The name of a commit.

use std::fmt;
use std::str::FromStr;

/// A commit by its full SHA-1: 40 lower-case hex digits. That it exists is another question
/// ([`crate::Repository::has`]).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Commit(String);

/// A text that should have been a full commit name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a commit is 40 lower-case hex digits")]
pub struct NotACommit;

impl Commit {
    /// The 40 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn oid(&self) -> git2::Oid {
        // 40 hex digits always are one; the zero id names nothing, and is reported as missing.
        git2::Oid::from_str(&self.0).unwrap_or(git2::Oid::ZERO_SHA1)
    }
}

impl From<git2::Oid> for Commit {
    fn from(id: git2::Oid) -> Self {
        Self(id.to_string())
    }
}

impl FromStr for Commit {
    type Err = NotACommit;

    fn from_str(hex: &str) -> Result<Self, NotACommit> {
        let digit = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        if hex.len() == 40 && hex.bytes().all(digit) {
            Ok(Self(hex.to_owned()))
        } else {
            Err(NotACommit)
        }
    }
}

impl TryFrom<&str> for Commit {
    type Error = NotACommit;

    fn try_from(hex: &str) -> Result<Self, NotACommit> {
        hex.parse()
    }
}

impl fmt::Display for Commit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
