//! The proposal of a package that its author keeps.

use publish::{Checkout, PublishError, forge::Person, request};
use registry_index::{registry::Config, testing::FakeRegistry};

use crate::place::Place;

fn config() -> Config {
    FakeRegistry::new().world().config
}

fn octocat() -> Person {
    Person {
        login: "octocat".into(),
        id: 583_231,
    }
}

fn proposed(place: &Place, folder: &str) -> Result<publish::Proposal, PublishError> {
    let (folder, config, person) = (place.path("author").join(folder), config(), octocat());
    let requested = request::Requested {
        folder: &folder,
        policies: &config,
        person: Some(&person),
    };
    request::proposal(&requested, &Checkout::new(place.path("hub")))
}

#[test]
fn what_is_pushed_is_asked_for_and_then_released() {
    let place = Place::new(&FakeRegistry::new());
    let rev = place.authored("skills/thing", |p| {
        p.summary("Pings @octocat and #1 with `x` in it")
    });
    let proposal = proposed(&place, "skills/thing").unwrap();
    assert_eq!(proposal.branch, "paracle/octocat/thing-1.0.0");
    assert_eq!(proposal.title, "Add octocat/thing 1.0.0");
    assert!(
        proposal
            .body
            .contains("`Pings @octocat and #1 with 'x' in it`"),
        "{}",
        proposal.body
    );
    assert_eq!(proposed(&place, "skills/thing").unwrap(), proposal);
    Checkout::new(place.path("hub")).apply(&proposal).unwrap();
    let folder = "hub/registry-index/packages/octocat/thing";
    assert_eq!(
        place.read(&format!("{folder}/request.toml")),
        format!(
            "format = 1\nversion = \"1.0.0\"\ngit = \"https://github.com/octocat/things.git\"\n\
             rev = \"{rev}\"\npath = \"skills/thing\"\n"
        )
    );
    assert_eq!(
        place.read(&format!("{folder}/package.toml")),
        "format = 1\nowners = [\"github:583231\"]\n"
    );
    assert_eq!(place.errors(), [""; 0]);
    place.commit("hub");
    assert!(matches!(
        &place.release()[..],
        [publish::Outcome::Released(..)]
    ));
    assert!(matches!(
        proposed(&place, "skills/thing"),
        Err(PublishError::IsReleased(..))
    ));
    // The next version leaves the owners alone.
    place.authored("skills/thing", |p| p.version("1.1.0"));
    let next = proposed(&place, "skills/thing").unwrap();
    assert_eq!(next.title, "Update octocat/thing to 1.1.0");
    assert_eq!(next.files.len(), 1);
    assert!(
        next.body
            .contains("### Uses that 1.0.0 does not have\n\nNone."),
        "{}",
        next.body
    );
}

#[test]
fn what_nobody_else_could_fetch_is_not_asked_for() {
    let place = Place::new(&FakeRegistry::new());
    place.authored("thing", |p| p);
    place.write("author/thing/project/new.txt", "new\n");
    assert!(matches!(
        proposed(&place, "thing"),
        Err(PublishError::NotCommitted(_))
    ));
    place.commit("author");
    assert!(matches!(
        proposed(&place, "thing"),
        Err(PublishError::NotPushed { .. })
    ));
    place.git("author", &["push", "-q", "origin", "HEAD"]);
    proposed(&place, "thing").unwrap();
    // Dirt elsewhere in the repository is nobody's business.
    place.write("author/other.txt", "x");
    proposed(&place, "thing").unwrap();
    for (url, allowed) in [
        ("https://user:token@github.com/octocat/things", true),
        ("ssh://git@github.com:22/octocat/things.git", true),
        ("/somewhere/on/this/disk", false),
        ("https://user:token@localhost/octocat/things", false),
        ("http://user:token@github.com/octocat/things", false),
        ("https://evil.example/octocat/things", false),
    ] {
        place.git("author", &["remote", "set-url", "origin", url]);
        let found = proposed(&place, "thing");
        assert_eq!(found.is_ok(), allowed, "{url} {found:?}");
        let told = format!("{found:?}");
        assert!(!told.contains("user:token"), "{told}");
    }
    place.git("author", &["remote", "remove", "origin"]);
    assert!(matches!(
        proposed(&place, "thing"),
        Err(PublishError::NoRemote)
    ));
}

#[test]
fn a_package_moves_from_here_to_its_author() {
    let registry = FakeRegistry::new()
        .package("octocat/thing", |p| p)
        .released("octocat/thing", "1.0.0");
    let place = Place::new(&registry);
    place.authored("thing", |p| p.version("1.1.0"));
    let proposal = proposed(&place, "thing").unwrap();
    let gone: Vec<_> = proposal
        .files
        .iter()
        .filter(|f| f.content.is_none())
        .collect();
    assert!(
        gone.len() > 2
            && gone
                .iter()
                .all(|f| f.path.starts_with("templates/agents/thing/"))
    );
    Checkout::new(place.path("hub")).apply(&proposal).unwrap();
    assert!(!place.path("hub/templates/agents/thing").exists());
    assert_eq!(place.errors(), [""; 0]);
}
