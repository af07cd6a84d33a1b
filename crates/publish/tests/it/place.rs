//! A registry, and an author's repository that is served by real smart HTTP under the name of a forge.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, SystemTime},
};

use client::World;
use git::{Environment, UrlPolicy};
use publish::{Outcome, Release};
use registry_index::{
    Layout, Selection, Source,
    blobs::FolderBlobs,
    load,
    testing::{FakePackage, FakeRegistry},
};
use tempfile::TempDir;

use crate::http::Server;

/// When everything is released here.
pub(crate) const NOW: &str = "2026-03-04T05:06:07Z";

pub(crate) struct Place {
    scratch: TempDir,
    _server: Server,
}

impl Place {
    /// `hub`, committed; `served/octocat/things.git`, empty, and `author`, a clone of it.
    pub(crate) fn new(registry: &FakeRegistry) -> Self {
        let scratch = tempfile::tempdir().unwrap();
        for folder in ["hub", "home", "served/octocat"] {
            fs::create_dir_all(scratch.path().join(folder)).unwrap();
        }
        let server = Server::of(&scratch.path().join("served"));
        let settings = format!(
            "[url \"{}\"]\n\tinsteadOf = https://github.com/\n[user]\n\tname = T\n\temail = t@example.org\n\
             [init]\n\tdefaultBranch = main\n",
            server.url()
        );
        fs::write(scratch.path().join("home/.gitconfig"), settings).unwrap();
        let place = Self {
            scratch,
            _server: server,
        };
        registry.write_to(&place.path("hub"));
        place.git("hub", &["init", "-q"]);
        place.commit("hub");
        place.git("served/octocat", &["init", "-q", "--bare", "things.git"]);
        place.git("", &["clone", "-q", "served/octocat/things.git", "author"]);
        let own = "git@github.com:octocat/things.git";
        place.git("author", &["remote", "set-url", "origin", own]);
        let near = place.path("served/octocat/things.git");
        let near = near.to_str().unwrap();
        place.git("author", &["remote", "set-url", "--push", "origin", near]);
        place
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.scratch.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub(crate) fn git(&self, folder: &str, args: &[&str]) -> String {
        let done = Command::new("git")
            .current_dir(self.path(folder))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.path("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .args(args)
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(done.status.success(), "{args:?} {}", text(&done.stderr));
        text(&done.stdout).trim().to_owned()
    }

    /// Commits all there is, and says what the commit is called.
    pub(crate) fn commit(&self, folder: &str) -> String {
        self.git(folder, &["add", "--all"]);
        self.git(folder, &["commit", "-q", "--message", "Change"]);
        self.git(folder, &["rev-parse", "HEAD"])
    }

    /// Puts a package into the author's `folder`, commits and pushes it.
    pub(crate) fn authored(
        &self,
        folder: &str,
        say: impl FnOnce(FakePackage) -> FakePackage,
    ) -> String {
        self.put(folder, say);
        let commit = self.commit("author");
        self.git("author", &["push", "-q", "origin", "HEAD"]);
        commit
    }

    /// Puts a package there.
    pub(crate) fn put(&self, folder: &str, say: impl FnOnce(FakePackage) -> FakePackage) {
        let scratch = tempfile::tempdir().unwrap();
        FakeRegistry::new()
            .package("octocat/thing", say)
            .write_to(scratch.path());
        let from = scratch.path().join("templates/agents/thing");
        copy(&from, &self.path("author").join(folder));
    }

    /// The package in a folder of the author's.
    pub(crate) fn source(&self, folder: &str) -> Source {
        load::read_package(&self.path("author"), folder).unwrap().0
    }

    /// Asks for `rev` to be released, and commits that.
    pub(crate) fn request(&self, version: &str, rev: &str, path: &str) {
        let text = format!(
            "format = 1\nversion = {version:?}\ngit = \"https://github.com/octocat/things\"\n\
             rev = {rev:?}\npath = {path:?}\n"
        );
        self.write(
            "hub/registry-index/packages/octocat/thing/request.toml",
            &text,
        );
        self.commit("hub");
    }

    pub(crate) fn world(&self) -> World {
        World {
            cache: self.path("cache"),
            offline: false,
            git: Environment {
                path: std::env::var_os("PATH").unwrap(),
                home: Some(self.path("home")),
                more: Vec::new(),
            },
            user_agent: "test".into(),
            clock: SystemTime::now,
            patience: Duration::from_secs(10),
        }
    }

    pub(crate) fn store(&self) -> FolderBlobs {
        FolderBlobs::new(self.path("blobs"))
    }

    pub(crate) fn release(&self) -> Vec<Outcome> {
        self.release_in(&self.world())
    }

    pub(crate) fn release_in(&self, world: &World) -> Vec<Outcome> {
        publish::release(&Release {
            folder: &self.path("hub"),
            names: &[],
            published: NOW,
            store: &self.store(),
            renderer: &render::Renderer::new(self.path("none"), Vec::new()),
            world,
            policy: UrlPolicy {
                http: true,
                ..UrlPolicy::default()
            },
        })
        .unwrap()
    }

    /// What every rule says of the registry as it stands.
    pub(crate) fn errors(&self) -> Vec<String> {
        let checked = publish::check(&publish::Check {
            folder: &self.path("hub"),
            base: None,
            only: &[],
            blobs: &self.store(),
            renderer: &render::Renderer::new(self.path("none"), Vec::new()),
        })
        .unwrap();
        let errors = checked.findings.into_iter();
        errors
            .filter(|finding| finding.severity == registry_index::Severity::Error)
            .map(|finding| format!("{} {}: {}", finding.rule, finding.place, finding.message))
            .collect()
    }

    /// Every package that has a release.
    pub(crate) fn packages(&self) -> Vec<String> {
        let layout = Layout::find(&self.path("hub")).unwrap();
        let loaded = load::load(&layout, &Selection::All).unwrap();
        let registry = registry_index::Registry::freeze(loaded).unwrap();
        registry.packages.keys().map(ToString::to_string).collect()
    }
}

/// This machine, for what asks a forge.
pub(crate) fn machine() -> World {
    World {
        cache: PathBuf::new(),
        offline: false,
        git: Environment::default(),
        user_agent: "paracle-tests".into(),
        clock: SystemTime::now,
        patience: Duration::from_secs(10),
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        match path.is_dir() {
            true => copy(&path, &to),
            false => drop(fs::copy(&path, &to).unwrap()),
        }
    }
}
