//! `paracle template search`.

use std::process::ExitCode;

use clap::Args;
use client::hub::RegistryHit;
use registry_index::Kind;
use search::{Filter, Query};
use serde::Serialize;

use super::{Asked, Family};
use crate::{
    context::Context,
    error::CliError,
    ui::{
        BOLD, DIM, one_line,
        table::{fit, pad, widest, width},
    },
};

/// Find packages by words
///
/// Words are looked for in names, summaries, keywords and READMEs; the last one may be unfinished and
/// one typo a word is forgiven. Filters may stand among the words: kind:agent category:security
/// tag:review author:octocat license:MIT.
#[derive(Args, Debug)]
pub(crate) struct Search {
    /// What it should be about
    #[arg(value_name = "WORDS", required_unless_present_any = ["kind", "category", "tag", "author", "license"])]
    words: Vec<String>,
    /// Only this kind: agent, workflow, skill, project, integration
    #[arg(long, value_name = "KIND")]
    kind: Option<Kind>,
    /// Only this category
    #[arg(long, value_name = "ID")]
    category: Option<String>,
    /// Only with this keyword
    #[arg(long, value_name = "KEYWORD")]
    tag: Option<String>,
    /// Only by this author
    #[arg(long, value_name = "LOGIN")]
    author: Option<String>,
    /// Only under this licence (SPDX id)
    #[arg(long, value_name = "ID")]
    license: Option<String>,
    /// At most so many hits
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    kind: &'a str,
    version: &'a str,
    summary: &'a str,
    license: &'a str,
    deprecated: bool,
    registry: &'a str,
}

impl Search {
    pub(crate) fn run(self, family: Family, context: &Context) -> Result<ExitCode, CliError> {
        if let Some(kind) = self.kind.filter(|kind| !family.has(*kind)) {
            let hint = format!("use `paracle {} search`", family.other().word());
            return Err(
                CliError::usage(format!("{kind} is not a kind of {}", family.word())).hint(hint),
            );
        }
        let query = self.query(family);
        let mut results = context
            .hub(&self.asked.registries)?
            .search(&query, self.limit);
        if results.hits.is_empty() && !results.failed.is_empty() {
            return Err(results.failed.remove(0).1.into());
        }
        for (name, error) in &results.failed {
            context.ui.warn(&format!(
                "the registry {name:?} cannot be searched: {error}"
            ));
        }
        if let Some(hint) = query.hint() {
            context.ui.hint(hint);
        }
        if let Some(corrected) = &results.corrected {
            context
                .ui
                .hint(&format!("nothing matched as typed; showing {corrected:?}"));
        }
        if self.json {
            let hits: Vec<Row<'_>> = results.hits.iter().map(row).collect();
            context
                .ui
                .json(&serde_json::json!({ "format": 1, "total": results.total, "hits": hits }))?;
            return Ok(ExitCode::SUCCESS);
        }
        print(&results.hits, context)?;
        if results.hits.is_empty() {
            return Err(CliError::failed(format!("no {} matches {:?}", family.word(), self.words.join(" ")))
                .hint("try fewer or other words; `paracle registry list` shows which registries are asked"));
        }
        if results.total > results.hits.len() {
            let more = results.total - results.hits.len();
            context.ui.hint(&format!(
                "{more} more; --limit shows them, more words narrow them"
            ));
        }
        Ok(ExitCode::SUCCESS)
    }

    fn query(&self, family: Family) -> Query {
        let mut query = Query::parse(&self.words.join(" "));
        let filters = [
            (Filter::Kind, self.kind.map(|kind| kind.to_string())),
            (Filter::Category, self.category.clone()),
            (Filter::Tag, self.tag.clone()),
            (Filter::Author, self.author.clone()),
            (Filter::License, self.license.clone()),
        ];
        for (filter, value) in filters {
            if let Some(value) = value {
                query = query.with_filter(filter, &value);
            }
        }
        // Several kinds are alternatives: all of the family, unless one was asked for.
        if self.kind.is_none() && !self.words.iter().any(|word| word.starts_with("kind:")) {
            for kind in Kind::ALL.into_iter().filter(|kind| family.has(*kind)) {
                query = query.with_filter(Filter::Kind, kind.as_str());
            }
        }
        query
    }
}

fn row(found: &RegistryHit) -> Row<'_> {
    let hit = &found.hit;
    Row {
        name: &hit.name,
        kind: &hit.kind,
        version: &hit.version,
        summary: &hit.summary,
        license: &hit.license,
        deprecated: hit.deprecated,
        registry: &found.registry,
    }
}

/// Name, kind, version, summary; the summary is cut to what is left of the terminal.
fn print(hits: &[RegistryHit], context: &Context) -> Result<(), CliError> {
    let several = hits.iter().any(|found| found.registry != hits[0].registry);
    let names: Vec<String> = hits
        .iter()
        .map(|found| match several {
            true => format!(
                "{} ({})",
                one_line(&found.hit.name),
                one_line(&found.registry)
            ),
            false => one_line(&found.hit.name),
        })
        .collect();
    let versions: Vec<String> = hits
        .iter()
        .map(|found| one_line(&found.hit.version))
        .collect();
    let name_width = widest(names.iter().map(String::as_str));
    let kind_width = widest(hits.iter().map(|found| found.hit.kind.as_str()));
    let version_width = widest(versions.iter().map(String::as_str));
    let left = width()
        .saturating_sub(name_width + kind_width + version_width + 6)
        .max(20);
    for ((found, name), version) in hits.iter().zip(&names).zip(&versions) {
        let name = pad(name, name_width);
        let kind = pad(&one_line(&found.hit.kind), kind_width);
        let version = pad(version, version_width);
        let mark = if found.hit.deprecated {
            "(deprecated) "
        } else {
            ""
        };
        let summary = fit(&format!("{mark}{}", one_line(&found.hit.summary)), left);
        context.ui.data(format!(
            "{BOLD}{name}{BOLD:#}  {DIM}{kind}  {version}{DIM:#}  {summary}"
        ))?;
    }
    Ok(())
}
