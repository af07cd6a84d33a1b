//! A registry in a git repository, changes to it, and who proposes them.

use std::{collections::BTreeMap, fs, path::Path};

use git2::{FileMode, Oid, Repository, Signature, build::TreeUpdateBuilder};
use publish::{
    Decision,
    decide::{Event, PinError, Pinned, PullRequest, Remotes, decide},
    forge::Person,
};
use registry_index::{
    Digest, Source,
    load::SourceFile,
    record::Archive,
    testing::{FakePackage, FakeRegistry, REGISTRY_TOML},
};
use tempfile::TempDir;

/// Owns `octocat/…`.
pub(super) const OCTOCAT: (u64, &str) = (5, "octocat");
/// Owns `hubot/…`.
pub(super) const HUBOT: (u64, &str) = (6, "hubot");
/// Owns nothing.
pub(super) const MALLORY: (u64, &str) = (66, "mallory");
/// Is called `octocat` since the first one is called otherwise.
pub(super) const NEW_OCTOCAT: (u64, &str) = (99, "octocat");
/// Owns the namespace `core`.
pub(super) const KEEPER: (u64, &str) = (1, "keeper");

/// The repository of the package `octocat/remote`, as records and requests call it.
pub(super) const REMOTE: &str = "https://github.com/octocat/remote";

/// A registry in the first commit of a repository, and an author's repository beside it.
pub(super) struct Hub {
    folder: TempDir,
    pub(super) repository: Repository,
    pub(super) base: Oid,
    remote: Repository,
}

fn pack(files: &[SourceFile]) -> (Vec<u8>, Archive) {
    let entries = files.iter().map(|file| archive::Entry {
        path: file.path.clone(),
        executable: file.executable,
        bytes: file.bytes.clone(),
    });
    let packed = archive::pack(entries.collect()).unwrap();
    let archive = Archive {
        content_id: packed.content_id.0.into(),
        tar_length: packed.tar_len,
        digest: Digest::of(&packed.gzip),
        length: packed.gzip.len() as u64,
    };
    (packed.gzip, archive)
}

fn registry() -> FakeRegistry {
    let owned = |id: u64| format!("owners = [\"github:{id}\"]\n");
    let ratings =
        "[[ratings]]\nby = \"github:6\"\nlogin = \"hubot\"\nstars = 1\ndate = \"2026-01-01\"\n";
    let registry = FakeRegistry::new()
        .packed_by(pack)
        .registry_toml(&format!(
            "{REGISTRY_TOML}\n[ratings]\nfrom = \"pull-requests\"\n"
        ))
        .package("octocat/greeter", |p| p)
        .released("octocat/greeter", "1.0.0")
        .entry("octocat/greeter", &owned(5))
        .package("octocat/other", |p| p)
        .released("octocat/other", "1.0.0")
        .entry("octocat/other", &owned(5))
        .package("hubot/helper", |p| p)
        .released("hubot/helper", "1.0.0")
        .entry("hubot/helper", &owned(6))
        .package("core/base", |p| p)
        .released("core/base", "1.0.0")
        .released("core/base", "2.0.0")
        .released("octocat/remote", "1.0.0")
        .entry("octocat/remote", &owned(5))
        .file(
            "ratings/octocat/greeter.toml",
            format!("format = 1\n{ratings}"),
        )
        .file(".github/workflows/check.yml", "on: pull_request\n")
        .file(".github/CODEOWNERS", "* @keeper\n")
        .file("README.md", "# Hub\n");
    let record = "registry-index/packages/octocat/remote/1.0.0.toml";
    let text = registry
        .text(record)
        .replace("https://github.com/example/hub", REMOTE);
    let text = text.replace("templates/agents/remote", "package");
    registry.file(record, text)
}

/// Every file below `folder` into a tree.
fn tree_of(repository: &Repository, folder: &Path) -> Oid {
    let empty = repository.find_tree(repository.treebuilder(None).unwrap().write().unwrap());
    let mut update = TreeUpdateBuilder::new();
    for entry in walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
    {
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(folder).unwrap().to_str().unwrap();
            let blob = repository.blob(&fs::read(entry.path()).unwrap()).unwrap();
            update.upsert(path, blob, FileMode::Blob);
        }
    }
    update.create_updated(repository, &empty.unwrap()).unwrap()
}

fn commit(repository: &Repository, tree: Oid, parents: &[Oid]) -> Oid {
    let who = Signature::new("a", "a@example.org", &git2::Time::new(0, 0)).unwrap();
    let tree = repository.find_tree(tree).unwrap();
    let parents: Vec<_> = parents
        .iter()
        .map(|id| repository.find_commit(*id).unwrap())
        .collect();
    let parents: Vec<_> = parents.iter().collect();
    repository
        .commit(None, &who, &who, "x", &tree, &parents)
        .unwrap()
}

