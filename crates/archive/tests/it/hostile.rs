//! Hostile tars, each with the verdict that it has to get.

use archive::{Limits, read};

use crate::builder::{Raw, gzip, tar};

/// What the archive is, its tar, the code of the refusal.
type Case = (&'static str, Vec<u8>, &'static str);

fn one(entry: Raw) -> Vec<u8> {
    tar([entry])
}

fn named(name: &str) -> Vec<u8> {
    one(Raw::file(name, b"x"))
}

fn two(first: &str, second: &str) -> Vec<u8> {
    tar([Raw::file(first, b"1"), Raw::file(second, b"2")])
}

fn link(kind: u8, target: &str) -> Vec<u8> {
    one(Raw::file("link", b"").kind(kind).link(target))
}

fn kind(kind: u8) -> Vec<u8> {
    one(Raw::file("entry", b"").kind(kind))
}

fn ok() -> Raw {
    Raw::file("a.txt", b"hello")
}

#[rustfmt::skip]
fn names() -> Vec<Case> {
    vec![
        ("absolute path",                  named("/etc/passwd"),                 "path-absolute"),
        ("absolute by its prefix",         one(ok().prefix("/etc")),             "path-absolute"),
        ("two slashes in front",           named("//server/share/x"),            "path-absolute"),
        ("parent",                         named("../x"),                        "path-escapes"),
        ("parent inside",                  named("a/../../x"),                   "path-escapes"),
        ("parent at the end",              named("a/.."),                        "path-escapes"),
        ("parent by its prefix",           one(ok().prefix("..")),               "path-escapes"),
        ("parent with backslashes",        named("a\\..\\..\\x"),                "path-escapes"),
        ("dot in front",                   named("./x"),                         "path-dot-component"),
        ("dot inside",                     named("a/./x"),                       "path-dot-component"),
        ("no name",                        named(""),                            "path-empty"),
        ("empty component",                named("a//x"),                        "path-empty-component"),
        ("file that ends in a slash",      named("folder/"),                     "path-empty-component"),
        ("prefix that ends in a slash",    one(ok().prefix("b/")),               "path-empty-component"),
        ("backslash",                      named("a\\x"),                        "path-backslash"),
        ("UNC",                            named("\\\\server\\x"),               "path-backslash"),
        ("drive",                          named("C:/x"),                        "path-colon"),
        ("drive without a slash",          named("C:x"),                         "path-colon"),
        ("stream",                         named("a.txt:hidden"),                "path-colon"),
        ("line break",                     named("a\nx"),                        "path-control-character"),
        ("escape",                         named("a\u{1b}[2Jx"),                 "path-control-character"),
        ("delete",                         named("a\u{7f}"),                     "path-control-character"),
        ("control of C1",                  named("a\u{9b}2J"),                   "path-control-character"),
        ("right to left",                  named("a\u{202e}txt.exe"),            "path-hidden-character"),
        ("isolate",                        named("a\u{2066}b"),                  "path-hidden-character"),
        ("zero width",                     named("a\u{200b}b"),                  "path-hidden-character"),
        ("byte order mark",                named("\u{feff}a"),                   "path-hidden-character"),
        ("tag character",                  named("a\u{e0041}"),                  "path-hidden-character"),
        ("question mark",                  named("a?.txt"),                      "path-not-portable"),
        ("device",                         named("NUL"),                         "path-device-name"),
        ("device with extensions",         named("docs/aux.tar.gz"),             "path-device-name"),
        ("device with superscript",        named("COM\u{b9}.txt"),               "path-device-name"),
        ("device with a space",            named("con .txt"),                    "path-device-name"),
        ("trailing dot",                   named("a./x"),                        "path-trailing-dot-or-space"),
        ("trailing space",                 named("a "),                          "path-trailing-dot-or-space"),
        ("three dots",                     named(".../x"),                       "path-trailing-dot-or-space"),
        (".git",                           named(".git/config"),                 "path-git"),
        (".GIT",                           named(".GIT/config"),                 "path-git"),
        (".git below",                     named("a/.Git/hooks/pre-commit"),     "path-git"),
        (".git as a file",                 named(".git"),                        "path-git"),
        (".git with a joiner (HFS+)",      named(".g\u{200c}it/config"),         "path-git"),
        (".git with a mark (HFS+)",        named("\u{feff}.git/config"),         "path-git"),
        (".git in full width",             named(".\u{ff47}it/config"),          "path-git"),
        (".git and dots (NTFS)",           named(".git. . ./config"),            "path-git"),
        (".git as a stream (NTFS)",        named(".git::$INDEX_ALLOCATION/x"),   "path-git"),
        (".git by its short name (NTFS)",  named("GIT~1/config"),                "path-git"),
        (".git behind a backslash",        named("a\\.git\\config"),             "path-git"),
        ("short name",                     named("PROGRA~1/x"),                  "path-short-name"),
        ("too long",                       one(Raw::file(&"n/".repeat(49), b"").name(&[b'n'; 100]).prefix(&["p"; 60].join("/"))), "path-too-long"),
        ("too deep",                       named(&["d"; 17].join("/")),          "path-too-deep"),
        ("not UTF-8",                      one(ok().name(b"a\xff")),             "path-not-utf8"),
        ("overlong slash",                 one(ok().name(b"..\xc0\xafx")),       "path-not-utf8"),
    ]
}

