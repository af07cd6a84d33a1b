//! Every address of the site is made here.
//!
//! Addresses are relative to the site's root, so that a site works under any base path: a page puts
//! [`root`] in front. A text from a package becomes part of an address only through [`segment`].

use registry_index::{Kind, PackageName, name::is_device_name, record::Source};

use crate::{BuildError, text};

/// Where the pages of packages are.
pub const PACKAGE: &str = "p/";

/// What clients read first.
pub const CONFIG: &str = "index/config.json";

/// The page of a package.
pub fn package(name: &PackageName) -> String {
    format!("{PACKAGE}{name}/")
}

/// The page of a draft of a package that has been released before.
pub fn draft(name: &PackageName) -> String {
    format!("p/{name}/draft/")
}

/// The first page of the list of a kind.
pub fn kind(kind: Kind) -> String {
    format!("k/{kind}/")
}

/// The first page of the list of all packages.
pub const PACKAGES: &str = "packages/";

/// The page that searches.
pub const SEARCH: &str = "search/";

/// The registry in numbers.
pub const STATS: &str = "stats/";

/// The list of documentation.
pub const DOCS: &str = "docs/";

/// The first page of a category; `None` where its id cannot stand in an address.
pub fn category(id: &str) -> Option<String> {
    Some(format!("c/{}/", segment(id)?))
}

/// The first page of a keyword; `None` where it cannot stand in an address.
pub fn keyword(word: &str) -> Option<String> {
    Some(format!("t/{}/", segment(word)?))
}

/// The first page of an author; `None` where the login cannot stand in an address.
pub fn author(login: &str) -> Option<String> {
    Some(format!("a/{}/", segment(login)?))
}

/// A page of documentation; `None` where its slug cannot be an address.
pub fn doc(slug: &str) -> Option<String> {
    let sound = |part: &str| segment(part).is_some_and(|s| s == part);
    slug.split('/').all(sound).then(|| format!("docs/{slug}/"))
}

/// Page `number` (from 1) of the list that begins at `first`.
pub fn page(first: &str, number: usize) -> String {
    match number {
        1 => first.to_owned(),
        _ => format!("{first}{number}/"),
    }
}

/// `text` as one part of an address: lower case, words of `[a-z0-9]` joined by single hyphens, at most
/// 64 characters, no name that Windows keeps for a device. `None` where it is not of that form.
pub fn segment(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let sound = (1..=64).contains(&lower.len())
        && lower
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        && !lower.starts_with('-')
        && !lower.ends_with('-')
        && !lower.contains("--")
        && !is_device_name(&lower);
    sound.then_some(lower)
}

/// What stands in front of an address on the page at `address`: `./`, `../`, `../../` …
pub fn root(address: &str) -> String {
    match address.matches('/').count() {
        0 => "./".to_owned(),
        depth => "../".repeat(depth),
    }
}

/// `url` where a page may link to it: http or https, a host, nothing that hides.
pub fn outside(url: &str) -> Option<String> {
    let lower = url.get(..8)?.to_ascii_lowercase();
    let rest = match lower.strip_prefix("http://") {
        Some(_) => &url[7..],
        None if lower == "https://" => &url[8..],
        None => return None,
    };
    let starts_with_host = rest.starts_with(|c: char| c.is_alphanumeric() || c == '[');
    let hides = |c: char| c.is_whitespace() || c == '\\' || text::is_deceptive(c);
    (starts_with_host && !url.contains(hides) && url.len() <= 2_000).then(|| url.to_owned())
}

/// Where people can look at a pinned source, for forges whose addresses are known.
pub fn source(source: &Source) -> Option<String> {
    let repository = outside(source.git.strip_suffix(".git").unwrap_or(&source.git))?;
    let tree = match repository.split('/').nth(2)? {
        "github.com" | "codeberg.org" => "tree",
        "gitlab.com" => "-/tree",
        _ => return None,
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    let sound = source.path.chars().all(plain) && source.rev.chars().all(plain);
    sound.then(|| format!("{repository}/{tree}/{}/{}", source.rev, source.path))
}

/// The absolute URL of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base(String);

impl Base {
    /// `url` with one slash at its end.
    pub fn parse(url: &str) -> Result<Self, BuildError> {
        let wrong = || BuildError::BaseUrl(url.to_owned());
        let sound = outside(url).ok_or_else(wrong)?;
        match sound.contains(['?', '#', '<', '>', '"', '\'']) {
            true => Err(wrong()),
            false => Ok(Self(format!("{}/", sound.trim_end_matches('/')))),
        }
    }

    /// `address` with scheme and host.
    pub fn absolute(&self, address: &str) -> String {
        format!("{}{address}", self.0)
    }

    /// The path of the site on its host; begins and ends with `/`.
    pub fn path(&self) -> &str {
        let host = self.0.find("://").map_or(0, |at| at + 3);
        self.0[host..]
            .find('/')
            .map_or("/", |at| &self.0[host + at..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_words_become_addresses() {
        assert_eq!(segment("Octo-Cat").as_deref(), Some("octo-cat"));
        for bad in [
            "",
            "..",
            "a/b",
            "a--b",
            "-a",
            "con",
            "ä",
            "a b",
            "a.b",
            "%2e",
            &"a".repeat(65),
        ] {
            assert_eq!(segment(bad), None, "{bad}");
        }
        assert_eq!(
            doc("rules/name-form").as_deref(),
            Some("docs/rules/name-form/")
        );
        for bad in ["", "/", "a//b", "../a", "A"] {
            assert_eq!(doc(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_base_has_one_slash_at_its_end() {
        for url in [
            "https://h.example/x",
            "https://h.example/x/",
            "https://h.example/x//",
        ] {
            let base = Base::parse(url).unwrap();
            assert_eq!(base.absolute("p/a/b/"), "https://h.example/x/p/a/b/");
            assert_eq!(base.path(), "/x/");
        }
        assert_eq!(Base::parse("http://127.0.0.1:8000").unwrap().path(), "/");
        for bad in [
            "h.example",
            "/x/",
            "ftp://h/",
            "https://",
            "https://h/?q",
            "javascript://h",
            "https://h/\"x",
        ] {
            assert!(Base::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn roots_lead_back() {
        assert_eq!(
            [root(""), root("packages/"), root("p/a/b/")],
            ["./", "../", "../../../"]
        );
    }

    #[test]
    fn links_to_the_outside_show_where_they_lead() {
        for bad in [
            "javascript:alert(1)",
            "https://a.example/\u{202e}x",
            "https:///x",
            "//x.example",
            "data:text/html,x",
            "https://a b",
        ] {
            assert_eq!(outside(bad), None, "{bad}");
        }
        assert!(outside("HTTPS://a.example/?q=1#x").is_some());
    }
}
