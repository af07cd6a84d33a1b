//! Brings packages into a project, and keeps account of what it brought.
//!
//! ```text
//! answer   Manifest -> Answers           what a package asks
//! Package  a release, its templates rendered: files and entries
//! Goal     what a project is to have: packages put, packages taken away
//! plan     Project + Goal -> Plan        what would be written, merged, used, started; what is in the way
//! apply    Plan -> Receipt               all of it, or nothing; a kill leaves the old project or the new
//! lock     packages.lock                 what is installed, for people, reviews and the next install
//! ```
//!
//! Installing, restoring, updating and removing are one thing: a [`Goal`]. Fetching comes before. Nothing
//! here asks, prints, or opens a socket; nothing outside the project's root is read or written, and no
//! link that stands in the project is followed.
//!
//! Modules in reading order: `project` (where things lie), `tree` (its folder, through handles),
//! `variables` (questions and answers), `rendered` (files with the answers in them), `package` (a release
//! as what it brings), `foreign` (a folder that is no package made one), `shared` (an entry into a file that packages share), `wanted`
//! (`packages.toml`), `lock` (`packages.lock`), `goal`, `compare` (a goal against the project as it
//! stands) with `changes` (what comes of it), `plan`, `apply`, `undo`, `verify`.

mod apply;
mod changes;
mod compare;
mod error;
pub mod foreign;
mod goal;
mod lock;
mod package;
mod plan;
mod project;
mod quote;
pub mod rendered;
pub mod resolve;
mod shared;
mod tree;
mod undo;
pub mod variables;
mod verify;
mod wanted;

pub use apply::{Operation, Progress, Receipt, Recovered, Watch, history, recover};
pub use error::InstallError;
pub use goal::{Existing, Goal, Missing, OnConflict};
pub use lock::{Installed, InstalledEntry, InstalledFile, facts, installed};
pub use package::{Chosen, Described, Package, source};
pub use plan::{
    Conflict, DroppedPlan, EntryPlan, FilePlan, McpCommand, NewUse, PackagePlan, Plan, Status,
    all_uses, plan,
};
pub use project::Project;
pub use undo::{Undo, undo};
pub use variables::{Answers, Facts};
pub use verify::{Drift, What, Working, verify};
pub use wanted::{Ask, Wanted, wanted};
