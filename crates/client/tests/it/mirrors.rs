//! Registries with mirrors.

use std::net::TcpListener;

use client::{Hub, Source, source};

use crate::{
    fixture::{Place, name, published, registry, release, said},
    server::{Act, Server},
};

const BIG: &str = "dl/acme/big/1.0.0.tar.gz";

fn two() -> (Place, Server, Server) {
    let files = published(&registry());
    (Place::new(), Server::of(&files), Server::of(&files))
}

fn config(updated: &str) -> Vec<u8> {
    let files = published(&registry());
    let mut config: serde_json::Value =
        serde_json::from_slice(&files["index/config.json"]).unwrap();
    config["updated"] = updated.into();
    serde_json::to_vec(&config).unwrap()
}

#[test]
fn a_mirror_is_asked_only_when_the_registry_cannot_answer() {
    let (place, server, mirror) = two();
    let source = place.open_with(&server, &[&mirror]);
    let archives = place.archives();
    let part = release(source.as_ref(), "acme/part-a");
    archives.contents(source.as_ref(), &part).unwrap();
    assert_eq!(mirror.asked(""), []);
    server.always("", Act::Status(503, ""));
    let big = release(source.as_ref(), "acme/big");
    archives.contents(source.as_ref(), &big).unwrap();
    assert_eq!(mirror.asked(BIG).len(), 1);
    // From then on it is asked first: a registry that is down costs its pauses once.
    let asked = server.asked("").len();
    release(source.as_ref(), "acme/part-b");
    assert_eq!(server.asked("").len(), asked);
    // And the registry again, when the mirror is down as well.
    server.always("", Act::Status(404, ""));
    mirror.always("", Act::Status(500, ""));
    let why = said(source.package(&name("acme/part-c")));
    assert!(why.contains(&mirror.url) && why.contains("500"), "{why}");
}

#[test]
fn a_registry_that_is_gone_is_opened_at_its_mirror_and_keeps_its_name() {
    let (place, _, mirror) = two();
    // A port that nobody listens at.
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", gone.local_addr().unwrap());
    drop(gone);
    let location = client::Location::parse(&url, std::path::Path::new("/"))
        .unwrap()
        .with_mirrors([mirror.url.as_str()])
        .unwrap();
    let (hub, failed) = Hub::open(&[("acme".into(), location)], &place.world());
    assert!(failed.is_empty(), "{failed:?}");
    let (known_as, source) = hub.by_url(&url).unwrap();
    assert_eq!(known_as, "acme");
    assert!(hub.by_url(&mirror.url).is_none());
    let release = release(source, "acme/big");
    place.archives().contents(source, &release).unwrap();
}

#[test]
fn what_is_wrong_with_a_file_is_not_the_mirrors_to_mend() {
    let (place, server, mirror) = two();
    let source = place.open_with(&server, &[&mirror]);
    let big = release(source.as_ref(), "acme/big");
    for (act, words) in [
        (Act::Altered, "digest"),
        (Act::Status(404, ""), "404"),
        (
            Act::Redirect("http://localhost:1/x".into()),
            "does not list",
        ),
    ] {
        server.always(BIG, act);
        let why = said(place.archives().contents(source.as_ref(), &big));
        assert!(why.contains(words), "{why}");
    }
    assert_eq!(mirror.asked(BIG), []);
    // Nor does a mirror get its own bytes or its own redirects in.
    server.always(BIG, Act::Status(503, ""));
    mirror.script(
        BIG,
        [Act::Altered, Act::Redirect("http://localhost:1/x".into())],
    );
    let why = said(place.archives().contents(source.as_ref(), &big));
    assert!(why.contains("503") || why.contains("digest"), "{why}");
    assert_eq!(place.cached("archives").len(), 0);
}

#[test]
fn a_download_goes_on_at_the_mirror() {
    let (place, server, mirror) = two();
    let source = place.open_with(&server, &[&mirror]);
    let big = release(source.as_ref(), "acme/big");
    let length = usize::try_from(big.record.archive.length).unwrap();
    server.script(
        BIG,
        [
            Act::Cut(length / 2),
            Act::Status(500, ""),
            Act::Status(500, ""),
        ],
    );
    place.archives().contents(source.as_ref(), &big).unwrap();
    let asked = mirror.asked(BIG);
    assert_eq!(asked.len(), 1);
    // The registry's validator means nothing to the mirror; the digest proves the whole.
    assert!(asked[0].range.is_some() && asked[0].if_range.is_none());
}

/// A mirror may lag behind. What is known to be newer is not given up for it.
#[test]
fn a_mirror_does_not_take_a_registry_back_in_time() {
    let (place, server, mirror) = two();
    server.put("index/config.json", &config("2026-01-02T00:00:00Z"));
    mirror.put("index/config.json", &config("2026-01-01T00:00:00Z"));
    let updated = |source: &dyn Source| source.config().updated.clone();
    let source = place.open_with(&server, &[&mirror]);
    assert!(updated(source.as_ref()).starts_with("2026-01-02"));
    server.always("", Act::Status(503, ""));
    let source = place.open_with(&server, &[&mirror]);
    assert!(updated(source.as_ref()).starts_with("2026-01-02"));
    mirror.put("index/config.json", &config("2026-01-03T00:00:00Z"));
    let source = place.open_with(&server, &[&mirror]);
    assert!(updated(source.as_ref()).starts_with("2026-01-03"));
    // Without any, the registry is what cannot be reached.
    mirror.always("", Act::Status(503, ""));
    let location = place.location(&server, &[&mirror]);
    let why = said(source::open(&location, &place.world()).map(drop));
    assert!(why.contains(&server.url), "{why}");
}
