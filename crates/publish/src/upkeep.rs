//! What owners do to packages that are there: take back, say what to use instead, rename, hand over.
//!
//! ```text
//! withdrawn  yank, unyank, revoke   -> [[yanked]] and [[revoked]] of package.toml
//! deprecated deprecate, or undone   -> `deprecated` and `replaced-by`
//! owners     add, remove, transfer  -> `owners`
//! renamed    a new name             -> renames.toml, the sources, both package.toml
//! edited     package.toml, comments and order kept
//! ```
//!
//! Everything here is a function of the registry's base, and refuses what has no sense before anybody is
//! asked. Whether the person may do it is decided where the proposal is judged.

use registry_index::{PackageName, hidden};

use crate::{
    BaseFiles, PublishError,
    proposal::{FileChange, Proposal},
    standing::Standing,
    telling,
};

mod deprecated;
mod edited;
mod owners;
mod renamed;
mod withdrawn;

pub use deprecated::{deprecate, undeprecate};
pub use owners::{Owners, Ownership, change_owners, owners, transfer};
pub use renamed::rename;
pub use withdrawn::{revoke, unyank, yank};

/// So many characters may a reason have.
const LONGEST_REASON: usize = 500;

/// What is there of a package that has to be there.
fn known(name: &PackageName, base: &dyn BaseFiles) -> Result<Standing, PublishError> {
    let standing = Standing::of(name, base)?;
    match standing.is_known() {
        true => Ok(standing),
        false => Err(match crate::standing::renamed(name, base)? {
            Some(now) => PublishError::Renamed {
                old: name.clone(),
                now,
            },
            None => senseless(
                format!("the registry has no package {:?}", name.as_str()),
                "`paracle template search` finds packages by what they do",
            ),
        }),
    }
}

/// A reason as people are to read it: one line.
fn reason(text: &str) -> Result<&str, PublishError> {
    let text = text.trim();
    let odd = text
        .chars()
        .any(|c| c.is_control() || hidden::name(c).is_some());
    match text.chars().count() {
        0 => Err(senseless(
            "the reason is empty".into(),
            "say what users should know",
        )),
        1..=LONGEST_REASON if !odd => Ok(text),
        1..=LONGEST_REASON => Err(senseless(
            "the reason holds what is no visible character".into(),
            "write it in one line",
        )),
        count => Err(senseless(
            format!("the reason has {count} characters"),
            "say it in 500; the pull request has room for more",
        )),
    }
}

fn senseless(what: String, help: &'static str) -> PublishError {
    PublishError::Senseless { what, help }
}

/// A proposal about `name`.
fn proposed(
    name: &PackageName,
    slug: &str,
    title: String,
    why: &str,
    mut files: Vec<FileChange>,
) -> Proposal {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Proposal {
        branch: telling::branch(name, slug),
        body: format!("{why}\n\n{}", telling::files(&files)),
        title,
        files,
    }
}
