//! `paracle registry login`.

use std::process::ExitCode;

use clap::Args;
use publish::{
    forge::{Api, Person},
    sign_in::SCOPE,
};

use crate::{
    context::Context,
    error::CliError,
    proposing::{Forging, told},
    sign_in::{Keyring, account, by_code, variable},
    ui::one_line,
};

/// Sign in to a registry's forge, by a code that you enter on its page
///
/// The code and the page are printed; no browser is opened. The token that comes of it may fork and
/// propose to public repositories, no more. It goes to the system's keyring and nowhere else. Without a
/// keyring there is nothing to sign in for: use GITHUB_TOKEN, or `gh auth login`.
/// PARACLE_NO_KEYRING=1 keeps this program away from the keyring.
#[derive(Args, Debug)]
pub(crate) struct Login {
    #[command(flatten)]
    forging: Forging,
}

impl Login {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let forge = self.forging.server(context)?;
        let keyring = Keyring::open(context).map_err(|why| {
            let error = format!("there is no keyring to keep a token in ({why})");
            CliError::failed(error)
                .hint("signing in here would be forgotten at once, and is not begun")
                .hint("set GITHUB_TOKEN, or run `gh auth login`; commands that propose something sign you in for themselves")
        })?;
        let api = Api::new(&forge.root, None, &context.world, told(context))?;
        let signed_in = by_code(context, &forge.policies, &forge.root)?;
        let api = api.with_token(Some(signed_in.token.clone()));
        let person: Person = api.get("user")?;
        let account = account(&forge.root);
        keyring.write(&account, &signed_in.token).map_err(|why| {
            CliError::failed(format!("the keyring did not take the token: {why}"))
                .hint("the token is forgotten; unlock the keyring and sign in again")
        })?;
        let login = one_line(&person.login);
        context
            .ui
            .did("Signed in", format!("to {account} as {login}"));
        let is_enough = |scope: &String| scope == SCOPE || scope == "repo";
        if !signed_in.scopes.is_empty() && !signed_in.scopes.iter().any(is_enough) {
            context.ui.warn(&format!(
                "the token does not allow {SCOPE:?}: proposing will be refused"
            ));
        }
        if let Some((name, _)) = variable(context) {
            context
                .ui
                .warn(&format!("{name} is set, and goes before the keyring"));
        }
        Ok(ExitCode::SUCCESS)
    }
}
