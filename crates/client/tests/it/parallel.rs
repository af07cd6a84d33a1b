//! Several archives at once.

use std::{
    collections::BTreeMap,
    sync::Mutex,
    time::{Duration, Instant},
};

use client::archives::{Progress, Wanted};

use crate::{
    fixture::{Place, published, registry, release, said},
    server::{Act, Server},
};

#[test]
fn eight_are_fetched_at_once_and_come_in_the_order_asked() {
    let place = Place::new();
    let server = Server::of(&published(&registry()));
    let source = place.open(&server);
    let names: Vec<String> = "hgfedcba"
        .chars()
        .map(|c| format!("acme/part-{c}"))
        .collect();
    let releases: Vec<_> = names
        .iter()
        .map(|name| release(source.as_ref(), name))
        .collect();
    let wanted: Vec<_> = releases
        .iter()
        .map(|release| Wanted {
            source: source.as_ref(),
            release,
        })
        .collect();
    server.delay(Duration::from_millis(500));
    let told: Mutex<BTreeMap<usize, (String, u64, u64)>> = Mutex::default();
    let progress = |p: Progress<'_>| {
        let mut told = told.lock().unwrap();
        let before = told.insert(p.index, (p.name.to_string(), p.received, p.total));
        assert!(before.is_none_or(|(_, received, _)| received <= p.received));
    };
    let start = Instant::now();
    let all = place.archives().contents_of(&wanted, &progress).unwrap();
    assert!(start.elapsed() < Duration::from_millis(3000));
    assert_eq!(server.most_open(), 8);
    let ids: Vec<registry_index::Digest> = all.iter().map(|c| c.content_id.0.into()).collect();
    let stated: Vec<_> = releases
        .iter()
        .map(|r| r.record.archive.content_id)
        .collect();
    assert_eq!(ids, stated);
    let told = told.into_inner().unwrap();
    for (index, (name, received, total)) in told {
        assert_eq!(name, names[index]);
        assert_eq!(
            (received, total),
            (total, releases[index].record.archive.length)
        );
    }
    // A second time nobody is asked.
    let asked = server.asked("dl/").len();
    place.archives().contents_of(&wanted, &|_| {}).unwrap();
    assert_eq!(server.asked("dl/").len(), asked);
}

#[test]
fn the_first_failure_stops_the_others() {
    let place = Place::new();
    let server = Server::of(&published(&registry()));
    let source = place.open(&server);
    let bad = release(source.as_ref(), "acme/part-a");
    let big = release(source.as_ref(), "acme/big");
    let part = release(source.as_ref(), "acme/part-b");
    server.always("dl/acme/part-a/", Act::Altered);
    // This one would be asked for again and again, with pauses of seconds.
    server.always("dl/acme/big/", Act::Status(503, "Retry-After: 15\r\n"));
    let mut wanted = vec![&big, &bad];
    wanted.extend([&part; 40]);
    let wanted: Vec<_> = wanted
        .into_iter()
        .map(|release| Wanted {
            source: source.as_ref(),
            release,
        })
        .collect();
    let start = Instant::now();
    let why = said(place.archives().contents_of(&wanted, &|_| {}));
    assert!(why.contains("part-a"), "{why}");
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(
        place
            .archives()
            .contents_of(&[], &|_| {})
            .unwrap()
            .is_empty()
    );
}
