//! What was merged, and came to be live: the last that an author hears of a submission.
//!
//! A pull request that was merged and has no label [`LIVE`] is waited for: its releases are those of the
//! packages whose sources or requests it touched and whose records were published after it was merged.

use std::collections::BTreeSet;

use jiff::Timestamp;
use registry_index::{Layout, PackageName, load::Loaded};
use semver::Version;
use serde::Serialize;

use crate::{
    forge::{
        ForgeError, RepoName,
        github::{GitHub, Pull, Speaker},
    },
    telling,
};

/// Of a pull request whose releases can be installed.
pub const LIVE: &str = "live";
/// Hidden in the comment that says so.
const MARKER: &str = "paracle:live";

/// A release that a pull request brought.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Brought {
    /// The package.
    pub name: PackageName,
    /// Which release of it.
    pub version: Version,
}

/// A merged pull request that nobody was told about.
#[derive(Clone, Debug, Serialize)]
pub struct Merged {
    /// Its number.
    pub number: u64,
    /// When it was opened, RFC 3339.
    pub opened: String,
    /// What it brought; nothing where it changed something else.
    pub releases: BTreeSet<Brought>,
}

/// The merged pull requests that nobody was told about, of the last hundred that anything happened to.
///
/// # Errors
/// See [`ForgeError`].
pub fn unannounced(
    github: &GitHub,
    repository: &RepoName,
    branch: &str,
    loaded: &Loaded,
) -> Result<Vec<Merged>, ForgeError> {
    let pulls = github.closed_pulls(repository, branch)?;
    let is_open = |pull: &Pull| pull.labels.iter().all(|label| label.name != LIVE);
    let mut merged = Vec::new();
    for pull in pulls.into_iter().filter(is_open) {
        let Some(at) = pull.merged_at.as_deref() else {
            continue;
        };
        let files = github.pull_files(repository, pull.number)?;
        let releases = brought(loaded, &files, at);
        // Its record is still to come: the run that writes it tells.
        if releases.is_empty() && awaits(loaded, &files) {
            continue;
        }
        merged.push(Merged {
            number: pull.number,
            releases,
            opened: pull.created_at,
        });
    }
    Ok(merged)
}

/// Whether something that a change of `files` touched is to be released and is not yet.
fn awaits(loaded: &Loaded, files: &[String]) -> bool {
    let released = |name: &PackageName, version: &Version| {
        let versions = loaded.listing.get(name);
        versions.is_some_and(|versions| versions.contains(version))
    };
    let sources = loaded.sources.iter().any(|source| {
        let below = format!("{}/", source.folder);
        let is_touched = files.iter().any(|file| file.starts_with(&below));
        let said = source.name().zip(source.version());
        is_touched && said.is_some_and(|(name, version)| !released(&name, &version))
    });
    let requests = loaded.entries.iter().any(|entry| {
        let is_touched = files.contains(&Layout::request(&entry.name));
        let asked = entry.requested();
        is_touched && asked.is_some_and(|version| !released(&entry.name, &version))
    });
    sources || requests
}

/// The releases that a change of `files` brought, which was merged `at`.
fn brought(loaded: &Loaded, files: &[String], at: &str) -> BTreeSet<Brought> {
    let touched = |folder: &str| {
        let below = format!("{folder}/");
        files.iter().any(|file| file.starts_with(&below))
    };
    let mut releases = BTreeSet::new();
    for entry in &loaded.entries {
        let request = Layout::request(&entry.name);
        let is_here = loaded
            .sources
            .iter()
            .any(|source| source.name().as_ref() == Some(&entry.name) && touched(&source.folder));
        if !is_here && !files.contains(&request) {
            continue;
        }
        let fresh = entry
            .records
            .iter()
            .filter(|(_, record)| is_since(&record.value.published, at));
        releases.extend(fresh.map(|(version, _)| Brought {
            name: entry.name.clone(),
            version: version.clone(),
        }));
    }
    releases
}

/// Whether what was published came after the merge, or in the same second: records know no parts of one.
fn is_since(published: &str, merged: &str) -> bool {
    let second = |text: &str| text.parse().ok().map(|at: Timestamp| at.as_second());
    second(published)
        .zip(second(merged))
        .is_some_and(|(published, merged)| published >= merged)
}

/// Says on the pull request that its releases are live, and labels it so that it is not said again.
///
/// # Errors
/// See [`ForgeError`].
pub fn announce(
    github: &GitHub,
    repository: &RepoName,
    merged: &Merged,
    site: &str,
    now: Timestamp,
) -> Result<(), ForgeError> {
    if !merged.releases.is_empty() {
        let text = text(merged, site, now);
        github.say(repository, merged.number, Speaker::Workflow, MARKER, &text)?;
    }
    let about = "Its releases can be installed";
    github.provide_label(repository, LIVE, "0e8a16", about)?;
    github.add_labels(repository, merged.number, &[LIVE])
}

fn text(merged: &Merged, site: &str, now: Timestamp) -> String {
    let mut text = String::new();
    for Brought { name, version } in &merged.releases {
        let page = format!("{site}p/{name}/");
        let install = telling::code(&format!("paracle template install {name}@{version}"));
        text.push_str(&format!("[{name} {version}]({page}) is live: {install}\n"));
    }
    let opened: Option<Timestamp> = merged.opened.parse().ok();
    if let Some(opened) = opened {
        let minutes = now.duration_since(opened).as_mins().max(0);
        text.push_str(&match minutes {
            0..120 => format!("\n{minutes} minutes after the pull request was opened."),
            _ => format!(
                "\n{} hours after the pull request was opened.",
                minutes / 60
            ),
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_of_the_same_second_is_of_that_merge() {
        let merged = "2026-01-02T03:04:05.7Z";
        assert!(is_since("2026-01-02T03:04:05Z", merged));
        assert!(is_since("2026-01-02T03:05:00Z", merged));
        assert!(!is_since("2026-01-02T03:04:04Z", merged));
        assert!(!is_since("nonsense", merged));
    }

    #[test]
    fn who_waited_is_told_how_long() {
        let brought = Brought {
            name: "octocat/greeting".parse().unwrap(),
            version: Version::new(1, 2, 0),
        };
        let merged = Merged {
            number: 7,
            opened: "2026-01-02T03:04:05Z".into(),
            releases: [brought].into(),
        };
        let now = "2026-01-02T03:11:00Z".parse().unwrap();
        assert_eq!(
            text(&merged, "https://hub.example/", now),
            "[octocat/greeting 1.2.0](https://hub.example/p/octocat/greeting/) is live: \
             `paracle template install octocat/greeting@1.2.0`\n\n6 minutes after the pull request was opened."
        );
        let later = "2026-01-04T03:11:00Z".parse().unwrap();
        assert!(text(&merged, "", later).ends_with("48 hours after the pull request was opened."));
    }
}
