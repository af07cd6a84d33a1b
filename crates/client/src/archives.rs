//! Archives by content id: the cache that installing reads from, and the way into it.
//!
//! ```text
//! a release --cache?--> Contents
//!           --source--> gzip --digest--> --read--> Contents --content id--> kept, handed out
//! ```
//!
//! A content id names the same files in every registry and on every mirror, so what a lock file names is
//! found here years later, whoever served it. Nothing in the cache is believed: it is inflated, hashed
//! and parsed on every read, and what is damaged is removed, so that it is fetched again.

use std::{
    fs,
    io::{self, Read},
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use archive::{Contents, Limits};
use registry_index::{
    Digest, PackageName,
    artifact::{Existing, write_file},
    wire::Release,
};
use semver::Version;

use crate::{
    ClientError,
    source::{Source, Told},
};

/// Archives that are fetched at a time.
const AT_ONCE: usize = 8;

/// The archives of a cache.
#[derive(Clone, Debug)]
pub struct Archives {
    folder: PathBuf,
}

/// An archive that is wanted, and who has it.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// The registry.
    pub source: &'a dyn Source,
    /// The release.
    pub release: &'a Release,
}

/// How far one archive has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// Which of those that were asked for, from 0.
    pub index: usize,
    /// The package.
    pub name: &'a PackageName,
    /// The release.
    pub version: &'a Version,
    /// Bytes that are there.
    pub received: u64,
    /// Bytes that it has.
    pub total: u64,
}

impl Archives {
    /// The archives in the cache folder `cache`, which need not exist.
    pub fn new(cache: &Path) -> Self {
        Self {
            folder: cache.join("archives"),
        }
    }

    /// Where the archive with this content id lies, whether it is there or not.
    pub fn path(&self, content_id: &Digest) -> PathBuf {
        let name = content_id.to_string();
        self.folder.join(&name[..2]).join(name)
    }

    /// What the archive with this content id holds, where it is here and whole.
    pub fn get(&self, content_id: &Digest) -> Option<Contents> {
        let path = self.path(content_id);
        let limits = Limits::default();
        let mut gzip = Vec::new();
        fs::File::open(&path)
            .and_then(|file| file.take(limits.compressed + 1).read_to_end(&mut gzip))
            .ok()?;
        let contents = archive::read(&gzip, &limits).ok();
        let contents = contents.filter(|contents| contents.content_id.0 == content_id.bytes());
        if contents.is_none() {
            // Where it cannot be removed it is found to be damaged again.
            let _ = fs::remove_file(&path);
        }
        contents
    }

    /// Keeps an archive that was checked to have this content id, unless one is here. Of several that
    /// keep the same one each writes its own file, and one of these stays.
    pub fn keep(&self, gzip: &[u8], content_id: &Digest) -> io::Result<()> {
        let path = self.path(content_id);
        match path.is_file() {
            true => Ok(()),
            false => write_file(&path, gzip, Existing::Replace),
        }
    }

    /// What a release holds: from the cache, or else from its registry, checked against its record and
    /// kept. A cache that cannot be read or written costs a download, nothing else.
    pub fn contents(
        &self,
        source: &dyn Source,
        release: &Release,
    ) -> Result<Contents, ClientError> {
        self.contents_told(Wanted { source, release }, &|_| ControlFlow::Continue(()))
    }

    fn contents_told(&self, wanted: Wanted<'_>, told: Told<'_>) -> Result<Contents, ClientError> {
        let stated = &wanted.release.record.archive;
        if let Some(contents) = self.get(&stated.content_id) {
            let _ = told(stated.length);
            return Ok(contents);
        }
        let gzip = wanted.source.download(wanted.release, told)?;
        let contents = checked(&gzip, wanted.release)?;
        let _ = self.keep(&gzip, &stated.content_id);
        Ok(contents)
    }

    /// What several releases hold, in the order they are asked for: several are fetched at a time, and
    /// `progress` is called from all of their threads. The first failure stops the others; of failures
    /// at the same moment, that of the release asked for first is told.
    pub fn contents_of(
        &self,
        wanted: &[Wanted<'_>],
        progress: &(dyn Fn(Progress<'_>) + Sync),
    ) -> Result<Vec<Contents>, ClientError> {
        let next = AtomicUsize::new(0);
        let is_stopped = AtomicBool::new(false);
        let done: Vec<Slot> = wanted.iter().map(|_| Mutex::new(None)).collect();
        let work = || {
            while !is_stopped.load(Ordering::Relaxed) {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let (Some(one), Some(slot)) = (wanted.get(index), done.get(index)) else {
                    return;
                };
                let told = |received| {
                    progress(one.progress(index, received));
                    match is_stopped.load(Ordering::Relaxed) {
                        true => ControlFlow::Break(()),
                        false => ControlFlow::Continue(()),
                    }
                };
                let result = self.contents_told(*one, &told);
                if result.is_err() {
                    is_stopped.store(true, Ordering::Relaxed);
                }
                *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
            }
        };
        thread::scope(|scope| {
            for _ in 1..AT_ONCE.min(wanted.len()) {
                scope.spawn(work);
            }
            work();
        });
        collected(done)
    }
}

/// What became of one archive; nothing where its turn never came.
type Slot = Mutex<Option<Result<Contents, ClientError>>>;

/// All of them, or the failure that stopped the others.
fn collected(done: Vec<Slot>) -> Result<Vec<Contents>, ClientError> {
    let mut all = Vec::new();
    let mut is_stopped = false;
    for slot in done {
        match slot.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(Ok(contents)) => all.push(contents),
            None | Some(Err(ClientError::Stopped)) => is_stopped = true,
            Some(Err(error)) => return Err(error),
        }
    }
    match is_stopped {
        true => Err(ClientError::Stopped),
        false => Ok(all),
    }
}

impl<'a> Wanted<'a> {
    fn progress(&self, index: usize, received: u64) -> Progress<'a> {
        let record = &self.release.record;
        Progress {
            index,
            name: &record.manifest.name,
            version: &record.manifest.version,
            received,
            total: record.archive.length,
        }
    }
}

/// Reads an archive, which has to be the one that the release's record describes.
fn checked(gzip: &[u8], release: &Release) -> Result<Contents, ClientError> {
    let record = &release.record;
    let named = format!("{} {}", record.manifest.name, record.manifest.version);
    let contents = match archive::read(gzip, &Limits::default()) {
        Ok(contents) => contents,
        Err(refusal) => {
            return Err(ClientError::Refused {
                release: named,
                source: Box::new(refusal),
            });
        }
    };
    let (stated, got) = (record.archive.content_id, contents.content_id.0.into());
    match stated == got {
        true => Ok(contents),
        false => Err(ClientError::OtherContents {
            release: named,
            stated,
            got,
        }),
    }
}
