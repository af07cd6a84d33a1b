//! Where it happens: a registry with two releases of one package, a project with files of its own, and
//! what is done to that project.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::corpus::component::{Component, Kind};
use crate::program::Program;
use crate::stock::{self, Source, Stock};
use crate::tree::{self, Tree};
use crate::workspace::{Failure, Workspace};

/// A project before an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// An empty folder.
    Empty,
    /// A user's project, with entries of its own in the shared files.
    Used,
    /// The same with the first release, of which the user has edited a file.
    Installed,
}

/// What is done.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) name: &'static str,
    pub(super) start: Start,
    words: &'static [&'static str],
    /// The round of releases that is offered.
    round: Option<usize>,
}

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "install",
        start: Start::Used,
        words: &["template", "install", "demo/coder", "--set", "name=demo"],
        round: Some(0),
    },
    Operation {
        name: "first-install",
        start: Start::Empty,
        words: &["template", "install", "demo/coder", "--set", "name=demo"],
        round: Some(0),
    },
    // So many files that they are synced all at once.
    Operation {
        name: "install-many",
        start: Start::Used,
        words: &["template", "install", "demo/many"],
        round: Some(0),
    },
    Operation {
        name: "update",
        start: Start::Installed,
        words: &["template", "update", "--now"],
        round: Some(1),
    },
    Operation {
        name: "remove",
        start: Start::Installed,
        words: &["template", "remove", "demo/coder"],
        round: None,
    },
];

/// What the user has, and what is to survive.
const OWN: &[(&str, &str)] = &[
    ("README.md", "# Mine\n"),
    ("src/main.py", "print(\"mine\")\n"),
    (".parac/policies/MINE.md", "Mine.\n"),
    (
        ".parac/agents/manifest.yaml",
        "# Who works here.\nagents:\n  - id: mine   # the first\n    name: Mine\n    \
         spec_file: specs/mine.md\n",
    ),
    (
        ".parac/workflows/catalog.yaml",
        "# What is done here.\nworkflows:\n  - name: mine\n    file: definitions/mine.yaml\n",
    ),
];
/// Of the package; the user changes its first line.
const STYLE: &str = ".parac/policies/STYLE.md";

pub(super) struct Scene<'a> {
    pub(super) program: &'a Program,
    folder: PathBuf,
    stock: Stock,
}

impl Scene<'_> {
    /// Makes everything anew, below `target/` where no other folder is given.
    pub(super) fn make<'a>(
        workspace: &Workspace,
        program: &'a Program,
        name: &str,
        below: Option<&Path>,
        rounds: &[Vec<Source>],
    ) -> Result<Scene<'a>, Failure> {
        let usual = workspace.target().join("sweep");
        let folder = workspace.root.join(below.unwrap_or(&usual)).join(name);
        tree::remove(&folder)?;
        let stock = Stock::make(program, &folder.join("stock"), rounds)?;
        let scene = Scene {
            program,
            folder,
            stock,
        };
        Ok(scene)
    }

    /// Makes what the operations start from.
    pub(super) fn with_starts(self) -> Result<Self, Failure> {
        let own: Vec<_> = OWN
            .iter()
            .map(|(path, text)| (path.to_string(), text.to_string()))
            .collect();
        for start in [Start::Empty, Start::Used, Start::Installed] {
            let place = self.start(start);
            tree::make(&place.project())?;
            tree::make(&place.home())?;
            if start != Start::Empty {
                stock::write(&place.project(), &own)?;
            }
        }
        let place = self.start(Start::Installed);
        done(&mut self.command(&OPERATIONS[0], &place, &[]))?;
        let style = place.project().join(STYLE);
        let text = std::fs::read_to_string(&style).map_err(|e| Failure::of(style.display(), e))?;
        crate::apt::write(&style, text.replacen("one", "one, and mine", 1))?;
        Ok(self)
    }

    fn start(&self, start: Start) -> Place {
        Place(self.folder.join(format!("start/{start:?}").to_lowercase()))
    }

    /// A fresh copy of what `operation` starts from.
    pub(super) fn place(&self, operation: &Operation) -> Result<Place, Failure> {
        let place = Place(self.folder.join("run"));
        tree::remove(&place.0)?;
        tree::copy(&self.start(operation.start).0, &place.0)?;
        Ok(place)
    }

    /// An empty place of that name.
    pub(super) fn empty(&self, name: &str) -> Result<Place, Failure> {
        let place = Place(self.folder.join(name));
        tree::remove(&place.0)?;
        tree::make(&place.project())?;
        tree::make(&place.home())?;
        Ok(place)
    }

    /// A file of ours, not in any place.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// `operation`, started by the words of `wrapper`.
    pub(super) fn command(
        &self,
        operation: &Operation,
        place: &Place,
        wrapper: &[String],
    ) -> Command {
        let mut command = self.program.command_under(wrapper, &place.home());
        command
            .args(operation.words)
            .arg("--into")
            .arg(place.project());
        command.args(["--yes", "--accept", "all", "--offline", "--no-input"]);
        if let Some(round) = operation.round {
            command.arg("--registry").arg(&self.stock.sites[round]);
        }
        command
    }

    /// Installs one package of the first round, as `place`'s user.
    pub(super) fn install(&self, package: &str, place: &Place) -> Command {
        let mut command = self.program.command_in(&place.home());
        command.args(["template", "install", package, "--into"]);
        command
            .arg(place.project())
            .arg("--registry")
            .arg(&self.stock.sites[0]);
        command.args(["--yes", "--accept", "all", "--offline", "--no-input"]);
        command
    }

    /// The one more command after which all has to be well: one that only reads.
    pub(super) fn look(&self, place: &Place) -> Command {
        let mut command = self.program.command_in(&place.home());
        command
            .args(["template", "outdated", "--now", "--offline", "--into"])
            .arg(place.project());
        command.args(
            self.stock
                .sites
                .iter()
                .rev()
                .take(1)
                .flat_map(|site| [OsStr::new("--registry"), site.as_os_str()]),
        );
        command
    }

    /// Keeps a place to be looked at.
    pub(super) fn keep(&self, place: &Place, name: &str) -> Result<PathBuf, Failure> {
        let kept = self.folder.join(name);
        tree::remove(&kept)?;
        tree::copy(&place.0, &kept)?;
        Ok(kept)
    }
}

