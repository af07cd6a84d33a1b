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
    let record = &release.record;
    let manifest = &record.manifest;
    let mut lines = vec![
        format!(
            "{BOLD}{}{BOLD:#} {}  {DIM}{}{DIM:#}",
            manifest.name, manifest.version, manifest.kind
        ),
        one_line(&manifest.summary),
        String::new(),
    ];
    if let Some(old) = &found.renamed_from {
        lines.push(format!("{old} was renamed to {}", manifest.name));
    }
    if let Some(why) = &found.package.deprecated {
        let instead = found
            .package
            .replaced_by
            .as_ref()
            .map(|name| format!("; use {name}"));
        lines.push(format!(
            "Deprecated: {}{}",
            one_line(why),
            instead.unwrap_or_default()
        ));
    }
    let mut fact = |name: &str, text: String| lines.push(format!("{DIM}{name:<12}{DIM:#}{text}"));
    fact("Licence", one_line(&manifest.license));
    fact("Authors", one_line(&manifest.authors.join(", ")));
    if !manifest.keywords.is_empty() {
        fact("Keywords", one_line(&manifest.keywords.join(", ")));
    }
    if let Some(range) = &manifest.paracle {
        fact("Paracle", range.to_string());
    }
    fact(
        "Registry",
        format!("{} ({})", one_line(&found.registry), one_line(&found.url)),
    );
    fact("Released", released(release));
    fact(
        "Source",
        one_line(&format!("{} at {}", record.source.git, record.source.rev)),
    );
    fact(
        "Context",
        format!(
            "{} tokens always, {} on demand (estimated)",
            record.cost.always, record.cost.on_demand
        ),
    );
    if !manifest.dependencies.is_empty() {
        let needs: Vec<_> = manifest
            .dependencies
            .iter()
            .map(|(n, d)| format!("{n} {}", d.version))
            .collect();
        fact("Needs", needs.join(", "));
    }
    let others: Vec<_> = found
        .package
        .releases
        .iter()
        .map(|release| version(release))
        .collect();
    fact("Versions", others.join(", "));
    lines.extend(used(release));
    lines.extend(installed(release));
    lines.push(String::new());
    lines.push(format!(
        "paracle {} install {}",
        family.word(),
        manifest.name
    ));
    lines
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
