//! From what was resolved to what the project is to have: bytes, answers, rendered files, and what they
//! replace.

use std::{collections::BTreeSet, path::Path};

use client::ClientError;
use install::{
    Ask, Chosen, Described, Goal, Installed, Missing, OnConflict, Package, Wanted,
    resolve::{Locked, Question, Resolution, ResolveError, Resolved, Want, resolve},
    variables::{self, Facts, Given},
};
use registry_index::PackageName;
use semver::{Version, VersionReq};

use super::{
    Opened,
    asking::Terminal,
    supply::{Supply, nobody_has},
};
use crate::{
    context::Context,
    error::{CliError, Kind},
};

/// A project, where its packages come from, and what was said about how.
pub(crate) struct Desk<'a> {
    pub(crate) context: &'a Context,
    pub(crate) opened: &'a Opened,
    pub(crate) supply: &'a Supply<'a>,
    pub(crate) given: Given,
    pub(crate) on_conflict: OnConflict,
    pub(crate) missing: Missing,
}

/// Answers to the questions of packages, given beforehand.
#[derive(clap::Args, Clone, Debug, Default)]
pub(crate) struct Answering {
    /// Answer a question: `team=core`, or `core/pkg:team=core` for one package (repeatable)
    #[arg(long, value_name = "NAME=ANSWER")]
    pub(crate) set: Vec<String>,
    /// Answer questions from a TOML file
    #[arg(long, value_name = "FILE")]
    pub(crate) answers: Option<std::path::PathBuf>,
}

impl Answering {
    /// What was given, strongest first: `--set`, `--answers`, the environment, earlier answers.
    pub(crate) fn given(&self, context: &Context, opened: &Opened) -> Result<Given, CliError> {
        let mut given = Given::default();
        for text in &self.set {
            given.set(text)?;
        }
        if let Some(path) = &self.answers {
            let file = context.here.join(path);
            let text = std::fs::read_to_string(&file).map_err(|error| {
                CliError::failed(format!("cannot read {}: {error}", file.display()))
            })?;
            given.file(&path.to_string_lossy(), &text)?;
        }
        given.environment(context.answers());
        for there in &opened.lock {
            given.earlier(&there.name, there.answers.clone());
        }
        for wanted in opened.wanted.iter().filter(|w| !w.answers.is_empty()) {
            given.earlier(&wanted.name, wanted.answers.clone());
        }
        Ok(given)
    }
}

/// How much is told of what was changed and left out.
const TOLD: usize = 12;

