//! `paracle registry whoami`.

use std::process::ExitCode;

use clap::Args;
use publish::forge::{Api, ForgeError, Person};
use serde_json::json;

use crate::{
    context::Context,
    error::{CliError, Kind},
    proposing::{Forging, told},
    sign_in,
    ui::one_line,
};

/// Say who you are to a registry's forge, how it knows, and what you may do
#[derive(Args, Debug)]
pub(crate) struct Whoami {
    #[command(flatten)]
    forging: Forging,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Whoami {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let forge = self.forging.server(context)?;
        let host = sign_in::account(&forge.root);
        let api = Api::new(&forge.root, None, &context.world, told(context))?;
        let found = sign_in::token(context, &forge.root, forge.said_by)?.ok_or_else(|| {
            CliError::new(Kind::NotAllowed, format!("you are not signed in to {host}")).hint(
                "`paracle registry login` signs you in; GITHUB_TOKEN and `gh auth login` do too",
            )
        })?;
        let api = api.with_token(Some(found.token));
        let source = found.source;
        let (person, scopes) = match api.get_with_scopes::<Person>("user") {
            Ok((person, scopes)) => (Some(person), scopes),
            // A workflow's own token is nobody's.
            Err(ForgeError::NotAllowed(refusal)) => (None, refusal.granted),
            Err(error) => return Err(error.into()),
        };
        let scopes: Option<Vec<&str>> = scopes.as_deref().map(|scopes| {
            let scopes = scopes.split(',').map(str::trim);
            scopes.filter(|scope| !scope.is_empty()).collect()
        });
        if self.json {
            context.ui.json(&json!({
                "format": 1,
                "host": host,
                "login": person.as_ref().map(|person| &person.login),
                "id": person.as_ref().map(|person| person.id),
                "source": source.id(),
                "variable": match source {
                    sign_in::Source::Variable(name) => Some(name),
                    _ => None,
                },
                "scopes": scopes,
            }))?;
            return Ok(ExitCode::SUCCESS);
        }
        let who = match &person {
            Some(person) => format!("{} (github:{})", one_line(&person.login), person.id),
            None => "no person: a workflow or an app".to_owned(),
        };
        let allowed = match scopes.as_deref() {
            None => "not told (a fine-grained token)".to_owned(),
            Some([]) => "nothing but reading what is public".to_owned(),
            Some(scopes) => one_line(&scopes.join(", ")),
        };
        context.ui.data(format!("{who} on {host}"))?;
        context.ui.data(format!("token   {}", source.label()))?;
        context.ui.data(format!("scopes  {allowed}"))?;
        Ok(ExitCode::SUCCESS)
    }
}
