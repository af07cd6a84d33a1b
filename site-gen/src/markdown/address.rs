//! What an address in a text may become.

use std::borrow::Cow;

use crate::{links, markdown::Surroundings, text};

/// Where a link may lead: http, https and mailto; an id of this text; a place that the page knows for
/// a relative path. Everything else leads nowhere.
pub(super) fn link(value: &str, surroundings: &Surroundings) -> Option<String> {
    let value = value.trim_matches(|c: char| c.is_ascii_whitespace());
    if hides(value) {
        return None;
    }
    if let Some(fragment) = value.strip_prefix('#') {
        return (!fragment.is_empty()).then(|| id(fragment, surroundings));
    }
    match scheme(value) {
        Some(scheme) if scheme == "mailto" => Some(value.to_owned()),
        Some(_) => links::outside(value),
        None => {
            let (path, fragment) = match value.split_once('#') {
                Some((path, fragment)) => (path, Some(fragment)),
                None => (value, None),
            };
            let target = (surroundings.link)(&relative(path)?)?;
            match fragment.filter(|f| !f.is_empty() && !target.contains('#')) {
                Some(fragment) => Some(format!("{target}{}", id(fragment, surroundings))),
                None => Some(target),
            }
        }
    }
}

/// Where the picture is that a text shows: only ever one of the page's own.
pub(super) fn picture(value: &str, surroundings: &Surroundings) -> Option<String> {
    let value = value.trim_matches(|c: char| c.is_ascii_whitespace());
    if hides(value) || scheme(value).is_some() {
        return None;
    }
    (surroundings.picture)(&relative(value)?)
}

fn id(fragment: &str, surroundings: &Surroundings) -> String {
    format!("#{}{}", surroundings.prefix, slug(&decode(fragment)))
}

/// Characters that browsers drop or read differently, so that what was checked is not what they open.
fn hides(value: &str) -> bool {
    value.contains(|c: char| c.is_whitespace() || c == '\\' || text::is_deceptive(c))
}

fn scheme(value: &str) -> Option<String> {
    let (scheme, _) = value.split_once(':')?;
    let sound = scheme
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    // A colon behind a slash, a question mark or a hash belongs to a path; any other text in front of
    // a colon is taken for a scheme, and so refused, even where it is not a valid one.
    (sound || !scheme.contains(['/', '?', '#'])).then(|| scheme.to_ascii_lowercase())
}

/// `path` below the folder of the text, without `.`, `..` and query; `None` where it leaves it.
fn relative(path: &str) -> Option<String> {
    let path = path.split('?').next().unwrap_or_default();
    if path.starts_with('/') {
        return None;
    }
    let decoded = decode(path);
    let mut parts: Vec<&str> = Vec::new();
    for part in decoded.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten();
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

/// A heading's text as an id: what GitHub makes of it, so that links that work there work here.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.trim().chars().flat_map(char::to_lowercase).take(120) {
        match c {
            ' ' | '-' => slug.push('-'),
            '_' => slug.push('_'),
            c if c.is_alphanumeric() => slug.push(c),
            _ => {}
        }
    }
    slug
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn addresses_lead_where_they_may() {
        let surroundings = Surroundings {
            prefix: "r-".into(),
            title: String::new(),
            link: Arc::new(|path: &str| (path == "docs/a b.md").then(|| "../a/".to_owned())),
            picture: Arc::new(|path: &str| (path == "gallery/x.png").then(|| "x.png".to_owned())),
            rel: "",
        };
        let link = |value: &str| link(value, &surroundings);
        assert_eq!(
            link("./docs/../docs/a%20b.md#Top").as_deref(),
            Some("../a/#r-top")
        );
        assert_eq!(link("#How to").as_deref(), None);
        assert_eq!(link("#how-to").as_deref(), Some("#r-how-to"));
        assert_eq!(
            link("https://x.example/a").as_deref(),
            Some("https://x.example/a")
        );
        for bad in [
            "javascript:alert(1)",
            "java\tscript:x",
            "JAVASCRIPT:x",
            "data:text/html,x",
            "vbscript:x",
            "//evil.example",
            "/etc",
            "../x",
            "docs/../../x",
            "\u{1}javascript:x",
            "java\u{200b}script:x",
            "\\\\evil",
            "a\\b",
            "",
            "#",
            "other.md",
            "javascript&colon;x:",
        ] {
            assert_eq!(link(bad), None, "{bad:?}");
        }
        let picture = |value: &str| picture(value, &surroundings);
        assert_eq!(picture("gallery/./x.png").as_deref(), Some("x.png"));
        assert_eq!(picture("https://x.example/x.png"), None);
        assert_eq!(picture("data:image/png;base64,"), None);
    }
}
