//! `paracle template owners`.

use std::process::ExitCode;

use clap::Args;
use publish::{
    forge::Person,
    upkeep::{self, Ownership},
};
use registry_index::PackageName;

use super::upkeep::{Kept, Upkeep};
use crate::{context::Context, error::CliError, ui::one_line};

/// Say who owns a package, or propose others
///
/// Owners are kept by their numeric ids: a login can be registered again by somebody else.
#[derive(Args, Debug)]
pub(crate) struct Owners {
    /// The package, by its full name
    #[arg(value_name = "NAME")]
    name: PackageName,
    /// Who owns it as well from here on: a login (repeatable)
    #[arg(long, value_name = "LOGIN")]
    add: Vec<String>,
    /// Who does no longer: a login, or an id such as github:583231 (repeatable)
    #[arg(long, value_name = "LOGIN")]
    remove: Vec<String>,
    #[command(flatten)]
    upkeep: Upkeep,
}

impl Owners {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        if self.add.is_empty() && self.remove.is_empty() {
            return self.list(context);
        }
        self.upkeep.carry_out(context, &self.name, |kept, base| {
            let people = |texts: &[String]| -> Result<Vec<Person>, CliError> {
                texts.iter().map(|text| kept.person(text)).collect()
            };
            let (add, remove) = (people(&self.add)?, people(&self.remove)?);
            let of_login = match upkeep::owners(&self.name, base)?.by {
                Ownership::Login => kept.of_login(&self.name)?,
                _ => None,
            };
            let of_login = of_login.as_ref();
            Ok(upkeep::change_owners(
                &self.name, &add, &remove, of_login, base,
            )?)
        })
    }

    fn list(&self, context: &Context) -> Result<ExitCode, CliError> {
        let kept = self.upkeep.open(context)?;
        let there = kept.with_base(|base| Ok(upkeep::owners(&self.name, base)?))?;
        let by = match there.by {
            Ownership::Package => "package",
            Ownership::Namespace => "namespace",
            Ownership::Login => "login",
        };
        if self.upkeep.is_json() {
            let owners = there.ids;
            context.ui.json(&serde_json::json!({
                "format": 1, "name": self.name, "by": by, "owners": owners,
            }))?;
            return Ok(ExitCode::SUCCESS);
        }
        if there.by == Ownership::Login {
            let namespace = self.name.namespace();
            context.ui.data(format!("whose login {namespace} is"))?;
        }
        for id in &there.ids {
            context.ui.data(Self::told(&kept, id))?;
        }
        if there.by == Ownership::Namespace {
            context.ui.hint("those are the owners of its namespace");
        }
        Ok(ExitCode::SUCCESS)
    }

    fn told(kept: &Kept<'_>, id: &str) -> String {
        match kept.login(id) {
            Some(login) => format!("{}  {}", one_line(id), one_line(&login)),
            None => one_line(id),
        }
    }
}
