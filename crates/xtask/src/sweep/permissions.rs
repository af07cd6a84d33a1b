//! What may not be read or written, for a user without root's rights.

use std::fs;
use std::process::Command;

use super::install::Sweep;
use super::scene::{Operation, output};
use super::verdict::{Expected, Tally, Voice};
use crate::workspace::Failure;

/// Paths in the project, and the mode that they get. What a project does not have is passed over.
const CASES: &[(&str, u32)] = &[
    ("", 0o555),
    ("", 0o000),
    (".parac", 0o555),
    (".parac", 0o000),
    (".parac/.paracle", 0o555),
    (".parac/.paracle/history", 0o555),
    (".parac/agents", 0o555),
    (".parac/agents", 0o000),
    (".parac/agents/manifest.yaml", 0o444),
    (".parac/agents/manifest.yaml", 0o000),
    (".parac/agents/specs", 0o555),
    (".parac/agents/specs/coder.md", 0o000),
    (".parac/workflows", 0o555),
    (".parac/workflows/definitions", 0o555),
    (".parac/policies", 0o555),
    (".parac/policies/STYLE.md", 0o444),
    (".parac/policies/STYLE.md", 0o000),
    (".parac/packages.lock", 0o000),
    (".parac/packages.toml", 0o444),
    ("docs", 0o555),
    ("docs/HELLO.md", 0o000),
];

/// Root without its capabilities is held to modes like everybody else.
const WITHOUT_RIGHTS: &[&str] = &["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--"];

/// Each case of `operation`, once.
pub(super) fn sweep(
    sweep: &mut Sweep<'_>,
    operation: &Operation,
    expected: &Expected,
) -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    if !sweep.wants_permissions() {
        return Ok(tally);
    }
    let wrapper: Vec<String> = match is_root() {
        true => WITHOUT_RIGHTS
            .iter()
            .map(|word| (*word).to_owned())
            .collect(),
        false => Vec::new(),
    };
    for (path, mode) in CASES {
        let place = sweep.scene().place(operation)?;
        let path = match path.is_empty() {
            true => place.project(),
            false => place.project().join(path),
        };
        let Ok(before) = fs::metadata(&path) else {
            continue;
        };
        set(&path, *mode)?;
        let output = output(&mut sweep.scene().command(operation, &place, &wrapper))?;
        // What it became is judged by what is in it.
        if path.exists() {
            fs::set_permissions(&path, before.permissions())
                .map_err(|error| Failure::of(path.display(), error))?;
        }
        let outcome = match expected.judge(&output, &place.tree()?, Voice::Can) {
            Ok(_) => sweep.afterwards(&place, expected)?,
            Err(why) => Err(why),
        };
        let shown = path.strip_prefix(place.project()).unwrap_or(&path);
        let name = format!("--only {}, mode {mode:03o} of {:?}", operation.name, shown);
        sweep.note(&place, &name, &outcome)?;
        tally.add(&outcome);
    }
    Ok(tally)
}

fn is_root() -> bool {
    let user = Command::new("id").arg("-u").output();
    user.is_ok_and(|user| user.stdout.trim_ascii() == b"0")
}

#[cfg(unix)]
fn set(path: &std::path::Path, mode: u32) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt as _;
    let set = fs::set_permissions(path, fs::Permissions::from_mode(mode));
    set.map_err(|error| Failure::of(path.display(), error))
}

#[cfg(not(unix))]
fn set(_: &std::path::Path, _: u32) -> Result<(), Failure> {
    Err(Failure("modes are a thing of Unix".to_owned()))
}
