//! `paracle template install`.

use std::{collections::BTreeSet, path::PathBuf, process::ExitCode};

use clap::{Args, ValueEnum};
use install::{
    Ask, Goal, Missing, OnConflict, Plan, Status,
    resolve::{Note, Want},
};
use registry_index::PackageName;
use semver::{Version, VersionReq};

use super::{Asked as AskedRegistries, Family, look_up};
use crate::{
    context::Context,
    error::CliError,
    project::{
        Absent, Opened,
        agreement::Agreement,
        asked::Asked,
        carrying::carry_out,
        goal::{Answering, Desk, How, place},
        supply::Supply,
    },
};

/// Install packages into a project
///
/// Shows every file, every entry and everything a package uses before anything is written, and refuses to
/// overwrite what is there. What was asked for is kept in packages.toml, what was installed in
/// packages.lock. Without names, it restores what packages.lock says.
#[derive(Args, Debug)]
pub(crate) struct Install {
    /// `namespace/name`, a short name of `core`, either with `@` and a version range, a folder (`./…`),
    /// or a repository (`github:owner/repo[@ref][#path]`, `git+https://…`)
    #[arg(value_name = "NAME", add = clap_complete::ArgValueCompleter::new(super::complete_names))]
    names: Vec<String>,
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    into: PathBuf,
    /// Restore exactly what packages.lock says, or fail
    #[arg(long, conflicts_with = "names")]
    locked: bool,
    /// Take these optional dependencies as well
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    with: Vec<PackageName>,
    /// Take prereleases as well
    #[arg(long)]
    pre: bool,
    #[command(flatten)]
    settling: Settling,
    #[command(flatten)]
    answering: Answering,
    #[command(flatten)]
    agreement: Agreement,
    #[command(flatten)]
    asked: AskedRegistries,
}

/// What becomes of lines that both sides changed.
#[derive(Args, Clone, Debug)]
pub(crate) struct Settling {
    /// What becomes of lines that both you and the release changed
    #[arg(long, value_name = "HOW", default_value = "markers")]
    on_conflict: Settle,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Settle {
    /// Yours stay
    Ours,
    /// The release's come
    Theirs,
    /// Both, between conflict markers
    Markers,
    /// Nothing is written
    Stop,
}

impl Settling {
    pub(crate) fn on_conflict(&self) -> OnConflict {
        match self.on_conflict {
            Settle::Ours => OnConflict::Ours,
            Settle::Theirs => OnConflict::Theirs,
            Settle::Markers => OnConflict::Markers,
            Settle::Stop => OnConflict::Stop,
        }
    }
}

impl Install {
    pub(crate) fn run(self, family: Family, context: &Context) -> Result<ExitCode, CliError> {
        let absent = match self.agreement.dry_run {
            true => Absent::Pretend,
            false => Absent::Make,
        };
        let opened = Opened::at(context, &self.into, absent)?;
        let supply = Supply::open(context, &self.asked.registries)?;
        let desk = Desk {
            context,
            opened: &opened,
            supply: &supply,
            given: self.answering.given(context, &opened)?,
            on_conflict: self.settling.on_conflict(),
            missing: Missing::Written,
        };
        let goal = match self.names.is_empty() {
            true => self.restored(&desk)?,
            false => self.added(&desk, family)?,
        };
        let plan = install::plan(&opened.project, goal)?;
        if self.locked {
            refuse_edits(&plan)?;
        }
        let names: Vec<String> = plan
            .packages
            .iter()
            .map(|package| format!("{} {}", package.name, package.version))
            .collect();
        let secrets = super::secrets(&plan);
        let offered = super::offered(&plan);
        if carry_out(plan, "Install this?", &self.agreement, context)?.is_some() {
            names
                .iter()
                .for_each(|name| context.ui.did("Installed", name));
            secrets.iter().for_each(|line| context.ui.hint(line));
            offered.iter().for_each(|line| context.ui.hint(line));
        }
        Ok(ExitCode::SUCCESS)
    }

    /// What was named, and all that it needs.
    fn added(&self, desk: &Desk<'_>, family: Family) -> Result<Goal, CliError> {
        let mut wants = Vec::new();
        let mut ranges = Vec::new();
        let mut freed = BTreeSet::new();
        for text in &self.names {
            let (want, range) = wanted(desk, text, family)?;
            let is_pinned = desk.supply.pinned(&want.registry).is_some();
            let there = desk.opened.installed(&want.name);
            // A name with a range, or another source, is looked up anew; else what is locked stays.
            if is_pinned || range.is_some() || there.is_some_and(|t| place(t) != want.registry) {
                freed.insert(want.name.clone());
            }
            ranges.push((want.name.clone(), range));
            wants.push(want);
        }
        let named: BTreeSet<PackageName> = wants.iter().map(|want| want.name.clone()).collect();
        let with = named
            .iter()
            .flat_map(|who| self.with.iter().map(|name| (who.clone(), name.clone())));
        let how = How {
            with: with.collect(),
            paracle: desk.context.framework(&desk.opened.project),
            prereleases: self.pre,
            replaced: freed.clone(),
            ..How::default()
        };
        let resolution = desk.resolve(wants, &freed, how)?;
        let not_offered = |note: &&Note| matches!(note, Note::NotOffered { .. });
        if let Some(note) = resolution.notes.iter().find(not_offered) {
            return Err(CliError::usage(note.to_string()));
        }
        let is_meant = |name: &PackageName, version: &Version| {
            let there = desk.opened.installed(name);
            named.contains(name) || there.is_none_or(|there| there.version != *version)
        };
        let chosen: Vec<_> = resolution
            .packages
            .iter()
            .filter(|one| is_meant(one.name(), one.version()))
            .collect();
        let title = format!("install {}", self.names.join(" "));
        let mut goal = desk.goal(&chosen, title)?;
        goal.asks = goal
            .put
            .iter()
            .filter(|package| named.contains(package.name()))
            .map(|package| {
                let range = ranges.iter().find(|(name, _)| name == package.name());
                let range = range.and_then(|(_, range)| range.as_deref());
                desk.ask_for(package, range, &self.with)
            })
            .collect::<Vec<Ask>>();
        Ok(goal)
    }

