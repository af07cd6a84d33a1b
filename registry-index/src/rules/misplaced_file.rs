//! `misplaced-file`: a registry's folders hold what stands for something, and nothing else.

use super::{Check, Rule};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "misplaced-file",
    severity: Severity::Error,
    about: "The index holds only folders of packages, package.toml files and records",
    help: "remove the file, or give it the name it should have",
    check: Check::Reading,
};

#[cfg(test)]
mod tests {
    use crate::{Layout, Selection, load, testing::FakeRegistry};

    fn found(registry: &FakeRegistry, folders: &[&str]) -> Vec<(&'static str, String)> {
        let scratch = tempfile::tempdir().expect("a folder can be made");
        registry.write_to(scratch.path());
        for folder in folders {
            std::fs::create_dir_all(scratch.path().join(folder)).expect("a folder can be made");
        }
        let layout = Layout::find(scratch.path()).expect("it is a registry");
        let loaded = load::load(&layout, &Selection::All).expect("it can be read");
        let findings = loaded.findings.into_iter();
        findings.map(|f| (f.rule, f.place.file)).collect()
    }

    #[test]
    fn strangers_in_the_index_are_told() {
        let registry = FakeRegistry::new()
            .released("core/thing", "1.0.0")
            .file("registry-index/packages/core/thing/notes.txt", "")
            .file("registry-index/packages/core/thing/1.1.0", "")
            .file("registry-index/packages/core/stray", "");
        let folders = [
            "registry-index/packages/core/Bad_Name",
            "registry-index/packages/core/thing/2.0.0.toml",
            "registry-index/packages/core/other/package.toml",
            "registry-index/namespaces/other.toml",
        ];
        let mut found = found(&registry, &folders);
        found.sort();
        let expected = [
            "registry-index/namespaces/other.toml",
            "registry-index/packages/core/Bad_Name",
            "registry-index/packages/core/other/package.toml",
            "registry-index/packages/core/stray",
            "registry-index/packages/core/thing/1.1.0",
            "registry-index/packages/core/thing/2.0.0.toml",
            "registry-index/packages/core/thing/notes.txt",
        ];
        assert_eq!(
            found,
            expected.map(|path| ("misplaced-file", path.to_owned()))
        );
    }
}
