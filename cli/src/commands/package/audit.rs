//! `paracle template audit`.

use std::{collections::BTreeMap, process::ExitCode};

use clap::Args;
use install::{Installed, What, Working};
use registry_index::{
    PackageName, Severity,
    hidden::{as_text, hidden, is_plain},
    license,
};
use serde::Serialize;

use super::{Asked, Family, drift_word};
use crate::{
    context::Context,
    error::CliError,
    project::{Opened, reading::Reading, standing::Standing, supply::Supply},
    ui::{counted, one_line, table},
};

/// Judge what is installed, for CI
///
/// Errors: a release that was revoked, or is other bytes than its registry has; a file or an entry that
/// is missing, or is something else than a file; hidden characters in an installed file; a licence that
/// --deny names. Warnings: what was modified or lies beside; a release that was yanked, a package that is
/// deprecated or replaced; a licence that is neither approved by the OSI nor one for open content; what
/// no registry can be asked about. Exits with 1 where there is an error.
#[derive(Args, Debug)]
pub(crate) struct Audit {
    /// Refuse this licence (SPDX id; repeatable, or separated by commas)
    #[arg(long, value_name = "LICENCE", value_delimiter = ',')]
    deny: Vec<String>,
    /// Exit with 1 where there is a warning as well
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    asked: Asked,
}

/// Something that was found.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Finding {
    severity: Severity,
    rule: &'static str,
    package: PackageName,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    message: String,
}

/// A package's licence, where it is known.
#[derive(Serialize)]
struct Licensed {
    package: PackageName,
    version: String,
    license: Option<String>,
}

impl Audit {
    pub(crate) fn run(self, _: Family, context: &Context) -> Result<ExitCode, CliError> {
        if let Some(unknown) = self.deny.iter().find(|id| !license::is_known(id)) {
            // A slip of the pen must not let everything pass.
            return Err(
                CliError::usage(format!("{unknown:?} is no SPDX id of a licence"))
                    .hint("https://spdx.org/licenses lists them, as in GPL-3.0-only"),
            );
        }
        let opened = self.reading.opened(context)?;
        let supply = Supply::open(context, &self.asked.registries)?;
        let mut findings = drift(&opened)?;
        let mut licences = Vec::new();
        for there in &opened.lock {
            let standing = Standing::of(there, &supply);
            stands(there, &standing, &mut findings);
            self.licence(there, &standing, &mut findings);
            licences.push(Licensed {
                package: there.name.clone(),
                version: there.version.to_string(),
                license: standing.license,
            });
        }
        unseen(&opened, &mut findings)?;
        // What is worse comes first.
        findings.sort_by(|a, b| (b.severity, a).cmp(&(a.severity, b)));
        let errors = findings
            .iter()
            .filter(|one| one.severity == Severity::Error)
            .count();
        let warnings = findings.len() - errors;
        if self.reading.json {
            context.ui.json(&serde_json::json!({
                "format": 1,
                "errors": errors,
                "warnings": warnings,
                "findings": findings,
                "licences": licences,
            }))?;
        } else {
            print(&findings, &licences, context)?;
            let packages = counted(opened.lock.len(), "package");
            let counts = format!(
                "{}, {}",
                counted(errors, "error"),
                counted(warnings, "warning")
            );
            context.ui.did("Audited", format!("{packages}: {counts}"));
        }
        Ok(match errors > 0 || self.strict && warnings > 0 {
            true => ExitCode::FAILURE,
            false => ExitCode::SUCCESS,
        })
    }

    fn licence(&self, there: &Installed, standing: &Standing, findings: &mut Vec<Finding>) {
        let Some(license) = &standing.license else {
            if !self.deny.is_empty() {
                let message = "its licence is not known here".to_owned();
                findings.push(of(there, Severity::Error, "licence-denied", message));
            }
            return;
        };
        if let Some(denied) = license::denied(license, &self.deny) {
            let message = format!("it is under {license}, and {denied} is denied");
            findings.push(of(there, Severity::Error, "licence-denied", message));
        } else if license::is_open(license) != Some(true) {
            let message = format!("it is under {license}, which the OSI did not approve");
            findings.push(of(there, Severity::Warning, "licence-open", message));
        }
    }
}

