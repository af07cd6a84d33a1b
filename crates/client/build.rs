//! Makes the embedded snapshot from the registry that this crate stands in.
#![allow(
    clippy::disallowed_methods,
    reason = "a build script reads its environment and writes its output"
)]
#![allow(
    clippy::print_stdout,
    reason = "a build script speaks to cargo on standard output"
)]
#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    reason = "modules shared with the library"
)]

use std::{env, error::Error, fs, path::Path};

use registry_index::{Layout, Registry, Selection, blobs::FolderBlobs, load};

#[path = "src/filling.rs"]
mod filling;
#[path = "src/snapshot.rs"]
mod snapshot;

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../..");
    let out = env::var("OUT_DIR")?;
    for watched in [
        "registry-index/registry.toml",
        "registry-index/namespaces",
        "registry-index/packages",
        "registry-index/renames.toml",
        "templates",
    ] {
        println!("cargo:rerun-if-changed={}", root.join(watched).display());
    }
    let layout = Layout::find(&root)?;
    let loaded = load::load(&layout, &Selection::All)?;
    let mut registry = Registry::freeze(loaded).ok_or("registry.toml cannot be read")?;
    // Only what the registry's own maintainers publish travels with the program.
    registry
        .packages
        .retain(|name, _| name.namespace() == "core");
    let store = FolderBlobs::new(Path::new(&out).join("blobs"));
    for missing in filling::fill(layout.root(), &registry, &store)? {
        println!(
            "cargo:warning=the snapshot lacks the {} of {} {}",
            missing.what, missing.name, missing.version
        );
    }
    let releases = registry
        .packages
        .values()
        .flat_map(|package| &package.releases);
    let wanted: Vec<_> = releases
        .flat_map(|release| filling::wanted(&release.record))
        .map(|(_, digest)| digest)
        .collect();
    fs::write(
        Path::new(&out).join("snapshot"),
        snapshot::encode(&registry, &wanted, &store)?,
    )?;
    Ok(())
}
