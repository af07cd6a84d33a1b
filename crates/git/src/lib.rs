//! Git, as far as a registry needs it: trees and blobs at a revision, what changed, and copies of
//! other people's repositories.
//!
//! Reading goes through libgit2, in this process and without a work tree. What talks to a network
//! or writes files is the `git` program, started in one place with a scrubbed environment.
//! Repositories are hostile: names in trees are only known to be components, so whoever writes a
//! file below one of these paths checks the path first.
//!
//! ```text
//! a folder --Repository::open--> Repository --files, read, blob, list--> bytes at a commit
//!                                           --changes, changes_between--> what a proposal touches
//!                                           --merged--> base and head in one tree, in memory
//! a URL    --remote::fetch-----> a folder with the newest files, swapped in whole
//!          --remote::fetch_commit--> a folder with the files of one pinned commit
//!          --remote::is_kept-----> whether a branch or a tag there keeps a commit
//! edits      --patch::mailbox--> a change as `git am` takes it
//!            --push::push------> the same, as a branch of somebody's copy of a repository
//!          --remote::references, contained--> what is there, and whether a commit still is
//! ```
//!
//! Modules in reading order: `commit`, `repository`, `tree` (walks two trees at once), `merge`, `worktree`
//! (what is on the disk), `setting` (what a user told git), `url` (which URLs are asked), `program`
//! (starts `git`), `remote`, `swap` (the new folder for the old), `edit` (a commit without a work tree),
//! `scratch` (where it is made), `patch`, `push`; `error` and `plain` say what went wrong.

mod commit;
mod edit;
mod error;
mod merge;
pub mod patch;
mod plain;
mod program;
pub mod push;
pub mod remote;
mod repository;
mod scratch;
mod setting;
mod swap;
mod tree;
mod url;
mod worktree;

pub use commit::{Commit, NotACommit};
pub use edit::{Author, Edit, NewFile, Saying};
pub use error::GitError;
pub use merge::Merged;
pub use program::{Call, Environment, Program};
pub use repository::{MAX_BLOB, Repository, blob_id};
pub use setting::setting;
pub use tree::{Blob, Change, ChangeKind, Difference, Mode, TreeFile};
pub use url::{UrlPolicy, UrlRefusal, https_of, url_of};
