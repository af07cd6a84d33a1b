//! One entry of a shared file: what the package brings, what the lock says of it, what is there.

use std::collections::BTreeSet;

use registry_index::{
    Digest,
    component::entry::{SharedEntry, SharedFile},
};

use super::{Comparer, Dropped};
use crate::{
    InstallError, Package,
    goal::{Existing, Missing, OnConflict},
    lock::{InstalledEntry, Lock},
    plan::{Conflict, Status},
    quote::Quoted,
    shared::{self, Changed, Clash, MergeError, Merged, Removed},
    tree::{Found, There},
};

impl Comparer<'_> {
    pub(super) fn entry(
        &mut self,
        package: &Package,
        entry: &SharedEntry,
    ) -> Result<(Status, InstalledEntry), InstallError> {
        let known = known(self.lock, entry);
        let path = match known {
            Some(known) => known.file.clone(),
            None => self.shared_path(entry.file)?,
        };
        let mut installed = InstalledEntry {
            file: path.clone(),
            id: entry.id.clone(),
            digest: known.map_or_else(|| Digest::of(b""), |known| known.digest),
            existing: known.is_some_and(|known| known.existing),
        };
        let Some(text) = self.shared_text(package, &path, entry)? else {
            return Ok((Status::Conflict, installed));
        };
        match shared::digest(&path, &text, entry) {
            Ok(digest) => installed.digest = digest,
            Err(error) => return Ok((self.refused(package, &path, &entry.id, &error), installed)),
        }
        let status = match known.map(|known| known.digest == installed.digest) {
            None => self.add(package, &text, entry, &mut installed),
            Some(true) => self.keep(package, &text, entry, &mut installed),
            Some(false) => self.change(package, &text, entry, &mut installed),
        };
        Ok((status, installed))
    }

    /// The file that Paracle would read: the first that is there, or is about to be.
    fn shared_path(&self, file: SharedFile) -> Result<String, InstallError> {
        let paths = file.paths();
        for path in paths {
            if !matches!(self.there(path)?, Found::Nothing) {
                return Ok((*path).to_owned());
            }
        }
        Ok(paths.last().copied().unwrap_or_default().to_owned())
    }

    /// The text of a shared file as it will be; `None` where there is something that cannot be read,
    /// which is a conflict.
    fn shared_text(
        &mut self,
        package: &Package,
        path: &str,
        entry: &SharedEntry,
    ) -> Result<Option<String>, InstallError> {
        let why = match self.there(path)? {
            Found::Nothing => return Ok(Some(String::new())),
            Found::File(there) => match String::from_utf8(there.bytes) {
                Ok(text) => return Ok(Some(text)),
                Err(_) => "the file is not UTF-8".to_owned(),
            },
            Found::TooLarge => "the file is too large".to_owned(),
            Found::Other { at, what } => format!("{} is {what}", Quoted(&at)),
        };
        self.conflict(package.name(), path, Some(&entry.id), why);
        Ok(None)
    }

    /// An entry that no package brought before.
    fn add(
        &mut self,
        package: &Package,
        text: &str,
        entry: &SharedEntry,
        installed: &mut InstalledEntry,
    ) -> Status {
        let path = installed.file.clone();
        match shared::merge(&path, text, entry) {
            // Another package of this goal may have brought it just now.
            Ok(Merged::Same) => {
                let is_left = self.goal.existing == Existing::Left;
                installed.existing = is_left && !self.is_coming(&path, entry);
                Status::Same
            }
            Ok(Merged::Taken) if self.goal.existing == Existing::TakenEdited => Status::Kept,
            Ok(Merged::Taken) => {
                let why = match self.is_coming(&path, entry) {
                    true => "another package brings another entry of this id",
                    false => "an entry of this id with other content is there",
                };
                self.conflict(package.name(), &path, Some(&entry.id), why.to_owned());
                Status::Conflict
            }
            Ok(Merged::New(new)) => {
                if !self.lock.has_entries(&path) {
                    let before = Digest::of(text.as_bytes());
                    self.before.entry(path.clone()).or_insert(before);
                }
                self.write_shared(&path, new);
                Status::New
            }
            Err(error) => self.refused(package, &path, &entry.id, &error),
        }
    }

    /// An entry that is installed and did not change.
    fn keep(
        &mut self,
        package: &Package,
        text: &str,
        entry: &SharedEntry,
        installed: &mut InstalledEntry,
    ) -> Status {
        match shared::merge(&installed.file, text, entry) {
            Ok(Merged::Same) => Status::Same,
            Ok(Merged::Taken) => Status::Kept,
            Ok(Merged::New(_)) if self.goal.missing == Missing::LeftOut => Status::Absent,
            Ok(Merged::New(_)) => self.add(package, text, entry, installed),
            Err(error) => self.refused(package, &installed.file.clone(), &entry.id, &error),
        }
    }

    /// An entry that is installed and says something else in this release.
    fn change(
        &mut self,
        package: &Package,
        text: &str,
        entry: &SharedEntry,
        installed: &mut InstalledEntry,
    ) -> Status {
        let path = installed.file.clone();
        let mut keepers = self.keepers.iter();
        let is_kept = |known: &InstalledEntry| known.file == path && known.id == entry.id;
        if let Some(keeper) = keepers.find(|keeper| keeper.entries.iter().any(is_kept)) {
            let why = format!("{} brought another entry of this id", keeper.told());
            self.conflict(package.name(), &path, Some(&entry.id), why);
            return Status::Conflict;
        }
        let mut bases = self.goal.bases.iter().flat_map(|base| &base.entries);
        let old = bases.find(|old| old.file == entry.file && old.id == entry.id);
        let clash = match self.goal.on_conflict {
            OnConflict::Ours | OnConflict::Markers => Clash::Ours,
            OnConflict::Theirs => Clash::Theirs,
            OnConflict::Stop => Clash::Stop,
        };
        // Without the base, what the release says of a field is taken to be new.
        match shared::change(&path, text, old.unwrap_or(entry), entry, clash) {
            Ok(Changed::Same) if old.is_none() => Status::Kept,
            Ok(Changed::Same) => Status::Same,
            Ok(Changed::New(new)) => {
                self.write_shared(&path, new);
                Status::Changed
            }
            Ok(Changed::Clash { fields }) => {
                let fields = fields.join(", ");
                let why = format!("you and the release changed its {fields}");
                let hint = "choose with --on-conflict ours or theirs, or undo your edit";
                let conflict = Conflict::new(package.name(), &path, Some(&entry.id), why, hint);
                self.done.conflicts.push(conflict);
                Status::Conflict
            }
            Ok(Changed::Gone) if self.goal.missing == Missing::LeftOut => Status::Absent,
            Ok(Changed::Gone) => self.add(package, text, entry, installed),
            Err(error) => self.refused(package, &path, &entry.id, &error),
        }
    }

    fn refused(&mut self, package: &Package, path: &str, id: &str, error: &MergeError) -> Status {
        let (why, hint) = (error.to_string(), error.hint());
        let conflict = Conflict::new(package.name(), path, Some(id), why, hint);
        self.done.conflicts.push(conflict);
        Status::Conflict
    }

    /// Whether an entry that the file has is only there because a package of this goal brings it.
    fn is_coming(&self, path: &str, entry: &SharedEntry) -> bool {
        self.done.changes.files.get(path).is_some_and(|change| {
            let before = change.before().map(|old| old.bytes.as_slice());
            let before = std::str::from_utf8(before.unwrap_or_default()).unwrap_or_default();
            matches!(shared::merge(path, before, entry), Ok(Merged::New(_)))
        })
    }

    fn write_shared(&mut self, path: &str, text: String) {
        let there = match self.there(path) {
            Ok(Found::File(there)) => Some(there),
            _ => None,
        };
        let new = There {
            bytes: text.into_bytes(),
            executable: there.as_ref().is_some_and(|there| there.executable),
        };
        self.write(path, new, there);
    }

    /// Takes away the entries that nobody brings any more.
    pub(super) fn drop_entries(&mut self) -> Result<(), InstallError> {
        let mut stays: BTreeSet<(&str, &str)> = BTreeSet::new();
        for keeper in &self.keepers {
            let kept = keeper.entries.iter();
            stays.extend(kept.map(|entry| (entry.file.as_str(), entry.id.as_str())));
        }
        for entry in self.goal.put.iter().flat_map(|package| &package.entries) {
            let paths = entry.file.paths().iter();
            stays.extend(paths.map(|path| (*path, entry.id.as_str())));
        }
        let mut leaving = Vec::new();
        for package in self.leavers() {
            for entry in &package.entries {
                if stays.insert((&entry.file, &entry.id)) {
                    leaving.push((package, entry));
                }
            }
        }
        for (package, entry) in leaving {
            let status = self.drop_entry(entry)?;
            self.done.dropped.push(Dropped {
                package: package.name.clone(),
                path: entry.file.clone(),
                entry: Some(entry.id.clone()),
                status,
            });
        }
        Ok(())
    }

    fn entry_text(&self, entry: &InstalledEntry) -> Result<Option<(There, String)>, InstallError> {
        let Found::File(there) = self.there(&entry.file)? else {
            return Ok(None);
        };
        let text = String::from_utf8(there.bytes.clone()).ok();
        Ok(text.map(|text| (there, text)))
    }

    /// An entry that the user edited, or that was there before, stays.
    fn drop_entry(&mut self, entry: &InstalledEntry) -> Result<Status, InstallError> {
        let (Some((there, text)), Some(file), false) = (
            self.entry_text(entry)?,
            shared_file(&entry.file),
            entry.existing,
        ) else {
            return Ok(match entry.existing {
                true => Status::Left,
                false => Status::Removed,
            });
        };
        match shared::find(&entry.file, &text, file, &entry.id) {
            Ok(None) => return Ok(Status::Removed),
            Ok(Some(found)) if found == entry.digest => {}
            Ok(Some(_)) | Err(_) => return Ok(Status::Left),
        }
        let before = self.lock.before(&entry.file);
        Ok(
            match shared::remove(&entry.file, &text, file, &entry.id, before) {
                Ok(Removed::Gone) => Status::Removed,
                Ok(Removed::New(new)) => {
                    let new = There {
                        bytes: new.into_bytes(),
                        executable: there.executable,
                    };
                    self.write(&entry.file, new, Some(there));
                    Status::Removed
                }
                Err(_) => Status::Left,
            },
        )
    }
}

/// What the lock says of this entry, whoever brought it.
fn known<'a>(lock: &'a Lock, entry: &SharedEntry) -> Option<&'a InstalledEntry> {
    let mut paths = entry.file.paths().iter();
    paths
        .find_map(|path| lock.entry(path, &entry.id))
        .map(|(_, known)| known)
}

/// Which shared file a path is.
pub(crate) fn shared_file(path: &str) -> Option<SharedFile> {
    [SharedFile::Agents, SharedFile::Workflows, SharedFile::Mcp]
        .into_iter()
        .find(|file| file.paths().contains(&path))
}
