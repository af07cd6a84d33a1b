//! Copies of other people's repositories: a folder with the files of one commit.
//!
//! The folder is always whole. A new one is made beside it and put in its place in one step, so a
//! failed or killed update leaves the last good files. Only the newest commit is fetched, without
//! submodules. The files are the bytes of the tree: no line ending, no filter and no encoding is
//! applied, whatever the repository's attributes ask for, and a link becomes a small file that
//! holds its target, so nothing in the folder leads out of it.

mod references;

use std::fs;
use std::path::Path;

use crate::swap::Place;
use crate::url::UrlPolicy;
use crate::{Commit, GitError, Program, Repository};

pub use references::{Reference, contained, references};

/// Keeps the fetched commit from git's own clean-up, and tells the next fetch what is here.
const FETCHED: &str = "refs/paracle/fetched";

/// Every update leaves a pack; beyond this many the next one starts from nothing.
const MAX_PACKS: usize = 50;

/// Stands above every `.gitattributes` of the tree.
const ATTRIBUTES: &str = "* -text !eol -ident -filter -working-tree-encoding -export-subst\n";

/// Makes `into` a folder with the files of `rev` (a branch, a tag or a full commit; the remote's
/// default branch without one), or brings it up to date. Returns the commit.
///
/// Objects that are already there are not fetched again, and a folder that is up to date is left
/// alone. Processes that want the same folder take turns.
///
/// # Errors
/// [`GitError::Url`], [`GitError::BadRevision`], and whatever git says; `into` is then as before.
pub fn fetch(
    program: &Program,
    url: &str,
    rev: Option<&str>,
    into: &Path,
    policy: &UrlPolicy,
) -> Result<Commit, GitError> {
    policy.check(url)?;
    let rev = rev.unwrap_or("HEAD");
    check_rev(rev)?;
    let place = Place::take(into)?;
    let source = Source {
        program,
        url,
        rev,
        policy,
    };
    let known = Known::of(into);
    match source.bring(&place, into, known.as_ref()) {
        Err(error) if known.is_some() && error.may_be_of_the_copy() => {
            source.bring(&place, into, None)
        }
        result => result,
    }
}

/// Makes `into` a folder with the files of one commit. Nothing is asked when it already is one.
///
/// # Errors
/// As [`fetch`]; servers that do not hand out commits by name fail.
pub fn fetch_commit(
    program: &Program,
    url: &str,
    commit: &Commit,
    into: &Path,
    policy: &UrlPolicy,
) -> Result<(), GitError> {
    policy.check(url)?;
    let place = Place::take(into)?;
    if holds(into, commit) {
        return Ok(());
    }
    let source = Source {
        program,
        url,
        rev: commit.as_str(),
        policy,
    };
    if source.download(&place, None)? != *commit {
        return Err(GitError::Missing {
            id: commit.to_string(),
        });
    }
    source.check_out(&place, commit)?;
    place.swap()
}

/// True when a branch or a tag of the repository at `url` leads to the commit. A server hands out more
/// than that: what only a pull request ever had, or a fork, or what nothing leads to any more.
///
/// `scratch` is a folder of one's own that does not exist; it is used and removed. Where the commit is no
/// tip itself, the history of all branches and tags is fetched into it, without any file.
///
/// # Errors
/// [`GitError::Url`], and whatever git says.
pub fn is_kept(
    program: &Program,
    url: &str,
    commit: &Commit,
    scratch: &Path,
    policy: &UrlPolicy,
) -> Result<bool, GitError> {
    policy.check(url)?;
    fs::create_dir_all(scratch).map_err(GitError::files("make", scratch))?;
    let kept = contained(program, url, std::slice::from_ref(commit), scratch, policy);
    fs::remove_dir_all(scratch).map_err(GitError::files("remove", scratch))?;
    Ok(kept? == [true])
}

/// A name on the other side, and nothing that a refspec would read more into.
pub(crate) fn check_rev(rev: &str) -> Result<(), GitError> {
    let odd = |c: char| c.is_control() || c.is_whitespace() || ":*?[\\^~".contains(c);
    let bad = rev.is_empty()
        || rev.starts_with(['-', '+', '/'])
        || rev.contains(odd)
        || rev.contains("..")
        || rev.contains("@{");
    if bad {
        return Err(GitError::BadRevision {
            rev: rev.to_owned(),
        });
    }
    Ok(())
}

/// True when the folder holds just the files of the commit. After a loss of power it may not.
fn holds(into: &Path, commit: &Commit) -> bool {
    // Not through discovery: a repository further up is not this one.
    into.join(".git").is_dir()
        && Repository::open(into).is_ok_and(|repository| {
            repository.head().is_ok_and(|head| head == *commit)
                && repository.is_clean("").unwrap_or(false)
        })
}

