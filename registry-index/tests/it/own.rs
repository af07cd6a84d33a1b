//! This project's own registry obeys its own rules.

use std::path::Path;

use registry_index::{
    Layout, Selection, Severity, load,
    registry::Config,
    rules::{self, Scene},
    testing::{FakeBlobs, FakePacker, FakeTemplates},
};

#[test]
fn this_registry_obeys_its_own_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let layout = Layout::find(&root.canonicalize().unwrap()).unwrap();
    let loaded = load::load(&layout, &Selection::All).unwrap();
    assert!(loaded.sources.len() >= 10, "{}", loaded.sources.len());
    let config = Config::from_raw(&loaded.registry.as_ref().unwrap().value);
    let scene = Scene {
        config: &config,
        loaded: &loaded,
        packer: &FakePacker::default(),
        templates: &FakeTemplates,
        blobs: &FakeBlobs::default(),
        history: None,
        installer: None,
    };
    let findings = rules::check(&scene);
    for finding in &findings {
        println!(
            "{} {} {}: {}",
            finding.severity, finding.place, finding.rule, finding.message
        );
    }
    let errors = findings.iter().filter(|f| f.severity == Severity::Error);
    assert_eq!(errors.count(), 0);
}
