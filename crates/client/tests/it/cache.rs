//! Archives by content id.

use std::{fs, path::Path, thread};

use client::{Archives, ClientError, Location, Source, source};
use registry_index::{PackageName, wire};

use crate::{
    fixture::{Place, noise, published, registry, release, said},
    server::Server,
};

const PART: &str = "dl/acme/part-a/1.0.0.tar.gz";

fn served() -> (Place, Server, Box<dyn Source>, wire::Release) {
    let place = Place::new();
    let server = Server::of(&published(&registry()));
    let source = place.open(&server);
    let release = release(source.as_ref(), "acme/part-a");
    (place, server, source, release)
}

#[test]
fn what_is_kept_is_read_again_and_damage_heals() {
    let (place, server, source, release) = served();
    let archives = place.archives();
    let content_id = release.record.archive.content_id;
    let first = archives.contents(source.as_ref(), &release).unwrap();
    assert_eq!(archives.get(&content_id), Some(first.clone()));
    assert_eq!(archives.contents(source.as_ref(), &release).unwrap(), first);
    assert_eq!(server.asked(PART).len(), 1);
    let path = archives.path(&content_id);
    assert_eq!(place.cached("archives"), std::slice::from_ref(&path));
    // Kept once, not as a blob as well.
    let whole = fs::read(&path).unwrap();
    let other = archive::pack(vec![archive::Entry {
        path: "x".into(),
        executable: false,
        bytes: noise(10, 1),
    }]);
    let mut flipped = whole.clone();
    flipped[40] ^= 1;
    let damages = [
        Vec::new(),
        whole[..whole.len() / 2].to_vec(),
        [&whole[..], b"x"].concat(),
        flipped,
        // A proper archive, of something else.
        other.unwrap().gzip,
    ];
    for (times, damage) in damages.into_iter().enumerate() {
        fs::write(&path, damage).unwrap();
        assert_eq!(archives.get(&content_id), None);
        assert!(!path.exists());
        assert_eq!(archives.contents(source.as_ref(), &release).unwrap(), first);
        assert_eq!(server.asked(PART).len(), times + 2);
        assert_eq!(fs::read(&path).unwrap(), whole);
    }
}

#[test]
fn an_archive_that_is_not_what_its_record_says_is_named_and_not_kept() {
    let (place, _, source, mut release) = served();
    let archives = place.archives();
    let stated = registry_index::Digest::of(b"something else");
    let got = release.record.archive.content_id;
    release.record.archive.content_id = stated;
    let why = said(archives.contents(source.as_ref(), &release));
    for words in [
        "acme/part-a 1.0.0",
        &stated.to_string(),
        &got.to_string(),
        "nothing was kept",
    ] {
        assert!(why.contains(words), "{why} lacks {words}");
    }
    assert_eq!(place.cached("archives").len(), 0);
}

/// A source whose archives have the right digest, and are none.
struct Rubbish(Vec<u8>);

impl Source for Rubbish {
    fn config(&self) -> &wire::Config {
        unimplemented!("nobody asks")
    }
    fn package(&self, _: &PackageName) -> Result<Option<wire::Package>, ClientError> {
        Ok(None)
    }
    fn names(&self) -> Result<Vec<wire::NameEntry>, ClientError> {
        Ok(Vec::new())
    }
    fn search(&self) -> Result<client::source::SearchIndex<'_>, ClientError> {
        Err(ClientError::Stopped)
    }
    fn archive(&self, _: &wire::Release) -> Result<Vec<u8>, ClientError> {
        Ok(self.0.clone())
    }
}

#[test]
fn what_is_no_archive_is_refused_by_name() {
    let (place, _, _, release) = served();
    for bytes in [&b"no gzip"[..], b"\x1f\x8b\x08"] {
        let source = Rubbish(bytes.to_vec());
        let refused = place.archives().contents(&source, &release);
        assert!(matches!(refused, Err(ClientError::Refused { .. })));
        let why = said(refused);
        assert!(why.contains("acme/part-a 1.0.0 is refused"), "{why}");
        assert!(why.contains("gzip") || why.contains("cut off"), "{why}");
    }
    assert_eq!(place.cached("archives").len(), 0);
}

/// A cache that cannot be had costs a download, nothing else. (Permissions do not hold back root, so the
/// cache is a file here.)
#[test]
fn without_a_cache_it_works_all_the_same() {
    let (place, server, source, release) = served();
    let nowhere = place.path("nowhere");
    fs::write(&nowhere, "a file").unwrap();
    for cache in [
        nowhere.as_path(),
        Path::new("/proc/nothing/can/be/made/here"),
    ] {
        let archives = Archives::new(cache);
        let before = server.asked(PART).len();
        archives.contents(source.as_ref(), &release).unwrap();
        archives.contents(source.as_ref(), &release).unwrap();
        assert_eq!(server.asked(PART).len(), before + 2);
    }
    let mut world = place.world();
    world.cache = nowhere;
    let source = source::open(&place.location(&server, &[]), &world).unwrap();
    let big = crate::fixture::release(source.as_ref(), "acme/big");
    let contents = Archives::new(&world.cache).contents(source.as_ref(), &big);
    assert_eq!(
        contents.unwrap().entries.last().unwrap().bytes.len(),
        1 << 20
    );
}

#[test]
fn many_keep_the_same_archive_at_once() {
    let (place, _, source, release) = served();
    let archives = place.archives();
    let gzip = source.archive(&release).unwrap();
    let content_id = release.record.archive.content_id;
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                archives.keep(&gzip, &content_id).unwrap();
                assert!(archives.get(&content_id).is_some());
            });
        }
    });
    assert_eq!(place.cached("archives"), [archives.path(&content_id)]);
}

/// What comes with the program is kept once, so that a lock can be restored when it no longer does.
#[test]
fn the_snapshot_is_kept_once_and_not_again() {
    let place = Place::new();
    let source = source::open(&Location::Embedded, &place.offline()).unwrap();
    let names = source.names().unwrap();
    let release = source.package(&names[0].name).unwrap().unwrap();
    let release = release.latest().clone();
    let archives = place.archives();
    let contents = archives.contents(source.as_ref(), &release).unwrap();
    let path = archives.path(&release.record.archive.content_id);
    let made = || fs::metadata(&path).unwrap().modified().unwrap();
    let first = made();
    assert_eq!(
        archives.contents(source.as_ref(), &release).unwrap(),
        contents
    );
    assert_eq!(made(), first);
    assert_eq!(place.cached("").len(), 1);
}
