//! Packages made up for a chore, released round by round: a registry and, after each round, its site.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::corpus::component::Kind;
use crate::corpus::repository::Repository;
use crate::corpus::{release, write_records};
use crate::program::Program;
use crate::tree::remove;
use crate::workspace::Failure;

/// Where the packages of a [`Stock`] live.
pub(crate) const NAMESPACE: &str = "demo";

const REGISTRY: &str = r#"format = 1
name = "stock"
title = "Stock"
url = "https://stock.example/"
description = "Packages made up for a chore"
hosts = ["git.stock.example"]

[forge]
repository = "https://git.stock.example/stock"

[categories]
testing = "Testing"
"#;
const OWNERS: &str = "format = 1\nowners = [\"github:1000\"]\n";

/// A package as its author has it.
#[derive(Clone)]
pub(crate) struct Source {
    /// The last part of its name.
    pub(crate) name: String,
    pub(crate) version: &'static str,
    /// What it is mainly.
    pub(crate) kind: Kind,
    /// What it asks, each for a text.
    pub(crate) variables: &'static [&'static str],
    /// What follows in its manifest.
    pub(crate) tables: String,
    /// Its components, by path from its folder.
    pub(crate) files: Vec<(String, String)>,
}

impl Source {
    /// Every file of its folder.
    pub(crate) fn folder(&self) -> Vec<(String, String)> {
        let Source {
            name,
            version,
            kind,
            tables,
            ..
        } = self;
        let asks: String = self
            .variables
            .iter()
            .map(|name| format!("\n[variables.{name}]\ntype = \"string\"\nprompt = \"What?\"\n"))
            .collect();
        let answers: String = self
            .variables
            .iter()
            .map(|name| format!("{name} = \"demo\"\n"))
            .collect();
        let kind = kind.word();
        let manifest = format!(
            "format = 1\n\n[package]\nname = \"{NAMESPACE}/{name}\"\nversion = \"{version}\"\n\
             kind = \"{kind}\"\nsummary = \"Made up to be installed, updated and removed\"\n\
             license = \"Apache-2.0\"\nauthors = [\"octocat\"]\ncategories = [\"testing\"]\n\
             keywords = [\"testing\"]\nparacle = \">=1.0.0\"\n{asks}{tables}"
        );
        let readme = format!("# {name}\n\nMade up to be installed, updated and removed.\n");
        let mut files = vec![
            ("paracle.toml".to_owned(), manifest),
            ("README.md".to_owned(), readme),
            (
                "tests/default/answers.toml".to_owned(),
                format!("format = 1\n\n[answers]\n{answers}"),
            ),
        ];
        files.extend(self.files.iter().cloned());
        files
    }
}

/// A registry whose packages were released round by round.
pub(crate) struct Stock {
    /// Its site as it was after each round.
    pub(crate) sites: Vec<PathBuf>,
}

impl Stock {
    /// Makes it anew in `folder`, which is ours.
    pub(crate) fn make(
        program: &Program,
        folder: &Path,
        rounds: &[Vec<Source>],
    ) -> Result<Stock, Failure> {
        remove(folder)?;
        let registry = folder.join("registry");
        let repository = Repository::new(&registry)?;
        let mut sites = Vec::new();
        for (at, sources) in rounds.iter().enumerate() {
            let mut commit = repository.commit("Add packages")?;
            if at == 0 {
                commit.file("registry-index/registry.toml", REGISTRY.as_bytes())?;
                let owners = format!("registry-index/namespaces/{NAMESPACE}.toml");
                commit.file(&owners, OWNERS.as_bytes())?;
                commit.file(".gitignore", b"/_site\n/.paracle\n")?;
            }
            for source in sources {
                let place = format!("templates/{}/{}", source.kind.plural(), source.name);
                for (path, text) in source.folder() {
                    commit.file(&format!("{place}/{path}"), text.as_bytes())?;
                }
            }
            commit.finish()?;
            release(program, &registry)?;
            write_records(&repository, &registry)?;
            let site = folder.join(format!("site-{at}"));
            build(program, &registry, &site)?;
            sites.push(site);
        }
        Ok(Stock { sites })
    }
}

fn build(program: &Program, registry: &Path, site: &Path) -> Result<(), Failure> {
    let mut command = program.command();
    command.args(["registry", "build", "--quiet", "--registry"]);
    command.arg(registry).arg("--out").arg(site);
    let status = command.stdout(Stdio::null()).status();
    let status = status.map_err(|error| Failure::of(program.path().display(), error))?;
    match status.success() {
        true => Ok(()),
        false => Err(Failure(format!(
            "`paracle registry build` failed ({status})"
        ))),
    }
}

/// Writes files below `folder`, and the folders that they need.
pub(crate) fn write(folder: &Path, files: &[(String, String)]) -> Result<(), Failure> {
    for (path, text) in files {
        let path = folder.join(path);
        let failed = |error| Failure::of(path.display(), error);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        fs::write(&path, text).map_err(failed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Kind, Source};

    #[test]
    fn a_source_has_what_a_package_needs() {
        let source = Source {
            name: "coder".to_owned(),
            version: "1.0.0",
            kind: Kind::Agent,
            variables: &["name"],
            tables: "[uses]\nnetwork = []\n".to_owned(),
            files: vec![("agents/coder.md".to_owned(), "# Coder\n".to_owned())],
        };
        let files = source.folder();
        let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
        let answers = "tests/default/answers.toml";
        assert_eq!(
            paths,
            ["paracle.toml", "README.md", answers, "agents/coder.md"]
        );
        assert!(files[0].1.contains("[variables.name]\ntype = \"string\"\n"));
        assert!(files[2].1.ends_with("[answers]\nname = \"demo\"\n"));
        assert!(files[0].1.contains("name = \"demo/coder\"\n"));
        assert!(files[0].1.ends_with("[uses]\nnetwork = []\n"));
    }
}
