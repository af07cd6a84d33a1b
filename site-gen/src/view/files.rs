//! The files that a package writes, and what is in them.

use registry_index::{
    Record,
    component::{Destination, destination},
};
use serde::Serialize;

use crate::{
    highlight::{self, Language},
    text,
    view::merged,
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
    /// How many are written or get entries, whether listed or not.
    pub(crate) count: usize,
    /// `6 files, 17 kB, and 2 entries in files you have`
    pub(crate) sentence: String,
    /// Files that are not listed.
    pub(crate) more: usize,
    /// Paths in the package and the ids of their panes.
    #[serde(skip)]
    pub(crate) anchors: Vec<(String, String)>,
    /// The folder and the heading of the file that was added last.
    #[serde(skip)]
    said: (String, Option<String>),
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
    /// Below its folder, or below the heading where it is nested.
    pub(crate) name: String,
    pub(crate) is_nested: bool,
    /// A folder's name that is shown in front of it.
    pub(crate) heading: Option<String>,
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
    // A folder's own files, then those of its folders.
    let place = |path: &str| {
        let (folder, name) = split(path);
        (folder.to_owned(), nested(name).is_some(), name.to_owned())
    };
    written.sort_by_cached_key(|(path, _)| place(path));
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
        let inner = nested(name);
        files.add(
            &folder,
            File {
                id,
                name: text::line(inner.map_or(name, |(_, name)| name), 200),
                is_nested: inner.is_some(),
                heading: inner.map(|(heading, _)| text::line(heading, 200)),
                size: text::size(file.length),
                path: text::line(path, 240),
                remark,
                lines,
            },
        );
    }
    for mut pane in entries
        .map(|entries| merged::panes(record, entries))
        .unwrap_or_default()
    {
        let path = pane.path.clone();
        let (folder, name) = split(&path);
        pane.name = name.to_owned();
        files.count += 1;
        files.add(folder, pane);
    }
    files
}

impl Files {
    /// Says a heading only once in a row.
    fn add(&mut self, folder: &str, mut file: File) {
        let said = (folder.to_owned(), file.heading.clone());
        if said == self.said {
            file.heading = None;
        }
        self.said = said;
        match self.folders.iter_mut().find(|known| known.name == folder) {
            Some(known) => known.files.push(file),
            None => self.folders.push(Folder {
                name: folder.to_owned(),
                files: vec![file],
            }),
        }
    }
}

fn sentence(record: &Record, count: usize, bytes: u64) -> String {
    let files = format!(
        "{}, {}",
        text::count(count, "file", "files"),
        text::size(bytes)
    );
    let entries = entries_elsewhere(record);
    let merged = format!(
        "{} in files you have",
        text::count(entries, "entry", "entries")
    );
    match (count, entries) {
        (_, 0) => files,
        (0, _) => merged,
        _ => format!("{files}, and {merged}"),
    }
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

/// `skills/` and the rest, for what lies at least two folders deep.
fn nested(name: &str) -> Option<(&str, &str)> {
    let at = name.find('/')? + 1;
    let (folder, rest) = name.split_at(at);
    rest.contains('/').then_some((folder, rest))
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
    let part = text::first(content, MAX_SHOWN.min(*budget));
    let lines: Vec<&str> = part.lines().take(MAX_LINES).collect();
    if part.len() < content.len() || lines.len() < part.lines().count() {
        remarks.push("only its beginning is shown here; the archive holds all of it".to_owned());
    }
    *budget = budget.saturating_sub(part.len());
    highlight::lines(lines.into_iter(), Language::of(path))
}
