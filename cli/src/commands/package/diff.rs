//! `paracle template diff`.

use std::process::ExitCode;

use clap::Args;
use install::{Described, Drift, Installed, Missing, NewUse, OnConflict, Working, all_uses};
use registry_index::record::Cost;
use serde::Serialize;

use super::{Asked, Family, drift_line};
use crate::{
    context::Context,
    error::CliError,
    project::{
        difference::{Difference, Files, Side, differences},
        goal::Desk,
        reading::Reading,
        release::{Finder, Held, Named, Which},
        supply::Supply,
    },
    ui::{self, BOLD, DIM, one_line},
};

/// Show what differs between releases, or between a release and your files
///
/// `diff NAME` compares the installed release with your files, `diff NAME@1.2.0` the installed release
/// with that one, `diff NAME@1.2.0 NAME@1.3.0` two releases. A whole version means that release, `^1` the
/// newest that fits. What a release uses and what it costs come first, then the files.
#[derive(Args, Debug)]
pub(crate) struct Diff {
    /// The package and the release it is compared from
    #[arg(value_name = "NAME[@VERSION]", add = clap_complete::ArgValueCompleter::new(super::complete_installed))]
    from: String,
    /// The package and the release it is compared to
    #[arg(value_name = "NAME[@VERSION]", add = clap_complete::ArgValueCompleter::new(super::complete_names))]
    to: Option<String>,
    /// Say how much of each file changed, not what
    #[arg(long)]
    stat: bool,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    asked: Asked,
}

/// Everything that differs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Compared {
    from: String,
    to: String,
    /// What only the second uses.
    new_uses: Vec<NewUse>,
    /// What only the first uses.
    old_uses: Vec<NewUse>,
    /// What both cost, where they are releases.
    cost: Option<[Cost; 2]>,
    /// Entries in shared files that are not as installed.
    entries: Vec<Drift>,
    files: Vec<Difference>,
}

impl Diff {
    pub(crate) fn run(self, family: Family, context: &Context) -> Result<ExitCode, CliError> {
        let from = Named::parse(&self.from)?;
        let to = self.to.as_deref().map(Named::parse).transpose()?;
        let opened = self.reading.opened(context)?;
        let supply = Supply::open(context, &self.asked.registries)?;
        let finder = Finder {
            opened: &opened,
            supply: &supply,
            family,
        };
        let mut compared = match (&from.which, to) {
            (_, Some(to)) => releases(&finder.held(&from)?, &finder.held(&to)?),
            (Which::Any, None) => {
                let there = opened.find(&from.name)?;
                working(there, &finder, context)?
            }
            (_, None) => {
                let there = opened.find(&from.name)?;
                releases(&finder.installed(there)?, &finder.held(&from)?)
            }
        };
        if self.reading.json {
            if self.stat {
                compared.files.iter_mut().for_each(|file| file.patch = None);
            }
            let mut json = serde_json::to_value(&compared)?;
            json["format"] = 1.into();
            context.ui.json(&json)?;
        } else {
            print(&compared, self.stat, context)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Two releases, as they were packed.
fn releases(from: &Held, to: &Held) -> Compared {
    let side = |held: &Held| -> Files {
        let entries = held.contents.entries.iter();
        entries
            .map(|entry| {
                let side = Side {
                    bytes: entry.bytes.clone(),
                    executable: Some(entry.executable),
                };
                (entry.path.clone(), side)
            })
            .collect()
    };
    let [old_uses, new_uses] = uses(&from.described, &to.described);
    Compared {
        from: format!("{} {}", from.name(), from.version()),
        to: format!("{} {}", to.name(), to.version()),
        new_uses,
        old_uses,
        cost: Some([from.described.cost, to.described.cost]),
        entries: Vec::new(),
        files: differences(&side(from), &side(to)),
    }
}

/// What only the first uses, and what only the second.
fn uses(from: &Described, to: &Described) -> [Vec<NewUse>; 2] {
    let (from, to) = (all_uses(from), all_uses(to));
    let without = |uses: &[NewUse], other: &[NewUse]| -> Vec<NewUse> {
        uses.iter()
            .filter(|one| !other.contains(one))
            .cloned()
            .collect()
    };
    [without(&from, &to), without(&to, &from)]
}

/// A release as it was installed, and the files as they stand.
fn working(
    there: &Installed,
    finder: &Finder<'_>,
    context: &Context,
) -> Result<Compared, CliError> {
    let desk = Desk {
        context,
        opened: finder.opened,
        supply: finder.supply,
        given: install::variables::Given::default(),
        on_conflict: OnConflict::default(),
        missing: Missing::default(),
    };
    let held = finder.installed(there)?;
    let facts = install::facts(&finder.opened.project)?;
    let package = desk.as_installed(there, (held.described, held.contents), &facts)?;
    let side = |bytes: Vec<u8>| Side {
        bytes,
        executable: None,
    };
    let now = Working::open(&finder.opened.project)?;
    let (mut old, mut new) = (Files::new(), Files::new());
    for (path, bytes) in package.files() {
        old.insert(path.to_owned(), side(bytes.to_vec()));
        if let Some(bytes) = now.file(path)? {
            new.insert(path.to_owned(), side(bytes));
        }
    }
    let mut drifts = install::verify(&finder.opened.project)?;
    drifts.retain(|drift| drift.package == there.name);
    for drift in drifts
        .iter()
        .filter(|drift| drift.what == install::What::Extra)
    {
        if let Some(bytes) = now.file(&drift.path)? {
            new.insert(drift.path.clone(), side(bytes));
        }
    }
    drifts.retain(|drift| drift.entry.is_some());
    Ok(Compared {
        from: format!("{} {}", there.name, there.version),
        to: "your files".to_owned(),
        new_uses: Vec::new(),
        old_uses: Vec::new(),
        cost: None,
        entries: drifts,
        files: differences(&old, &new),
    })
}

fn print(compared: &Compared, is_stat: bool, context: &Context) -> Result<(), CliError> {
    let Compared { from, to, .. } = compared;
    for (mark, uses) in [
        ("no longer uses", &compared.old_uses),
        ("newly uses", &compared.new_uses),
    ] {
        for one in uses {
            let value = one_line(&one.value);
            context
                .ui
                .data(format!("{BOLD}{mark}{BOLD:#}  {} {value}", one.kind))?;
        }
    }
    if let Some([old, new]) = compared.cost.filter(|[old, new]| old != new) {
        context.ui.data(format!(
            "{BOLD}context{BOLD:#}  {} -> {} tokens always, {} -> {} on demand (estimated)",
            old.always, new.always, old.on_demand, new.on_demand
        ))?;
    }
    for drift in &compared.entries {
        context.ui.data(drift_line(drift))?;
    }
    if compared.files.is_empty() {
        if compared.entries.is_empty() {
            context
                .ui
                .did("Same", format!("{from} and {to} have the same files"));
        }
        return Ok(());
    }
    context.ui.data(format!("{DIM}{from} -> {to}{DIM:#}"))?;
    if is_stat {
        for line in ui::diff::stat(&compared.files) {
            context.ui.data(line)?;
        }
        return Ok(());
    }
    for line in compared.files.iter().flat_map(ui::diff::lines) {
        context.ui.data(line)?;
    }
    Ok(())
}
