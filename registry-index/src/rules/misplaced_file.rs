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

    #[test]
    fn strangers_in_the_index_are_told() {
        let scratch = tempfile::tempdir().unwrap();
        FakeRegistry::new()
            .released("core/thing", "1.0.0")
            .file("registry-index/packages/core/thing/notes.txt", "")
            .write_to(scratch.path());
        std::fs::create_dir_all(scratch.path().join("registry-index/packages/core/Bad_Name"))
            .unwrap();
        let layout = Layout::find(scratch.path()).unwrap();
        let found = load::load(&layout, &Selection::All).unwrap().findings;
        let files: Vec<_> = found
            .iter()
            .map(|f| (f.rule, f.place.file.as_str()))
            .collect();
        assert_eq!(
            files,
            [
                ("misplaced-file", "registry-index/packages/core/Bad_Name"),
                (
                    "misplaced-file",
                    "registry-index/packages/core/thing/notes.txt"
                ),
            ]
        );
    }
}
