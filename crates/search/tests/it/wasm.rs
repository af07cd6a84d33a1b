//! The browser's build of this crate.
#![allow(
    clippy::disallowed_methods,
    reason = "the compiler is what is tested here"
)]

use std::path::Path;
use std::process::Command;

#[test]
#[ignore = "compiles tantivy anew; run with `cargo test --release -p search -- --ignored`"]
fn compiles_for_the_browser() {
    const TARGET: &str = "wasm32-unknown-unknown";
    let rustc = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", TARGET])
        .output()
        .unwrap();
    let libraries = String::from_utf8(rustc.stdout).unwrap();
    if !Path::new(libraries.trim()).is_dir() {
        println!("skipped: the target {TARGET} is not installed");
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let check = Command::new(env!("CARGO"))
        .args(["check", "--release", "--locked", "--no-default-features"])
        .args(["--package", "search", "--target", TARGET, "--target-dir"])
        .arg(env!("CARGO_TARGET_TMPDIR"))
        .current_dir(root)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&check.stderr);
    assert!(check.status.success(), "{said}");
    assert!(!said.contains("warning:"), "{said}");
}
