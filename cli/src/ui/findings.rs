//! Findings in the four forms people and machines read: siblings behind one signature.

use std::{fmt::Write, process::ExitCode};

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use publish::Checked;
use registry_index::{Finding, Severity, rules};
use serde_json::{Value, json};

use super::{BOLD, Ui, Untrusted, counted, one_line};
use crate::error::CliError;

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// An object with an array, versioned
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// GitHub Actions annotations
    Github,
}

/// Prints what a check found, and how much of it; a failure where there are errors.
pub(crate) fn tell(ui: &Ui, checked: &Checked, format: Format) -> Result<ExitCode, CliError> {
    let text = write(format, &checked.findings);
    if !text.is_empty() {
        ui.data(text.trim_end_matches('\n'))?;
    }
    let count = |severity| {
        let found = checked.findings.iter();
        found.filter(|finding| finding.severity == severity).count()
    };
    let errors = count(Severity::Error);
    if checked.untried > 0 {
        ui.hint(&format!(
            "{} were not installed for trial; --only NAME or --base REV takes fewer, --trials all takes all",
            counted(checked.untried, "package")
        ));
    }
    ui.did(
        "Checked",
        format!(
            "{}: {}, {}, {}",
            counted(checked.packages, "package"),
            counted(errors, "error"),
            counted(count(Severity::Warning), "warning"),
            counted(count(Severity::Note), "note")
        ),
    );
    Ok(match errors {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// Writes `findings` in `format`.
pub(crate) fn write(format: Format, findings: &[Finding]) -> String {
    match format {
        Format::Text => text(findings),
        Format::Json => pretty(&json!({ "format": 1, "findings": findings })),
        Format::Sarif => pretty(&sarif(findings)),
        Format::Github => findings.iter().map(annotation).collect(),
    }
}

fn pretty(value: &Value) -> String {
    super::escape_json(&format!("{value:#}\n"))
}

fn colour(severity: Severity) -> Style {
    match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Note => AnsiColor::Cyan,
    }
    .on_default()
    .bold()
}

fn text(findings: &[Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        let style = colour(finding.severity);
        let (message, help) = (Untrusted(&finding.message), Untrusted(&finding.help));
        let place = Untrusted(&finding.place);
        let _ = writeln!(
            out,
            "{style}{}[{}]{style:#}{BOLD}: {message}{BOLD:#}",
            finding.severity, finding.rule
        );
        let _ = writeln!(out, "  --> {place}");
        let _ = writeln!(out, "   = help: {help}\n");
    }
    out
}

/// Source: GitHub, "Workflow commands for GitHub Actions". Values escape `%`, CR, LF, `:` and `,`, so
/// that no text of a package becomes a command of its own.
fn annotation(finding: &Finding) -> String {
    let data = |text: &str| {
        text.replace('%', "%25")
            .replace('\r', "%0D")
            .replace('\n', "%0A")
    };
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let place = &finding.place;
    let mut line = format!("::{level} file={}", property(&one_line(&place.file)));
    if place.line > 0 {
        let _ = write!(line, ",line={},col={}", place.line, place.column);
    }
    let message = format!("{} — {}", finding.message, finding.help);
    let message = data(&Untrusted(message).to_string());
    format!("{line},title={}::{message}\n", property(finding.rule))
}

/// Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
fn sarif(findings: &[Finding]) -> Value {
    let level = |severity: Severity| match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let described: Vec<Value> = rules::ALL
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id,
                "shortDescription": { "text": rule.about },
                "help": { "text": rule.help },
                "defaultConfiguration": { "level": level(rule.severity) },
            })
        })
        .collect();
    let results: Vec<Value> = findings
        .iter()
        .map(|finding| {
            let mut place = json!({ "artifactLocation": { "uri": finding.place.file, "uriBaseId": "%SRCROOT%" } });
            if finding.place.line > 0 {
                place["region"] = json!({ "startLine": finding.place.line, "startColumn": finding.place.column });
            }
            json!({
                "ruleId": finding.rule,
                "level": level(finding.severity),
                "message": { "text": format!("{}\n{}", finding.message, finding.help) },
                "locations": [{ "physicalLocation": place }],
            })
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "paracle",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": described,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

#[cfg(test)]
mod tests {
    use registry_index::Place;

    use super::*;

    #[test]
    fn an_annotation_cannot_start_another_command() {
        let finding = Finding {
            place: Place {
                file: "a,b:c\n::set-output x".into(),
                line: 3,
                column: 1,
            },
            severity: Severity::Error,
            rule: "unknown-key",
            package: None,
            message: "50%\n::error::gotcha".into(),
            help: "no".into(),
        };
        let line = write(Format::Github, &[finding]);
        assert_eq!(line.matches('\n').count(), 1);
        assert!(line.starts_with(
            "::error file=a%2Cb%3Ac %3A%3Aset-output x,line=3,col=1,title=unknown-key::50%25%0A"
        ));
    }
}
