//! A package kept here: its sources go below `templates/`, and the release job packs them after the merge.

use std::{collections::BTreeSet, fmt::Write as _};

use registry_index::{
    Layout, PackageName, Record, Source, load::FileKind, manifest::Manifest, uses,
};

use crate::{
    BaseFiles, PublishError, base,
    forge::Person,
    proposal::{Content, FileChange, Proposal},
    standing::Standing,
    telling,
};

/// What is proposed.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'a> {
    /// The package's files, wherever they lie; the version and the changelog are in them already.
    pub source: &'a Source,
    /// Who proposes it, where that is known: the first owner of a new package. Where it is not, a new
    /// package is proposed without an owner, and a reviewer has to name one.
    pub person: Option<&'a Person>,
}

/// The change that puts the package, as it stands, below `templates/`, and takes away what it has there
/// and no longer holds.
///
/// # Errors
/// [`PublishError::Unfit`] for what no rule lets in; [`PublishError::IsReleased`],
/// [`PublishError::Renamed`]; [`PublishError::Forge`] where the base cannot be read.
pub fn proposal(kept: &Kept<'_>, base: &dyn BaseFiles) -> Result<Proposal, PublishError> {
    let manifest = meant(kept.source)?;
    let (name, version) = (&manifest.name, &manifest.version);
    let standing = Standing::of(name, base)?;
    standing.takes(version, base)?;
    let last = standing.before(version, base)?;
    let folder = folder_of(manifest, base)?;
    let mut files: Vec<FileChange> = Vec::new();
    for file in &kept.source.files {
        if file.kind != FileKind::Regular {
            let what = format!("{:?} is not a regular file", file.path);
            return Err(PublishError::Unfit(what));
        }
        files.push(FileChange {
            path: format!("{folder}/{}", file.path),
            content: Some(Content {
                bytes: file.bytes.clone(),
                executable: file.executable,
            }),
        });
    }
    let stays: BTreeSet<String> = files.iter().map(|file| file.path.clone()).collect();
    let mut gone = base.list(&folder)?;
    gone.extend(sources_here(last.as_ref(), name, base)?);
    if standing.has_request {
        gone.push(Layout::request(name));
    }
    gone.retain(|path| !stays.contains(path));
    files.extend(gone.into_iter().map(FileChange::remove));
    files.extend(first_owner(&standing, kept.person));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|a, b| a.path == b.path);
    let found = uses::summary(kept.source);
    let before = last.as_ref().map(|last| (&last.manifest, &last.found));
    let new = telling::new_uses((manifest, &found), before);
    let said = Said {
        manifest,
        is_new: !standing.is_known(),
        place: "kept in this registry".into(),
    };
    let mut body = said.body();
    let _ = write!(
        body,
        "{}\n{}",
        telling::uses(&new, last.as_ref().map(|last| &last.manifest.version)),
        telling::files(&files)
    );
    Ok(Proposal {
        branch: telling::branch(name, &version.to_string()),
        title: said.title(),
        body,
        files,
    })
}

/// What a source's manifest means.
pub(crate) fn meant(source: &Source) -> Result<&Manifest, PublishError> {
    source.manifest.as_ref().ok_or_else(|| {
        PublishError::Unfit(match source.file("paracle.toml") {
            None => "there is no paracle.toml".into(),
            Some(_) => "its paracle.toml means nothing".into(),
        })
    })
}

/// Where a package's sources go: `templates/<kinds>/<name>`, or below its namespace there where another
/// namespace's package has that folder.
fn folder_of(manifest: &Manifest, base: &dyn BaseFiles) -> Result<String, PublishError> {
    let (kinds, name) = (manifest.kind.plural(), &manifest.name);
    let usual = format!("templates/{kinds}/{}", name.name());
    let is_free = base.read(&format!("{usual}/paracle.toml"))?.is_none();
    Ok(match is_free || is_folder_of(&usual, name, base)? {
        true => usual,
        false => format!("templates/{kinds}/{name}"),
    })
}

/// The files below `templates/` that `last` was released from and that are still there.
pub(crate) fn sources_here(
    last: Option<&Record>,
    name: &PackageName,
    base: &dyn BaseFiles,
) -> Result<Vec<String>, PublishError> {
    let folder = last.map(|last| last.source.path.as_str());
    match folder.filter(|folder| folder.starts_with("templates/")) {
        Some(folder) if is_folder_of(folder, name, base)? => base.list(folder),
        _ => Ok(Vec::new()),
    }
}

/// Whether the source in `folder` calls itself `name`.
pub(crate) fn is_folder_of(
    folder: &str,
    name: &PackageName,
    base: &dyn BaseFiles,
) -> Result<bool, PublishError> {
    let text = base::text(base, &format!("{folder}/paracle.toml"))?;
    let table = text.and_then(|text| text.parse::<toml::Table>().ok());
    let said = table
        .as_ref()
        .and_then(|table| table.get("package")?.get("name")?.as_str());
    Ok(said == Some(name.as_str()))
}

/// `package.toml` of a package that the registry does not know yet.
pub(crate) fn first_owner(standing: &Standing, person: Option<&Person>) -> Option<FileChange> {
    let owner = person.filter(|_| !standing.is_known())?.owner();
    let text = format!("format = 1\nowners = [\"{owner}\"]\n");
    Some(FileChange::put(Layout::entry(&standing.name), text))
}

/// What every proposal of a release says first.
pub(crate) struct Said<'a> {
    pub(crate) manifest: &'a Manifest,
    pub(crate) is_new: bool,
    pub(crate) place: String,
}

impl Said<'_> {
    pub(crate) fn title(&self) -> String {
        let (name, version) = (&self.manifest.name, &self.manifest.version);
        match self.is_new {
            true => format!("Add {name} {version}"),
            false => format!("Update {name} to {version}"),
        }
    }

    pub(crate) fn body(&self) -> String {
        let manifest = self.manifest;
        let new = if self.is_new { "A new package, " } else { "" };
        format!(
            "{new}`{}` {} ({}), {}:\n{}\n\n",
            manifest.name,
            manifest.version,
            manifest.kind,
            self.place,
            telling::code(&manifest.summary),
        )
    }
}
