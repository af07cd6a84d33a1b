//! An APT of our own below `target/`: Debian's package lists with their long descriptions, whatever
//! the machine has. The corpus takes its texts from it, and the search benchmark asks it the same
//! questions, so both sides search the same words.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::workspace::{Failure, Workspace};

/// Where the machine says which Debian it takes packages from, newest form first.
const SOURCES: &[&str] = &[
    "/etc/apt/sources.list.d/debian.sources",
    "/etc/apt/sources.list",
];

/// Prints the contents of a list, however it is compressed.
const HELPER: &str = "/usr/lib/apt/apt-helper";

pub(crate) struct Apt {
    folder: PathBuf,
    sources: &'static str,
}

impl Apt {
    /// Fetches the lists when they are not there yet.
    pub(crate) fn of(workspace: &Workspace) -> Result<Apt, Failure> {
        let sources = SOURCES.iter().find(|path| Path::new(path).is_file());
        let apt = Apt {
            folder: workspace.target().join("bench/apt"),
            sources: sources.ok_or_else(|| {
                Failure("the texts are Debian's: run this on Debian, where APT is".to_owned())
            })?,
        };
        if !apt.fetched().exists() {
            apt.fetch()?;
        }
        Ok(apt)
    }

    fn fetch(&self) -> Result<(), Failure> {
        println!(
            "fetching Debian's package lists into {}",
            self.folder.display()
        );
        for folder in ["state/lists/partial", "cache/archives/partial"] {
            let folder = self.folder.join(folder);
            fs::create_dir_all(&folder)
                .map_err(|error| Failure::of(folder.display().to_string(), error))?;
        }
        let status = self.folder.join("status");
        write(&status, "")?;
        let mut update = self.command("apt-get");
        update.args(["--quiet", "--quiet", "update"]);
        let done = update.status().map_err(|e| Failure::of("apt-get", e))?;
        if !done.success() {
            return Err(Failure(format!("`apt-get update` failed ({done})")));
        }
        write(&self.fetched(), "")
    }

    /// There once the lists are whole.
    fn fetched(&self) -> PathBuf {
        self.folder.join("fetched")
    }

    /// One of APT's programs, working on our folder. Options on the command line win over every
    /// configuration file, and a machine's own configuration (proxies above all) stays in force.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let at = |part: &str| self.folder.join(part).display().to_string();
        for (option, value) in [
            ("Dir::State", at("state")),
            ("Dir::State::status", at("status")),
            ("Dir::Cache", at("cache")),
            // As Debian has it. Containers save space instead, and searching is slow there.
            ("Acquire::GzipIndexes", "false".to_owned()),
            ("Dir::Cache::pkgcache", "pkgcache.bin".to_owned()),
            ("Dir::Cache::srcpkgcache", "srcpkgcache.bin".to_owned()),
            ("Dir::Etc::sourcelist", self.sources.to_owned()),
            ("Dir::Etc::sourceparts", "-".to_owned()),
            ("Acquire::Languages", "en".to_owned()),
            (
                "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled",
                "false".to_owned(),
            ),
            ("APT::Sandbox::User", String::new()),
        ] {
            command.arg("-o").arg(format!("{option}={value}"));
        }
        command
    }

    /// Every package's paragraph, as in `Packages` files.
    pub(crate) fn packages(&self) -> Result<String, Failure> {
        let mut command = self.command("apt-cache");
        output(command.arg("dumpavail"))
    }

    /// Every description's paragraph, as in `Translation` files.
    pub(crate) fn descriptions(&self) -> Result<String, Failure> {
        let mut targets = self.command("apt-get");
        targets.args(["indextargets", "--format", "$(FILENAME)"]);
        let files = output(targets.arg("Created-By: Translations"))?;
        let mut text = String::new();
        for file in files.lines() {
            text += &output(self.command(HELPER).args(["cat-file", file]))?;
            text.push('\n');
        }
        Ok(text)
    }
}

fn output(command: &mut Command) -> Result<String, Failure> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| Failure::of(&program, error))?;
    if !output.status.success() {
        return Err(Failure(format!("`{program}` failed ({})", output.status)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Writes a file of a chore; half of one is thrown away with its folder.
pub(crate) fn write(path: &Path, text: impl AsRef<[u8]>) -> Result<(), Failure> {
    fs::write(path, text).map_err(|error| Failure::of(path.display(), error))
}
