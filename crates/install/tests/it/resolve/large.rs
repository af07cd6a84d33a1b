//! As large as a project may ever get.

use std::{cell::RefCell, collections::BTreeMap, error::Error, time::Instant};

use install::resolve::{Question, Registries, Resolution, ResolveError, Resolved, Want, resolve};
use registry_index::{PackageName, manifest::Dependency, wire::Package};
use semver::VersionReq;

use super::world::{HUB, Scene, World, release};

type Trouble = Box<dyn Error + Send + Sync>;

const PACKAGES: usize = 1000;
const VERSIONS: u64 = 10;

fn name(package: usize) -> String {
    format!("core/package-{package:04}")
}

/// Each package needs four of those after it; `conflicts` makes the newest releases of every
/// fifth need an old release of the next package, which others do not want.
fn scene(packages: usize, conflicts: bool) -> Scene {
    let mut scene = Scene::default();
    for package in 0..packages {
        for version in 0..VERSIONS {
            let mut release = release(&name(package), &format!("1.{version}.0"));
            let dependencies = &mut release.record.manifest.dependencies;
            for step in [1, 7, 31, 100] {
                let backwards = conflicts && step == 1 && package % 5 == 0 && version > 6;
                let range = match backwards {
                    true => "<1.2.0".to_owned(),
                    false => format!(">=1.{}.0", version / 2),
                };
                if package + step < packages {
                    let name: PackageName = name(package + step).parse().unwrap();
                    let dependency = Dependency {
                        version: range.parse().unwrap(),
                        optional: false,
                        registry: None,
                    };
                    dependencies.insert(name, dependency);
                }
            }
            scene.world.put(HUB, release);
        }
    }
    scene.wants = (0..3)
        .map(|package| Want {
            name: name(package).parse().unwrap(),
            registry: HUB.to_owned(),
            range: VersionReq::STAR,
        })
        .collect();
    scene
}

/// Hands out what it has, so that copying is not measured; and so each package once.
struct Given(RefCell<BTreeMap<(String, PackageName), Package>>);

impl Registries for Given {
    fn package(&self, url: &str, name: &PackageName) -> Result<Option<Package>, Trouble> {
        Ok(self.0.borrow_mut().remove(&(url.to_owned(), name.clone())))
    }
}

/// A registry that thinks up another package whenever it is asked.
struct Endless;

impl Registries for Endless {
    fn package(&self, _: &str, name: &PackageName) -> Result<Option<Package>, Trouble> {
        let number: u32 = name.name()[3..].parse().unwrap();
        let mut release = release(name.as_str(), "1.0.0");
        let next = format!("core/no-{}", number + 1).parse().unwrap();
        let dependency = Dependency {
            version: VersionReq::STAR,
            optional: false,
            registry: None,
        };
        release
            .record
            .manifest
            .dependencies
            .insert(next, dependency);
        let mut world = World::default();
        world.put(HUB, release);
        Ok(world.packages.into_values().next())
    }
}

/// A tenth of a second is what it may take; a machine that is busy gets more.
fn timed(scene: &Scene) -> Result<Resolution, ResolveError> {
    let given = Given(RefCell::new(scene.world.packages.clone()));
    let question = Question {
        wants: scene.wants.clone(),
        ..Question::default()
    };
    let start = Instant::now();
    let resolution = resolve(&question, &given);
    let took = start.elapsed();
    assert!(took.as_secs() < 5, "{took:?}");
    resolution
}

#[test]
fn a_thousand_packages_are_chosen() {
    let scene = scene(PACKAGES, false);
    let resolution = timed(&scene).unwrap();
    assert_eq!(resolution.packages.len(), PACKAGES);
    assert!(resolution.packages.iter().all(|p| p.version().minor == 9));
}

#[test]
fn a_thousand_packages_that_hold_each_other_back_are_chosen() {
    let scene = scene(PACKAGES, true);
    let resolution = timed(&scene).unwrap();
    assert_eq!(resolution.packages.len(), PACKAGES);
    let old = |p: &&Resolved| p.version().minor < 9;
    assert!(resolution.packages.iter().filter(old).count() >= PACKAGES / 10);
}

#[test]
fn a_chain_is_as_long_as_it_is() {
    let packages = 100;
    let mut scene = scene(packages, false);
    for package in scene.world.packages.values_mut() {
        for release in &mut package.releases {
            let dependencies = &mut release.record.manifest.dependencies;
            dependencies.retain(|name, _| {
                let number = |name: &PackageName| name.name()[8..].parse::<usize>().unwrap();
                number(name) == number(&package.name) + 1
            });
        }
    }
    let last: PackageName = name(packages - 1).parse().unwrap();
    scene.wants.truncate(1);
    assert_eq!(timed(&scene).unwrap().packages[0].name(), &last);
    scene.world.packages.remove(&(HUB.to_owned(), last.clone()));
    let error = timed(&scene).unwrap_err();
    assert!(error.to_string().contains(last.as_str()), "{error}");
}

#[test]
fn a_registry_without_end_is_left() {
    let question = Question {
        wants: vec![Want {
            name: "core/no-1".parse().unwrap(),
            registry: HUB.to_owned(),
            range: VersionReq::STAR,
        }],
        ..Question::default()
    };
    let error = resolve(&question, &Endless).unwrap_err();
    assert!(matches!(error, ResolveError::TooMuch { .. }), "{error}");
}
