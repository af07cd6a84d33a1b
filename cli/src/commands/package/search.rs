//! `paracle template search`.

use std::{ffi::OsStr, num::NonZeroUsize, process::ExitCode};

use clap::{Args, ValueEnum};
use clap_complete::{ArgValueCompleter, CompletionCandidate};
use client::hub::Searcher;
use registry_index::Kind;
use search::{Filter, Query, Sort};

use super::{
    Asked, Family,
    hits::{self, Shown},
    offline_hub,
};
use crate::{context::Context, error::CliError};

/// Find packages by words
///
/// Words are looked for in names, summaries, keywords and READMEs; the last one may be unfinished and
/// a typo is forgiven. "Words between quotes" stand next to each other. Filters may stand among the
/// words: kind:agent category:security tag:review author:octocat license:MIT uses:network, and
/// sort:newest. What is not wanted has a - in front (behind a -- on a command line), or is said with
/// --without.
#[derive(Args, Debug)]
pub(crate) struct Search {
    /// What it should be about
    #[arg(
        value_name = "WORDS",
        required_unless_present_any = ["kind", "category", "tag", "author", "license", "uses", "without_uses", "without", "sort"],
        add = ArgValueCompleter::new(complete_words)
    )]
    words: Vec<String>,
    /// Only this kind: agent, workflow, skill, project, integration (repeatable: any of them)
    #[arg(long, value_name = "KIND", add = ArgValueCompleter::new(|start: &OsStr| complete_value("kind", start)))]
    kind: Vec<Kind>,
    /// Only this category (repeatable)
    #[arg(long, value_name = "ID", add = ArgValueCompleter::new(|start: &OsStr| complete_value("category", start)))]
    category: Vec<String>,
    /// Only with this keyword (repeatable)
    #[arg(long, value_name = "KEYWORD", add = ArgValueCompleter::new(|start: &OsStr| complete_value("tag", start)))]
    tag: Vec<String>,
    /// Only by this author (repeatable)
    #[arg(long, value_name = "LOGIN", add = ArgValueCompleter::new(|start: &OsStr| complete_value("author", start)))]
    author: Vec<String>,
    /// Only under this licence (SPDX id, repeatable)
    #[arg(long, value_name = "ID", add = ArgValueCompleter::new(|start: &OsStr| complete_value("license", start)))]
    license: Vec<String>,
    /// Only what uses this, as declared or found (repeatable)
    #[arg(long, value_name = "KIND")]
    uses: Vec<Use>,
    /// Only what does not use this (repeatable)
    #[arg(long, value_name = "KIND")]
    without_uses: Vec<Use>,
    /// Only what does not have this word, or filter such as tag:legacy (repeatable)
    #[arg(long, value_name = "WORD")]
    without: Vec<String>,
    /// In this order
    #[arg(long, value_name = "ORDER")]
    sort: Option<Order>,
    /// At most so many hits
    #[arg(long, default_value = "20", value_name = "N")]
    limit: NonZeroUsize,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Use {
    /// Hosts
    Network,
    /// Files
    Files,
    /// Programs
    Commands,
    /// Environment variables
    Environment,
    /// Other agents
    Agents,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Order {
    /// Best match first
    Relevance,
    /// Best rated first
    Rating,
    /// Latest release first
    Newest,
    /// By name
    Name,
}

/// How a value is called on the command line, and in a query.
fn called(value: impl ValueEnum) -> String {
    let value = value.to_possible_value();
    value.map_or_else(String::new, |value| value.get_name().to_owned())
}

impl Search {
    pub(crate) fn run(self, family: Family, context: &Context) -> Result<ExitCode, CliError> {
        if let Some(kind) = self.kind.iter().find(|kind| !family.has(**kind)) {
            let hint = format!("use `paracle {} search`", family.other().word());
            return Err(
                CliError::usage(format!("{kind} is not a kind of {}", family.word())).hint(hint),
            );
        }
        let query = self.query(family);
        let hub = context.hub(&self.asked.registries)?;
        let searcher = hub.searcher();
        let mut results = searcher.search(&query, self.limit.get());
        if results.hits.is_empty() && !results.failed.is_empty() {
            return Err(results.failed.remove(0).1.into());
        }
        for (name, error) in &results.failed {
            context.ui.warn(&format!(
                "the registry {name:?} cannot be searched: {error}"
            ));
        }
        hits::remarks(&query, &results)
            .iter()
            .for_each(|remark| context.ui.hint(remark));
        if self.json {
            return hits::json(&results, context);
        }
        if results.hits.is_empty() {
            return Err(self.nothing(family, &query, &searcher));
        }
        let snippets = searcher.snippets(&query, &results.hits);
        let rows = results.hits.iter().zip(&snippets);
        let rows: Vec<Shown<'_>> = rows
            .map(|(found, snippet)| Shown {
                found,
                snippet: snippet.as_ref(),
            })
            .collect();
        hits::table(&rows, context)?;
        if results.total > results.hits.len() {
            let more = results.total - results.hits.len();
            context.ui.hint(&format!(
                "{more} more; --limit shows them, more words narrow them"
            ));
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Nothing matches: what is in the way is said, if it can be told.
    fn nothing(&self, family: Family, query: &Query, searcher: &Searcher<'_>) -> CliError {
        let words = self.words.join(" ");
        let error = match words.is_empty() {
            true => CliError::failed(format!("no {} matches these filters", family.word())),
            false => CliError::failed(format!("no {} matches {words:?}", family.word())),
        };
        // Counts of a filter are those without it: they say what else there is.
        let facets = searcher.facets(query);
        for (filter, counts) in &facets.counts {
            let is_free = *filter != Filter::Uses && (*filter != Filter::Kind || self.asks_kind());
            if is_free && query.has_filter(*filter) && !counts.is_empty() {
                let counts = counts.iter().take(4);
                let others: Vec<String> = counts
                    .map(|count| format!("{}:{} ({})", filter.key(), count.value, count.packages))
                    .collect();
                return error.hint(format!("there is {}", others.join(", ")));
            }
        }
        error.hint(
            "try fewer or other words; `paracle registry list` shows which registries are asked",
        )
    }

    fn asks_kind(&self) -> bool {
        !self.kind.is_empty() || Query::parse(&self.words.join(" ")).has_filter(Filter::Kind)
    }

    fn query(&self, family: Family) -> Query {
        let mut query = Query::parse(&self.words.join(" "));
        for text in &self.without {
            query = query.without(text);
        }
        let mut require = |filter, values: &[String]| {
            for value in values {
                query = std::mem::take(&mut query).with_filter(filter, value);
            }
        };
        let kinds: Vec<String> = self.kind.iter().map(Kind::to_string).collect();
        let uses: Vec<String> = self.uses.iter().copied().map(called).collect();
        require(Filter::Kind, &kinds);
        require(Filter::Category, &self.category);
        require(Filter::Tag, &self.tag);
        require(Filter::Author, &self.author);
        require(Filter::License, &self.license);
        require(Filter::Uses, &uses);
        for value in self.without_uses.iter().copied().map(called) {
            query = query.without_filter(Filter::Uses, &value);
        }
        if let Some(sort) = self.sort.and_then(|sort| Sort::named(&called(sort))) {
            query = query.with_sort(sort);
        }
        family.narrow(query)
    }
}

/// Completes a word, where it is the beginning of a filter.
pub(crate) fn complete_words(start: &OsStr) -> Vec<CompletionCandidate> {
    completed(&start.to_string_lossy(), "")
}

/// Completes the value of a filter.
fn complete_value(key: &str, start: &OsStr) -> Vec<CompletionCandidate> {
    let prefix = format!("{key}:");
    completed(&format!("{prefix}{}", start.to_string_lossy()), &prefix)
}

/// What `text` may become, without `prefix`.
fn completed(text: &str, prefix: &str) -> Vec<CompletionCandidate> {
    let Ok(hub) = offline_hub() else {
        return Vec::new();
    };
    let found = hub.searcher().complete(text).into_iter();
    let candidate = |completion: search::Completion| {
        let value = completion.label.strip_prefix(prefix)?.replace('"', "");
        let help = (completion.count > 0).then(|| crate::ui::counted(completion.count, "package"));
        Some(CompletionCandidate::new(crate::ui::one_line(&value)).help(help.map(Into::into)))
    };
    found.filter_map(candidate).collect()
}
