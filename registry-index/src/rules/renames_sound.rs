//! `renames-sound`: clients follow `renames.toml` blindly, so it must lead somewhere in one hop, and
//! an old name may never come to mean another package.

use super::{ChangeKind, Check, Report, Rule, Scene};
use crate::{
    finding::{Place, Severity},
    name::PackageName,
    raw,
    resolve::Packages,
};

const FILE: &str = "registry-index/renames.toml";

pub(super) static RULE: Rule = Rule {
    id: "renames-sound",
    severity: Severity::Error,
    about: "Every rename leads from a name nobody has any more to a package that exists, in one hop",
    help: "write the old name and the name the package has now; entries are never removed",
    check: Check::Whole(check),
};

fn check(scene: &Scene<'_>, report: &mut Report<'_>) {
    still_there(scene, report);
    let Some(written) = &scene.loaded.renames else {
        return;
    };
    let packages = Packages::of(scene.loaded);
    let renames = &written.value.renames;
    for (old, new) in renames {
        let place = written.place(new);
        let (from, to) = match (old.parse::<PackageName>(), new.parse::<PackageName>()) {
            (Ok(from), Ok(to)) => (from, to),
            (Err(error), _) | (_, Err(error)) => {
                report.found(place, error.to_string());
                continue;
            }
        };
        if let Some(next) = renames.get(to.as_str()) {
            let help = format!("write {:?} directly", next.get());
            report.found_with_help(
                place,
                format!("{to:?} was renamed again", to = new.get()),
                help,
            );
        } else if packages.get(&to).is_none() {
            report.found(place, format!("there is no package {:?}", new.get()));
        } else if packages
            .get(&from)
            .is_some_and(|p| p.source_version.is_some())
        {
            let message = format!("{old:?} was renamed, but a source still has that name");
            report.found(place, message);
        } else if let Some(path) = new_release(scene, &from) {
            let message = format!("{old:?} was renamed and gets no release any more");
            report.about(&from).found(Place::file(path), message);
        }
    }
}

/// A record of `name` that the change adds.
fn new_release(scene: &Scene<'_>, name: &PackageName) -> Option<String> {
    let folder = format!("registry-index/packages/{name}/");
    let changes = scene.history?.changes();
    let first = changes.partition_point(|change| change.path < folder);
    let mut in_folder = changes[first..]
        .iter()
        .take_while(|change| change.path.starts_with(&folder));
    let added = in_folder
        .find(|change| change.kind == ChangeKind::Added && !change.path.ends_with("/package.toml"));
    added.map(|change| change.path.clone())
}

/// Whether every entry that the base revision had is still there.
fn still_there(scene: &Scene<'_>, report: &mut Report<'_>) {
    let base = scene.history.and_then(|history| history.at_base(FILE));
    let Some(base) = base
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|text| toml::from_str::<raw::Renames>(&text).ok())
    else {
        return;
    };
    let now = scene.loaded.renames.as_ref().map(|w| &w.value.renames);
    for old in base.renames.keys() {
        if !now.is_some_and(|now| now.contains_key(old)) {
            let message = format!("the entry of {old:?} is gone, and with it the way to find it");
            report.found(Place::file(FILE), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::FakeRegistry;

    fn said(registry: &FakeRegistry) -> Vec<String> {
        registry.world().said_by("renames-sound")
    }

    #[test]
    fn a_rename_leads_to_a_package_in_one_hop() {
        let base = FakeRegistry::new().released("core/new-name", "1.0.0");
        assert_eq!(
            said(&base.clone().renamed("core/old-name", "core/new-name")),
            [""; 0]
        );
        let nowhere = said(&base.clone().renamed("core/old-name", "core/gone"));
        assert_eq!(
            nowhere,
            ["error registry-index/renames.toml:3:19: there is no package \"core/gone\""]
        );
        let chain = base
            .clone()
            .renamed("core/older-name", "core/old-name")
            .renamed("core/old-name", "core/new-name");
        assert!(said(&chain)[0].contains("was renamed again"));
        let circle = base
            .clone()
            .renamed("core/aa", "core/bb")
            .renamed("core/bb", "core/aa");
        assert_eq!(said(&circle).len(), 2);
        assert!(said(&base.renamed("Old", "core/new-name"))[0].contains("\"Old\" is not"));
    }

    #[test]
    fn an_old_name_is_never_used_again() {
        let base = FakeRegistry::new()
            .released("core/new-name", "1.0.0")
            .released("core/old-name", "1.0.0")
            .renamed("core/old-name", "core/new-name");
        assert_eq!(said(&base), [""; 0]);
        assert_eq!(said(&base.clone().package("core/old-name", |p| p)).len(), 1);
        let released = base.clone().released("core/old-name", "1.1.0");
        let found = released.world_since(&base).said_by("renames-sound");
        assert!(
            found[0].contains("1.1.0.toml: \"core/old-name\" was renamed"),
            "{found:?}"
        );
        let forgotten = base.clone().without("registry-index/renames.toml");
        assert_eq!(
            forgotten.world_since(&base).said_by("renames-sound").len(),
            1
        );
    }
}
