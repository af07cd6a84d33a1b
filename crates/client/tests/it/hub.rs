//! Registries by their addresses.

use std::path::Path;

use client::{ClientError, Hub, Location};
use registry_index::testing::FakeRegistry;

use crate::{
    fixture::{Place, name, pack, published, registry, said},
    server::Server,
};

fn hub(place: &Place, server: &Server) -> Hub {
    let list = [
        ("paracle".to_owned(), Location::Embedded),
        ("acme".to_owned(), place.location(server, &[])),
    ];
    let (hub, failed) = Hub::open(&list, &place.world());
    assert!(failed.is_empty(), "{failed:?}");
    hub
}

#[test]
fn a_registry_is_found_by_its_address_and_asked_alone() {
    let place = Place::new();
    let server = Server::of(&published(&registry()));
    let hub = hub(&place, &server);
    for url in [server.url.as_str(), server.url.trim_end_matches('/')] {
        assert_eq!(hub.by_url(url).unwrap().0, "acme");
        let found = hub.package(url, &name("acme/big")).unwrap().unwrap();
        assert_eq!(found.name, name("acme/big"));
        // By its old name too.
        let renamed = hub.package(url, &name("acme/large")).unwrap().unwrap();
        assert_eq!(renamed.name, name("acme/big"));
        // What another registry has is not looked for here.
        let own = hub.package(url, &name("core/code-reviewer")).unwrap();
        assert!(own.is_none());
    }
    // What it says of itself is not its address.
    assert!(hub.by_url("https://hub.example/").is_none());
    let why = said(hub.package("https://hub.example/", &name("acme/big")));
    assert!(why.contains("https://hub.example/"), "{why}");
    assert!(why.contains("registry add"), "{why}");
}

#[test]
fn a_registry_that_nobody_configured_is_opened_by_its_address() {
    let place = Place::new();
    let server = Server::of(&published(&registry()));
    let (hub, _) = Hub::open(&[], &place.world());
    let source = hub.open_url(&server.url, &place.world()).unwrap();
    assert_eq!(source.config().packages, 9);
    // Once: the second time it is at hand, while the first is still in use.
    hub.open_url(&server.url, &place.world()).unwrap();
    assert_eq!(server.asked("index/config.json").len(), 1);
    assert!(source.package(&name("acme/big")).unwrap().is_some());
    assert_eq!(hub.by_url(&server.url).unwrap().0, server.url);
    assert!(
        hub.package(&server.url, &name("acme/big"))
            .unwrap()
            .is_some()
    );
    // It takes part in nothing else.
    assert_eq!(hub.registries().count(), 0);
    assert!(hub.names().unwrap().is_empty());
}

#[test]
fn a_registry_cannot_pass_for_another() {
    let place = Place::new();
    let (hub, _) = Hub::open(&[], &place.world());
    // A checkout that says it is at https://hub.example/.
    let fake = FakeRegistry::new()
        .packed_by(pack)
        .released("acme/tool", "1.0.0");
    let folder = place.path("checkout");
    fake.write_to(&folder);
    let url = format!("file://{}", folder.display());
    let opened = hub.open_url(&url, &place.world()).unwrap();
    assert_eq!(opened.config().url, "https://hub.example/");
    assert!(hub.by_url("https://hub.example/").is_none());
    assert!(hub.by_url(&url).is_some());
    // Our own address is served by what this program brings along.
    let own = Hub::open(&[("paracle".into(), Location::Embedded)], &place.world()).0;
    let address = own.registries().next().unwrap().1.config().url.clone();
    let source = hub.open_url(&address, &place.offline()).unwrap();
    let known = source.package(&name("core/code-reviewer")).unwrap();
    assert!(known.is_some());
}

#[test]
fn several_are_opened_while_others_are_in_use() {
    let place = Place::new();
    let files = published(&registry());
    let servers: Vec<_> = (0..6).map(|_| Server::of(&files)).collect();
    let (hub, _) = Hub::open(&[], &place.world());
    std::thread::scope(|scope| {
        for server in &servers {
            let (hub, place) = (&hub, &place);
            scope.spawn(move || {
                let source = hub.open_url(&server.url, &place.world()).unwrap();
                assert!(source.package(&name("acme/part-a")).unwrap().is_some());
            });
        }
    });
    for server in &servers {
        assert_eq!(hub.by_url(&server.url).unwrap().0, server.url);
    }
}

#[test]
fn what_cannot_be_opened_says_why() {
    let place = Place::new();
    let (hub, _) = Hub::open(&[], &place.world());
    let offline = place.offline();
    for url in ["http://127.0.0.1:9/", "git+https://127.0.0.1:9/x.git"] {
        let opened = hub.open_url(url, &offline).map(drop);
        assert!(matches!(opened, Err(ClientError::Offline(_))), "{url}");
    }
    for (url, words) in [
        ("embedded", "not an address"),
        ("../hub", "depends on where one is"),
        ("", "empty"),
        ("ftp://hub.example/", "scheme"),
        ("git+ext::sh -c id", "git+"),
        ("https://me:secret@hub.example/", "password"),
        ("/no/such/folder", "not a registry"),
    ] {
        let why = said(hub.open_url(url, &place.world()).map(drop));
        assert!(why.contains(words), "{url}: {why}");
    }
    assert!(Location::parse("/srv", Path::new("")).is_ok());
}
