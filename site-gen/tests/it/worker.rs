//! The search worker in a real browser, with a module, a network and a clock that the test makes up:
//! what it asks for, and what it says when that is late, gone, damaged or of another version.

use browser::Browser;
use serde_json::{Value, json};

#[test]
fn the_worker_answers_whatever_happens() {
    let Some(browser) = Browser::launch().unwrap() else {
        println!("no browser is here: `cargo xtask test` installs one");
        return;
    };
    let page = browser.visitor().unwrap();
    let worker = json!(include_str!("../../assets/search-worker.js"));
    let world = include_str!("worker.js");
    page.evaluate(&format!("{world}\nwindow.SOURCE = {worker};"))
        .unwrap();
    let cases = page.evaluate("Object.keys(cases)").unwrap();
    let cases = cases.as_array().unwrap();
    assert!(cases.len() >= 15, "{cases:?}");
    let mut failed = Vec::new();
    for case in cases {
        // A case that never ends is a worker that hangs.
        let run = format!(
            "Promise.race([cases[{case}](), new Promise(function (done, fail) {{ \
             setTimeout(function () {{ fail(new Error('hangs')); }}, 10000); }})])"
        );
        if let Err(error) = page.evaluate(&run) {
            failed.push(format!("{case}: {error}"));
        }
    }
    assert_eq!(failed, Vec::<String>::new());
    assert_eq!(page.said(), Vec::<String>::new());
    assert_ne!(cases[0], Value::Null);
}
