//! The files that a package writes, and what is in them.

use registry_index::{
    Record,
    component::{Destination, destination},
};
use serde::Serialize;

use crate::{
    highlight::{self, Language},
    text,
};

/// The most files that a page lists.
const MAX_FILES: usize = 200;
/// The most lines of one file that a page shows.
const MAX_LINES: usize = 400;
/// The most bytes of one file that a page shows.
const MAX_SHOWN: usize = 32 << 10;
/// The most bytes of all files that a page shows.
const MAX_SHOWN_ALL: usize = 128 << 10;

/// What stands in "Files it will write".
#[derive(Debug, Default, Serialize)]
pub(crate) struct Files {
    pub(crate) folders: Vec<Folder>,
    /// How many files, whether listed or not.
    pub(crate) count: usize,
    /// `6 files, 17 kB, and 2 entries in files you have`
    pub(crate) sentence: String,
    /// Files that are not listed.
    pub(crate) more: usize,
    /// Paths in the package and the ids of their panes.
    #[serde(skip)]
    pub(crate) anchors: Vec<(String, String)>,
}

/// A folder of the project.
#[derive(Debug, Serialize)]
pub(crate) struct Folder {
    pub(crate) name: String,
    pub(crate) files: Vec<File>,
}

/// A file that will be written.
#[derive(Debug, Serialize)]
pub(crate) struct File {
    pub(crate) id: String,
    /// Below its folder.
    pub(crate) name: String,
    pub(crate) size: String,
    /// From the project's root.
    pub(crate) path: String,
    /// What is to be said of it.
    pub(crate) remark: Option<String>,
    /// Its lines as HTML; absent where it is not shown.
    pub(crate) lines: Option<String>,
}

/// The files that `record` writes, with what `entries` (its archive, where it is at hand) holds.
pub(crate) fn files(record: &Record, entries: Option<&[archive::Entry]>) -> Files {
    let mut written: Vec<(String, &registry_index::record::FileEntry)> = record
        .files
        .iter()
        .filter_map(
            |file| match destination(record.manifest.name.name(), &file.path) {
                Destination::File(path) => Some((path, file)),
                _ => None,
            },
        )
        .collect();
    written.sort_by(|a, b| a.0.cmp(&b.0));
    let bytes: u64 = written.iter().map(|(_, file)| file.length).sum();
    let mut files = Files {
        count: written.len(),
        sentence: sentence(record, written.len(), bytes),
        more: written.len().saturating_sub(MAX_FILES),
        ..Files::default()
    };
    let mut budget = MAX_SHOWN_ALL;
    for (number, (path, file)) in written.iter().take(MAX_FILES).enumerate() {
        let (folder, name) = split(path);
        let folder = text::line(folder, 200);
        let id = format!("f{}", number + 1);
        files.anchors.push((file.path.clone(), id.clone()));
        let entry = entries.and_then(|all| all.iter().find(|entry| entry.path == file.path));
        let (lines, remark) = show(file.executable, &file.path, entry, &mut budget);
        if files.folders.last().is_none_or(|last| last.name != folder) {
            files.folders.push(Folder {
                name: folder,
                files: Vec::new(),
            });
        }
        let Some(last) = files.folders.last_mut() else {
            continue;
        };
        last.files.push(File {
            id,
            name: text::line(name, 200),
            size: text::size(file.length),
            path: text::line(path, 240),
            remark,
            lines,
        });
    }
    files
}

fn sentence(record: &Record, count: usize, bytes: u64) -> String {
    let mut sentence = format!(
        "{}, {}",
        text::count(count, "file", "files"),
        text::size(bytes)
    );
    let entries = entries_elsewhere(record);
    if entries > 0 {
        let entries = text::count(entries, "entry", "entries");
        sentence.push_str(&format!(", and {entries} in files you have"));
    }
    sentence
}

/// Agents, workflows and MCP servers are entered in files that other packages share.
pub(crate) fn entries_elsewhere(record: &Record) -> usize {
    use registry_index::component::ComponentKind::{Agent, Mcp, Workflow};
    record
        .components
        .iter()
        .filter(|component| matches!(component.kind, Agent | Workflow | Mcp))
        .count()
}

/// `.parac/agents/` and the rest; a project's own files by their first folder.
fn split(path: &str) -> (&str, &str) {
    let depth = if path.starts_with(".parac/") { 2 } else { 1 };
    match path.match_indices('/').take(depth).last() {
        Some((at, _)) => path.split_at(at + 1),
        None => ("./", path),
    }
}

fn show(
    is_executable: bool,
    path: &str,
    entry: Option<&archive::Entry>,
    budget: &mut usize,
) -> (Option<String>, Option<String>) {
    let mut remarks = Vec::new();
    if is_executable {
        remarks.push("executable".to_owned());
    }
    if path.ends_with(".j2") {
        remarks.push("a template: rendered with your answers when it is installed".to_owned());
    }
    let lines = match entry {
        None => {
            remarks.push("its content is not at hand".to_owned());
            None
        }
        Some(entry) => match std::str::from_utf8(&entry.bytes) {
            Ok(content) if !content.contains('\0') => {
                Some(shown(content, path, budget, &mut remarks))
            }
            _ => {
                remarks.push("not text, so not shown here".to_owned());
                None
            }
        },
    };
    (lines, (!remarks.is_empty()).then(|| remarks.join("; ")))
}

fn shown(content: &str, path: &str, budget: &mut usize, remarks: &mut Vec<String>) -> String {
    let end = content.floor_char_boundary(MAX_SHOWN.min(*budget));
    let part = &content[..end];
    let lines: Vec<&str> = part.lines().take(MAX_LINES).collect();
    if end < content.len() || lines.len() < part.lines().count() {
        remarks.push("only its beginning is shown here; the archive holds all of it".to_owned());
    }
    *budget = budget.saturating_sub(part.len());
    highlight::lines(lines.into_iter(), Language::of(path))
}
