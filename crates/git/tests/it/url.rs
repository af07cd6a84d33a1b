//! Which URLs are asked.

use git::{GitError, UrlPolicy, UrlRefusal};

fn verdict(policy: &UrlPolicy, url: &str) -> Option<UrlRefusal> {
    match policy.check(url) {
        Ok(()) => None,
        Err(GitError::Url { why, .. }) => Some(why),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn only_https_unless_allowed() {
    use UrlRefusal::{Characters, Credentials, Helper, Host, Option, Path, Scheme};
    let cases = [
        ("https://github.com/o/r.git", None),
        ("https://github.com:8443/o/r", None),
        ("https://127.0.0.1/r", None),
        ("http://github.com/o/r", Some(Scheme)),
        ("file:///etc", Some(Scheme)),
        ("ssh://git@github.com/o/r", Some(Scheme)),
        ("git://github.com/o/r", Some(Scheme)),
        ("HTTPS://github.com/o/r", Some(Scheme)),
        ("git@github.com:o/r.git", Some(Scheme)),
        ("/etc/repository", Some(Scheme)),
        ("../repository", Some(Scheme)),
        ("", Some(Scheme)),
        ("ext::sh -c touch% /tmp/x", Some(Characters)),
        ("ext::sh", Some(Helper)),
        ("fd::17", Some(Helper)),
        ("ext::https://github.com/o/r", Some(Helper)),
        ("-u./payload", Some(Option)),
        ("--upload-pack=./payload", Some(Option)),
        ("https://user:secret@github.com/o/r", Some(Credentials)),
        ("https://token@github.com/o/r", Some(Credentials)),
        ("https://github.com@evil.example/o/r", Some(Credentials)),
        ("https://-oProxyCommand=x/o/r", Some(Host)),
        ("https:///o/r", Some(Host)),
        ("https://git%68ub.com/o/r", Some(Host)),
        ("https://github.com:/o/r", Some(Host)),
        ("https://github.com:443:1/o/r", Some(Host)),
        ("https://github.com", Some(Path)),
        ("https://github.com/", Some(Path)),
        ("https://github.com/o r", Some(Characters)),
        ("https://github.com/o\nr", Some(Characters)),
        ("https://github.com\\@evil.example/o/r", Some(Characters)),
        ("https://gıthub.com/o/r", Some(Characters)),
    ];
    for (url, expected) in cases {
        assert_eq!(verdict(&UrlPolicy::default(), url), expected, "{url:?}");
    }
}

#[test]
fn more_when_allowed() {
    let all = UrlPolicy {
        http: true,
        file: true,
        ssh: true,
        hosts: Vec::new(),
    };
    let cases = [
        ("http://localhost:8080/r", None),
        ("file:///srv/r", None),
        ("file://host/srv/r", Some(UrlRefusal::Host)),
        ("ssh://git@github.com/o/r", None),
        ("ssh://github.com:22/o/r", None),
        ("ssh://root@github.com/o/r", Some(UrlRefusal::Credentials)),
        ("ssh://-oProxyCommand=touch/o", Some(UrlRefusal::Host)),
        ("ssh://git@-oProxyCommand=touch/o", Some(UrlRefusal::Host)),
        ("git@github.com:o/r.git", Some(UrlRefusal::Scheme)),
        ("ext::sh", Some(UrlRefusal::Helper)),
    ];
    for (url, expected) in cases {
        assert_eq!(verdict(&all, url), expected, "{url:?}");
    }
}

#[test]
fn hosts() {
    let policy = UrlPolicy {
        hosts: vec!["github.com".to_owned()],
        ..UrlPolicy::default()
    };
    assert_eq!(verdict(&policy, "https://GitHub.com/o/r"), None);
    for url in [
        "https://github.com.evil.example/o",
        "https://evil.example/github.com",
        "https://xgithub.com/o",
    ] {
        assert_eq!(
            verdict(&policy, url),
            Some(UrlRefusal::ForeignHost),
            "{url}"
        );
    }
}

#[test]
fn messages_quote_the_url_harmlessly() {
    let error = UrlPolicy::default()
        .check("https://a/\u{1b}[2J")
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        r"the URL `https://a/\u{1b}[2J` is refused: it has characters that do not belong into a URL"
    );
}
