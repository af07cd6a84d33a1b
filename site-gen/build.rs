//! Makes the search engine's module for the browser, which the gallery carries.
//!
//! `crates/search-wasm` is a workspace of its own with a profile of its own, so another Cargo builds
//! it, into a folder beside this build's. Where that cannot be done (the toolchain lacks the target,
//! a dependency is neither here nor to be had) this build goes on without a module and says so: a
//! site without search is still a site.
//!
//! `PARACLE_SEARCH_MODULE` names a module that exists, by its path from the root of the checkout:
//! what `cargo xtask wasm` made, which is half the size. `none` asks for no module.
//!
//! What comes out is read by `src/engine.rs`.
#![allow(
    clippy::disallowed_methods,
    reason = "a build script reads its environment, starts programs and writes its output"
)]
#![allow(
    clippy::print_stdout,
    reason = "a build script speaks to cargo on standard output"
)]

use std::error::Error;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const GIVEN: &str = "PARACLE_SEARCH_MODULE";
const TARGET: &str = "wasm32-unknown-unknown";
/// How much of what Cargo said is repeated where it failed.
const LINES: usize = 12;

/// There is no module, and why.
enum Absent {
    /// Nothing is wrong: nobody wants one, or it cannot be had with this toolchain.
    Settled(String),
    /// It may work the next time.
    Failed(String),
}

fn main() -> Result<(), Box<dyn Error>> {
    let own = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let root = own.parent().unwrap_or(&own);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed={GIVEN}");
    let module = match env::var_os(GIVEN).filter(|given| !given.is_empty()) {
        Some(none) if none == "none" => Err(Absent::Settled(format!("{GIVEN} asks for none"))),
        Some(path) => Ok(given(&root.join(path))?),
        None => built(root, &out),
    };
    let (module, absent) = match module {
        Ok(bytes) => {
            fs::write(out.join("search.wasm.gz"), archive::gzip(&bytes))?;
            let include = r#"Some(include_bytes!(concat!(env!("OUT_DIR"), "/search.wasm.gz")))"#;
            (include, String::new())
        }
        Err(Absent::Settled(why)) => ("None", why),
        Err(Absent::Failed(why)) => {
            // A file that is never there makes Cargo run this again.
            println!("cargo:rerun-if-changed={}", out.join("again").display());
            ("None", why)
        }
    };
    if !absent.is_empty() {
        println!("cargo:warning=galleries will have no search in the browser");
    }
    for line in absent.lines().filter(|line| !line.trim().is_empty()) {
        println!("cargo:warning={line}");
    }
    fs::write(out.join("module.rs"), module)?;
    fs::write(out.join("absent.txt"), absent)?;
    Ok(())
}

/// The module in a file that somebody named. It is wanted, so its lack is an error.
fn given(path: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    println!("cargo:rerun-if-changed={}", path.display());
    let wrong = |why: String| format!("{GIVEN} names {}: {why}", path.display());
    let bytes = fs::read(path).map_err(|error| wrong(error.to_string()))?;
    if !bytes.starts_with(b"\0asm") {
        return Err(wrong("that is no WebAssembly module".to_owned()).into());
    }
    Ok(bytes)
}

/// Builds the module, or says why there is none.
fn built(root: &Path, out: &Path) -> Result<Vec<u8>, Absent> {
    let crates = root.join("crates");
    for watched in [
        "search-wasm/.cargo",
        "search-wasm/Cargo.lock",
        "search-wasm/Cargo.toml",
        "search-wasm/src",
        "search/Cargo.toml",
        "search/src",
    ] {
        println!("cargo:rerun-if-changed={}", crates.join(watched).display());
    }
    // `search` takes its versions from there.
    println!(
        "cargo:rerun-if-changed={}",
        root.join("Cargo.toml").display()
    );
    check_target()?;
    let folder = crates.join("search-wasm");
    let target = target_folder(out);
    // What is at hand will do, as a rule, and then nothing is asked of the network.
    let mut build = cargo(&folder, &target);
    let offline = run(build.arg("--offline"));
    offline.or_else(|_| run(&mut cargo(&folder, &target)))?;
    let module = target.join(TARGET).join("release/search_wasm.wasm");
    fs::read(&module).map_err(|error| Absent::Failed(format!("{}: {error}", module.display())))
}

