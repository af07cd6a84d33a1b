//! `paracle template publish`.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use publish::{kept, request};

use crate::{context::Context, error::CliError, proposing::Proposing};

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
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        if let Some(Verb::Status(status)) = self.verb {
            return status.run(context);
        }
        let folder = context.here.join(&self.folder);
        let checked = checking::folder(context, &folder, self.proposing.registry.as_deref())?;
        refuse_errors(&checked.findings, context)?;
        let target = self.proposing.target(context)?;
        let person = target.person.as_ref();
        let proposal = match self.kept_by_author {
            true => request::proposal(
                &request::Requested {
                    folder: &folder,
                    policies: &target.policies,
                    person,
                },
                &target,
            )?,
            false => kept::proposal(
                &kept::Kept {
                    source: &checked.source,
                    person,
                },
                &target,
            )?,
        };
        let code = target.propose(&proposal)?;
        if target.is_made() {
            let name = label(&checked.source);
            let hint = format!("`paracle template publish status {name}` says where it is");
            context.ui.hint(&hint);
        }
        Ok(code)
    }
}
