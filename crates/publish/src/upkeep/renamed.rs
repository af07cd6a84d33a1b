//! A new name. What was released stays under the old one, for good: records never change, and locks go on
//! naming what they name. `renames.toml` leads whoever asks for the old name to the new one, and the old
//! name is never free again.

use registry_index::{Layout, PackageName, raw};
use toml_edit::{DocumentMut, Item, Table, Value, value};

use super::{edited::Edited, known, owners, proposed, senseless};
use crate::{
    BaseFiles, Content, FileChange, Proposal, PublishError, base,
    standing::{RENAMES, Standing, renamed},
};

/// Calls `old` `new` from here on.
///
/// | file | what becomes of it |
/// |---|---|
/// | `renames.toml` | `old` leads to `new`; so does every name that led to `old` |
/// | sources below `templates/` | move to a folder of the new name; `name` in `paracle.toml` is the new one |
/// | `package.toml` of `old` | deprecated, and replaced by `new` |
/// | `package.toml` of `new` | its owners |
/// | `request.toml` of `old` | goes |
///
/// The next release job releases the version that the sources say, under the new name. A package that its
/// author keeps has no sources here: it is published under the new name first, and renamed then.
///
/// # Errors
/// [`PublishError::Senseless`] for a name that somebody has or had.
pub fn rename(
    old: &PackageName,
    new: &PackageName,
    base: &dyn BaseFiles,
) -> Result<Proposal, PublishError> {
    let standing = known(old, base)?;
    if let Some(now) = renamed(old, base)? {
        let old = old.clone();
        return Err(PublishError::Renamed { old, now });
    }
    let sources = sources(&standing, base)?;
    let there = Standing::of(new, base)?;
    check(&standing, &there, sources.is_some(), base)?;
    let mut files = vec![renames(old, new, base)?];
    match sources {
        Some(folder) => {
            files.extend(moved(&folder, old, new, base)?);
            let owners = owners(old, base)?;
            let text = match owners.by {
                super::Ownership::Package => format!("format = 1\nowners = {:?}\n", owners.ids),
                _ => "format = 1\n".into(),
            };
            files.push(FileChange::put(Layout::entry(new), text));
        }
        None if standing.has_request => files.push(FileChange::remove(Layout::request(old))),
        None => {}
    }
    let mut entry = Edited::of(&standing)?;
    if !standing.versions.is_empty() {
        entry.set("deprecated", &format!("It is called {new} now"));
        entry.set("replaced-by", new.as_str());
        files.push(entry.change());
    } else if standing.entry.is_some() {
        files.push(FileChange::remove(Layout::entry(old)));
    }
    let said = format!(
        "`{old}` is to be called `{new}`. What was released as `{old}` stays; whoever asks for it is led to \
         `{new}`, and nobody can ever publish as `{old}` again."
    );
    let slug = format!("rename-{}-{}", new.namespace(), new.name());
    Ok(proposed(
        old,
        &slug,
        format!("Rename {old} to {new}"),
        &said,
        files,
    ))
}

/// Whether the new name may be taken.
fn check(
    old: &Standing,
    new: &Standing,
    has_sources: bool,
    base: &dyn BaseFiles,
) -> Result<(), PublishError> {
    let (from, to) = (&old.name, &new.name);
    if from == to {
        let what = format!("{from} is called so already");
        return Err(senseless(what, "there is nothing left to do"));
    }
    if let Some(now) = renamed(to, base)? {
        let what = format!("{to} was the name of what is called {now:?} now");
        return Err(senseless(
            what,
            "an old name is never used again: choose another",
        ));
    }
    if has_sources && new.is_known() {
        let what = format!("there is a package {to} already");
        return Err(senseless(
            what,
            "choose another name; or deprecate this one in its favour: `paracle template deprecate --use-instead`",
        ));
    }
    if has_sources {
        return Ok(());
    }
    let is_theirs = !new.versions.is_empty() && owners(from, base)? == owners(to, base)?;
    match is_theirs && (from.namespace() == to.namespace() || !owners(to, base)?.ids.is_empty()) {
        true => Ok(()),
        false => Err(senseless(
            format!(
                "{from} is kept by its author, and {to} is no released package of the same owners"
            ),
            "publish it under the new name first: change `name` in its paracle.toml, then \
             `paracle template publish --kept-by-author`",
        )),
    }
}

