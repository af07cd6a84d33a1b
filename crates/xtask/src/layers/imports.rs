//! What the manifests ask for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::tables::{CHORES, DEPENDENCY_FENCES, DOORS, IMPORTS, OUTSIDE};
use super::{Finding, from_root};
use crate::workspace::{Failure, Workspace};

/// What is read of `cargo metadata`.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

/// A crate of ours.
#[derive(Debug, Deserialize)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) manifest_path: PathBuf,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    /// `dev`, `build`, or none for a normal one.
    kind: Option<String>,
    /// Where it lies, if it is not from a registry.
    path: Option<PathBuf>,
}

impl Package {
    pub(super) fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(Path::new(""))
    }
}

/// All crates of ours, those outside of the workspace too.
pub(super) fn packages(workspace: &Workspace) -> Result<Vec<Package>, Failure> {
    let manifests = OUTSIDE.iter().map(|path| workspace.root.join(path));
    let mut packages = metadata(workspace, &workspace.root.join("Cargo.toml"))?;
    for manifest in manifests.filter(|manifest| manifest.exists()) {
        packages.extend(metadata(workspace, &manifest)?);
    }
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(packages)
}

/// `--no-deps`: only what our manifests say, so that nothing need be fetched.
fn metadata(workspace: &Workspace, manifest: &Path) -> Result<Vec<Package>, Failure> {
    let what = format!("cargo metadata of {}", manifest.display());
    let output = workspace
        .cargo()
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .arg("--manifest-path")
        .arg(manifest)
        .output()
        .map_err(|error| Failure::of(&what, error))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::of(what, said.trim()));
    }
    let metadata: Metadata =
        serde_json::from_slice(&output.stdout).map_err(|error| Failure::of(what, error))?;
    Ok(metadata.packages)
}

/// Compares `packages` with the tables. The manifests are read again for the lines.
pub(super) fn check(packages: &[Package], root: &Path) -> Vec<Finding> {
    let ours: BTreeSet<&str> = packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    let mut findings = Vec::new();
    for package in packages {
        let manifest = fs::read_to_string(&package.manifest_path).unwrap_or_default();
        let lines = dependency_lines(&manifest);
        let mut report = |dependency: &str, message: String| {
            findings.push(Finding {
                file: from_root(&package.manifest_path, root),
                line: lines.get(dependency).copied().unwrap_or(0),
                message,
            });
        };
        if CHORES.contains(&package.name.as_str()) {
            continue;
        }
        let allowed = IMPORTS.iter().find(|(name, _)| *name == package.name);
        if allowed.is_none() {
            let name = &package.name;
            report(
                "",
                format!(
                    "`{name}` is not in the table of imports (crates/xtask/src/layers/tables.rs)"
                ),
            );
        }
        for dependency in &package.dependencies {
            let breach = if dependency.path.is_some() && ours.contains(dependency.name.as_str()) {
                import_breach(
                    package,
                    dependency,
                    allowed.map_or(&[], |(_, allowed)| allowed),
                )
            } else {
                fence_breach(package, dependency)
            };
            if let Some(message) = breach {
                report(&dependency.name, message);
            }
        }
    }
    findings
}

fn import_breach(package: &Package, dependency: &Dependency, allowed: &[&str]) -> Option<String> {
    let (name, imported) = (&package.name, dependency.name.as_str());
    if DOORS.contains(&imported) {
        return Some(format!(
            "`{name}` depends on `{imported}`, which is a door: nothing depends on it"
        ));
    }
    if dependency.kind.as_deref() == Some("dev") || allowed.contains(&imported) {
        return None;
    }
    let allowed = match allowed {
        [] => "nothing of ours".to_owned(),
        allowed => format!("only {}", allowed.join(", ")),
    };
    Some(format!(
        "`{name}` may not import `{imported}`; it may import {allowed}"
    ))
}

fn fence_breach(package: &Package, dependency: &Dependency) -> Option<String> {
    let name = package.name.as_str();
    if dependency.kind.as_deref() == Some("dev") {
        return None;
    }
    let fence = DEPENDENCY_FENCES.iter().find(|fence| {
        fence
            .signs
            .iter()
            .any(|sign| matches(sign, &dependency.name))
            && !fence.rooms.contains(&name)
    })?;
    Some(format!(
        "`{name}` depends on `{}`: {} may be only in {}; {}",
        dependency.name,
        fence.what,
        fence.rooms.join(", "),
        fence.instead
    ))
}

fn matches(sign: &str, name: &str) -> bool {
    match sign.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => sign == name,
    }
}

