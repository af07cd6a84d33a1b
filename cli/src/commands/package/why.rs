//! `paracle template why`.

use std::{collections::BTreeSet, process::ExitCode};

use clap::Args;
use registry_index::PackageName;

use super::Family;
use crate::{
    context::Context,
    error::CliError,
    project::{Opened, reading::Reading},
    ui::one_line,
};

/// Say why a package is installed
///
/// Every chain of needs from a package that packages.toml asks for.
#[derive(Args, Debug)]
pub(crate) struct Why {
    /// The installed package
    #[arg(value_name = "NAME", add = clap_complete::ArgValueCompleter::new(super::complete_installed))]
    name: String,
    #[command(flatten)]
    reading: Reading,
}

/// So many chains tell enough. Their number can double with every package.
const MOST: usize = 100;
/// Needs that are followed at most: in a circle of needs, which no registry takes but a lock file may
/// hold, most ways lead nowhere.
const PATIENCE: usize = 100_000;

impl Why {
    pub(crate) fn run(self, _: Family, context: &Context) -> Result<ExitCode, CliError> {
        let opened = self.reading.opened(context)?;
        let meant = &opened.find(&self.name)?.name;
        let asked = opened.wanted.iter().find(|wanted| wanted.name == *meant);
        let asked = asked.map(|wanted| wanted.version.as_str());
        let (chains, is_all) = chains(&opened, meant);
        if self.reading.json {
            context.ui.json(&serde_json::json!({
                "format": 1,
                "name": meant,
                "asked": asked,
                "chains": chains,
                "more": !is_all,
            }))?;
            return Ok(ExitCode::SUCCESS);
        }
        if let Some(range) = asked {
            let range = one_line(range);
            context
                .ui
                .data(format!("{meant} {range} is asked for in packages.toml"))?;
        }
        for chain in &chains {
            let names: Vec<&str> = chain.iter().map(|name| name.as_str()).collect();
            context.ui.data(names.join(" -> "))?;
        }
        if !is_all {
            context.ui.hint("there are more chains than these");
        }
        if asked.is_none() && chains.is_empty() {
            context.ui.data(format!("nobody needs {meant}"))?;
            context
                .ui
                .hint("`paracle template autoremove` takes out what nobody needs");
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The chains of needs that end at `meant`, and whether these are all.
fn chains<'a>(opened: &'a Opened, meant: &PackageName) -> (Vec<Vec<&'a PackageName>>, bool) {
    let leading = leading(opened, meant);
    let (mut chains, mut steps) = (Vec::new(), 0);
    let mut roots: Vec<&PackageName> = opened.wanted.iter().map(|wanted| &wanted.name).collect();
    roots.sort();
    roots.retain(|name| *name != meant && leading.contains(name));
    let mut open: Vec<Vec<&PackageName>> = roots.into_iter().rev().map(|name| vec![name]).collect();
    while let Some(chain) = open.pop() {
        steps += 1;
        if chains.len() == MOST || steps == PATIENCE {
            return (chains, false);
        }
        let Some(last) = chain.last().filter(|last| **last != meant) else {
            chains.push(chain);
            continue;
        };
        let needs = opened
            .installed(last)
            .into_iter()
            .flat_map(|there| &there.needs);
        let on = needs.filter(|name| leading.contains(name) && !chain.contains(name));
        let longer = on.map(|name| chain.iter().copied().chain([name]).collect());
        let longer: Vec<Vec<&PackageName>> = longer.collect();
        open.extend(longer.into_iter().rev());
    }
    (chains, true)
}

/// Every package from which needs lead to `meant`, itself included.
fn leading<'a>(opened: &'a Opened, meant: &PackageName) -> BTreeSet<&'a PackageName> {
    let mut leading: BTreeSet<&PackageName> = BTreeSet::new();
    let names = opened.lock.iter().map(|there| &there.name);
    let mut open: Vec<&PackageName> = names.filter(|name| *name == meant).collect();
    while let Some(name) = open.pop() {
        if leading.insert(name) {
            let by = opened
                .lock
                .iter()
                .filter(|there| there.needs.contains(name));
            open.extend(by.map(|there| &there.name));
        }
    }
    leading
}
