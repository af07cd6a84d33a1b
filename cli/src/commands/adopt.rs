//! `paracle adopt`.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    process::ExitCode,
};

use clap::Args;
use install::{Existing, Goal, Missing, Plan, resolve::Want};
use registry_index::PackageName;
use semver::VersionReq;
use serde::Serialize;

use super::package::install::Settling;
use crate::{
    context::Context,
    error::CliError,
    project::{
        Absent, Opened,
        adopting::{Item, Match, likeness, matching, standing},
        agreement::{Agreement, Versioned, refuse_conflicts},
        carrying::carry_out,
        goal::{Answering, Desk, How},
        supply::Supply,
    },
    ui::{BOLD, DIM, one_line},
};

/// Take what a project already has into packages.toml and packages.lock
///
/// Skills, agents and workflows are matched by content with what registries published: whose files are all
/// there, byte for byte, is adopted as that release, and can be updated and removed from then on. Looks
/// into .parac/, .claude/ and .agents/, or at the paths that are given. What matches nothing is named, and
/// left alone.
#[derive(Args, Debug)]
pub(crate) struct Adopt {
    /// Look at these folders and files only
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Adopt as well what differs a little from a release; it then counts as edited by you
    #[arg(long)]
    near: bool,
    /// Adopt skills and foreign agents that match nothing as packages of their own, from where they lie
    #[arg(long)]
    as_local: bool,
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    into: PathBuf,
    #[command(flatten)]
    settling: Settling,
    #[command(flatten)]
    answering: Answering,
    #[command(flatten)]
    agreement: Agreement,
    #[command(flatten)]
    asked: super::package::Asked,
}

/// What was found, in the shape that `--json` prints.
#[derive(Default, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Found {
    matched: Vec<Match>,
    near: Vec<Near>,
    local: Vec<Local>,
    unknown: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<Plan>,
}

/// A release that is there, but for what differs.
#[derive(Clone, Serialize)]
struct Near {
    #[serde(flatten)]
    release: Match,
    /// What differs.
    differs: Vec<String>,
}

/// Something that becomes a package of its own.
#[derive(Serialize)]
struct Local {
    name: PackageName,
    at: String,
    /// What stands for the place that it comes from.
    #[serde(skip)]
    place: String,
}

/// Less of a file that is the same, in percent, makes it another file.
const ALIKE: usize = 50;

