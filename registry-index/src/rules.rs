//! The rules: one visible table, one file a rule.
//!
//! A rule has an id that never changes (its file's name with hyphens, and its anchor in the docs), a
//! severity, a line on what it is about and help that says the fix. It sees the registry through a
//! [`Scene`] and reports through a [`Report`]. What it needs from the world (bytes of blobs, history,
//! a trial parse, a trial install, the archive's own verdict) are traits that the door wires.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::{
    blobs::Blobs,
    finding::{Finding, Place, Severity},
    load::{EntryFolder, Loaded, Source},
    manifest::Misread,
    name::{NameError, PackageName},
    raw,
    registry::Config,
};

mod agent_valid;
mod archive_form;
mod author_form;
mod category_known;
mod component_id;
mod component_known;
mod dependency_cycle;
mod dependency_known;
mod dependency_range;
mod file_size;
mod forked_from_form;
mod format_known;
mod gallery_form;
mod hidden_unicode;
mod keyword_form;
mod license_policy;
mod license_spdx;
mod license_text;
mod mcp_valid;
mod misplaced_file;
mod name_collision;
mod name_folder;
mod name_form;
mod name_lookalike;
mod name_reserved;
mod namespace_owned;
mod owner_form;
mod path_form;
mod permission_form;
mod piped_shell;
mod rating_form;
mod readme_images;
mod readme_links;
mod readme_present;
mod record_form;
mod record_immutable;
mod record_true;
mod renames_sound;
mod replaced_known;
mod request_form;
mod request_true;
mod requires_form;
mod self_running_file;
mod shared;
mod skill_valid;
mod source_pinned;
mod summary_form;
mod template_parses;
mod tests_present;
mod toml_syntax;
mod trial_install;
mod unknown_key;
mod unpinned_run;
mod url_form;
mod use_declared;
mod use_unneeded;
mod variable_form;
mod version_form;
mod version_increases;
mod withdrawn_known;
mod workflow_valid;
mod wrong_type;
mod wrong_value;

/// Every rule, in the order in which the docs list them.
pub const ALL: &[&Rule] = &[
    // what is written
    &toml_syntax::RULE,
    &wrong_type::RULE,
    &wrong_value::RULE,
    &unknown_key::RULE,
    &misplaced_file::RULE,
    &format_known::RULE,
    &hidden_unicode::RULE,
    // names
    &name_form::RULE,
    &name_folder::RULE,
    &name_reserved::RULE,
    &name_collision::RULE,
    &name_lookalike::RULE,
    &renames_sound::RULE,
    // what a package says of itself
    &summary_form::RULE,
    &category_known::RULE,
    &keyword_form::RULE,
    &author_form::RULE,
    &url_form::RULE,
    &forked_from_form::RULE,
    &license_spdx::RULE,
    &license_policy::RULE,
    &license_text::RULE,
    &requires_form::RULE,
    &permission_form::RULE,
    // its files
    &readme_present::RULE,
    &readme_links::RULE,
    &readme_images::RULE,
    &gallery_form::RULE,
    &tests_present::RULE,
    &path_form::RULE,
    &file_size::RULE,
    &archive_form::RULE,
    // its components, and what they use
    &component_known::RULE,
    &component_id::RULE,
    &agent_valid::RULE,
    &workflow_valid::RULE,
    &skill_valid::RULE,
    &mcp_valid::RULE,
    &use_declared::RULE,
    &use_unneeded::RULE,
    &unpinned_run::RULE,
    &piped_shell::RULE,
    &self_running_file::RULE,
    // what it asks and needs
    &variable_form::RULE,
    &template_parses::RULE,
    &trial_install::RULE,
    &dependency_known::RULE,
    &dependency_range::RULE,
    &dependency_cycle::RULE,
    // releases
    &version_form::RULE,
    &version_increases::RULE,
    &record_form::RULE,
    &record_immutable::RULE,
    &record_true::RULE,
    &source_pinned::RULE,
    &request_form::RULE,
    &request_true::RULE,
    &withdrawn_known::RULE,
    &replaced_known::RULE,
    // who
    &owner_form::RULE,
    &namespace_owned::RULE,
    // what people think
    &rating_form::RULE,
];

