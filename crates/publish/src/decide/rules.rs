//! What the checks find in the merged tree, written as data into a scratch folder: no attribute, filter or
//! link has a say in it. The rules and `registry.toml` are the base's, unless the change is about them,
//! which a person looks at.

use std::{
    collections::BTreeSet,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use git::Mode;
use registry_index::{
    Layout, PackageName, Selection, Severity, Source,
    blobs::FolderBlobs,
    component::ComponentKind,
    load::{self, FileKind},
    rules::{Change, ChangeKind},
};

use super::{Case, DecideError, causes, error::io, found::Found, place::Touched};
use crate::{Check, PublishError, Tried, check, world::Base};

/// The folders and files of a registry that the checks read.
const READ: [&str; 3] = ["registry-index", "templates", "ratings"];

/// Checks, and looks for components that are called like another package's.
pub(super) fn look(
    case: &Case<'_>,
    touched: &Touched,
    found: &mut Found,
) -> Result<(), DecideError> {
    let tree = Tree {
        case,
        root: case.proposed.scratch.join("tree"),
    };
    tree.write(touched)?;
    let changes: Vec<Change> = case.differences.iter().map(change).collect();
    let mut findings = match tree.check(changes) {
        // The base's can be read; this one is the change's.
        Err(DecideError::Publish(PublishError::NoConfig(_) | PublishError::Load(_))) => {
            let path = "registry-index/registry.toml";
            found.add(&causes::CHECK_ERRORS, path, "it cannot be understood");
            return Ok(());
        }
        findings => findings?,
    };
    // By themselves, once what is written in the registry was judged: kept here and requested at once is
    // what no package may be.
    let mut placed = Vec::new();
    for source in std::mem::take(&mut found.requested) {
        placed.extend(tree.place(&source)?);
    }
    if !placed.is_empty() {
        findings.extend(tree.check(placed)?);
    }
    for finding in findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
    {
        let message = format!("{}: {}", finding.rule, finding.message);
        found.add(&causes::CHECK_ERRORS, &finding.place.file, message);
    }
    collisions(&tree.root, found)
}

fn change(difference: &git::Difference) -> Change {
    Change {
        path: difference.path.clone(),
        kind: match (&difference.old, &difference.new) {
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
            _ => ChangeKind::Modified,
        },
    }
}

struct Tree<'a> {
    case: &'a Case<'a>,
    root: PathBuf,
}

impl Tree<'_> {
    /// Writes what is judged whole, and of all other sources what others must know of them.
    fn write(&self, touched: &Touched) -> Result<(), DecideError> {
        let repository = self.case.repository;
        for top in READ {
            for file in repository.files(self.case.merged, top)? {
                let path = format!("{top}/{}", file.path);
                let is_file = matches!(file.mode, Mode::File | Mode::Executable);
                if is_file && is_read(&path, touched) {
                    let bytes = repository.blob(&file.id)?;
                    put(&self.root, &path, &bytes, file.mode == Mode::Executable)?;
                }
            }
        }
        Ok(())
    }

    /// Puts the files of a request in its place, below `templates/`, so that the same rules see them.
    fn place(&self, source: &Source) -> Result<Vec<Change>, DecideError> {
        if let Some(name) = source.name() {
            let request = self.root.join(Layout::request(&name));
            fs::remove_file(&request).map_err(io(&request))?;
        }
        let mut changes = Vec::new();
        for file in source
            .files
            .iter()
            .filter(|file| file.kind == FileKind::Regular)
        {
            let path = source.path(&file.path);
            put(&self.root, &path, &file.bytes, file.executable)?;
            changes.push(Change {
                path,
                kind: ChangeKind::Added,
            });
        }
        Ok(changes)
    }

    fn check(&self, changes: Vec<Change>) -> Result<Vec<registry_index::Finding>, DecideError> {
        let layout = Layout::find(&self.root).map_err(PublishError::from)?;
        if layout.root() != self.root {
            return Err(PublishError::NoConfig(Vec::new()).into());
        }
        let proposed = self.case.proposed;
        let base = Base::of_changes(proposed.folder, self.case.base.clone(), changes)?;
        let request = Check {
            folder: &self.root,
            base: None,
            only: &[],
            blobs: &FolderBlobs::new(proposed.scratch.join("blobs")),
            renderer: proposed.renderer,
        };
        let trying = proposed.installer.map(|installer| (installer, Tried::Few));
        Ok(check::checked_since(&request, trying, &layout, Some(&base))?.findings)
    }
}

fn is_read(path: &str, touched: &Touched) -> bool {
    // The words and the rules of this project's own registry lie beside its index.
    let is_code =
        path.starts_with("registry-index/src/") || path.starts_with("registry-index/tests/");
    let is_source = path.starts_with("templates/");
    let is_whole = touched.is_everything()
        || path.ends_with("/paracle.toml")
        || path
            .match_indices('/')
            .any(|(at, _)| touched.sources.contains(&path[..at]));
    is_safe(path) && !is_code && (!is_source || is_whole)
}

/// Whether a path stays where it is put, on every system. Of what differs, others were refused.
fn is_safe(path: &str) -> bool {
    path.split('/')
        .all(|part| archive::check_path(part).is_ok())
}

#[cfg_attr(not(unix), allow(unused_variables, reason = "there are no mode bits"))]
fn put(root: &Path, path: &str, bytes: &[u8], is_executable: bool) -> Result<(), DecideError> {
    let path = root.join(path);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(io(parent))?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(if is_executable { 0o755 } else { 0o644 });
    }
    let written = options
        .open(&path)
        .and_then(|mut file| file.write_all(bytes));
    written.map_err(io(&path))
}

/// New components that another package's newest release has under the same id.
fn collisions(root: &Path, found: &mut Found) -> Result<(), DecideError> {
    let new = std::mem::take(&mut found.new_components);
    if new.is_empty() {
        return Ok(());
    }
    let layout = Layout::find(root).map_err(PublishError::from)?;
    let is_entry = |folder: &str| folder.starts_with("registry-index/packages/");
    let loaded = load::load(&layout, &Selection::Some(&is_entry)).map_err(PublishError::from)?;
    let mut known: BTreeSet<(ComponentKind, &str, &PackageName)> = BTreeSet::new();
    for entry in &loaded.entries {
        let newest = entry.records.values().next_back();
        for component in newest.iter().flat_map(|record| &record.value.components) {
            known.insert((component.kind, &component.id, &entry.name));
        }
    }
    for (name, component) in &new {
        let other = known.iter().find(|(kind, id, other)| {
            *kind == component.kind && *id == component.id && *other != name
        });
        if let Some((_, id, other)) = other {
            let message = format!("{id} is also in {other}");
            found.add(&causes::NEW_COMPONENT_ID, name.as_str(), message);
        }
    }
    Ok(())
}
