//! `summary-form`: the one line that lists, search results and terminals show.

use super::{Check, Report, Rule, Scene};
use crate::{
    finding::Severity,
    load::Source,
    name::fold,
    raw::{At, Written},
    text::quote,
};

const LENGTH: std::ops::RangeInclusive<usize> = 10..=100;

pub(super) static RULE: Rule = Rule {
    id: "summary-form",
    severity: Severity::Error,
    about: "The summary is one line of 10 to 100 characters that says more than the name",
    help: "say in one line of 10 to 100 characters what the package does",
    check: Check::Source(check),
};

fn check(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    let Some(written) = &source.written else {
        return;
    };
    let package = &written.value.package;
    let summary = &package.summary;
    if let Some(message) = error(summary, &package.name) {
        report.found(written.place(summary), message);
    } else {
        style(written, summary, report);
    }
}

fn error(summary: &str, name: &str) -> Option<String> {
    let length = summary.chars().count();
    let short = quote(summary);
    if summary.chars().any(char::is_control) {
        return Some(format!("{short} is not one line of plain text"));
    }
    if summary.trim() != summary {
        return Some(format!("{short} begins or ends with a space"));
    }
    if !LENGTH.contains(&length) {
        return Some(format!("{short} has {length} characters, not 10 to 100"));
    }
    let words = |text: &str| fold(text).replace([' ', '/'], "");
    let second = name.rsplit('/').next().unwrap_or(name);
    [name, second]
        .into_iter()
        .any(|name| words(name) == words(summary))
        .then(|| format!("{short} only repeats the name"))
}

fn style<T>(written: &Written<T>, summary: &At<String>, report: &mut Report<'_>) {
    if summary.ends_with('.') && !summary.ends_with("...") {
        report.found_as(
            Severity::Warning,
            written.place(summary),
            format!("{:?} ends with a full stop", summary.get()),
            "leave the full stop out: a summary stands in lists",
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::package_said;

    fn said(summary: &str) -> Vec<String> {
        package_said("summary-form", |p| p.summary(summary))
    }

    #[test]
    fn one_line_that_says_something() {
        for good in [
            "Reviews a diff for correctness, security and style",
            "Ten chars.",
        ] {
            assert!(
                said(good).iter().all(|s| s.starts_with("warning")),
                "{good}"
            );
        }
        for (bad, why) in [
            ("short", "has 5 characters"),
            ("long ".repeat(30).trim_end(), "has 149 characters"),
            ("two lines\nof text here", "not one line"),
            ("bells \u{7} and whistles", "not one line"),
            (" leading space here", "begins or ends with a space"),
            ("Code Thing", "only repeats the name"),
            ("core/code-thing", "only repeats the name"),
        ] {
            let said = said(bad);
            assert_eq!(said.len(), 1, "{bad}");
            assert!(said[0].starts_with("error templates/agents/code-thing/paracle.toml:7:11: "));
            assert!(said[0].contains(why), "{said:?}");
        }
    }

    #[test]
    fn a_full_stop_is_only_warned_of() {
        let said = said("Reviews a diff for bugs.");
        assert!(said[0].starts_with("warning "), "{said:?}");
    }
}
