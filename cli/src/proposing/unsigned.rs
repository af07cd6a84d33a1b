//! A proposal made without being signed in: as a file, or with the user's own git.

use std::{io::Write, path::Path};

use git::{Author, GitError, Program, https_of, push::Before, setting, url_of};
use publish::{
    BaseFiles, Content, Proposal,
    forge::{Person, RepoName},
    patch::{By, compare_url, mailbox, push},
    sign_in::web_root,
};
use registry_index::registry::Config;
use serde_json::json;
use tempfile::{NamedTempFile, TempDir};
use url::Url;

use crate::{
    context::Context,
    error::{CliError, Kind},
    ui::one_line,
};

/// For which registry, and by whom.
pub(super) struct Unsigned<'a> {
    pub(super) context: &'a Context,
    pub(super) policies: &'a Config,
    pub(super) repository: &'a RepoName,
    /// The forge's API.
    pub(super) api: &'a Url,
    /// Who is signed in, should somebody be.
    pub(super) person: Option<&'a Person>,
    /// Whether programs read what became of it.
    pub(super) is_json: bool,
}

impl Unsigned<'_> {
    /// Writes the proposal to `file`, as `git am` takes it.
    pub(super) fn write(
        &self,
        proposal: &Proposal,
        base: &impl BaseFiles,
        file: &Path,
    ) -> Result<(), CliError> {
        let mut before = Vec::new();
        for change in &proposal.files {
            if let Some(bytes) = base.read(&change.path)? {
                let executable = base.is_executable(&change.path)?;
                let content = Content { bytes, executable };
                before.push((change.path.clone(), content));
            }
        }
        let scratch = scratch()?;
        let patch = mailbox(&self.git(), scratch.path(), proposal, &before, &self.by()?)?;
        let path = self.context.here.join(file);
        keep(&path, &patch).map_err(|error| {
            CliError::failed(format!("cannot write {}: {error}", path.display()))
        })?;
        let ui = &self.context.ui;
        ui.did("Wrote", path.display());
        let (branch, repository) = (&self.policies.branch, self.repository);
        ui.hint(&format!(
            "`git am` takes it, on {branch} of {repository}; or send it to a maintainer"
        ));
        Ok(())
    }

    /// Pushes the proposal to `remote`, as typed, and says where a pull request is opened from it.
    pub(super) fn push(&self, proposal: &Proposal, remote: &str) -> Result<(), CliError> {
        if self.context.world.offline {
            let error = CliError::new(Kind::Network, "nothing is pushed with --offline");
            return Err(error.hint("--patch FILE writes the proposal to a file"));
        }
        let base = self.policies.repository.as_deref().unwrap_or_default();
        let base = url_of(base, &self.context.here);
        let remote = url_of(remote, &self.context.here);
        let branch = self.policies.branch.as_str();
        let (scratch, by) = (scratch()?, self.by()?);
        let git = self.git();
        let pushed = push(
            &git,
            scratch.path(),
            proposal,
            (&base, branch),
            &remote,
            &by,
        )?;
        let (verb, id) = match pushed.before {
            Before::Nothing => ("Pushed", "new"),
            Before::Earlier => ("Updated", "updated"),
            Before::Same => ("Found", "same"),
        };
        let page = self.page(proposal, &remote).map(String::from);
        let ui = &self.context.ui;
        if self.is_json {
            return ui.json(&json!({
                "format": 1,
                "branch": proposal.branch,
                "commit": pushed.commit.as_str(),
                "was": id,
                "url": page,
            }));
        }
        let branch = one_line(&proposal.branch);
        ui.did(verb, format!("{branch} in {}", one_line(&remote)));
        match page {
            Some(page) => {
                ui.hint("open the pull request on this page:");
                ui.data(one_line(&page))
            }
            None => {
                ui.hint(&format!(
                    "open a pull request from it to {}",
                    self.repository
                ));
                Ok(())
            }
        }
    }

    /// Why nothing is done, and what could be.
    pub(super) fn refusal(&self) -> CliError {
        let host = self.api.host_str().unwrap_or_default();
        CliError::new(Kind::NotAllowed, format!("you are not signed in to {host}"))
            .hint("`paracle registry login` signs you in; GITHUB_TOKEN and `gh auth login` do too")
            .hint("or --push REMOTE pushes it to your own copy of the repository, with your git")
            .hint("or --patch FILE writes it to a file, for `git am`")
    }

    /// The page that opens a pull request, where `remote` is on the forge.
    fn page(&self, proposal: &Proposal, remote: &str) -> Option<Url> {
        let web = web_root(self.api)?;
        let https = https_of(remote)?;
        let is_there = Url::parse(&https).is_ok_and(|url| url.host_str() == web.host_str());
        let head = RepoName::of_url(&https).ok().filter(|_| is_there)?;
        let branch = &self.policies.branch;
        Some(compare_url(&web, self.repository, branch, &head, proposal))
    }

    /// The user, as they call themselves to git; else as the forge knows them.
    fn by(&self) -> Result<By, CliError> {
        let told = |key| setting(self.context.world.git.clone(), &self.context.here, key);
        let (name, email) = (told("user.name"), told("user.email"));
        let host = web_root(self.api).and_then(|web| web.host_str().map(str::to_owned));
        let known = self.person.zip(host).map(|(person, host)| Author {
            email: format!("{}+{}@users.noreply.{host}", person.id, person.login),
            name: person.login.clone(),
        });
        let own = name.zip(email).map(|(name, email)| Author { name, email });
        let author = own.or(known).ok_or_else(|| {
            CliError::failed("git does not know who you are")
                .hint("git config --global user.name \"Your Name\"")
                .hint("git config --global user.email you@example.org")
        })?;
        Ok(By {
            author,
            seconds: self.context.now()?.as_second(),
        })
    }

    fn git(&self) -> Program {
        Program::new(self.context.world.git.clone())
    }
}

/// The user's own, and gone with the command. Not the clone's place: nothing of it is worth keeping.
fn scratch() -> Result<TempDir, CliError> {
    tempfile::tempdir()
        .map_err(|error| CliError::failed(format!("cannot make a folder to work in: {error}")))
}

/// All of it, or nothing.
fn keep(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

impl From<GitError> for CliError {
    fn from(error: GitError) -> Self {
        let hint = Some(error.hint().to_owned());
        let kind = match &error {
            GitError::Taken { .. } => Kind::NotAllowed,
            _ => Kind::Failed,
        };
        Self::from_chain(kind, &error, hint)
    }
}
