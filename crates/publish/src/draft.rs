//! A package's folder that need not be in any registry: read, checked against what is known of the
//! registry it is meant for, packed.
//!
//! ```text
//! Draft::read   folder                  -> its files and what they say
//! Known::of     a registry, asked       -> its policies, its names, what the drafts need
//! Draft::check  Draft + Known           -> findings, the same as in a checkout of the registry
//! ```

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use client::Source as Registry;
use registry_index::{
    Finding, PackageName, Place, Severity, Source,
    blobs::Blobs,
    load::{EntryFolder, Loaded, loose_files, source_of_files},
    raw::{self, UnknownKeys, Written},
    registry::Config,
    rules::{self, Installer, Packer, Scene},
    wire,
};
use semver::Version;

use crate::{
    Checked, PublishError,
    world::{Archives, Trial},
};

/// More files than a package may have.
const MOST_FILES: usize = 8_192;

/// A package's folder as it stands.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its files, and what its manifest says.
    pub source: Source,
    /// What could not be read.
    pub findings: Vec<Finding>,
    /// Whether the folder is the root of a repository of its own; it may then be called anything.
    is_repository: bool,
}

impl Draft {
    /// Reads the package in `folder`, which findings call `label`.
    ///
    /// # Errors
    /// Where there is no manifest, or something cannot be read.
    pub fn read(folder: &Path, label: &str) -> Result<Self, PublishError> {
        if !folder.join("paracle.toml").is_file() {
            return Err(PublishError::NoPackage(PathBuf::from(label)));
        }
        let files = loose_files(folder, MOST_FILES)?;
        let keys = UnknownKeys::of::<raw::Manifest>();
        let (source, findings) = source_of_files(label, files, &keys);
        Ok(Self {
            source,
            findings,
            is_repository: folder.join(".git").exists(),
        })
    }

    /// A draft that is only in memory.
    pub fn of(source: Source, findings: Vec<Finding>) -> Self {
        Self {
            source,
            findings,
            is_repository: false,
        }
    }

    /// Why it cannot be packed, in the words of the rule about that.
    pub fn refusal(&self) -> Option<Finding> {
        let refusal = Archives.refusal(&self.source)?;
        let path = refusal.path.as_deref().unwrap_or("paracle.toml");
        Some(Finding {
            place: Place::file(self.source.path(path)),
            severity: Severity::Error,
            rule: "archive-form",
            package: Some(self.source.label()),
            message: refusal.message,
            help: refusal.help,
        })
    }
}

/// What is known of a registry without its folder: enough to check what is meant for it.
#[derive(Clone, Debug)]
pub struct Known {
    /// What it takes.
    pub config: Config,
    listing: BTreeMap<PackageName, Vec<Version>>,
    renames: BTreeMap<PackageName, PackageName>,
    /// The packages that the drafts are or need, directly or through others.
    packages: BTreeMap<PackageName, wire::Package>,
}

impl Known {
    /// What `registry` says, as far as `drafts` have to do with it.
    ///
    /// # Errors
    /// Where it cannot be asked, or does not say what it takes.
    pub fn of(registry: &dyn Registry, drafts: &[Draft]) -> Result<Self, PublishError> {
        let said = registry.config();
        let config = said.policies.clone();
        let config = config.ok_or_else(|| PublishError::NoPolicies(said.url.clone()))?;
        let mut known = Self {
            config,
            listing: BTreeMap::new(),
            renames: said.renames.clone(),
            packages: BTreeMap::new(),
        };
        for entry in registry.names()? {
            known.listing.insert(entry.name, vec![entry.latest]);
        }
        let mut waiting: Vec<PackageName> = Vec::new();
        for draft in drafts {
            waiting.extend(draft.source.name());
            let written = draft.source.written.iter();
            let stated = written.flat_map(|written| written.value.dependencies.keys());
            waiting.extend(stated.filter_map(|name| name.parse().ok()));
        }
        while let Some(name) = waiting.pop() {
            if known.packages.contains_key(&name) {
                continue;
            }
            let Some(package) = registry.package(&name)? else {
                continue;
            };
            let needs = &package.latest().record.manifest.dependencies;
            let own = needs.iter().filter(|(_, need)| need.registry.is_none());
            waiting.extend(own.map(|(name, _)| name.clone()));
            let mut versions: Vec<Version> = package
                .releases
                .iter()
                .map(|r| r.version().clone())
                .collect();
            versions.sort();
            known.listing.insert(name.clone(), versions);
            known.packages.insert(name, package);
        }
        Ok(known)
    }

