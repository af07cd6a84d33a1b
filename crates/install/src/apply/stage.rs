//! Where files are written before they are put into place, and where the old ones are kept.

use std::{
    collections::BTreeSet,
    io::{self, Write as _},
};

use cap_fs_ext::{DirExt as _, FollowSymlinks, OpenOptionsFollowExt as _};
use cap_std::fs::{Dir, OpenOptions};
use registry_index::Digest;

use super::{
    Guard, Progress, Watch, disk, history,
    journal::{self, Journal, Step, new_name, old_name},
    recover,
};
use crate::{
    InstallError,
    changes::{Change, Changes},
    tree::{self, There, Tree, io_error},
};

/// The folder of the operation that is going on.
pub(super) const CURRENT: &str = "current";

/// A folder of our own, on the same file system as the project's `.parac`.
pub(super) struct Stage {
    dir: Dir,
    /// Whether each file is synced by itself.
    syncs_each: bool,
    /// Folders that steps make, by path.
    made: BTreeSet<String>,
}

impl Stage {
    pub(super) fn begin(guard: &Guard, changes: &Changes) -> Result<Self, InstallError> {
        let begin = || -> io::Result<Self> {
            guard.own.create_dir(CURRENT)?;
            Ok(Self {
                dir: guard.own.open_dir_nofollow(CURRENT)?,
                syncs_each: changes.in_order().count() <= disk::FEW,
                made: BTreeSet::new(),
            })
        };
        begin().map_err(io_error("make", &guard.path(CURRENT)))
    }

    /// Writes every new file, keeps every old one, and says which steps there are. When this returns,
    /// nothing of the project has changed.
    pub(super) fn fill(
        &mut self,
        tree: &Tree,
        guard: &Guard,
        changes: &Changes,
        watch: Watch<'_>,
    ) -> Result<Vec<Step>, InstallError> {
        let mut steps: Vec<Step> = guard.fresh().iter().map(|path| make(path)).collect();
        let total = changes.in_order().count();
        let account = changes.account.len();
        for (at, (path, change)) in changes.in_order().enumerate() {
            if at + account == total {
                steps.extend(
                    changes
                        .emptied
                        .iter()
                        .map(|path| Step::RemoveFolder { path: path.clone() }),
                );
            }
            self.folders(tree, path, change, &mut steps)?;
            let step = steps.len();
            steps.push(step_of(path, change));
            if let Some(old) = change.before() {
                self.keep(tree, path, old, &old_name(step))?;
            }
            if let Some(new) = change.after() {
                self.write(path, new, &new_name(step))?;
                if change.before().is_some() {
                    self.permit(tree, path, new, &new_name(step))?;
                }
            }
            check(watch, Progress::Staged(at + 1, total))?;
        }
        Ok(steps)
    }

    /// The folders that have to be made for a file.
    fn folders(
        &mut self,
        tree: &Tree,
        path: &str,
        change: &Change,
        steps: &mut Vec<Step>,
    ) -> Result<(), InstallError> {
        if change.before().is_some() {
            return Ok(());
        }
        for (end, _) in path.match_indices('/') {
            let folder = &path[..end];
            if !self.made.contains(folder) && tree.enter(folder)?.is_none() {
                self.made.insert(folder.to_owned());
                steps.push(make(folder));
            }
        }
        Ok(())
    }

    fn write(&self, path: &str, new: &There, name: &str) -> Result<(), InstallError> {
        let mut options = OpenOptions::new();
        options
            .write(true)
            .create_new(true)
            .follow(FollowSymlinks::No);
        set_mode(&mut options, new.executable);
        let written = || -> io::Result<()> {
            let mut file = self.dir.open_with(name, &options)?;
            file.write_all(&new.bytes)?;
            if self.syncs_each {
                file.sync_all()?;
            }
            Ok(())
        };
        written().map_err(io_error("write", path))
    }

