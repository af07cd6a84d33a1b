//! Hosts in text. A URL's host is what stands between `//` and the path, without user and port; names
//! that reach nobody (reserved ones, those without a dot, placeholders) and names that only identify
//! something (XML name spaces) are no hosts.

use std::sync::LazyLock;

use regex::Regex;

use crate::text::pattern;

/// Where a URL starts.
static SCHEME: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(?:https?|wss?|ftps?|sftp)://"));

/// Top-level names that nobody can register. Source: RFC 2606, RFC 6761, RFC 6762, RFC 9476; `svc` is
/// what Kubernetes calls its own.
const RESERVED: [&str; 10] = [
    "example",
    "invalid",
    "test",
    "localhost",
    "local",
    "internal",
    "alt",
    "onion",
    "arpa",
    "svc",
];

/// Hosts in addresses that are names of formats and are not called.
const IDENTIFIERS: [&str; 10] = [
    "www.w3.org",
    "w3.org",
    "json-schema.org",
    "schema.org",
    "schemas.xmlsoap.org",
    "schemas.openxmlformats.org",
    "schemas.microsoft.com",
    "purl.org",
    "xmlns.com",
    "json.schemastore.org",
];

/// Every URL in `text`: where it starts, and its host.
pub(super) fn urls(text: &str) -> impl Iterator<Item = (usize, String)> {
    SCHEME.find_iter(text).filter_map(move |scheme| {
        let host = host_of(&text[scheme.end()..])?;
        Some((scheme.start(), host))
    })
}

/// The host of a URL without its scheme.
fn host_of(after: &str) -> Option<String> {
    let end = after
        .find(|c: char| c.is_whitespace() || "/?#\\\"'`<>()[]{}|^,;*".contains(c))
        .unwrap_or(after.len());
    // Brackets hold variables or numbered addresses; neither names a host.
    if after[end..].starts_with(['{', '[', '<']) {
        return None;
    }
    let authority = &after[..end];
    // What stands before `@` is a name to sign in with, however much it looks like a host.
    let host = authority.rsplit('@').next().unwrap_or_default();
    concrete(host.split(':').next().unwrap_or_default())
}

/// A host as it is compared, unless it reaches nobody.
pub(super) fn concrete(host: &str) -> Option<String> {
    let host = host.trim_end_matches('.').to_lowercase();
    let labels: Vec<&str> = host.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty()
            && !label.starts_with('-')
            && label
                .chars()
                .all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    };
    let is_name = labels.len() > 1 && host.len() <= 253 && labels.iter().all(is_label);
    if !is_name {
        return None;
    }
    let last = labels[labels.len() - 1];
    let is_address = labels
        .iter()
        .all(|label| label.chars().all(|c| c.is_ascii_digit()));
    let is_own = is_address && (labels.len() != 4 || matches!(labels[0], "127" | "0"));
    let documented = is_address
        && ["192.0.2.", "198.51.100.", "203.0.113."]
            .iter()
            .any(|block| host.starts_with(block));
    let second = labels[labels.len() - 2];
    let is_example = second == "example" && matches!(last, "com" | "net" | "org" | "edu");
    let is_placeholder = labels
        .iter()
        .any(|label| label.starts_with("your") || label.starts_with("my-") || *label == "domain");
    let reaches_nobody = RESERVED.contains(&last)
        || is_own
        || documented
        || is_example
        || is_placeholder
        || !is_address && last.chars().all(|c| c.is_ascii_digit())
        || IDENTIFIERS.contains(&host.as_str());
    (!reaches_nobody).then_some(host)
}

/// The host that a declaration names: a bare host, or what people write instead.
pub(super) fn declared(text: &str) -> String {
    let text = text.trim().to_lowercase();
    let after = text
        .split_once("://")
        .map_or(text.as_str(), |(_, after)| after);
    let authority = after.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    host.trim_end_matches('.').to_owned()
}

/// Whether the declared host covers the one that was found: itself, or `*.name` its subdomains.
pub(super) fn covers(declared: &str, found: &str) -> bool {
    let declared = self::declared(declared);
    match declared.strip_prefix("*.") {
        Some(parent) => {
            let below = found
                .strip_suffix(parent)
                .and_then(|rest| rest.strip_suffix('.'));
            below.is_some_and(|labels| !labels.is_empty())
        }
        None => declared == found || declared == "*",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(text: &str) -> Vec<String> {
        urls(text).map(|(_, host)| host).collect()
    }

    #[test]
    fn hosts_are_found_where_they_are() {
        for (text, wanted) in [
            (
                "see https://api.github.com/repos and http://Files.Acme.IO:8080/x",
                &["api.github.com", "files.acme.io"][..],
            ),
            ("https://api.github.com@evil.io/x", &["evil.io"]),
            ("https://evil.io\\@api.github.com", &["evil.io"]),
            ("wss://stream.acme.io.", &["stream.acme.io"]),
            (
                "https://10.0.0.7/x http://169.254.169.254/latest",
                &["10.0.0.7", "169.254.169.254"],
            ),
            ("https://münchen.de/", &["münchen.de"]),
            (
                "https://example.com https://a.example.org http://localhost:80 http://127.0.0.1 https://x.test https://hub.example",
                &[],
            ),
            (
                "https://${HOST}/x https://{host}.io https://<host>/ https://api.{region}.acme.io http://db:5432",
                &[],
            ),
            (
                "http://www.w3.org/2000/svg https://your-domain.com https://api.yourcompany.com",
                &[],
            ),
            ("https:// http://[::1]/", &[]),
        ] {
            assert_eq!(hosts(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_declared_host_covers_itself_and_a_star_what_is_below() {
        for (declared, found, wanted) in [
            ("api.github.com", "api.github.com", true),
            ("https://API.github.com/", "api.github.com", true),
            ("github.com", "api.github.com", false),
            ("*.github.com", "api.github.com", true),
            ("*.github.com", "a.b.github.com", true),
            ("*.github.com", "github.com", false),
            ("*.github.com", "evilgithub.com", false),
        ] {
            assert_eq!(covers(declared, found), wanted, "{declared} {found}");
        }
    }
}
