//! What the user typed to name a registry.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use url::Url;

use crate::ClientError;

/// Where a registry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// The snapshot inside this program.
    Embedded,
    /// A folder: a checkout of a registry, or a built site.
    Folder(PathBuf),
    /// A git repository, by a URL that the git program understands.
    Git(String),
    /// A published site; every address ends with `/`.
    Http {
        /// Its own address, which it is known by.
        url: Url,
        /// Copies that are asked where it does not answer.
        mirrors: Vec<Url>,
    },
}

impl Location {
    /// Reads what was typed. A relative folder is taken from `here`.
    pub fn parse(text: &str, here: &Path) -> Result<Self, ClientError> {
        let wrong = |why: &str| ClientError::Location(text.to_owned(), why.to_owned());
        if text == "embedded" {
            return Ok(Self::Embedded);
        }
        if let Some(url) = text.strip_prefix("git+") {
            return match Url::parse(url) {
                Ok(url) if matches!(url.scheme(), "https" | "http" | "ssh" | "file") => {
                    Ok(Self::Git(url.into()))
                }
                _ => Err(wrong("after git+ comes an https, ssh or file URL")),
            };
        }
        match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "ssh" | "git") || url.path().ends_with(".git") => {
                Ok(Self::Git(url.into()))
            }
            Ok(url) if matches!(url.scheme(), "https" | "http") => site(url).map_err(wrong),
            Ok(url) if url.scheme() == "file" => url
                .to_file_path()
                .map(Self::Folder)
                .map_err(|()| wrong("this file URL names no folder")),
            // `C:\registry` parses as a URL with the scheme `c`.
            Ok(url) if url.scheme().len() > 1 => Err(wrong("its scheme is not known here")),
            // The short form of ssh, which looks like a relative folder.
            _ if text.contains('@') && text.contains(':') => {
                Err(wrong("write it as ssh://user@host/path"))
            }
            _ if text.starts_with("http:") || text.starts_with("https:") => {
                Err(wrong("it has no host"))
            }
            _ if text.is_empty() => Err(wrong("it is empty")),
            _ => Ok(Self::Folder(here.join(text))),
        }
    }
}

impl Location {
    /// The same site with `mirrors`, given as URLs, behind those that it has.
    pub fn with_mirrors<'a>(
        mut self,
        mirrors: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, ClientError> {
        for text in mirrors {
            let wrong = |why: &str| ClientError::Location(text.to_owned(), why.to_owned());
            let read = Url::parse(text).map_err(|_| wrong("a mirror is an http(s) URL"))?;
            if !matches!(read.scheme(), "https" | "http") {
                return Err(wrong("a mirror is an http(s) URL"));
            }
            let (Self::Http { url, mirrors }, Self::Http { url: mirror, .. }) =
                (&mut self, site(read).map_err(wrong)?)
            else {
                return Err(wrong("only a registry with an http(s) URL has mirrors"));
            };
            if mirror != *url && !mirrors.contains(&mirror) {
                mirrors.push(mirror);
            }
        }
        Ok(self)
    }

    /// The mirrors; none but a site's.
    pub fn mirrors(&self) -> &[Url] {
        match self {
            Self::Http { mirrors, .. } => mirrors,
            _ => &[],
        }
    }
}

/// The address of a site: a folder, without what a static host never sees.
fn site(mut url: Url) -> Result<Location, &'static str> {
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a name or a password, which would be kept in plain files");
    }
    url.set_query(None);
    url.set_fragment(None);
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(Location::Http {
        url,
        mirrors: Vec::new(),
    })
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded => f.write_str("embedded"),
            Self::Folder(path) => write!(f, "{}", path.display()),
            Self::Git(url) => write!(f, "git+{url}"),
            Self::Http { url, .. } => write!(f, "{url}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_says_what_it_is() {
        let here = Path::new("/home/me");
        let read = |text| {
            Location::parse(text, here)
                .map(|l| l.to_string())
                .map_err(|_| ())
        };
        for (text, meant) in [
            ("embedded", Ok("embedded")),
            ("hub", Ok("/home/me/hub")),
            ("/srv/hub", Ok("/srv/hub")),
            ("file:///srv/hub", Ok("/srv/hub")),
            ("https://hub.example", Ok("https://hub.example/")),
            (
                "https://hub.example/base?x#y",
                Ok("https://hub.example/base/"),
            ),
            (
                "https://github.com/acme/hub.git",
                Ok("git+https://github.com/acme/hub.git"),
            ),
            (
                "git+https://github.com/acme/hub",
                Ok("git+https://github.com/acme/hub"),
            ),
            ("git+ext::sh -c id", Err(())),
            ("https://me:secret@hub.example/", Err(())),
            ("ftp://hub.example/", Err(())),
            ("git@github.com:acme/hub.git", Err(())),
            ("http://", Err(())),
            ("", Err(())),
        ] {
            assert_eq!(read(text), meant.map(str::to_owned), "{text}");
        }
    }
}
