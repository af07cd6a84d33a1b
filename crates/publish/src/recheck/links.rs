//! Addresses in READMEs and manifests. Each is asked once, however many packages name it.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;

use registry_index::{Finding, Layout, Place, Registry, Severity, Source, blobs::Blobs, prose};
use url::Url;

use super::{Answer, DEAD, Links, Rechecked};

/// Addresses that are asked at the same time.
const AT_ONCE: usize = 8;
/// Addresses that are asked in one run; a registry that names more has those counted as unknown.
const MOST: usize = 5_000;

/// Where an address stands: the package and the place.
type Named = Vec<(String, Place)>;

pub(super) fn look(
    registry: &Registry,
    kept: &[Source],
    blobs: &dyn Blobs,
    asked: &dyn Links,
    done: &mut Rechecked,
) {
    let mut all = named(registry, kept, blobs);
    if let Some(first) = all.keys().nth(MOST).cloned() {
        let rest = all.split_off(&first).into_keys();
        done.unknown.extend(rest.map(|url| {
            let why = format!("only {MOST} addresses are asked in one run");
            (url.into(), why)
        }));
    }
    done.links += all.len();
    for ((url, places), answer) in all.iter().zip(ask(&all, asked)) {
        match answer {
            Answer::Alive => {}
            Answer::Unknown(why) => done.unknown.push((url.to_string(), why)),
            Answer::Dead(status) => {
                let message = format!("{:?} is gone: the server says {status}", url.as_str());
                done.findings
                    .extend(places.iter().map(|(package, place)| Finding {
                        place: place.clone(),
                        severity: Severity::Warning,
                        rule: DEAD,
                        package: Some(package.clone()),
                        message: message.clone(),
                        help:
                            "lead to where it is now, or take it out, with the next release".into(),
                    }));
            }
        }
    }
}

/// Asks for all, a few at a time; the answers in their order.
fn ask(all: &BTreeMap<Url, Named>, asked: &dyn Links) -> Vec<Answer> {
    let waiting = Mutex::new(all.keys().enumerate());
    let answers: Mutex<Vec<(usize, Answer)>> = Mutex::default();
    thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(all.len()) {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().ok().and_then(|mut waiting| waiting.next());
                    let Some((at, url)) = next else { return };
                    let answer = asked.ask(url);
                    if let Ok(mut answers) = answers.lock() {
                        answers.push((at, answer));
                    }
                }
            });
        }
    });
    let mut answers = answers.into_inner().unwrap_or_default();
    answers.sort_by_key(|(at, _)| *at);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// Every address that a shown text or a manifest names, with its places.
fn named(registry: &Registry, kept: &[Source], blobs: &dyn Blobs) -> BTreeMap<Url, Named> {
    let mut all: BTreeMap<Url, Named> = BTreeMap::new();
    let mut add = |package: &str, place: Place, text: &str| {
        if let Some(mut url) = remote(text) {
            // What stands behind `#` is for the reader; the server never hears it.
            url.set_fragment(None);
            all.entry(url)
                .or_default()
                .push((package.to_owned(), place));
        }
    };
    for source in kept {
        if let Some(text) = source.text("README.md") {
            for link in prose::links(text) {
                let place = Place::at(source.path("README.md"), text, link.offset);
                add(&source.label(), place, &link.target);
            }
        }
    }
    let is_kept = |name: &str| kept.iter().any(|source| source.label() == name);
    for package in registry.packages.values() {
        let record = &package.latest().record;
        let manifest = &record.manifest;
        let name = package.name.as_str();
        let place = || Place::file(Layout::record(&manifest.name, &manifest.version));
        let addresses = [
            &manifest.repository,
            &manifest.homepage,
            &manifest.documentation,
        ];
        for address in addresses.into_iter().flatten() {
            add(name, place(), address);
        }
        // A README whose source is here was read from there, with its lines.
        if !is_kept(name)
            && let Ok(Some(bytes)) = blobs.read(&record.documents.readme.digest)
        {
            for link in prose::links(&String::from_utf8_lossy(&bytes)) {
                add(name, place(), &link.target);
            }
        }
    }
    all
}

/// An address that servers can be asked for.
fn remote(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}
