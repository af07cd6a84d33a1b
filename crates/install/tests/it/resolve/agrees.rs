//! Against a solver that tries everything.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use registry_index::{PackageName, manifest::Dependency};
use semver::{Version, VersionReq};

use super::world::{HUB, Scene, release};
use install::resolve::{Locked, ResolveError, Want};

const NAMES: [&str; 5] = ["core/aa", "core/bb", "core/cc", "core/dd", "core/ee"];
const VERSIONS: [&str; 7] = [
    "0.1.0",
    "0.2.0",
    "1.0.0-rc.1",
    "1.0.0",
    "1.1.0",
    "2.0.0-beta.1",
    "2.0.0",
];
/// Ranges, and which of [`VERSIONS`] lie in them by order alone.
const RANGES: [(&str, &[usize]); 9] = [
    ("*", &[0, 1, 2, 3, 4, 5, 6]),
    ("^1", &[2, 3, 4]),
    ("^0.1", &[0]),
    (">=0.2.0", &[1, 2, 3, 4, 5, 6]),
    ("<2.0.0", &[0, 1, 2, 3, 4]),
    ("=1.0.0", &[3]),
    (">=1.0.0-rc.1", &[2, 3, 4, 5, 6]),
    ("^2.0.0-beta.1", &[5, 6]),
    (">=0.2.0, <1.1.0", &[1, 2, 3]),
];

#[derive(Clone, Debug)]
struct Need {
    /// Past the end for a package that does not exist.
    package: usize,
    range: usize,
    optional: bool,
}

#[derive(Clone, Debug)]
struct Made {
    yanked: bool,
    needs: Vec<Need>,
}

#[derive(Clone, Debug)]
struct Small {
    /// By package, then by index into [`VERSIONS`].
    packages: Vec<BTreeMap<usize, Made>>,
    wants: Vec<(usize, usize)>,
    locked: BTreeMap<usize, usize>,
    with: BTreeSet<(usize, usize)>,
    prereleases: bool,
}

fn small() -> impl Strategy<Value = Small> {
    let need = (0..6_usize, 0..RANGES.len(), prop::bool::weighted(0.25));
    let need = need.prop_map(|(package, range, optional)| Need {
        package: if package == 5 { 0 } else { package },
        range,
        optional,
    });
    let made = (
        prop::bool::weighted(0.15),
        prop::collection::vec(need, 0..4),
    );
    let made = made.prop_map(|(yanked, needs)| Made { yanked, needs });
    let package = prop::collection::btree_map(0..VERSIONS.len(), made, 0..5);
    (
        prop::collection::vec(package, 5),
        prop::collection::vec((0..5_usize, 0..RANGES.len()), 1..4),
        prop::collection::btree_map(0..5_usize, 0..VERSIONS.len(), 0..3),
        prop::collection::btree_set((0..5_usize, 0..5_usize), 0..6),
        prop::bool::weighted(0.3),
    )
        .prop_map(|(packages, wants, locked, with, prereleases)| Small {
            packages,
            wants,
            locked,
            with,
            prereleases,
        })
}

fn name(package: usize) -> PackageName {
    NAMES[package].parse().unwrap()
}

impl Small {
    fn scene(&self) -> Scene {
        let mut scene = Scene::default();
        for (package, releases) in self.packages.iter().enumerate() {
            for (version, made) in releases {
                let mut release = release(NAMES[package], VERSIONS[*version]);
                release.yanked = made.yanked.then(|| "broken".to_owned());
                for need in &made.needs {
                    let dependency = Dependency {
                        version: RANGES[need.range].0.parse().unwrap(),
                        optional: need.optional,
                        registry: None,
                    };
                    let dependencies = &mut release.record.manifest.dependencies;
                    dependencies.insert(name(need.package), dependency);
                }
                scene.world.put(HUB, release);
            }
        }
        scene.wants = self
            .wants
            .iter()
            .map(|(package, range)| Want {
                name: name(*package),
                registry: HUB.to_owned(),
                range: RANGES[*range].0.parse().unwrap(),
            })
            .collect();
        scene.locked = self
            .locked
            .iter()
            .map(|(package, version)| Locked {
                gives_way: false,
                name: name(*package),
                registry: HUB.to_owned(),
                version: VERSIONS[*version].parse().unwrap(),
            })
            .collect();
        scene.with = self
            .with
            .iter()
            .map(|(a, b)| (name(*a), name(*b)))
            .collect();
        scene.prereleases = self.prereleases;
        scene
    }

