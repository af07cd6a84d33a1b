//! A project at the door: opened, brought to a sound state, and what is asked of it made a goal.
//!
//! ```text
//! asked      what was typed: `name@range`, a folder, a repository
//! reading    what every look at a project takes
//! release    one release, named: `name@range`
//! standing   what registries say of what is installed
//! difference two sets of files, compared
//! supply     where releases and their bytes come from
//! goal       resolution + answers -> what the project is to have
//! asking     questions on a terminal
//! adopting   what is there already, and which releases have the very same files
//! agreement  the plan is shown, and agreed to
//! carrying   it is done, with a bar, and can be broken off
//! ```

use std::path::Path;

use install::{Installed, Project, Wanted};
use tempfile::TempDir;

use crate::{context::Context, error::CliError};

pub(crate) mod adopting;
pub(crate) mod agreement;
pub(crate) mod asked;
pub(crate) mod asking;
pub(crate) mod carrying;
pub(crate) mod difference;
pub(crate) mod goal;
pub(crate) mod pinned;
pub(crate) mod reading;
pub(crate) mod release;
pub(crate) mod standing;
pub(crate) mod supply;

/// A project and its account.
pub(crate) struct Opened {
    pub(crate) project: Project,
    /// What is installed.
    pub(crate) lock: Vec<Installed>,
    /// What is asked for.
    pub(crate) wanted: Vec<Wanted>,
    /// A dry run of a folder that is not there plans for an empty one.
    _empty: Option<TempDir>,
}

/// What to do where the project's folder is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absent {
    /// It is made.
    Make,
    /// An empty one stands in for it.
    Pretend,
    /// That is an error.
    Refuse,
}

impl Opened {
    /// The project in `folder`. What a killed process left half-done there is settled first, and said.
    pub(crate) fn at(context: &Context, folder: &Path, absent: Absent) -> Result<Self, CliError> {
        let folder = match folder == Path::new(".") {
            true => context.here.clone(),
            false => context.here.join(folder),
        };
        let mut empty = None;
        if !folder.exists() {
            match absent {
                Absent::Make => std::fs::create_dir_all(&folder).map_err(|error| {
                    CliError::failed(format!("cannot make {}: {error}", folder.display()))
                })?,
                Absent::Pretend => empty = Some(tempfile::tempdir()?),
                Absent::Refuse => {
                    return Err(CliError::usage(format!("there is no {}", folder.display())));
                }
            }
        }
        let root = empty.as_ref().map_or(folder.as_path(), TempDir::path);
        // Like git, a command in a folder of a project is about the project.
        let project = match folder == context.here {
            true => Project::find(root)?,
            false => Project::open(root)?,
        };
        settle(context, &project)?;
        Ok(Self {
            lock: install::installed(&project)?,
            wanted: install::wanted(&project)?,
            project,
            _empty: empty,
        })
    }

    /// What is installed under this name.
    pub(crate) fn installed(&self, name: &registry_index::PackageName) -> Option<&Installed> {
        self.lock.iter().find(|there| there.name == *name)
    }

    /// The installed package that `text` means: a full name, or the last part of one.
    pub(crate) fn find(&self, text: &str) -> Result<&Installed, CliError> {
        let is_meant =
            |there: &&Installed| there.name.as_str() == text || there.name.name() == text;
        let found: Vec<&Installed> = self.lock.iter().filter(is_meant).collect();
        match found.as_slice() {
            [one] => Ok(one),
            [] => {
                let error = CliError::failed(format!("{text:?} is not installed here"));
                let near = self.lock.iter().filter(|there| {
                    strsim::osa_distance(there.name.name(), text.rsplit('/').next().unwrap_or(text))
                        <= 2
                });
                let error = near.fold(error, |error, there| {
                    error.hint(format!("did you mean {}?", there.name))
                });
                Err(error.hint("`paracle template list` says what is installed"))
            }
            several => Err(several.iter().fold(
                CliError::usage(format!("{text:?} could be one of several packages")),
                |error, there| error.hint(there.name.to_string()),
            )),
        }
    }
}

/// Brings the project to one of its two sound states, and says which.
fn settle(context: &Context, project: &Project) -> Result<(), CliError> {
    let Some(done) = install::recover(project)? else {
        return Ok(());
    };
    let came_to = match done.is_complete {
        true => "it was complete, and the project is as it wanted",
        false => "it was taken back, and the project is as before",
    };
    context
        .ui
        .warn(&format!("{:?} was cut short; {came_to}", done.title));
    for path in &done.left {
        context
            .ui
            .hint(&format!("{path} was edited since and stays as it is"));
    }
    Ok(())
}
