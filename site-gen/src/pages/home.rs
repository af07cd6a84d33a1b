//! The front page.

use serde::Serialize;

use crate::{
    BuildError,
    output::Output,
    pages::{Frame, Views},
    view::{Catalog, Group, KindView, Part, Row},
};

const UPDATED: usize = 8;
const DRAFTS: usize = 8;
const NEW: usize = 5;
const KEYWORDS: usize = 18;

#[derive(Serialize)]
struct Home<'a> {
    headline: &'static str,
    examples: Vec<Example>,
    kinds: Vec<KindPart>,
    updated: Vec<&'a Row>,
    drafts: Vec<&'a Row>,
    newest: Vec<&'a Row>,
    categories: Vec<Part>,
    keywords: Vec<Part>,
}

/// A kind with its count.
#[derive(Serialize)]
pub(super) struct KindPart {
    #[serde(flatten)]
    part: Part,
    one: &'static str,
    many: &'static str,
    about: &'static str,
}

/// A search that finds something here.
#[derive(Serialize)]
struct Example {
    text: String,
    query: String,
}

/// The kinds in their order, each with its count.
pub(super) fn kinds(catalog: &Catalog) -> Vec<KindPart> {
    let kinds = registry_index::Kind::ALL.into_iter().zip(&catalog.kinds);
    kinds
        .map(|(kind, group)| {
            let KindView {
                one, many, about, ..
            } = kind.into();
            KindPart {
                part: group.into(),
                one,
                many,
                about,
            }
        })
        .collect()
}

pub(crate) fn write(
    views: &Views,
    out: &Output<'_>,
    catalog: &Catalog,
    description: &str,
) -> Result<(), BuildError> {
    let is_draft = |row: &&Row| row.state == Some("draft");
    let released: Vec<&Row> = catalog.rows.iter().filter(|row| !is_draft(row)).collect();
    let mut newest = released.clone();
    newest.sort_by(|a, b| (&b.first_published, &a.name).cmp(&(&a.first_published, &b.name)));
    newest.truncate(NEW);
    let home = Home {
        headline: "Agents, workflows, skills and plugins to install",
        examples: examples(catalog),
        kinds: kinds(catalog),
        updated: released.into_iter().take(UPDATED).collect(),
        drafts: catalog.rows.iter().filter(is_draft).take(DRAFTS).collect(),
        newest,
        categories: catalog.categories.iter().map(Part::from).collect(),
        keywords: most_used(&catalog.keywords, KEYWORDS),
    };
    let frame = Frame {
        address: "",
        title: None,
        description,
        nav: "home",
        listed: true,
    };
    out.page("", &views.render("home.html", &frame, &home)?)
}

/// The `most` biggest groups, by word.
pub(super) fn most_used(groups: &[Group], most: usize) -> Vec<Part> {
    let mut parts: Vec<Part> = groups.iter().map(Part::from).collect();
    parts.sort_by(|a, b| (b.count, &a.title).cmp(&(a.count, &b.title)));
    parts.truncate(most);
    parts.sort_by(|a, b| a.title.cmp(&b.title));
    parts
}

/// Made of what there is, so that none of them finds nothing.
fn examples(catalog: &Catalog) -> Vec<Example> {
    let biggest = |groups: &[Group]| {
        let group = groups
            .iter()
            .max_by_key(|g| (g.rows.len(), std::cmp::Reverse(g.id.clone())))?;
        (!group.rows.is_empty()).then(|| group.id.clone())
    };
    let keyword = biggest(&catalog.keywords);
    let kind = biggest(&catalog.kinds).map(|kind| format!("kind:{kind}"));
    let category = biggest(&catalog.categories).map(|category| format!("category:{category}"));
    [keyword, kind, category]
        .into_iter()
        .flatten()
        .map(|text| Example {
            query: text.replace(':', "%3A"),
            text,
        })
        .filter(|example| {
            example
                .query
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-%".contains(&b))
        })
        .collect()
}
