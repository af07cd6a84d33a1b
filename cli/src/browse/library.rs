//! What a search shows: hits, counts and pages of packages, taken from the registries and made
//! harmless. Nothing behind this module sees a package's own bytes.

use client::{
    Archives, ClientError, Hub,
    hub::{RegistryHit, Searcher},
};
use registry_index::{Kind, PackageName, uses, wire::Package};
use search::{Filter, Query, Snippet};
use unicode_width::UnicodeWidthStr;

use super::{
    prose::{Paragraph, Tone, said},
    readme,
};
use crate::{
    commands::package::{
        Family,
        hits::{is_only_in_readme, remarks},
    },
    ui::{
        self, one_line,
        pieces::{Piece, pieces},
    },
};

/// In which order counts are shown.
const ORDER: [Filter; 4] = [
    Filter::Kind,
    Filter::Uses,
    Filter::Category,
    Filter::License,
];

/// A package of a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Which {
    /// The registry's name in the user's list.
    pub(crate) registry: String,
    /// `namespace/name`, as the index has it.
    pub(crate) name: String,
    pub(crate) family: Family,
}

/// A hit, to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) which: Which,
    pub(super) name: Vec<Piece>,
    pub(super) kind: String,
    pub(super) version: String,
    pub(super) summary: Vec<Piece>,
    pub(super) is_deprecated: bool,
    /// The words of its README that show why it was found, where nothing else does.
    pub(super) snippet: Vec<Piece>,
}

/// What a search gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) rows: Vec<Row>,
    /// How many there are in all.
    pub(super) total: usize,
    /// What the reader should know about how it was read, or what could not be asked.
    pub(super) remarks: Vec<String>,
}

/// What there is to say beside the hits, and may come later.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Beside {
    /// Filters, their values, and how many packages have each.
    pub(super) counts: Vec<(&'static str, Vec<(String, usize)>)>,
    pub(super) completions: Vec<Completed>,
    /// One for each hit; empty where there is none.
    pub(super) snippets: Vec<Vec<Piece>>,
}

/// What the last word may become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Completed {
    /// The whole query.
    pub(super) text: String,
    pub(super) label: String,
    pub(super) count: usize,
}

/// All about one package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) facts: Vec<Paragraph>,
    /// `None` until it is there.
    pub(super) readme: Option<Vec<Paragraph>>,
    /// Where a browser shows it.
    pub(super) address: String,
}

/// The registries that are asked, as seen by one search.
pub(super) struct Library {
    pub(super) hub: Hub,
    pub(super) archives: Archives,
    /// Which kinds there are; all where there is none.
    pub(super) family: Option<Family>,
}

impl Library {
    /// The first `limit` packages for what was typed, and what they were found by.
    pub(super) fn search(
        &self,
        searcher: &Searcher<'_>,
        text: &str,
        limit: usize,
    ) -> (Answer, Vec<RegistryHit>) {
        let query = self.query(text);
        let results = searcher.search(&query, limit);
        let mut remarks: Vec<String> = remarks(&query, &results)
            .iter()
            .map(|remark| one_line(remark))
            .collect();
        for (registry, error) in &results.failed {
            let text = format!("the registry {registry:?} cannot be searched: {error}");
            remarks.push(one_line(&text));
        }
        let answer = Answer {
            rows: results.hits.iter().map(row).collect(),
            total: results.total,
            remarks,
        };
        (answer, results.hits)
    }

    /// What there is to say beside these hits.
    pub(super) fn beside(
        &self,
        searcher: &Searcher<'_>,
        text: &str,
        hits: &[RegistryHit],
    ) -> Beside {
        let query = self.query(text);
        let mut counts = searcher.facets(&query).counts;
        // Where there is no room for all: what people choose by first.
        counts.sort_by_key(|(filter, _)| ORDER.iter().position(|known| known == filter));
        let counts = counts.into_iter();
        let counts = counts.map(|(filter, counts)| {
            let counts = counts.into_iter();
            let counts = counts.map(|count| (one_line(&count.value), count.packages));
            (filter.key(), counts.collect())
        });
        let completions = searcher.complete(text).into_iter();
        let completions = completions.map(|completion| Completed {
            label: one_line(&completion.label),
            text: completion.text,
            count: completion.count,
        });
        let snippet = |(found, snippet): (&RegistryHit, Option<Snippet>)| match snippet {
            Some(snippet) if is_only_in_readme(&found.hit) => pieces(&snippet.text, &snippet.marks),
            _ => Vec::new(),
        };
        let snippets = hits.iter().zip(searcher.snippets(&query, hits));
        Beside {
            counts: counts.collect(),
            completions: completions.collect(),
            snippets: snippets.map(snippet).collect(),
        }
    }

    fn query(&self, text: &str) -> Query {
        let query = Query::parse(text);
        match self.family {
            Some(family) => family.narrow(query),
            None => query,
        }
    }

