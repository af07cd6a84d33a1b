//! What a pinned folder may hold: regular files whose bytes are those of the tree.
//!
//! An archive is packed from git's tree. A submodule is not in it, a large file of LFS is only a pointer
//! there, and an attribute that names a filter, a keyword or another line ending makes the files that the
//! author sees others than those that would be released. All of that is refused rather than guessed at.

use git::{Commit, Repository};
use registry_index::{Source, load::FileKind};

use crate::PublishError;

/// How every pointer begins (<https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>).
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/v";

/// Attributes that make a checkout differ from the tree, or an archive of git's from both.
const CHANGING: [&str; 6] = [
    "filter",
    "ident",
    "working-tree-encoding",
    "export-subst",
    "export-ignore",
    "crlf",
];

/// The package in `path` at `rev`.
pub(crate) fn source(
    repository: &Repository,
    rev: &Commit,
    path: &str,
) -> Result<Source, PublishError> {
    let source = client::filling::source_at(repository, rev, path)?;
    match source.files.is_empty() {
        true => Err(PublishError::Unfit(format!(
            "there is no folder {path:?} at {rev}"
        ))),
        false => Ok(source),
    }
}

/// What of the folder cannot be released, one sentence each.
pub(crate) fn faults(
    repository: &Repository,
    rev: &Commit,
    path: &str,
    source: &Source,
) -> Result<Vec<String>, PublishError> {
    let mut faults = Vec::new();
    for file in &source.files {
        match &file.kind {
            FileKind::Link(_) => faults.push(format!("{:?} is a symbolic link", file.path)),
            FileKind::Other => faults.push(format!("{:?} is a submodule", file.path)),
            FileKind::Regular if file.bytes.starts_with(POINTER) => {
                faults.push(format!("{:?} is kept by Git LFS", file.path));
            }
            FileKind::Regular => {}
        }
    }
    let names: Vec<&str> = source.files.iter().map(|file| file.path.as_str()).collect();
    for above in folders_above(path) {
        let at = match above {
            "" => ".gitattributes".to_owned(),
            above => format!("{above}/.gitattributes"),
        };
        if let Some(bytes) = repository.read(rev, &at)? {
            faults.extend(attributes(&at, &bytes, &names));
        }
    }
    let inside = source.files.iter().filter(|file| {
        file.kind == FileKind::Regular && file.path.rsplit('/').next() == Some(".gitattributes")
    });
    for file in inside {
        faults.extend(attributes(&file.path, &file.bytes, &names));
    }
    Ok(faults)
}

/// The root, and every folder on the way to `path`, but not `path` itself.
fn folders_above(path: &str) -> Vec<&str> {
    if path.is_empty() {
        return Vec::new();
    }
    let ends = path.match_indices('/').map(|(at, _)| &path[..at]);
    std::iter::once("").chain(ends).collect()
}

/// Lines that change files of the package. A pattern like `*.psd` is about files that end so; of any
/// other it is assumed that it matches: better refused once too often.
fn attributes(at: &str, bytes: &[u8], names: &[&str]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut faults = Vec::new();
    for line in text.lines().map(str::trim) {
        let mut words = line.split_whitespace();
        let Some(pattern) = words.next().filter(|word| !word.starts_with('#')) else {
            continue;
        };
        let end = pattern
            .strip_prefix('*')
            .filter(|end| end.starts_with('.') && !end.contains(['*', '?', '[', '\\', '/']));
        if end.is_some_and(|end| !names.iter().any(|name| ends_with(name, end))) {
            continue;
        }
        for word in words.filter(|word| !word.starts_with(['-', '!'])) {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            if CHANGING.contains(&name) || (name == "eol" && value != "lf") {
                faults.push(format!("{at:?} gives {pattern:?} the attribute {word:?}"));
            }
        }
    }
    faults
}

/// As git may compare them on a system that takes `A` for `a`.
fn ends_with(name: &str, end: &str) -> bool {
    name.to_lowercase().ends_with(&end.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_that_change_files_are_found() {
        let names = ["README.md", "gallery/a.PNG"];
        let said = |text: &str| attributes(".gitattributes", text.as_bytes(), &names);
        for good in [
            "* text=auto",
            "*.sh text eol=lf",
            "# * filter=lfs",
            "*.psd filter=lfs diff=lfs merge=lfs -text",
            "* -filter !ident -text",
            "*.md linguist-documentation",
        ] {
            assert_eq!(said(good), [""; 0], "{good}");
        }
        for bad in [
            "*.png filter=lfs diff=lfs merge=lfs -text",
            "*.md eol=crlf",
            "* ident",
            "docs/** working-tree-encoding=UTF-16",
            "[attr]mine filter=x",
            "README.md export-subst",
            "/tests export-ignore",
        ] {
            assert_eq!(said(bad).len(), 1, "{bad}");
        }
    }

    #[test]
    fn every_folder_on_the_way_counts() {
        assert_eq!(folders_above(""), [""; 0]);
        assert_eq!(folders_above("a"), [""]);
        assert_eq!(folders_above("a/b/c"), ["", "a", "a/b"]);
    }
}
