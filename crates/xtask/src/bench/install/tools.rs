//! What others make projects from templates with, fetched once below `target/`.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::template::NAME;
use crate::workspace::{Failure, Workspace};

/// From PyPI.
const PYTHON: &[&str] = &["copier==9.19.1", "cookiecutter==2.7.1"];
/// From crates.io: the newest whose locked dependencies the Rust that we ask for can build.
const CARGO_GENERATE: &str = "0.23.14";

pub(super) struct Tools {
    /// Programs of the virtual environment.
    python: PathBuf,
    /// Programs that Cargo installed.
    cargo: PathBuf,
}

impl Tools {
    pub(super) fn provide(workspace: &Workspace) -> Result<Tools, Failure> {
        let folder = workspace.target().join("bench-tools");
        let tools = Tools {
            python: folder.join("venv/bin"),
            cargo: folder.join("bin"),
        };
        if !tools.python.join("copier").is_file() || !tools.python.join("cookiecutter").is_file() {
            println!("fetching {} from PyPI, which is kept", PYTHON.join(" and "));
            let mut python = workspace.command("python3");
            done(python.args(["-m", "venv"]).arg(folder.join("venv")))?;
            let mut pip = workspace.command(tools.python.join("python"));
            done(pip.args(["-m", "pip", "install", "--quiet"]).args(PYTHON))?;
        }
        if !tools.cargo.join("cargo-generate").is_file() {
            println!("building cargo-generate {CARGO_GENERATE}, which is kept");
            let mut cargo = workspace.cargo();
            cargo.args(["install", "cargo-generate", "--locked"]);
            cargo
                .args(["--version", CARGO_GENERATE, "--root"])
                .arg(&folder);
            // Its dependencies are not ours, and are not to push ours out.
            done(cargo.env("CARGO_TARGET_DIR", folder.join("build")))?;
        }
        Ok(tools)
    }

    /// What each says of itself.
    pub(super) fn versions(&self) -> Vec<String> {
        let programs = [
            self.python.join("copier"),
            self.python.join("cookiecutter"),
            self.cargo.join("cargo-generate"),
            PathBuf::from("tar"),
        ];
        let says = |program: &PathBuf| {
            let output = Command::new(program).arg("--version").output().ok()?;
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            text.lines().next().map(str::to_owned)
        };
        programs
            .iter()
            .map(|program| {
                let said = says(program).unwrap_or_else(|| "not there".to_owned());
                let name = program
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                // cookiecutter names its folder as well.
                let said = said.split(" from ").next().unwrap_or_default().to_owned();
                format!("with {name}: {said}")
            })
            .collect()
    }

    pub(super) fn copier(&self, template: &Path, out: &Path) -> Command {
        let mut command = Command::new(self.python.join("copier"));
        command.args(["copy", "--quiet", "--defaults", "--data"]);
        command.arg(format!("name={NAME}")).arg(template).arg(out);
        command
    }

    pub(super) fn cookiecutter(&self, template: &Path, out: &Path) -> Command {
        let mut command = Command::new(self.python.join("cookiecutter"));
        command.args(["--no-input", "--output-dir"]).arg(out);
        command.arg(template).arg(format!("name={NAME}"));
        command
    }

    pub(super) fn cargo_generate(&self, template: &Path, out: &Path) -> Command {
        let mut command = Command::new(self.cargo.join("cargo-generate"));
        command.args(["generate", "--silent", "--vcs", "none", "--no-workspace"]);
        command.args(["--name", NAME, "--define", &format!("who={NAME}")]);
        command
            .arg("--path")
            .arg(template)
            .arg("--destination")
            .arg(out);
        command
    }
}

fn done(command: &mut Command) -> Result<(), Failure> {
    let line = format!("{command:?}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure(format!("{line} failed ({status})"))),
        Err(error) => Err(Failure::of(line, error)),
    }
}
