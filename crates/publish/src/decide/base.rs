//! The registry as a commit has it, file by file: only what a change touches is read.

use git::{Commit, Mode, Repository};
use registry_index::{Layout, PackageName, Record, Source, raw, registry::Config};
use semver::Version;

use super::{DecideError, read_toml};
use crate::PublishError;

/// A commit.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) repository: &'a Repository,
    pub(super) commit: &'a Commit,
}

/// The number behind `github:`.
pub(super) fn id(owner: &str) -> Option<u64> {
    let number = owner.strip_prefix("github:")?;
    // Not `+7`, not `07`: one person is written in one way.
    let is_plain = !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| number.parse().ok())?
}

fn ids(owners: &[raw::At<String>]) -> Vec<u64> {
    owners.iter().filter_map(|owner| id(owner)).collect()
}

impl<'a> At<'a> {
    pub(super) fn new(repository: &'a Repository, commit: &'a Commit) -> Self {
        Self { repository, commit }
    }

    pub(super) fn bytes(&self, path: &str) -> Result<Option<Vec<u8>>, DecideError> {
        Ok(self.repository.read(self.commit, path)?)
    }

    /// A file that can be read; `None` also where it says nothing that can be understood.
    fn read<T: serde::de::DeserializeOwned + schemars::JsonSchema>(
        &self,
        path: &str,
    ) -> Result<Option<T>, DecideError> {
        let bytes = self.bytes(path)?;
        Ok(bytes.and_then(|bytes| read_toml(path, bytes)))
    }

    pub(super) fn has(&self, path: &str) -> Result<bool, DecideError> {
        Ok(self.bytes(path)?.is_some())
    }

    pub(super) fn config(&self) -> Result<Config, DecideError> {
        let written: Option<raw::Registry> = self.read("registry-index/registry.toml")?;
        let written = written.ok_or_else(|| PublishError::NoConfig(Vec::new()))?;
        Ok(Config::from_raw(&written))
    }

    pub(super) fn entry(&self, name: &PackageName) -> Result<Option<raw::Entry>, DecideError> {
        self.read(&Layout::entry(name))
    }

    pub(super) fn request(&self, name: &PackageName) -> Result<Option<raw::Request>, DecideError> {
        self.read(&Layout::request(name))
    }

    pub(super) fn renames(&self) -> Result<Option<raw::Renames>, DecideError> {
        self.read("registry-index/renames.toml")
    }

    /// Whose the namespace is, where a file says it.
    pub(super) fn namespace(&self, namespace: &str) -> Result<Option<Vec<u64>>, DecideError> {
        let path = format!("registry-index/namespaces/{namespace}.toml");
        let written: Option<raw::Namespace> = self.read(&path)?;
        Ok(written.map(|written| ids(&written.owners)))
    }

    /// Whose a package is: those that its `package.toml` names, or the namespace's.
    pub(super) fn owners(&self, name: &PackageName) -> Result<Vec<u64>, DecideError> {
        let stated = self.entry(name)?.map(|entry| ids(&entry.owners));
        match stated {
            Some(stated) if !stated.is_empty() => Ok(stated),
            _ => Ok(self.namespace(name.namespace())?.unwrap_or_default()),
        }
    }

    /// Whether the index has anything of a package.
    pub(super) fn is_known(&self, name: &PackageName) -> Result<bool, DecideError> {
        let folder = format!("registry-index/packages/{name}");
        Ok(!self.repository.names(self.commit, &folder)?.is_empty())
    }

    /// The packages of a namespace that the index has something of.
    pub(super) fn of_namespace(&self, namespace: &str) -> Result<Vec<PackageName>, DecideError> {
        let folder = format!("registry-index/packages/{namespace}");
        let names = self.repository.names(self.commit, &folder)?.into_iter();
        Ok(names
            .filter_map(|name| format!("{namespace}/{name}").parse().ok())
            .collect())
    }

    /// The records of a package, lowest version first.
    pub(super) fn records(&self, name: &PackageName) -> Result<Vec<Record>, DecideError> {
        let folder = format!("registry-index/packages/{name}");
        let mut records = Vec::new();
        for file in self.repository.names(self.commit, &folder)? {
            let stem = file.strip_suffix(".toml").unwrap_or_default();
            if Version::parse(stem).is_ok() {
                records.extend(self.read::<Record>(&format!("{folder}/{file}"))?);
            }
        }
        records.sort_by(|a, b| a.manifest.version.cmp(&b.manifest.version));
        Ok(records)
    }

    /// The newest release that nothing speaks against.
    pub(super) fn newest(&self, name: &PackageName) -> Result<Option<Record>, DecideError> {
        let entry = self.entry(name)?;
        let is_withdrawn = |record: &Record| {
            let version = record.manifest.version.to_string();
            entry.iter().any(|entry| {
                let mut withdrawn = entry.yanked.iter().chain(&entry.revoked);
                withdrawn.any(|withdrawn| *withdrawn.version.get() == version)
            })
        };
        let mut records = self.records(name)?.into_iter().rev();
        Ok(records.find(|record| !is_withdrawn(record)))
    }

    /// The package's source in `folder`, where there is one.
    pub(super) fn source(&self, folder: &str) -> Result<Option<Source>, DecideError> {
        if !self.has(&format!("{folder}/paracle.toml"))? {
            return Ok(None);
        }
        let source = client::filling::source_at(self.repository, self.commit, folder)?;
        Ok(Some(source))
    }

    /// The folders of packages at or below `folder`.
    pub(super) fn packages_below(&self, folder: &str) -> Result<Vec<String>, DecideError> {
        let files = self.repository.files(self.commit, folder)?.into_iter();
        Ok(files
            .filter(|file| matches!(file.mode, Mode::File | Mode::Executable))
            .filter_map(|file| Some(file.path.strip_suffix("/paracle.toml")?.to_owned()))
            .collect())
    }
}
