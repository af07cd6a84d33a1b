//! A package that nobody should choose any more.

use registry_index::PackageName;

use super::{edited::Edited, known, proposed, reason, senseless};
use crate::{BaseFiles, Proposal, PublishError, telling::code};

/// Warns whoever installs `name`, and says what to use instead where there is something.
///
/// # Errors
/// [`PublishError::Senseless`] where it would change nothing, or sends people to the package itself, to
/// nothing, or to what is replaced as well.
pub fn deprecate(
    name: &PackageName,
    why: &str,
    instead: Option<&PackageName>,
    base: &dyn BaseFiles,
) -> Result<Proposal, PublishError> {
    let why = reason(why)?;
    let mut entry = Edited::of(&known(name, base)?)?;
    if let Some(other) = instead {
        usable(name, other, base)?;
    }
    let before = entry.text();
    entry.set("deprecated", why);
    match instead {
        Some(other) => entry.set("replaced-by", other.as_str()),
        None => entry.remove("replaced-by"),
    }
    if entry.text() == before {
        let what = format!("{name} is deprecated already, for this reason");
        return Err(senseless(what, "there is nothing left to do"));
    }
    let mut said = format!(
        "`{name}` should not be chosen any more.\n\nWhy: {}",
        code(why)
    );
    if let Some(other) = instead {
        said.push_str(&format!("\n\nInstead: `{other}`"));
    }
    Ok(proposed(
        name,
        "deprecate",
        format!("Deprecate {name}"),
        &said,
        vec![entry.change()],
    ))
}

/// Takes the deprecation back.
///
/// # Errors
/// [`PublishError::Senseless`] where it is not deprecated.
pub fn undeprecate(name: &PackageName, base: &dyn BaseFiles) -> Result<Proposal, PublishError> {
    let mut entry = Edited::of(&known(name, base)?)?;
    let says = entry.says()?;
    if says.deprecated.is_none() && says.replaced_by.is_none() {
        let what = format!("{name} is not deprecated");
        return Err(senseless(what, "there is nothing left to do"));
    }
    entry.remove("deprecated");
    entry.remove("replaced-by");
    Ok(proposed(
        name,
        "undeprecate",
        format!("Undo the deprecation of {name}"),
        &format!("`{name}` may be chosen again."),
        vec![entry.change()],
    ))
}

/// Whether people may be sent from `name` to `other`.
fn usable(
    name: &PackageName,
    other: &PackageName,
    base: &dyn BaseFiles,
) -> Result<(), PublishError> {
    if name == other {
        let what = format!("{name} cannot be used instead of itself");
        return Err(senseless(what, "name the package that people should use"));
    }
    let next = Edited::of(&known(other, base)?)?.says()?.replaced_by;
    match next {
        Some(next) => Err(senseless(
            format!("{other} is itself replaced by {:?}", next.get()),
            "send people there directly",
        )),
        None => Ok(()),
    }
}
