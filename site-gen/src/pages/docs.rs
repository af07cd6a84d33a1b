//! Documentation.

use std::{collections::BTreeMap, sync::Arc};

use rayon::prelude::*;
use serde::Serialize;

use crate::{
    BuildError, DocPage, links,
    markdown::{self, Surroundings},
    output::Output,
    pages::{Frame, Views},
    text,
};

#[derive(Serialize)]
struct Docs<'a> {
    title: &'a str,
    html: Option<String>,
    docs: &'a [Entry],
    current: &'a str,
}

#[derive(Serialize)]
struct Entry {
    title: String,
    href: String,
}

/// Address by slug.
type Addresses = BTreeMap<String, String>;

/// Writes every page and the list of them.
pub(crate) fn write(views: &Views, out: &Output<'_>, docs: &[DocPage]) -> Result<(), BuildError> {
    if docs.is_empty() {
        return Ok(());
    }
    let (index, others): (Vec<&DocPage>, Vec<&DocPage>) =
        docs.iter().partition(|doc| doc.slug == "index");
    let entries: Vec<Entry> = others
        .iter()
        .map(|doc| entry(doc))
        .collect::<Result<_, _>>()?;
    let addresses: Addresses = others
        .iter()
        .zip(&entries)
        .map(|(doc, entry)| (doc.slug.clone(), entry.href.clone()))
        .chain(
            index
                .iter()
                .map(|doc| (doc.slug.clone(), links::DOCS.to_owned())),
        )
        .collect();
    let addresses = Arc::new(addresses);
    let write = |doc: Option<&DocPage>, title: &str, address: &str| {
        let page = Docs {
            title,
            html: doc.map(|doc| html(doc, title, address, &addresses)),
            docs: &entries,
            current: address,
        };
        let frame = Frame {
            address,
            title: Some(title),
            description: &format!("{title}: documentation"),
            nav: "docs",
            listed: true,
        };
        out.page(address, &views.render("docs.html", &frame, &page)?)
    };
    let first = index.first().copied();
    let title = first.map_or_else(|| "Docs".to_owned(), |doc| text::line(&doc.title, 120));
    write(first, &title, links::DOCS)?;
    others
        .par_iter()
        .zip(&entries)
        .try_for_each(|(doc, entry)| write(Some(doc), &entry.title, &entry.href))
}

fn entry(doc: &DocPage) -> Result<Entry, BuildError> {
    Ok(Entry {
        title: text::line(&doc.title, 120),
        href: links::doc(&doc.slug).ok_or_else(|| BuildError::Slug(doc.slug.clone()))?,
    })
}

fn html(doc: &DocPage, title: &str, address: &str, addresses: &Arc<Addresses>) -> String {
    let root = links::root(address);
    let folder = match doc.slug.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/"),
        None => String::new(),
    };
    let addresses = Arc::clone(addresses);
    // A page's links are relative to its own file: `rules/name-form` links to `other.md` beside it.
    let link = move |path: &str| {
        let slug = path.strip_suffix(".md").unwrap_or(path);
        let beside = addresses.get(&format!("{folder}{slug}"));
        let found = beside.or_else(|| addresses.get(slug));
        found.map(|found| format!("{root}{found}"))
    };
    let surroundings = Surroundings {
        prefix: "doc-".into(),
        title: title.to_owned(),
        link: Arc::new(link),
        picture: Arc::new(|_| None),
        rel: "noopener",
    };
    markdown::render(&doc.markdown, &surroundings).html
}
