//! Every link of every page leads somewhere, under any base path.

use std::collections::{BTreeMap, BTreeSet};

use scraper::{Html, Selector};
use site_gen::Mode;

use crate::{shop::Site, site::full};

/// Links of `site` that lead nowhere, were it published at `base`, a path with slashes at both ends.
fn dead(site: &Site, base: &str) -> Vec<String> {
    let selector = Selector::parse("[href],[src],[action],[data-ahead]").unwrap();
    let ids = Selector::parse("[id]").unwrap();
    let parsed: BTreeMap<&str, Html> = site
        .pages()
        .map(|(path, page)| (path, Html::parse_document(page)))
        .collect();
    let known: BTreeMap<&str, BTreeSet<&str>> = parsed
        .iter()
        .map(|(path, page)| {
            (
                *path,
                page.select(&ids).filter_map(|e| e.attr("id")).collect(),
            )
        })
        .collect();
    let mut dead = Vec::new();
    for (path, page) in &parsed {
        for element in page.select(&selector) {
            for key in ["href", "src", "action", "data-ahead"] {
                for link in links(key, element.attr(key)) {
                    if link.contains("://") || link.starts_with("mailto:") {
                        continue;
                    }
                    if let Some(wrong) = follow(site, base, path, link, &known) {
                        dead.push(format!("{path}: {link}: {wrong}"));
                    }
                }
            }
        }
    }
    dead
}

/// What the attribute `key` leads to: several addresses in ours, one in others.
fn links<'a>(key: &str, value: Option<&'a str>) -> Vec<&'a str> {
    match (key, value) {
        (_, None) => Vec::new(),
        ("data-ahead", Some(value)) => value.split(' ').collect(),
        (_, Some(value)) => vec![value],
    }
}

fn follow(
    site: &Site,
    base: &str,
    from: &str,
    link: &str,
    known: &BTreeMap<&str, BTreeSet<&str>>,
) -> Option<String> {
    let (link, fragment) = link.split_once('#').unwrap_or((link, ""));
    let link = link.split('?').next().unwrap_or_default();
    let target = if link.is_empty() {
        from.to_owned()
    } else {
        let mut parts: Vec<&str> = match link.starts_with('/') {
            true => Vec::new(),
            false => {
                let mut parts: Vec<&str> = base.split('/').filter(|p| !p.is_empty()).collect();
                parts.extend(from.split('/'));
                parts.pop();
                parts
            }
        };
        for part in link.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    if parts.pop().is_none() {
                        return Some("leads above the host".into());
                    }
                }
                part => parts.push(part),
            }
        }
        let full = format!(
            "/{}{}",
            parts.join("/"),
            if link.ends_with('/') && !parts.is_empty() {
                "/"
            } else {
                ""
            }
        );
        let Some(inside) = full.strip_prefix(base) else {
            return Some(format!("leads out of {base} to {full}"));
        };
        match inside.is_empty() || inside.ends_with('/') {
            true => format!("{inside}index.html"),
            false => inside.to_owned(),
        }
    };
    if !site.files.contains_key(&target) {
        return Some(format!("there is no {target}"));
    }
    let is_known = fragment.is_empty()
        || known
            .get(target.as_str())
            .is_none_or(|ids| ids.contains(fragment));
    (!is_known).then(|| format!("{target} has no #{fragment}"))
}

#[test]
fn every_link_leads_somewhere() {
    for (url, base) in [
        (None, "/"),
        (Some("https://hub.example"), "/"),
        (Some("https://hub.example/deep/er"), "/deep/er/"),
    ] {
        let site = full().build(url, Mode::Serve);
        let dead = dead(&site, base);
        assert!(
            dead.is_empty(),
            "{url:?}: {} dead\n{}",
            dead.len(),
            dead.join("\n")
        );
    }
}

#[test]
fn a_dead_link_would_be_found() {
    let mut site = full().build(None, Mode::Publish);
    site.files.remove("k/skill/index.html");
    assert!(!dead(&site, "/").is_empty());
}
