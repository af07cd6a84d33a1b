//! `wrong-value`: a value of the right type that means nothing.

use super::{Check, Rule};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "wrong-value",
    severity: Severity::Error,
    about: "Every value means something: a kind is one of the six, a range is a semver range",
    help: "give the key a value that means something; the docs have an example",
    check: Check::Reading,
};

#[cfg(test)]
mod tests {
    use crate::testing::package_said;

    #[test]
    fn values_without_a_meaning_are_told() {
        let kind = package_said("wrong-value", |p| p.set("kind", "\"agnet\""));
        assert_eq!(
            kind,
            [
                "error templates/agents/code-thing/paracle.toml:6:8: `package.kind`: \"agnet\" is not \
              a kind (agent, workflow, skill, project, integration, plugin)"
            ]
        );
        let range = package_said("wrong-value", |p| p.dependency("core/base", "latest"));
        assert!(
            range[0].contains("\"latest\" is not a version range"),
            "{range:?}"
        );
        assert_eq!(package_said("wrong-value", |p| p), [""; 0]);
    }
}
