//! Pinned sources that others keep: is each commit still part of a branch or a tag?
//!
//! A blob proves a release without its source. But what nothing leads to any more will be removed by
//! the server, and then nobody can look at where a release came from. Each repository is asked once.

use std::collections::{BTreeMap, BTreeSet};

use git::Commit;
use registry_index::{Finding, Layout, Place, Record, Registry, Severity, registry::Status};

use super::{GONE, MOVED, Rechecked, Sources};

pub(super) fn look(registry: &Registry, asked: &dyn Sources, done: &mut Rechecked) {
    for (url, records) in pinned(registry) {
        done.sources += 1;
        let commits: BTreeSet<Commit> = records
            .iter()
            .filter_map(|record| record.source.rev.parse().ok())
            .collect();
        let commits: Vec<Commit> = commits.into_iter().collect();
        match asked.contained(url, &commits) {
            Ok(contained) => {
                let here = commits.iter().zip(contained);
                let here: BTreeSet<&str> = here
                    .filter(|(_, is_here)| *is_here)
                    .map(|(commit, _)| commit.as_str())
                    .collect();
                for record in records {
                    if !here.contains(record.source.rev.as_str()) {
                        let message = format!(
                            "no branch and no tag of {url:?} leads to {} any more",
                            record.source.rev
                        );
                        done.findings
                            .push(finding(record, MOVED, Severity::Error, message));
                    }
                }
            }
            Err(error) => {
                let message = format!("{url:?} cannot be asked: {error}");
                let of =
                    |record: &&Record| finding(record, GONE, Severity::Warning, message.clone());
                done.findings.extend(records.iter().map(of));
            }
        }
    }
}

/// The records whose sources others keep, by repository.
fn pinned(registry: &Registry) -> BTreeMap<&str, Vec<&Record>> {
    let own = registry.config.repository.as_deref();
    let mut by_url: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
    let releases = registry
        .packages
        .values()
        .flat_map(|package| &package.releases);
    for release in releases {
        let source = &release.record.source;
        // Nobody is to have a revoked release any more, and our own history is not somebody else's.
        if !matches!(release.status, Status::Revoked(_)) && Some(source.git.as_str()) != own {
            by_url.entry(&source.git).or_default().push(&release.record);
        }
    }
    by_url
}

fn finding(record: &Record, rule: &'static str, severity: Severity, message: String) -> Finding {
    let manifest = &record.manifest;
    let help = match rule {
        MOVED => "ask the author to tag that commit; if it cannot come back, yank the release",
        _ => "if it stays like that, ask the author; the release itself is still served",
    };
    Finding {
        place: Place::file(Layout::record(&manifest.name, &manifest.version)),
        severity,
        rule,
        package: Some(manifest.name.to_string()),
        message,
        help: help.to_owned(),
    }
}