fn of(there: &Installed, severity: Severity, rule: &'static str, message: String) -> Finding {
    Finding {
        severity,
        rule,
        package: there.name.clone(),
        path: None,
        message,
    }
}

/// What is not as it was installed.
fn drift(opened: &Opened) -> Result<Vec<Finding>, CliError> {
    let drifts = install::verify(&opened.project)?;
    let found = drifts.into_iter().map(|drift| {
        let entry = drift.entry.map(|id| format!("the entry {id} "));
        let severity = match drift.what {
            What::Missing | What::Replaced => Severity::Error,
            What::Modified | What::Extra => Severity::Warning,
        };
        Finding {
            severity,
            rule: "drift",
            package: drift.package,
            path: Some(drift.path),
            message: format!("{}is {}", entry.unwrap_or_default(), drift_word(drift.what)),
        }
    });
    Ok(found.collect())
}

/// What became of its release and its package.
fn stands(there: &Installed, standing: &Standing, findings: &mut Vec<Finding>) {
    let mut found = |severity, rule, message: String| {
        findings.push(of(there, severity, rule, message));
    };
    let version = &there.version;
    if let Some(why) = &standing.revoked {
        found(
            Severity::Error,
            "revoked",
            format!("{version} was revoked: {why}"),
        );
    }
    if standing.is_altered {
        let message = format!("its registry has other bytes under {version}");
        found(Severity::Error, "altered", message);
    }
    if let Some(why) = &standing.yanked {
        found(
            Severity::Warning,
            "yanked",
            format!("{version} was yanked: {why}"),
        );
    }
    let instead = standing.replaced_by.as_ref();
    let instead = instead.map_or_else(String::new, |name| format!("; use {name}"));
    if let Some(why) = &standing.deprecated {
        found(
            Severity::Warning,
            "deprecated",
            format!("it is deprecated: {why}{instead}"),
        );
    } else if let Some(name) = &standing.replaced_by {
        found(
            Severity::Warning,
            "replaced",
            format!("it was replaced by {name}"),
        );
    }
    if let Some(why) = &standing.unknown {
        let message = format!("what became of {version} is not known: {why}");
        found(Severity::Warning, "unknown", message);
    }
}

/// Characters that nobody sees, in installed files and in the files that entries went into: the first of
/// each file.
fn unseen(opened: &Opened, findings: &mut Vec<Finding>) -> Result<(), CliError> {
    let mut paths: BTreeMap<&str, &Installed> = BTreeMap::new();
    for there in &opened.lock {
        let files = there.files.iter().map(|file| file.path.as_str());
        let entries = there.entries.iter().map(|entry| entry.file.as_str());
        for path in files.chain(entries) {
            paths.entry(path).or_insert(there);
        }
    }
    let working = Working::open(&opened.project)?;
    for (path, there) in paths {
        let Some(bytes) = working.file(path)?.filter(|bytes| !is_plain(bytes)) else {
            continue;
        };
        let Some(text) = as_text(path, &bytes) else {
            continue;
        };
        if let Some(first) = hidden(&text).next() {
            let line = text[..first.offset].matches('\n').count() + 1;
            let code = u32::from(first.character);
            let message = format!("line {line} holds {} (U+{code:04X})", first.what);
            let mut finding = of(there, Severity::Error, "hidden-unicode", message);
            finding.path = Some(path.to_owned());
            findings.push(finding);
        }
    }
    Ok(())
}

fn print(findings: &[Finding], licences: &[Licensed], context: &Context) -> Result<(), CliError> {
    let row = |finding: &Finding| {
        let path = finding
            .path
            .as_deref()
            .map(|path| format!("{}: ", one_line(path)));
        [
            finding.severity.to_string(),
            finding.rule.to_owned(),
            finding.package.to_string(),
            format!("{}{}", path.unwrap_or_default(), one_line(&finding.message)),
        ]
    };
    let rows: Vec<[String; 4]> = findings.iter().map(row).collect();
    for line in table::aligned(&rows) {
        context.ui.data(line)?;
    }
    let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for one in licences {
        let license = one.license.as_deref().unwrap_or("(not known)");
        names.entry(license).or_default().push(one.package.as_str());
    }
    for (license, names) in names {
        context.ui.data(format!(
            "licence {}: {}",
            one_line(license),
            names.join(", ")
        ))?;
    }
    Ok(())
}
