//! `paracle registry build`: load → freeze → fill blobs → emit → write all, atomically.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use client::filling;
use registry_index::{
    Layout, Record, Registry, Selection, artifact::SiteWriter, blobs::Blobs, load, load::Loaded,
};
use site_gen::{DocPage, Input, Mode, Summary};

use super::{Worked, drafts::Drafts, rules_page};
use crate::{context::Context, error::CliError};

/// Build the gallery and the published index
///
/// The same registry and blobs give the same bytes anywhere. Reads records and blobs, never the
/// network. All files appear at once; the last good site stays where something fails.
#[derive(Args, Debug)]
pub(crate) struct Build {
    /// Where the site is written [default: _site in the registry]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The address it will be published at, for canonical links and the sitemap
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Show sources that are not released as they stand, marked as drafts; never in the published index
    #[arg(long)]
    drafts: bool,
    /// The folder of ratings, taken elsewhere [default: ratings in the registry]
    #[arg(long, value_name = "DIR")]
    ratings: Option<PathBuf>,
    #[command(flatten)]
    worked: Worked,
}

impl Build {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let mut layout = self.worked.layout(context)?;
        if let Some(folder) = &self.ratings {
            let folder = context.here.join(folder);
            if !folder.is_dir() {
                let error = format!("there is no folder {}", folder.display());
                return Err(CliError::usage(error)
                    .hint("`paracle registry ratings collect --out DIR` makes it"));
            }
            layout = layout.with_ratings(folder);
        }
        let store = self.worked.store(&layout, context);
        let out = match &self.out {
            Some(folder) => context.here.join(folder),
            None => layout.root().join("_site"),
        };
        let (registry, loaded) = read(&layout, context)?;
        let missing = filling::fill(layout.root(), &registry, &store)?;
        for one in &missing {
            context.ui.warn(&format!(
                "the {} of {} {} is missing; its page is built without it",
                one.what, one.name, one.version
            ));
        }
        let sources = match self.drafts {
            true => loaded.sources,
            false => {
                drop(loaded);
                Vec::new()
            }
        };
        let drafts = Drafts::of(&sources, &registry, store);
        let site = Site {
            registry: &registry,
            blobs: &drafts,
            drafts: &drafts.records,
            mode: Mode::Publish,
        };
        let summary = write(docs(&layout)?, &site, self.base_url.as_deref(), &out)?;
        summary
            .warnings
            .iter()
            .for_each(|warning| context.ui.warn(warning));
        context.ui.did(
            "Built",
            format!(
                "{} packages{}, {} pages, {} files, {} in {}",
                summary.packages,
                match drafts.records.len() {
                    0 => String::new(),
                    n => format!(" and {n} drafts"),
                },
                summary.pages,
                summary.files,
                size(summary.bytes),
                out.display()
            ),
        );
        Ok(ExitCode::SUCCESS)
    }
}

/// What is built.
pub(crate) struct Site<'a> {
    pub(crate) registry: &'a Registry,
    pub(crate) blobs: &'a dyn Blobs,
    pub(crate) drafts: &'a [Record],
    pub(crate) mode: Mode,
}

/// Reads a registry; what cannot be read is told and left out.
pub(super) fn read(layout: &Layout, context: &Context) -> Result<(Registry, Loaded), CliError> {
    let mut loaded = load::load(layout, &Selection::All)?;
    if !loaded.findings.is_empty() {
        context.ui.warn(&format!(
            "{} places cannot be read and are left out; `paracle registry check` lists them",
            loaded.findings.len()
        ));
    }
    let sources = std::mem::take(&mut loaded.sources);
    let findings = std::mem::take(&mut loaded.findings);
    let registry = freeze(loaded)?;
    Ok((
        registry,
        Loaded {
            sources,
            findings,
            ..Loaded::default()
        },
    ))
}

/// Freezes what was read, or says that its `registry.toml` is at fault.
pub(super) fn freeze(loaded: Loaded) -> Result<Registry, CliError> {
    Registry::freeze(loaded).ok_or_else(|| {
        CliError::failed("registry-index/registry.toml cannot be read")
            .hint("`paracle registry check` says why")
    })
}

/// Builds the site into `out`, all at once.
pub(crate) fn write(
    docs: Vec<DocPage>,
    site: &Site<'_>,
    base_url: Option<&str>,
    out: &Path,
) -> Result<Summary, CliError> {
    let base_url = base_url
        .map(|text| {
            url::Url::parse(text)
                .ok()
                .filter(|url| matches!(url.scheme(), "http" | "https"))
                .ok_or_else(|| {
                    CliError::usage(format!("{text:?} is no address of a site"))
                        .hint("give an absolute URL such as https://hub.example/base/")
                })
        })
        .transpose()?;
    let input = Input {
        registry: site.registry,
        blobs: site.blobs,
        base_url: base_url.as_ref().map(url::Url::as_str),
        docs,
        drafts: site.drafts,
        live: site.mode,
    };
    let writer = SiteWriter::begin(out).map_err(|error| {
        CliError::from_chain(
            crate::error::Kind::Failed,
            &error,
            Some("name another folder with --out".into()),
        )
    })?;
    let summary = site_gen::build(&input, &writer)?;
    writer.finish()?;
    Ok(summary)
}

/// A larger file in `docs/` is no page.
const LARGEST_PAGE: u64 = 1 << 20;

/// The pages of `docs/*.md`, and the reference of all rules.
pub(super) fn docs(layout: &Layout) -> Result<Vec<DocPage>, CliError> {
    let folder = layout.root().join("docs");
    let mut pages = Vec::new();
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(vec![rules_page::page()]);
        }
        Err(error) => {
            return Err(CliError::failed(format!(
                "cannot read {}: {error}",
                folder.display()
            )));
        }
    };
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        // A link could lead anywhere on the machine that builds.
        let is_page = entry.file_type()?.is_file() && entry.metadata()?.len() <= LARGEST_PAGE;
        let slug = path
            .file_name()
            .and_then(|name| name.to_str()?.strip_suffix(".md"));
        let Some(slug) = slug.filter(|_| is_page) else {
            continue;
        };
        let markdown = fs::read_to_string(&path).map_err(|error| {
            CliError::failed(format!("cannot read {}: {error}", path.display()))
        })?;
        let title = markdown
            .lines()
            .find_map(|line| line.strip_prefix("# "))
            .unwrap_or(slug)
            .to_owned();
        pages.push(DocPage {
            slug: slug.to_owned(),
            title,
            markdown,
        });
    }
    pages.push(rules_page::page());
    pages.sort_by(|a, b| a.slug.cmp(&b.slug));
    Ok(pages)
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}
