//! Broken files: an error or fewer hits, never a panic and never a hang.

use search::{Index, Query, build};

use crate::registry::documents;

const QUERIES: &[&str] = &[
    "review a diff",
    "kuberentes rollout",
    "kind:agent",
    "core/code-reviewer",
    "zzzzqqqq",
    "s",
];

/// Opens and asks; `Ok` if nothing was found wrong.
fn exercise(files: Vec<(String, Vec<u8>)>) -> Result<(), search::SearchError> {
    let index = Index::from_files(files)?;
    for text in QUERIES {
        let query = Query::parse(text);
        let hits = index.search(&query, 40)?.hits;
        let docs: Vec<u32> = hits.iter().map(|hit| hit.doc).collect();
        index.snippets(&query, &docs)?;
        index.facets(&query)?;
    }
    index.similar("core/code-reviewer", 5)?;
    index.search(&Query::parse("sort:name"), 40)?;
    index.complete("author:o")?;
    Ok(())
}

#[test]
fn truncated_files_are_noticed() {
    let files = build(documents()).unwrap().files;
    exercise(files.clone()).unwrap();
    for at in 0..files.len() {
        let whole = files[at].1.len();
        for len in [0, 1, 4, whole / 3, whole / 2, whole.saturating_sub(1)] {
            let mut broken = files.clone();
            broken[at].1.truncate(len);
            if len < whole {
                assert!(exercise(broken).is_err(), "{} cut to {len}", files[at].0);
            }
        }
    }
}

#[test]
fn flipped_bits_are_noticed_where_they_are_read() {
    let files = build(documents()).unwrap().files;
    for at in 0..files.len() {
        let len = files[at].1.len();
        for byte in (0..len).step_by((len / 60).max(1)) {
            let mut broken = files.clone();
            broken[at].1[byte] ^= 1 << (byte % 8);
            let result = exercise(broken);
            // Every file but the unused ones is read by these queries.
            let unused = [".fast", ".fieldnorm", ".pos"]
                .iter()
                .any(|end| files[at].0.ends_with(end));
            assert!(unused || result.is_err(), "{} at {byte}", files[at].0);
        }
    }
}

/// With right checksums the decoders meet the damage: what they panic on must be an error here.
#[test]
fn forged_files_do_not_panic() {
    let files = build(documents()).unwrap().files;
    std::panic::set_hook(Box::new(|_| {}));
    let (mut errors, mut tried) = (0, 0);
    for at in 0..files.len() {
        let (name, bytes) = &files[at];
        if name == "sums" {
            continue;
        }
        for byte in (0..bytes.len()).step_by((bytes.len() / 80).max(1)) {
            for value in [0x00, 0xff, bytes[byte] ^ 0x10] {
                let mut forged = files.clone();
                forged[at].1[byte] = value;
                reseal(&mut forged);
                tried += 1;
                errors += usize::from(exercise(forged).is_err());
            }
        }
    }
    let _ = std::panic::take_hook();
    assert!(errors > 0 && tried > 500, "{errors} of {tried}");
}

/// Writes the checksums anew, as somebody who means harm would: after the magic (12 bytes) and the
/// format, the number of files, then for each name and length, and a CRC-32 of each 16 KiB.
fn reseal(files: &mut [(String, Vec<u8>)]) {
    let mut out = b"paraclesrch\n\x02\0\0\0".to_vec();
    let listed: Vec<_> = files.iter().filter(|(name, _)| name != "sums").collect();
    out.extend((listed.len() as u32).to_le_bytes());
    for (name, bytes) in listed {
        out.extend((name.len() as u32).to_le_bytes());
        out.extend(name.as_bytes());
        out.extend((bytes.len() as u32).to_le_bytes());
        for block in bytes.chunks(16 * 1024) {
            out.extend(crc32fast::hash(block).to_le_bytes());
        }
    }
    let crc = crc32fast::hash(&out).to_le_bytes();
    out.extend(crc);
    let sums = files.iter_mut().find(|(name, _)| name == "sums").unwrap();
    sums.1 = out;
}
