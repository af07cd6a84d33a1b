//! `cargo xtask corpus`: a valid registry of any size, to measure and to stress things with.
//!
//! ```text
//! debian      package lists -> descriptions
//! names       Debian names  -> names, and namespaces without look-alikes
//! package     description   -> files (text: summary, README; component: what is installed)
//! repository  files         -> a commit
//! ```
//!
//! Then the binary itself releases everything, and a second commit holds the records. The same seed
//! and the same package lists give the same commits.

pub(crate) mod component;
pub(crate) mod debian;
mod names;
mod package;
pub(crate) mod random;
pub(crate) mod repository;
mod text;

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

use crate::apt::Apt;
use crate::program::{self, Program};
use crate::workspace::{Failure, Workspace};
use debian::Description;
use names::Names;
pub(crate) use package::Package;
use package::{File, Sections};
use random::Random;
use repository::Repository;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// How many packages
    #[arg(long, value_name = "N")]
    packages: usize,
    /// Where it is made: a folder that is empty or not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Another seed makes another registry
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    program: program::Options,
}

pub(crate) fn run(workspace: &Workspace, options: Options) -> Result<(), Failure> {
    let out = workspace.root.join(&options.out);
    if fs::read_dir(&out).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Failure(format!("{} is not empty", out.display())));
    }
    let program = Program::of(workspace, &options.program)?;
    let begun = Instant::now();
    let step = |what: &str| println!("{:>8.1} s  {what}", begun.elapsed().as_secs_f64());
    let descriptions = debian::descriptions(&Apt::of(workspace)?)?;
    step(&format!("{} descriptions read", descriptions.len()));
    let mit = workspace.root.join("LICENSE-MIT");
    let mit = fs::read_to_string(&mit).map_err(|error| Failure::of(mit.display(), error))?;
    let repository = Repository::new(&out)?;
    write_sources(&repository, &descriptions, &mit, &options)?;
    step(&format!("{} packages committed", options.packages));
    release(&program, &out)?;
    step("released");
    write_records(&repository, &out)?;
    step("records committed");
    Ok(())
}

fn write_sources(
    repository: &Repository,
    descriptions: &[Description],
    mit: &str,
    options: &Options,
) -> Result<(), Failure> {
    let mut random = Random::new(options.seed);
    let sections = sections(descriptions);
    let chosen = choose(descriptions, options.packages, &mut random);
    let mut commit = repository.commit("Add packages")?;
    for (path, text) in index(&sections, chosen.iter().map(|(name, _)| name.as_str())) {
        commit.file(&path, text.as_bytes())?;
    }
    for (name, description) in &chosen {
        let package = Package::new(name, description, &sections, &mut random);
        for (path, text) in package.files(&description.body, mit) {
            commit.file(&path, text.as_bytes())?;
        }
    }
    commit.finish()
}

/// What the packages of a corpus say, one after the other: those of `cargo xtask corpus` with the same
/// seed.
pub(crate) fn packages(
    workspace: &Workspace,
    wanted: usize,
    seed: u64,
    mut take: impl FnMut(&Package) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let descriptions = debian::descriptions(&Apt::of(workspace)?)?;
    let sections = sections(&descriptions);
    let mut random = Random::new(seed);
    for (name, description) in choose(&descriptions, wanted, &mut random) {
        take(&Package::new(&name, description, &sections, &mut random))?;
    }
    Ok(())
}

fn sections(descriptions: &[Description]) -> Sections<'_> {
    let mut sections: Sections<'_> = HashMap::new();
    for description in descriptions {
        let texts = sections.entry(&description.section).or_default();
        texts.push(&description.body);
    }
    sections
}

