//! Where people see what an API serves.

use url::{Host, Url};

use super::SignInError;
use crate::forge::is_loopback;

/// The web pages of the forge whose API is at `api`: `https://github.com/` for
/// `https://api.github.com/`, `https://host/` for an Enterprise server's `https://host/api/v3/`. An API
/// on this very machine, as tests have it, is its own. `None` for what is known to be none of these.
pub fn web_root(api: &Url) -> Option<Url> {
    let mut web = api.clone();
    web.set_query(None);
    web.set_fragment(None);
    web.set_path("/");
    check(&web).ok()?;
    let path = api.path().trim_end_matches('/');
    let named = match web.host() {
        Some(Host::Domain(name)) => name.strip_prefix("api.").map(str::to_owned),
        _ => None,
    };
    let is_cloud = |name: &str| name == "github.com" || name.ends_with(".ghe.com");
    match named.filter(|name| path.is_empty() && is_cloud(name)) {
        Some(name) => {
            web.set_host(Some(&name)).ok()?;
            Some(web)
        }
        None => (path == "/api/v3" || is_loopback(&web)).then_some(web),
    }
}

/// Codes and tokens go over https, or stay on this machine.
pub(super) fn check(web: &Url) -> Result<(), SignInError> {
    let is_safe = web.scheme() == "https" || (web.scheme() == "http" && is_loopback(web));
    let is_bare = web.username().is_empty() && web.password().is_none();
    match is_safe && is_bare && web.host().is_some() {
        true => Ok(()),
        // Not the URL itself: what stands before the host may be a secret.
        false => Err(SignInError::NoWeb {
            root: web.host_str().unwrap_or(web.scheme()).to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::web_root;

    #[test]
    fn people_go_elsewhere_than_programs() {
        for (api, web) in [
            ("https://api.github.com/", Some("https://github.com/")),
            ("https://api.github.com", Some("https://github.com/")),
            ("https://api.acme.ghe.com/", Some("https://acme.ghe.com/")),
            ("https://ghe.example/api/v3/", Some("https://ghe.example/")),
            (
                "https://ghe.example:8443/api/v3",
                Some("https://ghe.example:8443/"),
            ),
            ("http://127.0.0.1:4000/", Some("http://127.0.0.1:4000/")),
            (
                "http://localhost:4000/api/v3/",
                Some("http://localhost:4000/"),
            ),
            ("http://api.github.com/", None),
            ("http://ghe.example/api/v3/", None),
            ("https://api.github.com.evil.example/", None),
            ("https://api.evil.example/", None),
            ("https://me:secret@ghe.example/api/v3/", None),
            ("file:///api/v3/", None),
        ] {
            let found = web_root(&api.parse().unwrap());
            assert_eq!(found.as_ref().map(url::Url::as_str), web, "{api}");
        }
    }
}