/// Has the toolchain the standard library for browsers?
fn check_target() -> Result<(), Absent> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let printed = |what: &[&str]| {
        let output = Command::new(&rustc).arg("--print").args(what).output();
        let output = output.ok().filter(|output| output.status.success());
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    // rustup's list of what is installed changes when the target is added.
    if let Some(sysroot) = printed(&["sysroot"]) {
        let components = Path::new(&sysroot).join("lib/rustlib/components");
        if components.is_file() {
            println!("cargo:rerun-if-changed={}", components.display());
        }
    }
    match printed(&["target-libdir", "--target", TARGET]) {
        Some(libraries) if Path::new(&libraries).is_dir() => Ok(()),
        _ => Err(Absent::Settled(format!(
            "the target {TARGET} is not installed; `rustup target add {TARGET}` adds it"
        ))),
    }
}

/// Beside what this build makes, and not in its way: Cargo locks a target folder as a whole. All
/// builds of one profile share it, however often this script is built anew.
fn target_folder(out: &Path) -> PathBuf {
    let profile = out
        .ancestors()
        .find(|folder| folder.ends_with("build"))
        .and_then(Path::parent);
    profile.unwrap_or(out).join("search-wasm")
}

/// The Cargo that runs this script, with nothing of what was set for this build.
fn cargo(folder: &Path, target: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["build", "--release", "--locked", "--target", TARGET])
        .arg("--target-dir")
        .arg(target)
        // Its flags are in a configuration there, to which these are added.
        .arg("--config")
        .arg(format!("target.{TARGET}.rustflags={:?}", nameless(folder)))
        .current_dir(folder);
    for (name, _) in env::vars_os().filter(|(name, _)| disturbs(name)) {
        cargo.env_remove(name);
    }
    cargo
}

/// Panics name source files: from the root of their crate or registry, not of somebody's computer.
fn nameless(folder: &Path) -> Vec<String> {
    let home = env::var_os("HOME").or_else(|| env::var_os("USERPROFILE"));
    let cargo = env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo = cargo.or_else(|| Some(PathBuf::from(home?).join(".cargo")));
    let ours = folder.ancestors().nth(2).map(Path::to_owned);
    let places = [cargo, ours].into_iter().flatten();
    let flag = |place: PathBuf| format!("--remap-path-prefix={}=", place.display());
    places.map(flag).collect()
}

/// Is this meant for our own build, and not for whatever Cargo does on this machine?
fn disturbs(name: &OsString) -> bool {
    const OURS: &[&str] = &[
        "CARGO_",
        "CLIPPY_",
        "MIRI",
        "RUSTC_BOOTSTRAP",
        "RUSTC_LINKER",
        "RUSTC_WORKSPACE_WRAPPER",
        "RUSTC_WRAPPER",
        "RUSTDOCFLAGS",
        "RUSTFLAGS",
    ];
    // Where it keeps and fetches crates, and the threads that it shares with us.
    const THE_MACHINES: &[&str] = &[
        "CARGO_HOME",
        "CARGO_HTTP_",
        "CARGO_MAKEFLAGS",
        "CARGO_NET_",
        "CARGO_REGISTR",
        "CARGO_SOURCE_",
    ];
    let name = name.to_string_lossy();
    let begins = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
    begins(OURS) && !begins(THE_MACHINES)
}

fn run(cargo: &mut Command) -> Result<(), Absent> {
    let output = cargo.output();
    let output = output.map_err(|error| Absent::Failed(format!("cargo: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = said.lines().collect();
    let last = lines[lines.len().saturating_sub(LINES)..].join("\n");
    let status = output.status;
    Err(Absent::Failed(format!(
        "crates/search-wasm does not build ({status})\n{last}"
    )))
}
