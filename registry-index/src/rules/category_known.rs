//! `category-known`: categories are shelves, and a registry decides which shelves it has.

use std::collections::BTreeSet;

use super::{Check, Report, Rule, Scene};
use crate::{finding::Severity, load::Source, raw::nearest};

pub(super) static RULE: Rule = Rule {
    id: "category-known",
    severity: Severity::Error,
    about: "Every category is one that registry.toml lists, named once",
    help: "choose from the categories that registry.toml lists",
    check: Check::Source(check),
};

fn check(source: &Source, scene: &Scene<'_>, report: &mut Report<'_>) {
    let Some(written) = &source.written else {
        return;
    };
    let known = &scene.config.categories;
    let mut seen = BTreeSet::new();
    for category in &written.value.package.categories {
        let (place, id) = (written.place(category), category.get());
        if !seen.insert(id) {
            report.found_with_help(place, format!("{id:?} is named twice"), "name it once");
        } else if !known.contains_key(id) {
            let help = match nearest(id, known.keys().map(String::as_str)) {
                Some(near) => format!("did you mean {near:?}?"),
                None => {
                    let all: Vec<&str> = known.keys().map(String::as_str).collect();
                    format!("choose from {}", all.join(", "))
                }
            };
            let message = format!("{id:?} is not a category of this registry");
            report.found_with_help(place, message, help);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{FakeRegistry, package_said};

    #[test]
    fn only_listed_categories_pass() {
        assert_eq!(package_said("category-known", |p| p), [""; 0]);
        let registry = FakeRegistry::new().package("core/code-thing", |p| {
            p.set(
                "categories",
                "[\"securty\", \"cookery\", \"quality\", \"quality\"]",
            )
        });
        let found = registry.world().findings_of("category-known");
        let helps: Vec<_> = found.iter().map(|f| f.help.as_str()).collect();
        assert_eq!(
            helps,
            [
                "did you mean \"security\"?",
                "choose from development, quality, security",
                "name it once"
            ]
        );
        assert_eq!((found[0].place.line, found[0].place.column), (10, 15));
    }
}
