//! The search page in a real browser, with the engine and the index that are published.

use browser::{Browser, Page};
use serde_json::{Value, json};

use crate::{
    browser::{SOON, browser},
    place::{Place, repository},
    registry,
    site::{Host, Trouble},
};

/// A browser, where there is one and this program searches in it.
fn ready() -> Option<Browser> {
    if site_gen::engine::MODULE.is_none() {
        println!(
            "this program was built without: {}",
            site_gen::engine::ABSENT
        );
        return None;
    }
    browser()
}

/// The gallery of this repository's own registry.
fn core() -> (Place, Host) {
    let place = Place::new();
    let root = repository();
    let root = root.to_str().unwrap();
    place.done(&[
        "registry",
        "build",
        "--registry",
        root,
        "--blobs",
        "../blobs",
        "--out",
        "../site",
    ]);
    let host = Host::of(place.path("site"));
    (place, host)
}

/// A page at `path` of `host`, in the eyes of somebody who was never there.
fn page(browser: &Browser, host: &Host, path: &str) -> Page {
    let page = browser.visitor().unwrap();
    page.open(&format!("{}{path}", host.url)).unwrap();
    page
}

/// Types a query over what is in the box.
fn ask(page: &Page, query: &str) {
    page.evaluate("document.getElementById('q').select()")
        .unwrap();
    page.type_text(query).unwrap();
}

/// Waits until `condition` holds; says what the page shows if it does not.
fn until(page: &Page, condition: &str) -> Value {
    page.wait_for(condition, SOON).unwrap_or_else(|error| {
        let text = page
            .evaluate("document.getElementById('main').innerText")
            .unwrap();
        panic!("{error}\n{}\n{:?}", text.as_str().unwrap(), page.said())
    })
}

/// Waits until the query in the box is answered, and gives the names found.
fn names(page: &Page, query: &str) -> Vec<String> {
    let shown = "document.title.split(' · ')[0] + '|' + document.getElementById('q').value.trim()";
    until(
        page,
        &format!(
            "{shown} === {} && document.getElementById('told').textContent.includes('package')",
            json!(format!("{query}|{query}"))
        ),
    );
    let names = page.evaluate("Array.from(document.querySelectorAll('#rows h3')).map(function (h) { return h.textContent; })");
    serde_json::from_value(names.unwrap()).unwrap()
}

fn quiet(page: &Page) {
    assert_eq!(page.said(), Vec::<String>::new());
}

#[test]
fn what_is_typed_is_found_in_rows_like_those_of_the_lists() {
    let Some(browser) = ready() else { return };
    let (_place, host) = core();
    let page = page(&browser, &host, "search/");
    // While everything is still being loaded, as somebody who knows what they want.
    page.type_text("code-reviewer").unwrap();
    assert_eq!(names(&page, "code-reviewer")[0], "core/code-reviewer");
    ask(&page, "sql");
    let found = names(&page, "sql");
    assert_eq!(found[0], "core/sql-review", "{found:?}");
    until(
        &page,
        "document.getElementById('spoken').textContent.includes('for “sql”') || document.getElementById('spoken').textContent.includes('for sql')",
    );
    // But for what is marked and the line from the README, a row is the row of the list.
    let different = page.evaluate(
        "fetch('../packages/').then(function (r) { return r.text(); }).then(function (text) { \
         var plain = function (row) { row = row.cloneNode(true); \
           row.querySelectorAll('mark').forEach(function (m) { m.replaceWith(m.textContent); }); \
           row.querySelectorAll('.why').forEach(function (w) { w.remove(); }); row.normalize(); \
           return row.outerHTML.replace(/>\\s+</g, '><'); }; \
         var list = {}; new DOMParser().parseFromString(text, 'text/html').querySelectorAll('li.row') \
           .forEach(function (row) { list[row.querySelector('h3').textContent] = plain(row); }); \
         var rows = Array.from(document.querySelectorAll('#rows .row')); \
         var marked = document.querySelectorAll('#rows mark').length; \
         var parsed = function (html) { var is = document.createElement('template'); is.innerHTML = html; return is.content; }; \
         return rows.map(function (row) { return [plain(row), list[row.querySelector('h3').textContent]]; }) \
           .filter(function (pair) { return !parsed(pair[0]).isEqualNode(parsed(pair[1])); }).concat(marked ? [] : ['nothing is marked']); })",
    );
    assert_eq!(different.unwrap(), json!([]));
    quiet(&page);
}

