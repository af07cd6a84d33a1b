//! Reasons, collected.

use std::collections::{BTreeMap, BTreeSet};

use registry_index::{PackageName, Source, record::ComponentSummary};

use super::{
    DecideError, Reason,
    causes::{self, Cause, Verdict},
};

/// So many reasons of one cause are told.
const TOLD: usize = 20;
/// So many characters of a subject or a message are kept.
const LONGEST: usize = 300;

/// What was found so far.
#[derive(Default)]
pub(super) struct Found {
    /// By the place of the cause in the table; subject and message.
    reasons: BTreeMap<usize, BTreeSet<(String, String)>>,
    added: usize,
    /// What it is about.
    pub(super) packages: BTreeSet<PackageName>,
    /// Sources from elsewhere that are to be released.
    pub(super) requested: Vec<Source>,
    /// Changed files that are more than prose, of which packages.
    pub(super) code: Vec<(String, String)>,
    /// Components that the last release of a package did not have.
    pub(super) new_components: Vec<(PackageName, ComponentSummary)>,
}

impl Found {
    /// A reason. Text is cut, and kept on one line.
    pub(super) fn add(&mut self, cause: &'static Cause, subject: &str, message: impl AsRef<str>) {
        let at = causes::ALL.iter().position(|known| *known == cause);
        let reasons = self.reasons.entry(at.unwrap_or(usize::MAX)).or_default();
        self.added += 1;
        if reasons.len() < TOLD {
            reasons.insert((cut(subject), cut(message.as_ref())));
        }
    }

    /// Runs a look at something. Where it finds no reason at all, that is one: what nobody
    /// recognises does not merge.
    pub(super) fn watch(
        &mut self,
        subject: &str,
        look: impl FnOnce(&mut Self) -> Result<(), DecideError>,
    ) -> Result<(), DecideError> {
        let before = self.added;
        look(self)?;
        if self.added == before {
            self.add(&causes::UNRECOGNISED, subject, "");
        }
        Ok(())
    }

    /// How many reasons were given; for [`Found::is_quiet_since`].
    pub(super) fn mark(&self) -> usize {
        self.added
    }

    /// Whether nothing was found since [`Found::mark`].
    pub(super) fn is_quiet_since(&self, mark: usize) -> bool {
        self.added == mark
    }

    /// All of it: the heaviest reason decides, and what speaks for merging is told only of what merges.
    pub(super) fn sum(mut self) -> (Verdict, Vec<String>, Vec<String>, Vec<Reason>) {
        let causes = |reasons: &BTreeMap<usize, BTreeSet<_>>| -> Vec<&'static Cause> {
            let known = reasons.keys().filter_map(|at| causes::ALL.get(*at));
            known.copied().collect()
        };
        // More than one thing that would merge alone is looked at together.
        let merging = |cause: &&Cause| cause.verdict == Verdict::Merge;
        let alone: usize = causes(&self.reasons)
            .iter()
            .filter(|cause| merging(cause))
            .filter_map(|cause| causes::ALL.iter().position(|known| known == cause))
            .filter_map(|at| self.reasons.get(&at))
            .map(BTreeSet::len)
            .sum();
        if self.packages.len() > 1 {
            self.add(&causes::SEVERAL_PACKAGES, "", "");
        } else if alone > 1 {
            self.add(&causes::BESIDE, "", "");
        }
        // Told where nothing else has somebody read it.
        let merges = causes(&self.reasons).iter().all(merging);
        for (package, path) in std::mem::take(&mut self.code) {
            if merges {
                self.add(&causes::CODE_CHANGE, &package, path);
            }
        }
        let all = causes(&self.reasons);
        // Nothing found is nothing recognised.
        let verdict = all.iter().map(|cause| cause.verdict).max();
        let verdict = verdict.unwrap_or(Verdict::Review);
        let labels: BTreeSet<String> = all
            .iter()
            .filter_map(|cause| cause.label())
            .map(str::to_owned)
            .collect();
        let mut reasons = Vec::new();
        for (at, told) in self.reasons {
            let Some(cause) = causes::ALL.get(at) else {
                continue;
            };
            if cause.verdict == Verdict::Merge && verdict != Verdict::Merge {
                continue;
            }
            reasons.extend(told.into_iter().map(|(subject, message)| Reason {
                id: cause.id.to_owned(),
                subject,
                message,
            }));
        }
        let packages = self.packages.iter().map(PackageName::to_string).collect();
        (verdict, labels.into_iter().collect(), packages, reasons)
    }
}

fn cut(text: &str) -> String {
    let plain = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut kept: String = text.chars().take(LONGEST).map(plain).collect();
    if text.chars().nth(LONGEST).is_some() {
        kept.push('…');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_reason_decides() {
        let verdict = |causes: &[&'static Cause]| {
            let mut found = Found::default();
            for cause in causes {
                found.add(cause, "a", "");
            }
            let (verdict, labels, _, reasons) = found.sum();
            (verdict, labels.join(" "), reasons.len())
        };
        let own = &causes::OWN_NEW_VERSION;
        assert_eq!(verdict(&[]), (Verdict::Review, String::new(), 0));
        assert_eq!(verdict(&[own]), (Verdict::Merge, String::new(), 1));
        assert_eq!(
            verdict(&[own, &causes::NEW_USE]),
            (Verdict::Review, "new-use".into(), 1)
        );
        assert_eq!(
            verdict(&[&causes::NEW_USE, &causes::CONFLICT]),
            (Verdict::Refuse, "new-use refused".into(), 2)
        );
        assert_eq!(
            verdict(&[own, &causes::OWN_WITHDRAWAL]),
            (Verdict::Review, "beside-the-package".into(), 1)
        );
    }

    #[test]
    fn a_look_that_finds_nothing_is_a_reason() {
        let mut found = Found::default();
        found.watch("x", |_| Ok(())).unwrap();
        assert_eq!(found.sum().3[0].id, "unrecognised");
    }

    #[test]
    fn a_flood_is_cut() {
        let mut found = Found::default();
        for at in 0..1000 {
            found.add(
                &causes::CONFLICT,
                &format!("{at}\n{}", "x".repeat(1000)),
                "",
            );
        }
        let reasons = found.sum().3;
        assert_eq!(reasons.len(), TOLD);
        assert!(
            reasons
                .iter()
                .all(|r| !r.subject.contains('\n') && r.subject.chars().count() <= 301)
        );
    }
}