    /// What replaces a file is readable by whom that was readable by.
    fn permit(&self, tree: &Tree, path: &str, new: &There, name: &str) -> Result<(), InstallError> {
        let Some(folder) = tree.enter(tree::parent(path))? else {
            return Ok(());
        };
        match folder.symlink_metadata(tree::name(path)) {
            Ok(there) if there.is_file() => {
                let mode = permissions(there.permissions(), new.executable);
                let set = self.dir.set_permissions(name, mode);
                set.map_err(io_error("write", path))
            }
            _ => Ok(()),
        }
    }

    /// Keeps what stands at `path`: the very file where there are hard links, else a copy.
    fn keep(&self, tree: &Tree, path: &str, old: &There, name: &str) -> Result<(), InstallError> {
        let changed = || InstallError::Changed {
            path: path.to_owned(),
        };
        let folder = tree.enter(tree::parent(path))?.ok_or_else(changed)?;
        let kept = || -> io::Result<bool> {
            let from = tree::name(path);
            if folder.hard_link(from, &self.dir, name).is_err() {
                folder.copy(from, &self.dir, name)?;
            }
            let metadata = self.dir.symlink_metadata(name)?;
            Ok(metadata.is_file()
                && tree::read(&self.dir, name, &metadata)?.as_ref() == Some(&old.bytes))
        };
        match kept().map_err(io_error("read", path))? {
            true => Ok(()),
            false => Err(changed()),
        }
    }

    /// Writes down what is about to be done. When this returns, that and every staged file are on the
    /// disk.
    pub(super) fn journal(
        &self,
        guard: &Guard,
        title: &str,
        time: &str,
        steps: Vec<Step>,
        watch: Watch<'_>,
    ) -> Result<Journal, InstallError> {
        let path = guard.path(CURRENT);
        let journal = Journal {
            format: journal::FORMAT,
            made_in: recover::identity(&guard.own).map_err(io_error("read", &path))?,
            number: history::next(guard)?,
            title: title.to_owned(),
            time: time.to_owned(),
            steps,
        };
        let write = || -> io::Result<()> {
            let draft = "journal.new";
            let mut file = self.dir.create(draft)?;
            file.write_all(&serde_json::to_vec_pretty(&journal)?)?;
            file.sync_all()?;
            if !self.syncs_each {
                disk::sync_all(&self.dir)?;
            }
            self.dir.rename(draft, &self.dir, journal::FILE)?;
            disk::sync(&self.dir)?;
            disk::sync(&guard.own)?;
            guard.sync_above()
        };
        write().map_err(io_error("write", &path))?;
        check(watch, Progress::Journalled)?;
        Ok(journal)
    }

    /// Does every step.
    pub(super) fn place(
        &self,
        tree: &Tree,
        journal: &Journal,
        watch: Watch<'_>,
    ) -> Result<(), InstallError> {
        let total = journal.steps.len();
        for (at, step) in journal.steps.iter().enumerate() {
            // While the lock does not name a package, it is not installed: what it brings has to be on
            // the disk before.
            if at + 1 == total {
                self.sync(tree, &journal.steps[..at])?;
            }
            self.step(tree, at, step)?;
            check(watch, Progress::Placed(at + 1, total))?;
        }
        self.sync(tree, &journal.steps[total.saturating_sub(1)..])?;
        check(watch, Progress::Settled)
    }

