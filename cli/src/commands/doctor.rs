//! `paracle doctor`.

use std::{path::Path, process::ExitCode};

use clap::Args;
use serde::Serialize;

use super::external;
use crate::{
    context::Context,
    error::CliError,
    ui::{BOLD, DIM, one_line},
};

/// Say which paracle is which, what is found, and what is missing
#[derive(Args, Debug)]
pub(crate) struct Doctor {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Line {
    name: String,
    ok: bool,
    says: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Line {
    fn good(name: &str, says: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ok: true,
            says: says.into(),
            hint: None,
        }
    }

    fn bad(name: &str, says: impl Into<String>, hint: &str) -> Self {
        Self {
            name: name.into(),
            ok: false,
            says: says.into(),
            hint: Some(hint.into()),
        }
    }
}

impl Doctor {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let mut lines = vec![
            Line::good(
                "this program",
                format!(
                    "paracle {} at {}",
                    env!("CARGO_PKG_VERSION"),
                    context.program.display()
                ),
            ),
            framework(context),
            git(context),
            folder("cache", &context.world.cache),
            folder(
                "configuration",
                context.list.parent().unwrap_or(&context.here),
            ),
        ];
        lines.extend(registries(context));
        lines.extend(project(context));
        if self.json {
            context
                .ui
                .json(&serde_json::json!({ "format": 1, "checks": lines }))?;
        } else {
            for line in &lines {
                let mark = if line.ok { "ok     " } else { "missing" };
                context.ui.data(format!(
                    "{DIM}{mark}{DIM:#} {BOLD}{}{BOLD:#}: {}",
                    line.name,
                    one_line(&line.says)
                ))?;
                if let Some(hint) = &line.hint {
                    context.ui.data(format!("        {}", one_line(hint)))?;
                }
            }
        }
        Ok(if lines.iter().all(|line| line.ok) {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

fn framework(context: &Context) -> Line {
    let name = "the Python framework";
    match external::others(&context.path, &context.program).first() {
        Some(other) => Line::good(
            name,
            format!(
                "its own paracle is {}; commands that are not ours are handed to it, and ours is also called paracle-hub",
                other.display()
            ),
        ),
        None => Line {
            hint: Some(
                "to run agents: pip install paracle; searching and installing work without it"
                    .into(),
            ),
            ..Line::good(name, "no other paracle is on the PATH")
        },
    }
}

fn git(context: &Context) -> Line {
    match git::Program::new(context.world.git.clone())
        .call("version", &context.here)
        .run()
    {
        Ok(version) => Line::good("git", String::from_utf8_lossy(&version).trim()),
        Err(error) => Line::bad(
            "git",
            error.to_string(),
            "install git: registries given as a git URL need it",
        ),
    }
}

fn folder(name: &str, path: &Path) -> Line {
    let existing = path.ancestors().find(|folder| folder.is_dir());
    let writable = existing.is_some_and(|folder| tempfile::tempfile_in(folder).is_ok());
    match writable {
        true => Line::good(name, path.display().to_string()),
        false => Line::bad(
            name,
            format!("{} cannot be written", path.display()),
            "make it writable, or name another with PARACLE_CACHE_DIR or PARACLE_CONFIG_DIR",
        ),
    }
}

fn registries(context: &Context) -> Vec<Line> {
    let offline = client::World {
        offline: true,
        ..context.world.clone()
    };
    let listed = client::registries::Registries::read(&context.list)
        .and_then(|list| list.all(context.list.parent().unwrap_or(&context.here)));
    let listed = match listed {
        Ok(listed) => listed,
        Err(error) => {
            return vec![Line::bad(
                "registries",
                error.to_string(),
                "correct the file, or remove it",
            )];
        }
    };
    let (hub, failed) = client::Hub::open(&listed, &offline);
    let good = hub.registries().map(|(name, source)| {
        let config = source.config();
        let day = config.updated.get(..10).unwrap_or("never");
        Line::good(
            &format!("registry {name}"),
            format!(
                "{} packages, newest release {day}, {}",
                config.packages, config.url
            ),
        )
    });
    let bad = failed.iter().map(|(name, error)| {
        Line::bad(
            &format!("registry {name}"),
            error.to_string(),
            &error.hint().unwrap_or_default(),
        )
    });
    good.chain(bad).collect()
}

/// What is installed in the project here, and the programs it needs.
fn project(context: &Context) -> Vec<Line> {
    let Ok(project) = install::Project::find(&context.here) else {
        return Vec::new();
    };
    match install::installed(&project) {
        Ok(installed) if installed.is_empty() => Vec::new(),
        Ok(installed) => vec![Line::good(
            "project",
            format!("{} packages installed", installed.len()),
        )],
        Err(error) => vec![Line::bad(
            "project",
            error.to_string(),
            "restore packages.lock from version control",
        )],
    }
}