/// So many findings of one rule and weight about one package are told.
const TOLD: usize = 20;

/// So many characters of a message are kept.
const LONGEST: usize = 500;

/// The rule with this id.
pub fn explain(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}

/// The licence whose text this is.
pub(crate) fn license_of_text(text: &str) -> Option<&'static str> {
    license_text::of_text(text)
}

/// The rule that a value which means nothing breaks.
pub(crate) fn of_misread(misread: &Misread, manifest: &raw::Manifest) -> &'static Rule {
    match misread.key.as_str() {
        "format" => &format_known::RULE,
        "package.name" => match manifest.package.name.parse::<PackageName>() {
            Err(NameError::Device(_)) => &name_reserved::RULE,
            _ => &name_form::RULE,
        },
        "package.version" => &version_form::RULE,
        key if key.starts_with("variables.") => &variable_form::RULE,
        _ => &wrong_value::RULE,
    }
}

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Stable, kebab-case.
    pub id: &'static str,
    /// What its findings weigh unless the rule says otherwise for one of them.
    pub severity: Severity,
    /// What it is about, one line for the docs.
    pub about: &'static str,
    /// What to do, unless a finding knows better.
    pub help: &'static str,
    /// The check.
    pub check: Check,
}

/// What a rule looks at.
#[derive(Debug)]
pub enum Check {
    /// While a file is read (`raw`, `load`) or fetched: listed here for its id and its help.
    Reading,
    /// One package's source.
    Source(fn(&Source, &Scene<'_>, &mut Report<'_>)),
    /// One package's folder in the index.
    Entry(fn(&EntryFolder, &Scene<'_>, &mut Report<'_>)),
    /// The registry as a whole.
    Whole(fn(&Scene<'_>, &mut Report<'_>)),
    /// Several of these.
    Several(&'static [Check]),
}

impl Check {
    fn source(&self, source: &Source, scene: &Scene<'_>, report: &mut Report<'_>) {
        match self {
            Self::Source(check) => check(source, scene, report),
            Self::Several(all) => all.iter().for_each(|one| one.source(source, scene, report)),
            Self::Reading | Self::Entry(_) | Self::Whole(_) => {}
        }
    }

    fn entry(&self, entry: &EntryFolder, scene: &Scene<'_>, report: &mut Report<'_>) {
        match self {
            Self::Entry(check) => check(entry, scene, report),
            Self::Several(all) => all.iter().for_each(|one| one.entry(entry, scene, report)),
            Self::Reading | Self::Source(_) | Self::Whole(_) => {}
        }
    }

    fn whole(&self, scene: &Scene<'_>, report: &mut Report<'_>) {
        match self {
            Self::Whole(check) => check(scene, report),
            Self::Several(all) => all.iter().for_each(|one| one.whole(scene, report)),
            Self::Reading | Self::Source(_) | Self::Entry(_) => {}
        }
    }
}

/// What rules may see.
pub struct Scene<'a> {
    /// `registry.toml` with its defaults.
    pub config: &'a Config,
    /// Everything that was read.
    pub loaded: &'a Loaded,
    /// The archive's verdict.
    pub packer: &'a dyn Packer,
    /// The template engine's verdict.
    pub templates: &'a dyn Templates,
    /// Blobs that are at hand.
    pub blobs: &'a dyn Blobs,
    /// The base revision, where a change is checked.
    pub history: Option<&'a dyn History>,
    /// Installs packages for real; `None` where that is not wanted.
    pub installer: Option<&'a dyn Installer>,
}

/// What the archive format says of a package's files.
pub trait Packer: Sync {
    /// Why `source` cannot be packed, if it cannot: a path of the package where one is to blame, what
    /// is wrong, what to do.
    fn refusal(&self, source: &Source) -> Option<Refusal>;

    /// Length in bytes, content id and digest that a record should state for the archive `gzip`,
    /// or why it is no archive of ours.
    fn describe(&self, gzip: &[u8]) -> Result<crate::record::Archive, Refusal>;

