//! Lists of packages, in pages that need no script.

use rayon::prelude::*;
use serde::Serialize;

use crate::{
    BuildError, links,
    output::Output,
    pages::{Frame, Views, home::most_used},
    text,
    view::{Catalog, Group, Link, Part, Row},
};

/// Rows on a page.
const ROWS: usize = 30;
/// Entries beside a list.
const SIDE: usize = 40;

#[derive(Serialize)]
struct List<'a> {
    title: &'a str,
    lead: String,
    /// An author's page elsewhere.
    profile: Option<Link>,
    /// Address of the first page.
    first: &'a str,
    side_title: &'static str,
    side: &'a [Part],
    chips: &'a [Part],
    range: String,
    rows: Vec<&'a Row>,
    pages: Vec<PageLink>,
    previous: Option<String>,
    next: Option<String>,
}

#[derive(Debug, PartialEq, Serialize)]
struct PageLink {
    number: usize,
    /// Absent for a gap.
    href: Option<String>,
    is_current: bool,
}

/// What the lists of one sort have in common.
struct Sort<'a> {
    groups: &'a [Group],
    side_title: &'static str,
    side: Vec<Part>,
    chips: Vec<Part>,
    lead: fn(&Group) -> String,
    profile: fn(&Group) -> Option<Link>,
}

/// Writes all lists.
pub(crate) fn write(views: &Views, out: &Output<'_>, catalog: &Catalog) -> Result<(), BuildError> {
    let all = [Group {
        id: String::new(),
        title: "All packages".to_owned(),
        href: links::PACKAGES.to_owned(),
        rows: (0..catalog.rows.len()).collect(),
    }];
    for sort in &sorts(&all, catalog) {
        let jobs: Vec<(&Group, usize)> = sort
            .groups
            .iter()
            .flat_map(|group| (1..=pages(group.rows.len())).map(move |number| (group, number)))
            .collect();
        jobs.par_iter().try_for_each(|(group, number)| {
            write_page(views, out, catalog, sort, group, *number)
        })?;
    }
    Ok(())
}

fn sorts<'a>(all: &'a [Group], catalog: &'a Catalog) -> [Sort<'a>; 5] {
    let mut chips: Vec<Part> = all.iter().chain(&catalog.kinds).map(Part::from).collect();
    chips[0].title = "All".to_owned();
    chips.retain(|part| part.count > 0 || part.id.is_empty());
    let by_category = |groups, lead| Sort {
        groups,
        side_title: "Categories",
        side: catalog.categories.iter().map(Part::from).collect(),
        chips: Vec::new(),
        lead,
        profile: |_| None,
    };
    let alone = |groups, side_title, lead| Sort {
        side_title,
        side: most_used(groups, SIDE),
        ..by_category(groups, lead)
    };
    [
        Sort {
            chips: chips.clone(),
            ..by_category(all, |_| "Everything in this registry.".to_owned())
        },
        Sort {
            chips,
            ..by_category(&catalog.kinds, kind_lead)
        },
        by_category(&catalog.categories, |group| {
            format!("{} in this category.", count(group))
        }),
        alone(&catalog.keywords, "Keywords", |group| {
            format!("{} with this keyword.", count(group))
        }),
        Sort {
            profile,
            ..alone(&catalog.authors, "Authors", |group| {
                format!("{} by this author.", count(group))
            })
        },
    ]
}

fn count(group: &Group) -> String {
    text::count(group.rows.len(), "package", "packages")
}

fn kind_lead(group: &Group) -> String {
    let kind = group.id.parse::<registry_index::Kind>().ok();
    let about = kind.map(|kind| crate::view::KindView::from(kind).about);
    format!("{}.", about.unwrap_or_default())
}

/// Authors are GitHub logins.
fn profile(group: &Group) -> Option<Link> {
    let login = links::segment(&group.id)?;
    let href = format!("https://github.com/{login}");
    Some(Link::outside("On GitHub", Some(href)))
}

fn pages(rows: usize) -> usize {
    rows.div_ceil(ROWS).max(1)
}

fn write_page(
    views: &Views,
    out: &Output<'_>,
    catalog: &Catalog,
    sort: &Sort<'_>,
    group: &Group,
    number: usize,
) -> Result<(), BuildError> {
    let last = pages(group.rows.len());
    let from = (number - 1) * ROWS;
    let shown = &group.rows[from..group.rows.len().min(from + ROWS)];
    let at = |number: usize| links::page(&group.href, number);
    let list = List {
        title: &group.title,
        lead: (sort.lead)(group),
        profile: (sort.profile)(group),
        first: &group.href,
        side_title: sort.side_title,
        side: &sort.side,
        chips: &sort.chips,
        range: match shown {
            [] => "none yet".to_owned(),
            shown => format!(
                "{} to {} of {}",
                text::number(from as u64 + 1),
                text::number((from + shown.len()) as u64),
                text::number(group.rows.len() as u64)
            ),
        },
        rows: shown.iter().map(|row| &catalog.rows[*row]).collect(),
        pages: match last {
            1 => Vec::new(),
            _ => page_links(number, last, &at),
        },
        previous: (number > 1).then(|| at(number - 1)),
        next: (number < last).then(|| at(number + 1)),
    };
    let address = at(number);
    let title = match number {
        1 => group.title.clone(),
        _ => format!("{}, page {number}", group.title),
    };
    let frame = Frame {
        address: &address,
        title: Some(&title),
        description: &format!("{}: {}", group.title, list.lead),
        nav: "browse",
        listed: true,
    };
    out.page(&address, &views.render("list.html", &frame, &list)?)
}

/// The first, the last and those around the current page, with gaps between.
fn page_links(current: usize, last: usize, at: &dyn Fn(usize) -> String) -> Vec<PageLink> {
    let near = |number: usize| number == 1 || number == last || number.abs_diff(current) <= 2;
    let mut links: Vec<PageLink> = Vec::new();
    for number in (1..=last).filter(|number| near(*number)) {
        let before = links.last().map_or(0, |link| link.number);
        if number > before + 1 {
            links.push(PageLink {
                number: number - 1,
                href: None,
                is_current: false,
            });
        }
        links.push(PageLink {
            number,
            href: Some(at(number)),
            is_current: number == current,
        });
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_pages_are_left_out() {
        let shown = |current, last| -> Vec<String> {
            let links = page_links(current, last, &|n| n.to_string());
            links
                .into_iter()
                .map(|link| link.href.unwrap_or("…".into()))
                .collect()
        };
        assert_eq!(shown(1, 3), ["1", "2", "3"]);
        assert_eq!(shown(5, 20), ["1", "…", "3", "4", "5", "6", "7", "…", "20"]);
    }
}