impl Hub {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = folder.path().join("files");
        fs::create_dir(&files).unwrap();
        registry().write_to(&files);
        let repository = Repository::init(folder.path().join("hub")).unwrap();
        let base = commit(&repository, tree_of(&repository, &files), &[]);
        let remote = Repository::init(folder.path().join("remote")).unwrap();
        Self {
            folder,
            repository,
            base,
            remote,
        }
    }

    /// A change that starts from the base.
    pub(super) fn change(&self) -> Change<'_> {
        Change {
            hub: self,
            parents: vec![self.base],
            edits: BTreeMap::new(),
        }
    }

    /// Something else is merged meanwhile: a new base with `path` in it.
    pub(super) fn moved(&self, path: &str, text: &str) -> Oid {
        let mut change = self.change();
        change.put(path, text);
        change.commit()
    }

    /// The author of `octocat/remote` commits a version, on a branch or on none.
    pub(super) fn remote_commit(&self, version: &str, branch: Option<&str>) -> String {
        let mut update = TreeUpdateBuilder::new();
        for (path, bytes) in files_of("octocat/remote", |p| p.version(version)) {
            let blob = self.remote.blob(&bytes).unwrap();
            update.upsert(format!("package/{path}"), blob, FileMode::Blob);
        }
        let empty = self.remote.treebuilder(None).unwrap().write().unwrap();
        let empty = self.remote.find_tree(empty).unwrap();
        let tree = update.create_updated(&self.remote, &empty).unwrap();
        let id = commit(&self.remote, tree, &[]);
        if let Some(branch) = branch {
            let name = format!("refs/heads/{branch}");
            self.remote.reference(&name, id, true, "").unwrap();
            // What is behind a branch is on it as well.
            let next = commit(&self.remote, tree, &[id]);
            self.remote.reference(&name, next, true, "").unwrap();
        }
        id.to_string()
    }

    /// Decides about `head` on `base`.
    pub(super) fn decide(&self, base: Oid, head: Oid, by: &By) -> Decision {
        let scratch = tempfile::tempdir().unwrap();
        let pinned = scratch.path().join("pinned");
        fs::create_dir(&pinned).unwrap();
        let environment = git::Environment {
            path: "/usr/local/bin:/usr/bin:/bin".into(),
            home: None,
            more: Vec::new(),
        };
        let remote = format!(
            "file://{}",
            self.folder.path().join("remote/.git").display()
        );
        let (base, head) = (base.to_string(), head.to_string());
        decide(&PullRequest {
            folder: &self.folder.path().join("hub"),
            base: &base,
            head: &head,
            event: &by.event(&head),
            now: "2026-01-01T00:00:00Z".parse().unwrap(),
            pinned: &Near {
                remotes: Remotes::new(git::Program::new(environment), &pinned).with_files(),
                remote,
            },
            renderer: &render::Renderer::new("/nowhere".into(), Vec::new()),
            installer: None,
            scratch: scratch.path(),
        })
        .unwrap()
    }
}

/// Asks the author's repository on this disk where GitHub's is meant.
struct Near {
    remotes: Remotes,
    remote: String,
}

impl Pinned for Near {
    fn source(
        &self,
        git: &str,
        rev: &str,
        path: &str,
        hosts: &[String],
    ) -> Result<Source, PinError> {
        match git == REMOTE {
            true => self.remotes.source(&self.remote, rev, path, hosts),
            false => Err(PinError::Unread("there is no such host".into())),
        }
    }
}