    /// The page of a package, as far as it can be had without its archive.
    pub(super) fn facts(&self, which: &Which) -> Result<(Page, Package), String> {
        let source = self
            .hub
            .registry(&which.registry)
            .ok_or_else(|| format!("no registry is called {:?}", which.registry))?;
        let name: PackageName = which.name.parse().map_err(|error| told(&error))?;
        let package = source.package(&name).map_err(|error| told_client(&error))?;
        let package = package.ok_or_else(|| format!("{name} is in the index and not there"))?;
        let address = format!("{}{}", source.config().url, site_gen::links::package(&name));
        let page = Page {
            facts: facts(&package, &which.registry),
            readme: None,
            address: one_line(&address),
        };
        Ok((page, package))
    }

    /// Its README, from its archive, which is fetched where it is not at hand; or why it cannot be had.
    pub(super) fn readme(&self, which: &Which, package: &Package) -> Vec<Paragraph> {
        let Some(source) = self.hub.registry(&which.registry) else {
            return Vec::new();
        };
        match self.archives.contents(source, package.latest()) {
            Ok(contents) => {
                let mut entries = contents.entries.iter();
                let entry = entries.find(|entry| entry.path == "README.md");
                let bytes = entry
                    .map(|entry| entry.bytes.as_slice())
                    .unwrap_or_default();
                readme::read(&String::from_utf8_lossy(bytes))
            }
            Err(error) => vec![Paragraph::of(vec![said(
                told_client(&error),
                Tone::Warning,
            )])],
        }
    }
}

fn told(error: &dyn std::error::Error) -> String {
    one_line(&crate::error::CliError::from_chain(crate::error::Kind::Failed, error, None).message)
}

fn told_client(error: &ClientError) -> String {
    let hint = error.hint().map(|hint| format!(" ({hint})"));
    one_line(&format!("{}{}", told(error), hint.unwrap_or_default()))
}

/// A hit, made harmless.
pub(super) fn row(found: &RegistryHit) -> Row {
    let hit = &found.hit;
    let is_plugin = hit.kind == Kind::Plugin.as_str();
    Row {
        which: Which {
            registry: found.registry.clone(),
            name: hit.name.clone(),
            family: if is_plugin {
                Family::Plugin
            } else {
                Family::Template
            },
        },
        name: pieces(&hit.name, &hit.marks.name),
        kind: one_line(&hit.kind),
        version: one_line(&hit.version),
        summary: pieces(&hit.summary, &hit.marks.summary),
        is_deprecated: hit.deprecated,
        snippet: Vec::new(),
    }
}

/// What is known of a package, a line for each fact.
fn facts(package: &Package, registry: &str) -> Vec<Paragraph> {
    let release = package.latest();
    let record = &release.record;
    let manifest = &record.manifest;
    let mut lines = vec![
        Paragraph::of(vec![
            said(one_line(manifest.name.as_str()), Tone::Heading),
            said(
                format!(" {}  {}", manifest.version, manifest.kind),
                Tone::Dim,
            ),
        ]),
        Paragraph::of(vec![said(one_line(&manifest.summary), Tone::Plain)]),
    ];
    if let Some(why) = &package.deprecated {
        let instead = package
            .replaced_by
            .as_ref()
            .map(|name| format!("; use {name}"));
        let text = one_line(&format!("Deprecated: {why}{}", instead.unwrap_or_default()));
        lines.push(Paragraph::of(vec![said(text, Tone::Warning)]));
    }
    lines.push(Paragraph::default());
    let versions: Vec<String> = package.releases.iter().map(ui::release).collect();
    let needs = manifest.dependencies.iter();
    let needs: Vec<String> = needs
        .map(|(name, need)| format!("{name} {}", need.version))
        .collect();
    let known = [
        ("Licence", manifest.license.clone()),
        ("Authors", manifest.authors.join(", ")),
        ("Keywords", manifest.keywords.join(", ")),
        ("Registry", registry.to_owned()),
        ("Context", ui::cost(&record.cost)),
        ("Needs", needs.join(", ")),
        ("Versions", versions.join(", ")),
    ];
    let known = known.into_iter().filter(|(_, text)| !text.is_empty());
    lines.extend(known.map(|(name, text)| fact(name, &one_line(&text), Tone::Plain)));
    lines.extend(used(package));
    lines
}

fn fact(name: &str, text: &str, tone: Tone) -> Paragraph {
    let first = format!("{name:<10}");
    Paragraph {
        rest: " ".repeat(first.width()),
        first,
        said: vec![said(text, tone)],
        is_verbatim: false,
    }
}

/// What it uses, in the words of the label.
fn used(package: &Package) -> Vec<Paragraph> {
    let record = &package.latest().record;
    let manifest = &record.manifest;
    let label = uses::label(manifest, &record.found);
    let undeclared = uses::undeclared(manifest, &record.found);
    let rows = ui::uses::rows(&manifest.uses, &label, &undeclared);
    if rows.is_empty() {
        return vec![fact("Uses", "nothing declared, nothing found", Tone::Plain)];
    }
    let mut lines = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let mut line = fact(if at == 0 { "Uses" } else { "" }, row.kind, Tone::Strong);
        line.said
            .push(said(format!(" {} ", row.values), Tone::Plain));
        let tone = if row.is_declared {
            Tone::Dim
        } else {
            Tone::Warning
        };
        line.said.push(said(format!("({})", row.how), tone));
        lines.push(line);
    }
    lines
}
