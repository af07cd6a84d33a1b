//! `paracle template tree`.

use std::{collections::BTreeSet, process::ExitCode};

use clap::Args;
use registry_index::PackageName;

use super::{Family, remove::orphans};
use crate::{
    context::Context,
    error::CliError,
    project::{Opened, reading::Reading},
    ui::{BOLD, DIM},
};

/// Show which installed package needs which
///
/// What packages.toml asks for stands at the root, what it needs below. A package that was shown with
/// its needs before is marked (*). What nobody needs any more stands apart.
#[derive(Args, Debug)]
pub(crate) struct Tree {
    #[command(flatten)]
    reading: Reading,
}

impl Tree {
    pub(crate) fn run(self, _: Family, context: &Context) -> Result<ExitCode, CliError> {
        let opened = self.reading.opened(context)?;
        let orphans = orphans(&opened);
        let is_installed = |name: &&PackageName| opened.installed(name).is_some();
        let roots = opened
            .wanted
            .iter()
            .map(|wanted| &wanted.name)
            .filter(is_installed);
        let mut roots: Vec<&PackageName> = roots.collect();
        roots.sort();
        if self.reading.json {
            let package = |there: &install::Installed| {
                let (name, version, needs) = (&there.name, &there.version, &there.needs);
                serde_json::json!({ "name": name, "version": version, "needs": needs })
            };
            let packages: Vec<_> = opened.lock.iter().map(package).collect();
            context.ui.json(&serde_json::json!({
                "format": 1,
                "roots": roots,
                "orphans": orphans,
                "packages": packages,
            }))?;
            return Ok(ExitCode::SUCCESS);
        }
        if opened.lock.is_empty() {
            context.ui.did("Empty", "no package is installed here");
            return Ok(ExitCode::SUCCESS);
        }
        let mut shown = BTreeSet::new();
        for line in lines(&opened, &roots, &mut shown) {
            context.ui.data(line)?;
        }
        if !orphans.is_empty() {
            context.ui.data(format!("\n{BOLD}Nobody needs{BOLD:#}"))?;
            for line in lines(&opened, &tops(&opened, &orphans), &mut shown) {
                context.ui.data(line)?;
            }
            context
                .ui
                .hint("`paracle template autoremove` takes out what nobody needs");
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Those of `orphans` that no other orphan needs; all of them where they need each other in a circle.
fn tops<'a>(opened: &Opened, orphans: &'a [PackageName]) -> Vec<&'a PackageName> {
    let needed: BTreeSet<&PackageName> = orphans
        .iter()
        .filter_map(|name| opened.installed(name))
        .flat_map(|there| there.needs.iter().filter(|need| **need != there.name))
        .collect();
    let tops: Vec<_> = orphans
        .iter()
        .filter(|name| !needed.contains(name))
        .collect();
    match tops.is_empty() {
        true => orphans.iter().collect(),
        false => tops,
    }
}

/// What is still to be shown: how far in, whether it is the last there, and what stands before it.
struct Branch<'a> {
    name: &'a PackageName,
    depth: usize,
    is_last: bool,
    before: String,
}

/// The trees of `roots`. Without recursion: a lock file comes with a checkout, and may be deep.
fn lines<'a>(
    opened: &'a Opened,
    roots: &[&'a PackageName],
    shown: &mut BTreeSet<&'a PackageName>,
) -> Vec<String> {
    let root = |name: &&'a PackageName| Branch {
        name,
        depth: 0,
        is_last: true,
        before: String::new(),
    };
    let mut open: Vec<Branch<'a>> = roots.iter().rev().map(root).collect();
    let mut lines = Vec::new();
    while let Some(branch) = open.pop() {
        let arm = match (branch.depth, branch.is_last) {
            (0, _) => "",
            (_, true) => "└── ",
            (_, false) => "├── ",
        };
        let start = format!("{}{arm}{}", branch.before, branch.name);
        let Some(there) = opened.installed(branch.name) else {
            lines.push(format!("{start} {DIM}(not installed){DIM:#}"));
            continue;
        };
        let is_first = shown.insert(branch.name);
        let mark = match is_first || there.needs.is_empty() {
            true => String::new(),
            false => format!(" {DIM}(*){DIM:#}"),
        };
        lines.push(format!("{start} {}{mark}", there.version));
        if !is_first {
            continue;
        }
        let below = match (branch.depth, branch.is_last) {
            (0, _) => String::new(),
            (_, true) => format!("{}    ", branch.before),
            (_, false) => format!("{}│   ", branch.before),
        };
        for (place, name) in there.needs.iter().enumerate().rev() {
            open.push(Branch {
                name,
                depth: branch.depth + 1,
                is_last: place + 1 == there.needs.len(),
                before: below.clone(),
            });
        }
    }
    lines
}