/// The files of a package, by path in it.
pub(super) fn files_of(
    name: &str,
    say: impl FnOnce(FakePackage) -> FakePackage,
) -> Vec<(String, Vec<u8>)> {
    let scratch = tempfile::tempdir().unwrap();
    FakeRegistry::new()
        .package(name, say)
        .write_to(scratch.path());
    let folder = name.rsplit('/').next().unwrap();
    let templates = fs::read_dir(scratch.path().join("templates")).unwrap();
    let folder = templates
        .map(|kind| kind.unwrap().path().join(folder))
        .next()
        .unwrap();
    let files = walkdir::WalkDir::new(&folder)
        .into_iter()
        .map(Result::unwrap);
    files
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(&folder).unwrap();
            (
                path.to_str().unwrap().to_owned(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .collect()
}

/// What somebody does to the registry.
pub(super) struct Change<'a> {
    pub(super) hub: &'a Hub,
    parents: Vec<Oid>,
    /// What is to stand at a path; the last word counts.
    edits: BTreeMap<String, Option<(Oid, FileMode)>>,
}

impl Change<'_> {
    fn at(&mut self, path: &str, bytes: &[u8], mode: FileMode) -> &mut Self {
        let blob = self.hub.repository.blob(bytes).unwrap();
        self.edits.insert(path.to_owned(), Some((blob, mode)));
        self
    }

    pub(super) fn put(&mut self, path: &str, text: &str) -> &mut Self {
        self.at(path, text.as_bytes(), FileMode::Blob)
    }

    pub(super) fn put_executable(&mut self, path: &str, text: &str) -> &mut Self {
        self.at(path, text.as_bytes(), FileMode::BlobExecutable)
    }

    pub(super) fn link(&mut self, path: &str, target: &str) -> &mut Self {
        self.at(path, target.as_bytes(), FileMode::Link)
    }

    pub(super) fn submodule(&mut self, path: &str) -> &mut Self {
        let module = Some((self.hub.base, FileMode::Commit));
        self.edits.insert(path.to_owned(), module);
        self
    }

    pub(super) fn remove(&mut self, path: &str) -> &mut Self {
        self.edits.insert(path.to_owned(), None);
        self
    }

    pub(super) fn text(&self, path: &str) -> String {
        let tree = self
            .hub
            .repository
            .find_commit(self.hub.base)
            .unwrap()
            .tree()
            .unwrap();
        let entry = tree.get_path(Path::new(path)).unwrap();
        let blob = self.hub.repository.find_blob(entry.id()).unwrap();
        String::from_utf8(blob.content().to_vec()).unwrap()
    }

    pub(super) fn replace(&mut self, path: &str, from: &str, to: &str) -> &mut Self {
        let text = self.text(path);
        assert!(text.contains(from), "{path} has no {from}");
        self.put(path, &text.replacen(from, to, 1))
    }

    /// The package's files, as they are kept in the registry.
    pub(super) fn package(
        &mut self,
        name: &str,
        say: impl FnOnce(FakePackage) -> FakePackage,
    ) -> &mut Self {
        let folder = format!("templates/agents/{}", name.rsplit('/').next().unwrap());
        for (path, bytes) in files_of(name, say) {
            self.at(&format!("{folder}/{path}"), &bytes, FileMode::Blob);
        }
        self
    }

    /// The next version of a package, with nothing new in it.
    pub(super) fn bump(&mut self, name: &str) -> &mut Self {
        self.package(name, |p| p.version("1.1.0"))
    }

    /// A request for a release of `octocat/remote`.
    pub(super) fn request(&mut self, version: &str, rev: &str) -> &mut Self {
        self.put(
            "registry-index/packages/octocat/remote/request.toml",
            &format!(
                "format = 1\nversion = {version:?}\ngit = {REMOTE:?}\nrev = {rev:?}\npath = \"package\"\n"
            ),
        )
    }

    /// What is said of a package beside its owner.
    pub(super) fn entry(&mut self, name: &str, toml: &str) -> &mut Self {
        let path = format!("registry-index/packages/{name}/package.toml");
        self.put(&path, &format!("format = 1\n{toml}"))
    }

    pub(super) fn merge_of(&mut self, base: Oid) -> &mut Self {
        self.parents.push(base);
        self
    }

    pub(super) fn commit(&mut self) -> Oid {
        let repository = &self.hub.repository;
        let from = self.parents.last().unwrap();
        let tree = repository.find_commit(*from).unwrap().tree().unwrap();
        let mut update = TreeUpdateBuilder::new();
        for (path, to) in &self.edits {
            match to {
                Some((id, mode)) => update.upsert(path.as_str(), *id, *mode),
                None => update.remove(path.as_str()),
            };
        }
        let tree = update.create_updated(repository, &tree).unwrap();
        commit(repository, tree, &self.parents)
    }
}

/// Who proposes it, when, and how.
#[derive(Clone)]
pub(super) struct By {
    opener: (u64, &'static str),
    pusher: Option<(u64, &'static str)>,
    head: Option<(u64, &'static str)>,
    maintainer: bool,
    draft: bool,
    branch: &'static str,
    days: i8,
}

/// Opened, pushed and from a fork of one person, a day ago.
pub(super) fn by(person: (u64, &'static str)) -> By {
    By {
        opener: person,
        pusher: Some(person),
        head: Some(person),
        maintainer: false,
        draft: false,
        branch: "main",
        days: 1,
    }
}

impl By {
    pub(super) fn pushed_by(self, person: (u64, &'static str)) -> Self {
        let pusher = Some(person);
        Self { pusher, ..self }
    }

    pub(super) fn pushed_by_nobody_known(self) -> Self {
        Self {
            pusher: None,
            ..self
        }
    }

    pub(super) fn in_repository_of(self, person: (u64, &'static str)) -> Self {
        let head = Some(person);
        Self { head, ..self }
    }

    pub(super) fn in_no_repository(self) -> Self {
        Self { head: None, ..self }
    }

    pub(super) fn a_maintainer(self) -> Self {
        Self {
            maintainer: true,
            ..self
        }
    }

    pub(super) fn a_draft(self) -> Self {
        Self {
            draft: true,
            ..self
        }
    }

    pub(super) fn onto(self, branch: &'static str) -> Self {
        Self { branch, ..self }
    }

    pub(super) fn days_ago(self, days: i8) -> Self {
        Self { days, ..self }
    }

    fn event(&self, head: &str) -> Event {
        let person = |(id, login): (u64, &str)| Person {
            login: login.to_owned(),
            id,
        };
        Event {
            repository: "example/hub".into(),
            number: 7,
            branch: self.branch.into(),
            head: head.to_owned(),
            opened_by: person(self.opener),
            pushed_by: self.pusher.map(person),
            head_owner: self.head.map(person),
            opened_at: format!("2025-12-{:02}T00:00:00Z", 32 - self.days)
                .parse()
                .unwrap(),
            is_draft: self.draft,
            is_by_maintainer: self.maintainer,
        }
    }
}
