//! Choosing versions: many packages with many releases each, all of which are needed by the one that is
//! wanted. The library is timed by itself, with every package at hand; reading them is another matter.

use std::collections::HashMap;
use std::error::Error;
use std::path::Path;
use std::time::Instant;

use install::resolve::{Question, Registries, Want, resolve};
use registry_index::PackageName;
use registry_index::manifest::Dependency;
use registry_index::wire::Package;
use semver::{Version, VersionReq};

use super::USUAL;
use crate::bench::Bench;
use crate::bench::report::{Report, median, time};
use crate::corpus::component::Kind;
use crate::corpus::random::Random;
use crate::stock::{NAMESPACE, Source, Stock};
use crate::tree::{Node, Tree, remove};
use crate::workspace::Failure;

const PACKAGES: usize = 1_000;
const VERSIONS: u64 = 10;
/// Seconds.
const GOAL: f64 = 0.1;
const URL: &str = "https://stock.example/";

pub(super) fn run(bench: &Bench<'_>, report: &mut Report) -> Result<(), Failure> {
    let folder = bench.scratch("resolve")?;
    let shelf = Shelf::of(&real(bench, &folder)?)?;
    remove(&folder)?;
    let question = Question {
        wants: vec![Want {
            name: name(0)?,
            registry: URL.to_owned(),
            range: VersionReq::STAR,
        }],
        ..Question::default()
    };
    let mut walls = Vec::new();
    let mut newest = 0;
    for _ in 0..=bench.runs(USUAL) {
        let begun = Instant::now();
        let resolution = resolve(&question, &shelf);
        walls.push(begun.elapsed().as_secs_f64());
        let resolution = resolution.map_err(|error| Failure::of("resolving", error))?;
        let chosen = resolution.packages.len();
        if chosen != PACKAGES {
            return Err(Failure(format!(
                "{chosen} of {PACKAGES} packages were chosen"
            )));
        }
        let is_newest = |version: &Version| version.minor + 1 == VERSIONS;
        newest = resolution
            .packages
            .iter()
            .filter(|one| is_newest(one.version()))
            .count();
    }
    // The first was to warm up.
    let walls = &walls[1..];
    let (least, most) = walls
        .iter()
        .fold((f64::INFINITY, 0.0_f64), |(least, most), wall| {
            (least.min(*wall), most.max(*wall))
        });
    let middle = median(walls);
    let verdict = if middle <= GOAL { "met" } else { "MISSED" };
    report.conclude(format!(
        "resolving {PACKAGES} packages with {VERSIONS} versions each, of which {newest} can be the newest: \
         {} ({} … {}) in {} runs (goal {}: {verdict})",
        time(middle),
        time(least),
        time(most),
        walls.len(),
        time(GOAL),
    ));
    Ok(())
}

/// Packages at hand, as a registry would answer.
struct Shelf(HashMap<PackageName, Package>);

impl Shelf {
    /// Many like `model`. Each needs the two that follow it in a heap, so all are needed, and two others
    /// of which it does not want the newest.
    fn of(model: &Package) -> Result<Shelf, Failure> {
        let mut random = Random::new(7);
        let names = (0..PACKAGES).map(name).collect::<Result<Vec<_>, _>>()?;
        let mut packages = HashMap::new();
        for (at, name) in names.iter().enumerate() {
            let mut package = model.clone();
            package.name = name.clone();
            let model = package.releases.remove(0);
            package.releases.clear();
            for minor in 0..VERSIONS {
                let mut release = model.clone();
                let manifest = &mut release.record.manifest;
                manifest.name = name.clone();
                manifest.version = Version::new(1, minor, 0);
                manifest.dependencies.clear();
                for child in [2 * at + 1, 2 * at + 2] {
                    if let Some(child) = names.get(child) {
                        manifest.dependencies.insert(child.clone(), needs("^1.0")?);
                    }
                }
                let later = PACKAGES - at - 1;
                for _ in 0..2.min(later) {
                    let other = &names[at + 1 + random.below(later)];
                    let range = format!(">=1.0, <1.{}", 5 + random.below(6));
                    manifest.dependencies.insert(other.clone(), needs(&range)?);
                }
                // The newest stands first in what registries publish.
                package.releases.insert(0, release);
            }
            packages.insert(name.clone(), package);
        }
        Ok(Shelf(packages))
    }
}

impl Registries for Shelf {
    fn package(
        &self,
        _: &str,
        name: &PackageName,
    ) -> Result<Option<Package>, Box<dyn Error + Send + Sync>> {
        Ok(self.0.get(name).cloned())
    }
}

fn name(at: usize) -> Result<PackageName, Failure> {
    let name = format!("{NAMESPACE}/pack-{at:04}");
    name.parse().map_err(|error| Failure::of(name, error))
}

fn needs(range: &str) -> Result<Dependency, Failure> {
    Ok(Dependency {
        version: range.parse().map_err(|error| Failure::of(range, error))?,
        optional: false,
        registry: None,
    })
}

/// What a site says of a package that was really released.
fn real(bench: &Bench<'_>, folder: &Path) -> Result<Package, Failure> {
    let source = Source {
        name: "model".to_owned(),
        version: "1.0.0",
        kind: Kind::Project,
        variables: &[],
        tables: String::new(),
        files: vec![("project/docs/model.md".to_owned(), "A file.\n".to_owned())],
    };
    let stock = Stock::make(&bench.program, folder, &[vec![source]])?;
    let packages = stock.sites[0].join("index/packages");
    let tree = Tree::read(&packages, &|_| false)?;
    let text = tree.0.values().find_map(|node| match node {
        Node::File { bytes, .. } => Some(bytes),
        _ => None,
    });
    let text = text.ok_or_else(|| Failure("the site has no package".to_owned()))?;
    serde_json::from_slice(text).map_err(|error| Failure::of(packages.display(), error))
}
