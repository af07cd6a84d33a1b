//! The search engine for the browser: what it weighs, and that it says what the terminal's says.
//!
//! It runs in Node, which `cargo xtask test` fetches and names in `SITE_GEN_NODE`.

mod bad;
mod identity;
mod node;
mod queries;
mod registry;

use std::collections::BTreeMap;
use std::path::Path;

use site_gen::engine;

/// The most that the module of a plain build may weigh, in bytes, gzip'd. `cargo xtask wasm` holds
/// the one that is published to less.
const LIMIT: usize = 620_000;

/// `None` where there is no module for a reason that is not a defect of ours.
fn module() -> Option<Vec<u8>> {
    let excused = ["is not installed", "asks for none"];
    match engine::MODULE {
        Some(gzip) => Some(search::unzipped(gzip, 16 << 20).unwrap()),
        None if excused.iter().any(|why| engine::ABSENT.contains(why)) => {
            println!("skipped: {}", engine::ABSENT);
            None
        }
        None => panic!("there is no module: {}", engine::ABSENT),
    }
}

#[test]
fn the_module_is_small_and_asks_for_nothing() {
    use wasmparser::{Parser, Payload};

    let Some(module) = module() else { return };
    let weight = engine::MODULE.unwrap().len();
    assert!(weight < LIMIT, "{weight} bytes with gzip");
    let mut exports = Vec::new();
    for payload in Parser::new(0).parse_all(&module) {
        match payload.unwrap() {
            Payload::ImportSection(imports) => assert_eq!(imports.count(), 0),
            Payload::ExportSection(section) => {
                exports.extend(section.into_iter().map(|export| export.unwrap().name));
            }
            _ => {}
        }
    }
    for name in ["memory", "alloc", "open", "supply", "step"] {
        assert!(exports.contains(&name), "{name} is not in {exports:?}");
    }
}

/// Nobody's folders are anybody's business, and the same sources are to make the same module.
#[test]
fn the_module_does_not_say_where_it_was_made() {
    let Some(module) = module() else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let has = |path: &str| {
        module
            .windows(path.len())
            .any(|bytes| bytes == path.as_bytes())
    };
    assert!(!has(root.to_str().unwrap()));
    assert!(!has("/.cargo/registry/"));
}

/// One engine: what stands in the module's lock stands in the program's, with the same version. (So
/// whatever was fetched for the one is at hand for the other, too.)
#[test]
fn the_module_and_the_program_are_of_the_same_crates() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let locked = |path: &str| {
        let text = std::fs::read_to_string(root.join(path)).unwrap();
        let lock: toml::Table = text.parse().unwrap();
        let packages = lock["package"].as_array().unwrap().iter();
        let text = |package: &toml::Value, key| package.get(key).map(ToString::to_string);
        let package = |package: &toml::Value| {
            let version = ["name", "version"].map(|key| text(package, key));
            (version, text(package, "checksum"))
        };
        packages.map(package).collect::<BTreeMap<_, _>>()
    };
    let programs = locked("Cargo.lock");
    let mut differ = locked("crates/search-wasm/Cargo.lock");
    differ.retain(|version, checksum| programs.get(version) != Some(checksum));
    let names: Vec<_> = differ.keys().map(|[name, _]| name.as_deref()).collect();
    assert_eq!(
        names,
        [Some("\"search-wasm\"")],
        "`cargo xtask wasm --lock` mends this"
    );
}
