//! What a forge's answers say besides their content: how long to wait, where the next page is, what
//! went wrong.

use std::time::{Duration, SystemTime};

use reqwest::{
    StatusCode,
    header::{self, HeaderMap},
};
use url::Url;

/// The longest that is waited without asking anybody.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// What GitHub asks for where a secondary limit names no time.
const SECONDARY: Duration = Duration::from_secs(60);
/// Most characters of a server's words that are repeated.
const LONGEST_WORDS: usize = 300;

/// How long the forge wants to be left alone, where that is what the answer says.
/// <https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api>
pub(super) fn wait(
    status: StatusCode,
    headers: &HeaderMap,
    message: &str,
    now: SystemTime,
) -> Option<Duration> {
    if status != StatusCode::FORBIDDEN && status != StatusCode::TOO_MANY_REQUESTS {
        return None;
    }
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    if let Some(seconds) = text("retry-after").and_then(|asked| asked.parse().ok()) {
        return Some(Duration::from_secs(seconds));
    }
    if text("x-ratelimit-remaining") == Some("0") {
        let reset = text("x-ratelimit-reset").and_then(|reset| reset.parse().ok())?;
        let reset = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(reset))?;
        // Meant by the server's own clock, where it says what that shows.
        let date = text(header::DATE.as_str());
        let shown = date.and_then(|date| httpdate::parse_http_date(date).ok());
        let now = shown.unwrap_or(now);
        return Some(reset.duration_since(now).unwrap_or_default() + Duration::from_secs(1));
    }
    let is_secondary =
        status == StatusCode::TOO_MANY_REQUESTS || message.contains("secondary rate limit");
    is_secondary.then_some(SECONDARY)
}

/// The `next` of a `Link` header, <https://www.rfc-editor.org/rfc/rfc8288>.
pub(super) fn next_page(headers: &HeaderMap) -> Option<String> {
    let links = headers.get(header::LINK)?.to_str().ok()?;
    links.split(',').find_map(|link| {
        let (url, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
        let is_next = |parameter: &str| matches!(parameter.trim(), "rel=\"next\"" | "rel=next");
        let is_next = parameters.split(';').any(is_next);
        is_next.then(|| url.to_owned())
    })
}

/// GitHub Enterprise has GraphQL beside its REST API, not below it.
pub(super) fn graphql_path(root: &Url) -> &'static str {
    match root.path().ends_with("/api/v3/") {
        true => "../graphql",
        false => "graphql",
    }
}

/// The words of an error's JSON: `message`, and those of the `errors` that say more.
pub(super) fn words(said: &serde_json::Value) -> String {
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let mut words: Vec<String> = text(&said["message"]).into_iter().collect();
    for error in said["errors"].as_array().into_iter().flatten() {
        words.extend(text(error).or_else(|| text(&error["message"])));
    }
    words.join(": ")
}

/// A server's words, no longer than anybody reads. Control characters are escaped where they are shown.
pub(super) fn short(text: &str) -> String {
    let mut short: String = text.chars().take(LONGEST_WORDS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let header =
            |(name, value): &(&'static str, &str)| (name.parse().unwrap(), value.parse().unwrap());
        lines.iter().map(header).collect()
    }

    #[test]
    fn a_limit_says_how_long() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000);
        let said = |status, lines: &[(&'static str, &str)], message| {
            let status = StatusCode::from_u16(status).unwrap();
            wait(status, &headers(lines), message, now).map(|wait| wait.as_secs())
        };
        assert_eq!(said(403, &[], "Must have admin rights"), None);
        assert_eq!(said(403, &[("retry-after", "7")], ""), Some(7));
        assert_eq!(said(429, &[], ""), Some(60));
        assert_eq!(
            said(403, &[], "You have exceeded a secondary rate limit"),
            Some(60)
        );
        let spent = [
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "1030"),
        ];
        assert_eq!(said(403, &spent, ""), Some(31));
        let dated = [
            spent[0],
            spent[1],
            ("date", "Thu, 01 Jan 1970 00:17:00 GMT"),
        ];
        assert_eq!(said(429, &dated, ""), Some(11));
        assert_eq!(said(403, &[("x-ratelimit-remaining", "12")], ""), None);
        assert_eq!(said(404, &[("retry-after", "7")], ""), None);
    }

    #[test]
    fn the_next_page_is_linked() {
        let next = |link| next_page(&headers(&[("link", link)]));
        let both = "<https://api.example/a?page=1>; rel=\"prev\", <https://api.example/a?page=3>; rel=\"next\"";
        assert_eq!(next(both).as_deref(), Some("https://api.example/a?page=3"));
        assert_eq!(next("<https://api.example/a?page=1>; rel=\"prev\""), None);
        assert_eq!(next("nonsense"), None);
        assert_eq!(next_page(&HeaderMap::new()), None);
    }

    #[test]
    fn an_errors_words_are_gathered() {
        let said = serde_json::json!({
            "message": "Validation Failed",
            "errors": [{ "message": "A pull request already exists" }, "more", { "code": "x" }],
        });
        assert_eq!(
            words(&said),
            "Validation Failed: A pull request already exists: more"
        );
        assert_eq!(short(&"é".repeat(400)).chars().count(), LONGEST_WORDS + 1);
    }
}
