//! A package's folder, and the registry that it is meant for: the one whose checkout it lies in, or one that
//! is asked (the embedded one unless another is named).

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use archive::{Contents, Limits};
use client::{Archives, Hub, filling, hub::OWN};
use publish::{Check, Checked, Draft, Known, Tried, draft::With};
use registry_index::{
    Digest, Layout,
    blobs::{Blobs, FolderBlobs},
    load,
    rules::Scene,
    wire::Release,
};

use crate::{context::Context, error::CliError, trial::Trials};

/// A folder that somebody typed.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    /// Where it is, without links on the way.
    pub(crate) path: PathBuf,
    /// What findings call it: its path from the working folder.
    pub(crate) label: String,
}

impl Folder {
    pub(crate) fn find(context: &Context, typed: &Path) -> Result<Self, CliError> {
        let path = context.here.join(typed).canonicalize().map_err(|error| {
            CliError::usage(format!("cannot read {}: {error}", typed.display()))
                .hint("name a package's folder; `paracle template new NAME` makes one")
        })?;
        if !path.is_dir() {
            let error = format!("{} is no folder", typed.display());
            return Err(CliError::usage(error).hint("name the folder that has the paracle.toml"));
        }
        let here = context.here.canonicalize()?;
        let label = match path.strip_prefix(&here) {
            Ok(inside) if inside.as_os_str().is_empty() => {
                let name = here.file_name().unwrap_or_default().to_string_lossy();
                format!("../{name}")
            }
            Ok(inside) => slashes(inside),
            Err(_) => slashes(&path),
        };
        Ok(Self { path, label })
    }

    /// The registry whose checkout it lies in as a source, and its path from that registry's root.
    pub(crate) fn checkout(&self) -> Option<(Layout, String)> {
        let layout = Layout::find(&self.path).ok()?;
        let inside = self.path.strip_prefix(layout.root()).ok()?;
        let is_source = inside.starts_with("templates") && self.path != layout.templates();
        let inside = slashes(inside);
        is_source.then_some((layout, inside))
    }
}

fn slashes(path: &Path) -> String {
    let parts = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = parts.collect();
    parts.join("/").replacen("//", "/", 1)
}

/// Every rule over the packages in `typed`.
pub(crate) fn checked(
    context: &Context,
    typed: &[PathBuf],
    registry: Option<&str>,
) -> Result<Checked, CliError> {
    let (mut inside, mut outside) = (BTreeMap::<PathBuf, Vec<String>>::new(), Vec::new());
    for typed in typed {
        let folder = Folder::find(context, typed)?;
        match folder.checkout().filter(|_| registry.is_none()) {
            Some((layout, path)) => inside
                .entry(layout.root().to_owned())
                .or_default()
                .push(path),
            None => outside.push(Draft::read(&folder.path, &folder.label)?),
        }
    }
    let mut checked = Checked::default();
    for (root, folders) in inside {
        add(&mut checked, in_checkout(context, &root, &folders)?);
    }
    if !outside.is_empty() {
        add(&mut checked, elsewhere(context, outside, registry)?);
    }
    checked.findings.sort();
    Ok(checked)
}

fn add(all: &mut Checked, more: Checked) {
    all.findings.extend(more.findings);
    all.packages += more.packages;
    all.untried += more.untried;
}

fn in_checkout(context: &Context, root: &Path, folders: &[String]) -> Result<Checked, CliError> {
    for folder in folders {
        if !root.join(folder).join("paracle.toml").is_file() {
            let error = format!("there is no paracle.toml in {folder}");
            return Err(CliError::failed(error).hint("name the folder of one package"));
        }
    }
    let renderer = context.renderer();
    let request = Check {
        folder: root,
        base: None,
        only: folders,
        blobs: &FolderBlobs::new(root.join(".paracle/blobs")),
        renderer: &renderer,
    };
    let stock = stock_of(root);
    let trials = Trials {
        renderer: &renderer,
        stock: &stock,
        root: Some(root),
    };
    Ok(publish::check_trying(&request, &trials, Tried::All)?)
}

fn elsewhere(
    context: &Context,
    drafts: Vec<Draft>,
    registry: Option<&str>,
) -> Result<Checked, CliError> {
    let hub = hub(context, registry)?;
    let known = known(&hub, &drafts)?;
    let renderer = context.renderer();
    // Asked without a network: a trial fetches nothing, whatever the registry is.
    let offline = context
        .offline_hub(&[registry.unwrap_or(OWN).to_owned()])
        .ok();
    let archives = Archives::new(&context.world.cache);
    let stock = |release: &Release, _: &Scene<'_>| {
        let wanted = release.record.archive.content_id;
        archives.get(&wanted).or_else(|| {
            let (_, source) = offline.as_ref()?.registries().next()?;
            proven(&source.archive(release).ok()?, release)
        })
    };
    let trials = Trials {
        renderer: &renderer,
        stock: &stock,
        root: None,
    };
    let with = With {
        blobs: &Nothing,
        renderer: &renderer,
        installer: Some(&trials),
    };
    Ok(known.check(drafts, &with)?)
}

/// The registry that `registry` names: the embedded one unless another is named.
pub(crate) fn hub(context: &Context, registry: Option<&str>) -> Result<Hub, CliError> {
    context.hub(&[registry.unwrap_or(OWN).to_owned()])
}

/// What the one registry of `hub` says, as far as `drafts` have to do with it.
pub(crate) fn known(hub: &Hub, drafts: &[Draft]) -> Result<Known, CliError> {
    let (_, source) = hub
        .registries()
        .next()
        .ok_or_else(|| CliError::failed("there is no registry to check against"))?;
    Ok(Known::of(source, drafts)?)
}

/// Archives of releases as a checkout has them: in the blob store, or to be packed again from the sources
/// that the releases were made of, now or then.
pub(crate) fn stock_of(root: &Path) -> impl Fn(&Release, &Scene<'_>) -> Option<Contents> + Sync {
    move |release, scene| {
        let record = &release.record;
        if let Ok(Some(gzip)) = scene.blobs.read(&record.archive.digest) {
            return proven(&gzip, release);
        }
        let (source, _) = load::read_package(root, &record.source.path).ok()?;
        let packed = filling::pack(&source)
            .ok()
            .and_then(|packed| proven(&packed.gzip, release));
        packed.or_else(|| {
            let repository = git::Repository::open(root).ok()?;
            let commit = repository.resolve(&record.source.rev).ok()?;
            let source = filling::source_at(&repository, &commit, &record.source.path).ok()?;
            proven(&filling::pack(&source).ok()?.gzip, release)
        })
    }
}

/// What `gzip` holds, where that is what was released.
fn proven(gzip: &[u8], release: &Release) -> Option<Contents> {
    let contents = archive::read(gzip, &Limits::default()).ok()?;
    let wanted = release.record.archive.content_id;
    (contents.content_id.0 == wanted.bytes()).then_some(contents)
}

/// No blobs at all: what an asked registry has released was checked when it was.
pub(crate) struct Nothing;

impl Blobs for Nothing {
    fn read(&self, _: &Digest) -> io::Result<Option<Vec<u8>>> {
        Ok(None)
    }
}
