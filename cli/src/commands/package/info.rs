//! `paracle template info`.

use std::process::ExitCode;

use clap::Args;
use client::Found;
use registry_index::{
    component::{Destination, destination},
    uses,
    wire::Release,
};

use super::{Asked, Family, look_up};
use crate::{
    context::Context,
    error::CliError,
    ui::{self, BOLD, DIM, one_line},
};

/// Show what a package is, what it uses and what it would write
#[derive(Args, Debug)]
pub(crate) struct Info {
    /// `namespace/name`, or a short name of `core`
    #[arg(value_name = "NAME", add = clap_complete::ArgValueCompleter::new(super::complete_names))]
    name: String,
    /// Print JSON: the package as the registry publishes it
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    asked: Asked,
}

impl Info {
    pub(crate) fn run(self, family: Family, context: &Context) -> Result<ExitCode, CliError> {
        let hub = context.hub(&self.asked.registries)?;
        let found = look_up(&hub, &self.name, family)?;
        if self.json {
            context.ui.json(&serde_json::json!({
                "format": 1,
                "registry": { "name": found.registry, "url": found.url },
                "package": found.package,
            }))?;
            return Ok(ExitCode::SUCCESS);
        }
        for line in describe(&found, family) {
            context.ui.data(line)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn describe(found: &Found, family: Family) -> Vec<String> {
    let release = found.package.latest();
    let manifest = &release.record.manifest;
    let mut lines = vec![
        format!(
            "{BOLD}{}{BOLD:#} {}  {DIM}{}{DIM:#}",
            manifest.name, manifest.version, manifest.kind
        ),
        one_line(&manifest.summary),
        String::new(),
    ];
    lines.extend(fate(found));
    let facts = facts(found).into_iter();
    let known = facts.filter(|(_, text)| !text.is_empty());
    lines.extend(known.map(|(name, text)| format!("{DIM}{name:<12}{DIM:#}{}", one_line(&text))));
    lines.extend(used(release));
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
    let (manifest, cost, source) = (&record.manifest, &record.cost, &record.source);
    let needs = manifest.dependencies.iter();
    let needs: Vec<_> = needs.map(|(n, d)| format!("{n} {}", d.version)).collect();
    let versions: Vec<_> = found.package.releases.iter().map(version).collect();
    let paracle = manifest.paracle.as_ref().map(ToString::to_string);
    let context = format!(
        "{} tokens always, {} on demand (estimated)",
        cost.always, cost.on_demand
    );
    vec![
        ("Licence", manifest.license.clone()),
        ("Authors", manifest.authors.join(", ")),
        ("Keywords", manifest.keywords.join(", ")),
        ("Paracle", paracle.unwrap_or_default()),
        ("Registry", format!("{} ({})", found.registry, found.url)),
        ("Released", released(release)),
        ("Source", format!("{} at {}", source.git, source.rev)),
        ("Context", context),
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

fn version(release: &Release) -> String {
    match (&release.revoked, &release.yanked) {
        (Some(_), _) => format!("{} (revoked)", release.version()),
        (None, Some(_)) => format!("{} (yanked)", release.version()),
        (None, None) => release.version().to_string(),
    }
}

/// What it uses, in words, and how we know.
fn used(release: &Release) -> Vec<String> {
    let (manifest, found) = (&release.record.manifest, &release.record.found);
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
