//! How a folder of a repository is named.
//!
//! ```text
//! github:owner/repo@ref#path/in/repo      https://github.com/owner/repo.git
//! gitlab:group/sub/repo@ref#path          https://gitlab.com/group/sub/repo.git
//! git+https://host/x.git@ref#path         as it stands; git+ssh:// and git+file:// likewise
//! ```

use std::fmt;

use git::Commit;

use super::policy;
use crate::ClientError;

/// A folder of a git repository, at a branch, a tag or a commit. Reading what it displays gives it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitPackage {
    /// The text before `@` and `#`.
    place: String,
    url: String,
    rev: Option<String>,
    path: String,
}

impl GitPackage {
    /// Whether `text` is meant to name a repository, well or not.
    pub fn is_meant(text: &str) -> bool {
        text.starts_with("git+") || HOSTS.iter().any(|(prefix, _)| text.starts_with(prefix))
    }

    /// Reads what was typed or what a lock file holds.
    ///
    /// # Errors
    /// [`ClientError::NoRepository`] with what is wrong; nothing of it reached the git program.
    pub fn parse(text: &str) -> Result<Self, ClientError> {
        read(text).map_err(|why| ClientError::NoRepository {
            text: without_credentials(text),
            why,
        })
    }

    /// The URL that git fetches from.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The branch, tag or commit; the repository's default branch where there is none.
    pub fn rev(&self) -> Option<&str> {
        self.rev.as_deref()
    }

    /// The folder; empty for the whole repository.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The commit, where it was named by its 40 hex digits.
    pub fn commit(&self) -> Option<&str> {
        self.rev().filter(|rev| rev.parse::<Commit>().is_ok())
    }
}

impl fmt::Display for GitPackage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)?;
        if let Some(rev) = &self.rev {
            write!(f, "@{rev}")?;
        }
        match self.path.as_str() {
            "" => Ok(()),
            path => write!(f, "#{path}"),
        }
    }
}

/// What may be shown of an address that was typed with a password in it.
fn without_credentials(text: &str) -> String {
    let hidden = text.split_once("://").and_then(|(scheme, rest)| {
        let authority = rest.split('/').next().unwrap_or(rest);
        let (_, host) = authority.rsplit_once('@')?;
        Some(format!("{scheme}://…@{host}{}", &rest[authority.len()..]))
    });
    hidden.unwrap_or_else(|| text.to_owned())
}

const HOSTS: [(&str, &str); 2] = [("github:", "github.com"), ("gitlab:", "gitlab.com")];

fn read(text: &str) -> Result<GitPackage, String> {
    let (rest, path) = match text.split_once('#') {
        Some((_, "")) => return Err("behind # comes the path of a folder".into()),
        Some((rest, path)) => (rest, path.trim_end_matches('/')),
        None => (text, ""),
    };
    if !path.is_empty() {
        archive::check_path(path).map_err(|refusal| refusal.to_string())?;
    }
    // What stands before the first slash of a URL's path is its host, and that may hold an @.
    let names = rest.find("://").map_or(0, |at| at + 3);
    let names = names + rest[names..].find('/').unwrap_or(0);
    let (place, rev) = match rest[names..].rfind('@') {
        Some(at) => (&rest[..names + at], Some(&rest[names + at + 1..])),
        None => (rest, None),
    };
    if let Some(rev) = rev {
        check_rev(rev)?;
    }
    let url = url_of(place)?;
    policy().check(&url).map_err(|error| match error {
        git::GitError::Url { why, .. } => why.to_string(),
        other => other.to_string(),
    })?;
    Ok(GitPackage {
        place: place.to_owned(),
        url,
        rev: rev.map(str::to_owned),
        path: path.to_owned(),
    })
}

fn url_of(place: &str) -> Result<String, String> {
    for (prefix, host) in HOSTS {
        if let Some(names) = place.strip_prefix(prefix) {
            let parts: Vec<&str> = names.split('/').collect();
            let is_deep = host == "gitlab.com";
            let right = parts.len() == 2 || (is_deep && (2..=16).contains(&parts.len()));
            if !right || !parts.iter().all(|part| is_name(part)) {
                return Err(format!("behind {prefix} comes owner/repo"));
            }
            let names = names.strip_suffix(".git").unwrap_or(names);
            return Ok(format!("https://{host}/{names}.git"));
        }
    }
    let url = place
        .strip_prefix("git+")
        .ok_or("it begins with none of github:, gitlab: and git+https://")?;
    if url.contains('?') {
        return Err("a repository's URL has no query".into());
    }
    // Percent signs could hide the dots, and git takes them for what they stand for.
    let lower = url
        .to_ascii_lowercase()
        .replace("%2e", ".")
        .replace("%2f", "/");
    if lower.split('/').any(|part| part == ".." || part == ".") {
        return Err("its path leads up".into());
    }
    Ok(url.to_owned())
}

/// A name as the forges allow them: never an option, never a way up.
fn is_name(part: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    (1..=100).contains(&part.len())
        && part.bytes().all(allowed)
        && !part.starts_with(['-', '.'])
        && part != ".git"
}

/// A name that a refspec reads nothing more into; as `git check-ref-format`, roughly, and stricter.
fn check_rev(rev: &str) -> Result<(), String> {
    let allowed = |b: u8| b.is_ascii_graphic() && !b":*?[\\^~@{".contains(&b);
    let bad = rev.is_empty()
        || rev.len() > 200
        || rev.starts_with(['-', '+', '/', '.'])
        || rev.ends_with(['/', '.'])
        || rev.contains("..")
        || rev.contains("//")
        || !rev.bytes().all(allowed);
    match bad {
        true => Err(format!("{rev:?} is no branch, tag or commit")),
        false => Ok(()),
    }
}
