//! `trial-install`: what a package says of itself may all be right, and it still cannot be installed, or
//! leaves something behind. So every case of its tests is installed and removed for real, in a scratch
//! folder, by whoever the door wires as [`Installer`](super::Installer).

use super::{Case, Check, Report, Rule, Scene};
use crate::{
    finding::{Place, Severity},
    load::{FileKind, Source},
    raw::Answers,
    text::line_place,
};

pub(super) static RULE: Rule = Rule {
    id: "trial-install",
    severity: Severity::Error,
    about: "Every tests/<case> can be installed, into an empty project and beside what others own, and removed without a trace",
    help: "install it the same way: `paracle template install ./FOLDER --answers tests/CASE/answers.toml --into DIR`",
    check: Check::Source(check),
};

/// So many cases of one package are tried.
const MOST: usize = 16;

fn check(source: &Source, scene: &Scene<'_>, report: &mut Report<'_>) {
    let Some(installer) = scene.installer else {
        return;
    };
    let cases = cases(source);
    // What means nothing or cannot be packed is told by the rules about that.
    if cases.is_empty() || source.manifest.is_none() || scene.packer.refusal(source).is_some() {
        return;
    }
    for fault in installer.try_out(source, &cases[..cases.len().min(MOST)], scene) {
        let help = match fault.help.is_empty() {
            true => RULE.help.to_owned(),
            false => fault.help,
        };
        let place = line_place(source.path(&fault.file), fault.line);
        report.found_as(fault.severity, place, fault.message, help);
    }
    if let Some(first) = cases.get(MOST) {
        let message = format!("{} cases, of which {MOST} are tried", cases.len());
        let help = "nothing to do; a case that shows nothing new costs everybody time";
        let place = Place::file(source.path(&first.file));
        report.found_as(Severity::Note, place, message, help);
    }
}

/// The cases whose answers can be read; `tests-present` tells of the others.
fn cases(source: &Source) -> Vec<Case> {
    let files = source.files.iter();
    files
        .filter_map(|file| {
            let case = file
                .path
                .strip_prefix("tests/")?
                .strip_suffix("/answers.toml")?;
            let answers = std::str::from_utf8(&file.bytes).ok()?;
            let is_case = !case.is_empty()
                && !case.contains('/')
                && file.kind == FileKind::Regular
                && toml::from_str::<Answers>(answers).is_ok();
            is_case.then(|| Case {
                name: case.to_owned(),
                file: file.path.clone(),
                answers: answers.to_owned(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::{
        rules::{self, Installer, TrialFault},
        testing::{FakePackage, FakeRegistry},
    };

    /// Notes what it is asked to try, and finds one fault in each case.
    #[derive(Default)]
    struct Noting(Mutex<Vec<String>>);

    impl Installer for Noting {
        fn try_out(&self, source: &Source, cases: &[Case], _: &Scene<'_>) -> Vec<TrialFault> {
            let faults = cases.iter().map(|case| {
                let mut seen = self.0.lock().unwrap();
                seen.push(format!("{} {}", source.label(), case.name));
                TrialFault {
                    severity: Severity::Error,
                    file: case.file.clone(),
                    line: 0,
                    message: format!("{:?} fails", case.name),
                    help: String::new(),
                }
            });
            faults.collect()
        }
    }

    fn tried(package: impl FnOnce(FakePackage) -> FakePackage) -> (Vec<String>, Vec<String>) {
        let world = FakeRegistry::new().package("core/thing", package).world();
        let noting = Noting::default();
        let scene = Scene {
            installer: Some(&noting),
            ..world.scene()
        };
        let found = rules::check(&scene).into_iter();
        let found = found.filter(|finding| finding.rule == RULE.id);
        let said = found.map(|f| format!("{} {}: {}", f.severity, f.place, f.message));
        (said.collect(), noting.0.into_inner().unwrap())
    }

    #[test]
    fn every_readable_case_is_tried_and_its_faults_are_told() {
        let (said, seen) = tried(|p| {
            p.file("tests/other/answers.toml", "format = 1\n")
                .file("tests/broken/answers.toml", "format = \n")
                .file("tests/deep/er/answers.toml", "format = 1\n")
        });
        assert_eq!(seen, ["core/thing default", "core/thing other"]);
        assert_eq!(said.len(), 2);
        assert!(
            said[0].ends_with("thing/tests/default/answers.toml: \"default\" fails"),
            "{said:?}"
        );
    }

    #[test]
    fn what_cannot_be_packed_is_not_tried() {
        let (said, seen) = tried(|p| p.version("1.0.0+built"));
        assert_eq!((said.len(), seen.len()), (0, 0));
    }

    #[test]
    fn a_flood_of_cases_is_cut() {
        let (said, seen) = tried(|p| {
            (0..40).fold(p, |p, at| {
                p.file(&format!("tests/c{at:02}/answers.toml"), "format = 1\n")
            })
        });
        assert_eq!(seen.len(), MOST);
        assert!(
            said.iter()
                .any(|said| said.contains("41 cases, of which 16 are tried")),
            "{said:?}"
        );
    }
}