/// The commit that an earlier fetch brought, in a repository whose packs may be linked.
struct Known<'a> {
    into: &'a Path,
    commit: Commit,
}

impl<'a> Known<'a> {
    fn of(into: &'a Path) -> Option<Self> {
        if !into.join(".git").is_dir() {
            return None;
        }
        let commit = Repository::open(into).ok()?.resolve(FETCHED).ok()?;
        let packs = fs::read_dir(into.join(".git/objects/pack")).ok()?.count();
        // A pack comes with an index and a reverse index.
        (packs <= MAX_PACKS * 3).then_some(Self { into, commit })
    }
}

struct Source<'a> {
    program: &'a Program,
    url: &'a str,
    rev: &'a str,
    policy: &'a UrlPolicy,
}

impl Source<'_> {
    /// Brings the folder up to date, with what is known from the one in place.
    fn bring(
        &self,
        place: &Place<'_>,
        into: &Path,
        known: Option<&Known<'_>>,
    ) -> Result<Commit, GitError> {
        let commit = self.download(place, known)?;
        if !holds(into, &commit) {
            self.check_out(place, &commit)?;
            place.swap()?;
        }
        Ok(commit)
    }

    /// Fetches into a new repository in the staging folder.
    fn download(&self, place: &Place<'_>, known: Option<&Known<'_>>) -> Result<Commit, GitError> {
        let dir = place.fresh()?;
        let repository = init(&dir)?;
        if let Some(known) = known {
            link_objects(known, &dir)
                .map_err(GitError::files("link the objects of", known.into))?;
            repository
                .reference(FETCHED, known.commit.oid(), true, "")
                .map_err(GitError::library("reuse the objects"))?;
        }
        let mut call = self
            .program
            .call("fetch", &dir)
            .of_this_folder()
            .protocols(self.policy.protocols())
            .setting("fetch.unpackLimit=1")
            // What git's checker knows of hostile trees is refused before it is stored.
            .setting("fetch.fsckObjects=true");
        if !self.policy.hosts.is_empty() {
            call = call.setting("http.followRedirects=false");
        }
        call.option("--quiet")
            .option("--depth=1")
            .option("--no-tags")
            .option("--no-write-fetch-head")
            .option("--no-recurse-submodules")
            .operand(self.url)?
            .operand(format!("+{}:{FETCHED}", self.rev))?
            .run()?;
        Repository::open(&dir)?.resolve(FETCHED)
    }

    /// Writes the files of the commit into the staging folder.
    fn check_out(&self, place: &Place<'_>, commit: &Commit) -> Result<(), GitError> {
        let call = self
            .program
            .call("checkout", place.stage())
            .of_this_folder();
        call.option("--quiet")
            .option("--force")
            .option("--detach")
            .option(commit.as_str())
            .run()
            .map(drop)
    }
}

/// A repository that writes files as they are in the tree.
fn init(dir: &Path) -> Result<git2::Repository, GitError> {
    let failed = GitError::library("make a repository");
    let mut options = git2::RepositoryInitOptions::new();
    options
        .external_template(false)
        .no_reinit(true)
        .initial_head("main");
    let repository = git2::Repository::init_opts(dir, &options).map_err(&failed)?;
    let mut config = repository.config().map_err(&failed)?;
    config.set_bool("core.symlinks", false).map_err(&failed)?;
    config.set_bool("core.autocrlf", false).map_err(&failed)?;
    let info = dir.join(".git/info");
    let wrote =
        fs::create_dir_all(&info).and_then(|()| write(&info.join("attributes"), ATTRIBUTES));
    wrote.map_err(GitError::files("write to", &info))?;
    Ok(repository)
}

#[allow(
    clippy::disallowed_methods,
    reason = "the folder around it is a staging folder, thrown away when it is not finished"
)]
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    fs::write(path, text)
}

/// Packs never change, so a second name is as good as a copy.
fn link_objects(known: &Known<'_>, dir: &Path) -> std::io::Result<()> {
    let (old, new) = (known.into.join(".git"), dir.join(".git"));
    let packs = new.join("objects/pack");
    fs::create_dir_all(&packs)?;
    for pack in fs::read_dir(old.join("objects/pack"))? {
        let pack = pack?;
        let target = packs.join(pack.file_name());
        fs::hard_link(pack.path(), &target)
            .or_else(|_| fs::copy(pack.path(), &target).map(drop))?;
    }
    let shallow = old.join("shallow");
    if shallow.exists() {
        fs::copy(shallow, new.join("shallow"))?;
    }
    Ok(())
}
