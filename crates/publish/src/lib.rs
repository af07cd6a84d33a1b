//! Checks, packs and releases packages.
//!
//! ```text
//! new       answers                             -> a package's files, to be filled in
//! check     registry's folder (+ base revision) -> findings
//! draft     a package's folder + what a registry is known by -> findings, its archive
//! describe  a package's files                   -> its record and the blobs it names
//! recheck   a registry, and what it names elsewhere -> what changed without a commit
//! release   git tree at HEAD                    -> records in the index, blobs in the store
//! assets    a blob store                         -> files of the forge's releases, and back
//! push      records                              -> a commit on the registry's branch
//! scaffold  a name                              -> a registry of one's own
//! proposal  files and words                     -> what is proposed
//! forge     where it is proposed: requests, answers, patience
//! propose   a proposal                          -> a pull request
//! follow    a pull request                      -> where it is
//! announce  what was merged                     -> its author told that it is live
//! sign_in   a code that is typed on the forge's page -> a token
//! patch     a proposal -> a patch, or a branch pushed with one's own git
//! decide    base, head and who proposes it      -> merged, looked at by a person, or refused
//! fork      a release's files                   -> a package of one's own
//! kept      a package's files                   -> the proposal that keeps them in the registry
//! upkeep    a package's name                    -> the proposal that withdraws, renames, hands over
//! ratings   discussions of the forge              -> files of ratings; one person's rating
//! request   a package in its author's git       -> the proposal that asks for a commit to be released
//! ```
//!
//! What the rules need from the world (the archive's verdict, a trial parse, history) is wired in
//! `world`; who installs for trial is handed in.

pub mod announce;
pub mod assets;
mod base;
pub mod check;
pub mod decide;
pub mod describe;
pub mod draft;
pub mod error;
pub mod follow;
pub mod forge;
pub mod fork;
pub mod kept;
pub mod new;
pub mod patch;
pub mod proposal;
pub mod propose;
pub mod push;
pub mod ratings;
pub mod recheck;
pub mod release;
pub mod request;
pub mod scaffold;
pub mod sign_in;
mod standing;
mod telling;
pub mod upkeep;
mod world;

pub use base::{BaseFiles, Checkout};
pub use check::{Check, Checked, Tried, check, check_trying};
pub use decide::Decision;
pub use describe::{Described, describe};
pub use draft::{Draft, Known};
pub use error::PublishError;
pub use fork::{Origin, fork};
pub use proposal::{Content, FileChange, Proposal};
pub use propose::{Plan, ProposeError, Proposed, Step, Submission};
pub use push::{Pushed, push};
pub use release::{Outcome, Release, release};
pub use telling::branch;
