//! The pages in a real browser: no word on the console, nothing refused, scripts that do their part.

use std::process::Command;

use crate::{place::Place, registry, site::Host};

const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// What the browser made of a page, and what it said on its console.
fn opened(browser: &str, place: &Place, url: &str) -> (String, String) {
    let profile = format!("--user-data-dir={}", place.path("browser").display());
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
        ])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ])
        .args([
            "--enable-logging=stderr",
            "--virtual-time-budget=5000",
            "--dump-dom",
            &profile,
            url,
        ])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let console: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("CONSOLE"))
        .collect();
    (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        console.join("\n"),
    )
}

#[test]
fn a_browser_shows_every_kind_of_page_and_complains_of_none() {
    let is_there = |name: &&&str| Command::new(name).arg("--version").output().is_ok();
    let Some(browser) = BROWSERS.iter().find(is_there) else {
        println!("no browser is here: `cargo xtask test` installs one");
        return;
    };
    let place = registry::site();
    let host = Host::of(place.path("site"));
    for (page, words) in [
        ("", "greeting"),
        (
            "p/acme/greeting/",
            "Greets people who arrive by their names",
        ),
        ("k/skill/", "greeting"),
        ("c/general/", "greeting"),
        ("t/hello/", "greeting"),
        ("a/octocat/", "greeting"),
        ("packages/", "greeting"),
        ("docs/rules/", "unknown-key"),
        // Only the script can have written this.
        ("search/?q=hello", "Greets people who arrive by their names"),
    ] {
        let (page_text, console) = opened(browser, &place, &format!("{}{page}", host.url));
        assert!(console.is_empty(), "/{page}: {console}");
        assert!(
            page_text.contains(words),
            "/{page} does not show {words:?}:\n{page_text}"
        );
    }
}
