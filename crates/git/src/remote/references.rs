//! What a remote has, without its files: its references, and whether commits are still part of what
//! they lead to.

use std::path::Path;

use crate::url::UrlPolicy;
use crate::{Commit, GitError, Program};

use super::init;

/// Where the names of the other side are kept here.
const KEPT: &str = "refs/paracle/theirs/";

/// A branch, a tag or `HEAD` of a remote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Its whole name, as in `refs/heads/main`. Hostile text.
    pub name: String,
    /// The commit it leads to; of an annotated tag the commit behind it.
    pub commit: Commit,
}

/// The references of the repository at `url`. `scratch` is a folder that is in no repository: no
/// settings but the user's own are obeyed.
///
/// # Errors
/// [`GitError::Url`], and whatever git says.
pub fn references(
    program: &Program,
    url: &str,
    scratch: &Path,
    policy: &UrlPolicy,
) -> Result<Vec<Reference>, GitError> {
    policy.check(url)?;
    let mut call = program
        .call("ls-remote", scratch)
        .protocols(policy.protocols());
    if !policy.hosts.is_empty() {
        call = call.setting("http.followRedirects=false");
    }
    let listed = call.option("--quiet").operand(url)?.run()?;
    Ok(listing(&String::from_utf8_lossy(&listed)))
}

/// Reads `<commit>\t<name>` lines. `<tag>^{}` is the commit behind the tag before it.
fn listing(text: &str) -> Vec<Reference> {
    let mut found: Vec<Reference> = Vec::new();
    for line in text.lines() {
        let Some((commit, name)) = line.split_once('\t') else {
            continue;
        };
        let Ok(commit) = commit.parse() else {
            continue;
        };
        match (name.strip_suffix("^{}"), found.last_mut()) {
            (Some(tag), Some(last)) if last.name == tag => last.commit = commit,
            _ => found.push(Reference {
                name: name.to_owned(),
                commit,
            }),
        }
    }
    found
}

/// Which of `commits` a branch or a tag of the repository at `url` still leads to, in their order. A
/// commit that the server has but nothing leads to is about to be removed there, and may have come
/// from anybody's fork. `scratch` is an empty folder.
///
/// # Errors
/// As [`references`]. That a commit is not there is an answer, not an error.
pub fn contained(
    program: &Program,
    url: &str,
    commits: &[Commit],
    scratch: &Path,
    policy: &UrlPolicy,
) -> Result<Vec<bool>, GitError> {
    let tips = references(program, url, scratch, policy)?;
    let is_theirs = |name: &str| name.starts_with("refs/heads/") || name.starts_with("refs/tags/");
    let is_tip = |commit: &Commit| {
        let mut theirs = tips.iter().filter(|tip| is_theirs(&tip.name));
        theirs.any(|tip| tip.commit == *commit)
    };
    if commits.iter().all(is_tip) {
        return Ok(vec![true; commits.len()]);
    }
    init(scratch)?;
    let mut call = program
        .call("fetch", scratch)
        .of_this_folder()
        .protocols(policy.protocols());
    if !policy.hosts.is_empty() {
        call = call.setting("http.followRedirects=false");
    }
    call.setting("fetch.fsckObjects=true")
        .option("--quiet")
        // History alone; a server that cannot leave out the files sends them.
        .option("--filter=tree:0")
        .option("--no-tags")
        .option("--no-write-fetch-head")
        .option("--no-recurse-submodules")
        .operand(url)?
        .operand(format!("+refs/heads/*:{KEPT}heads/*"))?
        .operand(format!("+refs/tags/*:{KEPT}tags/*"))?
        .run()?;
    commits
        .iter()
        .map(|commit| Ok(is_tip(commit) || leads_to(program, commit, scratch)?))
        .collect()
}

/// Whether one of the names that were fetched leads to `commit`.
fn leads_to(program: &Program, commit: &Commit, scratch: &Path) -> Result<bool, GitError> {
    let asked = program
        .call("for-each-ref", scratch)
        .of_this_folder()
        .option("--count=1")
        .option(format!("--contains={commit}"))
        .operand(KEPT)?
        .run();
    match asked {
        Ok(names) => Ok(!names.is_empty()),
        // It is not among what was fetched. Without a transport it cannot be fetched by itself either.
        Err(GitError::Failed { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::listing;

    #[test]
    fn a_tag_leads_to_the_commit_behind_it() {
        let (a, b, c) = ("a".repeat(40), "b".repeat(40), "c".repeat(40));
        let text = format!(
            "{a}\tHEAD\n{a}\trefs/heads/main\n{b}\trefs/tags/v1\n{c}\trefs/tags/v1^{{}}\nnonsense\n"
        );
        let found: Vec<_> = listing(&text)
            .into_iter()
            .map(|one| (one.name, one.commit.to_string()))
            .collect();
        assert_eq!(
            found,
            [
                ("HEAD".to_owned(), a.clone()),
                ("refs/heads/main".to_owned(), a),
                ("refs/tags/v1".to_owned(), c),
            ]
        );
    }
}