    fn step(&self, tree: &Tree, at: usize, step: &Step) -> Result<(), InstallError> {
        let path = step.path();
        let name = tree::name(path);
        let changed = || InstallError::Changed {
            path: path.to_owned(),
        };
        if let Step::MakeFolder { .. } | Step::RemoveFolder { .. } = step {
            tree.forget();
        }
        let folder = tree.enter(step.folder())?.ok_or_else(changed)?;
        match step {
            Step::MakeFolder { .. } => match folder.create_dir(name) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
                done => done.map_err(io_error("make", path)),
            },
            Step::Add { .. } => match disk::rename_new(&self.dir, &new_name(at), &folder, name) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(changed()),
                done => done.map_err(io_error("write", path)),
            },
            Step::Replace { old, .. } => {
                expect(&folder, path, old)?;
                let renamed = self.dir.rename(new_name(at), &folder, name);
                renamed.map_err(io_error("write", path))
            }
            Step::Delete { old, .. } => {
                expect(&folder, path, old)?;
                folder.remove_file(name).map_err(io_error("remove", path))
            }
            Step::RemoveFolder { .. } => match folder.remove_dir(name) {
                // Somebody put something there meanwhile, or took it away.
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotFound
                    ) =>
                {
                    Ok(())
                }
                done => done.map_err(io_error("remove", path)),
            },
        }
    }

    /// Syncs every folder in which something was done: only then do the names in it last.
    fn sync(&self, tree: &Tree, steps: &[Step]) -> Result<(), InstallError> {
        let folders: BTreeSet<&str> = steps.iter().map(Step::folder).collect();
        if folders.len() > disk::FEW {
            return disk::sync_all(&self.dir).map_err(io_error("write", "the project"));
        }
        for path in folders {
            if let Some(folder) = tree.enter(path)? {
                disk::sync(&folder).map_err(io_error("write", path))?;
            }
        }
        Ok(())
    }

    /// Nothing was done yet: what was staged goes.
    pub(super) fn discard(self, guard: &Guard) {
        // What cannot be removed is removed by the next command: without a journal it means nothing.
        drop(self.dir.remove_file(journal::FILE));
        drop(guard.own.remove_dir_all(CURRENT));
    }
}

fn make(path: &str) -> Step {
    Step::MakeFolder {
        path: path.to_owned(),
    }
}

fn step_of(path: &str, change: &Change) -> Step {
    let path = path.to_owned();
    let digest = |there: &There| Digest::of(&there.bytes);
    match change {
        Change::Write { new, old: None } => Step::Add {
            path,
            new: digest(new),
        },
        Change::Write {
            new,
            old: Some(old),
        } => Step::Replace {
            path,
            old: digest(old),
            new: digest(new),
        },
        Change::Delete { old } => Step::Delete {
            path,
            old: digest(old),
        },
    }
}

/// Whether to go on.
fn check(watch: Watch<'_>, progress: Progress) -> Result<(), InstallError> {
    match watch(progress) {
        std::ops::ControlFlow::Continue(()) => Ok(()),
        std::ops::ControlFlow::Break(()) => Err(InstallError::Interrupted),
    }
}

/// Makes sure that the file is as it was when it was read.
fn expect(folder: &Dir, path: &str, old: &Digest) -> Result<(), InstallError> {
    match digest_of(folder, tree::name(path)).map_err(io_error("read", path))? {
        Some(there) if there == *old => Ok(()),
        _ => Err(InstallError::Changed {
            path: path.to_owned(),
        }),
    }
}

/// The digest of a regular file; `None` where there is something else, or nothing.
pub(super) fn digest_of(folder: &Dir, name: &str) -> io::Result<Option<Digest>> {
    match folder.symlink_metadata(name) {
        Ok(metadata) if metadata.is_file() => {
            let bytes = tree::read(folder, name, &metadata)?;
            Ok(bytes.map(|bytes| Digest::of(&bytes)))
        }
        Ok(_) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// As a checkout has them: the umask has the last word.
#[cfg(unix)]
fn set_mode(options: &mut OpenOptions, executable: bool) {
    use cap_std::fs::OpenOptionsExt as _;
    options.mode(if executable { 0o777 } else { 0o666 });
}

#[cfg(not(unix))]
fn set_mode(_: &mut OpenOptions, _: bool) {}

/// The permissions of the file that gives way, which may be run where the new one may.
#[cfg(unix)]
fn permissions(old: cap_std::fs::Permissions, executable: bool) -> cap_std::fs::Permissions {
    use cap_std::fs::PermissionsExt as _;
    let mode = old.mode() & 0o7777;
    // Whoever may read may run, as `chmod +x` has it.
    let run = (mode & 0o444) >> 2;
    let mode = match (executable, mode & 0o100 != 0) {
        (true, false) => mode | run,
        (false, true) => mode & !0o111,
        _ => mode,
    };
    cap_std::fs::Permissions::from_mode(mode)
}

#[cfg(not(unix))]
fn permissions(old: cap_std::fs::Permissions, _: bool) -> cap_std::fs::Permissions {
    old
}
