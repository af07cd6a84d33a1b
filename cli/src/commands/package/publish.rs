//! `paracle template publish`.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use publish::{
    Draft,
    kept::{self, Kept},
    request::{self, Requested},
};
use registry_index::Severity;

use crate::{
    context::Context,
    draft::{self, Folder},
    error::CliError,
    proposing::{Outcome, Proposing},
    ui::{
        counted,
        findings::{self, Format},
    },
};

mod status;

/// Propose a package, or a new release of it, to a registry
///
/// Checks the package first, as the registry will. Shows every file that differs and every use that is
/// new. Then forks the registry, if you may not write to it, and opens a pull request, through the
/// forge's API alone: nothing is cloned. Interrupted, the same command goes on where it was; run again
/// after an edit, it brings the pull request up to date.
///
/// Signs in with GITHUB_TOKEN, what `paracle registry login` keeps, or `gh`. Without any of these
/// nothing is sent: it writes a patch, or pushes with git (--push) and names the page that opens the
/// pull request.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Publish {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// The package's folder
    #[arg(value_name = "PATH", default_value = ".")]
    folder: PathBuf,
    /// The files stay in your own repository: only the commit that is checked out is proposed
    #[arg(long)]
    kept_by_author: bool,
    #[command(flatten)]
    proposing: Proposing,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Say where a submission is: checks, review, merged, live
    Status(status::Status),
}

impl Publish {
    pub(crate) fn run(mut self, context: &Context) -> Result<ExitCode, CliError> {
        if let Some(Verb::Status(status)) = self.verb {
            return status.run(context);
        }
        let folder = Folder::find(context, &self.folder)?;
        self.proposing.forging.prefer(folder.checkout());
        self.refuse_errors(context)?;
        let draft = Draft::read(&folder.path, &folder.label)?;
        let target = self.proposing.target(context)?;
        let person = target.person.as_ref();
        let proposal = match self.kept_by_author {
            true => request::proposal(
                &Requested {
                    folder: &folder.path,
                    policies: &target.policies,
                    person,
                },
                &target,
            )?,
            false => kept::proposal(
                &Kept {
                    source: &draft.source,
                    person,
                },
                &target,
            )?,
        };
        let outcome = self.proposing.propose(&target, proposal)?;
        if let (Outcome::Proposed(_), false) = (&outcome, self.proposing.json) {
            let shown = self.folder.display();
            let hint = format!("`paracle template publish status {shown}` says where it is");
            context.ui.hint(&hint);
        }
        Ok(outcome.code())
    }

    /// Tells what the registry would find, and stops where it would refuse the package.
    fn refuse_errors(&self, context: &Context) -> Result<(), CliError> {
        let registry = self.proposing.forging.registry.as_deref();
        let mut checked = draft::checked(context, std::slice::from_ref(&self.folder), registry)?;
        checked.findings.retain(|f| f.severity >= Severity::Warning);
        let errors = checked
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .count();
        let text = findings::write(Format::Text, &checked.findings);
        if !text.is_empty() && !self.proposing.json {
            context.ui.data(text.trim_end_matches('\n'))?;
        }
        match errors {
            0 => Ok(()),
            count => Err(CliError::failed(format!(
                "{} has {}: it is not proposed",
                self.folder.display(),
                counted(count, "error")
            ))
            .hint("`paracle template check` shows them all, with what to do")),
        }
    }
}
