//! One file: what the package brings, what the lock says of it, what is there.

use registry_index::{Digest, PackageName};

use super::{
    Comparer, Dropped,
    lines::{self, Merged},
};
use crate::{
    InstallError, Package,
    goal::{Existing, Missing, OnConflict},
    lock::{Installed, InstalledFile},
    package::File,
    plan::{Conflict, Status},
    quote::Quoted,
    tree::{Found, There},
};

/// What a package that was compared before brings at a path.
pub(super) struct Claim {
    package: PackageName,
    digest: Digest,
    executable: bool,
    existing: bool,
}

impl Comparer<'_> {
    pub(super) fn file(
        &mut self,
        package: &Package,
        file: &File,
    ) -> Result<(Status, InstalledFile), InstallError> {
        let (status, existing) = match self.claims.get(&file.to) {
            Some(claim) if claim.digest == file.digest && claim.executable == file.executable => {
                (Status::Same, claim.existing)
            }
            Some(claim) => {
                let why = format!("{} brings another file of this name", claim.package);
                self.conflict(package.name(), &file.to, None, why);
                (Status::Conflict, false)
            }
            None => self.unclaimed(package, file)?,
        };
        let installed = InstalledFile {
            path: file.to.clone(),
            digest: file.digest,
            executable: file.executable,
            existing,
        };
        Ok((status, installed))
    }

    /// A file that no other package of this goal brings; and whether it was there before any did.
    fn unclaimed(
        &mut self,
        package: &Package,
        file: &File,
    ) -> Result<(Status, bool), InstallError> {
        let known = self.lock.file(&file.to);
        let keeper = self.keeper(&file.to);
        let (status, existing) = match (known, keeper) {
            (_, Some((keeper, kept)))
                if (kept.digest, kept.executable) != (file.digest, file.executable) =>
            {
                let why = format!("{} brought another file of this name", keeper.told());
                self.conflict(package.name(), &file.to, None, why);
                (Status::Conflict, false)
            }
            (Some((_, known)), _) => (self.known(package, file, known)?, known.existing),
            (None, _) => self.unknown(package, file)?,
        };
        let claim = Claim {
            package: package.name().clone(),
            digest: file.digest,
            executable: file.executable,
            existing,
        };
        self.claims.insert(file.to.clone(), claim);
        Ok((status, existing))
    }

    /// A package that stays as it is and has the file.
    fn keeper(&self, path: &str) -> Option<(&Installed, &InstalledFile)> {
        self.keepers.iter().find_map(|keeper| {
            let file = keeper.files.iter().find(|file| file.path == path)?;
            Some((*keeper, file))
        })
    }

    /// A path that no package brought before.
    fn unknown(&mut self, package: &Package, file: &File) -> Result<(Status, bool), InstallError> {
        let new = There {
            bytes: file.bytes.clone(),
            executable: file.executable,
        };
        let why = match self.there(&file.to)? {
            Found::Nothing => {
                self.write(&file.to, new, None);
                return Ok((Status::New, false));
            }
            Found::File(there) if there.bytes == new.bytes => {
                // What was made from a folder of the user's may be that very file: it stays theirs.
                let is_own = package
                    .source
                    .as_ref()
                    .is_some_and(|s| s.starts_with("folder+"));
                let existing = is_own || self.goal.existing == Existing::Left;
                return Ok((Status::Same, existing));
            }
            Found::File(_) if self.goal.existing == Existing::TakenEdited => {
                return Ok((Status::Kept, false));
            }
            Found::File(_) | Found::TooLarge => "a file with other content is there".to_owned(),
            Found::Other { at, what } => format!("{} is {what}", Quoted(&at)),
        };
        self.conflict(package.name(), &file.to, None, why);
        Ok((Status::Conflict, false))
    }

    /// A file that was installed before: by this package, by one that gives it up, or by one that has
    /// the very same.
    fn known(
        &mut self,
        package: &Package,
        file: &File,
        known: &InstalledFile,
    ) -> Result<Status, InstallError> {
        let new = There {
            bytes: file.bytes.clone(),
            executable: file.executable,
        };
        let there = match self.there(&file.to)? {
            Found::Nothing if self.goal.missing == Missing::LeftOut => return Ok(Status::Absent),
            Found::Nothing => {
                self.write(&file.to, new, None);
                return Ok(Status::New);
            }
            Found::File(there) => there,
            Found::TooLarge if known.digest == file.digest => return Ok(Status::Kept),
            Found::TooLarge => {
                let why = "it was edited, and is too large to be merged".to_owned();
                self.conflict(package.name(), &file.to, None, why);
                return Ok(Status::Conflict);
            }
            Found::Other { at, what } => {
                let why = format!("{} is {what}", Quoted(&at));
                self.conflict(package.name(), &file.to, None, why);
                return Ok(Status::Conflict);
            }
        };
        if there == new {
            return Ok(Status::Same);
        }
        // The user's mode stays unless the release changed it.
        let executable = match known.executable == file.executable {
            true => there.executable,
            false => new.executable,
        };
        let is_edited = Digest::of(&there.bytes) != known.digest;
        match (is_edited, known.digest == file.digest) {
            (_, true) if executable == there.executable => Ok(Status::Kept),
            (_, true) => {
                let bytes = there.bytes.clone();
                self.write(&file.to, There { bytes, executable }, Some(there));
                Ok(Status::Changed)
            }
            (false, false) => {
                let bytes = new.bytes;
                self.write(&file.to, There { bytes, executable }, Some(there));
                Ok(Status::Changed)
            }
            (true, false) => self.both_changed(package, file, known, there, executable),
        }
    }

    fn both_changed(
        &mut self,
        package: &Package,
        file: &File,
        known: &InstalledFile,
        there: There,
        executable: bool,
    ) -> Result<Status, InstallError> {
        let mut bases = self.goal.bases.iter().flat_map(|base| &base.files);
        let base = bases.find(|base| base.to == file.to && base.digest == known.digest);
        let base = base.map(|base| base.bytes.as_slice());
        let stop = |this: &mut Self, why: &str| {
            let hint = "choose with --on-conflict ours, theirs or markers, or undo your edit";
            let name = package.name();
            let conflict = Conflict::new(name, &file.to, None, why.to_owned(), hint);
            this.done.conflicts.push(conflict);
            Ok(Status::Conflict)
        };
        if lines::has_markers(&there.bytes) {
            return stop(self, "it still has conflict markers of an earlier update");
        }
        let merged = match base {
            Some(base) => lines::merge(base, &there.bytes, &file.bytes, self.goal.on_conflict),
            // Without the base nobody can say which lines are whose.
            None => match self.goal.on_conflict {
                OnConflict::Ours => Merged::Ours,
                OnConflict::Theirs => Merged::Theirs,
                OnConflict::Markers | OnConflict::Stop => {
                    let why = "you edited it, the release changed it, and the release it was installed from cannot be had to merge them";
                    return stop(self, why);
                }
            },
        };
        let (bytes, status) = match merged {
            Merged::Clean(bytes) => (bytes, Status::Merged),
            Merged::Marked(bytes) => (bytes, Status::Marked),
            Merged::Ours => (there.bytes.clone(), Status::Kept),
            Merged::Theirs => (file.bytes.clone(), Status::Changed),
            Merged::Stopped => return stop(self, "you and the release changed the same lines"),
        };
        self.write(&file.to, There { bytes, executable }, Some(there));
        Ok(status)
    }

    /// Takes away the files that nobody brings any more.
    pub(super) fn drop_files(&mut self) -> Result<(), InstallError> {
        for package in self.leavers() {
            for known in &package.files {
                let is_brought = self.claims.contains_key(&known.path)
                    || self.keeper(&known.path).is_some()
                    || self.is_dropped(&known.path);
                if !is_brought {
                    let status = self.drop_file(known)?;
                    self.done.dropped.push(Dropped {
                        package: package.name.clone(),
                        path: known.path.clone(),
                        entry: None,
                        status,
                    });
                }
            }
        }
        Ok(())
    }

    fn is_dropped(&self, path: &str) -> bool {
        let mut dropped = self.done.dropped.iter();
        dropped.any(|dropped| dropped.entry.is_none() && dropped.path == path)
    }

    /// A file that the user edited, or that was there before, stays.
    fn drop_file(&mut self, known: &InstalledFile) -> Result<Status, InstallError> {
        if known.existing {
            return Ok(Status::Left);
        }
        match self.there(&known.path)? {
            Found::Nothing => Ok(Status::Removed),
            Found::File(there) if Digest::of(&there.bytes) == known.digest => {
                self.delete(&known.path, there);
                Ok(Status::Removed)
            }
            Found::File(_) | Found::TooLarge | Found::Other { .. } => Ok(Status::Left),
        }
    }
}
