//! One file: in which language it speaks, and what it uses.

use std::{path::Path, sync::LazyLock};

use regex::Regex;

use super::{
    Certainty, Seen, UseKind,
    code::{Code, Language, Start},
    hosts, makefile,
    markdown::{self, Indentation, Piece},
    pipes, program, servers,
    shell::{self, Word},
    tools,
};
use crate::text::pattern;

/// Variables that every shell has, and that say nothing about anyone's secrets or settings.
const USUAL: &[&str] = &[
    "HOME",
    "PATH",
    "PWD",
    "OLDPWD",
    "USER",
    "LOGNAME",
    "SHELL",
    "TMPDIR",
    "TEMP",
    "TMP",
    "LANG",
    "LANGUAGE",
    "TERM",
    "IFS",
    "RANDOM",
    "LINENO",
    "SECONDS",
    "PPID",
    "UID",
    "EUID",
    "HOSTNAME",
    "OPTARG",
    "OPTIND",
    "REPLY",
    "FUNCNAME",
    "EDITOR",
    "PAGER",
    "TZ",
    "COLUMNS",
    "LINES",
    "NO_COLOR",
    "OSTYPE",
    "HOSTTYPE",
    "MACHTYPE",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "CI",
    "ARGUMENTS",
    "PS1",
    "EPOCHSECONDS",
];

fn is_usual(name: &str) -> bool {
    let starts = ["LC_", "BASH", "XDG_", "PIPESTATUS"];
    USUAL.contains(&name) || starts.iter().any(|start| name.starts_with(start))
}

const PROJECTS_WORKFLOWS: &str = "project/.parac/workflows/";

/// Looks through the file at `path` of a package.
pub(super) fn file(path: &str, text: &str, seen: &mut Seen) {
    let path = path.strip_suffix(".j2").unwrap_or(path);
    let (folder, _) = path.split_once('/').unwrap_or(("", path));
    let name = path.rsplit('/').next().unwrap_or_default();
    let extension = Path::new(name)
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default();
    let extension = extension.to_lowercase();
    let shebang = text
        .strip_prefix("#!")
        .and_then(|rest| rest.lines().next())
        .unwrap_or_default();
    match extension.as_str() {
        "toml" if folder == "mcp" => servers::toml(text, seen),
        "json" if servers::is_config(path) => servers::json(text, seen),
        "yaml" if tools::is_list_of_agents(path) => tools::of_list(text, seen),
        "yaml" if folder == "workflows" || path.starts_with(PROJECTS_WORKFLOWS) => {
            workflow(text, seen);
        }
        "py" | "pyi" | "pyw" => program(Language::Python, text, seen),
        "js" | "mjs" | "cjs" | "ts" | "mts" | "tsx" | "jsx" => {
            program(Language::JavaScript, text, seen)
        }
        "sh" | "bash" | "zsh" | "ksh" | "envrc" => {
            script(text, 0, Certainty::Shown, seen);
        }
        "ps1" | "psm1" => powershell(text, 0, seen),
        "mk" => makefile::recipes(text, seen),
        "md" | "mdc" if is_instruction(folder, path, name) => {
            prose(text, Indentation::IsCode, seen)
        }
        _ if name == ".envrc" || shebang.ends_with("sh") => script(text, 0, Certainty::Shown, seen),
        _ if shebang.contains("python") => program(Language::Python, text, seen),
        _ if shebang.contains("node") => program(Language::JavaScript, text, seen),
        _ if matches!(name, "Makefile" | "makefile" | "GNUmakefile") => {
            makefile::recipes(text, seen)
        }
        _ => {}
    }
}

/// Whether an agent reads it as an instruction, rather than a person as documentation.
fn is_instruction(folder: &str, path: &str, name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_uppercase();
    if matches!(
        stem.as_str(),
        "README" | "CHANGELOG" | "LICENSE" | "CONTRIBUTING"
    ) {
        return false;
    }
    match folder {
        "agents" | "skills" | "policies" => true,
        "project" => {
            let below = path
                .strip_prefix("project/")
                .unwrap_or_default()
                .to_lowercase();
            matches!(stem.as_str(), "AGENTS" | "CLAUDE" | "GEMINI")
                || [
                    ".cursor/",
                    ".claude/",
                    ".parac/agents/",
                    ".parac/policies/",
                    ".github/instructions/",
                    ".github/copilot",
                ]
                .iter()
                .any(|start| below.starts_with(start))
        }
        _ => false,
    }
}

fn is_shell(language: &str) -> bool {
    matches!(
        language.to_lowercase().as_str(),
        "sh" | "bash"
            | "shell"
            | "zsh"
            | "console"
            | "terminal"
            | "shell-session"
            | "shellsession"
            | "sh-session"
    )
}

fn is_powershell(language: &str) -> bool {
    matches!(
        language.to_lowercase().as_str(),
        "powershell" | "ps1" | "pwsh"
    )
}

