//! The facts beside the README.

use std::collections::BTreeMap;

use registry_index::{Record, component::ComponentKind};
use serde::Serialize;

use crate::{
    links, text,
    view::{
        Link,
        package::{Subject, ruler::Ruler},
    },
};

#[derive(Debug, Serialize)]
pub(crate) struct Facts {
    pub(crate) ruler: Ruler,
    /// Programs and their versions.
    pub(crate) needs: Vec<Need>,
    /// `1 agent and 2 skills`
    pub(crate) installs: String,
    pub(crate) components: Vec<Component>,
    pub(crate) authors: Vec<Link>,
    pub(crate) categories: Vec<Link>,
    pub(crate) keywords: Vec<Link>,
    /// Repository, home page, documentation.
    pub(crate) links: Vec<Link>,
    pub(crate) size: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct Need {
    pub(crate) program: String,
    pub(crate) version: String,
}

/// One component by name, where it has one.
#[derive(Debug, Serialize)]
pub(crate) struct Component {
    pub(crate) kind: &'static str,
    pub(crate) id: String,
    pub(crate) about: Option<String>,
}

impl Facts {
    pub(crate) fn new(subject: &Subject<'_>) -> Self {
        let record = subject.record;
        let manifest = &record.manifest;
        let categories = subject.registry.config.categories.iter();
        let titles: BTreeMap<_, _> = categories.map(|(id, title)| (id.as_str(), title)).collect();
        let linked = |words: &[String], address: &dyn Fn(&str) -> Option<String>| {
            let links = words
                .iter()
                .map(|w| Link::inside(text::line(w, 80), address(w)));
            links.collect::<Vec<_>>()
        };
        Self {
            ruler: Ruler::new(record.cost.always, record.cost.on_demand),
            needs: needs(record),
            installs: installs(record),
            components: components(record),
            authors: linked(&manifest.authors, &links::author),
            categories: manifest
                .categories
                .iter()
                .map(|id| match titles.get(id.as_str()) {
                    Some(title) => Link::inside(text::line(title, 80), links::category(id)),
                    None => Link::inside(text::line(id, 80), None),
                })
                .collect(),
            keywords: linked(&manifest.keywords, &links::keyword),
            links: outside_links(record),
            size: text::size(record.files.iter().map(|file| file.length).sum()),
        }
    }
}

fn needs(record: &Record) -> Vec<Need> {
    let need = |program: &str, version: &str| Need {
        program: text::line(program, 64),
        version: text::line(version, 64),
    };
    let manifest = &record.manifest;
    let paracle = manifest
        .paracle
        .iter()
        .map(|v| need("Paracle", &v.to_string()));
    let programs = manifest
        .programs
        .iter()
        .map(|(program, v)| need(program, v));
    paracle.chain(programs).collect()
}

fn word(kind: ComponentKind) -> (&'static str, &'static str) {
    match kind {
        ComponentKind::Agent => ("agent", "agents"),
        ComponentKind::Workflow => ("workflow", "workflows"),
        ComponentKind::Skill => ("skill", "skills"),
        ComponentKind::Mcp => ("MCP server", "MCP servers"),
        ComponentKind::Tool => ("tool", "tools"),
        ComponentKind::Policy => ("policy", "policies"),
        ComponentKind::Project => ("project", "projects"),
        ComponentKind::Plugin => ("plugin", "plugins"),
    }
}

fn installs(record: &Record) -> String {
    let mut counts: BTreeMap<ComponentKind, usize> = BTreeMap::new();
    for component in &record.components {
        *counts.entry(component.kind).or_default() += 1;
    }
    let parts: Vec<String> = counts
        .into_iter()
        .map(|(kind, count)| match kind {
            ComponentKind::Project => "project files".to_owned(),
            _ => text::count(count, word(kind).0, word(kind).1),
        })
        .collect();
    match parts.is_empty() {
        true => text::count(record.files.len(), "file", "files"),
        false => text::list(&parts),
    }
}

fn components(record: &Record) -> Vec<Component> {
    let named = record
        .components
        .iter()
        .filter(|c| !c.id.is_empty())
        .take(60);
    named
        .map(|component| Component {
            kind: word(component.kind).0,
            id: text::line(&component.id, 80),
            about: component
                .description
                .as_ref()
                .or(component.title.as_ref())
                .map(|about| text::line(about, 200)),
        })
        .collect()
}

fn outside_links(record: &Record) -> Vec<Link> {
    let manifest = &record.manifest;
    [
        ("Repository", &manifest.repository),
        ("Home page", &manifest.homepage),
        ("Documentation", &manifest.documentation),
    ]
    .into_iter()
    .filter_map(|(title, url)| Some(Link::outside(title, Some(links::outside(url.as_ref()?)?))))
    .collect()
}
