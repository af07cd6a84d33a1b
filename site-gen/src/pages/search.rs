//! The search page: a script filters the list of all packages; without it, everything to browse.

use serde::Serialize;

use crate::{
    BuildError,
    assets::Assets,
    links,
    output::Output,
    pages::{
        Frame, Views,
        home::{self, KindPart},
    },
    view::{Catalog, Part},
};

#[derive(Serialize)]
struct Search<'a> {
    script: &'a str,
    rows: &'a str,
    kinds: Vec<KindPart>,
    categories: Vec<Part>,
    uses: [Use; 5],
}

#[derive(Serialize)]
struct Use {
    icon: &'static str,
    title: &'static str,
}

pub(crate) fn write(
    views: &Views,
    out: &Output<'_>,
    catalog: &Catalog,
    assets: &Assets,
) -> Result<(), BuildError> {
    let uses = [
        ("u-net", "Network"),
        ("u-file", "Files"),
        ("u-cmd", "Commands"),
        ("u-env", "Environment"),
        ("k-agent", "Other agents"),
    ];
    let search = Search {
        script: &assets.search,
        rows: &assets.rows,
        kinds: home::kinds(catalog),
        categories: catalog.categories.iter().map(Part::from).collect(),
        uses: uses.map(|(icon, title)| Use { icon, title }),
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