    /// Runs every rule over `drafts`.
    ///
    /// # Errors
    /// Where what the registry publishes cannot be taken for what stands in its index.
    pub fn check(&self, drafts: Vec<Draft>, with: &With<'_>) -> Result<Checked, PublishError> {
        let packages = drafts.len();
        let free: Vec<String> = drafts
            .iter()
            .filter(|draft| draft.is_repository)
            .map(|draft| draft.source.label())
            .collect();
        let loaded = self.loaded(drafts)?;
        let mut findings = rules::check(&Scene {
            config: &self.config,
            loaded: &loaded,
            packer: &Archives,
            templates: &Trial(with.renderer),
            blobs: with.blobs,
            history: None,
            installer: with.installer,
        });
        let is_free =
            |finding: &Finding| finding.package.as_ref().is_some_and(|p| free.contains(p));
        findings.retain(|finding| finding.rule != "name-folder" || !is_free(finding));
        Ok(Checked {
            findings,
            packages,
            untried: 0,
        })
    }

    /// The same as was read from the registry's folder, as far as it matters for `drafts`.
    fn loaded(&self, drafts: Vec<Draft>) -> Result<Loaded, PublishError> {
        let mut loaded = Loaded {
            listing: self.listing.clone(),
            ..Loaded::default()
        };
        loaded.renames = self.written_renames();
        for namespace in &self.config.reserved_names {
            // A reserved word in which something is published was given to somebody.
            let is_given = self
                .listing
                .keys()
                .any(|name| name.namespace() == namespace);
            let file = format!("registry-index/namespaces/{namespace}.toml");
            if let Some(written) = is_given.then(|| read(&file, "format = 1\nowners = []\n")) {
                loaded
                    .namespaces
                    .extend(written.map(|w| (namespace.clone(), w)));
            }
        }
        for package in self.packages.values() {
            loaded.needed.push(entry(package)?);
        }
        for draft in drafts {
            loaded.findings.extend(draft.findings);
            loaded.sources.push(draft.source);
        }
        Ok(loaded)
    }

    fn written_renames(&self) -> Option<Written<raw::Renames>> {
        let mut text = String::from("format = 1\n[renames]\n");
        for (old, new) in &self.renames {
            text.push_str(&format!("\"{old}\" = \"{new}\"\n"));
        }
        // Whether they lead somewhere is the registry's own affair; here they only say what is taken.
        let is_known = |new: &PackageName| self.listing.contains_key(new);
        let all_known = self.renames.values().all(is_known);
        all_known
            .then(|| read("registry-index/renames.toml", &text))
            .flatten()
    }
}

/// What checking takes besides.
pub struct With<'a> {
    /// Archives of the registry's releases that are at hand.
    pub blobs: &'a dyn Blobs,
    /// Parses contributed templates.
    pub renderer: &'a render::Renderer,
    /// Installs for trial, where that is wanted.
    pub installer: Option<&'a dyn Installer>,
}

fn read<T: serde::de::DeserializeOwned + schemars::JsonSchema>(
    file: &str,
    text: &str,
) -> Option<Written<T>> {
    raw::read(file, text.as_bytes().to_vec(), &UnknownKeys::of::<T>()).0
}

/// What a registry publishes of a package as its folder in the index would say it.
fn entry(package: &wire::Package) -> Result<EntryFolder, PublishError> {
    let name = &package.name;
    let mut entry = EntryFolder {
        name: name.clone(),
        folder: format!("registry-index/packages/{name}"),
        written: None,
        request: None,
        records: BTreeMap::new(),
    };
    let mut withdrawn = toml::Table::new();
    for release in &package.releases {
        let version = release.version();
        let file = format!("{}/{version}.toml", entry.folder);
        let unreadable = |error: String| PublishError::Unreadable(name.clone(), error);
        let text = toml::to_string(&release.record).map_err(|e| unreadable(e.to_string()))?;
        let written = read(&file, &text).ok_or_else(|| unreadable("its record".into()))?;
        entry.records.insert(version.clone(), written);
        let why = [("revoked", &release.revoked), ("yanked", &release.yanked)];
        for (key, reason) in why {
            let Some(reason) = reason else { continue };
            let list = withdrawn
                .entry(key)
                .or_insert_with(|| toml::Value::Array(Vec::new()));
            let one = toml::Table::from_iter([
                ("version".to_owned(), version.to_string().into()),
                ("reason".to_owned(), reason.clone().into()),
            ]);
            list.as_array_mut()
                .into_iter()
                .for_each(|list| list.push(one.clone().into()));
        }
    }
    withdrawn.insert("format".to_owned(), toml::Value::Integer(1));
    let owners = package.owners.iter().cloned().map(toml::Value::from);
    withdrawn.insert("owners".to_owned(), toml::Value::Array(owners.collect()));
    let text = toml::to_string(&withdrawn).unwrap_or_default();
    entry.written = read(&format!("{}/package.toml", entry.folder), &text);
    Ok(entry)
}
