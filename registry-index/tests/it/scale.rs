//! A large registry is judged in time that grows with it and not with its square.

use std::time::{Duration, Instant};

use registry_index::{Kind, Layout, Selection, Severity, load, testing::FakeRegistry};

const PACKAGES: usize = 2_000;

const WORDS: [&str; 12] = [
    "amber", "basalt", "cedar", "delta", "ember", "fjord", "garnet", "harbor", "indigo", "juniper",
    "kelp", "lagoon",
];

fn name(at: usize) -> String {
    let word = |n: usize| WORDS[n % WORDS.len()];
    format!(
        "core/{}-{}-{}-{at}",
        word(at),
        word(at / 12),
        word(at / 144)
    )
}

fn large(count: usize, released: bool) -> FakeRegistry {
    (0..count).fold(FakeRegistry::new(), |registry, at| {
        let registry = match released {
            true => registry.released(&name(at), "1.0.0"),
            false => registry,
        };
        registry.package(&name(at), |p| {
            let p = p.kind(Kind::Skill).version("1.1.0");
            if at > 0 {
                p.dependency(&name(at - 1), "1")
            } else {
                p
            }
        })
    })
}

#[test]
fn many_packages_are_judged_quickly() {
    for released in [true, false] {
        let world = large(PACKAGES, released).world();
        let start = Instant::now();
        let findings = world.findings();
        let errors = findings
            .iter()
            .filter(|f| f.severity == Severity::Error)
            .count();
        assert_eq!(errors, 0, "{:#?}", &findings[..findings.len().min(3)]);
        // Ten times what it takes on a slow machine; comparing each with each takes longer.
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "{:?}",
            start.elapsed()
        );
    }
}

#[test]
fn one_package_is_judged_with_all_names_known() {
    let scratch = tempfile::tempdir().unwrap();
    let registry = large(200, false)
        .package("core/new-thing", |p| {
            p.dependency(&name(7), "1").dependency("core/absent", "1")
        })
        .package("core/newthing", |p| p.kind(Kind::Skill));
    registry.write_to(scratch.path());
    let layout = Layout::find(scratch.path()).unwrap();
    let only = |folder: &str| folder == "templates/agents/new-thing";
    let loaded = load::load(&layout, &Selection::Some(&only)).unwrap();
    assert_eq!((loaded.sources.len(), loaded.unread.len()), (1, 201));
    let mut world = registry.world();
    world.loaded = loaded;
    let rules: Vec<_> = world
        .findings()
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| (finding.rule, finding.place.file.clone()))
        .collect();
    let place = "templates/agents/new-thing/paracle.toml".to_owned();
    assert_eq!(
        rules,
        [
            ("name-collision", place.clone()),
            ("dependency-known", place)
        ]
    );
}

/// A cycle that leads through packages nobody selected is found all the same.
#[test]
fn what_a_selection_leads_to_is_known() {
    let scratch = tempfile::tempdir().unwrap();
    let registry = FakeRegistry::new()
        .package("core/aa", |p| p.dependency("core/bb", "1.1"))
        .package("core/bb", |p| {
            p.version("1.1.0").dependency("core/cc", "1.0")
        })
        .released_with("core/cc", "1.0.0", |p| p.dependency("core/aa", "1"))
        .entry(
            "core/cc",
            "[[yanked]]\nversion = '1.0.0'\nreason = 'broken'\n",
        )
        .package("core/dd", |p| p.dependency("core/cc", "1"))
        .released_with("core/dd", "1.0.0", |p| {
            p.summary("Did something else before")
        });
    registry.write_to(scratch.path());
    let layout = Layout::find(scratch.path()).unwrap();
    let said = |folder: &'static str, rule: &str| {
        let only = move |path: &str| path == folder;
        let mut world = registry.world();
        world.loaded = load::load(&layout, &Selection::Some(&only)).unwrap();
        world.findings_of(rule).len()
    };
    assert_eq!(said("templates/agents/aa", "dependency-cycle"), 1);
    assert_eq!(said("templates/agents/dd", "dependency-range"), 1);
    assert_eq!(said("templates/agents/dd", "version-increases"), 1);
    assert_eq!(said("templates/agents/aa", "dependency-range"), 0);
}
