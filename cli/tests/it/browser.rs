//! The pages in a real browser: no word on the console, nothing refused.

use std::time::Duration;

use browser::Browser;

use crate::{registry, site::Host};

/// How long anything on a page may take.
pub(crate) const SOON: Duration = Duration::from_secs(30);

/// The machine's browser; a test goes without where there is none.
pub(crate) fn browser() -> Option<Browser> {
    let browser = Browser::launch().unwrap();
    if browser.is_none() {
        println!("no browser is here: `cargo xtask test` installs one");
    }
    browser
}

#[test]
fn a_browser_shows_every_kind_of_page_and_complains_of_none() {
    let Some(browser) = browser() else { return };
    let place = registry::site();
    let host = Host::of(place.path("site"));
    let visitor = browser.visitor().unwrap();
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
        ("search/", "Search all packages"),
    ] {
        visitor.open(&format!("{}{page}", host.url)).unwrap();
        let text = visitor.evaluate("document.body.innerText").unwrap();
        assert_eq!(visitor.said(), Vec::<String>::new(), "/{page}");
        let text = text.as_str().unwrap();
        assert!(
            text.contains(words),
            "/{page} does not show {words:?}:\n{text}"
        );
    }
}
