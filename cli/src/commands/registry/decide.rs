//! `paracle registry decide`.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use publish::{
    Decision,
    decide::{DecideError, Event, LONGEST_EVENT, PullRequest, Remotes, Verdict, causes, decide},
};
use registry_index::artifact::{self, Existing};

use crate::{
    context::Context,
    draft,
    error::CliError,
    trial::Trials,
    ui::{counted, one_line},
};

/// Decide what becomes of a pull request: merged by itself, looked at by a person, or refused
///
/// Both commits are in the repository in DIR; the head is read as data, and nothing of it is run or
/// checked out. Owners, rules and policies are those of the base. Needs no token, and no network but
/// for the source that a request pins. The decision is written as JSON for `registry settle`.
///
/// The event is the file that GITHUB_EVENT_PATH names in a run for `pull_request` or
/// `pull_request_target`. Only `opened` and `synchronize` say who pushed; with any other event
/// nothing merges by itself.
#[derive(Args, Debug)]
pub(crate) struct Decide {
    /// The registry's folder: the root of a repository that has both commits
    #[arg(long, value_name = "DIR")]
    registry: Option<PathBuf>,
    /// The head of the registry's branch
    #[arg(long, value_name = "SHA")]
    base: String,
    /// The head of the pull request
    #[arg(long, value_name = "SHA")]
    head: String,
    /// What the forge says of the pull request
    #[arg(long, value_name = "FILE")]
    event: PathBuf,
    /// Where the decision is written; else it is printed
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Read pinned sources from this machine's disk as well, to try things out
    #[arg(long, hide = true)]
    file_sources: bool,
}

impl Decide {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let layout = context.layout(self.registry.as_deref())?;
        let event = event(&context.here.join(&self.event))?;
        let scratch = tempfile::tempdir()?;
        let (tree, pinned) = (scratch.path().join("tree"), scratch.path().join("pinned"));
        std::fs::create_dir(&tree)?;
        std::fs::create_dir(&pinned)?;
        let remotes = Remotes::new(git::Program::new(context.world.git.clone()), &pinned);
        let renderer = context.renderer();
        let stock = draft::stock_of(layout.root());
        // The merged tree is written there.
        let trials = Trials {
            renderer: &renderer,
            stock: &stock,
            root: Some(&tree.join("tree")),
        };
        let decision = decide(&PullRequest {
            folder: layout.root(),
            base: &self.base,
            head: &self.head,
            event: &event,
            now: context.now()?,
            pinned: &match self.file_sources {
                true => remotes.with_files(),
                false => remotes,
            },
            renderer: &renderer,
            installer: Some(&trials),
            scratch: &tree,
        })?;
        match &self.out {
            Some(out) => {
                let out = context.here.join(out);
                let text = serde_json::to_string_pretty(&decision)?;
                artifact::write_file(&out, text.as_bytes(), Existing::Replace)?;
            }
            None => context.ui.json(&decision)?,
        }
        tell(context, &decision);
        Ok(ExitCode::SUCCESS)
    }
}

/// What the forge says, in a file of its own.
pub(super) fn event(path: &Path) -> Result<Event, CliError> {
    Ok(Event::read(&bounded(path)?)?)
}

/// A file that is not longer than any event.
fn bounded(path: &Path) -> Result<Vec<u8>, CliError> {
    let failed = |error| CliError::failed(format!("cannot read {}: {error}", path.display()));
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    // One more than is read: what is longer is told as such.
    let mut file = file.take(LONGEST_EVENT + 1);
    file.read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

fn tell(context: &Context, decision: &Decision) {
    for reason in &decision.reasons {
        let about = causes::explain(&reason.id).map_or("", |cause| cause.about);
        let said = [reason.subject.as_str(), reason.message.as_str()];
        let said: Vec<String> = said
            .into_iter()
            .filter(|text| !text.is_empty())
            .map(one_line)
            .collect();
        let line = format!("{about} ({}): {}", reason.id, said.join(": "));
        context.ui.did("Because", line.trim_end_matches([':', ' ']));
    }
    let what = match decision.outcome {
        Verdict::Merge => "it merges by itself",
        Verdict::Review => "a person looks at it",
        Verdict::Refuse => "it is refused",
    };
    let reasons = counted(decision.reasons.len(), "reason");
    context.ui.did("Decided", format!("{what}: {reasons}"));
}

impl From<DecideError> for CliError {
    fn from(error: DecideError) -> Self {
        match error {
            DecideError::Publish(error) => error.into(),
            error => {
                let hint = error.hint().map(str::to_owned);
                Self::from_chain(crate::error::Kind::Failed, &error, hint)
            }
        }
    }
}
