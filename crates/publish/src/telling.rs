//! What a proposal says of itself: branch, title, and a text of Markdown.
//!
//! All text of packages stands in code spans, shortened: forges make links, references and mentions of
//! anything else, and a mention sends mail.

use std::fmt::Write as _;

use registry_index::{PackageName, hidden, manifest::Manifest, record::Found, uses};
use semver::Version;

use crate::FileChange;

/// So many files are named.
const FILES: usize = 100;
/// So many characters of one text are told.
const LONGEST: usize = 200;

/// The branch of a proposal about `name`, for instance `paracle/octocat/greeting-1.2.0`.
pub fn branch(name: &PackageName, what: &str) -> String {
    // Git refuses names that end so.
    let end = if what.ends_with(".lock") { "-" } else { "" };
    format!("paracle/{name}-{what}{end}")
}

/// A text as a code span.
pub(crate) fn code(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| match c {
            '`' => '\'',
            c if c.is_control() || hidden::name(c).is_some() => ' ',
            c => c,
        })
        .collect();
    let plain = plain.trim();
    let short = match plain.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &plain[..end]),
        None => plain.to_owned(),
    };
    match short.is_empty() {
        true => "` `".into(),
        false => format!("`{short}`"),
    }
}

/// A list of the files that change.
pub(crate) fn files(changes: &[FileChange]) -> String {
    let mut text = String::from("### Files\n\n");
    for change in changes.iter().take(FILES) {
        let what = match &change.content {
            Some(content) if content.executable => {
                format!("{} bytes, may be run", content.bytes.len())
            }
            Some(content) => format!("{} bytes", content.bytes.len()),
            None => "removed".into(),
        };
        let _ = writeln!(text, "- {} ({what})", code(&change.path));
    }
    if changes.len() > FILES {
        let _ = writeln!(text, "- {} more", changes.len() - FILES);
    }
    text
}

/// What a release says it uses, and what was found in its files: kind and value.
pub(crate) fn all_uses(manifest: &Manifest, found: &Found) -> Vec<(&'static str, String)> {
    let more = uses::undeclared(manifest, found);
    let declared = &manifest.uses;
    let seen = |list: &[registry_index::record::Sighting]| -> Vec<String> {
        list.iter().map(|one| one.value.clone()).collect()
    };
    let kinds: [(&'static str, &[String], Vec<String>); 6] = [
        ("network", &declared.network, seen(&more.network)),
        ("files", &declared.files, Vec::new()),
        ("commands", &declared.commands, seen(&more.commands)),
        (
            "environment",
            &declared.environment,
            seen(&more.environment),
        ),
        ("agents", &declared.agents, Vec::new()),
        ("runs by itself", &found.self_running, Vec::new()),
    ];
    let mut all: Vec<(&'static str, String)> = kinds
        .into_iter()
        .flat_map(|(kind, one, other)| {
            let values = one.iter().cloned().chain(other);
            values.map(move |value| (kind, value)).collect::<Vec<_>>()
        })
        .collect();
    if let Some(granted) = &manifest.permissions {
        let flags = [
            ("agent coordination", granted.agent_coordination),
            ("system info", granted.system_info),
            ("user data", granted.user_data),
        ];
        let flags = flags.into_iter().filter(|(_, is_granted)| *is_granted);
        let lists = granted.network_access.iter().chain(&granted.file_system);
        let values = lists.cloned().chain(flags.map(|(name, _)| name.to_owned()));
        all.extend(values.map(|value| ("permission", value)));
    }
    all.sort();
    all.dedup();
    all
}

/// The uses that `last` does not have.
pub(crate) fn new_uses(
    now: (&Manifest, &Found),
    last: Option<(&Manifest, &Found)>,
) -> Vec<(&'static str, String)> {
    let known = last.map(|(manifest, found)| all_uses(manifest, found));
    let known = known.unwrap_or_default();
    let mut new = all_uses(now.0, now.1);
    new.retain(|one| !known.contains(one));
    new
}

/// The paragraph about uses.
pub(crate) fn uses(new: &[(&'static str, String)], last: Option<&Version>) -> String {
    let mut text = match last {
        Some(version) => format!("### Uses that {version} does not have\n\n"),
        None => "### Uses\n\n".into(),
    };
    if new.is_empty() {
        text.push_str("None.\n");
    }
    for (kind, value) in new {
        let _ = writeln!(text, "- {kind}: {}", code(value));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_packages_is_inert() {
        assert_eq!(
            code("@octocat #1 `x` [a](b)\n<b>\u{202e}"),
            "`@octocat #1 'x' [a](b) <b>`"
        );
        assert_eq!(code("\n"), "` `");
        assert_eq!(code(&"x".repeat(300)).chars().count(), 203);
    }

    #[test]
    fn a_branch_is_one_that_git_takes() {
        let name = "octocat/greeting".parse().unwrap();
        assert_eq!(branch(&name, "1.2.0"), "paracle/octocat/greeting-1.2.0");
        assert!(branch(&name, "1.0.0-a.lock").ends_with(".lock-"));
    }
}
