//! Who may change a package.

use registry_index::{PackageName, raw};

use super::{edited::Edited, known, proposed, senseless};
use crate::{BaseFiles, Proposal, PublishError, base, forge::Person};

/// Where a package's owners are said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ownership {
    /// In its own `package.toml`.
    Package,
    /// In the file of its namespace.
    Namespace,
    /// Nowhere: it is whose login the namespace is.
    Login,
}

/// Who may change a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owners {
    /// Where that is said.
    pub by: Ownership,
    /// As `github:583231`; empty where the forge would have to be asked.
    pub ids: Vec<String>,
}

impl Owners {
    /// Whether `person` is one of them.
    pub fn has(&self, person: &Person, name: &PackageName) -> bool {
        match self.by {
            Ownership::Login => person.login.eq_ignore_ascii_case(name.namespace()),
            _ => self.ids.contains(&person.owner()),
        }
    }
}

/// The owners of `name`.
///
/// # Errors
/// [`PublishError::Senseless`] where there is no such package.
pub fn owners(name: &PackageName, base: &dyn BaseFiles) -> Result<Owners, PublishError> {
    let own = Edited::of(&known(name, base)?)?.says()?.owners;
    let ids: Vec<String> = own.iter().map(|owner| owner.get().clone()).collect();
    if !ids.is_empty() {
        let by = Ownership::Package;
        return Ok(Owners { by, ids });
    }
    let path = format!("registry-index/namespaces/{}.toml", name.namespace());
    let Some(text) = base::text(base, &path)? else {
        let (by, ids) = (Ownership::Login, Vec::new());
        return Ok(Owners { by, ids });
    };
    let said: raw::Namespace =
        toml::from_str(&text).map_err(|error| PublishError::BaseUnreadable {
            path,
            why: error.message().to_owned(),
        })?;
    Ok(Owners {
        by: Ownership::Namespace,
        ids: said.owners.iter().map(|one| one.get().clone()).collect(),
    })
}

/// Lets others change `name`, or no longer. `of_login` is whose login the namespace is: a list that names
/// owners for the first time names all that there were before.
///
/// # Errors
/// [`PublishError::Senseless`] where it changes nothing, or would leave nobody.
pub fn change_owners(
    name: &PackageName,
    add: &[Person],
    remove: &[Person],
    of_login: Option<&Person>,
    base: &dyn BaseFiles,
) -> Result<Proposal, PublishError> {
    let mut entry = Edited::of(&known(name, base)?)?;
    let there = owners(name, base)?;
    let mut ids = match there.by {
        Ownership::Login => of_login.map(Person::owner).into_iter().collect(),
        _ => there.ids,
    };
    for person in remove {
        let before = ids.len();
        ids.retain(|id| *id != person.owner());
        if ids.len() == before {
            let what = format!("{} is no owner of {name}", person.login);
            return Err(senseless(what, "`paracle template owners NAME` lists them"));
        }
    }
    for person in add {
        if ids.contains(&person.owner()) {
            let what = format!("{} is an owner of {name} already", person.login);
            return Err(senseless(what, "there is nothing left to do"));
        }
        ids.push(person.owner());
    }
    if ids.is_empty() {
        let what = format!("{name} would have no owner");
        return Err(senseless(what, "add another one first, or transfer it"));
    }
    entry.owners(&ids);
    let list = |people: &[Person], verb: &str| -> String {
        people
            .iter()
            .map(|one| format!("- {verb} `{}` ({})\n", one.login, one.owner()))
            .collect()
    };
    let said = format!(
        "Who may change `{name}`:\n\n{}{}",
        list(add, "also"),
        list(remove, "no longer")
    );
    Ok(proposed(
        name,
        "owners",
        format!("Change the owners of {name}"),
        said.trim_end(),
        vec![entry.change()],
    ))
}

/// Hands `name` over: `to` is its only owner then.
///
/// # Errors
/// [`PublishError::Senseless`] where it is theirs alone already.
pub fn transfer(
    name: &PackageName,
    to: &Person,
    base: &dyn BaseFiles,
) -> Result<Proposal, PublishError> {
    let mut entry = Edited::of(&known(name, base)?)?;
    let there = owners(name, base)?;
    if there.by == Ownership::Package && there.ids == [to.owner()] {
        let what = format!("{name} belongs to {} alone already", to.login);
        return Err(senseless(what, "there is nothing left to do"));
    }
    entry.owners(&[to.owner()]);
    let before = match there.ids.is_empty() {
        true => format!("whose login {:?} is", name.namespace()),
        false => there.ids.join(", "),
    };
    let said = format!(
        "`{name}` is to belong to `{}` ({}), and no longer to {before}.\n\nA transfer waits seven days, so \
         that whoever loses a package hears of it in time.",
        to.login,
        to.owner()
    );
    Ok(proposed(
        name,
        &format!("transfer-{}", to.id),
        format!("Transfer {name} to {}", to.login),
        &said,
        vec![entry.change()],
    ))
}