#[rustfmt::skip]
fn pairs() -> Vec<Case> {
    vec![
        ("twice",                          two("a", "a"),                        "duplicate"),
        ("twice by its prefix",            tar([Raw::file("b/a", b""), Raw::file("a", b"").prefix("b")]), "header-not-canonical"),
        ("case",                           two("README", "readme"),              "collision"),
        ("case of a folder",               two("Docs/a", "docs/b"),              "collision"),
        ("sharp s",                        two("STRASSE", "stra\u{df}e"),        "collision"),
        ("NFC and NFD",                    two("e\u{301}", "\u{e9}"),            "collision"),
        ("NFKC",                           two("file", "\u{fb01}le"),            "collision"),
        ("Kelvin",                         two("k", "\u{212a}"),                 "collision"),
        ("file and folder",                two("a", "a/b"),                      "file-and-folder"),
        ("file and folder by case",        two("A", "a/b"),                      "file-and-folder"),
        ("folder, then file",              two("a/b", "a"),                      "file-and-folder"),
    ]
}

#[rustfmt::skip]
fn headers() -> Vec<Case> {
    vec![
        ("symbolic link",                  link(b'2', "/etc/passwd"),            "symbolic-link"),
        ("symbolic link inside",           link(b'2', "a.txt"),                  "symbolic-link"),
        ("hard link",                      link(b'1', "../../x"),                "hard-link"),
        ("character device",               kind(b'3'),                           "device"),
        ("block device",                   kind(b'4'),                           "device"),
        ("named pipe",                     kind(b'6'),                           "fifo"),
        ("folder",                         kind(b'5'),                           "folder-entry"),
        ("contiguous file",                kind(b'7'),                           "unknown-kind"),
        ("old regular file",               kind(0),                              "unknown-kind"),
        ("vendor's type",                  kind(b'Z'),                           "unknown-kind"),
        ("PAX",                            tar([Raw::file("PaxHeader/a", b"16 path=../evil\n").kind(b'x'), ok()]), "pax-header"),
        ("PAX with a length",              tar([Raw::file("PaxHeader/a", b"12 size=999\n").kind(b'x'), ok()]), "pax-header"),
        ("PAX for all",                    tar([Raw::file("pax_global_header", b"10 gid=1\n").kind(b'g'), ok()]), "pax-header"),
        ("PAX of Solaris",                 kind(b'X'),                           "pax-header"),
        ("GNU long name",                  tar([Raw::file("././@LongLink", b"../evil\0").kind(b'L'), ok()]), "gnu-header"),
        ("GNU long link",                  tar([Raw::file("././@LongLink", b"/etc\0").kind(b'K'), ok()]), "gnu-header"),
        ("GNU magic",                      one(ok().put(257, b"ustar  \0")),     "gnu-header"),
        ("GNU volume",                     kind(b'V'),                           "gnu-header"),
        ("sparse",                         kind(b'S'),                           "sparse-file"),
        ("no magic (v7)",                  one(ok().put(257, &[0; 8])),          "not-ustar"),
        ("noise",                          vec![b'n'; 1024],                     "not-ustar"),
        ("version",                        one(ok().put(263, b"01")),            "header-not-canonical"),
        ("set user id",                    one(ok().put(100, b"0004755\0")),     "header-not-canonical"),
        ("world writable",                 one(ok().put(100, b"0000666\0")),     "header-not-canonical"),
        ("mode with spaces",               one(ok().put(100, b"   644 \0")),     "header-not-canonical"),
        ("user id",                        one(ok().put(108, b"0001750\0")),     "header-not-canonical"),
        ("group id",                       one(ok().put(116, b"0001750\0")),     "header-not-canonical"),
        ("time",                           one(ok().put(136, b"14700000000\0")), "header-not-canonical"),
        ("user name",                      one(ok().put(265, b"root")),          "header-not-canonical"),
        ("group name",                     one(ok().put(297, b"wheel")),         "header-not-canonical"),
        ("device numbers of a file",       one(ok().put(329, b"0000001\0")),     "header-not-canonical"),
        ("link name of a file",            one(ok().link("/etc/passwd")),        "header-not-canonical"),
        ("reserved bytes",                 one(ok().put(500, b"tar\0")),         "header-not-canonical"),
        ("bytes behind the name's end",    one(ok().put(50, b"evil")),           "header-not-canonical"),
        ("prefix without need",            one(ok().prefix("folder")),           "header-not-canonical"),
        ("length in spaces",               one(ok().put(124, b"          5\0")), "header-not-canonical"),
        ("length in binary",               one(ok().put(124, b"\x80\0\0\0\0\0\0\0\0\0\0\x05")), "header-not-canonical"),
        ("length without its end",         one(ok().put(124, b"000000000005")),  "header-not-canonical"),
        ("wrong checksum",                 one(ok().checksum(|sum| format!("{:06o}\0 ", sum + 1))), "header-not-canonical"),
        ("checksum in another form",       one(ok().checksum(|sum| format!(" {sum:06o}\0"))), "header-not-canonical"),
        ("checksum with seven digits",     one(ok().checksum(|sum| format!("{sum:07o}\0"))), "header-not-canonical"),
        ("bytes in the padding",           one(ok().padding(b'!')),              "padding-not-empty"),
        ("unsorted",                       two("b", "a"),                        "not-sorted"),
        ("unsorted around a slash",        two("a/b", "a-b"),                    "not-sorted"),
    ]
}

