//! Every rule over a registry, or over what a change touches.

use std::{collections::BTreeSet, path::Path};

use registry_index::{
    Finding, Layout, PackageName, Selection, Severity,
    blobs::Blobs,
    load::{self, Loaded},
    registry::Config,
    rules::{self, History, Installer, Scene},
};

use crate::{
    PublishError,
    world::{Archives, Base, Trial},
};

/// What is checked, and with what.
pub struct Check<'a> {
    /// The registry's folder or one below it.
    pub folder: &'a Path,
    /// The revision a change is compared with; else everything is checked.
    pub base: Option<&'a str>,
    /// Only packages with these names, full or short, or with a source in these folders, by path from the
    /// registry's root (`templates/skills/greeting`); else all.
    pub only: &'a [String],
    /// Blobs that are at hand.
    pub blobs: &'a dyn Blobs,
    /// Parses contributed templates.
    pub renderer: &'a render::Renderer,
}

/// What a check looked at.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Findings, sorted by place.
    pub findings: Vec<Finding>,
    /// How many packages were read whole.
    pub packages: usize,
    /// How many of them were not installed for trial, because there are too many.
    pub untried: usize,
}

/// Of which packages trial installs are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// Of all that are checked.
    All,
    /// Of all that are checked where these are no more than [`FEW`]: what a change touches, what was
    /// named, a small registry.
    Few,
}

/// So many packages are installed for trial before it takes longer than somebody waits.
pub const FEW: usize = 100;

/// Runs every rule but those that install. Where a base revision is given, only what the change touches
/// is read whole, and a defect elsewhere that the change did not make is a warning at most: it must not
/// block it.
pub fn check(request: &Check<'_>) -> Result<Checked, PublishError> {
    checked(request, None)
}

/// The same, and packages are installed for trial.
pub fn check_trying(
    request: &Check<'_>,
    installer: &dyn Installer,
    tried: Tried,
) -> Result<Checked, PublishError> {
    checked(request, Some((installer, tried)))
}

fn checked(
    request: &Check<'_>,
    trying: Option<(&dyn Installer, Tried)>,
) -> Result<Checked, PublishError> {
    let layout = Layout::find(request.folder)?;
    let base = request
        .base
        .map(|rev| Base::open(layout.root(), rev))
        .transpose()?;
    checked_since(request, trying, &layout, base.as_ref())
}

/// The same for a folder that need not be a checkout: what differs from the base is told.
pub(crate) fn checked_since(
    request: &Check<'_>,
    trying: Option<(&dyn Installer, Tried)>,
    layout: &Layout,
    base: Option<&Base>,
) -> Result<Checked, PublishError> {
    let touched = base.map(|base| Touched::of(base.changes()));
    let only = Only::of(request.only);
    let wanted = |folder: &str| {
        touched.as_ref().is_none_or(|touched| touched.has(folder)) && only.may_be_in(folder)
    };
    let mut loaded = load::load(layout, &Selection::Some(&wanted))?;
    if !request.only.is_empty() {
        let meant = |name: &str| only.has(name);
        let folders = |folder: &str| only.names.contains(folder);
        loaded.sources.retain(|source| {
            meant(&source.label()) || folders(&source.folder) || source.written.is_none()
        });
        loaded.entries.retain(|entry| meant(entry.name.as_str()));
        let kept: BTreeSet<String> = loaded.sources.iter().map(load::Source::label).collect();
        loaded.findings.retain(|finding| {
            let package = finding.package.as_deref();
            package.is_none_or(|name| meant(name) || kept.contains(name))
        });
        loaded.ratings.retain(|name, _| meant(name.as_str()));
    }
    let config = config(&loaded)?;
    let mut names: BTreeSet<String> = loaded.sources.iter().map(load::Source::label).collect();
    names.extend(loaded.entries.iter().map(|entry| entry.name.to_string()));
    let sources = loaded.sources.len();
    let (installer, untried) = match trying {
        Some((_, Tried::Few)) if sources > FEW => (None, sources),
        Some((installer, _)) => (Some(installer), 0),
        None => (None, 0),
    };
    let mut findings = rules::check(&Scene {
        config: &config,
        loaded: &loaded,
        packer: &Archives,
        templates: &Trial(request.renderer),
        blobs: request.blobs,
        history: base.map(|base| base as &dyn History),
        installer,
    });
    if let Some(touched) = &touched {
        forgive(&mut findings, touched, &loaded);
    }
    Ok(Checked {
        findings,
        packages: names.len(),
        untried,
    })
}

