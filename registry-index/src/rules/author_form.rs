//! `author-form`: authors are GitHub logins, and become addresses (`/a/<author>/`).

use std::collections::BTreeSet;

use super::{Check, Report, Rule, Scene};
use crate::{finding::Severity, load::Source, text::quote};

/// GitHub's own limit.
const LONGEST: usize = 39;

pub(super) static RULE: Rule = Rule {
    id: "author-form",
    severity: Severity::Error,
    about: "At least one author, each a GitHub login, named once",
    help: "write GitHub logins without `@`: at most 39 letters, digits and single hyphens",
    check: Check::Source(check),
};

fn check(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    let Some(written) = &source.written else {
        return;
    };
    let authors = &written.value.package.authors;
    if authors.is_empty() {
        report.found(written.place(authors), "no author is named");
    }
    let mut seen = BTreeSet::new();
    for author in authors.get() {
        let short = quote(author);
        if !is_login(author) {
            report.found(
                written.place(author),
                format!("{short} is not a GitHub login"),
            );
        } else if !seen.insert(author.to_ascii_lowercase()) {
            report.found(written.place(author), format!("{short} is named twice"));
        }
    }
}

/// ASCII letters and digits with single hyphens between them.
fn is_login(text: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    text.len() <= LONGEST && text.split('-').all(is_word)
}

#[cfg(test)]
mod tests {
    use crate::testing::package_said;

    fn said(authors: &[&str]) -> Vec<String> {
        package_said("author-form", |p| p.set("authors", &format!("{authors:?}")))
    }

    #[test]
    fn authors_are_logins() {
        assert_eq!(said(&["octocat", "Mona-Lisa", "x"]), [""; 0]);
        for bad in [
            "@octocat",
            "Mona Lisa",
            "-x",
            "a--b",
            "a_b",
            "",
            "o@x.org",
            &"x".repeat(40),
        ] {
            let said = said(&["octocat", bad]);
            assert_eq!(said.len(), 1, "{bad}");
            assert!(said[0].contains("paracle.toml:9:23: "), "{said:?}");
        }
        assert!(said(&["octocat", "OctoCat"])[0].ends_with("\"OctoCat\" is named twice"));
        assert!(said(&[])[0].ends_with("no author is named"));
    }
}
