//! The proposal of a package that the registry keeps.

use publish::{Checkout, PublishError, forge::Person, kept};
use registry_index::testing::FakeRegistry;

use crate::place::Place;

fn proposed(place: &Place, folder: &str) -> Result<publish::Proposal, PublishError> {
    let person = Person {
        login: "octocat".into(),
        id: 583_231,
    };
    let kept = kept::Kept {
        source: &place.source(folder),
        person: Some(&person),
    };
    kept::proposal(&kept, &Checkout::new(place.path("hub")))
}

#[test]
fn a_new_package_brings_its_sources_and_its_owner() {
    let place = Place::new(&FakeRegistry::new());
    place.put("thing", |p| {
        p.file("project/a.sh", "curl https://api.acme-weather.com/x\n")
    });
    let proposal = proposed(&place, "thing").unwrap();
    assert_eq!(proposal.branch, "paracle/octocat/thing-1.0.0");
    assert_eq!(proposal.title, "Add octocat/thing 1.0.0");
    assert!(
        proposal.body.contains("- network: `api.acme-weather.com`"),
        "{}",
        proposal.body
    );
    assert!(
        proposal
            .body
            .contains("- `templates/agents/thing/README.md` ("),
        "{}",
        proposal.body
    );
    let sorted: Vec<_> = proposal.files.iter().map(|file| &file.path).collect();
    assert!(
        sorted.is_sorted() && *sorted[0] == "registry-index/packages/octocat/thing/package.toml"
    );
    Checkout::new(place.path("hub")).apply(&proposal).unwrap();
    place.commit("hub");
    // Declaring what it uses is the author's work; here only the proposal counts.
    let outcomes = place.release();
    assert!(
        matches!(&outcomes[..], [publish::Outcome::Refused(..)]),
        "{outcomes:?}"
    );
}

#[test]
fn a_new_version_takes_away_what_is_gone() {
    let registry = FakeRegistry::new()
        .package("octocat/thing", |p| p.file("project/old.txt", "old\n"))
        .released("octocat/thing", "1.0.0");
    let place = Place::new(&registry);
    place.put("thing", |p| p.version("1.1.0"));
    let proposal = proposed(&place, "thing").unwrap();
    assert_eq!(proposal.title, "Update octocat/thing to 1.1.0");
    let gone: Vec<_> = proposal
        .files
        .iter()
        .filter(|f| f.content.is_none())
        .collect();
    assert_eq!(gone.len(), 1);
    assert_eq!(gone[0].path, "templates/agents/thing/project/old.txt");
    Checkout::new(place.path("hub")).apply(&proposal).unwrap();
    assert!(!place.path("hub/templates/agents/thing/project").exists());
    place.commit("hub");
    assert!(matches!(
        &place.release()[..],
        [publish::Outcome::Released(..)]
    ));
    assert!(matches!(
        proposed(&place, "thing"),
        Err(PublishError::IsReleased(..))
    ));
}

#[test]
fn a_folder_of_somebody_else_is_left_alone() {
    let registry = FakeRegistry::new().package("core/thing", |p| p);
    let place = Place::new(&registry);
    place.put("thing", |p| p);
    let proposal = proposed(&place, "thing").unwrap();
    let sources: Vec<_> = proposal
        .files
        .iter()
        .filter(|f| f.path.starts_with("templates/"))
        .collect();
    assert!(
        sources
            .iter()
            .all(|f| f.path.starts_with("templates/agents/octocat/thing/")),
        "{sources:?}"
    );
    Checkout::new(place.path("hub")).apply(&proposal).unwrap();
    assert_eq!(place.errors(), [""; 0]);
    place.commit("hub");
    assert_eq!(place.release().len(), 2);
    assert_eq!(place.packages(), ["core/thing", "octocat/thing"]);
}

#[test]
fn a_name_that_was_given_up_is_not_taken_again() {
    let registry = FakeRegistry::new()
        .released("octocat/other", "1.0.0")
        .renamed("octocat/thing", "octocat/other");
    let place = Place::new(&registry);
    place.put("thing", |p| p);
    assert!(matches!(
        proposed(&place, "thing"),
        Err(PublishError::Renamed { .. })
    ));
}

#[test]
fn a_link_is_not_proposed() {
    let place = Place::new(&FakeRegistry::new());
    place.put("thing", |p| p);
    std::os::unix::fs::symlink("/etc/passwd", place.path("author/thing/x")).unwrap();
    assert!(matches!(
        proposed(&place, "thing"),
        Err(PublishError::Unfit(_))
    ));
}
