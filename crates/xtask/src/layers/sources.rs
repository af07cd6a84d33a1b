//! What the code says.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::code::{without_comments_and_texts, without_tests};
use super::tables::{CHORES, Fence, SOURCE_FENCES};
use super::{Finding, from_root};
use crate::workspace::Failure;

/// Looks through `src` of the crate `name` in `folder`.
pub(super) fn check(name: &str, folder: &Path, root: &Path) -> Result<Vec<Finding>, Failure> {
    let mut findings = Vec::new();
    if CHORES.contains(&name) {
        return Ok(findings);
    }
    let mut files = Vec::new();
    rust_files(&folder.join("src"), &mut files)?;
    files.sort();

    let mut sources = Vec::new();
    let mut tests = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(&file).map_err(|error| Failure::of(file.display(), error))?;
        let (code, modules) = without_tests(&without_comments_and_texts(&text));
        tests.extend(modules.iter().flat_map(|module| files_of(module, &file)));
        sources.push((file, code));
    }
    for (file, code) in sources.iter().filter(|(file, _)| !tests.contains(file)) {
        let place = format!("{name}/{}", from_root(file, folder).display());
        for (line, fence, sign) in breaches(name, &place, code) {
            findings.push(Finding {
                file: from_root(file, root),
                line,
                message: format!(
                    "`{sign}` in `{name}`: {} may be only in {}; {}",
                    fence.what,
                    fence.rooms.join(", "),
                    fence.instead
                ),
            });
        }
    }
    Ok(findings)
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let listed = fs::read_dir(folder).map_err(|error| Failure::of(folder.display(), error))?;
    for entry in listed {
        let path = entry
            .map_err(|error| Failure::of(folder.display(), error))?
            .path();
        if path.is_dir() {
            rust_files(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

/// Where the module that `file` declares may lie.
fn files_of(module: &str, file: &Path) -> [PathBuf; 2] {
    let parent = file.parent().unwrap_or(Path::new(""));
    let folder = match file.file_stem().and_then(|stem| stem.to_str()) {
        None | Some("lib" | "main" | "mod") => parent.to_owned(),
        Some(stem) => parent.join(stem),
    };
    [
        folder.join(format!("{module}.rs")),
        folder.join(module).join("mod.rs"),
    ]
}

/// Each fence that `code` of the crate `name`, in its file `place`, breaches: at most once a line.
fn breaches<'a>(
    name: &str,
    place: &str,
    code: &'a str,
) -> impl Iterator<Item = (usize, &'static Fence, &'static str)> + use<'a> {
    let closed: Vec<&Fence> = SOURCE_FENCES
        .iter()
        .filter(|fence| !fence.rooms.contains(&name) && !fence.rooms.contains(&place))
        .collect();
    code.lines().enumerate().flat_map(move |(at, line)| {
        let found = closed.iter().filter_map(|fence| {
            let sign = fence.signs.iter().find(|sign| says(line, sign))?;
            Some((at + 1, *fence, *sign))
        });
        found.collect::<Vec<_>>()
    })
}

/// Whether `line` has `sign` as words of its own: `print!` is not in `eprint!`.
fn says(line: &str, sign: &str) -> bool {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(sign).any(|(at, _)| {
        let (before, rest) = line.split_at(at);
        // `env::consts` says what the program was built for, without a look at the machine.
        let constant = rest
            .trim_start_matches("std::")
            .starts_with("env::consts::");
        !before.chars().next_back().is_some_and(part_of_word) && !constant
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::check;

    /// Findings for a crate of these files.
    fn findings(name: &str, files: &[(&str, &str)]) -> Vec<String> {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join(name);
        for (path, text) in files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let found = check(name, &folder, root.path()).unwrap();
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_fence_holds_and_names_the_line() {
        for (sign, code) in [
            ("std::env::", "let home = std::env::var_os(\"HOME\");"),
            ("use std::env", "use std::env;"),
            ("env::current_dir", "let here = env::current_dir();"),
            ("Command::new", "let x = Command::new(\"git\");"),
            ("SystemTime::now", "let x = SystemTime::now();"),
            ("println!", "println!(\"x\");"),
            ("eprintln!", "eprintln!(\"x\");"),
            ("io::stdout", "let x = std::io::stdout();"),
            ("TcpListener", "let x = std::net::TcpListener::bind(y);"),
            ("TcpStream::connect", "let x = TcpStream::connect(y);"),
        ] {
            let source = format!("//! Doc.\nfn a() {{\n    {code}\n}}\n");
            let found = findings(
                "install",
                &[("src/lib.rs", "mod x;\n"), ("src/x/y.rs", &source)],
            );
            let start = format!("install/src/x/y.rs:3: `{sign}` in `install`: ");
            assert_eq!(found.len(), 1, "{code}: {found:?}");
            assert!(found[0].starts_with(&start), "{found:?}");
            assert!(findings("paracle-hub", &[("src/main.rs", &source)]).is_empty());
        }
    }

    #[test]
    fn words_about_a_fence_are_no_breach() {
        let source = "//! println!(\"x\") and std::env::var\n\
            fn a() -> &'static str { /* Command::new */ \"SystemTime::now\" }\n\
            fn b() -> std::time::Instant { std::time::Instant::now() }\n\
            const OS: &str = std::env::consts::OS;\n\
            const NAME: &str = env!(\"CARGO_PKG_NAME\");\n\
            fn my_println() { fingerprint!(1); }\n\
            #[cfg(test)]\nmod tests {\n    fn c() { println!(\"{}\", std::env::temp_dir().display()); }\n}\n";
        assert_eq!(findings("install", &[("src/lib.rs", source)]), [""; 0]);
    }

    #[test]
    fn build_scripts_and_files_of_tests_are_free() {
        let loud = "fn main() { println!(\"{:?}\", std::env::var(\"OUT_DIR\")); }\n";
        let files = [
            ("build.rs", loud),
            ("tests/it/main.rs", loud),
            ("src/lib.rs", "mod a;\n#[cfg(test)]\nmod proofs;\n"),
            ("src/a.rs", "#[cfg(test)]\nmod cases;\n"),
            ("src/proofs.rs", loud),
            ("src/a/cases.rs", loud),
        ];
        assert_eq!(findings("install", &files), [""; 0]);
    }

    #[test]
    fn a_room_may_be_one_file() {
        let code = "fn a() { Command::new(b); }";
        assert_eq!(findings("render", &[("src/process.rs", code)]), [""; 0]);
        assert_eq!(findings("render", &[("src/other.rs", code)]).len(), 1);
        assert_eq!(findings("git", &[("src/other.rs", code)]), [""; 0]);
    }
}
