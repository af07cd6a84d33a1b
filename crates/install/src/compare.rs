//! What packages bring, against the project as it stands: what is new, what is there already, what
//! is in the way, and which bytes would have to be written.

use std::collections::BTreeMap;

use registry_index::{
    Digest, PackageName,
    component::entry::{SharedEntry, SharedFile},
};

use crate::{
    InstallError,
    lock::{Installed, InstalledEntry, InstalledFile, Lock, other_registry},
    package::{File, Package},
    plan::{Conflict, Status},
    project::Project,
    quote::Quoted,
    shared::{self, Merged},
    tree::{Found, Tree},
    wanted::{self, Wanted},
};

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Write {
    pub(crate) bytes: Vec<u8>,
    pub(crate) executable: bool,
    /// What stands there and is replaced; `None` where nothing may stand there.
    pub(crate) replaces: Option<Vec<u8>>,
}

/// What the packages come to in this project.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    /// For each package, the state of each of its files and entries, in their order.
    pub(crate) packages: Vec<States>,
    /// By path from the root.
    pub(crate) writes: BTreeMap<String, Write>,
    pub(crate) conflicts: Vec<Conflict>,
    /// The new text of `packages.toml`.
    pub(crate) wanted: String,
    /// The new text of `packages.lock`.
    pub(crate) lock: String,
}

/// The states of a package's files, and of its entries with the file each goes to.
#[derive(Debug, Default)]
pub(crate) struct States {
    pub(crate) files: Vec<Status>,
    pub(crate) entries: Vec<(String, Status)>,
}

/// Compares; changes nothing.
pub(crate) fn compare(
    tree: &Tree,
    project: &Project,
    packages: &[Package],
) -> Result<Comparison, InstallError> {
    let lock = Lock::read(tree, project)?;
    let mut comparer = Comparer {
        tree,
        lock: &lock,
        claims: BTreeMap::new(),
        done: Comparison::default(),
    };
    let mut after = lock.clone();
    for package in packages {
        check_version(&after, package)?;
        after.put(comparer.package(package)?);
    }
    let mut done = comparer.done;
    let wanted = packages.iter().map(|package| Wanted {
        name: package.name(),
        registry: &package.registry,
        version: &package.requested,
    });
    let path = project.wanted();
    done.wanted = wanted::with(&path, tree.text(&path)?.as_deref(), wanted)?;
    done.lock = after.to_text();
    Ok(done)
}

/// A package that is installed is neither updated nor taken from elsewhere.
fn check_version(lock: &Lock, package: &Package) -> Result<(), InstallError> {
    let Some(there) = lock.package(package.name()) else {
        return Ok(());
    };
    if there.registry != package.registry {
        return Err(other_registry(
            package.name(),
            &there.registry,
            &package.registry,
        ));
    }
    if there.version != *package.version() {
        return Err(InstallError::OtherVersion {
            package: package.name().clone(),
            installed: there.version.clone(),
            wanted: package.version().clone(),
        });
    }
    if there.content_id != package.content_id() {
        let known = there.content_id;
        return Err(InstallError::Mismatch {
            package: package.name().clone(),
            what: format!("packages.lock has the content id {known} for this version"),
        });
    }
    Ok(())
}

struct Comparer<'a> {
    tree: &'a Tree,
    lock: &'a Lock,
    /// What the packages that were compared before bring, by path.
    claims: BTreeMap<String, Claim>,
    done: Comparison,
}

struct Claim {
    package: PackageName,
    digest: Digest,
    existing: bool,
}

/// A state, and whether the thing was there before any package brought it.
type State = (Status, bool);

