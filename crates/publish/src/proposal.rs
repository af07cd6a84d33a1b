//! A change to a registry's repository, before anybody is asked for it.

/// What is proposed: files that differ from the base, and what is said of them.
///
/// Everything in here is a pure function of what was asked for and of the base. So whoever was cut off
/// and proposes again finds the branch and the pull request that are there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The branch it is on, for instance `paracle/octocat/greeting-1.2.0`.
    pub branch: String,
    /// One line: the commit's subject and the pull request's title.
    pub title: String,
    /// The pull request's text, Markdown. Text of packages in it is escaped.
    pub body: String,
    /// Sorted by path, each path once.
    pub files: Vec<FileChange>,
}

/// One file of a [`Proposal`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// From the repository's root, with `/`.
    pub path: String,
    /// What it is to hold; `None` removes it.
    pub content: Option<Content>,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether it may be run.
    pub executable: bool,
}

impl FileChange {
    /// A file that is to hold `bytes`.
    pub fn put(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            path: path.into(),
            content: Some(Content {
                bytes: bytes.into(),
                executable: false,
            }),
        }
    }

    /// A file that is to go.
    pub fn remove(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            content: None,
        }
    }
}
