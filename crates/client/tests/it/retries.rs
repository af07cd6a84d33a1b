//! Servers that ask for patience.

use std::time::{Duration, Instant};

use client::source;

use crate::{
    fixture::{Place, published, registry, said},
    server::{Act, Server},
};

const CONFIG: &str = "index/config.json";

fn served() -> (Place, Server) {
    (Place::new(), Server::of(&published(&registry())))
}

#[test]
fn a_server_is_left_alone_for_as_long_as_it_asks() {
    // By the clock that was handed down it is 03:04:05.
    for asked in [
        "Retry-After: 1\r\n",
        "Retry-After: Fri, 02 Jan 2026 03:04:06 GMT\r\n",
        "Date: Mon, 01 Jan 2024 00:00:00 GMT\r\nRetry-After: Mon, 01 Jan 2024 00:00:01 GMT\r\n",
    ] {
        let (place, server) = served();
        server.script(CONFIG, [Act::Status(503, asked)]);
        let start = Instant::now();
        drop(place.open(&server));
        assert!(start.elapsed() >= Duration::from_secs(1), "{asked}");
        assert!(start.elapsed() < Duration::from_secs(15), "{asked}");
        assert_eq!(server.asked(CONFIG).len(), 2);
    }
}

#[test]
fn a_server_that_asks_for_an_hour_is_told_of() {
    for asked in [
        "Retry-After: 3600\r\n",
        "Retry-After: Fri, 02 Jan 2026 04:04:05 GMT\r\n",
    ] {
        let (place, server) = served();
        server.script(CONFIG, [Act::Status(429, asked)]);
        let opened = source::open(&place.location(&server, &[]), &place.world());
        let why = said(opened.map(drop));
        assert!(why.contains("wait 3600 seconds"), "{why}");
        assert_eq!(server.asked(CONFIG).len(), 1);
    }
}

#[test]
fn what_does_not_pass_is_asked_once_and_what_may_pass_four_times() {
    for (status, times) in [(404, 1), (403, 1), (500, 4), (429, 4)] {
        let (place, server) = served();
        server.always(CONFIG, Act::Status(status, ""));
        let opened = source::open(&place.location(&server, &[]), &place.world());
        let why = said(opened.map(drop));
        assert!(why.contains(&format!("answered {status}")), "{why}");
        assert_eq!(server.asked(CONFIG).len(), times, "{status}");
    }
}
