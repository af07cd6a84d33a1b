//! The rules: one visible table, one file a rule.
//!
//! A rule has an id that never changes (its file's name with hyphens, and its anchor in the docs), a
//! severity, a line on what it is about and help that says the fix. It sees the registry through a
//! [`Scene`] and reports through a [`Report`]. What it needs from the world (bytes of blobs, history,
//! a trial parse, the archive's own verdict) are traits that the door wires.

use rayon::prelude::*;

use crate::{
    blobs::Blobs,
    finding::{Finding, Place, Severity},
    load::{EntryFolder, Loaded, Source},
    name::PackageName,
    registry::Config,
};

/// Every rule, in the order in which the docs list them.
pub const ALL: &[&Rule] = &[];

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
    /// While a file is read (`raw`, `load`): listed here for its id and its help.
    Reading,
    /// One package's source.
    Source(fn(&Source, &Scene<'_>, &mut Report<'_>)),
    /// One package's folder in the index.
    Entry(fn(&EntryFolder, &Scene<'_>, &mut Report<'_>)),
    /// The registry as a whole.
    Whole(fn(&Scene<'_>, &mut Report<'_>)),
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
        run(Some(source.label()), |rule, report| match rule.check {
            Check::Source(check) => check(source, scene, report),
            _ => {}
        })
    });
    let entries = scene.loaded.entries.par_iter().flat_map_iter(|entry| {
        run(Some(entry.name.to_string()), |rule, report| {
            match rule.check {
                Check::Entry(check) => check(entry, scene, report),
                _ => {}
            }
        })
    });
    let mut findings: Vec<Finding> = sources.chain(entries).collect();
    findings.extend(run(None, |rule, report| match rule.check {
        Check::Whole(check) => check(scene, report),
        _ => {}
    }));
    findings.extend(scene.loaded.findings.iter().cloned());
    findings.sort();
    findings.dedup();
    findings
}

fn run(
    package: Option<String>,
    mut check: impl FnMut(&'static Rule, &mut Report<'_>),
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for &rule in ALL {
        check(
            rule,
            &mut Report {
                rule,
                package: package.clone(),
                findings: &mut findings,
            },
        );
    }
    findings
}