    /// The files in the archive `gzip`, sorted by path, or why it is no archive of ours.
    fn files(&self, gzip: &[u8]) -> Result<Vec<crate::load::SourceFile>, Refusal>;
}

/// Why something cannot be packed or read as an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The path to blame, where one is.
    pub path: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// What the template engine says of contributed templates. Parsing happens in a child with limits.
pub trait Templates: Sync {
    /// For each text, the line and the message of its syntax error, if it has one. An error stands
    /// for all of them: the child was stopped by a limit.
    fn parse(&self, texts: &[(&str, &str)]) -> Result<Vec<Option<(usize, String)>>, String>;
}

/// Installs a package for real, in a scratch folder that nobody sees. Nothing is fetched for it.
pub trait Installer: Sync {
    /// Installs `source` with the answers of each of `cases` into an empty project and into one that has
    /// things of others, judges what is there then, and removes it again: all that went wrong.
    fn try_out(&self, source: &Source, cases: &[Case], scene: &Scene<'_>) -> Vec<TrialFault>;
}

/// A `tests/<case>/answers.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The folder's name.
    pub name: String,
    /// The file's path in the package.
    pub file: String,
    /// Its text, which is that of a file of answers.
    pub answers: String,
}

/// What went wrong when a package was tried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialFault {
    /// How much it weighs: where something was missing for trying, a note.
    pub severity: Severity,
    /// The file to blame, by path in the package.
    pub file: String,
    /// From 1; 0 for the file as a whole.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// What to do; empty for what the rule says.
    pub help: String,
}

/// The base revision that a change is compared with, by its trees.
pub trait History: Sync {
    /// Every path that differs, sorted.
    fn changes(&self) -> &[Change];

    /// A file as it was.
    fn at_base(&self, path: &str) -> Option<Vec<u8>>;
}

/// A path that differs from the base revision.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// From the registry's root.
    pub path: String,
    /// How.
    pub kind: ChangeKind,
}

/// How a path differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// Its bytes or its mode differ.
    Modified,
    /// It is gone.
    Removed,
}

/// Where a rule puts its findings.
pub struct Report<'a> {
    rule: &'static Rule,
    package: Option<String>,
    findings: &'a mut Vec<Finding>,
}

impl Report<'_> {
    /// A finding of the rule's own severity and help.
    pub fn found(&mut self, place: Place, message: impl Into<String>) {
        self.finding(
            self.rule.severity,
            place,
            message.into(),
            self.rule.help.to_owned(),
        );
    }

    /// A finding that knows better what to do.
    pub fn found_with_help(
        &mut self,
        place: Place,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.finding(self.rule.severity, place, message.into(), help.into());
    }

    /// A finding that weighs something else than the rule usually does.
    pub fn found_as(
        &mut self,
        severity: Severity,
        place: Place,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.finding(severity, place, message.into(), help.into());
    }

    /// Files what follows under `package` (rules of the whole registry; the others are told theirs).
    pub fn about(&mut self, package: &PackageName) -> &mut Self {
        self.package = Some(package.to_string());
        self
    }

    /// Files what follows under the package of `source`, whether its name is one or not.
    pub fn about_source(&mut self, source: &Source) -> &mut Self {
        self.package = Some(source.label());
        self
    }

    fn finding(&mut self, severity: Severity, place: Place, message: String, help: String) {
        let (rule, package) = (self.rule.id, self.package.clone());
        self.findings.push(Finding {
            place,
            severity,
            rule,
            package,
            message,
            help,
        });
    }
}