#[test]
fn keys_lead_through_the_results_and_the_address_keeps_the_state() {
    let Some(browser) = ready() else { return };
    let (_place, host) = core();
    let page = page(&browser, &host, "");
    // From the front page, as everybody comes.
    page.press("/").unwrap();
    page.type_text("review").unwrap();
    let loads = page.loads();
    page.press("Enter").unwrap();
    page.wait_for_load(loads).unwrap();
    let found = names(&page, "review");
    assert!(found.len() > 2, "{found:?}");
    let focused = || {
        page.evaluate("document.activeElement.textContent || document.activeElement.id")
            .unwrap()
    };
    for (key, on) in [
        ("ArrowDown", &*found[0]),
        ("ArrowDown", &found[1]),
        ("ArrowUp", &found[0]),
        ("ArrowUp", "q"),
        ("ArrowDown", &found[0]),
        ("Escape", "q"),
        ("ArrowDown", &found[0]),
    ] {
        page.press(key).unwrap();
        assert_eq!(focused(), on, "{key}");
    }
    let loads = page.loads();
    page.press("Enter").unwrap();
    page.wait_for_load(loads).unwrap();
    until(&page, &format!("location.pathname === '/p/{}/'", found[0]));
    page.back().unwrap();
    until(&page, "location.search === '?q=review'");
    assert_eq!(names(&page, "review"), found);
    // What is typed is one step of the history, however many letters it has.
    page.evaluate("document.getElementById('q').focus()")
        .unwrap();
    ask(&page, "sql");
    names(&page, "sql");
    page.press("Escape").unwrap();
    until(
        &page,
        "location.search === '' && document.getElementById('still').checkVisibility()",
    );
    page.back().unwrap();
    names(&page, "sql");
    page.back().unwrap();
    assert_eq!(names(&page, "review"), found);
    quiet(&page);
}

#[test]
fn filters_are_words_of_the_query() {
    let Some(browser) = ready() else { return };
    let (_place, host) = core();
    let page = page(&browser, &host, "search/?q=review");
    let all = names(&page, "review");
    let count = until(
        &page,
        "document.querySelector('[data-facet=kind] [value=skill]').closest('label').querySelector('.num').textContent",
    );
    page.click("[data-facet=kind] [value=skill]").unwrap();
    let skills = names(&page, "review kind:skill");
    assert_eq!(json!(skills.len().to_string()), count);
    assert!(skills.len() < all.len() && !skills.is_empty());
    page.click("[data-facet=uses] [value=network]").unwrap();
    names(&page, "review kind:skill -uses:network");
    let kept = page.evaluate("document.querySelectorAll('#rows .label[title*=network]').length");
    assert_eq!(kept.unwrap(), 0);
    assert_eq!(
        page.evaluate("document.querySelectorAll('#filters :checked').length")
            .unwrap(),
        2
    );
    // A chip takes its filter away, the back button brings it again.
    page.click("#chips a").unwrap();
    names(&page, "review -uses:network");
    page.back().unwrap();
    names(&page, "review kind:skill -uses:network");
    page.click("[data-sort=name]").unwrap();
    let mut sorted = names(&page, "review kind:skill -uses:network sort:name");
    let shown = sorted.clone();
    sorted.sort();
    assert_eq!(shown, sorted);
    quiet(&page);
}

#[test]
fn filters_are_completed_and_typos_forgiven() {
    let Some(browser) = ready() else { return };
    let (_place, host) = core();
    let page = page(&browser, &host, "search/");
    page.type_text("review kind:wo").unwrap();
    until(&page, "!document.getElementById('complete').hidden");
    page.press("ArrowDown").unwrap();
    let chosen = "document.getElementById(document.getElementById('q').getAttribute('aria-activedescendant')).textContent";
    assert!(
        page.evaluate(chosen)
            .unwrap()
            .as_str()
            .unwrap()
            .starts_with("kind:workflow")
    );
    page.press("Enter").unwrap();
    names(&page, "review kind:workflow");
    assert_eq!(
        page.evaluate("document.getElementById('complete').hidden")
            .unwrap(),
        true
    );

    ask(&page, "postgrse");
    let found = names(&page, "postgrse");
    assert_eq!(found[0], "core/postgres-mcp");
    until(
        &page,
        "document.getElementById('note').textContent.includes('Showing results for')",
    );
    page.click("#note a").unwrap();
    assert_eq!(names(&page, "\"postgrse\""), Vec::<String>::new());
    until(
        &page,
        "document.getElementById('nothing').checkVisibility()",
    );
    quiet(&page);
}

