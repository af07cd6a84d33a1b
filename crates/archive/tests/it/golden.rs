//! The same files give the same bytes, this year and next.

use archive::{Entry, pack};

use crate::file;

fn sample() -> Vec<Entry> {
    let long = format!(
        "skills/{}/reference/{}.md",
        "deep-".repeat(14),
        "n".repeat(60)
    );
    vec![
        file(
            "paracle.toml",
            b"format = 1\n[package]\nname = \"core/sample\"\n",
        ),
        file("README.md", "Größe, 大小, размер\n".repeat(200).as_bytes()),
        Entry {
            executable: true,
            ..file("project/run.sh", b"#!/bin/sh\nexec true\n")
        },
        file(&long, &(0..=255).collect::<Vec<u8>>().repeat(40)),
        file("empty", b""),
    ]
}

/// Records are written once and name these digests: a header or a compressor that gives other
/// bytes must not go unnoticed. The content id never changes; it was computed with GNU tar 1.34
/// (`--format=ustar -b1 --owner=0 --group=0 --numeric-owner --mtime=@0`, names sorted as bytes).
/// Where an update of the compressor changes the second digest only, renew it and say so.
#[test]
fn a_known_archive_keeps_its_digests() {
    let packed = pack(sample()).unwrap();
    assert_eq!(packed.tar_len, 20_992);
    assert_eq!(
        packed.content_id.hex(),
        "d1d0c02547f539fec90c7db02eb2a7d074831416577517c9a15208f9707147ab"
    );
    assert_eq!(
        packed.gzip_digest.hex(),
        "be7f6defc8c2e8af13d1e4106421d5f4160c595d2ebe8a8db65b6ca4fe5ccc8e"
    );
}

/// Digests have one spelling.
#[test]
fn digests_are_read_as_they_are_written() {
    let packed = pack(sample()).unwrap();
    assert_eq!(packed.gzip_digest, archive::sha256(&packed.gzip));
    let text = packed.gzip_digest.to_string();
    assert_eq!(text.parse(), Ok(packed.gzip_digest));
    assert_eq!(
        archive::Sha256::try_from(text.as_str()),
        Ok(packed.gzip_digest)
    );
    for wrong in [
        "",
        "00",
        &text[1..],
        &text.to_uppercase(),
        &format!("{text}0"),
    ] {
        assert!(wrong.parse::<archive::Sha256>().is_err(), "{wrong}");
    }
    assert_eq!(
        archive::sha256(b"abc").hex(),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}