impl Adopt {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let opened = Opened::at(context, &self.into, Absent::Refuse)?;
        let supply = Supply::open(context, &self.asked.registries)?;
        let desk = Desk {
            context,
            opened: &opened,
            supply: &supply,
            given: self.answering.given(context, &opened)?,
            on_conflict: self.settling.on_conflict(),
            missing: Missing::Written,
        };
        let items = standing(opened.project.root(), &self.paths, &opened.lock, context)?;
        let mut found = self.found(&desk, &items)?;
        let wants = self.wants(&found)?;
        if wants.is_empty() {
            return self.nothing(&found, context);
        }
        let names: Vec<String> = wants.iter().map(|want| want.name.to_string()).collect();
        let existing = match self.near {
            true => Existing::TakenEdited,
            false => Existing::Taken,
        };
        let plan = self.planned(&desk, wants, existing)?;
        if self.agreement.json && self.agreement.dry_run {
            let conflicts = plan.conflicts().to_vec();
            found.plan = Some(plan);
            context.ui.json(&Versioned {
                format: 1,
                data: &found,
            })?;
            refuse_conflicts(&conflicts)?;
            return Ok(ExitCode::SUCCESS);
        }
        if !self.agreement.json {
            self.tell(&found, context)?;
        }
        if carry_out(plan, "Adopt this?", &self.agreement, context)?.is_some() {
            names
                .iter()
                .for_each(|name| context.ui.did("Adopted", name));
        }
        Ok(ExitCode::SUCCESS)
    }

    /// What matches, what nearly does, and what nobody knows.
    fn found(&self, desk: &Desk<'_>, items: &[Item]) -> Result<Found, CliError> {
        let matches = matching(desk.supply.hub(), items, &desk.opened.lock)?;
        let mut found = Found::default();
        for one in matches.exact {
            // Its files are those of the release; its entries in shared files need not be.
            match self.in_the_way(desk, want(&one)?) {
                Ok(differs) if differs.is_empty() => found.matched.push(one),
                Ok(differs) => found.near.push(Near {
                    release: one,
                    differs,
                }),
                Err(error) => {
                    let message = format!("{} cannot be adopted: {}", one.name, error.message);
                    desk.context.ui.warn(&message);
                }
            }
        }
        for one in matches.near {
            let Ok(plan) = self.goal(desk, vec![want(&one)?], Existing::Taken) else {
                continue;
            };
            if let Some(differs) = differing(desk, &plan, &one) {
                found.near.push(Near {
                    release: one,
                    differs,
                });
            }
        }
        let near = found.near.iter().map(|near| &near.release);
        let known: BTreeSet<&String> = found
            .matched
            .iter()
            .chain(near)
            .flat_map(|one| &one.at)
            .collect();
        let unknown = items.iter().filter(|item| !known.contains(&item.at));
        let (local, unknown): (Vec<&Item>, Vec<&Item>) =
            unknown.partition(|item| self.as_local && item.is_loose());
        found.unknown = unknown.iter().map(|item| item.at.clone()).collect();
        for item in local {
            let local = self.local(desk, item)?;
            match local {
                Some(local) => found.local.push(local),
                None => found.unknown.push(item.at.clone()),
            }
        }
        Ok(found)
    }

    /// Something as a package of its own; `None` where it cannot be one, which is said.
    fn local(&self, desk: &Desk<'_>, item: &Item) -> Result<Option<Local>, CliError> {
        let root = desk.opened.project.root();
        let pinned = desk.pin(&format!("./{}", item.at), root);
        let place = match pinned {
            Ok(place) => place,
            Err(error) => {
                desk.context.ui.warn(&error.message);
                return Ok(None);
            }
        };
        let pinned = desk.supply.pinned(&place);
        let name = pinned.map(|pinned| pinned.name().clone());
        let name = name.ok_or_else(|| CliError::failed(format!("{:?} is gone", item.at)))?;
        if desk.opened.installed(&name).is_some() {
            let at = &item.at;
            desk.context
                .ui
                .warn(&format!("{at} is left out: {name} is installed already"));
            return Ok(None);
        }
        let want = Want {
            name: name.clone(),
            registry: place.clone(),
            range: VersionReq::STAR,
        };
        let differs = self.in_the_way(desk, want)?;
        let at = item.at.clone();
        if !differs.is_empty() {
            let differs = differs.join(", ");
            desk.context
                .ui
                .warn(&format!("{at} is left out: {differs} would be another"));
            return Ok(None);
        }
        Ok(Some(Local { name, at, place }))
    }

    fn wants(&self, found: &Found) -> Result<Vec<Want>, CliError> {
        let near = found
            .near
            .iter()
            .filter(|_| self.near)
            .map(|near| &near.release);
        let mut wants: Vec<Want> = found
            .matched
            .iter()
            .chain(near)
            .map(want)
            .collect::<Result<_, _>>()?;
        for local in &found.local {
            wants.push(Want {
                name: local.name.clone(),
                registry: local.place.clone(),
                range: VersionReq::STAR,
            });
        }
        Ok(wants)
    }

    /// What is there and is not what adopting this would put there.
    fn in_the_way(&self, desk: &Desk<'_>, want: Want) -> Result<Vec<String>, CliError> {
        let plan = self.planned(desk, vec![want], Existing::Taken)?;
        Ok(plan.conflicts().iter().map(told).collect())
    }

    /// What is wanted and all that it needs, but for what is locked.
    fn goal(
        &self,
        desk: &Desk<'_>,
        wants: Vec<Want>,
        existing: Existing,
    ) -> Result<Goal, CliError> {
        let named: BTreeSet<PackageName> = wants.iter().map(|want| want.name.clone()).collect();
        let how = How {
            paracle: desk.context.framework(&desk.opened.project),
            ..How::default()
        };
        let resolution = desk.resolve(wants, &BTreeSet::new(), how)?;
        let packages = resolution.packages.iter();
        let chosen: Vec<_> = packages
            .filter(|one| desk.opened.installed(one.name()).is_none())
            .collect();
        let mut goal = desk.goal(&chosen, "adopt".to_owned())?;
        goal.existing = existing;
        let needed: BTreeSet<PackageName> = resolution
            .packages
            .iter()
            .flat_map(|one| one.needs.iter().cloned())
            .collect();
        let put = goal.put.iter();
        goal.asks = put
            .filter(|put| named.contains(put.name()) && !needed.contains(put.name()))
            .map(|put| desk.ask_for(put, None, &[]))
            .collect();
        Ok(goal)
    }

    fn planned(
        &self,
        desk: &Desk<'_>,
        wants: Vec<Want>,
        existing: Existing,
    ) -> Result<Plan, CliError> {
        let goal = self.goal(desk, wants, existing)?;
        Ok(install::plan(&desk.opened.project, goal)?)
    }

    fn nothing(&self, found: &Found, context: &Context) -> Result<ExitCode, CliError> {
        if self.agreement.json {
            context.ui.json(&Versioned {
                format: 1,
                data: found,
            })?;
        } else {
            self.tell(found, context)?;
            context.ui.did("Unchanged", "there is nothing to adopt");
        }
        Ok(ExitCode::SUCCESS)
    }

    /// One line for each thing that was found.
    fn tell(&self, found: &Found, context: &Context) -> Result<(), CliError> {
        let line = |word: &str, at: &str, more: String| {
            context
                .ui
                .data(format!("{word:<8} {}  {DIM}{more}{DIM:#}", one_line(at)))
        };
        let is = |one: &Match| format!("is {BOLD}{} {}{BOLD:#}", one.name, one.version);
        for one in &found.matched {
            line("match", &one.at.join(", "), is(one))?;
        }
        for near in &found.near {
            let differs = near.differs.iter().map(|text| one_line(text));
            let differs = differs.collect::<Vec<_>>().join("; ");
            let more = format!("{}, but for {differs}", is(&near.release));
            line("near", &near.release.at.join(", "), more)?;
        }
        for local in &found.local {
            line("local", &local.at, format!("becomes {}", local.name))?;
        }
        for at in &found.unknown {
            line("unknown", at, "no registry has it".to_owned())?;
        }
        if !self.near && !found.near.is_empty() {
            context
                .ui
                .hint("--near adopts what differs as well; it counts as edited by you");
        }
        if !found.unknown.is_empty() {
            let from = "`paracle template install github:owner/repo#path`";
            context.ui.hint(&format!(
                "what is unknown can be published, or installed from where it came from with {from}"
            ));
            if !self.as_local {
                context
                    .ui
                    .hint("--as-local makes packages of unknown skills where they lie");
            }
        }
        Ok(())
    }
}

fn want(one: &Match) -> Result<Want, CliError> {
    let exact = VersionReq::parse(&format!("={}", one.version));
    Ok(Want {
        name: one.name.clone(),
        registry: one.registry.clone(),
        range: exact.map_err(|error| CliError::failed(error.to_string()))?,
    })
}

fn told(conflict: &install::Conflict) -> String {
    match &conflict.entry {
        Some(id) => format!("the entry {id} of {}", conflict.path),
        None => conflict.path.clone(),
    }
}

/// What differs from a release; `None` where so much does that it is something else.
fn differing(desk: &Desk<'_>, goal: &Goal, one: &Match) -> Option<Vec<String>> {
    let put = goal.put.iter().find(|put| *put.name() == one.name)?;
    let working = install::Working::open(&desk.opened.project).ok()?;
    let mut differs = BTreeMap::new();
    for (path, bytes) in put.files() {
        // Through no link, as everything that is read of a project.
        let there = working.file(path).ok()??;
        if there != bytes {
            differs.insert(path.to_owned(), likeness(&there, bytes));
        }
    }
    let is_alike = differs.values().all(|alike| *alike >= ALIKE);
    (is_alike && !differs.is_empty()).then(|| differs.into_keys().collect())
}
