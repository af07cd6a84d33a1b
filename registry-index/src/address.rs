//! What an address in a manifest may look like: `https://host/path`, and nothing that a person would
//! read differently than a program.

/// Why `url` is not an address that may be shown as a link, if it is not.
pub fn fault(url: &str) -> Option<&'static str> {
    let Some(rest) = url.strip_prefix("https://") else {
        return Some("does not start with `https://`");
    };
    if !url.bytes().all(|byte| byte.is_ascii_graphic()) || url.contains(['<', '>', '"', '`', '\\'])
    {
        return Some("holds a character that an address writes as %XX");
    }
    if url.len() > 500 {
        return Some("is longer than 500 characters");
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Some("carries a user name or a password");
    }
    let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
    if port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some("has a port that is not a number");
    }
    match is_host(host) {
        true => None,
        false => Some("has no host name like `example.org`"),
    }
}

/// The host of an address that has no [`fault`], in lower case.
pub fn host(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.split(':').next()?;
    is_host(host).then(|| host.to_ascii_lowercase())
}

/// Whether two addresses are of one repository: with `.git` at the end or without.
pub fn is_same_repository(one: &str, other: &str) -> bool {
    let plain = |url: &str| {
        let url = url.trim_end_matches('/');
        url.strip_suffix(".git").unwrap_or(url).to_owned()
    };
    plain(one) == plain(other)
}

/// At least two labels of letters, digits and hyphens; the last one not a number, so that no address
/// of a machine passes.
fn is_host(host: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    host.contains('.')
        && host.split('.').all(is_label)
        && !last.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_https_addresses_pass() {
        for good in [
            "https://example.org",
            "https://example.org:8443/a%20b?q=1#x",
            "https://registry.acme.example/",
        ] {
            assert_eq!(fault(good), None, "{good}");
        }
        for bad in [
            "http://example.org",
            "HTTPS://example.org",
            "javascript:alert(1)",
            "//example.org",
            "https://user:secret@example.org/",
            "https://example.org\\@evil.example/",
            "https://evil.example#@example.org\u{2044}",
            "https://localhost/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://example..org/",
            "https://-a.org/",
            "https://example.org:x/",
            "https://example.org/a b",
            "https://example.org/\">",
            "https://",
        ] {
            assert!(fault(bad).is_some(), "{bad}");
        }
        assert_eq!(host("https://GitHub.com/a").as_deref(), Some("github.com"));
    }
}