/// An error in what a change does not touch does not block it. What was read whole is what it touches.
fn forgive(findings: &mut [Finding], touched: &Touched, loaded: &Loaded) {
    let sources = loaded.sources.iter().map(|source| source.folder.as_str());
    let entries = loaded.entries.iter().map(|entry| entry.folder.as_str());
    let folders: BTreeSet<&str> = sources.chain(entries).collect();
    for finding in findings {
        let file = finding.place.file.as_str();
        let mut above = file.match_indices('/').map(|(at, _)| &file[..at]);
        let is_touched = touched.has(file) || above.any(|folder| folders.contains(folder));
        if !is_touched && finding.severity == Severity::Error {
            finding.severity = Severity::Warning;
        }
    }
}

/// What `registry.toml` says, or why nothing can be judged by it.
pub(crate) fn config(loaded: &Loaded) -> Result<Config, PublishError> {
    let written = loaded.registry.as_ref();
    written
        .map(|written| Config::from_raw(&written.value))
        .ok_or_else(|| PublishError::NoConfig(loaded.findings.clone()))
}

/// The part of a registry that a change touches.
struct Touched {
    /// Paths that differ.
    paths: BTreeSet<String>,
    /// `registry.toml`, a namespace or the renames: everything may be judged differently.
    everything: bool,
}

impl Touched {
    fn of(changes: &[rules::Change]) -> Self {
        let everything = changes.iter().any(|change| {
            change.path.starts_with("registry-index/")
                && change.path.ends_with(".toml")
                && !change.path.starts_with("registry-index/packages/")
        });
        Self {
            paths: changes.iter().map(|change| change.path.clone()).collect(),
            everything,
        }
    }

    /// Whether the change touches `path`: a file that differs, or a folder that holds one.
    fn has(&self, path: &str) -> bool {
        let below = format!("{path}/");
        self.everything
            || self.paths.contains(path)
            || self
                .paths
                .range(below.clone()..)
                .next()
                .is_some_and(|first| first.starts_with(&below))
    }
}

/// The packages that were named, full or short, or by their folder; all where none was.
struct Only<'a> {
    names: BTreeSet<&'a str>,
    /// The last parts of names; a folder is named whole.
    lasts: BTreeSet<&'a str>,
}

impl<'a> Only<'a> {
    fn of(names: &'a [String]) -> Self {
        Self {
            names: names.iter().map(String::as_str).collect(),
            lasts: names
                .iter()
                .filter(|name| name.matches('/').count() < 2)
                .filter_map(|name| name.rsplit('/').next())
                .collect(),
        }
    }

    /// Whether the folder may hold one of them: the last part of a folder is the last part of the name.
    fn may_be_in(&self, folder: &str) -> bool {
        let last = folder.rsplit('/').next().unwrap_or(folder);
        // A file of ratings is called as its package.
        let last = last.strip_suffix(".toml").unwrap_or(last);
        self.names.is_empty() || self.lasts.contains(last) || self.names.contains(folder)
    }

    fn has(&self, name: &str) -> bool {
        let short = || name.parse::<PackageName>().ok();
        self.names.contains(name) || short().is_some_and(|full| self.names.contains(full.name()))
    }
}

#[cfg(test)]
mod tests {
    use registry_index::rules::{Change, ChangeKind};

    use super::*;

    #[test]
    fn a_package_is_meant_by_its_name_or_its_folder() {
        let folder = "templates/skills/greeting";
        for (only, is_meant) in [
            ("greeting", true),
            ("acme/greeting", true),
            (folder, true),
            ("templates/agents/greeting", false),
            ("greet", false),
        ] {
            let named = [only.to_owned()];
            assert_eq!(Only::of(&named).may_be_in(folder), is_meant, "{only}");
        }
        assert!(Only::of(&[]).may_be_in(folder));
    }

    #[test]
    fn a_change_touches_its_packages_and_nothing_else() {
        let change = |path: &str| Change {
            path: path.into(),
            kind: ChangeKind::Modified,
        };
        let touched = Touched::of(&[
            change("templates/agents/abc/README.md"),
            change("registry-index/packages/core/xyz/1.0.0.toml"),
        ]);
        for (path, is_touched) in [
            ("templates/agents/abc", true),
            ("templates/agents/abc/paracle.toml", false),
            ("templates/agents/abc/README.md", true),
            ("templates/agents/ab", false),
            ("templates/agents/abcd/paracle.toml", false),
            ("registry-index/packages/core/xyz", true),
            ("registry-index/packages/core/other", false),
            ("registry-index/registry.toml", false),
        ] {
            assert_eq!(touched.has(path), is_touched, "{path}");
        }
        assert!(Touched::of(&[change("registry-index/registry.toml")]).has("templates/agents/ab"));
    }
}
