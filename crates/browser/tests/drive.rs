//! The machine's browser does what it is told, and what it does is seen.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on fails"
)]

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    time::Duration,
};

use browser::{Browser, Look, Page};

const SOON: Duration = Duration::from_secs(20);

const PAGE: &str = "<!doctype html><title>one</title><input id=field autofocus><a id=on href=/second>on</a>\
    <script>var worker = new Worker('/worker.js'); \
    worker.onmessage = function (event) { window.answer = event.data; }</script>";
const WORKER: &str = "fetch('/data').then(function (r) { return r.text(); }).then(function (text) { \
    console.log('fetched', text.length); postMessage(text); }, function (e) { postMessage(String(e)); }); \
    onmessage = function () { fetch('/data').then(function () { postMessage('there'); }, function () { postMessage('gone'); }); }";

/// A server of four addresses that lives as long as the test.
fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let Some(Ok(first)) = lines.next() else {
                continue;
            };
            while lines.next().is_some_and(|line| !line.unwrap().is_empty()) {}
            let (status, kind, body) = match first.split(' ').nth(1) {
                Some("/") => ("200 OK", "text/html", PAGE),
                Some("/second") => ("200 OK", "text/html", "<title>two</title>"),
                Some("/worker.js") => ("200 OK", "text/javascript", WORKER),
                Some("/data") => ("200 OK", "text/plain", "12345"),
                _ => ("404 Not Found", "text/plain", "none"),
            };
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            stream.write_all((head + body).as_bytes()).unwrap();
        }
    });
    url
}

#[test]
fn a_page_is_driven_and_its_worker_is_seen() {
    let Some(browser) = Browser::launch().unwrap() else {
        println!("no browser is here: `cargo xtask test` installs one");
        return;
    };
    let url = server();
    let page = browser.visitor().unwrap();
    page.open(&url).unwrap();
    assert_eq!(page.wait_for("window.answer", SOON).unwrap(), "12345");
    let requests = page.requests();
    let data = requests
        .iter()
        .find(|one| one.url.ends_with("/data"))
        .unwrap();
    assert!(
        data.status == 200 && data.is_done && data.encoded_bytes > 5,
        "{data:?}"
    );
    assert!(
        page.said().iter().any(|line| line == "log: fetched 5"),
        "{:?}",
        page.said()
    );
    drives(&page, &url);
    without(&page, &url);
}

/// Keys, mouse, the way back, pictures.
fn drives(page: &Page, url: &str) {
    page.click("#field").unwrap();
    page.type_text("aé/").unwrap();
    page.press("Backspace").unwrap();
    assert_eq!(page.evaluate("field.value").unwrap(), "aé");
    let picture = tempfile::NamedTempFile::new().unwrap();
    page.look(Look {
        width: 400,
        height: 300,
        is_dark: true,
    })
    .unwrap();
    page.screenshot(picture.path()).unwrap();
    let bytes = std::fs::read(picture.path()).unwrap();
    assert!(bytes.starts_with(b"\x89PNG"));
    assert_eq!(bytes[16..24], [0, 0, 1, 0x90, 0, 0, 1, 0x2c], "400 by 300");
    assert_eq!(
        page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
            .unwrap(),
        true
    );

    let loads = page.loads();
    page.click("#on").unwrap();
    page.wait_for_load(loads).unwrap();
    assert_eq!(page.evaluate("document.title").unwrap(), "two");
    page.back().unwrap();
    page.wait_for("document.title === 'one'", SOON).unwrap();
    assert!(page.beside().unwrap().open(&format!("{url}second")).is_ok());
}

/// What is taken away, and what goes wrong.
fn without(page: &Page, url: &str) {
    page.open(url).unwrap();
    page.wait_for("window.answer", SOON).unwrap();
    page.offline(true).unwrap();
    page.evaluate("worker.postMessage(1)").unwrap();
    page.wait_for("window.answer === 'gone'", SOON).unwrap();
    assert!(page.open(url).is_err());
    page.offline(false).unwrap();

    page.open(url).unwrap();
    page.forget();
    page.evaluate("fetch('/nowhere'); setTimeout(function () { throw new Error('on purpose'); })")
        .unwrap();
    let complaint = |words: &str| page.said().iter().any(|line| line.contains(words));
    let until = std::time::Instant::now() + SOON;
    while !(complaint("on purpose") && complaint("404")) {
        assert!(std::time::Instant::now() < until, "{:?}", page.said());
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(
        page.evaluate("nothing.there")
            .unwrap_err()
            .to_string()
            .contains("ReferenceError")
    );

    page.disable_scripts().unwrap();
    page.open(url).unwrap();
    assert_eq!(page.evaluate("typeof worker").unwrap(), "undefined");
}