impl Desk<'_> {
    /// Which releases: what is asked for already, and `more`.
    pub(crate) fn resolve(
        &self,
        more: Vec<Want>,
        freed: &BTreeSet<PackageName>,
        how: How,
    ) -> Result<Resolution, CliError> {
        let mut wants = self.standing(freed)?;
        wants.retain(|want| !how.replaced.contains(&want.name));
        wants.extend(more);
        let locked = self.opened.lock.iter().map(|there| Locked {
            gives_way: freed.contains(&there.name),
            name: there.name.clone(),
            registry: place(there),
            version: there.version.clone(),
        });
        let wanted = self.opened.wanted.iter();
        let standing = wanted.flat_map(|wanted| {
            let taken = wanted.with.iter().cloned();
            taken.map(|name| (wanted.name.clone(), name))
        });
        let question = Question {
            wants,
            locked: locked.collect(),
            with: standing.chain(how.with).collect(),
            paracle: how.paracle.as_ref(),
            not_after: how.not_after.as_deref(),
            prereleases: how.prereleases,
        };
        let resolution = resolve(&question, self.supply).map_err(|error| told(&error))?;
        for note in &resolution.notes {
            self.context.ui.warn(&note.to_string());
        }
        Ok(resolution)
    }

    /// What `packages.toml` asks for.
    fn standing(&self, freed: &BTreeSet<PackageName>) -> Result<Vec<Want>, CliError> {
        let mut wants = Vec::new();
        for wanted in &self.opened.wanted {
            let installed = self.opened.installed(&wanted.name);
            let range = VersionReq::parse(&wanted.version).unwrap_or(VersionReq::STAR);
            let registry = match (&wanted.source, installed) {
                // What a lock pins stays pinned, unless it is to be looked up anew.
                (Some(_), Some(there)) if !freed.contains(&there.name) => {
                    self.pin_again(there)?;
                    place(there)
                }
                (Some(typed), _) => self.pin(typed, self.opened.project.root())?,
                (None, installed) => match wanted.registry.clone() {
                    Some(url) => url,
                    None => installed.map(place).unwrap_or_else(|| self.own_registry()),
                },
            };
            wants.push(Want {
                name: wanted.name.clone(),
                registry,
                range,
            });
        }
        Ok(wants)
    }

    /// Reads a source that is no registry, and says what stands for it. A folder is meant from `base`.
    pub(crate) fn pin(&self, typed: &str, base: &Path) -> Result<String, CliError> {
        let asked = super::asked::Asked::parse(typed)?;
        let pinned = match &asked {
            super::asked::Asked::Repository { typed, git } => {
                super::pinned::repository(typed, git, None, self.context)?
            }
            _ => super::pinned::folder(typed, base, &self.opened.project)?,
        };
        let (notes, name) = (&pinned.notes, pinned.name());
        for note in notes.iter().take(TOLD) {
            self.context.ui.warn(&format!("{name}: {note}"));
        }
        if let Some(more) = notes.len().checked_sub(TOLD).filter(|more| *more > 0) {
            let ui = &self.context.ui;
            ui.warn(&format!(
                "{name}: {more} more were changed or left out like this"
            ));
        }
        self.supply.keep(&pinned);
        Ok(self.supply.add(pinned))
    }

    fn pin_again(&self, there: &Installed) -> Result<(), CliError> {
        let Some(source) = &there.source else {
            return Ok(());
        };
        let at_hand = self.supply.cached(there);
        let pinned = match at_hand {
            Some((_, contents)) => super::pinned::kept(source, &contents)?,
            None => super::pinned::again(source, &self.opened.project, self.context)?,
        };
        self.supply.keep(&pinned);
        self.supply.add(pinned);
        Ok(())
    }

    /// The registry that this program brings along.
    pub(crate) fn own_registry(&self) -> String {
        let own = self.supply.hub().registries().next();
        own.map(|(_, source)| source.config().url.clone())
            .unwrap_or_default()
    }

    /// The goal that has `chosen` of `resolution`, with `asks` for `packages.toml`.
    pub(crate) fn goal(&self, chosen: &[&Resolved], title: String) -> Result<Goal, CliError> {
        let contents = self.supply.contents(chosen)?;
        let facts = install::facts(&self.opened.project)?;
        let renderer = self.context.renderer();
        let manifests = chosen.iter().map(|one| &one.release.record.manifest);
        let mut asker = Terminal::new(&self.context.ui);
        let answered = variables::answer_all(
            manifests.clone(),
            &self.given,
            &facts,
            &renderer,
            &mut asker,
        )?;
        for unused in self.given.unused(manifests) {
            self.context.ui.warn(&unused.to_string());
        }
        let mut goal = self.empty(title)?;
        for ((resolved, contents), answered) in chosen.iter().zip(contents).zip(answered) {
            for note in &answered.notes {
                self.context.ui.warn(&note.to_string());
            }
            let pinned = self.supply.pinned(&resolved.registry);
            let chosen = Chosen {
                registry: match pinned {
                    Some(_) => String::new(),
                    None => resolved.registry.clone(),
                },
                source: pinned.map(|pinned| pinned.source),
                described: Described::of_release(&resolved.release)?,
                needs: resolved.needs.clone(),
                answers: answered.answers,
                contents,
            };
            goal.put.push(chosen.prepare(&facts, &renderer)?);
        }
        goal.bases = self.bases(&goal.put, &facts)?;
        Ok(goal)
    }

    /// A goal that changes nothing yet.
    pub(crate) fn empty(&self, title: String) -> Result<Goal, CliError> {
        Ok(Goal {
            on_conflict: self.on_conflict,
            missing: self.missing,
            title,
            time: self.context.now()?.to_string(),
            ..Goal::default()
        })
    }

    /// What `put` replaces, as it was installed; what cannot be had is left out.
    fn bases(&self, put: &[Package], facts: &Facts) -> Result<Vec<Package>, CliError> {
        let mut bases = Vec::new();
        for package in put {
            let Some(there) = self.opened.installed(package.name()) else {
                continue;
            };
            if there.content_id == package.content_id() && there.answers == *package.answers() {
                continue;
            }
            // One that was revoked since is a base all the same, where the cache has it.
            let known = match self.supply.cached(there) {
                Some(known) => Some(known),
                None => self
                    .supply
                    .installed(&self.opened.project, there)
                    .ok()
                    .flatten(),
            };
            match known.map(|known| self.as_installed(there, known, facts)) {
                Some(Ok(base)) => bases.push(base),
                Some(Err(_)) | None => self.context.ui.warn(&format!(
                    "{} {} cannot be had any more: what you edited cannot be merged, and all that the new release uses counts as new",
                    there.name, there.version
                )),
            }
        }
        Ok(bases)
    }

    /// An installed package as it was put together then.
    pub(crate) fn as_installed(
        &self,
        there: &Installed,
        (described, contents): (Described, archive::Contents),
        facts: &Facts,
    ) -> Result<Package, CliError> {
        let chosen = Chosen {
            registry: there.registry.clone(),
            source: there.source.clone(),
            described,
            needs: there.needs.clone(),
            answers: there.answers.clone(),
            contents,
        };
        Ok(chosen.prepare(facts, &self.context.renderer())?)
    }

    /// The goal that has exactly what the lock says.
    pub(crate) fn restoring(&self) -> Result<Goal, CliError> {
        let facts = install::facts(&self.opened.project)?;
        let mut goal = self.empty("install what packages.lock says".to_owned())?;
        for there in &self.opened.lock {
            let known = self.supply.installed(&self.opened.project, there)?;
            let known = known.ok_or_else(|| nobody_has(there))?;
            goal.put.push(self.as_installed(there, known, &facts)?);
        }
        Ok(goal)
    }

    /// What `packages.toml` is to say of a package that was asked for.
    pub(crate) fn ask_for(&self, put: &Package, range: Option<&str>, with: &[PackageName]) -> Ask {
        let standing = self
            .opened
            .wanted
            .iter()
            .find(|wanted| wanted.name == *put.name());
        let pinned = put.source().and_then(|place| self.supply.pinned(place));
        let mut taken: BTreeSet<PackageName> = with.iter().cloned().collect();
        taken.extend(
            standing
                .into_iter()
                .flat_map(|wanted| wanted.with.iter().cloned()),
        );
        Ask::For(Wanted {
            name: put.name().clone(),
            registry: (!put.registry().is_empty()).then(|| put.registry().to_owned()),
            source: pinned.map(|pinned| pinned.typed),
            version: match (range, standing) {
                (Some(range), _) => range.to_owned(),
                (None, Some(standing)) if fits(standing, put.version()) => standing.version.clone(),
                (None, _) if put.source().is_some() => "*".to_owned(),
                (None, _) => format!("^{}", put.version()),
            },
            with: taken.into_iter().collect(),
            answers: put.answers().clone(),
        })
    }
}

