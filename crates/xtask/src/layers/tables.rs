//! What is allowed. ARCHITECTURE.md has the same in words; the two are changed together.

/// Who may import whom, of ours: by normal and build dependencies. A crate that is not here may
/// not be.
pub(super) const IMPORTS: &[(&str, &[&str])] = &[
    ("registry-index", &[]),
    ("archive", &[]),
    ("git", &[]),
    ("render", &[]),
    ("browser", &[]),
    ("emulator", &[]),
    ("deploy", &[]),
    ("search", &["registry-index"]),
    ("interop", &["registry-index"]),
    ("search-wasm", &["search"]),
    (
        "site-gen",
        &["registry-index", "archive", "search", "interop"],
    ),
    ("client", &["registry-index", "archive", "search", "git"]),
    (
        "install",
        &["registry-index", "archive", "client", "render", "interop"],
    ),
    (
        "publish",
        &["registry-index", "archive", "client", "git", "render"],
    ),
    ("executions", &["git"]),
    (
        "paracle-hub",
        &[
            "registry-index",
            "archive",
            "git",
            "render",
            "deploy",
            "search",
            "interop",
            "site-gen",
            "client",
            "install",
            "publish",
            "executions",
        ],
    ),
];

/// The doors: nothing of ours depends on them, not even for its tests.
pub(super) const DOORS: &[&str] = &["paracle-hub", "xtask"];

/// Chores import what they need, of ours and others', and no fence is around them.
pub(super) const CHORES: &[&str] = &["xtask"];

/// Crates of ours that are workspaces of their own, by manifest. Looked at where they exist.
pub(super) const OUTSIDE: &[&str] = &["crates/search-wasm/Cargo.toml"];

/// A thing that only some crates may do.
pub(super) struct Fence {
    /// What is fenced in, as messages call it.
    pub(super) what: &'static str,
    /// Dependencies (normal and build) or source text that do it. A dependency may end in `*`.
    pub(super) signs: &'static [&'static str],
    /// Where it may be done: a crate, or `crate/file` for one file of it.
    pub(super) rooms: &'static [&'static str],
    /// What the others do instead.
    pub(super) instead: &'static str,
}

/// Fences around dependencies. What only tests depend on is free.
pub(super) const DEPENDENCY_FENCES: &[Fence] = &[
    Fence {
        what: "http clients",
        signs: &[
            "reqwest",
            "ureq",
            "attohttpc",
            "minreq",
            "isahc",
            "curl",
            "octocrab",
        ],
        rooms: &["client", "publish", "deploy"],
        instead: "ask `client` for the bytes, or take a trait that `cli` wires",
    },
    Fence {
        what: "http servers and file watching",
        signs: &[
            "axum",
            "axum-*",
            "hyper",
            "hyper-util",
            "tower-http",
            "tiny_http",
            "warp",
            "actix-web",
            "rouille",
            "notify",
            "notify-*",
        ],
        rooms: &["paracle-hub"],
        instead: "serving is done at the door, in `cli`",
    },
    Fence {
        what: "the search engine",
        signs: &["tantivy", "tantivy-*"],
        rooms: &["search"],
        instead: "add what is missing to `search`",
    },
    Fence {
        what: "tar",
        signs: &["tar", "tokio-tar", "astral-tokio-tar", "async-tar"],
        rooms: &["archive"],
        instead: "use `archive`, which knows one canonical format",
    },
    Fence {
        what: "gzip",
        signs: &["flate2", "libdeflater", "zopfli", "miniz_oxide"],
        rooms: &["archive", "search", "client"],
        instead: "use `archive`",
    },
    Fence {
        what: "libgit2",
        signs: &["git2", "libgit2-sys", "gix", "gix-*"],
        rooms: &["git"],
        instead: "use `git`",
    },
    Fence {
        what: "the system's keyring",
        signs: &[
            "keyring",
            "keyring-core",
            "apple-native-keyring-store",
            "windows-native-keyring-store",
            "zbus-secret-service-keyring-store",
            "secret-service",
        ],
        rooms: &["paracle-hub"],
        instead: "take the token as a value that `cli` hands down",
    },
    Fence {
        what: "minijinja",
        signs: &["minijinja", "minijinja-*"],
        rooms: &["site-gen", "render"],
        instead: "contributed templates are rendered by `render`, our own pages by `site-gen`",
    },
    Fence {
        what: "arguments and terminal",
        signs: &[
            "clap",
            "clap_*",
            "anstream",
            "anstyle",
            "anstyle-*",
            "termcolor",
            "owo-colors",
            "colored",
            "console",
            "crossterm",
            "ratatui",
            "ratatui-*",
            "indicatif",
            "dialoguer",
            "inquire",
            "supports-color",
        ],
        rooms: &["paracle-hub"],
        instead: "hand the value to `cli`, which prints",
    },
];

/// Fences around what code says. Build scripts and tests are not looked at.
pub(super) const SOURCE_FENCES: &[Fence] = &[
    Fence {
        what: "the environment",
        signs: &[
            "std::env::",
            "use std::env",
            "env::var",
            "env::args",
            "env::current_dir",
            "env::set_current_dir",
            "env::current_exe",
            "env::temp_dir",
            "env::home_dir",
        ],
        rooms: &["paracle-hub"],
        instead: "take it as a value that `cli` hands down",
    },
    Fence {
        what: "starting programs",
        signs: &["Command::new", "process::Command"],
        // `git` is the one place for the git program. `render` starts our own binary again.
        // `browser` and `emulator` are for tests and chores.
        rooms: &[
            "paracle-hub",
            "git",
            "render/src/process.rs",
            "browser/src/lib.rs",
            "emulator/src/lib.rs",
        ],
        instead: "use `git`, or take a trait that `cli` wires",
    },
    Fence {
        what: "the clock",
        signs: &[
            "SystemTime::now",
            "Utc::now",
            "Local::now",
            "OffsetDateTime::now",
            "Timestamp::now",
            "Zoned::now",
        ],
        rooms: &["paracle-hub"],
        instead: "take the time as a value that `cli` hands down (`Instant` is free)",
    },
    Fence {
        what: "the terminal",
        signs: &[
            "println!",
            "eprintln!",
            "print!",
            "eprint!",
            "dbg!",
            "io::stdout",
            "io::stderr",
            "io::stdin",
            "IsTerminal",
        ],
        // The worker's pipes to its parent, which are no terminal.
        rooms: &["paracle-hub", "render/src/worker.rs"],
        instead: "return data; `cli` prints",
    },
    Fence {
        what: "listening on the network",
        signs: &["TcpListener", "UdpSocket", "UnixListener"],
        rooms: &["paracle-hub"],
        instead: "serving is done at the door, in `cli`",
    },
    Fence {
        what: "connecting to the network",
        signs: &["TcpStream::connect", "UnixStream::connect"],
        rooms: &["client", "publish", "deploy", "paracle-hub"],
        instead: "ask `client` for the bytes",
    },
];
