//! What authors and maintainers of a registry do: make, check and propose packages, decide about
//! proposals, release, rate, look again, and make a registry of one's own.
//!
//! ```text
//! a package    new, fork          answers, a release's files        -> a folder to be filled in
//!              draft, check       a folder, a registry              -> findings
//!              describe           a package's files                 -> its record and the blobs it names
//! a proposal   kept, request      a package's files, or where they are kept -> a Proposal
//!              upkeep             a name                            -> a Proposal: yank, rename, hand over …
//!              propose, patch     a Proposal                        -> a pull request; a patch
//!              follow, announce   a pull request                    -> where it is; its author told
//! the forge    forge, sign_in     requests, answers, patience; who asks
//! a registry   decide             base, head, who proposes          -> merged, looked at, or refused
//!              release            HEAD, requests                    -> records and blobs
//!              push, assets       records, blobs                    -> onto the branch, files of releases
//!              recheck            what it names elsewhere           -> what changed without a commit
//!              ratings            discussions of the forge          -> files of ratings
//!              scaffold           a name                            -> a registry of one's own
//! ```
//!
//! `base` reads a registry's branch for whoever proposes a change to it, `standing` says what it has of one
//! package, and `telling` makes a package's text inert for a forge.
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
