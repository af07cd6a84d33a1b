//! The flow: registry and drafts to files.

use rayon::prelude::*;
use registry_index::{Digest, PackageName, Record, artifact::SiteWriter, registry::Package};

use crate::{
    BuildError, Input, Mode, Summary, api, assets, index, links,
    output::Output,
    pages::{self, SiteView, Views},
    search::{self, Search},
    sitemap, text,
    view::{Catalog, Row, catalog::draft_address, package::row_of},
};

/// See [`crate::build`].
pub(crate) fn build(input: &Input<'_>, writer: &SiteWriter) -> Result<Summary, BuildError> {
    let base = input.base_url.map(links::Base::parse).transpose()?;
    let out = &Output::new(writer, input.blobs);
    let catalog = Catalog::new(input.registry, input.drafts);
    let search = search::write(out, input.registry)?;
    let assets = assets::write(out, input.live, search.as_ref().map(|search| &search.wire))?;
    let site = site_view(input, &catalog, assets);
    let views = Views::new(&site, base)?;

    let packages: Vec<&Package> = input.registry.packages.values().collect();
    let digests: Vec<(PackageName, Digest)> = packages
        .par_iter()
        .map(|package| one_package(input, &views, out, search.as_ref(), package))
        .collect::<Result<_, _>>()?;
    input
        .drafts
        .par_iter()
        .try_for_each(|record| one_draft(input, &views, out, record))?;

    let description = description(input);
    pages::home::write(&views, out, &catalog, &description)?;
    pages::list::write(&views, out, &catalog)?;
    let index = pages::search::Index {
        digest: search.as_ref().map(|search| search.wire.digest.as_str()),
        registry: &input.registry.config.name,
    };
    pages::search::write(&views, out, &catalog, &site.assets, &index)?;
    pages::docs::write(&views, out, &input.docs)?;
    pages::stats::write(&views, out, input.registry)?;
    pages::missing::write(&views, out)?;
    if let Some(base) = views.base() {
        sitemap::write(out, base)?;
    }
    api::write(out, input.registry, &catalog)?;
    index::write(
        out,
        input.registry,
        digests,
        search.map(|search| search.wire),
    )?;
    Ok(out.summary(packages.len()))
}

/// The files of one package: what clients read, its archives, its page.
fn one_package(
    input: &Input<'_>,
    views: &Views,
    out: &Output<'_>,
    search: Option<&Search>,
    package: &Package,
) -> Result<(PackageName, Digest), BuildError> {
    let (digest, bytes) = index::package(out, package)?;
    api::package(out, &package.name, &bytes)?;
    let archives = index::archives(out, package)?;
    let name = &package.name;
    let has_draft = input
        .drafts
        .iter()
        .any(|draft| draft.manifest.name == *name);
    let record = &package.latest().record;
    let similar = search.map(|search| search.similar(name)).transpose()?;
    let similar = similar.unwrap_or_default().into_iter();
    let similar = similar.filter_map(|name| input.registry.packages.get(&name));
    let job = pages::package::Job {
        registry: input.registry,
        record,
        package: Some(package),
        row: row_of(Some(package), record, links::package(name)),
        gzip: archives.latest,
        downloads: archives.published,
        newer_draft: has_draft.then(|| links::draft(name)),
        similar: similar.map(Row::of).collect(),
    };
    pages::package::write(views, out, job)?;
    Ok((name.clone(), digest))
}

fn one_draft(
    input: &Input<'_>,
    views: &Views,
    out: &Output<'_>,
    record: &Record,
) -> Result<(), BuildError> {
    let name = &record.manifest.name;
    let what = format!("{name} {}: archive of the draft", record.manifest.version);
    let job = pages::package::Job {
        registry: input.registry,
        record,
        package: input.registry.packages.get(name),
        row: row_of(None, record, draft_address(input.registry, name)),
        gzip: out.blob(&record.archive.digest, &what)?,
        downloads: Vec::new(),
        newer_draft: None,
        similar: Vec::new(),
    };
    pages::package::write(views, out, job)
}

fn description(input: &Input<'_>) -> String {
    match input.registry.config.description.as_str() {
        "" => "Agents, workflows, skills and plugins to install".to_owned(),
        text => text::line(text, 200),
    }
}

fn site_view(input: &Input<'_>, catalog: &Catalog, assets: assets::Assets) -> SiteView {
    let config = &input.registry.config;
    let published = |slug: &&str| input.docs.iter().any(|doc| doc.slug == **slug);
    let publish = ["publish", "publishing", "contributing"]
        .into_iter()
        .find(published);
    SiteView {
        title: text::line(&config.title, 80),
        count: catalog.count(),
        newest: catalog.rows.first().and_then(|row| row.day.clone()),
        search: links::SEARCH,
        packages: links::PACKAGES,
        docs: (!input.docs.is_empty()).then_some(links::DOCS),
        publish: publish.and_then(links::doc),
        api: api::DESCRIPTION,
        stats: links::STATS,
        repository: config.repository.as_deref().and_then(links::outside),
        reload: (input.live == Mode::Serve).then_some(assets::RELOAD),
        assets,
    }
}
