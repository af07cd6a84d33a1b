//! Every rule over a registry, or over what a change touches.

use std::{collections::BTreeSet, path::Path};

use registry_index::{
    Finding, Layout, PackageName, Selection, Severity,
    blobs::Blobs,
    load::{self, Loaded},
    registry::Config,
    rules::{self, History, Scene},
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
    /// Only packages with these names, full or short; else all.
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
}

/// Runs every rule. Where a base revision is given, only what the change touches is read whole, and
/// a defect elsewhere that the change did not make is a warning at most: it must not block it.
pub fn check(request: &Check<'_>) -> Result<Checked, PublishError> {
    let layout = Layout::find(request.folder)?;
    let base = request
        .base
        .map(|rev| Base::open(layout.root(), rev))
        .transpose()?;
    let touched = base.as_ref().map(|base| Touched::of(base.changes()));
    let only = Only::of(request.only);
    let wanted = |folder: &str| {
        touched.as_ref().is_none_or(|touched| touched.has(folder)) && only.may_be_in(folder)
    };
    let mut loaded = load::load(&layout, &Selection::Some(&wanted))?;
    if !request.only.is_empty() {
        let meant = |name: &str| only.has(name);
        loaded
            .sources
            .retain(|source| meant(&source.label()) || source.written.is_none());
        loaded.entries.retain(|entry| meant(entry.name.as_str()));
        loaded
            .findings
            .retain(|finding| finding.package.as_deref().is_none_or(meant));
    }
    let config = config(&loaded)?;
    let mut names: BTreeSet<String> = loaded.sources.iter().map(load::Source::label).collect();
    names.extend(loaded.entries.iter().map(|entry| entry.name.to_string()));
    let mut findings = rules::check(&Scene {
        config: &config,
        loaded: &loaded,
        packer: &Archives,
        templates: &Trial(request.renderer),
        blobs: request.blobs,
        history: base.as_ref().map(|base| base as &dyn History),
    });
    if let Some(touched) = &touched {
        // What was read whole is what the change touches.
        let sources = loaded.sources.iter().map(|source| source.folder.as_str());
        let entries = loaded.entries.iter().map(|entry| entry.folder.as_str());
        let folders: BTreeSet<&str> = sources.chain(entries).collect();
        for finding in &mut findings {
            let file = finding.place.file.as_str();
            let mut above = file.match_indices('/').map(|(at, _)| &file[..at]);
            let is_touched = touched.has(file) || above.any(|folder| folders.contains(folder));
            if !is_touched && finding.severity == Severity::Error {
                finding.severity = Severity::Warning;
            }
        }
    }
    Ok(Checked {
        findings,
        packages: names.len(),
    })
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

/// The packages that were named, full or short; all where none was.
struct Only<'a> {
    names: BTreeSet<&'a str>,
    lasts: BTreeSet<&'a str>,
}

impl<'a> Only<'a> {
    fn of(names: &'a [String]) -> Self {
        Self {
            names: names.iter().map(String::as_str).collect(),
            lasts: names
                .iter()
                .filter_map(|name| name.rsplit('/').next())
                .collect(),
        }
    }

    /// Whether the folder may hold one of them: the last part of a folder is the last part of the name.
    fn may_be_in(&self, folder: &str) -> bool {
        let last = folder.rsplit('/').next().unwrap_or(folder);
        self.names.is_empty() || self.lasts.contains(last)
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
