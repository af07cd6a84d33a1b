//! Single paths, as they are checked again after variables were rendered into them.

use archive::{Limits, MAX_PATH, check_collisions, check_path, pack, read};

use crate::file;

#[test]
fn ordinary_paths_pass() {
    let paths = [
        "a",
        "paracle.toml",
        ".parac/agents/specs/reviewer.md",
        "skills/diff-reading/SKILL.md",
        "project/__name__/main.py",
        ".github/workflows/ci.yml",
        ".gitignore",
        ".gitattributes",
        "git",
        "a.git",
        ".git-hooks/x",
        "digit~1x",
        "com",
        "com10",
        "common.txt",
        "console/nullable.md",
        "lpt",
        "größe/大小/размер.md",
        "e\u{301}",
        "a b/c d",
        "-rf",
        "~/x",
        "x~",
        "README~orig.md",
        "a very long name~1.text",
        "..a/b..c",
    ];
    for path in paths {
        assert_eq!(check_path(path), Ok(()), "{path}");
    }
    check_collisions(paths).unwrap();
}

#[test]
fn git_in_every_spelling() {
    let ignored = (0x200c..=0x200f)
        .chain(0x202a..=0x202e)
        .chain(0x206a..=0x206f)
        .chain([0xfeff])
        .map(|c| char::from_u32(c).unwrap());
    let hfs = ignored
        .flat_map(|c| (0..=4).map(move |at| format!("{}{c}{}", &".git"[..at], &".git"[at..])));
    let ntfs = [
        ".git ", ".git.", ".git...", ".git . .", "git~1", "GiT~1", "git~2", "git~12",
    ]
    .into_iter()
    .chain([
        ".git:",
        ".git:x",
        ".git::$INDEX_ALLOCATION",
        ".GIT ::$index_allocation",
    ])
    .chain(["git~1 ", "git~1.", "git~1::$DATA", ".gIT", ".GIT", ".Git"])
    .map(str::to_owned);
    for name in hfs.chain(ntfs) {
        for path in [
            name.clone(),
            format!("a/{name}/config"),
            format!("a\\{name}\\config"),
        ] {
            let verdict = check_path(&path).map_err(|refusal| refusal.code());
            assert_eq!(verdict, Err("path-git"), "{path:?}");
        }
    }
}

#[test]
fn devices_in_every_spelling() {
    let names = ["con", "PRN", "Aux", "nul", "CONIN$", "conout$", "CLOCK$"].map(str::to_owned);
    let ports = ["COM", "lpt"].into_iter().flat_map(|port| {
        "0123456789¹²³"
            .chars()
            .map(move |number| format!("{port}{number}"))
    });
    for name in names.into_iter().chain(ports) {
        for path in [
            name.clone(),
            format!("{name}.a.b"),
            format!("x/{name} .c/y"),
        ] {
            let verdict = check_path(&path).map_err(|refusal| refusal.code());
            assert_eq!(verdict, Err("path-device-name"), "{path}");
        }
    }
}

/// ustar holds 155 + 1 + 100 bytes when there is a slash in the right place.
#[test]
fn long_paths_are_split_where_they_can_be() {
    let name = |len: usize| "n".repeat(len);
    let fits = [
        name(100),
        format!("a/{}", name(98)),
        format!("a/{}", name(100)),
        format!("{}/{}", name(99), name(100)),
        format!("{}/b/{}", name(97), name(100)),
        format!("{}/b/{}", name(100), name(90)),
        format!("{}/{}", name(155), name(44)),
    ];
    for path in fits {
        let packed = pack(vec![file(&path, b"x")]).unwrap();
        let contents = read(&packed.gzip, &Limits::default()).unwrap();
        assert_eq!(contents.entries[0].path, path);
    }
    let cases = [
        (name(101), "path-does-not-fit"),
        (format!("a/{}", name(101)), "path-does-not-fit"),
        (format!("{}/{}", name(156), name(43)), "path-does-not-fit"),
        (format!("{}/{}", name(100), name(100)), "path-too-long"),
        ("ä".repeat(MAX_PATH / 2 + 1), "path-too-long"),
        (["d"; 17].join("/"), "path-too-deep"),
    ];
    for (path, expected) in cases {
        let refusal = pack(vec![file(&path, b"x")]).unwrap_err();
        assert_eq!(refusal.code(), expected, "{path}");
    }
    check_path(&["d"; 16].join("/")).unwrap();
}

#[test]
fn packing_refuses_what_reading_refuses() {
    let cases = [
        (vec![file("../x", b"")], "path-escapes"),
        (
            vec![file("a", b""), file("b", b""), file("a", b"")],
            "duplicate",
        ),
        (
            vec![file("A", b""), file("b", b""), file("a", b"")],
            "collision",
        ),
        (
            vec![file("a/b", b""), file("a-b", b""), file("a", b"")],
            "file-and-folder",
        ),
        (vec![file("a", &vec![0; (8 << 20) + 1])], "file-too-big"),
        (
            (0..4097).map(|n| file(&n.to_string(), b"")).collect(),
            "too-many-entries",
        ),
        (
            (0..9)
                .map(|n| file(&n.to_string(), &vec![0; 8 << 20]))
                .collect(),
            "total-too-big",
        ),
    ];
    for (entries, expected) in cases {
        assert_eq!(pack(entries).unwrap_err().code(), expected);
    }
}

#[test]
fn messages_show_what_a_terminal_would_hide() {
    let message = check_path("a\u{1b}]0;x\u{7}\u{202e}")
        .unwrap_err()
        .to_string();
    assert_eq!(
        message,
        r"the path `a\u{1b}]0;x\u{7}\u{202e}` has a control character"
    );
}
