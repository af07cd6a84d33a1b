//! What owners do to packages that are there.

use publish::{BaseFiles, Checkout, Proposal, PublishError, forge::Person, upkeep};
use registry_index::testing::FakeRegistry;
use semver::Version;
use tempfile::TempDir;

const ENTRY: &str = "registry-index/packages/core/thing/package.toml";

fn hub(registry: &FakeRegistry) -> (TempDir, Checkout) {
    let scratch = tempfile::tempdir().unwrap();
    registry.write_to(scratch.path());
    let checkout = Checkout::new(scratch.path());
    (scratch, checkout)
}

fn registry() -> FakeRegistry {
    FakeRegistry::new()
        .released("core/thing", "1.0.0")
        .released("core/thing", "1.1.0")
        .released("core/other", "1.0.0")
}

fn text_of(proposal: &Proposal, path: &str) -> String {
    let file = proposal
        .files
        .iter()
        .find(|file| file.path == path)
        .unwrap();
    String::from_utf8(file.content.clone().unwrap().bytes).unwrap()
}

fn refused(result: Result<Proposal, PublishError>) -> String {
    let error = result.unwrap_err();
    assert!(error.hint().is_some(), "{error}");
    error.to_string()
}

fn name(text: &str) -> registry_index::PackageName {
    text.parse().unwrap()
}

fn one() -> Version {
    Version::new(1, 0, 0)
}

fn person(login: &str, id: u64) -> Person {
    let login = login.to_owned();
    Person { login, id }
}

/// The registry with the proposal in it; every rule is content with it.
fn sound(registry: &FakeRegistry, proposal: &Proposal) -> FakeRegistry {
    let mut changed = registry.clone();
    for file in &proposal.files {
        changed = match &file.content {
            Some(content) => changed.file(&file.path, content.bytes.clone()),
            None => changed.without(&file.path),
        };
    }
    let errors: Vec<_> = changed
        .world_since(registry)
        .findings()
        .into_iter()
        .filter(|finding| finding.severity == registry_index::Severity::Error)
        .collect();
    assert_eq!(errors, []);
    changed
}

#[test]
fn a_yank_keeps_what_people_wrote() {
    let written = "# Ours\nowners = [ # the team\n  \"github:1\", # Ann\n]\n\n# Broken\n[[yanked]]\n\
                   version = '1.1.0' # see the issue\nreason = \"x\"\n";
    let registry = registry().entry("core/thing", written);
    let (_scratch, base) = hub(&registry);
    let proposal = upkeep::yank(&name("core/thing"), &one(), "Deletes `too` much", &base).unwrap();
    assert_eq!(proposal.branch, "paracle/core/thing-yank-1.0.0");
    assert_eq!(proposal.title, "Yank core/thing 1.0.0");
    assert!(
        proposal.body.contains("Why: `Deletes 'too' much`"),
        "{}",
        proposal.body
    );
    assert_eq!(
        text_of(&proposal, ENTRY),
        format!(
            "format = 1\n{written}\n[[yanked]]\nversion = \"1.0.0\"\nreason = \"Deletes `too` much\"\n"
        )
    );
    let changed = sound(&registry, &proposal);
    let (_scratch, base) = hub(&changed);
    let back = upkeep::unyank(&name("core/thing"), &one(), &base).unwrap();
    assert_eq!(text_of(&back, ENTRY), format!("format = 1\n{written}"));
    sound(&changed, &back);
}

#[test]
fn what_was_not_there_is_made() {
    let registry = registry();
    let (_scratch, base) = hub(&registry);
    let yank = upkeep::yank(&name("core/thing"), &one(), "Broken", &base).unwrap();
    assert_eq!(
        text_of(&yank, ENTRY),
        "format = 1\n\n[[yanked]]\nversion = \"1.0.0\"\nreason = \"Broken\"\n"
    );
    let changed = sound(&registry, &yank);
    let (_scratch, base) = hub(&changed);
    let deprecate = upkeep::deprecate(
        &name("core/thing"),
        "Gone",
        Some(&name("core/other")),
        &base,
    );
    let deprecate = deprecate.unwrap();
    assert_eq!(
        text_of(&deprecate, ENTRY),
        "format = 1\ndeprecated = \"Gone\"\nreplaced-by = \"core/other\"\n\n[[yanked]]\n\
         version = \"1.0.0\"\nreason = \"Broken\"\n"
    );
    let changed = sound(&changed, &deprecate);
    let (_scratch, base) = hub(&changed);
    let back = upkeep::undeprecate(&name("core/thing"), &base).unwrap();
    assert_eq!(text_of(&back, ENTRY), text_of(&yank, ENTRY));
    let revoke = upkeep::revoke(&name("core/thing"), &one(), "A secret", &base).unwrap();
    assert!(text_of(&revoke, ENTRY).contains("[[revoked]]\nversion = \"1.0.0\""));
    sound(&changed, &revoke);
}

