//! `paracle registry new`.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use git::{Program as Git, UrlPolicy, remote};
use publish::scaffold::{self, Begin, Program, Wanted};
use url::Url;

use crate::{context::Context, error::CliError, ui::one_line};

/// Where this project is, which workflows have the program from.
const HOME: &str = "https://github.com/paracle-hub/paracle-hub";
/// Stands where no commit is known: no action has it, so nothing is run by mistake.
const NOT_KNOWN: &str = "0000000000000000000000000000000000000000";

/// Make a registry of one's own
///
/// A complete one: what it accepts, a first package, and everything that GitHub needs to check and
/// merge contributions, release them and publish the gallery. Asks for what is not given where somebody
/// can be asked. The folder must be new or empty, and is not made a git repository.
#[derive(Args, Debug)]
pub(crate) struct New {
    /// The folder; its name is the registry's name unless --name says otherwise
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The registry's short name
    #[arg(long)]
    name: Option<String>,
    /// What people call it [default: its name]
    #[arg(long)]
    title: Option<String>,
    /// The repository it is pushed to, as in https://github.com/octocat/hub
    #[arg(long, value_name = "URL")]
    repository: Option<String>,
    /// Where its site will be [default: where GitHub Pages publishes the repository]
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The commit of this project whose program workflows run, 40 hex digits [default: the newest]
    #[arg(long, value_name = "COMMIT")]
    program: Option<String>,
    /// Without a first package
    #[arg(long)]
    empty: bool,
}

impl New {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let folder = context.here.join(&self.folder);
        let wanted = self.wanted(&folder, context)?;
        let is_pinned = wanted.program.rev != NOT_KNOWN;
        let is_placed = wanted.repository.host_str() != Some("git.example");
        for file in scaffold::registry(&folder, &wanted)? {
            context.ui.did("Wrote", folder.join(file).display());
        }
        if !is_placed {
            context
                .ui
                .hint("set url and repository in registry-index/registry.toml before you release");
        }
        if !is_pinned {
            context.ui.hint(&format!(
                "put a commit of {HOME} in place of {NOT_KNOWN} in .github/workflows"
            ));
        }
        context
            .ui
            .hint("it is no git repository yet; next: git init --initial-branch main");
        Ok(ExitCode::SUCCESS)
    }

    fn wanted(&self, folder: &std::path::Path, context: &Context) -> Result<Wanted, CliError> {
        let own = folder.file_name().map(|name| name.to_string_lossy());
        let own = own.unwrap_or_default().into_owned();
        let name = asked(context, self.name.as_deref(), "Its short name", own)?;
        let name: registry_index::name::Part =
            name.parse()
                .map_err(|error: registry_index::name::NameError| {
                    CliError::usage(error.to_string()).hint("give it a name: --name my-registry")
                })?;
        let title = asked(
            context,
            self.title.as_deref(),
            "What people call it",
            format!("{name}"),
        )?;
        if title.trim().is_empty() || title.len() > 100 || title.chars().any(char::is_control) {
            return Err(CliError::usage(format!("{title:?} is no title"))
                .hint("give one line of at most 100 characters"));
        }
        let place = format!("https://git.example/{name}/registry");
        let text = "The repository it will be pushed to";
        let repository = address(&asked(context, self.repository.as_deref(), text, place)?)?;
        let site = pages(&repository).unwrap_or_else(|| format!("https://{name}.example/"));
        let text = "Where its site will be";
        let mut url = address(&asked(context, self.url.as_deref(), text, site)?)?;
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        Ok(Wanted {
            name,
            title,
            url,
            repository,
            program: self.program(context)?,
            begin: match self.empty {
                true => Begin::Empty,
                false => Begin::FirstPackage,
            },
        })
    }

    /// The commit that was given, else the newest of this project; none where nothing can be asked.
    fn program(&self, context: &Context) -> Result<Program, CliError> {
        if let Some(rev) = &self.program {
            let commit: git::Commit = rev.parse().map_err(|_| {
                CliError::usage(format!("{rev:?} is not a commit of 40 hex digits"))
                    .hint("a branch or a tag can be moved: `git ls-remote` tells its commit")
            })?;
            return Ok(Program {
                rev: commit.to_string(),
                label: "as given".into(),
            });
        }
        let not_known = Program {
            rev: NOT_KNOWN.into(),
            label: "put a commit here".into(),
        };
        if context.world.offline {
            return Ok(not_known);
        }
        let git =
            Git::new(context.world.git.clone()).with_timeout(std::time::Duration::from_secs(20));
        let scratch = tempfile::tempdir()?;
        match remote::references(&git, HOME, scratch.path(), &UrlPolicy::default()) {
            Ok(references) => Ok(references
                .into_iter()
                .find(|reference| reference.name == "HEAD")
                .map_or(not_known, |newest| Program {
                    rev: newest.commit.to_string(),
                    label: "main".into(),
                })),
            Err(error) => {
                context
                    .ui
                    .warn(&format!("cannot ask for the newest commit: {error}"));
                Ok(not_known)
            }
        }
    }
}

/// What was given, what somebody types, or the default.
fn asked(
    context: &Context,
    given: Option<&str>,
    prompt: &str,
    default: String,
) -> Result<String, CliError> {
    if let Some(given) = given {
        return Ok(given.to_owned());
    }
    if !context.ui.can_ask() {
        return Ok(default);
    }
    let default = one_line(&default);
    inquire::Text::new(prompt)
        .with_default(&default)
        .prompt()
        .map_err(|error| CliError::failed(error.to_string()).hint("nothing was written"))
}

/// An address that others can be told: http(s), without query, fragment and credentials.
fn address(text: &str) -> Result<Url, CliError> {
    let url = Url::parse(text).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    });
    url.ok_or_else(|| {
        CliError::usage(format!("{text:?} is no address of a site or a repository"))
            .hint("give an absolute URL such as https://github.com/octocat/hub")
    })
}

/// Where GitHub Pages publishes a repository.
/// Source: GitHub, "What is GitHub Pages?", "Types of GitHub Pages sites".
fn pages(repository: &Url) -> Option<String> {
    let name = publish::forge::RepoName::of_url(repository.as_str()).ok()?;
    if repository.host_str() != Some("github.com") {
        return None;
    }
    let host = format!("{}.github.io", name.owner().to_ascii_lowercase());
    Some(match name.name().eq_ignore_ascii_case(&host) {
        true => format!("https://{host}/"),
        false => format!("https://{host}/{}/", name.name()),
    })
}

#[cfg(test)]
mod tests {
    use super::{address, pages};

    #[test]
    fn pages_are_where_github_puts_them() {
        for (repository, site) in [
            (
                "https://github.com/Octocat/hub",
                Some("https://octocat.github.io/hub/"),
            ),
            (
                "https://github.com/octocat/hub.git",
                Some("https://octocat.github.io/hub/"),
            ),
            (
                "https://github.com/octocat/octocat.github.io",
                Some("https://octocat.github.io/"),
            ),
            ("https://git.example/octocat/hub", None),
        ] {
            let found = pages(&address(repository).unwrap());
            assert_eq!(found.as_deref(), site, "{repository}");
        }
    }

    #[test]
    fn an_address_says_no_more_than_where() {
        for bad in [
            "hub",
            "ftp://x.example/",
            "https://u:p@x.example/",
            "https://x.example/?q",
            "https://x.example/#a",
        ] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }
}
