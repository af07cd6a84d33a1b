//! The envelope around a good tar.

use archive::{Limits, pack, read};
use flate2::GzBuilder;

use crate::builder::{Raw, gzip, gzip_with, tar};
use crate::file;

fn good() -> Vec<u8> {
    tar([Raw::file("a.txt", b"hello")])
}

fn changed(at: i32, to: impl Fn(u8) -> u8) -> Vec<u8> {
    let mut bytes = gzip(&good());
    let len = i32::try_from(bytes.len()).unwrap();
    let at = usize::try_from(at.rem_euclid(len)).unwrap();
    bytes[at] = to(bytes[at]);
    bytes
}

fn plain() -> GzBuilder {
    GzBuilder::new().operating_system(255)
}

#[test]
fn envelopes_are_refused_for_what_they_are() {
    let whole = gzip(&good());
    let zip = b"PK\x03\x04\x14\0\0\0\x08\0".repeat(9);
    #[rustfmt::skip]
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("nothing",             Vec::new(),                                        "not-gzip"),
        ("zip",                 zip,                                               "not-gzip"),
        ("a bare tar",          good(),                                            "not-gzip"),
        ("an HTML page",        b"<!doctype html><title>502</title>".to_vec(),     "not-gzip"),
        ("zstd",                b"\x28\xb5\x2f\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec(), "not-gzip"),
        ("not deflate",         changed(2, |_| 7),                                 "not-gzip"),
        ("name",                gzip_with(plain().filename("a.tar"), &good()),     "gzip-header-not-canonical"),
        ("comment",             gzip_with(plain().comment("hi"), &good()),         "gzip-header-not-canonical"),
        ("extra",               gzip_with(plain().extra(*b"xx\x01\x000"), &good()),"gzip-header-not-canonical"),
        ("time",                gzip_with(plain().mtime(1), &good()),              "gzip-header-not-canonical"),
        ("system",              gzip_with(plain().operating_system(3), &good()),   "gzip-header-not-canonical"),
        ("level",               changed(8, |_| 4),                                 "gzip-header-not-canonical"),
        ("text flag",           changed(3, |_| 1),                                 "gzip-header-not-canonical"),
        ("checksum of header",  changed(3, |_| 2),                                 "gzip-header-not-canonical"),
        ("reserved flag",       changed(3, |_| 0x80),                              "gzip-header-not-canonical"),
        ("checksum",            changed(-8, |b| !b),                               "damaged"),
        ("length",              changed(-1, |b| !b),                               "damaged"),
        ("bad block",           changed(10, |_| 0x07),                             "damaged"),
        ("magic only",          whole[..3].to_vec(),                               "truncated"),
        ("cut in the data",     whole[..whole.len() / 2].to_vec(),                 "truncated"),
        ("cut in the trailer",  whole[..whole.len() - 1].to_vec(),                 "truncated"),
        ("without trailer",     whole[..whole.len() - 8].to_vec(),                 "truncated"),
        ("a second member",     [&whole[..], &whole].concat(),                     "several-members"),
        ("an empty member",     [whole.clone(), gzip(b"")].concat(),               "several-members"),
        ("tar in two members",  [gzip(&good()[..512]), gzip(&good()[512..])].concat(), "several-members"),
        ("zeros behind",        [&whole[..], &[0; 16]].concat(),                   "trailing-bytes"),
        ("one byte behind",     [&whole[..], b"!"].concat(),                       "trailing-bytes"),
    ];
    for (what, bytes, expected) in cases {
        let verdict = read(&bytes, &Limits::default()).map_err(|refusal| refusal.code());
        assert_eq!(
            verdict.as_ref().err(),
            Some(&expected),
            "{what}: {verdict:?}"
        );
    }
}

/// A tar may hold what was compressed by anybody; the envelope says nothing about who did.
#[test]
fn the_header_says_nothing() {
    let packed = pack(vec![file("a", b"a")]).unwrap();
    assert_eq!(packed.gzip[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
    assert_eq!(
        read(&gzip(&good()), &Limits::default()).unwrap().entries[0].bytes,
        b"hello"
    );
}

/// 200 MiB of zeros in 200 KB: refused after the cap, not after inflating it.
#[test]
fn a_bomb_is_refused_early() {
    let bomb = gzip(&vec![0; 200 << 20]);
    assert!(bomb.len() < 1 << 20);
    let limits = Limits {
        total: 1 << 20,
        entries: 16,
        ..Limits::default()
    };
    assert_eq!(read(&bomb, &limits).unwrap_err().code(), "total-too-big");
}
