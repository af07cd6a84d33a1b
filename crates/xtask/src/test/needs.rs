//! What the tests need beyond Rust, and how one comes by it.

use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::Stdio;

use super::finish;
use crate::workspace::{Failure, Workspace};

/// Something that is not ours to build.
struct Need {
    /// What it is, and what for.
    what: &'static str,
    /// Commands of which one must succeed for it to be there.
    probes: &'static [&'static [&'static str]],
    source: Source,
}

/// Where a need comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    /// Debian packages. Elsewhere the words of `what` are all we know.
    Debian(&'static [&'static str]),
    /// A component of the Rust toolchain.
    Rustup(&'static str),
}

const NEEDS: &[Need] = &[
    Need {
        what: "rustfmt, which judges the format",
        probes: &[&["cargo", "fmt", "--version"]],
        source: Source::Rustup("rustfmt"),
    },
    Need {
        what: "clippy, which judges the code",
        probes: &[&["cargo", "clippy", "--version"]],
        source: Source::Rustup("clippy"),
    },
    Need {
        what: "git, which tests run",
        probes: &[&["git", "--version"]],
        source: Source::Debian(&["git"]),
    },
    Need {
        what: "Python 3 with venv and pip, which runs Paracle's own classes",
        probes: &[&["python3", "-c", "import ensurepip, venv"]],
        source: Source::Debian(&["python3", "python3-venv"]),
    },
    #[cfg(target_os = "linux")]
    Need {
        what: "strace, which sees whether a socket is opened and kills between two writes",
        probes: &[&["strace", "--version"]],
        source: Source::Debian(&["strace"]),
    },
    Need {
        what: "npm, which fetches the examples of CommonMark, and Node",
        probes: &[&["npm", "--version"]],
        source: Source::Debian(&["npm"]),
    },
    Need {
        what: "Chromium, which opens the site",
        probes: &[
            &["chromium", "--version"],
            &["chromium-browser", "--version"],
            &["google-chrome", "--version"],
        ],
        source: Source::Debian(&["chromium"]),
    },
];

/// Sees to it that everything is there, asking before anything is installed into the system.
pub(super) fn provide(workspace: &Workspace, yes: bool) -> Result<(), Failure> {
    let missing: Vec<&Need> = NEEDS
        .iter()
        .filter(|need| !is_there(workspace, need))
        .collect();
    for need in &missing {
        println!("    missing: {}", need.what);
    }
    let sources: Vec<Source> = missing.iter().map(|need| need.source).collect();
    for command in commands(&sources, &System::here()) {
        let typed = command.join(" ");
        if !yes && !agreed(&format!("Run `{typed}`?"))? {
            return Err(Failure(format!("run `{typed}`, or this again with --yes")));
        }
        let mut run = workspace.command(command[0].clone());
        run.args(&command[1..]);
        finish(run)?;
    }
    match missing.iter().find(|need| !is_there(workspace, need)) {
        Some(need) => Err(Failure(format!("there is no {}; install it", need.what))),
        None => Ok(()),
    }
}

fn is_there(workspace: &Workspace, need: &Need) -> bool {
    need.probes.iter().any(|probe| {
        let mut command = workspace.command(probe[0]);
        command
            .args(&probe[1..])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    })
}

/// What matters of the machine.
struct System {
    debian: bool,
    root: bool,
    rustup: bool,
}

impl System {
    fn here() -> System {
        let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
        let there = |program: &str| {
            let mut command = std::process::Command::new(program);
            command
                .arg("--version")
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            command.status().is_ok_and(|status| status.success())
        };
        let user = std::process::Command::new("id").arg("-u").output();
        System {
            debian: is_debian(&release) && there("apt-get"),
            root: user.is_ok_and(|user| user.stdout.trim_ascii() == b"0"),
            rustup: there("rustup"),
        }
    }
}

/// Debian itself and its descendants, by `/etc/os-release`.
fn is_debian(release: &str) -> bool {
    release
        .lines()
        .filter_map(|line| {
            line.strip_prefix("ID=")
                .or_else(|| line.strip_prefix("ID_LIKE="))
        })
        .flat_map(|ids| ids.trim_matches('"').split(' '))
        .any(|id| id == "debian")
}

/// What brings `sources` here; nothing for those that only a person can bring.
fn commands(sources: &[Source], system: &System) -> Vec<Vec<String>> {
    let mut packages = Vec::new();
    let mut components = Vec::new();
    for source in sources {
        match source {
            Source::Debian(names) if system.debian => packages.extend_from_slice(names),
            Source::Rustup(name) if system.rustup => components.push(*name),
            _ => {}
        }
    }
    let mut commands: Vec<Vec<String>> = Vec::new();
    let mut add = |prefix: &[&str], rest: &[&str]| {
        commands.push(prefix.iter().chain(rest).map(ToString::to_string).collect());
    };
    if !packages.is_empty() {
        let sudo: &[&str] = if system.root { &[] } else { &["sudo"] };
        add(sudo, &["apt-get", "update", "--quiet"]);
        let install = ["apt-get", "install", "--yes", "--no-install-recommends"];
        add(sudo, &[&install[..], &packages[..]].concat());
    }
    if !components.is_empty() {
        add(&["rustup", "component", "add"], &components);
    }
    commands
}

/// Asks. Without a terminal nobody can answer, which is no.
fn agreed(question: &str) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    let failed = |error| Failure::of("cannot ask", error);
    print!("    {question} [y/N] ");
    io::stdout().flush().map_err(failed)?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(failed)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

#[cfg(test)]
mod tests {
    use super::{Source, System, commands, is_debian};

    #[test]
    fn debian_is_known_by_its_name() {
        assert!(is_debian("NAME=\"Debian GNU/Linux\"\nID=debian\n"));
        assert!(is_debian("ID=ubuntu\nID_LIKE=debian\n"));
        assert!(is_debian("ID=pop\nID_LIKE=\"ubuntu debian\"\n"));
        assert!(!is_debian("ID=fedora\nNAME=\"not debian\"\n"));
    }

    #[test]
    fn each_need_is_brought_where_it_can_be() {
        let sources = [
            Source::Debian(&["git"]),
            Source::Rustup("clippy"),
            Source::Debian(&["python3", "python3-venv"]),
        ];
        let typed = |debian, root, rustup| {
            let system = System {
                debian,
                root,
                rustup,
            };
            let commands = commands(&sources, &system);
            commands
                .iter()
                .map(|words| words.join(" "))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            typed(true, true, true),
            [
                "apt-get update --quiet",
                "apt-get install --yes --no-install-recommends git python3 python3-venv",
                "rustup component add clippy",
            ]
        );
        assert_eq!(typed(true, false, false)[0], "sudo apt-get update --quiet");
        assert!(typed(false, true, false).is_empty());
        assert!(
            commands(
                &[],
                &System {
                    debian: true,
                    root: true,
                    rustup: true
                }
            )
            .is_empty()
        );
    }
}