/// As many names as wanted, each with what it is about. Where there are more than Debian has, the
/// descriptions go round again, under other names and in another order.
fn choose<'a>(
    descriptions: &'a [Description],
    wanted: usize,
    random: &mut Random,
) -> Vec<(String, &'a Description)> {
    let mut names = Names::default();
    let mut chosen = Vec::with_capacity(wanted);
    for round in 0.. {
        let mut order: Vec<&Description> = descriptions.iter().collect();
        random.shuffle(&mut order);
        for description in order {
            if chosen.len() == wanted {
                return chosen;
            }
            let name = names.take(&description.name, round);
            chosen.extend(name.map(|name| (name, description)));
        }
    }
    chosen
}

/// `registry.toml`, the namespaces and what git leaves out.
fn index<'a>(sections: &Sections<'_>, names: impl Iterator<Item = &'a str>) -> Vec<File> {
    let shelves: BTreeSet<&str> = sections.keys().copied().collect();
    let shelves: String = shelves
        .iter()
        .map(|id| format!("{id} = \"Section {id}\"\n"))
        .collect();
    let registry = format!(
        "format = 1\nname = \"corpus\"\ntitle = \"Corpus\"\nurl = \"https://corpus.example/\"\n\
         description = \"Packages made of Debian's descriptions\"\nhosts = [\"git.corpus.example\"]\n\n\
         [forge]\nrepository = \"https://git.corpus.example/corpus\"\n\n[categories]\n{shelves}"
    );
    let mut files = vec![
        ("registry-index/registry.toml".to_owned(), registry),
        (".gitignore".to_owned(), "/_site\n/.paracle\n".to_owned()),
    ];
    let namespaces: BTreeSet<String> = names.map(names::namespace).collect();
    for (at, namespace) in namespaces.iter().enumerate() {
        let owners = format!("format = 1\nowners = [\"github:{}\"]\n", 1000 + at);
        files.push((
            format!("registry-index/namespaces/{namespace}.toml"),
            owners,
        ));
    }
    files
}

/// Releases what is new in the registry at `folder`.
pub(crate) fn release(program: &Program, folder: &Path) -> Result<(), Failure> {
    let mut command = program.command();
    command
        .args(["registry", "release", "--quiet", "--registry"])
        .arg(folder);
    let status = command.stdout(Stdio::null()).status();
    let status = status.map_err(|error| Failure::of(program.path().display(), error))?;
    match status.success() {
        true => Ok(()),
        false => Err(Failure(format!(
            "`paracle registry release` failed ({status})"
        ))),
    }
}

/// Commits the records of everything that was released.
pub(crate) fn write_records(repository: &Repository, folder: &Path) -> Result<(), Failure> {
    let packages = folder.join("registry-index/packages");
    let records = files(&packages).map_err(|error| Failure::of(packages.display(), error))?;
    let mut commit = repository.commit("Add records")?;
    for path in records {
        let bytes = fs::read(&path).map_err(|error| Failure::of(path.display(), error))?;
        let from_root = path.strip_prefix(folder).unwrap_or(&path);
        let parts: Vec<_> = from_root
            .iter()
            .map(|part| part.to_string_lossy())
            .collect();
        commit.file(&parts.join("/"), &bytes)?;
    }
    commit.finish()
}

/// Every file below a folder, sorted.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        match entry.file_type()?.is_dir() {
            true => found.extend(files(&entry.path())?),
            false => found.push(entry.path()),
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{Description, Random, choose};

    fn description(name: &str) -> Description {
        Description {
            name: name.to_owned(),
            section: "misc".to_owned(),
            maintainer: String::new(),
            tags: Vec::new(),
            summary: String::new(),
            body: String::new(),
        }
    }

    #[test]
    fn there_are_as_many_as_wanted() {
        let few = ["aa", "bb", "b-b", "cc"].map(description);
        let names = |wanted| -> Vec<String> {
            let mut random = Random::new(1);
            choose(&few, wanted, &mut random)
                .into_iter()
                .map(|(name, _)| name)
                .collect()
        };
        assert_eq!(names(2).len(), 2);
        let mut many = names(50);
        assert_eq!(many, names(50));
        many.sort();
        many.dedup();
        assert_eq!(many.len(), 50);
        assert!(many.contains(&"aa-kit".to_owned()));
    }
}
