//! `keyword-form`: keywords become addresses (`/t/<keyword>/`) and search terms.

use std::collections::BTreeSet;

use super::{Check, Report, Rule, Scene};
use crate::{finding::Severity, load::Source, text::quote};

const MOST: usize = 8;
const LONGEST: usize = 32;

pub(super) static RULE: Rule = Rule {
    id: "keyword-form",
    severity: Severity::Error,
    about: "At most eight keywords, each of at most 32 lower-case letters, digits and single hyphens",
    help: "write at most eight different keywords like `code-review`: a-z, 0-9 and single hyphens",
    check: Check::Source(check),
};

fn check(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    let Some(written) = &source.written else {
        return;
    };
    let keywords = &written.value.package.keywords;
    if let Some(ninth) = keywords.get(MOST) {
        let message = format!("{} keywords, but {MOST} are the most", keywords.len());
        report.found(written.place(ninth), message);
    }
    let mut seen = BTreeSet::new();
    for keyword in keywords.iter().take(MOST) {
        let short = quote(keyword);
        if !is_well_formed(keyword) {
            report.found(written.place(keyword), format!("{short} is not a keyword"));
        } else if !seen.insert(keyword.as_str()) {
            report.found(written.place(keyword), format!("{short} is named twice"));
        }
    }
}

/// Lower-case ASCII words joined by single hyphens.
fn is_well_formed(keyword: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    keyword.len() <= LONGEST && keyword.split('-').all(is_word)
}

#[cfg(test)]
mod tests {
    use crate::testing::package_said;

    fn said(keywords: &[&str]) -> Vec<String> {
        package_said("keyword-form", |p| p.keywords(keywords))
    }

    #[test]
    fn keywords_are_lower_case_words() {
        assert_eq!(said(&["review", "diff-reading", "k8s"]), [""; 0]);
        for bad in [
            "Review",
            "two words",
            "-x",
            "a--b",
            "",
            "\u{e4}pfel",
            &"x".repeat(33),
        ] {
            assert_eq!(said(&["fine", bad]).len(), 1, "{bad}");
        }
        assert!(said(&["one", "two", "one"])[0].contains("\"one\" is named twice"));
    }

    #[test]
    fn eight_are_enough() {
        let many: Vec<String> = (0..10).map(|n| format!("k{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(said(&many[..8]), [""; 0]);
        let said = said(&many);
        assert_eq!(said.len(), 1);
        assert!(
            said[0].ends_with("10 keywords, but 8 are the most"),
            "{said:?}"
        );
    }
}
