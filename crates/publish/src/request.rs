//! A package kept by its author: the registry gets a request that pins one commit of the author's own
//! repository, and the release job takes the files from there after the merge.

use std::{fmt::Write as _, path::Path};

use git::{Repository, UrlPolicy};
use registry_index::{Layout, Source, registry::Config, uses};
use toml_edit::{DocumentMut, value};

use crate::{
    BaseFiles, PublishError,
    forge::Person,
    kept::{self, Said},
    proposal::{FileChange, Proposal},
    standing::Standing,
    telling,
};

pub(crate) mod content;

/// What is proposed.
#[derive(Clone, Copy, Debug)]
pub struct Requested<'a> {
    /// The package's folder in a checkout of the author's repository.
    pub folder: &'a Path,
    /// What the registry says of itself.
    pub policies: &'a Config,
    /// Who proposes it, where that is known: the first owner of a new package. Where it is not, a new
    /// package is proposed without an owner, and a reviewer has to name one.
    pub person: Option<&'a Person>,
}

/// Where a package is in its author's repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The repository, by https.
    pub git: String,
    /// The commit.
    pub rev: git::Commit,
    /// The folder; empty for the root.
    pub path: String,
}

/// The pin of what is committed in `folder`, and the package's files at that commit.
///
/// # Errors
/// [`PublishError::NotCommitted`], [`PublishError::NotPushed`], [`PublishError::NoRemote`], and
/// [`PublishError::Unfit`] for what the release job would refuse.
pub fn pin(folder: &Path, policies: &Config) -> Result<(Pin, Source), PublishError> {
    let repository = Repository::open(folder)?;
    let path = path_in(&repository, folder)?;
    if !repository.is_clean(&path)? {
        return Err(PublishError::NotCommitted(folder.to_owned()));
    }
    let rev = repository.head()?;
    let remote = repository.own_remote().ok_or(PublishError::NoRemote)?;
    let url = repository
        .remote_url(&remote)
        .ok_or(PublishError::NoRemote)?;
    let git = git::https_of(&url).ok_or_else(|| PublishError::RemoteUnfit(shown(&url)))?;
    let policy = UrlPolicy {
        hosts: policies.hosts.clone(),
        ..UrlPolicy::default()
    };
    policy.check(&git)?;
    if repository.remote_branches_with(&remote, &rev)?.is_empty() {
        return Err(PublishError::NotPushed { remote, rev });
    }
    let source = content::source(&repository, &rev, &path)?;
    if let Some(first) = content::faults(&repository, &rev, &path, &source)?
        .into_iter()
        .next()
    {
        return Err(PublishError::Unfit(first));
    }
    Ok((Pin { git, rev, path }, source))
}

/// The change that asks for the commit that is checked out to be released.
///
/// # Errors
/// As [`pin`], and as [`kept::proposal`].
pub fn proposal(requested: &Requested<'_>, base: &dyn BaseFiles) -> Result<Proposal, PublishError> {
    let (pin, source) = pin(requested.folder, requested.policies)?;
    let manifest = kept::meant(&source)?;
    let (name, version) = (&manifest.name, &manifest.version);
    let standing = Standing::of(name, base)?;
    standing.takes(version, base)?;
    let last = standing.before(version, base)?;
    let version_text = version.to_string();
    let mut files = vec![FileChange::put(
        Layout::request(name),
        text(&pin, &version_text),
    )];
    files.extend(kept::first_owner(&standing, requested.person));
    // What is kept by its author is not kept here as well.
    let gone = kept::sources_here(last.as_ref(), name, base)?;
    files.extend(gone.into_iter().map(FileChange::remove));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let found = uses::summary(&source);
    let before = last.as_ref().map(|last| (&last.manifest, &last.found));
    let new = telling::new_uses((manifest, &found), before);
    let said = Said {
        manifest,
        is_new: !standing.is_known(),
        place: "kept by its author".into(),
    };
    let mut body = said.body();
    let place = match pin.path.as_str() {
        "" => "the root".into(),
        path => telling::code(path),
    };
    let _ = write!(
        body,
        "To be released: {place} of {} at `{}`, {} files.\n\n{}\n{}",
        telling::code(&pin.git),
        pin.rev,
        source.files.len(),
        telling::uses(&new, last.as_ref().map(|last| &last.manifest.version)),
        telling::files(&files)
    );
    Ok(Proposal {
        branch: telling::branch(name, &version_text),
        title: said.title(),
        body,
        files,
    })
}

/// A remote's URL without the credentials that it may hold.
fn shown(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let authority = rest.split('/').next().unwrap_or_default();
    match authority.rsplit_once('@') {
        Some((secret, _)) if !scheme.is_empty() => {
            format!("{scheme}://{}", &rest[secret.len() + 1..])
        }
        _ => url.to_owned(),
    }
}

/// `request.toml`.
fn text(pin: &Pin, version: &str) -> String {
    let mut document = DocumentMut::new();
    document["format"] = value(1_i64);
    document["version"] = value(version);
    document["git"] = value(&pin.git);
    document["rev"] = value(pin.rev.as_str());
    if !pin.path.is_empty() {
        document["path"] = value(&pin.path);
    }
    document.to_string()
}

/// `folder` from the root of its repository, with `/`.
fn path_in(repository: &Repository, folder: &Path) -> Result<String, PublishError> {
    let unfit = || PublishError::Unfit(format!("{} is not in its repository", folder.display()));
    let full = folder.canonicalize().map_err(|_| unfit())?;
    let root = repository.root().canonicalize().map_err(|_| unfit())?;
    let path = full.strip_prefix(&root).map_err(|_| unfit())?;
    let path = path.to_str().ok_or_else(unfit)?;
    Ok(path.replace('\\', "/"))
}
