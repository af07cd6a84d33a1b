//! Everything that was said -> the files of `ratings/`.

use std::collections::BTreeMap;

use registry_index::{Loaded, PackageName, registry};
use semver::Version;

use super::{
    RatingError,
    count::count,
    file::text,
    forum::{Discussion, Forum},
};

/// What must be known of a registry's packages.
#[derive(Clone, Debug, Default)]
pub struct Packages {
    packages: BTreeMap<PackageName, (Vec<Version>, Vec<String>)>,
    renames: BTreeMap<PackageName, PackageName>,
}

impl Packages {
    /// The packages that `loaded` has releases of.
    pub fn of(loaded: &Loaded) -> Self {
        let mut owners = registry::owners(loaded, |_| true);
        let released = loaded
            .listing
            .iter()
            .filter(|(_, versions)| !versions.is_empty());
        let renames = loaded
            .renames
            .iter()
            .flat_map(|renames| &renames.value.renames);
        Self {
            packages: released
                .map(|(name, versions)| {
                    let owners = owners.remove(name).unwrap_or_default();
                    (name.clone(), (versions.clone(), owners))
                })
                .collect(),
            renames: renames
                .filter_map(|(old, new)| Some((old.parse().ok()?, new.parse().ok()?)))
                .collect(),
        }
    }

    /// One package alone, of which no more has to be known than what it was called.
    pub fn one(name: &PackageName, renames: &BTreeMap<PackageName, PackageName>) -> Self {
        Self {
            packages: BTreeMap::from([(name.clone(), (Vec::new(), Vec::new()))]),
            renames: renames.clone(),
        }
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &PackageName> {
        self.packages.keys()
    }

    /// The package that a discussion with this title is about. One that was renamed keeps its
    /// discussion, and with it what people think.
    pub(super) fn titled(&self, title: &str) -> Option<&PackageName> {
        let name: PackageName = title.trim().parse().ok()?;
        let name = self.renames.get(&name).unwrap_or(&name);
        self.packages.get_key_value(name).map(|(name, _)| name)
    }
}

/// What was taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// The text of each file; packages without ratings have none.
    pub files: BTreeMap<PackageName, String>,
    /// How many discussions were read.
    pub discussions: usize,
    /// How many ratings count.
    pub ratings: usize,
}

/// Reads all discussions to their end and counts.
///
/// # Errors
/// Where the forge does not answer; then nothing was taken.
pub fn collect(forum: &Forum<'_>, packages: &Packages) -> Result<Collected, RatingError> {
    let discussions = forum.discussions()?;
    let mut about: BTreeMap<&PackageName, Vec<&Discussion>> = BTreeMap::new();
    for discussion in &discussions {
        if let Some(name) = packages.titled(&discussion.title) {
            about.entry(name).or_default().push(discussion);
        }
    }
    let mut collected = Collected {
        discussions: discussions.len(),
        ..Collected::default()
    };
    for (name, discussions) in about {
        let Some((versions, owners)) = packages.packages.get(name) else {
            continue;
        };
        let ratings = count(discussions.into_iter(), versions, owners);
        collected.ratings += ratings.len();
        if !ratings.is_empty() {
            collected.files.insert(name.clone(), text(ratings));
        }
    }
    Ok(collected)
}
