//! Brings packages into a project, and keeps account of what it brought.
//!
//! ```text
//! plan    Project + Vec<Chosen> -> Plan      what would be written, merged, used, started; what is in the way
//! apply   Plan -> Receipt                    all of it, or nothing
//! lock    packages.lock                      what is installed, for people, reviews and the next install
//! ```
//!
//! Choosing and fetching come before: a [`Chosen`] is a release with its checked bytes. Nothing here
//! asks, prints, or opens a socket; nothing outside the project's root is read or written, and no
//! link that stands in the project is followed.
//!
//! Modules in reading order: `project` (where things lie), `tree` (its folder, through handles),
//! `package` (a release as what it brings), `supported` (what has to wait), `shared` (an entry into
//! a file that packages share), `wanted` (`packages.toml`), `lock` (`packages.lock`), `compare` (all
//! of it against the project as it stands), `plan`, `apply`.

mod apply;
mod compare;
mod error;
mod lock;
mod package;
mod plan;
mod project;
mod quote;
mod shared;
mod supported;
mod tree;
mod wanted;

pub use apply::{MergedEntry, Receipt};
pub use error::InstallError;
pub use lock::{Installed, InstalledEntry, InstalledFile, installed};
pub use package::Chosen;
pub use plan::{Conflict, EntryPlan, FilePlan, McpCommand, PackagePlan, Plan, Status, plan};
pub use project::Project;
