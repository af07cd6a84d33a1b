//! A proposal made without asking the forge for anything: as a patch, as a branch pushed with the
//! user's own git, and as the address of the page that opens a pull request from one.

use std::path::Path;

use git::{Author, Edit, GitError, NewFile, Program, Saying, UrlPolicy, push::Pushed};
use url::Url;

use crate::{
    forge::{RepoName, is_loopback},
    proposal::{Content, Proposal},
};

/// A line of every message of ours. It is the first below the title, so that nothing that follows is
/// read as a header by `git am`, and a branch that has it is known as ours.
const MARK: &str = "Proposed with paracle.";
/// Most bytes of a text that goes into an address. Servers refuse those that are much longer.
const LONGEST_TEXT: usize = 2000;

/// Who proposes, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// As git names people.
    pub author: Author,
    /// In seconds since 1970, UTC.
    pub seconds: i64,
}

/// The proposal as one message of a mailbox, as `git am` takes it. `before` is what the proposal's files
/// hold so far, those that exist. `dir` is an empty folder to work in. The same input gives the same
/// bytes.
///
/// # Errors
/// As [`git::patch::mailbox`].
pub fn mailbox(
    program: &Program,
    dir: &Path,
    proposal: &Proposal,
    before: &[(String, Content)],
    by: &By,
) -> Result<Vec<u8>, GitError> {
    let before: Vec<Edit<'_>> = before
        .iter()
        .map(|(path, content)| edit(path, Some(content)))
        .collect();
    let message = message(proposal);
    let saying = saying(&message, by);
    git::patch::mailbox(program, dir, &before, &edits(proposal), &saying)
}

/// Pushes the proposal's branch to `remote`, on top of `base_branch` of `base`. Both are URLs; see
/// [`git::url_of`] for what a person types. `dir` is an empty folder to work in.
///
/// # Errors
/// As [`git::push::push`]; a branch of that name that is not ours stays.
pub fn push(
    program: &Program,
    dir: &Path,
    proposal: &Proposal,
    (base, base_branch): (&str, &str),
    remote: &str,
    by: &By,
) -> Result<Pushed, GitError> {
    let is_here = |url: &str| Url::parse(url).is_ok_and(|url| is_loopback(&url));
    let policy = UrlPolicy {
        // Who is asked for a password over http could be anybody, but for this machine itself.
        http: is_here(base) && is_here(remote),
        file: true,
        ssh: true,
        hosts: Vec::new(),
    };
    // The registry says where it is, and must not name what only the user may read.
    let of_base = UrlPolicy {
        file: remote.starts_with("file://"),
        ssh: false,
        ..policy.clone()
    };
    of_base.check(base)?;
    let message = message(proposal);
    let push = git::push::Push {
        base,
        base_branch,
        remote,
        branch: &proposal.branch,
        mark: MARK,
        policy: &policy,
    };
    git::push::push(program, dir, &push, &edits(proposal), &saying(&message, by))
}

/// The page that opens a pull request to `base_branch` of `repository` from the proposal's branch in
/// `head`, a copy of that repository. `web` is the forge's; see [`crate::sign_in::web_root`].
///
/// <https://docs.github.com/pull-requests/collaborating-with-pull-requests/proposing-changes-to-your-work-with-pull-requests/using-query-parameters-to-create-a-pull-request>
pub fn compare_url(
    web: &Url,
    repository: &RepoName,
    base_branch: &str,
    head: &RepoName,
    proposal: &Proposal,
) -> Url {
    let mut url = web.clone();
    url.set_path(&format!(
        "/{repository}/compare/{base_branch}...{}:{}:{}",
        head.owner(),
        head.name(),
        proposal.branch
    ));
    let mut query = url.query_pairs_mut();
    query.clear().append_pair("expand", "1");
    query.append_pair("title", &proposal.title);
    if proposal.body.len() <= LONGEST_TEXT {
        query.append_pair("body", &proposal.body);
    }
    drop(query);
    url
}

fn edits(proposal: &Proposal) -> Vec<Edit<'_>> {
    let files = proposal.files.iter();
    files
        .map(|file| edit(&file.path, file.content.as_ref()))
        .collect()
}

fn edit<'a>(path: &'a str, content: Option<&'a Content>) -> Edit<'a> {
    Edit {
        path,
        file: content.map(|Content { bytes, executable }| NewFile {
            bytes,
            executable: *executable,
        }),
    }
}

fn saying<'a>(message: &'a str, by: &'a By) -> Saying<'a> {
    Saying {
        message,
        author: &by.author,
        seconds: by.seconds,
    }
}

/// What the commit says. Lines that `git am` would take for the beginning of a patch or of another
/// message are indented: the text is in part a package's, and the patch must be what was shown.
fn message(proposal: &Proposal) -> String {
    let title: Vec<&str> = proposal.title.split_whitespace().collect();
    let mut message = format!("{}\n\n{MARK}\n", title.join(" "));
    for (at, line) in proposal.body.trim_end().lines().enumerate() {
        if at == 0 {
            message.push('\n');
        }
        // Returns are line ends to some.
        for line in line.split('\r') {
            let is_read = [
                "diff ", "diff\t", "Index:", "---", "From ", ">From ", "-- ", MARK,
            ]
            .iter()
            .any(|start| line.starts_with(start));
            let indent = if is_read { " " } else { "" };
            message.push_str(&format!("{indent}{line}\n"));
        }
    }
    message
}