    /// What a release needs; of two needs of one package a manifest keeps the last.
    fn needs(&self, package: usize, made: &Made) -> Vec<(usize, usize)> {
        let last: BTreeMap<usize, &Need> = made.needs.iter().map(|n| (n.package, n)).collect();
        last.into_values()
            .filter(|need| !need.optional || self.with.contains(&(package, need.package)))
            .map(|need| (need.package, need.range))
            .collect()
    }

    fn fits(&self, package: usize, range: usize, version: usize) -> bool {
        let (text, by_order) = RANGES[range];
        let locked = self.locked.get(&package) == Some(&version);
        let yanked = self.packages[package][&version].yanked;
        let range: VersionReq = text.parse().unwrap();
        let named = range.matches(&VERSIONS[version].parse::<Version>().unwrap());
        let unnamed = by_order.contains(&version) && (locked || self.prereleases);
        (named || unnamed) && (locked || !yanked)
    }

    fn holds(&self, choice: &[Option<usize>]) -> bool {
        let had = |(package, range): (usize, usize)| {
            choice[package].is_some_and(|version| self.fits(package, range, version))
        };
        let needs = choice.iter().enumerate().flat_map(|(package, version)| {
            let made = version.map(|version| &self.packages[package][&version]);
            made.map(|made| self.needs(package, made))
                .unwrap_or_default()
        });
        self.wants.iter().copied().chain(needs).all(had)
    }

    /// How new what is wanted is, in the order in which it is wanted.
    fn rank(&self, choice: &[Option<usize>]) -> Vec<Option<usize>> {
        let rank = |(package, _): &(usize, usize)| {
            let locked = self.locked.get(package).copied();
            choice[*package].map(|version| match Some(version) == locked {
                true => usize::MAX,
                false => version,
            })
        };
        self.wants.iter().map(rank).collect()
    }

    fn best(&self) -> Option<Vec<Option<usize>>> {
        let mut best: Option<Vec<Option<usize>>> = None;
        let mut choice = vec![None; self.packages.len()];
        loop {
            if self.holds(&choice) {
                best = best.max(Some(self.rank(&choice)));
            }
            let mut package = 0;
            loop {
                let next = match choice[package] {
                    None => self.packages[package].keys().next(),
                    Some(v) => self.packages[package].range(v + 1..).next().map(|(v, _)| v),
                };
                choice[package] = next.copied();
                if next.is_some() {
                    break;
                }
                package += 1;
                if package == choice.len() {
                    return best;
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    /// There is an answer exactly where there is one; it holds; nothing in it is idle; and no other
    /// has a newer first want, nor a newer second with the same first.
    #[test]
    fn agrees_with_trying_everything(small in small()) {
        let scene = small.scene();
        let resolution = match scene.resolve() {
            Ok(resolution) => resolution,
            Err(ResolveError::Conflict(_) | ResolveError::Unknown(_)) => {
                prop_assert_eq!(small.best(), None);
                return Ok(());
            }
            Err(other) => return Err(TestCaseError::fail(other.to_string())),
        };
        let index = |name: &PackageName| NAMES.iter().position(|n| *n == name.as_str()).unwrap();
        let mut choice = vec![None; NAMES.len()];
        for package in &resolution.packages {
            let version = package.version().to_string();
            let version = VERSIONS.iter().position(|v| *v == version);
            choice[index(package.name())] = version;
        }
        prop_assert!(small.holds(&choice), "{:?}", choice);
        prop_assert_eq!(Some(small.rank(&choice)), small.best());
        let mut needed: BTreeSet<usize> = small.wants.iter().map(|(package, _)| *package).collect();
        let before: Vec<usize> = resolution.packages.iter().map(|p| index(p.name())).collect();
        for package in resolution.packages.iter() {
            needed.extend(package.needs.iter().map(index));
        }
        prop_assert_eq!(needed, before.iter().copied().collect::<BTreeSet<_>>());
        prop_assert_eq!(scene.resolve().unwrap(), resolution);
    }

    /// What is proposed where nothing goes together is said in the same words each time.
    #[test]
    fn an_explanation_is_the_same_each_time(small in small()) {
        if let (Err(one), Err(other)) = (small.scene().resolve(), small.scene().resolve()) {
            prop_assert_eq!(one.to_string(), other.to_string());
            prop_assert_eq!(one.hint(), other.hint());
            if let ResolveError::Conflict(explanation) = one {
                prop_assert!(!explanation.facts.is_empty());
            }
        }
    }
}
