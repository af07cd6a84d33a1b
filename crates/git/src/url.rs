//! Which URLs are asked at all.
//!
//! A URL comes from a record or a configuration that somebody else wrote. Git understands far
//! more than addresses: `ext::` runs a program, `-u…` is an option, `ssh://-o…` is one of ssh's,
//! a bare path reads this machine's files.

use std::path::Path;

use crate::GitError;

/// What may be asked. `https` always may.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UrlPolicy {
    /// Allows `http://`, where anyone on the way can change what arrives.
    pub http: bool,
    /// Allows `file://`, the disk of this machine.
    pub file: bool,
    /// Allows `ssh://`, with the keys of whoever runs this. The short form `user@host:path` is
    /// never allowed.
    pub ssh: bool,
    /// Only these hosts (as written, without port, in lower case); redirects are then not
    /// followed. Any host when empty.
    pub hosts: Vec<String>,
}

/// Why a URL is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlRefusal {
    /// Starts with `-`.
    #[error("it would be read as an option")]
    Option,
    /// Holds something other than printable ASCII, or a backslash.
    #[error("it has characters that do not belong into a URL")]
    Characters,
    /// `transport::address`, which starts a program of that name.
    #[error("it names a transport helper")]
    Helper,
    /// Not of a scheme that the policy allows.
    #[error("its scheme is not allowed here")]
    Scheme,
    /// A user name or a password in front of the host.
    #[error("it holds credentials")]
    Credentials,
    /// No host, or one that is none.
    #[error("its host is malformed")]
    Host,
    /// Not one of the hosts of the policy.
    #[error("its host is not one of those that are asked")]
    ForeignHost,
    /// No path behind the host.
    #[error("it has no path")]
    Path,
}

impl UrlRefusal {
    pub(crate) fn hint(self) -> &'static str {
        match self {
            Self::Credentials => "let git's credential helper keep them",
            Self::ForeignHost => "the registry's settings say which hosts are asked",
            _ => "write it as `https://host/path`",
        }
    }
}

/// The https URL of the repository behind a remote's URL, as people write those: `https://…`, with
/// credentials left out, `ssh://git@host/…` and `git@host:owner/name`. `None` for what has no host that
/// others could ask.
pub fn https_of(url: &str) -> Option<String> {
    let (host, path) = match url.split_once("://") {
        Some(("https" | "ssh", rest)) => {
            let (authority, path) = rest.split_once('/')?;
            let host = authority
                .rsplit_once('@')
                .map_or(authority, |(_, host)| host);
            // A port of ssh's is no port of https's.
            let is_ssh = url.starts_with("ssh");
            let host = host
                .split_once(':')
                .filter(|_| is_ssh)
                .map_or(host, |(host, _)| host);
            (host, path)
        }
        Some(_) => return None,
        None => {
            let (authority, path) = url.split_once(':')?;
            let (_, host) = authority.split_once('@')?;
            (host, path)
        }
    };
    let path = path.trim_matches('/');
    let https = format!("https://{}/{path}", host.to_ascii_lowercase());
    let is_named = host.contains('.') && !path.is_empty();
    (is_named && UrlPolicy::default().check(&https).is_ok()).then_some(https)
}

/// What a user typed as a repository, as a URL: a folder of this machine (from `here`) becomes
/// `file://…`, git's short form `user@host:path` becomes `ssh://user@host/path`. All else is as typed.
pub fn url_of(typed: &str, here: &Path) -> String {
    let short = typed.split_once(':').filter(|(before, path)| {
        let is_address = before.contains('@') && !before.contains('/');
        is_address && !before.starts_with('-') && !path.starts_with([':', '/'])
    });
    if let Some((address, path)) = short {
        return format!("ssh://{address}/{path}");
    }
    let is_url = typed.contains("://") || typed.contains("::") || typed.starts_with('-');
    match here.join(typed).canonicalize() {
        Ok(folder) if !is_url && folder.is_dir() => format!("file://{}", folder.display()),
        _ => typed.to_owned(),
    }
}

/// A password is not repeated, not even to say that it should not be there.
fn without_credentials(url: &str) -> String {
    let (before, rest) = url.split_once("://").unwrap_or(("", url));
    let authority = rest.split('/').next().unwrap_or_default();
    match authority.rsplit_once('@') {
        Some((secret, _)) if secret != "git" => {
            let joint = if before.is_empty() { "" } else { "://" };
            format!("{before}{joint}…{}", &rest[secret.len()..])
        }
        _ => url.to_owned(),
    }
}

impl UrlPolicy {
    /// Refuses a URL that is not to be asked.
    ///
    /// # Errors
    /// [`GitError::Url`] with the rule.
    pub fn check(&self, url: &str) -> Result<(), GitError> {
        self.verdict(url).map_err(|why| GitError::Url {
            url: without_credentials(url),
            why,
        })
    }

    /// The value of `GIT_ALLOW_PROTOCOL`: redirects are held to it as well.
    pub(crate) fn protocols(&self) -> String {
        let others = [(self.http, "http"), (self.file, "file"), (self.ssh, "ssh")];
        let others = others.iter().filter(|(allowed, _)| *allowed);
        let all: Vec<&str> = others.map(|(_, name)| *name).chain(["https"]).collect();
        all.join(":")
    }

    fn verdict(&self, url: &str) -> Result<(), UrlRefusal> {
        if url.starts_with('-') {
            return Err(UrlRefusal::Option);
        }
        if !url.bytes().all(|b| b.is_ascii_graphic() && b != b'\\') {
            return Err(UrlRefusal::Characters);
        }
        let Some((scheme, rest)) = url.split_once("://") else {
            let helper = url.contains("::");
            return Err(if helper {
                UrlRefusal::Helper
            } else {
                UrlRefusal::Scheme
            });
        };
        if scheme.contains("::") {
            return Err(UrlRefusal::Helper);
        }
        let allowed = match scheme {
            "https" => true,
            "http" => self.http,
            "file" => self.file,
            "ssh" => self.ssh,
            _ => false,
        };
        if !allowed {
            return Err(UrlRefusal::Scheme);
        }
        let (authority, path) = rest.split_once('/').ok_or(UrlRefusal::Path)?;
        if path.is_empty() {
            return Err(UrlRefusal::Path);
        }
        if scheme == "file" {
            return if authority.is_empty() {
                Ok(())
            } else {
                Err(UrlRefusal::Host)
            };
        }
        self.check_authority(authority, scheme)
    }

    fn check_authority(&self, authority: &str, scheme: &str) -> Result<(), UrlRefusal> {
        let host_and_port = match authority.rsplit_once('@') {
            None => authority,
            // `git@` is how every ssh address begins; it is a name, not a secret.
            Some(("git", host)) if scheme == "ssh" => host,
            Some(_) => return Err(UrlRefusal::Credentials),
        };
        let (host, port) = host_and_port
            .split_once(':')
            .unwrap_or((host_and_port, "443"));
        let label = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.' || b == b'_';
        let digits = (1..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit());
        if host.is_empty() || host.starts_with(['-', '.']) || !host.bytes().all(label) || !digits {
            return Err(UrlRefusal::Host);
        }
        let host = host.to_ascii_lowercase();
        if self.hosts.is_empty() || self.hosts.contains(&host) {
            Ok(())
        } else {
            Err(UrlRefusal::ForeignHost)
        }
    }
}
