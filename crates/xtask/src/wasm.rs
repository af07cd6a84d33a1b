//! `cargo xtask wasm`: the search engine for the browser, as small as it gets.
//!
//! The build script of `site-gen` makes a module with what every toolchain has. This one compiles the
//! standard library as well, for size and without the texts of panics, and lets Binaryen go over it.
//! Takes minutes; releases and the published gallery use it: `PARACLE_SEARCH_MODULE` names it.
//!
//! `--test` lets the tests of the engine judge what came out. `--lock` only writes the lock of
//! `crates/search-wasm` anew, with the versions of the main one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::npm::{self, Package};
use crate::workspace::{Failure, Workspace};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only bring the module's Cargo.lock to the versions of the main one
    #[arg(long)]
    lock: bool,
    /// Run the tests of the engine over what was made
    #[arg(long, conflicts_with = "lock")]
    test: bool,
}

/// `wasm-opt`, as a program for Node.
const BINARYEN: Package = Package {
    name: "binaryen",
    version: "132.0.0",
};

const TARGET: &str = "wasm32-unknown-unknown";

/// The most that it may weigh, in bytes, gzip'd.
const LIMIT: usize = 330_000;

/// These need the nightly compiler, or `RUSTC_BOOTSTRAP`, which makes the stable one as free. The
/// plain build, which tests run, does without them.
const FLAGS: &str = "target.wasm32-unknown-unknown.rustflags=[\
    '-Zunstable-options', '-Cpanic=immediate-abort', '-Zlocation-detail=none', '-Zfmt-debug=none']";

pub(crate) fn run(workspace: &Workspace, options: Options) -> Result<(), Failure> {
    let folder = workspace.root.join("crates/search-wasm");
    if options.lock {
        return lock(workspace, &folder);
    }
    npm::provide_node(workspace)?;
    let binaryen = BINARYEN.provide(workspace)?;
    provide_sources(workspace)?;
    let target = workspace.target().join("search-wasm");
    let compiled = compile(workspace, &folder, &target)?;
    let module = target.join("search.wasm");
    println!("wasm-opt -Oz");
    let mut optimise = workspace.command(npm::node(workspace));
    optimise
        .arg(binaryen.join("bin/wasm-opt"))
        .args(["-Oz", "--strip-debug", "--strip-producers"])
        .args(["--strip-target-features", "--output"])
        .args([&module, &compiled]);
    finish(optimise)?;
    weigh(workspace, &module)?;
    match options.test {
        true => finish(tests(workspace, &module)),
        false => Ok(()),
    }
}

/// What is told to the build script and to the tests of `site-gen`.
fn tests(workspace: &Workspace, module: &Path) -> Command {
    let mut cargo = workspace.cargo();
    cargo
        .args(["test", "--release", "--package", "site-gen", "engine"])
        .env("PARACLE_SEARCH_MODULE", module)
        .env("SITE_GEN_NODE", npm::node(workspace));
    cargo
}

/// The sources of the standard library, which rustup has.
fn provide_sources(workspace: &Workspace) -> Result<(), Failure> {
    let mut rustc = workspace.command("rustc");
    let printed = rustc.args(["--print", "sysroot"]).output();
    let printed = printed.map_err(|error| Failure::of("rustc", error))?;
    let sysroot = String::from_utf8_lossy(&printed.stdout);
    let library = Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/Cargo.lock");
    if library.is_file() {
        return Ok(());
    }
    let mut add = workspace.command("rustup");
    add.args(["component", "add", "rust-src"]);
    finish(add)
}

fn compile(workspace: &Workspace, folder: &Path, target: &Path) -> Result<PathBuf, Failure> {
    let mut cargo = workspace.cargo();
    cargo
        .args(["build", "--release", "--locked", "--target", TARGET])
        .args(["-Zbuild-std=std,panic_abort"])
        .args(["-Zbuild-std-features=optimize_for_size"])
        // What is supported stands in a section that `wasm-opt` reads, and then removes.
        .args(["--config", FLAGS, "--config", "profile.release.strip=false"])
        .arg("--target-dir")
        .arg(target)
        .current_dir(folder)
        .env("RUSTC_BOOTSTRAP", "1")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("RUSTFLAGS");
    finish(cargo)?;
    Ok(target.join(TARGET).join("release/search_wasm.wasm"))
}

/// What Node says of a module.
#[derive(Deserialize)]
struct Weight {
    imports: usize,
    raw: usize,
    brotli: usize,
}

const WEIGH: &str = "
    const bytes = require('fs').readFileSync(process.argv[1]);
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes)).length;
    const brotli = require('zlib').brotliCompressSync(bytes).length;
    console.log(JSON.stringify({ imports, raw: bytes.length, brotli }));";

/// Prints how large the module is, and fails if it is too large, or asks for anything.
fn weigh(workspace: &Workspace, module: &Path) -> Result<(), Failure> {
    let failed = |why: String| Failure::of(module.display(), why);
    let output = npm::script(workspace, WEIGH).arg(module).output();
    let output = output.map_err(|error| Failure::of("node", error))?;
    let weight: Weight = serde_json::from_slice(&output.stdout)
        .map_err(|_| failed(String::from_utf8_lossy(&output.stderr).into_owned()))?;
    let bytes = fs::read(module).map_err(|error| failed(error.to_string()))?;
    let gzip = archive::gzip(&bytes).len();
    let Weight { raw, brotli, .. } = weight;
    println!("{}", module.display());
    println!("{raw} bytes; gzip {gzip}, at most {LIMIT}; brotli {brotli}");
    if weight.imports > 0 {
        return Err(failed(format!("imports {} things", weight.imports)));
    }
    if gzip > LIMIT {
        return Err(failed(format!("{gzip} bytes with gzip are too many")));
    }
    Ok(())
}

/// Cargo keeps the versions of a lock that it is given, and drops what is not needed.
fn lock(workspace: &Workspace, folder: &Path) -> Result<(), Failure> {
    let (ours, its) = (workspace.root.join("Cargo.lock"), folder.join("Cargo.lock"));
    fs::copy(&ours, &its).map_err(|error| Failure::of(its.display(), error))?;
    let mut cargo = workspace.cargo();
    cargo.args(["update", "--workspace", "--quiet"]);
    cargo.current_dir(folder);
    finish(cargo)
}

fn finish(mut command: Command) -> Result<(), Failure> {
    let program = PathBuf::from(command.get_program());
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure(format!(
            "`{}` failed ({status})",
            program.display()
        ))),
        Err(error) => Err(Failure::of(program.display(), error)),
    }
}