    /// What the lock says; where `packages.toml` asks for something else, that as well.
    fn restored(&self, desk: &Desk<'_>) -> Result<Goal, CliError> {
        let differing = differing(desk.opened);
        if differing.is_empty() {
            if desk.opened.lock.is_empty() {
                return Err(
                    CliError::usage("no package was named, and none is locked here")
                        .hint("name one: `paracle template install code-reviewer`"),
                );
            }
            return desk.restoring();
        }
        if self.locked {
            let error = CliError::failed("packages.lock does not say what packages.toml asks for");
            let error = differing.iter().fold(error, |error, line| error.hint(line));
            return Err(
                error.hint("`paracle template install` without --locked brings it up to date")
            );
        }
        let how = How {
            paracle: desk.context.framework(&desk.opened.project),
            prereleases: self.pre,
            ..How::default()
        };
        let resolution = desk.resolve(Vec::new(), &BTreeSet::new(), how)?;
        let chosen: Vec<_> = resolution.packages.iter().collect();
        desk.goal(&chosen, "install what packages.toml asks for".to_owned())
    }
}

/// One argument as a want, and the range as it was typed.
fn wanted(desk: &Desk<'_>, text: &str, family: Family) -> Result<(Want, Option<String>), CliError> {
    match Asked::parse(text)? {
        Asked::Named { name, range } => {
            let found = look_up(desk.supply.hub(), &name, family)?;
            if let Some(old) = &found.renamed_from {
                let new = &found.package.name;
                desk.context.ui.warn(&format!("{old} was renamed to {new}"));
            }
            let (typed, range) = range.unzip();
            let want = Want {
                name: found.package.name,
                registry: found.url,
                range: range.unwrap_or(VersionReq::STAR),
            };
            Ok((want, typed))
        }
        Asked::Folder { typed } | Asked::Repository { typed, .. } => {
            let registry = desk.pin(&typed, &desk.context.here)?;
            let pinned = desk.supply.pinned(&registry);
            let name = pinned.map(|pinned| pinned.name().clone());
            let name = name.ok_or_else(|| CliError::failed(format!("{typed:?} is gone")))?;
            let want = Want {
                name,
                registry,
                range: VersionReq::STAR,
            };
            Ok((want, None))
        }
    }
}

/// What `packages.toml` asks for and the lock does not have, in words.
fn differing(opened: &Opened) -> Vec<String> {
    let mut lines = Vec::new();
    for wanted in &opened.wanted {
        let name = &wanted.name;
        let Some(there) = opened.installed(name) else {
            lines.push(format!(
                "{name} {} is asked for and not locked",
                wanted.version
            ));
            continue;
        };
        let range = VersionReq::parse(&wanted.version).unwrap_or(VersionReq::STAR);
        let is_pinned = wanted.source.is_some() && there.source.is_some();
        if !is_pinned && !range.matches(&there.version) {
            let version = &there.version;
            lines.push(format!(
                "{name} {} is asked for, {version} is locked",
                wanted.version
            ));
        }
        let is_elsewhere = wanted
            .registry
            .as_ref()
            .is_some_and(|url| *url != there.registry);
        if wanted.source.is_none() && is_elsewhere {
            lines.push(format!("{name} is asked for from another registry"));
        }
        if wanted
            .answers
            .iter()
            .any(|(key, value)| there.answers.get(key) != Some(value))
        {
            lines.push(format!("{name} is asked for with other answers"));
        }
    }
    for there in &opened.lock {
        let mut needs = there.needs.iter();
        if let Some(missing) = needs.find(|name| opened.installed(name).is_none()) {
            lines.push(format!(
                "{} needs {missing}, which is not locked",
                there.name
            ));
        }
    }
    lines
}

/// `--locked` restores exactly what was installed, and never over an edit.
fn refuse_edits(plan: &Plan) -> Result<(), CliError> {
    let mut edited = Vec::new();
    for package in &plan.packages {
        let files = package
            .files
            .iter()
            .filter(|file| file.status == Status::Kept);
        edited.extend(files.map(|file| file.path.clone()));
        let entries = package
            .entries
            .iter()
            .filter(|entry| entry.status == Status::Kept);
        edited.extend(entries.map(|entry| format!("{} (entry {})", entry.file, entry.id)));
    }
    if edited.is_empty() {
        return Ok(());
    }
    let error =
        CliError::failed("what is installed was edited, and --locked restores nothing else");
    let error = edited.iter().fold(error, |error, path| error.hint(path));
    Err(error.hint("without --locked, edited files are kept"))
}
