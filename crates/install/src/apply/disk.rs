//! What a file system is asked for beyond reading and writing: to have things on the disk, and to give a
//! name only where nothing has it.

use std::io;

use cap_std::fs::Dir;

/// Above so many files it is quicker to have the whole file system written out once than each by itself.
#[cfg(target_os = "linux")]
pub(super) const FEW: usize = 24;
/// Elsewhere there is no such call.
#[cfg(not(target_os = "linux"))]
pub(super) const FEW: usize = usize::MAX;

/// Returns once everything that was written to this folder's file system is on the disk.
#[cfg(target_os = "linux")]
pub(super) fn sync_all(folder: &Dir) -> io::Result<()> {
    // A handle that only names the folder cannot be synced through.
    Ok(rustix::fs::syncfs(folder.open(".")?)?)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn sync_all(_: &Dir) -> io::Result<()> {
    Ok(())
}

/// Returns once the names in this folder are on the disk.
#[cfg(unix)]
pub(super) fn sync(folder: &Dir) -> io::Result<()> {
    folder.open(".")?.sync_all()
}

#[cfg(not(unix))]
pub(super) fn sync(_: &Dir) -> io::Result<()> {
    Ok(())
}

/// Renames `from` to `name`, only where nothing has that name, whatever that may be.
///
/// # Errors
/// `AlreadyExists` where something has.
pub(super) fn rename_new(stage: &Dir, from: &str, folder: &Dir, name: &str) -> io::Result<()> {
    match exclusive(stage, from, folder, name) {
        Err(error) if is_unsupported(&error) => {}
        done => return done,
    }
    match stage.hard_link(from, folder, name) {
        Ok(()) => stage.remove_file(from),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // File systems without hard links either.
        Err(_) if folder.symlink_metadata(name).is_err() => stage.rename(from, folder, name),
        Err(error) => Err(error),
    }
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exclusive(stage: &Dir, from: &str, folder: &Dir, name: &str) -> io::Result<()> {
    let flags = rustix::fs::RenameFlags::NOREPLACE;
    Ok(rustix::fs::renameat_with(stage, from, folder, name, flags)?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exclusive(_: &Dir, _: &str, _: &Dir, _: &str) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn is_unsupported(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidInput, Unsupported};
    matches!(error.kind(), InvalidInput | Unsupported)
}