/// The folder of its sources, where it is kept here.
fn sources(standing: &Standing, base: &dyn BaseFiles) -> Result<Option<String>, PublishError> {
    let mut folders: Vec<String> = registry_index::Kind::ALL
        .iter()
        .flat_map(|kind| {
            let kinds = kind.plural();
            let name = &standing.name;
            [
                format!("templates/{kinds}/{}", name.name()),
                format!("templates/{kinds}/{name}"),
            ]
        })
        .collect();
    if let Some(last) = standing.versions.last() {
        let path = standing.record(last, base)?.source.path;
        if path.starts_with("templates/") {
            folders.insert(0, path);
        }
    }
    for folder in folders {
        if crate::kept::is_folder_of(&folder, &standing.name, base)? {
            return Ok(Some(folder));
        }
    }
    Ok(None)
}

/// `renames.toml` with one more line, and every older name leading there in one hop.
fn renames(
    old: &PackageName,
    new: &PackageName,
    base: &dyn BaseFiles,
) -> Result<FileChange, PublishError> {
    let unreadable = |why: &str| PublishError::BaseUnreadable {
        path: RENAMES.into(),
        why: why.to_owned(),
    };
    let text = base::text(base, RENAMES)?.unwrap_or_else(|| "format = 1\n".into());
    toml::from_str::<raw::Renames>(&text).map_err(|error| unreadable(error.message()))?;
    let mut document: DocumentMut = text
        .parse()
        .map_err(|error: toml_edit::TomlError| unreadable(error.message()))?;
    let table = document
        .entry("renames")
        .or_insert_with(|| Item::Table(Table::new()));
    let table = table
        .as_table_like_mut()
        .ok_or_else(|| unreadable("`renames` is no table"))?;
    for (_, item) in table.iter_mut() {
        if item.as_str() == Some(old.as_str())
            && let Some(there) = item.as_value_mut()
        {
            let decor = there.decor().clone();
            *there = Value::from(new.as_str());
            *there.decor_mut() = decor;
        }
    }
    table.insert(old.as_str(), value(new.as_str()));
    Ok(FileChange::put(RENAMES, document.to_string()))
}

/// The sources in a folder of the new name.
fn moved(
    folder: &str,
    old: &PackageName,
    new: &PackageName,
    base: &dyn BaseFiles,
) -> Result<Vec<FileChange>, PublishError> {
    let mut parts: Vec<&str> = folder.split('/').collect();
    parts.truncate(2);
    let kinds = parts.join("/");
    let usual = format!("{kinds}/{}", new.name());
    // A folder that keeps its last part is another namespace's package under the same name.
    let to = match usual != folder && base.read(&format!("{usual}/paracle.toml"))?.is_some() {
        true => format!("{kinds}/{new}"),
        false => usual,
    };
    let mut files = Vec::new();
    for path in base.list(folder)? {
        let inside = path.strip_prefix(folder).unwrap_or(&path);
        let bytes = base
            .read(&path)?
            .ok_or_else(|| PublishError::BaseUnreadable {
                path: path.clone(),
                why: "it is no regular file".into(),
            })?;
        let bytes = match inside {
            "/paracle.toml" => manifest(&path, bytes, old, new)?,
            _ => bytes,
        };
        files.push(FileChange {
            path: format!("{to}{inside}"),
            content: Some(Content {
                bytes,
                executable: base.is_executable(&path)?,
            }),
        });
        if to != folder {
            files.push(FileChange::remove(path));
        }
    }
    Ok(files)
}

fn manifest(
    path: &str,
    bytes: Vec<u8>,
    old: &PackageName,
    new: &PackageName,
) -> Result<Vec<u8>, PublishError> {
    let unreadable = || PublishError::BaseUnreadable {
        path: path.to_owned(),
        why: format!("it does not say `name = {:?}`", old.as_str()),
    };
    let text = String::from_utf8(bytes).map_err(|_| unreadable())?;
    let mut document: DocumentMut = text.parse().map_err(|_| unreadable())?;
    let name = document
        .get_mut("package")
        .and_then(Item::as_table_like_mut)
        .and_then(|package| package.get_mut("name"))
        .and_then(Item::as_value_mut)
        .ok_or_else(unreadable)?;
    let decor = name.decor().clone();
    *name = Value::from(new.as_str());
    *name.decor_mut() = decor;
    Ok(document.to_string().into_bytes())
}