/// Runs every rule over what was loaded. Findings from reading are included; the result is sorted
/// by place, so that it is the same at any parallelism.
pub fn check(scene: &Scene<'_>) -> Vec<Finding> {
    let sources = scene.loaded.sources.par_iter().flat_map_iter(|source| {
        run(Some(source.label()), |rule, report| {
            rule.check.source(source, scene, report);
        })
    });
    let entries = scene.loaded.entries.par_iter().flat_map_iter(|entry| {
        run(Some(entry.name.to_string()), |rule, report| {
            rule.check.entry(entry, scene, report);
        })
    });
    let mut findings: Vec<Finding> = sources.chain(entries).collect();
    let whole = ALL
        .par_iter()
        .flat_map_iter(|rule| run_one(rule, None, |rule, report| rule.check.whole(scene, report)));
    findings.par_extend(whole);
    findings.extend(scene.loaded.findings.iter().cloned());
    for finding in &mut findings {
        shorten(&mut finding.message);
        shorten(&mut finding.help);
    }
    findings.sort();
    findings.dedup();
    thinned(findings)
}

/// Keeps the first [`TOLD`] findings of one weight that a rule has about one package (or one file that
/// belongs to none), and says how many more there were. A hostile package can break a rule a hundred
/// thousand times.
fn thinned(findings: Vec<Finding>) -> Vec<Finding> {
    let mut counts: BTreeMap<(String, &'static str, Severity), usize> = BTreeMap::new();
    let mut left_out: BTreeMap<(String, &'static str, Severity), Finding> = BTreeMap::new();
    let mut kept: Vec<Finding> = Vec::new();
    for finding in findings {
        let subject = finding.package.as_ref().unwrap_or(&finding.place.file);
        let key = (subject.clone(), finding.rule, finding.severity);
        let count = counts.entry(key.clone()).or_default();
        *count += 1;
        match *count {
            0..=TOLD => kept.push(finding),
            _ => {
                left_out.entry(key).or_insert(finding);
            }
        }
    }
    for (key, mut finding) in left_out {
        finding.place = Place::file(finding.place.file);
        finding.message = format!("{} more like {}", counts[&key] - TOLD, finding.message);
        kept.push(finding);
    }
    kept.sort();
    kept
}

/// Messages quote what people wrote, and people may write a megabyte.
fn shorten(text: &mut String) {
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
        text.push('…');
    }
}

fn run(
    package: Option<String>,
    mut check: impl FnMut(&'static Rule, &mut Report<'_>),
) -> Vec<Finding> {
    let run_rule = |rule: &&'static Rule| run_one(rule, package.clone(), &mut check);
    ALL.iter().flat_map(run_rule).collect()
}

fn run_one(
    rule: &'static Rule,
    package: Option<String>,
    mut check: impl FnMut(&'static Rule, &mut Report<'_>),
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut report = Report {
        rule,
        package,
        findings: &mut findings,
    };
    check(rule, &mut report);
    findings
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, path::Path};

    use super::*;

    #[test]
    fn every_rule_is_a_file_and_every_file_is_in_the_table() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file())
            .map(|path| {
                path.file_stem()
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .replace('_', "-")
            })
            .collect();
        let ids: BTreeSet<String> = ALL.iter().map(|rule| rule.id.to_owned()).collect();
        assert_eq!(ids, files);
        assert_eq!(ids.len(), ALL.len(), "an id occurs twice");
    }

    #[test]
    fn a_flood_is_told_in_few_findings() {
        let registry = (0..100).fold(crate::testing::FakeRegistry::new(), |registry, at| {
            registry.package(&format!("core/thing-{at}"), |p| {
                (0..30).fold(p, |p, n| p.file(&format!("project/{n}/-x"), ""))
            })
        });
        let found = registry.world().findings_of("path-form");
        assert_eq!(found.len(), 100 * (TOLD + 1));
        let counts = found
            .iter()
            .filter(|finding| finding.message.starts_with("10 more like "));
        assert_eq!(counts.count(), 100);
    }

    #[test]
    fn every_rule_says_what_it_is_about_and_what_to_do() {
        for rule in ALL {
            assert!(rule.about.len() > 20 && rule.help.len() > 10, "{}", rule.id);
            assert!(
                !rule.about.ends_with('.') && !rule.help.ends_with('.'),
                "{}",
                rule.id
            );
            assert_eq!(explain(rule.id).map(|found| found.id), Some(rule.id));
        }
    }
}
