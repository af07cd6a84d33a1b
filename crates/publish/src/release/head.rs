//! What git has at HEAD below `templates/`, read once. A tree of ten thousand packages is one object, and
//! asking it for each of them by name inflates it ten thousand times.

use git::{Commit, Mode, Repository, TreeFile};
use registry_index::{
    Source,
    load::{FileKind, SourceFile},
};

use crate::PublishError;

/// Where sources are.
const SOURCES: &str = "templates";

/// The tree.
pub(super) struct Head {
    pub(super) commit: Commit,
    /// Sorted; paths from `templates/`.
    files: Vec<TreeFile>,
}

impl Head {
    pub(super) fn read(repository: &Repository) -> Result<Self, PublishError> {
        let commit = repository.head()?;
        let files = repository.files(&commit, SOURCES)?;
        Ok(Self { commit, files })
    }

    /// `source` with the modes that HEAD has; `None` where HEAD has something else. The bytes need not be
    /// read from git: they are those that its ids name.
    pub(super) fn of(&self, source: &Source) -> Option<Source> {
        let below = source.folder.strip_prefix(SOURCES)?.strip_prefix('/')?;
        let folder = format!("{below}/");
        let first = self.files.partition_point(|file| file.path < folder);
        let mut here = self.files[first..]
            .iter()
            .take_while(|file| file.path.starts_with(&folder));
        let mut files = Vec::with_capacity(source.files.len());
        for file in &source.files {
            let known = here.next().filter(|known| is_same(known, &folder, file))?;
            files.push(SourceFile {
                executable: known.mode == Mode::Executable,
                ..file.clone()
            });
        }
        here.next().is_none().then(|| Source {
            files,
            ..source.clone()
        })
    }
}

fn is_same(known: &TreeFile, folder: &str, file: &SourceFile) -> bool {
    known.path.strip_prefix(folder) == Some(&file.path)
        && match (known.mode, &file.kind) {
            (Mode::File | Mode::Executable, FileKind::Regular) => {
                file.length == file.bytes.len() as u64 && git::blob_id(&file.bytes) == known.id
            }
            (Mode::Link, FileKind::Link(target)) => git::blob_id(target.as_bytes()) == known.id,
            _ => false,
        }
}
