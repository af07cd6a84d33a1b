//! A plan in words: every file, every entry, what it uses, what would run by itself.

use std::fmt::Write;

use install::{PackagePlan, Plan, Status};

use super::{BOLD, DIM, one_line, uses};

/// The whole plan, one package after the other.
pub(crate) fn text(plan: &Plan) -> String {
    plan.packages
        .iter()
        .map(package)
        .collect::<Vec<_>>()
        .join("\n")
}

fn word(status: Status) -> &'static str {
    match status {
        Status::New => "new",
        Status::Same => "same",
        Status::Kept => "kept",
        Status::Conflict => "CONFLICT",
        _ => "?",
    }
}

fn package(plan: &PackagePlan) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{BOLD}{} {}{BOLD:#}  {}",
        plan.name,
        plan.version,
        one_line(&plan.summary)
    );
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
    let _ = writeln!(
        out,
        "  {DIM}context{DIM:#}      {} tokens always, {} on demand (estimated)",
        plan.cost.always, plan.cost.on_demand
    );
    out
}
