//! The embedded snapshot: the packages of the registry this program was built from, and their blobs.
//!
//! One length-prefixed JSON header and then the blobs, one after the other. The build script writes
//! it and [`decode`] reads it; this file is a module of both.

use std::{collections::BTreeMap, io};

use registry_index::{
    Digest, PackageName, Registry,
    blobs::Blobs,
    wire::{Config, Package},
};
use serde::{Deserialize, Serialize};

/// A registry in one piece.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Its config; no shards, no search index.
    pub config: Config,
    /// Its packages.
    pub packages: BTreeMap<PackageName, Package>,
    blobs: BTreeMap<Digest, (usize, usize)>,
    bytes: &'static [u8],
}

#[derive(Serialize, Deserialize)]
struct Header {
    config: Config,
    packages: Vec<Package>,
    blobs: Vec<(Digest, usize)>,
}

/// Writes `registry` and those of `wanted` that `blobs` has.
pub fn encode(registry: &Registry, wanted: &[Digest], blobs: &dyn Blobs) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut index = Vec::new();
    for digest in wanted {
        if let Some(blob) = blobs.read(digest)? {
            index.push((*digest, blob.len()));
            bytes.extend(blob);
        }
    }
    let header = Header {
        config: Config::of(registry),
        packages: registry.packages.values().map(Package::from).collect(),
        blobs: index,
    };
    let header = serde_json::to_vec(&header)?;
    let mut snapshot = u64::try_from(header.len())
        .map_err(io::Error::other)?
        .to_le_bytes()
        .to_vec();
    snapshot.extend(header);
    snapshot.extend(bytes);
    Ok(snapshot)
}

/// Reads what [`encode`] wrote.
pub fn decode(bytes: &'static [u8]) -> io::Result<Snapshot> {
    let (length, rest) = bytes.split_first_chunk::<8>().ok_or_else(cut)?;
    let length = usize::try_from(u64::from_le_bytes(*length)).map_err(io::Error::other)?;
    let (header, bytes) = rest.split_at_checked(length).ok_or_else(cut)?;
    let header: Header = serde_json::from_slice(header)?;
    let mut start = 0;
    let mut blobs = BTreeMap::new();
    for (digest, length) in header.blobs {
        blobs.insert(digest, (start, start + length));
        start += length;
    }
    let packages = header
        .packages
        .into_iter()
        .map(|package| (package.name.clone(), package))
        .collect();
    Ok(Snapshot {
        config: header.config,
        packages,
        blobs,
        bytes,
    })
}

fn cut() -> io::Error {
    io::Error::new(
        io::ErrorKind::UnexpectedEof,
        "the embedded snapshot is cut off",
    )
}

impl Blobs for Snapshot {
    fn read(&self, digest: &Digest) -> io::Result<Option<Vec<u8>>> {
        let bytes = self
            .blobs
            .get(digest)
            .and_then(|&(from, to)| self.bytes.get(from..to));
        Ok(bytes
            .filter(|bytes| Digest::of(bytes) == *digest)
            .map(<[u8]>::to_vec))
    }
}
