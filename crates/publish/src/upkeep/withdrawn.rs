//! Versions taken back: *yanked* ones are not chosen any more and still installed from a lock, *revoked*
//! ones are refused everywhere.

use registry_index::{PackageName, raw::Withdrawn};
use semver::Version;

use super::{edited::Edited, known, proposed, reason, senseless};
use crate::{BaseFiles, Proposal, PublishError, standing::Standing, telling::code};

/// Lets nobody choose `version` any more.
///
/// # Errors
/// [`PublishError::Senseless`] for what is not there, or yanked or revoked already.
pub fn yank(
    name: &PackageName,
    version: &Version,
    why: &str,
    base: &dyn BaseFiles,
) -> Result<Proposal, PublishError> {
    withdraw(name, version, why, base, Way::Yank)
}

/// Has `version` refused everywhere: it holds malware or a secret. Blobs may be deleted; the record stays.
///
/// # Errors
/// As [`yank`].
pub fn revoke(
    name: &PackageName,
    version: &Version,
    why: &str,
    base: &dyn BaseFiles,
) -> Result<Proposal, PublishError> {
    withdraw(name, version, why, base, Way::Revoke)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Yank,
    Revoke,
}

fn withdraw(
    name: &PackageName,
    version: &Version,
    why: &str,
    base: &dyn BaseFiles,
    way: Way,
) -> Result<Proposal, PublishError> {
    let why = reason(why)?;
    let mut entry = entry_of(name, version, base)?;
    let says = entry.says()?;
    let (text, has) = (version.to_string(), |list: &[Withdrawn]| {
        list.iter()
            .any(|one| *one.version.get() == version.to_string())
    });
    if has(&says.revoked) {
        let what = format!("{name} {version} is revoked already");
        return Err(senseless(what, "there is nothing left to do"));
    }
    let (list, verb) = match way {
        Way::Yank if has(&says.yanked) => {
            let what = format!("{name} {version} is yanked already");
            return Err(senseless(what, "there is nothing left to do"));
        }
        Way::Yank => ("yanked", "yank"),
        Way::Revoke => ("revoked", "revoke"),
    };
    entry.withdraw(list, &text, why);
    let said = match way {
        Way::Yank => {
            format!("`{name}` {version} is not to be chosen any more. Locks that name it go on.")
        }
        Way::Revoke => {
            format!("`{name}` {version} is to be refused everywhere, also where a lock names it.")
        }
    };
    Ok(proposed(
        name,
        &format!("{verb}-{version}"),
        format!("{} {name} {version}", capital(verb)),
        &format!("{said}\n\nWhy: {}", code(why)),
        vec![entry.change()],
    ))
}

/// Lets `version` be chosen again.
///
/// # Errors
/// [`PublishError::Senseless`] for what is not yanked.
pub fn unyank(
    name: &PackageName,
    version: &Version,
    base: &dyn BaseFiles,
) -> Result<Proposal, PublishError> {
    let mut entry = entry_of(name, version, base)?;
    let text = version.to_string();
    let says = entry.says()?;
    if !says.yanked.iter().any(|one| *one.version.get() == text) {
        let what = format!("{name} {version} is not yanked");
        let is_revoked = says.revoked.iter().any(|one| *one.version.get() == text);
        return Err(senseless(
            what,
            match is_revoked {
                true => "it is revoked, and that is not taken back: publish a new version",
                false => "there is nothing left to do",
            },
        ));
    }
    entry.restore("yanked", &text);
    Ok(proposed(
        name,
        &format!("unyank-{version}"),
        format!("Unyank {name} {version}"),
        &format!("`{name}` {version} may be chosen again."),
        vec![entry.change()],
    ))
}

/// The `package.toml` of a package that has `version`.
fn entry_of(
    name: &PackageName,
    version: &Version,
    base: &dyn BaseFiles,
) -> Result<Edited, PublishError> {
    let standing: Standing = known(name, base)?;
    if !standing.versions.contains(version) {
        let what = format!("{name} has no release {version}");
        return Err(senseless(
            what,
            "`paracle template versions NAME` lists them",
        ));
    }
    Edited::of(&standing)
}

fn capital(verb: &str) -> String {
    let mut letters = verb.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