/// A project and its user's home.
pub(super) struct Place(PathBuf);

impl Place {
    pub(super) fn project(&self) -> PathBuf {
        self.0.join("project")
    }

    pub(super) fn home(&self) -> PathBuf {
        self.0.join("home")
    }

    /// The project, without what the program keeps for itself.
    pub(super) fn tree(&self) -> Result<Tree, Failure> {
        Tree::read(&self.project(), &|path| path == ".parac/.paracle")
    }
}

/// Runs `command`, which has to succeed, and hands back what it printed.
pub(super) fn done(command: &mut Command) -> Result<Output, Failure> {
    let output = output(command)?;
    match output.status.success() {
        true => Ok(output),
        false => Err(Failure(format!(
            "{command:?} failed ({}): {}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        ))),
    }
}

pub(super) fn output(command: &mut Command) -> Result<Output, Failure> {
    let output = command.stdin(Stdio::null()).output();
    output.map_err(|error| Failure::of(format!("{command:?}"), error))
}

/// Files of `demo/many`.
const MANY: usize = 30;

/// The two releases of `demo/coder`: an agent, a workflow, an MCP server, policies and a rendered file;
/// and `demo/many`.
pub(super) fn packages() -> Vec<Vec<Source>> {
    let release = |version, prose: &str, more: &[(&str, &str)]| {
        let mut tables = String::new();
        let mut files: Vec<(String, String)> = more
            .iter()
            .map(|(path, text)| (path.to_string(), text.to_string()))
            .collect();
        for (kind, id) in [
            (Kind::Agent, "coder"),
            (Kind::Workflow, "fix"),
            (Kind::Integration, "db"),
        ] {
            let component = Component {
                id,
                summary: "Does what is asked",
                prose,
            };
            let (own, table) = component.files(kind);
            files.extend(own);
            tables += &table;
        }
        Source {
            name: "coder".to_owned(),
            version,
            kind: Kind::Agent,
            variables: &["name"],
            tables,
            files,
        }
    };
    let style = "one\n\ntwo\n\nthree\n";
    let old = release(
        "1.0.0",
        "As it was.",
        &[
            ("policies/STYLE.md", style),
            ("policies/OLD.md", "Goes.\n"),
            ("project/docs/HELLO.md.j2", "Hello {{ name }}.\n"),
        ],
    );
    let new = release(
        "1.1.0",
        "As it is.",
        &[
            ("policies/STYLE.md", &style.replace("three", "four")),
            ("project/docs/HELLO.md.j2", "Hello {{ name }}, again.\n"),
            ("project/lib/deep/NEW.md", "Comes.\n"),
        ],
    );
    vec![vec![old, many()], vec![new]]
}

/// A package of more files than are synced one by one.
fn many() -> Source {
    let file = |at| (format!("policies/many-{at}.md"), format!("{at}\n"));
    Source {
        name: "many".to_owned(),
        version: "1.0.0",
        kind: Kind::Project,
        variables: &[],
        tables: String::new(),
        files: (0..MANY).map(file).collect(),
    }
}
