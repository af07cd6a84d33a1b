//! What the commands of owners share: which registry, from where it is read, and what becomes of the change.

use std::{cell::OnceCell, process::ExitCode};

use clap::Args;
use publish::{BaseFiles, Checkout, Proposal, forge::Person, upkeep};
use registry_index::{Layout, PackageName};
use semver::Version;
use serde::Deserialize;

use crate::{
    context::Context,
    error::CliError,
    proposing::{Proposing, Target, shown},
    ui::one_line,
};

/// What every such command takes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Upkeep {
    #[command(flatten)]
    proposing: Proposing,
    /// Change the files of the checkout that --registry names, and propose nothing
    #[arg(long, conflicts_with_all = ["patch", "api_url"])]
    here: bool,
}

/// The registry that is changed.
pub(super) struct Kept<'a> {
    context: &'a Context,
    upkeep: &'a Upkeep,
    checkout: Option<Layout>,
    target: OnceCell<Target<'a>>,
}

/// `namespace/name@1.2.0`.
#[derive(Clone, Debug)]
pub(crate) struct NamedRelease {
    pub(super) name: PackageName,
    pub(super) version: Version,
}

impl std::str::FromStr for NamedRelease {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, version) = text
            .split_once('@')
            .ok_or("name one release: namespace/name@1.2.0")?;
        Ok(Self {
            name: name.parse().map_err(|error| format!("{error}"))?,
            version: Version::parse(version)
                .map_err(|error| format!("{version:?} is not a version: {error}"))?,
        })
    }
}

impl Upkeep {
    pub(super) fn open<'a>(&'a self, context: &'a Context) -> Result<Kept<'a>, CliError> {
        let checkout = match self.here {
            true => Some(
                context.layout(
                    self.proposing
                        .forging
                        .registry
                        .as_deref()
                        .map(AsRef::as_ref),
                )?,
            ),
            false => None,
        };
        Ok(Kept {
            context,
            upkeep: self,
            checkout,
            target: OnceCell::new(),
        })
    }

    pub(super) fn is_json(&self) -> bool {
        self.proposing.json
    }

    /// Proposes what `make` makes of the registry's files, about the package `name`.
    pub(super) fn carry_out(
        &self,
        context: &Context,
        name: &PackageName,
        make: impl FnOnce(&Kept<'_>, &dyn BaseFiles) -> Result<Proposal, CliError>,
    ) -> Result<ExitCode, CliError> {
        let kept = self.open(context)?;
        let proposal = kept.with_base(|base| make(&kept, base))?;
        kept.with_base(|base| kept.warn(name, base))?;
        kept.propose(&proposal)
    }
}

impl<'a> Kept<'a> {
    fn target(&self) -> Result<&Target<'a>, CliError> {
        if self.target.get().is_none() {
            let target = self.upkeep.proposing.target(self.context)?;
            let _ = self.target.set(target);
        }
        let target = self.target.get();
        target.ok_or_else(|| CliError::failed("the registry's forge cannot be asked"))
    }

    /// Hands over the registry's files.
    pub(super) fn with_base<T>(
        &self,
        use_it: impl FnOnce(&dyn BaseFiles) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        if let Some(layout) = &self.checkout {
            return use_it(&Checkout::new(layout.root()));
        }
        use_it(self.target()?)
    }

    /// Who `text` is: a login, which the forge knows, or an id as owners are written.
    pub(super) fn person(&self, text: &str) -> Result<Person, CliError> {
        let id = text.strip_prefix("github:").map(str::parse::<u64>);
        if let Some(Ok(id)) = id {
            let login = text.to_owned();
            return Ok(Person { login, id });
        }
        let login = text.strip_prefix('@').unwrap_or(text);
        let is_login = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        if login.is_empty() || login.len() > 39 || !login.bytes().all(is_login) {
            return Err(CliError::usage(format!("{text:?} is no login")));
        }
        let found = self.target()?.forge.api().find(&format!("users/{login}"))?;
        found.ok_or_else(|| CliError::failed(format!("the forge knows nobody called {login:?}")))
    }

    /// Whose login the namespace of `name` is.
    pub(super) fn of_login(&self, name: &PackageName) -> Result<Option<Person>, CliError> {
        let path = format!("users/{}", name.namespace());
        Ok(self.target()?.forge.api().find(&path)?)
    }

    /// What an owner is called now; `None` where the forge is not or cannot be asked.
    pub(super) fn login(&self, owner: &str) -> Option<String> {
        if self.checkout.is_some() {
            return None;
        }
        #[derive(Deserialize)]
        struct User {
            login: String,
        }
        let id: u64 = owner.strip_prefix("github:")?.parse().ok()?;
        let api = self.target().ok()?.forge.api();
        Some(api.get::<User>(&format!("user/{id}")).ok()?.login)
    }

    /// Says it where nobody will merge the change without looking.
    fn warn(&self, name: &PackageName, base: &dyn BaseFiles) -> Result<(), CliError> {
        let Some(Target {
            person: Some(person),
            ..
        }) = self.target.get()
        else {
            return Ok(());
        };
        if !upkeep::owners(name, base)?.has(person, name) {
            let ui = &self.context.ui;
            ui.warn(&format!(
                "{} is no owner of {name}",
                one_line(&person.login)
            ));
            ui.hint("a maintainer of the registry has to review the change");
        }
        Ok(())
    }

    fn propose(&self, proposal: &Proposal) -> Result<ExitCode, CliError> {
        let Some(layout) = &self.checkout else {
            let target = self.target()?;
            return Ok(self
                .upkeep
                .proposing
                .propose(target, proposal.clone())?
                .code());
        };
        let checkout = Checkout::new(layout.root());
        let ui = &self.context.ui;
        shown::proposal(self.context, &checkout, proposal, true)?;
        if self.upkeep.proposing.dry_run {
            return Ok(ExitCode::SUCCESS);
        }
        checkout.apply(proposal)?;
        ui.did("Changed", layout.root().display());
        ui.hint("commit it when it is as you want it");
        Ok(ExitCode::SUCCESS)
    }
}
