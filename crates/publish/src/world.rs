//! What the rules need from the world: the archive's verdict, a trial parse, the base revision.

use std::sync::Mutex;

use registry_index::{
    Digest, Source,
    load::{FileKind, SourceFile},
    record::Archive,
    rules::{Change, ChangeKind, History, Packer, Refusal, Templates},
};

/// The archive format itself.
pub(crate) struct Archives;

impl Packer for Archives {
    fn refusal(&self, source: &Source) -> Option<Refusal> {
        let odd = source
            .files
            .iter()
            .find(|file| file.kind != FileKind::Regular);
        if let Some(file) = odd {
            return Some(Refusal {
                path: Some(file.path.clone()),
                message: format!("{:?} is not a regular file", file.path),
                help: "replace it by the file it stands for: archives hold regular files only"
                    .into(),
            });
        }
        let refusal = client::filling::pack(source).err()?;
        let mut files = source.files.iter();
        let blamed = files.find(|file| archive::check_path(&file.path).is_err());
        Some(Refusal {
            path: blamed.map(|file| file.path.clone()),
            message: refusal.to_string(),
            help: refusal.hint().to_owned(),
        })
    }

    fn describe(&self, gzip: &[u8]) -> Result<Archive, Refusal> {
        let contents = read(gzip)?;
        Ok(Archive {
            content_id: contents.content_id.0.into(),
            tar_length: contents.tar_len,
            digest: Digest::of(gzip),
            length: gzip.len() as u64,
        })
    }

    fn files(&self, gzip: &[u8]) -> Result<Vec<SourceFile>, Refusal> {
        let entries = read(gzip)?.entries.into_iter();
        Ok(entries
            .map(|entry| SourceFile::regular(entry.path, entry.bytes, entry.executable))
            .collect())
    }
}

fn read(gzip: &[u8]) -> Result<archive::Contents, Refusal> {
    archive::read(gzip, &archive::Limits::default()).map_err(|refusal| Refusal {
        path: None,
        message: refusal.to_string(),
        help: refusal.hint().to_owned(),
    })
}

/// The template engine, in a child of its own.
pub(crate) struct Trial<'a>(pub(crate) &'a render::Renderer);

impl Templates for Trial<'_> {
    fn parse(&self, texts: &[(&str, &str)]) -> Result<Vec<Option<(usize, String)>>, String> {
        let templates: Vec<_> = texts
            .iter()
            .map(|(name, text)| render::Template {
                name: (*name).to_owned(),
                text: (*text).to_owned(),
            })
            .collect();
        let parsed = self
            .0
            .parse(&templates)
            .map_err(|error| error.to_string())?;
        Ok(parsed
            .into_iter()
            .map(|error| error.map(|e| (e.line, e.message)))
            .collect())
    }
}

/// A base revision, by its trees.
pub(crate) struct Base {
    /// libgit2's handle belongs to one thread at a time, and rules run on many.
    repository: Mutex<git::Repository>,
    commit: git::Commit,
    changes: Vec<Change>,
}

impl Base {
    pub(crate) fn open(root: &std::path::Path, rev: &str) -> Result<Self, git::GitError> {
        let repository = git::Repository::open(root)?;
        let commit = repository.resolve(rev)?;
        let mut changes: Vec<Change> = repository
            .changes(&commit)?
            .into_iter()
            .map(|change| Change {
                path: change.path,
                kind: match change.kind {
                    git::ChangeKind::Added => ChangeKind::Added,
                    git::ChangeKind::Modified => ChangeKind::Modified,
                    git::ChangeKind::Removed => ChangeKind::Removed,
                },
            })
            .collect();
        changes.sort();
        Ok(Self {
            repository: Mutex::new(repository),
            commit,
            changes,
        })
    }

    /// A base of which somebody else knows what differs from it.
    pub(crate) fn of_changes(
        root: &std::path::Path,
        commit: git::Commit,
        mut changes: Vec<Change>,
    ) -> Result<Self, git::GitError> {
        changes.sort();
        Ok(Self {
            repository: Mutex::new(git::Repository::open(root)?),
            commit,
            changes,
        })
    }
}

impl History for Base {
    fn changes(&self) -> &[Change] {
        &self.changes
    }

    fn at_base(&self, path: &str) -> Option<Vec<u8>> {
        let repository = self.repository.lock().ok()?;
        repository.read(&self.commit, path).ok().flatten()
    }
}
