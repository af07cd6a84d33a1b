//! The reference of all commands, made from their own help texts.

use std::fmt::Write;

use clap::{Command, CommandFactory};

use crate::args::Cli;

/// One section a command, in the order of the help.
pub(super) fn markdown() -> String {
    let mut out = String::from(
        "# Commands\n\nEvery command takes `--help`, `--offline`, `--quiet` and `--no-input`. Results go to \
         standard output, everything else to standard error. Exit codes: 0 done, 1 the thing asked for failed, \
         2 the command line is wrong, 3 the network, 4 not allowed, 101 a bug of ours.\n",
    );
    let mut cli = Cli::command().term_width(90).disable_help_subcommand(true);
    cli.build();
    section(&mut cli, "paracle", &mut out);
    out
}

fn section(command: &mut Command, path: &str, out: &mut String) {
    let help = command
        .clone()
        .bin_name(path)
        .render_long_help()
        .to_string();
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    let _ = write!(
        out,
        "\n## {path}\n\n```text\n{}\n```\n",
        lines.join("\n").trim_end()
    );
    let names: Vec<String> = command
        .get_subcommands()
        .filter(|sub| !sub.is_hide_set())
        .map(|sub| sub.get_name().to_owned())
        .collect();
    for name in names.iter().filter(|name| *name != "help") {
        if let Some(sub) = command.find_subcommand_mut(name) {
            section(sub, &format!("{path} {name}"), out);
        }
    }
}
