//! `paracle template verify`.

use std::process::ExitCode;

use clap::Args;
use install::Drift;
use registry_index::PackageName;
use serde::Serialize;

use super::{Asked, Family, drift_line};
use crate::{
    context::Context,
    error::CliError,
    project::{Opened, reading::Reading, standing::Standing, supply::Supply},
    ui::{counted, one_line},
};

/// Compare every installed file and entry with packages.lock
///
/// Says what was modified, what is missing, what lies in an installed skill or plugin and no package
/// brought, and which releases were revoked since or are other bytes than their registry has. Exits with
/// 1 where there is anything.
#[derive(Args, Debug)]
pub(crate) struct Verify {
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    asked: Asked,
}

/// A release that must not be used any more.
#[derive(Serialize)]
struct Refused {
    name: PackageName,
    version: String,
    why: String,
}

/// What registries say of what is installed.
#[derive(Default)]
struct Said {
    revoked: Vec<Refused>,
    altered: Vec<Refused>,
    /// Nothing could be learnt about these.
    unknown: Vec<Refused>,
}

impl Verify {
    pub(crate) fn run(self, _: Family, context: &Context) -> Result<ExitCode, CliError> {
        let opened = self.reading.opened(context)?;
        let drifts = install::verify(&opened.project)?;
        let said = said(&opened, &Supply::open(context, &self.asked.registries)?);
        let is_sound = drifts.is_empty() && said.revoked.is_empty() && said.altered.is_empty();
        if self.reading.json {
            context.ui.json(&serde_json::json!({
                "format": 1,
                "sound": is_sound,
                "drift": drifts,
                "revoked": said.revoked,
                "altered": said.altered,
                "unknown": said.unknown,
            }))?;
        } else {
            print(&drifts, &said, context)?;
            if is_sound {
                tell_sound(&opened, context);
            }
        }
        Ok(match is_sound {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        })
    }
}

fn said(opened: &Opened, supply: &Supply<'_>) -> Said {
    let mut said = Said::default();
    for there in &opened.lock {
        let refused = |why: String| Refused {
            name: there.name.clone(),
            version: there.version.to_string(),
            why,
        };
        let standing = Standing::of(there, supply);
        if standing.is_altered {
            let why = "its registry has other bytes under this version".to_owned();
            said.altered.push(refused(why));
        }
        said.revoked.extend(standing.revoked.map(refused));
        said.unknown.extend(standing.unknown.map(refused));
    }
    said
}

fn print(drifts: &[Drift], said: &Said, context: &Context) -> Result<(), CliError> {
    for drift in drifts {
        context.ui.data(drift_line(drift))?;
    }
    for (word, refused) in [("revoked", &said.revoked), ("altered", &said.altered)] {
        for one in refused {
            let why = one_line(&one.why);
            context
                .ui
                .data(format!("{word:<9} {} {}: {why}", one.name, one.version))?;
        }
    }
    for one in &said.unknown {
        context.ui.hint(&format!(
            "whether {} {} was revoked is not known: {}",
            one.name, one.version, one.why
        ));
    }
    Ok(())
}

fn tell_sound(opened: &Opened, context: &Context) {
    let files: usize = opened.lock.iter().map(|there| there.files.len()).sum();
    let entries: usize = opened.lock.iter().map(|there| there.entries.len()).sum();
    let packages = counted(opened.lock.len(), "package");
    let files = counted(files, "file");
    context.ui.did(
        "Verified",
        format!("{packages}, {files}, {entries} in shared files: as installed"),
    );
}
