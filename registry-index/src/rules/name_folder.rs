//! `name-folder`: where a package or a record lies and what it calls itself are the same, so that
//! nobody reviews one thing and publishes another.

use super::{Check, Report, Rule, Scene};
use crate::{
    finding::Severity,
    load::{EntryFolder, Source},
};

pub(super) static RULE: Rule = Rule {
    id: "name-folder",
    severity: Severity::Error,
    about: "A source's folder and a record's path say the same name and version as what is written there",
    help: "rename the folder or correct the name; a record is written by the release job only",
    check: Check::Several(&[Check::Source(source), Check::Entry(entry)]),
};

fn source(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    let Some(written) = &source.written else {
        return;
    };
    let name = &written.value.package.name;
    let folder = source.folder.rsplit('/').next().unwrap_or_default();
    if let Some((_, second)) = name.split_once('/')
        && second != folder
    {
        report.found(
            written.place(name),
            format!("{:?} lies in a folder called {folder:?}", name.get()),
        );
    }
}

fn entry(entry: &EntryFolder, _: &Scene<'_>, report: &mut Report<'_>) {
    for (version, record) in &entry.records {
        let (place, manifest) = (record.place_of_table("manifest"), &record.value.manifest);
        if manifest.name != entry.name {
            let (said, path) = (manifest.name.as_str(), entry.name.as_str());
            report.found(
                place,
                format!("a record of {said:?} lies where {path:?} lies"),
            );
        } else if manifest.version != *version {
            let said = manifest.version.to_string();
            let message = format!("the record of {said:?} is called \"{version}.toml\"");
            report.found(place, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{FakeRegistry, package_said};

    #[test]
    fn a_source_lies_in_a_folder_of_its_name() {
        assert_eq!(package_said("name-folder", |p| p), [""; 0]);
        let said = package_said("name-folder", |p| p.folder("templates/agents/other"));
        assert_eq!(
            said,
            [
                "error templates/agents/other/paracle.toml:4:8: \"core/code-thing\" lies in a folder \
              called \"other\""
            ]
        );
    }

    #[test]
    fn a_record_lies_where_it_belongs() {
        let good = FakeRegistry::new().released("core/thing", "1.0.0");
        let path = "registry-index/packages/core/thing/1.0.0.toml";
        assert_eq!(good.world().said_by("name-folder"), [""; 0]);
        let record = good.text(path);
        let elsewhere = FakeRegistry::new()
            .file(
                "registry-index/packages/core/other/1.0.0.toml",
                record.clone(),
            )
            .file("registry-index/packages/core/thing/1.0.1.toml", record);
        let said = elsewhere.world().said_by("name-folder");
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said[0].ends_with("a record of \"core/thing\" lies where \"core/other\" lies"));
        assert!(said[1].ends_with("the record of \"1.0.0\" is called \"1.0.1.toml\""));
    }
}