#[test]
fn lists_in_one_line_stay_lists_in_one_line() {
    let registry = registry().entry(
        "core/thing",
        "yanked = [{ version = '1.1.0', reason = 'x' }]\n",
    );
    let (_scratch, base) = hub(&registry);
    let yank = upkeep::yank(&name("core/thing"), &one(), "Broken", &base).unwrap();
    let changed = sound(&registry, &yank);
    assert!(!text_of(&yank, ENTRY).contains("[["));
    let (_scratch, base) = hub(&changed);
    let back = upkeep::unyank(&name("core/thing"), &one(), &base).unwrap();
    sound(&changed, &back);
}

/// One version yanked, one revoked; another package replaced; a name given up.
fn withdrawn() -> FakeRegistry {
    let yanked = "[[yanked]]\nversion = '1.0.0'\nreason = 'x'\n\
                  [[revoked]]\nversion = '1.1.0'\nreason = 'y'\n";
    registry()
        .entry("core/thing", yanked)
        .entry(
            "core/other",
            "deprecated = 'x'\nreplaced-by = 'core/thing'\n",
        )
        .renamed("core/old", "core/thing")
}

#[test]
fn what_is_not_there_or_done_already_is_not_withdrawn() {
    let (_scratch, base) = hub(&withdrawn());
    let (thing, none, old) = (name("core/thing"), name("core/none"), name("core/old"));
    let (first, second, third) = (one(), Version::new(1, 1, 0), Version::new(2, 0, 0));
    let long = "x".repeat(501);
    let yank = |name, version, why: &str| upkeep::yank(name, version, why, &base);
    for (result, why) in [
        (yank(&none, &first, "x"), "no package \"core/none\""),
        (yank(&old, &first, "x"), "is called \"core/thing\" now"),
        (yank(&thing, &third, "x"), "has no release 2.0.0"),
        (yank(&thing, &first, "x"), "is yanked already"),
        (yank(&thing, &second, "x"), "is revoked already"),
        (yank(&thing, &first, " "), "the reason is empty"),
        (yank(&thing, &first, "a\nb"), "no visible character"),
        (yank(&thing, &first, &long), "501 characters"),
        (upkeep::unyank(&thing, &second, &base), "is not yanked"),
        (
            upkeep::revoke(&thing, &second, "x", &base),
            "is revoked already",
        ),
    ] {
        let said = refused(result);
        assert!(said.contains(why), "{why}: {said}");
    }
    let path = "registry-index/packages/core/none/package.toml";
    assert_eq!(base.read(path).unwrap(), None);
}

#[test]
fn nobody_is_sent_nowhere() {
    let (_scratch, base) = hub(&withdrawn());
    let (thing, none, old) = (name("core/thing"), name("core/none"), name("core/old"));
    let (other, new) = (name("core/other"), name("core/new"));
    let deprecate = |instead| upkeep::deprecate(&thing, "x", Some(instead), &base);
    let rename = |from, to| upkeep::rename(from, to, &base);
    for (result, why) in [
        (deprecate(&thing), "instead of itself"),
        (deprecate(&none), "no package"),
        (deprecate(&other), "itself replaced"),
        (upkeep::undeprecate(&thing, &base), "is not deprecated"),
        (rename(&thing, &thing), "is called so already"),
        (rename(&thing, &old), "was the name of"),
        (rename(&old, &new), "is called \"core/thing\" now"),
        (rename(&none, &new), "no package"),
    ] {
        let said = refused(result);
        assert!(said.contains(why), "{why}: {said}");
    }
}

#[test]
fn owners_come_and_go_but_never_all() {
    let registry = registry();
    let (_scratch, base) = hub(&registry);
    let thing = name("core/thing");
    let (ann, bob) = (person("ann", 1), person("bob", 2));
    // The namespace's owner is no less one because somebody comes.
    let added =
        upkeep::change_owners(&thing, std::slice::from_ref(&bob), &[], None, &base).unwrap();
    assert_eq!(
        text_of(&added, ENTRY),
        "format = 1\nowners = [\"github:1\", \"github:2\"]\n"
    );
    assert!(
        added.body.contains("- also `bob` (github:2)"),
        "{}",
        added.body
    );
    for (add, remove, why) in [
        (
            vec![ann.clone()],
            vec![],
            "is an owner of core/thing already",
        ),
        (vec![], vec![bob.clone()], "is no owner of core/thing"),
        (vec![], vec![ann.clone()], "would have no owner"),
    ] {
        let said = refused(upkeep::change_owners(&thing, &add, &remove, None, &base));
        assert!(said.contains(why), "{said}");
    }
    let changed = sound(&registry, &added);
    let (_scratch, base) = hub(&changed);
    assert!(upkeep::owners(&thing, &base).unwrap().has(&bob, &thing));
    let gone = upkeep::change_owners(&thing, &[], std::slice::from_ref(&ann), None, &base).unwrap();
    assert_eq!(
        text_of(&gone, ENTRY),
        "format = 1\nowners = [\"github:2\"]\n"
    );
    let over = upkeep::transfer(&thing, &person("eve", 9), &base).unwrap();
    assert_eq!(
        text_of(&over, ENTRY),
        "format = 1\nowners = [\"github:9\"]\n"
    );
    assert_eq!(over.branch, "paracle/core/thing-transfer-9");
    assert!(over.body.contains("waits seven days") && over.body.contains("github:1, github:2"));
    sound(&changed, &over);
}

