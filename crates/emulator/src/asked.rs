//! What our program asked, and where that, or its answer, is not as GitHub describes it.

use serde::Deserialize;
use serde_json::Value;

/// Where the emulator's answers are not what GitHub describes: the operation, where in the answer, and
/// what prism says. None of these fields is one that we read.
const DEVIATIONS: &[(&str, &str, &str)] = &[
    (
        "GET",
        "response.body",
        "Response body must have required property 'network_count'",
    ),
    (
        "GET",
        "response.body",
        "Response body must have required property 'subscribers_count'",
    ),
    (
        "POST forks",
        "response.body",
        "Response body must have required property 'network_count'",
    ),
    (
        "POST forks",
        "response.body",
        "Response body must have required property 'subscribers_count'",
    ),
    (
        "GET commits/…/check-runs",
        "response.body.check_runs.….output",
        "Response body property check_runs.0.output must have required property 'annotations_url'",
    ),
    // GitHub describes no refusal of these.
    (
        "GET commits/…/check-runs",
        "response",
        "Unable to match the returned status code with those defined in the document: 200",
    ),
    (
        "POST actions/workflows/release.yml/dispatches",
        "response",
        "Unable to match the returned status code with those defined in the document: 200,204",
    ),
];

/// One request that the program made.
#[derive(Debug, Deserialize)]
pub struct Asked {
    /// GET, POST …
    pub method: String,
    /// With its query.
    pub path: String,
    violations: Vec<Violation>,
}

#[derive(Debug, Deserialize)]
struct Violation {
    location: Vec<Value>,
    message: String,
}

impl Asked {
    /// `POST git/trees`: its method and its path, without what differs between repositories.
    pub fn operation(&self) -> String {
        let path = self.path.split('?').next().unwrap_or_default();
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let rest: Vec<&str> = match parts.as_slice() {
            ["repos", _, _, "contents", ..] => vec!["contents"],
            ["repos", _, _, "git", refs @ ("ref" | "refs"), _, ..] => vec!["git", refs, "…"],
            ["repos", _, _, rest @ ..] => rest.to_vec(),
            all => all.to_vec(),
        };
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let is_name = |part: &&str| !is_number(part) && part.len() != 40;
        let named: Vec<&str> = rest
            .iter()
            .map(|part| if is_name(part) { part } else { "…" })
            .collect();
        format!("{} {}", self.method, named.join("/"))
            .trim_end()
            .to_owned()
    }
}

/// What of `log` is not as GitHub describes it, in a way that is not known: a line each.
pub fn unlike(log: &[Asked]) -> Vec<String> {
    let mut unknown = Vec::new();
    for asked in log {
        for violation in &asked.violations {
            let path: Vec<String> = violation.location.iter().map(place).collect();
            let (operation, path) = (asked.operation(), path.join("."));
            let message = violation.message.as_str();
            if !DEVIATIONS.contains(&(&operation, &path, message)) {
                unknown.push(format!("(\"{operation}\", \"{path}\", \"{message}\")"));
            }
        }
    }
    unknown.sort();
    unknown.dedup();
    unknown
}

/// A step of the way into an answer; which one of a list does not matter.
fn place(step: &Value) -> String {
    match step.as_str() {
        Some(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            "…".to_owned()
        }
        Some(text) => text.to_owned(),
        None => "…".to_owned(),
    }
}
