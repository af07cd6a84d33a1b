//! What was installed, as Paracle reads it: above all what came of templates, which no rule can read
//! before.

use std::path::Path;

use archive::Contents;
use install::{Answers, Facts, Plan, rendered};
use registry_index::{
    Severity,
    component::{Problem, installed, mcp, readable},
    rules::TrialFault,
};

use super::attempt::Attempt;

/// What Paracle would refuse of the files that were `brought` into `root`.
pub(super) fn files(
    attempt: &Attempt<'_>,
    brought: &[(String, String)],
    root: &Path,
) -> Vec<TrialFault> {
    let mut faults = Vec::new();
    for (from, to) in brought {
        let is_as_written = attempt.shelf.source.file(from).is_some();
        if is_as_written && !readable([from.as_str()]).is_empty() {
            // The rules about agents, workflows and skills have read it.
            continue;
        }
        // What is not there was told by verifying.
        let Ok(bytes) = std::fs::read(root.join(to)) else {
            continue;
        };
        let problems = installed::problems(to, &bytes).into_iter();
        faults.extend(problems.map(|problem| fault(attempt, from, to, problem)));
    }
    faults
}

/// Path in the package, with the answers in it, and path in the project of all that the draft brings.
pub(super) fn brought(attempt: &Attempt<'_>, plan: &Plan) -> Vec<(String, String)> {
    let own = plan
        .packages
        .iter()
        .filter(|package| package.name == attempt.shelf.name);
    let files = own.flat_map(|package| &package.files);
    files
        .map(|file| (file.from.clone(), file.path.clone()))
        .collect()
}

/// What is wrong with servers that come of templates: one that cannot be read becomes no entry, and
/// nothing else would say so.
pub(super) fn servers(
    attempt: &Attempt<'_>,
    contents: &Contents,
    answers: &Answers,
    facts: &Facts,
) -> Vec<TrialFault> {
    let is_server = |path: &str| path.starts_with("mcp/") && path.ends_with(".toml.j2");
    let Some(manifest) = attempt.shelf.manifest() else {
        return Vec::new();
    };
    if !contents.entries.iter().any(|entry| is_server(&entry.path)) {
        return Vec::new();
    }
    // It was rendered once already: what fails here failed there.
    let rendered = rendered::render(contents.clone(), manifest, answers, facts, attempt.renderer);
    let mut faults = Vec::new();
    for entry in rendered.unwrap_or_default() {
        let stem = entry
            .path
            .strip_prefix("mcp/")
            .and_then(|rest| rest.strip_suffix(".toml"));
        let Some(stem) = stem else { continue };
        let (_, findings) = mcp::read(stem, &entry.path, entry.bytes.clone());
        faults.extend(findings.into_iter().map(|finding| TrialFault {
            severity: finding.severity,
            file: format!("{}.j2", entry.path),
            line: 0,
            message: format!(
                "{}: with these answers, {}",
                attempt.called(),
                finding.message
            ),
            help: finding.help,
        }));
    }
    let known = |fault: &TrialFault| {
        contents
            .entries
            .iter()
            .any(|entry| entry.path == fault.file)
    };
    faults.retain(known);
    faults
}

fn fault(attempt: &Attempt<'_>, from: &str, to: &str, problem: Problem) -> TrialFault {
    let at = match problem.line {
        0 => String::new(),
        line => format!(", line {line}"),
    };
    // The template that it comes of; where the path held an answer as well, the case is to blame.
    let template = format!("{from}.j2");
    let source = attempt.shelf.source;
    let file = [from, &template]
        .into_iter()
        .find(|path| source.file(path).is_some());
    TrialFault {
        severity: match problem.fatal {
            true => Severity::Error,
            false => Severity::Warning,
        },
        file: file.unwrap_or(&attempt.case.file).to_owned(),
        line: 0,
        message: format!("{}: {to}{at}: {}", attempt.called(), problem.message),
        help: problem.help,
    }
}
