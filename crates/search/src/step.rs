//! The engine as the browser drives it: a question in JSON, an answer in JSON.
//!
//! An answer depends on the question and on the pieces that are here, on nothing else. It is the
//! answer, or the pieces that have to be fetched before it can be given, or an error.

use serde::{Deserialize, Serialize};

use crate::document::{Hit, Results};
use crate::error::SearchError;
use crate::index::Index;
use crate::marks::parts;
use crate::query::Query;

/// More hits are not given at once.
const MOST_HITS: usize = 200;

/// What can be asked.
#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "kebab-case")]
enum Question {
    Search {
        query: String,
        #[serde(default)]
        from: usize,
        #[serde(default = "twenty")]
        limit: usize,
        /// The registry that this is, for `registry:`.
        registry: Option<String>,
    },
    Facets {
        query: String,
        registry: Option<String>,
    },
    Snippets {
        query: String,
        docs: Vec<u32>,
    },
    Complete {
        query: String,
    },
    Similar {
        name: String,
        #[serde(default = "twenty")]
        limit: usize,
    },
}

fn twenty() -> usize {
    20
}

/// What is answered.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Need {
        need: Vec<u32>,
    },
    Error {
        error: Told,
    },
    Hits {
        hits: Vec<ShownHit>,
        total: usize,
        corrected: Option<String>,
        partial: bool,
        hint: Option<String>,
    },
    Facets {
        total: usize,
        facets: serde_json::Map<String, serde_json::Value>,
    },
    Snippets {
        snippets: Vec<Option<Vec<String>>>,
    },
    Completions {
        completions: Vec<ShownCompletion>,
    },
}

#[derive(Serialize)]
struct Told {
    message: String,
    hint: Option<String>,
}

#[derive(Serialize)]
struct ShownHit {
    doc: u32,
    name: String,
    kind: String,
    version: String,
    summary: String,
    license: String,
    deprecated: bool,
    label: String,
    updated: String,
    cost: [u64; 2],
    marks: ShownMarks,
}

/// Parts that did not match and parts that did, in turn.
#[derive(Serialize)]
struct ShownMarks {
    name: Vec<String>,
    summary: Vec<String>,
}

#[derive(Serialize)]
struct ShownCompletion {
    text: String,
    label: String,
    count: usize,
}

impl Index {
    /// Answers one question (JSON in UTF-8).
    pub fn step(&self, question: &[u8]) -> String {
        let answer = match serde_json::from_slice(question) {
            Ok(question) => self.answered(question),
            Err(error) => Err(SearchError::Question {
                what: error.to_string(),
            }),
        };
        told(answer)
    }

    fn answered(&self, question: Question) -> Result<Answer, SearchError> {
        match question {
            Question::Search {
                query,
                from,
                limit,
                registry,
            } => {
                let query = Query::parse(&query);
                if let Some(elsewhere) = elsewhere(&query, registry) {
                    return Ok(hits(Results::default(), Some(elsewhere)));
                }
                let found = self.search_from(&query, from, limit.min(MOST_HITS))?;
                Ok(hits(found, query.hint().map(str::to_owned)))
            }
            Question::Facets { query, registry } => {
                let query = Query::parse(&query);
                match elsewhere(&query, registry) {
                    Some(_) => Ok(facets(crate::Facets::default())),
                    None => Ok(facets(self.facets(&query)?)),
                }
            }
            Question::Snippets { query, docs } => {
                let docs = &docs[..docs.len().min(MOST_HITS)];
                let found = self.snippets(&Query::parse(&query), docs)?.into_iter();
                let shown = |snippet: crate::Snippet| owned(parts(&snippet.text, &snippet.marks));
                Ok(Answer::Snippets {
                    snippets: found.map(|snippet| snippet.map(shown)).collect(),
                })
            }
            Question::Complete { query } => {
                let completions = self.complete(&query)?.into_iter();
                let completions = completions.map(|one| ShownCompletion {
                    text: one.text,
                    label: one.label,
                    count: one.count,
                });
                Ok(Answer::Completions {
                    completions: completions.collect(),
                })
            }
            Question::Similar { name, limit } => {
                Ok(hits(self.similar(&name, limit.min(MOST_HITS))?, None))
            }
        }
    }
}

/// An error, as an answer.
pub fn step_error(error: SearchError) -> String {
    told(Err(error))
}

fn told(answer: Result<Answer, SearchError>) -> String {
    let answer = answer.unwrap_or_else(|error| match error {
        SearchError::Lacking { pieces } => Answer::Need { need: pieces },
        other => Answer::Error {
            error: Told {
                message: other.to_string(),
                hint: other.hint().map(str::to_owned),
            },
        },
    });
    // Maps have texts as keys, so this cannot fail.
    serde_json::to_string(&answer).unwrap_or_default()
}

/// Another registry was asked for than this one.
fn elsewhere(query: &Query, registry: Option<String>) -> Option<String> {
    let registry = registry.filter(|registry| !query.asks_registry(registry))?;
    Some(format!("here only the registry `{registry}` is searched"))
}

fn owned(parts: Vec<&str>) -> Vec<String> {
    parts.into_iter().map(str::to_owned).collect()
}

fn hits(results: Results, hint: Option<String>) -> Answer {
    let shown = |hit: Hit| ShownHit {
        marks: ShownMarks {
            name: owned(parts(&hit.name, &hit.marks.name)),
            summary: owned(parts(&hit.summary, &hit.marks.summary)),
        },
        doc: hit.doc,
        name: hit.name,
        kind: hit.kind,
        version: hit.version,
        summary: hit.summary,
        license: hit.license,
        deprecated: hit.deprecated,
        label: hit.label,
        updated: hit.updated,
        cost: hit.cost,
    };
    Answer::Hits {
        hits: results.hits.into_iter().map(shown).collect(),
        total: results.total,
        corrected: results.corrected,
        partial: results.partial,
        hint,
    }
}

fn facets(facets: crate::Facets) -> Answer {
    let counts = facets.counts.into_iter().map(|(filter, counts)| {
        let pairs = counts
            .into_iter()
            .map(|count| serde_json::json!([count.value, count.packages]));
        (filter.key().to_owned(), pairs.collect())
    });
    Answer::Facets {
        total: facets.total,
        facets: counts.collect(),
    }
}
