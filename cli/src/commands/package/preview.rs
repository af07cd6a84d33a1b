//! `paracle template preview`.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, ValueEnum};
use publish::Draft;
use registry_index::{PackageName, Registry, blobs::FolderBlobs};
use site_gen::{Mode, links};

use crate::{
    commands::registry::{
        build::{self, Site},
        drafts::Drafts,
        serve::{self, Served},
    },
    context::Context,
    draft::{self, Folder},
    error::CliError,
    ui::findings::{self, Format},
};

mod browser;

/// Show the page that a package will have in the gallery
///
/// Builds a gallery of this one draft and serves it on this machine; the open page reloads itself whenever a
/// file changes. With --out it is written instead.
#[derive(Args, Debug)]
pub(crate) struct Preview {
    /// The package's folder
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// Write the gallery into this folder and stop
    #[arg(long, value_name = "DIR", conflicts_with_all = ["open", "port"])]
    out: Option<PathBuf>,
    /// Whether a browser is opened
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Open::Auto)]
    open: Open,
    /// The port; without it 7878, or the next free one
    #[arg(long)]
    port: Option<u16>,
    /// The registry that it is meant for: its name in `registry list`, a folder, or a URL; else the one
    /// whose checkout it lies in, or the one that this program brings along
    #[arg(long, value_name = "REGISTRY")]
    registry: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Open {
    /// Where somebody is at the terminal
    Auto,
    /// Yes
    Yes,
    /// No
    No,
}

impl Preview {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let folder = Folder::find(context, &self.path)?;
        let checkout = folder
            .checkout()
            .map(|(layout, _)| layout.root().to_owned());
        let registry = self.registry.clone();
        let registry = registry.or_else(|| Some(checkout?.to_string_lossy().into_owned()));
        let hub = draft::hub(context, registry.as_deref())?;
        let config = draft::known(&hub, &[])?.config;
        let gallery = Gallery {
            folder: &folder,
            registry: Registry {
                config,
                packages: BTreeMap::new(),
                renames: BTreeMap::new(),
            },
            context,
        };
        if let Some(out) = &self.out {
            let out = context.here.join(out);
            let name = gallery.write(&out, Mode::Publish)?;
            let page = out.join(links::package(&name)).join("index.html");
            context.ui.data(page.display())?;
            return Ok(ExitCode::SUCCESS);
        }
        let scratch = tempfile::tempdir()?;
        let out = scratch.path().join("site");
        let opens = match self.open {
            Open::Auto => context.ui.is_watched() && context.ui.can_ask(),
            Open::Yes => true,
            Open::No => false,
        };
        serve::until_stopped(&Served {
            port: self.port,
            out: &out,
            watched: std::slice::from_ref(&folder.path),
            context,
            build: &|| {
                let name = gallery.write(&out, Mode::Serve)?;
                Ok(links::package(&name))
            },
            ready: &|address| {
                if opens {
                    browser::open(address, context);
                }
            },
        })
    }
}

/// A gallery of one draft.
struct Gallery<'a> {
    folder: &'a Folder,
    registry: Registry,
    context: &'a Context,
}

impl Gallery<'_> {
    /// Reads the draft anew and writes its gallery.
    fn write(&self, out: &Path, mode: Mode) -> Result<PackageName, CliError> {
        let draft = Draft::read(&self.folder.path, &self.folder.label)?;
        let ui = &self.context.ui;
        let mut refused = draft.findings.clone();
        refused.extend(draft.refusal());
        let manifest = draft
            .source
            .manifest
            .as_ref()
            .filter(|_| draft.refusal().is_none());
        let Some(manifest) = manifest else {
            ui.data(findings::write(Format::Text, &refused).trim_end())?;
            return Err(CliError::failed("there is no page of it yet")
                .hint("correct what stands above; `paracle template check` says everything"));
        };
        let nowhere = FolderBlobs::new(out.with_extension("blobs"));
        let drafts = Drafts::of(std::slice::from_ref(&draft.source), &self.registry, nowhere);
        let site = Site {
            registry: &self.registry,
            blobs: &drafts,
            drafts: &drafts.records,
            mode,
        };
        let summary = build::write(Vec::new(), &site, None, out)?;
        summary.warnings.iter().for_each(|warning| ui.warn(warning));
        ui.did(
            "Built",
            format!("the page of {} {}", manifest.name, manifest.version),
        );
        Ok(manifest.name.clone())
    }
}
