//! Who may do what: the one owner who opened it, pushed it and has the branch in a repository of theirs,
//! by numeric id.

use registry_index::PackageName;

use super::{Case, DecideError, causes, found::Found};

/// Holds a change of what `owners` own against who proposes it. Without a reason it is an owner's own.
pub(super) fn may(
    case: &Case<'_>,
    subject: &str,
    namespace: &str,
    owners: &[u64],
    found: &mut Found,
) {
    let event = case.event();
    let opener = event.opened_by.id;
    let pusher = event.pushed_by.as_ref().map(|person| person.id);
    if !owners.contains(&opener) {
        if pusher.is_some_and(|pusher| owners.contains(&pusher)) {
            found.add(&causes::OPENER_DIFFERS, subject, opened(case));
        } else if event.is_by_maintainer && pusher.is_none_or(|pusher| pusher == opener) {
            found.add(&causes::BY_MAINTAINER, subject, opened(case));
        } else if is_called(case, namespace) && !owners.is_empty() {
            found.add(&causes::LOGIN_AGAIN, subject, owned(owners));
        } else {
            found.add(&causes::NOT_OWNER, subject, owned(owners));
        }
        return;
    }
    same(case, subject, found);
}

/// Holds who pushed, and whose repository it is, against who opened it.
pub(super) fn same(case: &Case<'_>, subject: &str, found: &mut Found) {
    let event = case.event();
    let opener = event.opened_by.id;
    match &event.pushed_by {
        None => found.add(&causes::PUSHER_UNKNOWN, subject, ""),
        Some(pusher) if pusher.id != opener => {
            let message = format!("pushed by {:?} (github:{})", pusher.login, pusher.id);
            found.add(&causes::PUSHER_DIFFERS, subject, message);
        }
        Some(_) => {}
    }
    match &event.head_owner {
        Some(owner) if owner.id == opener => {}
        Some(owner) => {
            let message = format!("it belongs to {:?} (github:{})", owner.login, owner.id);
            found.add(&causes::HEAD_ELSEWHERE, subject, message);
        }
        None => found.add(&causes::HEAD_ELSEWHERE, subject, "it is gone"),
    }
}

/// Whether who opened it may have a new package in the namespace: its owner, or whose login it is, and
/// no other account's before.
pub(super) fn may_begin(
    case: &Case<'_>,
    name: &PackageName,
    found: &mut Found,
) -> Result<(), DecideError> {
    let (namespace, subject) = (name.namespace(), name.as_str());
    let base = case.at_base();
    if let Some(owners) = base.namespace(namespace)? {
        may(case, subject, namespace, &owners, found);
        return Ok(());
    }
    let opener = case.event().opened_by.id;
    let mut others = false;
    for known in base.of_namespace(namespace)? {
        let owners = base.owners(&known)?;
        others |= !owners.is_empty() && !owners.contains(&opener);
    }
    let is_claimed = case
        .at_merged()
        .namespace(namespace)?
        .is_some_and(|owners| owners.contains(&opener));
    match (is_called(case, namespace), others) {
        (true, true) => {
            let message = format!("packages of {namespace:?} are owned by another id");
            found.add(&causes::LOGIN_AGAIN, subject, message);
        }
        (true, false) => same(case, subject, found),
        (false, false) if is_claimed => same(case, subject, found),
        _ if case.event().is_by_maintainer => {
            found.add(&causes::BY_MAINTAINER, subject, opened(case));
        }
        _ => {
            let message = format!(
                "{namespace:?} is not the login of who opened it; claim it in namespaces/{namespace}.toml"
            );
            found.add(&causes::NOT_OWNER, subject, message);
        }
    }
    Ok(())
}

/// Whether the namespace is what who opened it is called now.
pub(super) fn is_called(case: &Case<'_>, namespace: &str) -> bool {
    case.event().opened_by.login.eq_ignore_ascii_case(namespace)
}

pub(super) fn opened(case: &Case<'_>) -> String {
    let person = &case.event().opened_by;
    format!("opened by {:?} (github:{})", person.login, person.id)
}

fn owned(owners: &[u64]) -> String {
    let owners: Vec<String> = owners.iter().map(|id| format!("github:{id}")).collect();
    match owners.is_empty() {
        true => "nobody is named as its owner".into(),
        false => format!("owned by {}", owners.join(", ")),
    }
}