fn fits(wanted: &Wanted, version: &Version) -> bool {
    let range = VersionReq::parse(&wanted.version);
    range.is_ok_and(|range| range.matches(version))
}

/// What stands for the place that an installed package came from.
pub(crate) fn place(there: &Installed) -> String {
    there
        .source
        .clone()
        .unwrap_or_else(|| there.registry.clone())
}

/// How releases are chosen.
#[derive(Clone, Debug, Default)]
pub(crate) struct How {
    pub(crate) with: BTreeSet<(PackageName, PackageName)>,
    pub(crate) paracle: Option<Version>,
    pub(crate) not_after: Option<String>,
    pub(crate) prereleases: bool,
    /// Packages whose range in `packages.toml` is about to be another.
    pub(crate) replaced: BTreeSet<PackageName>,
}

impl How {
    /// The instant after which a release is too young to be updated to; none where the young ones are
    /// wanted as well.
    pub(crate) fn not_after(
        context: &Context,
        takes_young: bool,
    ) -> Result<Option<String>, CliError> {
        match takes_young {
            true => Ok(None),
            false => context
                .before(jiff::SignedDuration::from_hours(72))
                .map(Some),
        }
    }
}

/// Why nothing goes together, and what would help.
fn told(error: &ResolveError) -> CliError {
    let network = std::error::Error::source(error)
        .and_then(|source| source.downcast_ref::<ClientError>())
        .is_some_and(ClientError::is_network);
    let kind = match error {
        ResolveError::Revoked { .. } => Kind::NotAllowed,
        _ if network => Kind::Network,
        _ => Kind::Failed,
    };
    let told = CliError::from_chain(kind, error, None);
    let hints = error.hint();
    hints
        .lines()
        .fold(told, |told, hint| told.hint(hint.trim()))
}
