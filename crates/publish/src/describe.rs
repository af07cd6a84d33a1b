//! A package's files -> its record, and the blobs that the record names.

use registry_index::{
    Digest, Record, Source, component, cost,
    manifest::Manifest,
    record::{self, Blob, Documents, FileEntry, Picture},
    uses,
};

/// A record and its blobs.
#[derive(Clone, Debug)]
pub struct Described {
    /// The record.
    pub record: Record,
    /// The archive, the README and the like.
    pub blobs: Vec<Vec<u8>>,
}

/// Describes `source` as the release that `manifest` says it is.
pub fn describe(
    source: &Source,
    manifest: &Manifest,
    pin: record::Source,
    published: &str,
) -> Result<Described, archive::Refusal> {
    let packed = client::filling::pack(source)?;
    let mut blobs = Vec::new();
    let mut blob = |bytes: &[u8]| {
        blobs.push(bytes.to_vec());
        Blob {
            digest: Digest::of(bytes),
            length: bytes.len() as u64,
        }
    };
    let bytes = |path: &str| source.file(path).map(|file| file.bytes.as_slice());
    let documents = Documents {
        readme: blob(bytes("README.md").unwrap_or_default()),
        changelog: bytes("CHANGELOG.md").map(&mut blob),
        pictures: source
            .files
            .iter()
            .filter(|file| file.path.starts_with("gallery/"))
            .map(|file| Picture {
                path: file.path.clone(),
                blob: blob(&file.bytes),
            })
            .collect(),
    };
    let archive = record::Archive {
        content_id: packed.content_id.0.into(),
        tar_length: packed.tar_len,
        digest: packed.gzip_digest.0.into(),
        length: packed.gzip.len() as u64,
    };
    blobs.push(packed.gzip);
    let record = Record {
        format: 1,
        needs: Vec::new(),
        published: published.to_owned(),
        source: pin,
        archive,
        documents,
        cost: cost::of(source),
        manifest: manifest.clone(),
        found: uses::summary(source),
        components: component::summaries(source),
        files: files(source),
    };
    Ok(Described { record, blobs })
}

/// The files of a release, as its record lists them.
pub(crate) fn files(source: &Source) -> Vec<FileEntry> {
    let packed = source
        .files
        .iter()
        .filter(|file| client::filling::is_packed(&file.path));
    packed
        .map(|file| FileEntry {
            path: file.path.clone(),
            digest: Digest::of(&file.bytes),
            length: file.length,
            executable: file.executable,
        })
        .collect()
}