#[test]
fn nothing_moves_while_results_come() {
    let Some(browser) = ready() else { return };
    let (_place, host) = core();
    let page = browser.visitor().unwrap();
    let watch = "window.moved = []; new PerformanceObserver(function (list) { list.getEntries().forEach(function (e) { \
                 e.sources.forEach(function (s) { window.moved.push([e.value, s.node && s.node.outerHTML && s.node.outerHTML.slice(0, 80), s.previousRect.y, s.currentRect.y]); }); }); }) \
                 .observe({ type: 'layout-shift', buffered: true });";
    page.call(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": watch }),
    )
    .unwrap();
    page.open(&format!("{}search/?q=review", host.url)).unwrap();
    names(&page, "review");
    until(
        &page,
        "document.querySelector('[data-facet=kind] .num').textContent",
    );
    page.type_text(" the changes").unwrap();
    names(&page, "review the changes");
    page.evaluate("new Promise(function (done) { requestAnimationFrame(function () { setTimeout(done, 300); }); })").unwrap();
    assert_eq!(page.evaluate("window.moved").unwrap(), json!([]));
}

#[test]
fn without_scripts_or_webassembly_there_are_lists() {
    let Some(browser) = ready() else { return };
    let (_place, host) = core();
    let page = browser.visitor().unwrap();
    page.call(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": "delete window.WebAssembly;" }),
    )
    .unwrap();
    page.open(&format!("{}search/?q=review", host.url)).unwrap();
    until(
        &page,
        "document.getElementById('trouble').innerText.includes('WebAssembly is off')",
    );
    until(
        &page,
        "document.querySelector('#still a[href*=\"k/skill/\"]').checkVisibility()",
    );
    page.disable_scripts().unwrap();
    page.open(&format!("{}search/?q=review", host.url)).unwrap();
    let text = page
        .evaluate("document.getElementById('main').innerText")
        .unwrap();
    let text = text.as_str().unwrap();
    assert!(
        text.contains("needs JavaScript, which is off") && text.contains("Skills"),
        "{text}"
    );
}

#[test]
fn an_index_that_cannot_be_had_is_said_and_tried_again() {
    let Some(browser) = ready() else { return };
    let (place, host) = core();
    let config: Value = serde_json::from_str(&place.read("site/index/config.json")).unwrap();
    let digest = config["search"]["digest"].as_str().unwrap();
    for (trouble, words) in [
        (Trouble::Status(404, ""), "not there any more"),
        (Trouble::Status(503, ""), "status 503"),
        (Trouble::Altered, "damaged"),
        (Trouble::CutOff, "network fails"),
        (Trouble::Portal, "damaged"),
    ] {
        host.trouble(&format!("/search/{digest}/"), trouble);
        let page = page(&browser, &host, "search/?q=review");
        until(
            &page,
            "document.getElementById('trouble').checkVisibility()",
        );
        let said = page.evaluate("document.getElementById('wrong').textContent");
        let said = said.unwrap();
        assert!(said.as_str().unwrap().contains(words), "{words}: {said}");
        until(&page, "document.getElementById('still').checkVisibility()");
        host.calm();
        page.click("#again").unwrap();
        assert!(!names(&page, "review").is_empty());
    }
    let page = page(&browser, &host, "search/?q=review");
    names(&page, "review");
    page.offline(true).unwrap();
    // What is here is searched; what is not is missed, and said.
    ask(&page, "sql");
    until(
        &page,
        "document.title.startsWith('sql') || document.getElementById('trouble').checkVisibility()",
    );
    page.offline(false).unwrap();
    ask(&page, "review");
    names(&page, "review");
}

/// The site was deployed anew while somebody had its page open, and the old index is gone.
#[test]
fn a_page_from_before_a_deployment_finds_what_came_with_it() {
    let Some(browser) = ready() else { return };
    let place = registry::site();
    let host = Host::of(place.path("site"));
    let before = place.read("site/search/index.html");
    let (first, second) = (
        "hub/templates/skills/greeting",
        "hub/templates/skills/parting",
    );
    for file in [
        "paracle.toml",
        "README.md",
        "skills/greeting/SKILL.md",
        "tests/default/answers.toml",
    ] {
        let text = place.read(&format!("{first}/{file}"));
        let text = text
            .replace("greeting", "parting")
            .replace("Greets", "Sends off");
        let file = file.replace("greeting", "parting");
        place.write(&format!("{second}/{file}"), &text);
    }
    place.git("hub", &["add", "."]);
    place.git("hub", &["commit", "-qm", "Part"]);
    place.done(&["registry", "release", "--registry", "../hub"]);
    let again = [
        "registry",
        "build",
        "--registry",
        "../hub",
        "--out",
        "../site",
    ];
    place.done(&again);
    assert_ne!(before, place.read("site/search/index.html"));
    place.write("site/search/before.html", &before);
    let page = page(&browser, &host, "search/before.html?q=parting");
    assert_eq!(names(&page, "parting"), ["acme/parting"]);
    let asked = host.asked();
    assert!(
        asked.iter().any(|path| path == "/index/config.json"),
        "{asked:?}"
    );
}