fn prose(text: &str, indentation: Indentation, seen: &mut Seen) {
    for piece in markdown::pieces(text, indentation) {
        match piece {
            Piece::Fenced(language, at, body) if is_shell(language) => {
                session(body, at, Certainty::Shown, seen);
            }
            Piece::Fenced(language, at, body) if is_powershell(language) => {
                powershell(body, at, seen);
            }
            Piece::Fenced("", at, body) if body.trim_start().starts_with("$ ") => {
                session(body, at, Certainty::Mentioned, seen);
            }
            Piece::Fenced(..) => {}
            Piece::Indented(at, line) => {
                let skipped = line.len() - line.trim_start().trim_start_matches("$ ").len();
                mention(&line[skipped..], at + skipped, seen);
            }
            Piece::Line(at, line) => sentence(line, at, seen),
        }
    }
}

/// A method and an address, as an agent is told to call it.
static REQUEST: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:GET|POST|PUT|PATCH|DELETE|HEAD)\s+(?:https?|wss?)://"));
/// What a sentence says before an address that is to be called.
static CALLS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:\b(?:GET|POST|PUT|PATCH|DELETE)|(?i:\b(?:fetch|call|query|download|upload|curl|wget|send|submit|connect)))\b[^.!?]{0,80}$",
    )
});
static VARIABLE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\$(?:\{([A-Z][A-Z0-9_]{2,})\}|([A-Z][A-Z0-9_]{2,}))$"));

/// How much of a sentence before an address is read, in bytes.
const BEFORE: usize = 256;
/// How many pieces of code in one line are read.
const MOST_IN_A_LINE: usize = 256;

fn sentence(line: &str, at: usize, seen: &mut Seen) {
    for (start, code) in markdown::code_in(line).take(MOST_IN_A_LINE) {
        if markdown::is_against(near(line, start), near(line, start).len()) {
            continue;
        }
        if REQUEST.is_match(code) {
            for (offset, host) in hosts::urls(code) {
                seen.add(
                    UseKind::Network,
                    host,
                    Certainty::Shown,
                    at + start + offset,
                );
            }
        } else if let Some(name) = VARIABLE
            .captures(code)
            .and_then(|c| c.iter().skip(1).flatten().next())
        {
            if !is_usual(name.as_str()) {
                seen.add(
                    UseKind::Environment,
                    name.as_str(),
                    Certainty::Mentioned,
                    at + start,
                );
            }
        } else {
            mention(code, at + start, seen);
        }
    }
    for (start, host) in hosts::urls(line).take(MOST_IN_A_LINE) {
        let before = near(line, start);
        // The target of a link is where people read on.
        let is_link = before.ends_with("](") || before.ends_with('<');
        if !is_link && CALLS.is_match(before) && !markdown::is_against(before, before.len()) {
            seen.add(UseKind::Network, host, Certainty::Mentioned, at + start);
        }
    }
}

/// The end of what stands before `at`.
fn near(line: &str, at: usize) -> &str {
    let mut start = at.saturating_sub(BEFORE);
    while !line.is_char_boundary(start) {
        start += 1;
    }
    &line[start..at]
}

/// A command that is named in text: one that people would recognise, with something after it.
fn mention(code: &str, at: usize, seen: &mut Seen) {
    let first = code.split_whitespace().next().unwrap_or_default();
    if code.len() <= 1_024 && program::is_known(first) && code.trim().contains(' ') {
        script(code, at, Certainty::Mentioned, seen);
    }
}

/// A block of commands, or of what was typed after prompts and what came back.
fn session(body: &str, at: usize, certainty: Certainty, seen: &mut Seen) {
    let prompt = |line: &str| {
        ["$ ", "% ", "PS> "]
            .iter()
            .find_map(|p| line.trim_start().strip_prefix(p).map(str::len))
    };
    if !body.lines().any(|line| prompt(line).is_some()) {
        return script(body, at, certainty, seen);
    }
    let mut offset = 0;
    let mut goes_on = false;
    for line in body.split_inclusive('\n') {
        let skipped = match prompt(line) {
            Some(length) => line.len() - length,
            None if goes_on => 0,
            None => line.len(),
        };
        goes_on = skipped < line.len() && line.trim_end().ends_with('\\');
        script(&line[skipped..], at + offset + skipped, certainty, seen);
        offset += line.len();
    }
}

/// Text that a shell runs.
pub(super) fn script(text: &str, at: usize, certainty: Certainty, seen: &mut Seen) {
    let script = shell::read(text);
    for (name, offset) in &script.reads {
        // In small letters it is a placeholder, or a variable of a script around this one.
        let is_small = name.contains(|c: char| c.is_ascii_lowercase());
        if !is_small && !script.sets.contains(name) && !is_usual(name) {
            seen.add(UseKind::Environment, name.as_str(), certainty, at + offset);
        }
    }
    for (index, command) in script.commands.iter().enumerate() {
        let Some(first) = command.words.first() else {
            continue;
        };
        if pipes::is_piped(&script, index) {
            let what = pipes::source(&script, index);
            seen.add(UseKind::Piped, what, certainty, at + first.at);
        }
        if !script.functions.contains(&first.text) {
            words(&command.words, at, certainty, seen);
        }
    }
}