#[test]
fn a_list_in_lines_stays_one() {
    let written = "owners = [ # the team\n  \"github:1\", # Ann\n]\n";
    let registry = registry().entry("core/thing", written);
    let (_scratch, base) = hub(&registry);
    let thing = name("core/thing");
    let added = upkeep::change_owners(&thing, &[person("bob", 2)], &[], None, &base).unwrap();
    assert_eq!(
        text_of(&added, ENTRY),
        "format = 1\nowners = [ # the team\n  \"github:1\", # Ann\n  \"github:2\",\n]\n"
    );
}

#[test]
fn a_namespace_that_is_a_login_counts_whose_it_is() {
    let registry = FakeRegistry::new().released("octocat/thing", "1.0.0");
    let (_scratch, base) = hub(&registry);
    let thing = name("octocat/thing");
    let (octocat, bob) = (person("Octocat", 7), person("bob", 2));
    assert!(upkeep::owners(&thing, &base).unwrap().has(&octocat, &thing));
    assert!(!upkeep::owners(&thing, &base).unwrap().has(&bob, &thing));
    let added = upkeep::change_owners(
        &thing,
        std::slice::from_ref(&bob),
        &[],
        Some(&octocat),
        &base,
    )
    .unwrap();
    let path = "registry-index/packages/octocat/thing/package.toml";
    assert_eq!(
        text_of(&added, path),
        "format = 1\nowners = [\"github:7\", \"github:2\"]\n"
    );
    let own = upkeep::transfer(&thing, &octocat, &base).unwrap();
    assert_eq!(text_of(&own, path), "format = 1\nowners = [\"github:7\"]\n");
}

#[test]
fn a_rename_moves_the_sources_and_leads_everybody_there() {
    let registry = registry()
        .package("core/thing", |p| {
            p.version("1.1.0").executable("tools/run.py", "print(1)\n")
        })
        .package("core/user", |p| p.dependency("core/thing", "^1"))
        .released_with("core/user", "1.0.0", |p| p.dependency("core/thing", "^1"))
        .entry("core/thing", "owners = ['github:5'] # us\n")
        .renamed("core/oldest", "core/thing");
    let (_scratch, base) = hub(&registry);
    let proposal = upkeep::rename(&name("core/thing"), &name("core/better"), &base).unwrap();
    assert_eq!(proposal.branch, "paracle/core/thing-rename-core-better");
    assert_eq!(
        text_of(&proposal, "registry-index/renames.toml"),
        "format = 1\n[renames]\n\"core/oldest\" = \"core/better\"\n\"core/thing\" = \"core/better\"\n"
    );
    assert_eq!(
        text_of(&proposal, ENTRY),
        "format = 1\nowners = ['github:5'] # us\ndeprecated = \"It is called core/better now\"\n\
         replaced-by = \"core/better\"\n"
    );
    assert_eq!(
        text_of(
            &proposal,
            "registry-index/packages/core/better/package.toml"
        ),
        "format = 1\nowners = [\"github:5\"]\n"
    );
    let manifest = text_of(&proposal, "templates/agents/better/paracle.toml");
    assert!(
        manifest.contains("name = \"core/better\"") && manifest.contains("1.1.0"),
        "{manifest}"
    );
    let moved = proposal
        .files
        .iter()
        .find(|f| f.path == "templates/agents/better/tools/run.py");
    assert!(moved.unwrap().content.as_ref().unwrap().executable);
    let changed = sound(&registry, &proposal);
    assert!(
        changed
            .loaded()
            .sources
            .iter()
            .any(|s| s.label() == "core/better")
    );
}

#[test]
fn what_its_author_keeps_is_published_under_the_new_name_first() {
    let request = "format = 1\nversion = '1.0.0'\ngit = 'https://github.com/a/b'\n\
                   rev = '0123456789abcdef0123456789abcdef01234567'\n";
    let path = "registry-index/packages/octocat/thing/request.toml";
    let registry = FakeRegistry::new()
        .released("octocat/thing", "1.0.0")
        .file(path, request);
    let (_scratch, base) = hub(&registry);
    let (old, new) = (name("octocat/thing"), name("octocat/better"));
    let said = refused(upkeep::rename(&old, &new, &base));
    assert!(said.contains("is kept by its author"), "{said}");
    let registry = registry.released("octocat/better", "1.0.0");
    let (_scratch, base) = hub(&registry);
    let proposal = upkeep::rename(&old, &new, &base).unwrap();
    sound(&registry, &proposal);
    assert!(
        proposal
            .files
            .iter()
            .any(|file| file.path == path && file.content.is_none())
    );
    let foreign = registry.entry("octocat/better", "owners = ['github:9']\n");
    let (_scratch, base) = hub(&foreign);
    refused(upkeep::rename(&old, &new, &base));
}
