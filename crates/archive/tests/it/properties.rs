//! Round trips, determinism, and what a flipped byte can do.

use std::collections::BTreeMap;

use archive::{Entry, Limits, check_collisions, check_path, pack, read};
use proptest::collection::{btree_map, vec};
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, proptest};

/// Sets of files that may be packed; paths of odd but allowed characters, some over 100 bytes.
fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let path = vec("[a-cA-C.é大_ -]{1,9}|[x-z]{30,60}", 1..5).prop_map(|parts| parts.join("/"));
    let content = (any::<bool>(), vec(any::<u8>(), 0..1500));
    btree_map(path, content, 0..12).prop_map(|files: BTreeMap<String, (bool, Vec<u8>)>| {
        let mut entries: Vec<Entry> = Vec::new();
        for (path, (executable, bytes)) in files {
            let others = entries.iter().map(|e| e.path.as_str());
            if check_path(&path).is_ok() && check_collisions(others.chain([path.as_str()])).is_ok()
            {
                entries.push(Entry {
                    path,
                    executable,
                    bytes,
                });
            }
        }
        entries
    })
}

proptest! {
    #[test]
    fn reading_undoes_packing(entries in entries()) {
        let packed = pack(entries.clone()).unwrap();
        let contents = read(&packed.gzip, &Limits::default()).unwrap();
        prop_assert_eq!(contents.content_id, packed.content_id);
        prop_assert_eq!(contents.tar_len, packed.tar_len);
        prop_assert_eq!(contents.entries, entries);
    }

    #[test]
    fn the_order_of_the_files_does_not_matter(
        (entries, shuffled) in entries().prop_flat_map(|e| (Just(e.clone()), Just(e).prop_shuffle()))
    ) {
        prop_assert_eq!(pack(entries).unwrap(), pack(shuffled).unwrap());
    }

    #[test]
    fn different_files_have_different_ids(one in entries(), other in entries()) {
        let same = one == other;
        let (one, other) = (pack(one).unwrap(), pack(other).unwrap());
        prop_assert_eq!(one.content_id == other.content_id, same);
    }

    /// Flipped in the envelope.
    #[test]
    fn a_changed_archive_is_refused_or_the_same(
        entries in entries(), at in any::<proptest::sample::Index>(), flip in 1..=255_u8
    ) {
        let packed = pack(entries.clone()).unwrap();
        let mut gzip = packed.gzip;
        let at = at.index(gzip.len());
        gzip[at] ^= flip;
        if let Ok(contents) = read(&gzip, &Limits::default()) {
            prop_assert_eq!(contents.content_id, packed.content_id);
            prop_assert_eq!(contents.entries, entries);
        }
    }

    /// Flipped in the tar, under a good envelope: whatever is still accepted is canonical, so it
    /// packs to the very bytes that were read.
    #[test]
    fn a_changed_tar_is_refused_or_canonical(
        entries in entries(), at in any::<proptest::sample::Index>(), flip in 1..=255_u8
    ) {
        let packed = pack(entries).unwrap();
        let mut tar = inflate(&packed.gzip);
        let at = at.index(tar.len());
        tar[at] ^= flip;
        if let Ok(contents) = read(&crate::builder::gzip(&tar), &Limits::default()) {
            prop_assert!(contents.content_id != packed.content_id);
            prop_assert_eq!(contents.content_id, archive::sha256(&tar));
            prop_assert_eq!(pack(contents.entries).unwrap().content_id, contents.content_id);
        }
    }

    #[test]
    fn noise_is_never_read(bytes in vec(any::<u8>(), 0..4096)) {
        prop_assert!(read(&bytes, &Limits::default()).is_err());
        prop_assert!(read(&crate::builder::gzip(&bytes), &Limits::default()).is_err());
    }

    #[test]
    fn any_text_is_a_path_or_refused_in_plain_text(path in any::<String>()) {
        if let Err(refusal) = check_path(&path) {
            prop_assert!(!refusal.to_string().chars().any(char::is_control));
        }
    }
}

/// Every byte of one archive, each with several changes: no panic, no other contents.
#[test]
fn every_byte_counts() {
    let entries = vec![
        crate::file("a/b.txt", b"some text, some text, some text"),
        crate::file("run", &[1; 700]),
    ];
    let packed = pack(entries.clone()).unwrap();
    for at in 0..packed.gzip.len() {
        for flip in [1, 2, 4, 8, 16, 32, 64, 128, 255] {
            let mut gzip = packed.gzip.clone();
            gzip[at] ^= flip;
            if let Ok(contents) = read(&gzip, &Limits::default()) {
                assert_eq!(contents.entries, entries, "byte {at}");
            }
        }
    }
    let tar = inflate(&packed.gzip);
    let mut accepted = 0;
    for at in 0..tar.len() {
        let mut tar = tar.clone();
        tar[at] ^= 1;
        let Ok(contents) = read(&crate::builder::gzip(&tar), &Limits::default()) else {
            continue;
        };
        assert_ne!(contents.entries, entries, "byte {at}");
        accepted += 1;
    }
    // Only the bytes of the files themselves may be others.
    assert_eq!(accepted, 31 + 700);
}

fn inflate(gzip: &[u8]) -> Vec<u8> {
    let mut tar = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(gzip), &mut tar).unwrap();
    tar
}
