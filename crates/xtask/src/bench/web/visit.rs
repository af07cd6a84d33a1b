//! A visitor who has never been here, who asks, goes away, comes again, asks something else and then
//! types: what the browser saw of it, and what the host sent.

use serde::{Deserialize, Serialize};
use serde_json::json;

use browser::{Browser, BrowserError, Page};

use super::host::{Host, PAGE, Sent};
use super::queries::Query;
use crate::workspace::Failure;

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Engine {
    Ours,
    Pagefind,
}

impl Engine {
    pub(super) fn word(self) -> &'static str {
        match self {
            Engine::Ours => "ours",
            Engine::Pagefind => "pagefind",
        }
    }

    /// Where its files are for so many packages, from the root of the host.
    pub(super) fn folder(self, packages: usize) -> String {
        format!("{packages}-{}", self.word())
    }

    /// The page that measures it; `digest` is of our index.
    pub(super) fn page(self, digest: &str) -> String {
        let engine = match self {
            Engine::Ours => include_str!("ours.js").replace("DIGEST", digest),
            Engine::Pagefind => include_str!("theirs.js").to_owned(),
        };
        format!(
            "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>bench</title>\n\
             <link rel=\"icon\" href=\"data:,\">\n<ol id=\"hits\"></ol>\n<script>{}</script>\n\
             <script>{engine}</script>\n<script>const done = measure(open);</script>\n</html>\n",
            include_str!("page.js"),
        )
    }
}

/// What the page says; times in milliseconds.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Said {
    /// From the beginning of the navigation to the first byte of the page.
    pub(super) responded: f64,
    /// From the beginning of the navigation to that of the page's script.
    pub(super) begun: f64,
    /// From the beginning of the navigation until the answer was shown.
    pub(super) answered: f64,
    /// How many packages were found.
    pub(super) total: usize,
    /// The names that were shown.
    pub(super) hits: Vec<String>,
}

/// One opening of the page.
#[derive(Debug, Serialize)]
pub(super) struct Visit {
    pub(super) query: Query,
    pub(super) said: Said,
    pub(super) sent: Vec<Sent>,
}

impl Visit {
    /// What was sent until the answer: not what typing fetched.
    pub(super) fn bytes(&self) -> usize {
        self.sent.iter().map(|sent| sent.bytes).sum()
    }
}

/// The first visit and the second.
#[derive(Debug, Serialize)]
pub(super) struct Visitor {
    pub(super) first: Visit,
    pub(super) second: Visit,
    /// Milliseconds of each key that the second visit pressed, when what it needs may be missing.
    pub(super) fetching: Vec<f64>,
    /// The same keys once more.
    pub(super) warm: Vec<f64>,
    /// What the host sent meanwhile.
    pub(super) typing: Vec<Sent>,
}

/// What a visitor asks.
pub(super) struct Asked<'a> {
    pub(super) first: &'a Query,
    pub(super) second: &'a Query,
    pub(super) typed: &'a [String],
}

/// A browser that takes the host for a good one.
pub(super) fn launch(host: &Host) -> Result<Browser, Failure> {
    let trust = format!("--ignore-certificate-errors-spki-list={}", host.key);
    let browser = Browser::launch_with(&[&trust]).map_err(failed)?;
    browser.ok_or_else(|| Failure("there is no Chromium; install the package chromium".to_owned()))
}

impl Visitor {
    pub(super) fn comes(
        browser: &Browser,
        host: &Host,
        folder: &str,
        asked: &Asked<'_>,
    ) -> Result<Visitor, Failure> {
        let page = browser.visitor().map_err(failed)?;
        // Nobody watches a visitor: listening to workers and requests would delay them.
        page.call(
            "Target.setAutoAttach",
            json!({
                "autoAttach": false, "waitForDebuggerOnStart": false, "flatten": true
            }),
        )
        .map_err(failed)?;
        page.call("Network.disable", json!({})).map_err(failed)?;
        let visit = |query: &Query| -> Result<Visit, Failure> {
            page.open("about:blank").map_err(failed)?;
            host.take();
            let plan = json!({ "text": query.text, "filter": query.filter });
            let plan = encoded(&plan.to_string());
            let url = format!(
                "https://localhost:{}/{folder}/{PAGE}#{plan}",
                host.address.port()
            );
            page.open(&url).map_err(failed)?;
            let said = page
                .evaluate("done")
                .map_err(|error| Failure(format!("{folder}, {:?}: {error}", query.text)))?;
            let said: Said = serde_json::from_value(said).map_err(|e| Failure::of(folder, e))?;
            Ok(Visit {
                query: query.clone(),
                said,
                sent: host.sent(),
            })
        };
        let first = visit(asked.first)?;
        let second = visit(asked.second)?;
        let fetching = typed(&page, asked.typed)?;
        let warm = typed(&page, asked.typed)?;
        let typing = host.take().split_off(second.sent.len());
        Ok(Visitor {
            first,
            second,
            fetching,
            warm,
            typing,
        })
    }
}

/// Every text letter by letter, each key after the answer to the last.
fn typed(page: &Page, texts: &[String]) -> Result<Vec<f64>, Failure> {
    let mut keys = Vec::new();
    for text in texts {
        for end in 1..=text.len() {
            let key = format!("press({})", json!(text[..end]));
            let took = page.evaluate(&key);
            let took = took.map_err(|error| Failure(format!("{key}: {error}")))?;
            keys.push(took.as_f64().unwrap_or(f64::MAX));
        }
    }
    Ok(keys)
}

/// As a fragment of an address.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric();
    text.bytes()
        .map(|byte| match plain(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

fn failed(error: BrowserError) -> Failure {
    Failure::of("Chromium", error)
}

#[cfg(test)]
mod tests {
    use super::{Engine, encoded};

    #[test]
    fn a_plan_travels_in_an_address() {
        assert_eq!(encoded("{\"a\": é}"), "%7B%22a%22%3A%20%C3%A9%7D");
    }

    #[test]
    fn our_page_names_its_index() {
        assert!(Engine::Ours.page("ab12").contains("search/ab12/"));
        assert!(!Engine::Pagefind.page("ab12").contains("ab12"));
    }
}
