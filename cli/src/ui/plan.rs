//! A plan in words: every file, every entry, what it uses, what would run by itself.

use std::fmt::Write;

use install::{PackagePlan, Plan, Status};

use super::{BOLD, DIM, one_line, uses};

/// The whole plan, one package after the other.
pub(crate) fn text(plan: &Plan) -> String {
    let mut parts: Vec<String> = plan.packages.iter().map(package).collect();
    parts.extend((!plan.dropped.is_empty()).then(|| dropped(plan)));
    parts.join("\n")
}

fn word(status: Status) -> &'static str {
    match status {
        Status::New => "new",
        Status::Same => "same",
        Status::Kept => "kept",
        Status::Changed => "changed",
        Status::Merged => "merged",
        Status::Marked => "MARKERS",
        Status::Absent => "deleted",
        Status::Conflict => "CONFLICT",
        Status::Removed => "removed",
        Status::Left => "left",
        _ => "?",
    }
}

/// What goes, and what stays although no package brings it any more.
fn dropped(plan: &Plan) -> String {
    let mut out = String::new();
    for name in &plan.remove {
        let _ = writeln!(out, "{BOLD}{name}{BOLD:#}  {DIM}to be removed{DIM:#}");
    }
    for dropped in &plan.dropped {
        let path = one_line(&dropped.path);
        let entry = dropped.entry.as_deref().map(one_line);
        let what = entry.map_or_else(|| path.clone(), |id| format!("entry {id} in {path}"));
        let why = match dropped.status {
            Status::Left => "  (edited, or there before: it stays)",
            _ => "",
        };
        let _ = writeln!(out, "  {:<8} {what}{DIM}{why}{DIM:#}", word(dropped.status));
    }
    out
}

fn package(plan: &PackagePlan) -> String {
    let mut out = String::new();
    let version = match &plan.replaces {
        Some(old) => format!("{old} -> {}", plan.version),
        None => plan.version.to_string(),
    };
    let summary = one_line(&plan.summary);
    let _ = writeln!(out, "{BOLD}{} {version}{BOLD:#}  {summary}", plan.name);
    origin(plan, &mut out);
    written(plan, &mut out);
    for line in uses::lines(&plan.uses, &plan.label, &plan.undeclared) {
        let _ = writeln!(out, "{line}");
    }
    for server in &plan.mcp_commands {
        let command = one_line(&server.command.join(" "));
        let _ = writeln!(
            out,
            "  {DIM}starts{DIM:#}       {command}  {DIM}(MCP server {}){DIM:#}",
            one_line(&server.id)
        );
    }
    for file in &plan.self_running {
        let _ = writeln!(
            out,
            "  {BOLD}runs by itself later{BOLD:#}: {}",
            one_line(file)
        );
    }
    for (program, version) in &plan.programs {
        let _ = writeln!(
            out,
            "  {DIM}needs{DIM:#}        {} {}",
            one_line(program),
            one_line(version)
        );
    }
    for (name, answer) in plan.answers.iter() {
        let answer = one_line(&answer.to_json().to_string());
        let _ = writeln!(
            out,
            "  {DIM}answer{DIM:#}       {} = {answer}",
            one_line(name)
        );
    }
    let _ = writeln!(
        out,
        "  {DIM}context{DIM:#}      {} tokens always, {} on demand (estimated)",
        plan.cost.always, plan.cost.on_demand
    );
    out
}

/// Where it comes from, and why it is there.
fn origin(plan: &PackagePlan, out: &mut String) {
    let from = plan.source.as_ref().unwrap_or(&plan.registry);
    let _ = writeln!(out, "  {DIM}from{DIM:#}         {}", one_line(from));
    let needs: Vec<&str> = plan.needs.iter().map(|name| name.as_str()).collect();
    if !needs.is_empty() {
        let _ = writeln!(out, "  {DIM}needs{DIM:#}        {}", needs.join(", "));
    }
}

/// Every file and every entry.
fn written(plan: &PackagePlan, out: &mut String) {
    for file in &plan.files {
        let size = format!("{} bytes", file.length);
        let _ = writeln!(
            out,
            "  {:<8} {}  {DIM}{size}{DIM:#}",
            word(file.status),
            one_line(&file.path)
        );
    }
    for entry in &plan.entries {
        let (id, file) = (one_line(&entry.id), one_line(&entry.file));
        let _ = writeln!(out, "  {:<8} entry {id} in {file}", word(entry.status));
    }
}
