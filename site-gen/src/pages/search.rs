//! The search page: scripts ask the search engine; without them, everything to browse.

use std::collections::{BTreeMap, BTreeSet};

use registry_index::{Kind, wire::Paths};
use serde::Serialize;

use crate::{
    BuildError,
    assets::{Assets, SearchAssets},
    json, links,
    output::Output,
    pages::{
        Frame, Views,
        home::{self, KindPart},
    },
    text,
    view::{Catalog, Group, KindView, Part, label, row},
};

/// Lines of the lists of categories and licences, which show those of most packages.
const CATEGORIES: usize = 8;
const LICENCES: usize = 6;

#[derive(Serialize)]
struct Search<'a> {
    scripts: &'a [String],
    /// [`Data`] as JSON; `None` where nothing searches in the browser, and `absent` says why.
    data: Option<String>,
    absent: &'static str,
    kinds: Vec<KindPart>,
    categories: Vec<Part>,
    uses: [Use; 5],
    /// One for each line that is kept free.
    category_slots: Vec<()>,
    licence_slots: Vec<()>,
}

#[derive(Serialize)]
struct Use {
    word: &'static str,
    icon: &'static str,
    title: &'static str,
}

/// What the scripts are told: addresses from the site's root, and the words and pictures of rows, so
/// that they say it as the lists do.
#[derive(Serialize)]
struct Data<'a> {
    root: String,
    worker: &'a str,
    engine: &'a str,
    /// The folder of the index.
    base: String,
    config: &'static str,
    /// Where the pages of packages are.
    packages: &'static str,
    registry: &'a str,
    kinds: BTreeMap<&'static str, KindData>,
    uses: [label::UseWord; 5],
    /// How we know, by the letter of a label.
    evidence: BTreeMap<&'static str, &'static str>,
    months: [&'static str; 12],
    /// What categories are called, by id.
    categories: BTreeMap<&'a str, &'a str>,
}

#[derive(Serialize)]
struct KindData {
    one: &'static str,
    /// What a person types in front of the name to install it.
    install: String,
}

/// What of a site's search the page needs to know.
pub(crate) struct Index<'a> {
    /// The digest of the index; `None` where nothing is searched.
    pub(crate) digest: Option<&'a str>,
    /// The short name of the registry.
    pub(crate) registry: &'a str,
}

pub(crate) fn write(
    views: &Views,
    out: &Output<'_>,
    catalog: &Catalog,
    assets: &Assets,
    index: &Index<'_>,
) -> Result<(), BuildError> {
    let titles = [
        "Network",
        "Files",
        "Commands",
        "Environment",
        "Other agents",
    ];
    let data = match (&assets.search, index.digest) {
        (Some(assets), Some(digest)) => {
            let bytes = json::compact("the search page", &data(catalog, assets, digest, index))?;
            Some(String::from_utf8_lossy(&bytes).into_owned())
        }
        _ => None,
    };
    let licences: BTreeSet<&str> = catalog
        .rows
        .iter()
        .map(|row| row.licence.as_str())
        .collect();
    let search = Search {
        scripts: assets.search.as_ref().map_or(&[], |assets| &assets.scripts),
        absent: match index.digest {
            None => "Nothing is released here yet, so there is nothing to search.",
            Some(_) => "This site was built without search in the browser.",
        },
        data,
        kinds: home::kinds(catalog),
        categories: catalog.categories.iter().map(Part::from).collect(),
        uses: std::array::from_fn(|at| {
            let label::UseWord { word, icon } = label::use_words()[at];
            let title = titles[at];
            Use { word, icon, title }
        }),
        category_slots: vec![(); catalog.categories.len().min(CATEGORIES)],
        licence_slots: vec![(); licences.len().min(LICENCES)],
    };
    let frame = Frame {
        address: links::SEARCH,
        title: Some("Search"),
        description: "Search all packages by words, kind, category, keyword, author and licence",
        nav: "",
        listed: true,
    };
    out.page(
        links::SEARCH,
        &views.render("search.html", &frame, &search)?,
    )
}

fn data<'a>(
    catalog: &'a Catalog,
    assets: &'a SearchAssets,
    digest: &str,
    index: &Index<'a>,
) -> Data<'a> {
    let kind = |kind: Kind| {
        let KindView { id, one, .. } = kind.into();
        let install = row::install_verb(kind);
        (id, KindData { one, install })
    };
    let category = |group: &'a Group| (&*group.id, &*group.title);
    Data {
        root: links::root(links::SEARCH),
        worker: &assets.worker,
        engine: &assets.engine,
        base: Paths::default().search(digest, ""),
        config: links::CONFIG,
        packages: links::PACKAGE,
        registry: index.registry,
        kinds: Kind::ALL.into_iter().map(kind).collect(),
        uses: label::use_words(),
        evidence: label::evidence_words(),
        months: text::MONTHS,
        categories: catalog.categories.iter().map(category).collect(),
    }
}