static POWERSHELL_VARIABLE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\$\{?env:([a-z_][a-z0-9_]*)"));

/// PowerShell, as far as it reads like any shell: known programs, what is fetched, what is run unseen.
/// Its own commands and variables are its own.
fn powershell(text: &str, at: usize, seen: &mut Seen) {
    let script = shell::read(text);
    for (index, command) in script.commands.iter().enumerate() {
        let Some((name, _)) = program::started(&command.words) else {
            continue;
        };
        if pipes::is_piped(&script, index) {
            let what = pipes::source(&script, index);
            seen.add(
                UseKind::Piped,
                what,
                Certainty::Shown,
                at + command.words[0].at,
            );
        }
        if program::is_known(name) || pipes::FETCHERS.contains(&name) {
            words(&command.words, at, Certainty::Shown, seen);
        }
    }
    for found in POWERSHELL_VARIABLE
        .captures_iter(text)
        .filter_map(|found| found.get(1))
    {
        if !is_usual(&found.as_str().to_uppercase()) {
            let place = at + found.start();
            seen.add(
                UseKind::Environment,
                found.as_str(),
                Certainty::Shown,
                place,
            );
        }
    }
}

/// What a command of one line says of itself.
pub(super) fn words(words: &[Word], at: usize, certainty: Certainty, seen: &mut Seen) {
    for word in words {
        for (offset, host) in hosts::urls(&word.text) {
            seen.add(UseKind::Network, host, certainty, at + word.at + offset);
        }
    }
    let Some((name, rest)) = program::started(words) else {
        return;
    };
    let place = at + words[0].at;
    let is_fetcher = pipes::FETCHERS.contains(&name);
    if is_fetcher || name == "git" || name == "ssh" || name == "scp" || name == "rsync" {
        for word in rest.iter().filter(|word| !word.is_dynamic) {
            let host = match word.text.split_once('@') {
                // user@host:path
                Some((user, rest)) if !is_fetcher && shell::is_name(user) => rest.split(':').next(),
                None if is_fetcher && word.text.contains('/') && !word.text.contains("://") => word
                    .text
                    .split(['/', ':'])
                    .next()
                    .filter(|host| !host.starts_with('-')),
                _ => None,
            };
            // Without a scheme, `a.b/c` may be a file as well; a host has a longer last part.
            let is_likely =
                |host: &&str| host.rsplit('.').next().is_some_and(|last| last.len() > 1);
            if let Some(host) = host.filter(is_likely).and_then(hosts::concrete) {
                seen.add(UseKind::Network, host, certainty, at + word.at);
            }
        }
    }
    if let Some(found) = program::interpret(words) {
        for host in &found.hosts {
            seen.add(UseKind::Network, host.as_str(), Certainty::Mentioned, place);
        }
        if let Some(package) = &found.unpinned {
            seen.add(UseKind::Unpinned, package.as_str(), certainty, place);
        }
        seen.add(
            UseKind::Command(found.words.clone()),
            found.value(),
            certainty,
            place,
        );
    }
}

fn program(language: Language, text: &str, seen: &mut Seen) {
    let code = Code::of(language, text);
    for (at, host) in hosts::urls(text) {
        if code.is_in_string(at) {
            seen.add(UseKind::Network, host, Certainty::Shown, at);
        }
    }
    for (at, host) in code.bare_hosts() {
        if let Some(host) = hosts::concrete(host) {
            seen.add(UseKind::Network, host, Certainty::Shown, at);
        }
    }
    for (at, name) in code.variables() {
        if !is_usual(name) {
            seen.add(UseKind::Environment, name, Certainty::Shown, at);
        }
    }
    for start in code.starts() {
        match start {
            Start::Words(found) => words(&found, 0, Certainty::Shown, seen),
            Start::Shell(at, text) => script(text, at, Certainty::Shown, seen),
        }
    }
}

/// A line of YAML whose whole value is an address.
static VALUE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"^\s*(?:-\s+)?([\w-]+):\s*["']?(?:https?|wss?)://"#));
/// Keys whose addresses are for people.
const FOR_PEOPLE: &[&str] = &[
    "homepage",
    "documentation",
    "docs",
    "repository",
    "license",
    "author",
    "example",
    "examples",
    "reference",
    "references",
    "description",
    "see",
];

fn workflow(text: &str, seen: &mut Seen) {
    let blanked: String;
    // Comments speak to people. They are blanked rather than cut, so that places stay true.
    let text = match text.contains('#') {
        true => {
            let blank = |line: &str| match line.trim_start().starts_with('#') {
                true => {
                    " ".repeat(line.trim_end_matches('\n').len())
                        + if line.ends_with('\n') { "\n" } else { "" }
                }
                false => line.to_owned(),
            };
            blanked = text.split_inclusive('\n').map(blank).collect();
            &blanked
        }
        false => text,
    };
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some(key) = VALUE.captures(line).and_then(|found| found.get(1))
            && !FOR_PEOPLE.contains(&key.as_str())
        {
            for (offset, host) in hosts::urls(line).take(1) {
                seen.add(UseKind::Network, host, Certainty::Shown, at + offset);
            }
        }
        at += line.len();
    }
    prose(text, Indentation::MeansNothing, seen);
}
