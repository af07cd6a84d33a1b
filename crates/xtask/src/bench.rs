//! `cargo xtask bench`: how long whole processes take, and how much memory, on registries of a given
//! size. Figures are compared with goals and printed; nothing fails because a goal is missed.
//!
//! ```text
//! check, build, search, install  what is run, and its goals
//! web                            the same for a search in a browser
//! measure                        a process -> a sample
//! report                         samples   -> a table, and a file with every sample
//! machine                        what it was measured on, and with
//! ```

mod build;
mod check;
mod install;
mod machine;
mod measure;
mod report;
mod search;
mod web;

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::apt;
use crate::program::{self, Program};
use crate::tree::{make, remove};
use crate::workspace::{Failure, Workspace};
use report::Report;

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// `registry check`: one changed package, and all
    Check(Setting),
    /// `registry build`
    Build(Setting),
    /// `template install`, against copier, cookiecutter, cargo-generate and tar; resolving; `template update`
    Install(Setting),
    /// `template search`, against `apt-cache search`
    Search(Setting),
    /// Search in a browser, against Pagefind on the same packages
    SearchWeb(web::Setting),
    #[command(hide = true)]
    WebTexts(web::Part),
    #[command(hide = true)]
    WebIndex(web::Part),
}

#[derive(clap::Args)]
struct Setting {
    /// Sizes of registries; for install, of templates [default: 1000,10000; for search 60000; for install 5,500]
    #[arg(long, value_name = "N,…", value_delimiter = ',')]
    packages: Vec<usize>,
    /// How often each thing is measured, after once to warm up [default: 5; for install 15]
    #[arg(long, value_name = "K")]
    runs: Option<usize>,
    /// Work here rather than below target/, and keep what is built, to look at it
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    #[command(flatten)]
    program: program::Options,
}

/// What the benchmarks work with.
struct Bench<'a> {
    workspace: &'a Workspace,
    setting: &'a Setting,
    program: Program,
}

pub(crate) fn run(workspace: &Workspace, options: Options) -> Result<(), Failure> {
    let (name, setting): (_, &Setting) = match &options.what {
        What::Check(setting) => ("check", setting),
        What::Build(setting) => ("build", setting),
        What::Install(setting) => ("install", setting),
        What::Search(setting) => ("search", setting),
        What::SearchWeb(setting) => return search_web(workspace, setting),
        What::WebTexts(part) => return web::write_texts(workspace, part),
        What::WebIndex(part) => return web::write_index(workspace, part),
    };
    let program = Program::of(workspace, &setting.program)?;
    let bench = Bench {
        workspace,
        setting,
        program,
    };
    let folder = workspace.target().join("bench");
    make(&folder)?;
    let scratch = bench.scratch("")?;
    let mut report = Report::new(name, machine::describe(bench.program.path(), &scratch));
    report.print_machine();
    match options.what {
        What::Check(_) => check::run(&bench, &mut report)?,
        What::Build(_) => build::run(&bench, &mut report)?,
        What::Install(_) => install::run(&bench, &mut report)?,
        What::Search(_) => search::run(&bench, &mut report)?,
        What::SearchWeb(_) | What::WebTexts(_) | What::WebIndex(_) => {}
    }
    let kept = report.write(&folder)?;
    println!("every sample is in {}", kept.display());
    Ok(())
}

/// In a browser there is no process of ours to run.
fn search_web(workspace: &Workspace, setting: &web::Setting) -> Result<(), Failure> {
    let folder = workspace.target().join("bench");
    make(&folder)?;
    let machine = machine::describe(&workspace.target().join("release/paracle"), &folder);
    let mut report = Report::new("search-web", machine);
    report.print_machine();
    web::run(workspace, setting, &mut report)?;
    let kept = report.write(&folder)?;
    println!("every visit is in {}", kept.display());
    Ok(())
}

impl Bench<'_> {
    fn runs(&self, usual: usize) -> usize {
        self.setting.runs.unwrap_or(usual)
    }

    fn sizes(&self, usual: &[usize]) -> Vec<usize> {
        match self.setting.packages.as_slice() {
            [] => usual.to_vec(),
            given => given.to_vec(),
        }
    }

    /// A registry of so many packages, made once and kept.
    ///
    /// In a process of its own: the most memory that a process has used is inherited by those that it
    /// starts, and would hide what they use.
    fn corpus(&self, packages: usize) -> Result<PathBuf, Failure> {
        let folder = self
            .workspace
            .target()
            .join(format!("bench/corpus-{packages}"));
        let made = folder.with_extension("made");
        if made.exists() {
            return Ok(folder);
        }
        println!("making a registry of {packages} packages, which is kept");
        remove(&folder)?;
        let own = env::current_exe().map_err(|error| Failure::of("cargo xtask", error))?;
        let mut command = Command::new(own);
        command
            .args(["corpus", "--packages", &packages.to_string(), "--out"])
            .arg(&folder);
        command.arg("--program").arg(self.program.path());
        let status = command
            .status()
            .map_err(|error| Failure::of("cargo xtask corpus", error))?;
        match status.success() {
            true => apt::write(&made, "").map(|()| folder),
            false => Err(Failure("`cargo xtask corpus` failed".to_owned())),
        }
    }

    /// Where something is built: in the folder to keep, or in one that is there to be overwritten.
    fn scratch(&self, name: &str) -> Result<PathBuf, Failure> {
        let folder = match &self.setting.keep {
            Some(folder) => self.workspace.root.join(folder),
            None => self.workspace.target().join("bench/scratch"),
        };
        fs::create_dir_all(&folder).map_err(|error| Failure::of(folder.display(), error))?;
        Ok(folder.join(name))
    }
}
