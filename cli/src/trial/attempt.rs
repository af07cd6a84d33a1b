//! One case, one start: installed, judged, removed, compared.

use std::{ops::ControlFlow, time::Instant};

use install::{
    Answers, Ask, Chosen, Conflict, Described, Facts, Goal, InstallError, Plan, Project, Wanted,
    variables::{Given, Nobody, answer_all},
};
use registry_index::{
    Kind, PackageName, Severity,
    component::entry::SharedFile,
    rules::{Case, TrialFault},
};

use super::{
    judged,
    shelf::{Shelf, Taken},
    start::Start,
    tree::Tree,
};
use crate::error::CliError;

/// What is tried.
pub(super) struct Attempt<'a> {
    pub(super) shelf: &'a Shelf<'a>,
    pub(super) renderer: &'a render::Renderer,
    pub(super) case: &'a Case,
    pub(super) start: Start,
    /// When patience ends.
    pub(super) until: Instant,
}

/// Nothing but the history says when; it is thrown away.
const TIME: &str = "1970-01-01T00:00:00Z";

/// How an attempt ends before its time.
enum Stop {
    /// With these faults.
    Faults(Vec<TrialFault>),
    /// There is nothing more to be tried.
    Enough,
}

impl Attempt<'_> {
    /// All that goes wrong.
    pub(super) fn run(&self) -> Vec<TrialFault> {
        if Instant::now() >= self.until {
            return vec![self.late()];
        }
        match self.tried() {
            Ok(faults) | Err(Stop::Faults(faults)) => faults,
            Err(Stop::Enough) => Vec::new(),
        }
    }

    /// What messages call it.
    pub(super) fn called(&self) -> String {
        format!("{:?} in {}", self.case.name, self.start.words())
    }

    fn tried(&self) -> Result<Vec<TrialFault>, Stop> {
        let broken = |error: std::io::Error| {
            self.stop(
                format!("no scratch folder can be made: {error}"),
                String::new(),
            )
        };
        let scratch = tempfile::tempdir().map_err(broken)?;
        let root = scratch.path().join("project");
        std::fs::create_dir(&root).map_err(broken)?;
        self.start.make(&root).map_err(broken)?;
        let before = Tree::of(&root).map_err(broken)?;
        let project = self.told(Project::open(&root))?;

        let facts = self.told(install::facts(&project))?;
        let (goal, answers) = self.goal(&facts)?;
        let plan = self.told(install::plan(&project, goal))?;
        self.unobstructed(&plan)?;
        let brought = judged::brought(self, &plan);
        self.apply(plan)?;
        let mut faults = self.verified(&project)?;
        faults.extend(judged::files(self, &brought, &root));
        let own = |(release, ..): &&Taken| release.record.manifest.name == self.shelf.name;
        if let Some((_, _, contents)) = self.shelf.chosen.iter().find(own) {
            faults.extend(judged::servers(self, contents, &answers, &facts));
        }
        self.remove(&project)?;
        let after = Tree::of(&root).map_err(broken)?;
        if let Some((path, how)) = before.difference(&after) {
            let message = format!("{}: after it was removed, {path:?} {how}", self.called());
            faults.push(self.fault(message, String::new()));
        }
        Ok(faults)
    }

    /// Everything that is to be installed, and what the draft was answered.
    fn goal(&self, facts: &Facts) -> Result<(Goal, Answers), Stop> {
        let mut given = Given::default();
        self.answered(given.file(&self.case.file, &self.case.answers))?;
        let chosen = &self.shelf.chosen;
        let manifests = chosen.iter().map(|(release, ..)| &release.record.manifest);
        let answered = answer_all(manifests, &given, facts, self.renderer, &mut Nobody);
        let answered = self.answered(answered)?;
        let mut goal = Goal {
            title: "a trial".to_owned(),
            time: TIME.to_owned(),
            ..Goal::default()
        };
        let mut own = Answers::default();
        for ((release, needs, contents), answered) in chosen.iter().zip(answered) {
            let name = &release.record.manifest.name;
            if *name == self.shelf.name {
                own = answered.answers.clone();
                goal.asks.push(Ask::For(Wanted {
                    name: name.clone(),
                    registry: Some(self.shelf.registry.clone()),
                    source: None,
                    version: format!("^{}", release.version()),
                    with: Vec::new(),
                    answers: own.clone(),
                }));
            }
            let chosen = Chosen {
                registry: self.shelf.registry.clone(),
                source: None,
                described: self.told(Described::of_release(release))?,
                needs: needs.clone(),
                answers: answered.answers,
                contents: contents.clone(),
            };
            goal.put
                .push(self.told(chosen.prepare(facts, self.renderer))?);
        }
        Ok((goal, own))
    }

    /// A project starter is for an empty place, and being refused elsewhere is right; whoever else brings a
    /// file that everybody has, can be installed nowhere.
    fn unobstructed(&self, plan: &Plan) -> Result<(), Stop> {
        let conflicts = plan.conflicts();
        let is_expected = |conflict: &Conflict| {
            self.shelf.kind == Kind::Project
                && conflict.entry.is_none()
                && self.start.has(&conflict.path)
        };
        if conflicts.is_empty() {
            return Ok(());
        }
        if conflicts.iter().all(is_expected) {
            return Err(Stop::Enough);
        }
        let told = conflicts.iter().filter(|conflict| !is_expected(conflict));
        let faults = told.map(|conflict| {
            let entry = conflict.entry.as_ref().map(|id| format!(" (entry {id:?})"));
            let shared = [SharedFile::Agents, SharedFile::Workflows, SharedFile::Mcp];
            let is_shared = shared.iter().any(|file| file.paths().contains(&conflict.path.as_str()));
            let help = match is_shared && conflict.entry.is_none() {
                true => "bring the component alone (`agents/`, `workflows/`, `mcp/`): its entry is merged into that file",
                false => &conflict.hint,
            };
            let (path, entry) = (&conflict.path, entry.unwrap_or_default());
            let by = match conflict.package == self.shelf.name {
                true => String::new(),
                false => format!(" of {}", conflict.package),
            };
            self.fault(format!("{}: {path}{entry}{by}: {}", self.called(), conflict.why), help.to_owned())
        });
        Err(Stop::Faults(faults.collect()))
    }

    fn apply(&self, plan: Plan) -> Result<(), Stop> {
        let watch = |_| match Instant::now() >= self.until {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        match plan.apply(&watch) {
            Ok(_) => Ok(()),
            Err(_) if Instant::now() >= self.until => Err(Stop::Faults(vec![self.late()])),
            Err(error) => self.told(Err(error)),
        }
    }

    fn verified(&self, project: &Project) -> Result<Vec<TrialFault>, Stop> {
        let drifts = self.told(install::verify(project))?;
        let faults = drifts.into_iter().map(|drift| {
            let entry = drift
                .entry
                .map(|id| format!(" (entry {id:?})"))
                .unwrap_or_default();
            let what = format!("{:?}", drift.what).to_lowercase();
            let message = format!(
                "{}: {}{entry} is {what} right after the install",
                self.called(),
                drift.path
            );
            self.fault(message, String::new())
        });
        Ok(faults.collect())
    }

    fn remove(&self, project: &Project) -> Result<(), Stop> {
        let installed = self.told(install::installed(project))?;
        let names: Vec<PackageName> = installed.into_iter().map(|there| there.name).collect();
        let goal = Goal {
            asks: names.iter().cloned().map(Ask::NoLonger).collect(),
            remove: names,
            title: "the end of a trial".to_owned(),
            time: TIME.to_owned(),
            ..Goal::default()
        };
        let plan = self.told(install::plan(project, goal))?;
        self.apply(plan)
    }

    fn told<T>(&self, result: Result<T, InstallError>) -> Result<T, Stop> {
        result.map_err(|error| {
            let mut error = CliError::from(error);
            // Hints are for whoever installs; this one is told to the author.
            error
                .hints
                .retain(|hint| !hint.contains("package's author"));
            self.stop(error.message, error.hints.join("; "))
        })
    }

    fn answered<T>(&self, result: Result<T, install::variables::AnswerError>) -> Result<T, Stop> {
        result.map_err(|error| {
            let error = CliError::from(error);
            self.stop(error.message, format!("correct {}", self.case.file))
        })
    }

    fn stop(&self, message: String, help: String) -> Stop {
        let message = format!("{}: {message}", self.called());
        Stop::Faults(vec![self.fault(message, help)])
    }

    fn late(&self) -> TrialFault {
        let message = format!(
            "{} was not tried to the end: it takes too long",
            self.called()
        );
        TrialFault {
            severity: Severity::Warning,
            ..self.fault(
                message,
                "make the package smaller, or have fewer cases".to_owned(),
            )
        }
    }

    fn fault(&self, message: String, help: String) -> TrialFault {
        TrialFault {
            severity: Severity::Error,
            file: self.case.file.clone(),
            line: 0,
            message,
            help,
        }
    }
}