fn cut(mut tar: Vec<u8>, by: usize) -> Vec<u8> {
    tar.truncate(tar.len() - by);
    tar
}

fn with(mut tar: Vec<u8>, behind: &[u8]) -> Vec<u8> {
    tar.extend_from_slice(behind);
    tar
}

fn many(count: usize) -> Vec<u8> {
    tar((0..count).map(|n| Raw::file(&format!("{n:05}"), b"")))
}

#[rustfmt::skip]
fn lengths() -> Vec<Case> {
    const MIB: usize = 1 << 20;
    vec![
        ("nothing",                        Vec::new(),                           "truncated"),
        ("without its end",                cut(one(ok()), 1024),                 "truncated"),
        ("half an end",                    cut(one(ok()), 512),                  "truncated"),
        ("end cut inside a block",         cut(one(ok()), 1),                    "truncated"),
        ("file longer than the tar",       one(ok().size(4096)),                 "truncated"),
        ("header cut",                     cut(one(ok()), 1024 + 512 + 100),     "truncated"),
        ("a second tar",                   with(one(ok()), &named("b")),         "trailing-tar"),
        ("a record of empty blocks",       with(one(ok()), &[0; 8192]),          "trailing-tar"),
        ("noise behind the end",           with(one(ok()), b"!"),                "trailing-tar"),
        ("entry behind half an end",       with(cut(one(ok()), 512), &named("b")), "trailing-tar"),
        ("too many files",                 many(4097),                           "too-many-entries"),
        ("big file",                       one(Raw::file("a", &vec![0; 8 * MIB + 1])), "file-too-big"),
        ("big file by its header",         one(ok().put(124, b"77777777777\0")), "file-too-big"),
        ("big in all",                     tar((0..9).map(|n| Raw::file(&n.to_string(), &vec![0; 8 * MIB - 512]))), "total-too-big"),
        ("bomb",                           vec![0; 100 * MIB],                   "total-too-big"),
    ]
}

#[test]
fn hostile_tars_are_refused_for_what_they_are() {
    let cases = [names(), pairs(), headers(), lengths()].concat();
    assert!(cases.len() >= 100, "{}", cases.len());
    let wrong: Vec<String> = cases
        .into_iter()
        .filter_map(|(what, tar, expected)| {
            let verdict = read(&gzip(&tar), &Limits::default()).map_err(|refusal| {
                let message = refusal.to_string();
                assert!(
                    !message.chars().any(char::is_control),
                    "{what}: {message:?}"
                );
                assert!(!refusal.hint().is_empty());
                refusal.code()
            });
            (verdict.as_ref().err() != Some(&expected)).then(|| format!("{what}: {verdict:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The builder's own canonical form is accepted, so the refusals above are for their cause.
#[test]
fn the_builder_makes_what_the_crate_reads() {
    let long = format!("{}/{}", "p".repeat(80), "n".repeat(99));
    let good = tar([
        Raw::file("a-b", b""),
        Raw::file("a/run", b"#!").put(100, b"0000755\0"),
        Raw::file("a.txt", &[7; 1024]).name(b"b"),
        Raw::file("", b"long")
            .name(&[b'n'; 99])
            .prefix(&"p".repeat(80)),
    ]);
    let contents = read(&gzip(&good), &Limits::default()).unwrap();
    let paths: Vec<&str> = contents.entries.iter().map(|e| e.path.as_str()).collect();
    assert_eq!(paths, ["a-b", "a/run", "b", &long]);
    assert!(contents.entries[1].executable);
    assert_eq!(contents.tar_len, good.len() as u64);
    assert_eq!(contents.content_id, archive::sha256(&good));
}

#[test]
fn a_registrys_policy_is_a_limit_of_its_own() {
    let five = tar([Raw::file("a", &vec![0; 5 << 20])]);
    assert!(read(&gzip(&five), &Limits::default()).is_ok());
    let refusal = read(&gzip(&five), &Limits::public()).unwrap_err();
    assert_eq!(refusal.code(), "total-too-big");
    let small = Limits {
        compressed: 10,
        ..Limits::public()
    };
    assert_eq!(
        read(&gzip(&five), &small).unwrap_err().code(),
        "compressed-too-big"
    );
}
