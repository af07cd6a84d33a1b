//! `paracle template info`.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use client::Found;
use install::Described;
use registry_index::{
    Manifest,
    component::{Destination, destination},
    record::Found as Seen,
    uses,
    wire::Release,
};

mod here;

use self::here::Here;
use super::{Asked, Family, look_up};
use crate::{
    context::Context,
    error::CliError,
    project::supply::Supply,
    ui::{self, BOLD, DIM, one_line},
};

/// Show what a package is, what it uses and what it would write
///
/// Of one that is installed in the project, also which version that is, and whether something of it is
/// not as it was installed.
#[derive(Args, Debug)]
pub(crate) struct Info {
    /// `namespace/name`, or a short name of `core` or of what is installed
    #[arg(value_name = "NAME", add = clap_complete::ArgValueCompleter::new(super::complete_names))]
    name: String,
    /// Print JSON: the package as the registry publishes it
    #[arg(long)]
    json: bool,
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    into: PathBuf,
    #[command(flatten)]
    asked: Asked,
}

impl Info {
    pub(crate) fn run(self, family: Family, context: &Context) -> Result<ExitCode, CliError> {
        let here = Here::look(&context.here.join(&self.into), &self.name);
        let supply = Supply::open(context, &self.asked.registries)?;
        // What comes from no registry is described by its own files.
        if let Some(here) = here.as_ref().filter(|here| here.there.source.is_some()) {
            return self.installed_only(here, &supply, context);
        }
        let found = match (look_up(supply.hub(), &self.name, family), &here) {
            (Ok(found), _) => found,
            (Err(_), Some(here)) => return self.installed_only(here, &supply, context),
            (Err(error), None) => return Err(error),
        };
        let here = here.filter(|here| here.there.name == found.package.name);
        if self.json {
            context.ui.json(&serde_json::json!({
                "format": 1,
                "registry": { "name": found.registry, "url": found.url },
                "installed": here.as_ref().map(Here::told),
                "package": found.package,
            }))?;
            return Ok(ExitCode::SUCCESS);
        }
        for line in describe(&found, here.as_ref(), family) {
            context.ui.data(line)?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// A package that the project has and no registry knows.
    fn installed_only(
        &self,
        here: &Here,
        supply: &Supply<'_>,
        context: &Context,
    ) -> Result<ExitCode, CliError> {
        let known = supply
            .installed(&here.project, &here.there)?
            .map(|(described, _)| described);
        if self.json {
            context.ui.json(&serde_json::json!({
                "format": 1,
                "installed": here.told(),
                "manifest": known.map(|described| described.manifest),
            }))?;
            return Ok(ExitCode::SUCCESS);
        }
        for line in describe_installed(here, known.as_ref()) {
            context.ui.data(line)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn describe_installed(here: &Here, known: Option<&Described>) -> Vec<String> {
    let there = &here.there;
    let fact = |name: &str, text: &str| format!("{DIM}{name:<12}{DIM:#}{}", one_line(text));
    let mut lines = Vec::new();
    if let Some(Described { manifest, .. }) = known {
        lines.extend(heading(manifest));
        lines.push(fact("Licence", &manifest.license));
    } else {
        lines.push(format!("{BOLD}{}{BOLD:#} {}", there.name, there.version));
        lines.push(String::new());
    }
    lines.push(fact("Installed", &here.line()));
    lines.push(fact(
        "From",
        there.source.as_ref().unwrap_or(&there.registry),
    ));
    let needs: Vec<&str> = there.needs.iter().map(|name| name.as_str()).collect();
    if !needs.is_empty() {
        lines.push(fact("Needs", &needs.join(", ")));
    }
    if let Some(described) = known {
        lines.push(fact("Context", &ui::cost(&described.cost)));
        lines.extend(used(&described.manifest, &described.found));
    }
    lines.extend([String::new(), format!("{BOLD}Wrote{BOLD:#}")]);
    lines.extend(
        there
            .files
            .iter()
            .map(|file| format!("  {}", one_line(&file.path))),
    );
    let entry = |entry: &install::InstalledEntry| {
        format!(
            "  entry {} in {}",
            one_line(&entry.id),
            one_line(&entry.file)
        )
    };
    lines.extend(there.entries.iter().map(entry));
    lines
}

fn heading(manifest: &Manifest) -> [String; 3] {
    let (name, version) = (&manifest.name, &manifest.version);
    [
        format!(
            "{BOLD}{name}{BOLD:#} {version}  {DIM}{}{DIM:#}",
            manifest.kind
        ),
        one_line(&manifest.summary),
        String::new(),
    ]
}

fn describe(found: &Found, here: Option<&Here>, family: Family) -> Vec<String> {
    let release = found.package.latest();
    let manifest = &release.record.manifest;
    let mut lines = heading(manifest).to_vec();
    lines.extend(fate(found));
    let mut facts = facts(found);
    facts.insert(0, ("Installed", here.map(Here::line).unwrap_or_default()));
    let known = facts.into_iter().filter(|(_, text)| !text.is_empty());
    lines.extend(known.map(|(name, text)| format!("{DIM}{name:<12}{DIM:#}{}", one_line(&text))));
    lines.extend(used(manifest, &release.record.found));
    lines.extend(installed(release));
    lines.push(String::new());
    let name = &manifest.name;
    lines.push(format!("paracle {} install {name}", family.word()));
    lines
}

/// Whether it was renamed or should not be chosen any more.
fn fate(found: &Found) -> Vec<String> {
    let package = &found.package;
    let mut lines = Vec::new();
    if let Some(old) = &found.renamed_from {
        lines.push(format!("{old} was renamed to {}", package.name));
    }
    if let Some(why) = &package.deprecated {
        let other = package.replaced_by.as_ref();
        let instead = other.map(|name| format!("; use {name}"));
        let instead = instead.unwrap_or_default();
        lines.push(format!("Deprecated: {}{instead}", one_line(why)));
    }
    lines
}

/// Name and text of each fact; the text is empty where there is nothing to say.
fn facts(found: &Found) -> Vec<(&'static str, String)> {
    let release = found.package.latest();
    let record = &release.record;
    let (manifest, source) = (&record.manifest, &record.source);
    let needs = manifest.dependencies.iter();
    let needs: Vec<_> = needs.map(|(n, d)| format!("{n} {}", d.version)).collect();
    let versions: Vec<_> = found.package.releases.iter().map(ui::release).collect();
    let paracle = manifest.paracle.as_ref().map(ToString::to_string);
    vec![
        ("Licence", manifest.license.clone()),
        ("Authors", manifest.authors.join(", ")),
        ("Keywords", manifest.keywords.join(", ")),
        ("Paracle", paracle.unwrap_or_default()),
        ("Registry", format!("{} ({})", found.registry, found.url)),
        ("Released", released(release)),
        ("Source", format!("{} at {}", source.git, source.rev)),
        ("Context", ui::cost(&record.cost)),
        ("Needs", needs.join(", ")),
        ("Versions", versions.join(", ")),
    ]
}

fn released(release: &Release) -> String {
    match release.record.published.get(..10) {
        Some(day) => one_line(day),
        None => "not yet".into(),
    }
}

/// What it uses, in words, and how we know.
fn used(manifest: &Manifest, found: &Seen) -> Vec<String> {
    let label = uses::label(manifest, found);
    let mut lines = vec![String::new(), format!("{BOLD}Uses{BOLD:#}")];
    lines.extend(ui::uses::lines(
        &manifest.uses,
        &label,
        &uses::undeclared(manifest, found),
    ));
    if lines.len() == 2 {
        lines.push("  nothing declared, nothing found".into());
    }
    lines
}

/// What it would write.
fn installed(release: &Release) -> Vec<String> {
    let manifest = &release.record.manifest;
    let mut lines = vec![String::new(), format!("{BOLD}Writes{BOLD:#}")];
    for file in &release.record.files {
        match destination(manifest.name.name(), &file.path) {
            Destination::File(path) => {
                lines.push(format!(
                    "  {}  {DIM}{} bytes{DIM:#}",
                    one_line(&path),
                    file.length
                ));
            }
            Destination::Entry => {
                lines.push(format!(
                    "  an entry for {} in .parac/tools/mcp",
                    one_line(&file.path)
                ));
            }
            _ => {}
        }
    }
    lines
}
