//! `self-running-file`: files that act without being asked again are told to whoever installs them;
//! those that change what git does are not taken at all.

use super::{Check, Report, Rule, Scene};
use crate::{
    component::{self, Destination},
    finding::{Place, Severity},
    load::Source,
    text::quote,
    uses::{self, SelfRunning},
};

pub(super) static RULE: Rule = Rule {
    id: "self-running-file",
    severity: Severity::Warning,
    about: "Files that act by themselves are listed, and none changes what git does",
    help: "nothing to do if the package is about it: whoever installs it is asked once more",
    check: Check::Source(check),
};

fn check(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    let package = match &source.manifest {
        Some(manifest) => manifest.name.name(),
        None => source.folder.rsplit('/').next().unwrap_or_default(),
    };
    for file in &source.files {
        let Destination::File(path) = component::destination(package, &file.path) else {
            continue;
        };
        let place = Place::file(source.path(&file.path));
        let shown = quote(&path);
        match uses::self_running(&path, &file.bytes) {
            None => {}
            Some(SelfRunning::When(when)) => {
                report.found(place, format!("{shown} acts by itself: {when}"));
            }
            Some(SelfRunning::Git) => {
                let message = format!("{shown} changes what git does in the project");
                report.found_as(Severity::Error, place, message, "remove the file");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::FakeRegistry;

    fn said(path: &str) -> Vec<String> {
        let registry = FakeRegistry::new().package("core/thing", |p| p.file(path, "x\n"));
        registry.world().said_by("self-running-file")
    }

    #[test]
    fn files_that_act_are_listed_and_gits_own_refused() {
        assert_eq!(said("project/src/main.py"), [""; 0]);
        assert_eq!(said("skills/s/Makefile.md"), [""; 0]);
        assert_eq!(
            said("project/.github/workflows/ci.yml"),
            [
                "warning templates/agents/thing/project/.github/workflows/ci.yml: \".github/workflows/ci.yml\" acts by itself: GitHub runs it at every push"
            ]
        );
        assert_eq!(said("project/.envrc.j2").len(), 1);
        assert!(said("project/.git/hooks/pre-commit")[0].starts_with("error"));
        assert!(said("project/.gitattributes")[0].starts_with("error"));
    }
}
