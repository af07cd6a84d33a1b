//! What each path that differs is for.

use std::collections::BTreeSet;

use registry_index::PackageName;

use super::{Case, DecideError, base::At, causes, found::Found};

/// What a change touches, by what it is for.
#[derive(Debug, Default)]
pub(super) struct Touched {
    /// Folders of packages' sources.
    pub(super) sources: BTreeSet<String>,
    /// Packages whose `package.toml` differs.
    pub(super) entries: BTreeSet<PackageName>,
    /// Packages whose `request.toml` differs.
    pub(super) requests: BTreeSet<PackageName>,
    /// Packages that the base does not have.
    pub(super) new: BTreeSet<PackageName>,
    pub(super) records: Vec<TouchedRecord>,
    pub(super) namespaces: BTreeSet<String>,
    pub(super) ratings: BTreeSet<PackageName>,
    pub(super) is_renames: bool,
    is_registry: bool,
    /// Files in no place where a file may be.
    pub(super) stray: Vec<String>,
    tooling: Vec<String>,
    workflows: Vec<String>,
}

/// A record that differs.
#[derive(Debug)]
pub(super) struct TouchedRecord {
    path: String,
    is_added: bool,
}

impl TouchedRecord {
    pub(super) fn look(&self, found: &mut Found) {
        match self.is_added {
            true => found.add(&causes::RECORD_BY_HAND, &self.path, ""),
            false => found.add(&causes::RECORD_TOUCHED, &self.path, ""),
        }
    }
}

impl Touched {
    pub(super) fn of(case: &Case<'_>) -> Result<Self, DecideError> {
        let mut touched = Self::default();
        for difference in &case.differences {
            touched.place(case, &difference.path, difference.old.is_none())?;
        }
        touched.find_new(case)?;
        Ok(touched)
    }

    fn place(&mut self, case: &Case<'_>, path: &str, is_added: bool) -> Result<(), DecideError> {
        let parts: Vec<&str> = path.split('/').collect();
        let name = |namespace: &str, name: &str| format!("{namespace}/{name}").parse().ok();
        match parts[..] {
            ["templates", _] => self.tooling.push(path.to_owned()),
            ["templates", ..] => match folder(case, path)? {
                Some(folder) => {
                    self.sources.insert(folder);
                }
                None => self.stray.push(path.to_owned()),
            },
            ["registry-index", "registry.toml"] => self.is_registry = true,
            ["registry-index", "renames.toml"] => self.is_renames = true,
            ["registry-index", "namespaces", file] => match file.strip_suffix(".toml") {
                Some(namespace) => {
                    self.namespaces.insert(namespace.to_owned());
                }
                None => self.stray.push(path.to_owned()),
            },
            ["registry-index", "packages", namespace, package, file] => {
                match (name(namespace, package), file) {
                    (Some(name), "package.toml") => {
                        self.entries.insert(name);
                    }
                    (Some(name), "request.toml") => {
                        self.requests.insert(name);
                    }
                    (Some(_), file) if file.ends_with(".toml") => {
                        self.records.push(TouchedRecord {
                            path: path.to_owned(),
                            is_added,
                        });
                    }
                    _ => self.stray.push(path.to_owned()),
                }
            }
            ["registry-index", "namespaces" | "packages", ..] => self.stray.push(path.to_owned()),
            ["ratings", namespace, file] => {
                let package = file.strip_suffix(".toml").unwrap_or_default();
                match name(namespace, package) {
                    Some(name) => {
                        self.ratings.insert(name);
                    }
                    None => self.stray.push(path.to_owned()),
                }
            }
            ["ratings", ..] => self.stray.push(path.to_owned()),
            [".github", "workflows" | "actions", ..] | [".ci", ..] => {
                self.workflows.push(path.to_owned());
            }
            _ => self.tooling.push(path.to_owned()),
        }
        Ok(())
    }

    fn find_new(&mut self, case: &Case<'_>) -> Result<(), DecideError> {
        let (base, merged) = (case.at_base(), case.at_merged());
        for folder in &self.sources {
            let name = |at: At<'_>| -> Result<Option<PackageName>, DecideError> {
                Ok(at.source(folder)?.and_then(|source| source.name()))
            };
            let (old, new) = (name(base)?, name(merged)?);
            if let Some(new) = new.filter(|new| Some(new) != old.as_ref())
                && !base.is_known(&new)?
            {
                self.new.insert(new);
            }
        }
        for name in self.entries.iter().chain(&self.requests) {
            if !base.is_known(name)? {
                self.new.insert(name.clone());
            }
        }
        Ok(())
    }

    /// Whether anything belongs to packages or is said of them.
    fn is_data(&self) -> bool {
        !(self.sources.is_empty()
            && self.entries.is_empty()
            && self.requests.is_empty()
            && self.records.is_empty()
            && self.namespaces.is_empty()
            && self.ratings.is_empty()
            && !self.is_renames)
    }

    /// Whether every package may be judged differently.
    pub(super) fn is_everything(&self) -> bool {
        self.is_registry || self.is_renames || !self.namespaces.is_empty()
    }

    /// What is not about packages, by itself and beside them.
    pub(super) fn mixed(&self, case: &Case<'_>, found: &mut Found) {
        if self.is_registry {
            found.add(&causes::REGISTRY_POLICY, "registry-index/registry.toml", "");
        }
        for path in &self.workflows {
            found.add(&causes::WORKFLOW, path, "");
        }
        for path in &self.tooling {
            found.add(&causes::TOOLING, path, "");
        }
        let tooling = self.workflows.iter().chain(&self.tooling).next();
        let registry = self.is_registry.then_some("registry-index/registry.toml");
        if let Some(path) = tooling.map(String::as_str).or(registry)
            && self.is_data()
        {
            match case.event().is_by_maintainer {
                true => found.add(&causes::BESIDE, path, ""),
                false => found.add(&causes::TOOLING_WITH_PACKAGES, path, ""),
            }
        }
    }
}

/// The package's folder that `path`, below `templates/`, is in: the outermost that has a
/// `paracle.toml`, in the base or in the merge, as whoever loads a registry finds it.
fn folder(case: &Case<'_>, path: &str) -> Result<Option<String>, DecideError> {
    let ends = path.match_indices('/').map(|(at, _)| at).skip(1);
    for end in ends {
        let folder = &path[..end];
        let manifest = format!("{folder}/paracle.toml");
        if case.at_base().has(&manifest)? || case.at_merged().has(&manifest)? {
            return Ok(Some(folder.to_owned()));
        }
    }
    Ok(None)
}