/// The line of each dependency in a manifest, counted from 1: `name = …`, `name.workspace = …`,
/// `[dependencies.name]`, or a line that renames it.
fn dependency_lines(manifest: &str) -> BTreeMap<String, usize> {
    let mut lines = BTreeMap::new();
    let mut inside = false;
    for (at, line) in manifest.lines().enumerate() {
        let line = line.trim();
        let mut names = Vec::new();
        if let Some(header) = line.strip_prefix('[') {
            let header = header.trim_end_matches(']');
            let (table, name) = match header.rsplit_once("dependencies.") {
                Some((before, name)) => (format!("{before}dependencies"), Some(name)),
                None => (header.to_owned(), None),
            };
            inside = name.is_none() && table.ends_with("dependencies");
            names.extend(name);
        } else if inside && !line.starts_with('#') {
            names.extend(line.split(['=', '.', ' ']).next());
            let renamed = line
                .split_once("package")
                .and_then(|(_, rest)| rest.split('"').nth(1));
            names.extend(renamed);
        }
        for name in names {
            lines
                .entry(name.trim_matches('"').to_owned())
                .or_insert(at + 1);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Metadata, check, dependency_lines};

    /// A crate, and its dependencies: `(name, kind, whether it is ours)`.
    type Crate<'a> = (&'a str, &'a [(&'a str, Option<&'a str>, bool)]);

    /// Findings for crates that depend as told.
    fn findings(crates: &[Crate<'_>]) -> Vec<String> {
        let packages: Vec<serde_json::Value> = crates
            .iter()
            .map(|(name, dependencies)| {
                let dependencies: Vec<serde_json::Value> = dependencies
                    .iter()
                    .map(|(name, kind, ours)| {
                        let path = ours.then(|| format!("/r/{name}"));
                        serde_json::json!({"name": name, "kind": kind, "path": path, "req": "*"})
                    })
                    .collect();
                serde_json::json!({
                    "name": name,
                    "manifest_path": format!("/r/{name}/Cargo.toml"),
                    "dependencies": dependencies,
                })
            })
            .collect();
        let metadata: Metadata =
            serde_json::from_value(serde_json::json!({"packages": packages})).unwrap();
        check(&metadata.packages, Path::new("/r"))
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn what_the_table_allows_passes() {
        let crates: &[Crate<'_>] = &[
            (
                "search",
                &[("registry-index", None, true), ("tantivy", None, false)],
            ),
            (
                "registry-index",
                &[("serde", None, false), ("search", Some("dev"), true)],
            ),
            (
                "client",
                &[
                    ("reqwest", None, false),
                    ("flate2", None, false),
                    ("git", None, true),
                ],
            ),
            ("git", &[("git2", None, false)]),
            ("install", &[("tar", Some("dev"), false)]),
            (
                "paracle-hub",
                &[("clap", None, false), ("install", None, true)],
            ),
            ("xtask", &[("clap", None, false), ("tar", None, false)]),
        ];
        assert_eq!(findings(crates), [""; 0]);
    }

    #[test]
    fn a_forbidden_import_is_found() {
        for kind in [None, Some("build")] {
            assert_eq!(
                findings(&[("install", &[("publish", kind, true)]), ("publish", &[])]),
                [
                    "install/Cargo.toml: `install` may not import `publish`; it may import only \
                  registry-index, archive, client, render, interop"
                ]
            );
        }
        assert_eq!(
            findings(&[("git", &[("archive", None, true)]), ("archive", &[])]),
            ["git/Cargo.toml: `git` may not import `archive`; it may import nothing of ours"]
        );
    }

    #[test]
    fn nothing_depends_on_a_door() {
        for door in ["paracle-hub", "xtask"] {
            for kind in [None, Some("dev"), Some("build")] {
                let found = findings(&[("install", &[(door, kind, true)]), (door, &[])]);
                assert_eq!(found.len(), 1, "{found:?}");
                assert!(found[0].contains("which is a door"), "{found:?}");
            }
        }
    }

    #[test]
    fn a_crate_that_nobody_planned_is_found() {
        let found = findings(&[("helpers", &[])]);
        assert!(
            found[0].contains("`helpers` is not in the table"),
            "{found:?}"
        );
    }

    #[test]
    fn each_fence_holds() {
        for (name, dependency) in [
            ("install", "reqwest"),
            ("client", "axum"),
            ("site-gen", "notify"),
            ("site-gen", "tantivy-common"),
            ("search", "tar"),
            ("install", "flate2"),
            ("publish", "git2"),
            ("publish", "minijinja"),
            ("registry-index", "clap"),
            ("client", "clap_complete"),
            ("deploy", "anstream"),
        ] {
            let found = findings(&[(name, &[(dependency, None, false)])]);
            assert_eq!(found.len(), 1, "{name} {dependency}: {found:?}");
            assert!(found[0].contains("may be only in"), "{found:?}");
            assert_eq!(
                findings(&[(name, &[(dependency, Some("dev"), false)])]),
                [""; 0]
            );
        }
    }

    #[test]
    fn lines_of_dependencies() {
        let manifest = "[package]\nname = \"tar\"\n\n[dependencies]\n# tar\ntar.workspace = true\ngit = { package = \"git2\", version = \"1\" }\n[target.'cfg(unix)'.dependencies.flate2]\nversion = \"1\"\n[dev-dependencies]\nreqwest = \"1\"\n";
        let lines = dependency_lines(manifest);
        let line = |name: &str| lines.get(name).copied();
        assert_eq!(
            [
                line("tar"),
                line("git2"),
                line("flate2"),
                line("reqwest"),
                line("name")
            ],
            [Some(6), Some(7), Some(8), Some(11), None]
        );
    }
}