impl Comparer<'_> {
    fn package(&mut self, package: &Package) -> Result<Installed, InstallError> {
        let mut states = States::default();
        let mut account = Installed {
            name: package.name().clone(),
            version: package.version().clone(),
            registry: package.registry.clone(),
            content_id: package.content_id(),
            files: Vec::new(),
            entries: Vec::new(),
        };
        for file in &package.files {
            let (status, existing) = self.file(package, file)?;
            states.files.push(status);
            account.files.push(InstalledFile {
                path: file.to.clone(),
                digest: file.digest,
                existing,
            });
        }
        for entry in &package.entries {
            let path = self.shared_path(entry.file)?;
            let (status, existing) = self.entry(package, &path, entry)?;
            account.entries.push(InstalledEntry {
                file: path.clone(),
                id: entry.id.clone(),
                digest: digest(entry),
                existing,
            });
            states.entries.push((path, status));
        }
        self.done.packages.push(states);
        Ok(account)
    }

    fn file(&mut self, package: &Package, file: &File) -> Result<State, InstallError> {
        let name = package.name();
        if let Some(claim) = self.claims.get(&file.to) {
            if claim.digest == file.digest {
                return Ok((Status::Same, claim.existing));
            }
            let why = format!("{} brings another file of this name", claim.package);
            return Ok(self.conflict(name, &file.to, why));
        }
        let (status, existing) = self.in_project(name, file)?;
        let claim = Claim {
            package: name.clone(),
            digest: file.digest,
            existing,
        };
        self.claims.insert(file.to.clone(), claim);
        Ok((status, existing))
    }

    /// A file that no other package of this plan brings.
    fn in_project(&mut self, name: &PackageName, file: &File) -> Result<State, InstallError> {
        let owner = self.lock.file(&file.to);
        let own = self
            .lock
            .package(name)
            .is_some_and(|own| own.files.iter().any(|known| known.path == file.to));
        match self.tree.find(&file.to)? {
            Found::Nothing => {
                let write = Write {
                    bytes: file.bytes.clone(),
                    executable: file.executable,
                    replaces: None,
                };
                self.done.writes.insert(file.to.clone(), write);
                Ok((Status::New, false))
            }
            Found::File(Some(there)) if there == file.bytes => {
                Ok((Status::Same, owner.is_none_or(|(_, known)| known.existing)))
            }
            // Installed before and edited since: what is installed again is not written over it.
            Found::File(_) if own => {
                Ok((Status::Kept, owner.is_some_and(|(_, known)| known.existing)))
            }
            Found::File(_) => {
                let why = match owner {
                    Some((other, _)) => {
                        format!("{} brought another file of this name", other.told())
                    }
                    None => "a file with other content is there".to_owned(),
                };
                Ok(self.conflict(name, &file.to, why))
            }
            Found::Other { at, what } => {
                let why = format!("{} is {what}", Quoted(&at));
                Ok(self.conflict(name, &file.to, why))
            }
        }
    }

    /// The file that Paracle would read: the first that is there, or is about to be.
    fn shared_path(&self, file: SharedFile) -> Result<String, InstallError> {
        let paths = file.paths();
        for path in paths {
            let is_coming = self.done.writes.contains_key(*path);
            if is_coming || !matches!(self.tree.find(path)?, Found::Nothing) {
                return Ok((*path).to_owned());
            }
        }
        Ok(paths.last().copied().unwrap_or_default().to_owned())
    }

    fn entry(
        &mut self,
        package: &Package,
        path: &str,
        entry: &SharedEntry,
    ) -> Result<State, InstallError> {
        let name = package.name();
        let conflict = |done: &mut Comparison, why| {
            let hint = "rename or remove the entry that is yours, then install again";
            let conflict = Conflict::new(name, path, Some(&entry.id), why, hint);
            done.conflicts.push(conflict);
            Ok((Status::Conflict, false))
        };
        let old = match self.done.writes.get(path) {
            Some(write) => write.bytes.clone(),
            None => match self.tree.find(path)? {
                Found::Nothing => Vec::new(),
                Found::File(Some(bytes)) => bytes,
                Found::File(None) => {
                    return conflict(&mut self.done, "the file is too large".to_owned());
                }
                Found::Other { at, what } => {
                    return conflict(&mut self.done, format!("{} is {what}", Quoted(&at)));
                }
            },
        };
        let Ok(text) = std::str::from_utf8(&old) else {
            return conflict(&mut self.done, "the file is not UTF-8".to_owned());
        };
        let owner = self.lock.entry(path, &entry.id);
        let existing = |unknown| owner.map_or(unknown, |(_, known)| known.existing);
        let own = self.lock.package(name).is_some_and(|own| {
            let mut known = own.entries.iter();
            known.any(|known| known.file == path && known.id == entry.id)
        });
        match shared::merge(path, text, entry) {
            Ok(Merged::Same) => Ok((Status::Same, existing(!self.is_coming(path, entry)))),
            Ok(Merged::Taken) if own => Ok((Status::Kept, existing(false))),
            Ok(Merged::Taken) => {
                let why = match owner {
                    Some((other, _)) => {
                        format!("{} brought another entry of this id", other.told())
                    }
                    None => "an entry of this id with other content is there".to_owned(),
                };
                conflict(&mut self.done, why)
            }
            Ok(Merged::New(text)) => {
                self.write_shared(path, old, text)?;
                Ok((Status::New, false))
            }
            Err(error) => {
                let (why, hint) = (error.to_string(), error.hint());
                let conflict = Conflict::new(name, path, Some(&entry.id), why, hint);
                self.done.conflicts.push(conflict);
                Ok((Status::Conflict, false))
            }
        }
    }

    /// Whether an entry that the file has is only there because a package of this plan brings it.
    fn is_coming(&self, path: &str, entry: &SharedEntry) -> bool {
        self.done.writes.get(path).is_some_and(|write| {
            let before = write.replaces.as_deref().unwrap_or_default();
            let before = std::str::from_utf8(before).unwrap_or_default();
            !matches!(shared::merge(path, before, entry), Ok(Merged::Same))
        })
    }

    fn write_shared(&mut self, path: &str, old: Vec<u8>, text: String) -> Result<(), InstallError> {
        let bytes = text.into_bytes();
        if let Some(write) = self.done.writes.get_mut(path) {
            write.bytes = bytes;
            return Ok(());
        }
        let is_there = !matches!(self.tree.find(path)?, Found::Nothing);
        let write = Write {
            bytes,
            executable: false,
            replaces: is_there.then_some(old),
        };
        self.done.writes.insert(path.to_owned(), write);
        Ok(())
    }

    fn conflict(&mut self, name: &PackageName, path: &str, why: String) -> State {
        let hint = "rename or remove the one that is yours, then install again";
        self.done
            .conflicts
            .push(Conflict::new(name, path, None, why, hint));
        (Status::Conflict, false)
    }
}

/// What a lock says of an entry's content.
fn digest(entry: &SharedEntry) -> Digest {
    // Texts, flags, lists and maps of texts: nothing that JSON could refuse.
    Digest::of(&serde_json::to_vec(&entry.fields).unwrap_or_default())
}
