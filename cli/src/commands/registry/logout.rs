//! `paracle registry logout`.

use std::process::ExitCode;

use clap::Args;
use publish::sign_in::web_root;

use crate::{
    context::Context,
    error::CliError,
    proposing::Forging,
    sign_in::{Keyring, account, variable},
    ui::one_line,
};

/// Forget the token for a registry's forge that is in the system's keyring
///
/// The forge itself cannot be told from here; its page of authorized applications can take the token
/// back for good.
#[derive(Args, Debug)]
pub(crate) struct Logout {
    #[command(flatten)]
    forging: Forging,
}

impl Logout {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let forge = self.forging.server(context)?;
        let account = account(&forge.root);
        let failed = |why| CliError::failed(format!("the keyring cannot be used: {why}"));
        let removed = Keyring::open(context)
            .and_then(|keyring| keyring.remove(&account))
            .map_err(failed)?;
        match removed {
            true => context.ui.did("Signed out", format!("of {account}")),
            false => context.ui.did("Nothing", format!("was kept for {account}")),
        }
        let client = forge.policies.oauth_client_id.as_deref();
        if let (true, Some(web), Some(client)) = (removed, web_root(&forge.root), client) {
            let page = format!("{web}settings/connections/applications/{client}");
            context.ui.hint(&format!(
                "take the token back for good at {}",
                one_line(&page)
            ));
        }
        if let Some((name, _)) = variable(context) {
            context.ui.warn(&format!("{name} is still set"));
        }
        Ok(ExitCode::SUCCESS)
    }
}
