//! `name-collision`: names that a file system, a tool or a tired reader takes for the same. One name
//! space over all kinds; an old name of a renamed package is never free again.

use std::collections::BTreeMap;

use super::{Check, Report, Rule, Scene};
use crate::{
    finding::{Place, Severity},
    load::Layout,
    name::PackageName,
};

pub(super) static RULE: Rule = Rule {
    id: "name-collision",
    severity: Severity::Error,
    about: "No two packages have names that differ only in hyphens, and old names stay taken",
    help: "choose a name that differs in more than hyphens from every other",
    check: Check::Whole(check),
};

struct Claim {
    name: PackageName,
    place: Place,
    /// Sources must give way to what is in the index.
    is_indexed: bool,
}

fn check(scene: &Scene<'_>, report: &mut Report<'_>) {
    let mut first: BTreeMap<String, Claim> = BTreeMap::new();
    for claim in claims(scene) {
        let folded = claim.name.folded();
        match first.get(&folded) {
            None => {
                first.insert(folded, claim);
            }
            // A source of a released package is that package.
            Some(other) if other.name == claim.name && other.is_indexed && !claim.is_indexed => {}
            Some(other) => {
                let (name, taken) = (claim.name.as_str(), other.name.as_str());
                let message = match name == taken {
                    true => format!("{name:?} is also the name of {}", other.place.file),
                    false => format!("{name:?} cannot be told from {taken:?}"),
                };
                report.about(&claim.name).found(claim.place, message);
            }
        }
    }
    for (old, new) in scene.loaded.renames.iter().flat_map(|r| &r.value.renames) {
        let Ok(old) = old.parse::<PackageName>() else {
            continue;
        };
        if let Some(claim) = first.get(&old.folded()).filter(|claim| claim.name != old) {
            let (name, new) = (claim.name.as_str(), new.get());
            let message = format!(
                "{name:?} cannot be told from {:?}, which {new:?} was called",
                old.as_str()
            );
            report
                .about(&claim.name)
                .found(claim.place.clone(), message);
        }
    }
}

/// Every name that somebody has: what is released first, then what is in the index for a first release,
/// then the sources.
fn claims(scene: &Scene<'_>) -> impl Iterator<Item = Claim> {
    let loaded = scene.loaded;
    let (released, to_be): (Vec<_>, Vec<_>) = loaded
        .listing
        .iter()
        .partition(|(_, versions)| !versions.is_empty());
    let indexed = released.into_iter().chain(to_be).map(|(name, _)| Claim {
        place: Place::file(Layout::entry(name)),
        name: name.clone(),
        is_indexed: true,
    });
    let unread = loaded.unread.iter().map(|unread| Claim {
        name: unread.name.clone(),
        place: Place::file(format!("{}/paracle.toml", unread.folder)),
        is_indexed: false,
    });
    let sources = loaded.sources.iter().filter_map(|source| {
        let written = source.written.as_ref()?;
        Some(Claim {
            name: source.name()?,
            place: written.place(&written.value.package.name),
            is_indexed: false,
        })
    });
    indexed.chain(unread).chain(sources)
}

#[cfg(test)]
mod tests {
    use crate::{Kind, testing::FakeRegistry};

    #[test]
    fn who_comes_later_gives_way() {
        let registry = FakeRegistry::new()
            .released("core/codething", "1.0.0")
            .entry("core/code-thing", "owners = ['github:7']\n");
        let said = registry.world().said_by("name-collision");
        assert_eq!(said.len(), 1);
        assert!(
            said[0].contains("\"core/code-thing\" cannot be told from"),
            "{said:?}"
        );
    }

    #[test]
    fn hyphens_do_not_tell_names_apart() {
        let registry = FakeRegistry::new()
            .released("core/code-thing", "1.0.0")
            .package("core/codething", |p| p.kind(Kind::Skill));
        assert_eq!(
            registry.world().said_by("name-collision"),
            [
                "error templates/skills/codething/paracle.toml:4:8: \"core/codething\" cannot be told \
              from \"core/code-thing\""
            ]
        );
    }

    #[test]
    fn two_sources_cannot_be_one_package() {
        let registry = FakeRegistry::new()
            .released("core/code-thing", "1.0.0")
            .package("core/code-thing", |p| p);
        assert_eq!(registry.world().said_by("name-collision"), [""; 0]);
        let twice = FakeRegistry::new()
            .package("core/code-thing", |p| p)
            .package("core/code-thing", |p| p.kind(Kind::Skill));
        let said = twice.world().said_by("name-collision");
        assert!(
            said[0].contains("is also the name of templates/agents/code-thing"),
            "{said:?}"
        );
    }

    #[test]
    fn old_names_stay_taken() {
        let registry = FakeRegistry::new()
            .released("core/newer-thing", "1.0.0")
            .renamed("core/old-thing", "core/newer-thing")
            .package("core/oldthing", |p| p);
        let said = registry.world().said_by("name-collision");
        assert!(
            said[0].contains("which \"core/newer-thing\" was called"),
            "{said:?}"
        );
    }
}
