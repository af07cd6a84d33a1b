//! Copies of other people's repositories.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use git::{Commit, GitError, UrlPolicy, remote};
use git2::Oid;
use tempfile::{TempDir, tempdir};

use crate::fixture::{Work, program, run};
use crate::http::{Fault, Server};

/// A work tree that is served, and a place for its copy.
struct Case {
    work: Work,
    server: Server,
    copies: TempDir,
}

impl Case {
    fn new(files: &[(&str, &str)]) -> Self {
        let work = Work::with(files);
        let server = Server::of(work.root().parent().unwrap());
        Self {
            work,
            server,
            copies: tempdir().unwrap(),
        }
    }

    fn copy(&self) -> PathBuf {
        self.copies.path().join("cache/registry")
    }

    fn url(&self) -> String {
        self.server.url("work/.git")
    }

    fn fetch(&self, rev: Option<&str>) -> Result<Commit, GitError> {
        remote::fetch(&program(), &self.url(), rev, &self.copy(), &http())
    }

    fn fetch_commit(&self, commit: &Commit) -> Result<(), GitError> {
        remote::fetch_commit(&program(), &self.url(), commit, &self.copy(), &http())
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.copy().join(path)).unwrap()
    }

    /// What lies beside the copy; nothing but the lock should.
    fn beside(&self) -> Vec<String> {
        names(self.copy().parent().unwrap())
    }
}

fn http() -> UrlPolicy {
    UrlPolicy {
        http: true,
        ..UrlPolicy::default()
    }
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Text that does not compress, so that sizes on the wire mean something.
fn noise(len: usize) -> String {
    let mut state = 88_172_645_463_325_252_u64;
    let mut text = String::new();
    while text.len() < len {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        text += &format!("{state:016x}");
    }
    text
}

#[test]
fn a_copy_is_made_and_brought_up_to_date() {
    let case = Case::new(&[("a", "1"), ("gone", "1"), ("big", &noise(400_000))]);
    let first = case.work.open().head().unwrap();
    assert_eq!(case.fetch(None).unwrap(), first);
    assert_eq!(case.read("a"), "1");
    assert_eq!(case.beside(), [".registry.lock", "registry"]);
    let downloaded = case.server.sent();

    case.work.write("a", "2");
    fs::remove_file(case.work.path("gone")).unwrap();
    let second = case.work.commit_all();
    assert_eq!(case.fetch(Some("main")).unwrap(), second);
    assert_eq!(case.read("a"), "2");
    assert!(!case.copy().join("gone").exists());
    let update = case.server.sent() - downloaded;
    assert!(update < downloaded / 10, "{update} of {downloaded} bytes");
    assert_eq!(case.beside(), [".registry.lock", "registry"]);
    run(&case.copy(), &["fsck", "--full"]);
    assert_eq!(run(&case.copy(), &["status", "--porcelain"]), "");
}

#[test]
fn branches_tags_and_commits_can_be_named() {
    let case = Case::new(&[("a", "1")]);
    let first = case.work.open().head().unwrap();
    case.work.git(&["tag", "-a", "-m", "x", "v1"]);
    case.work.git(&["branch", "side"]);
    case.work.write("a", "2");
    let second = case.work.commit_all();
    assert_eq!(case.fetch(None).unwrap(), second);
    for rev in ["v1", "side", "refs/heads/side", first.as_str()] {
        assert_eq!(case.fetch(Some(rev)).unwrap(), first, "{rev}");
        assert_eq!(case.read("a"), "1");
        assert_eq!(case.fetch(Some("main")).unwrap(), second);
        assert_eq!(case.read("a"), "2");
    }
    for rev in [
        "",
        "-x",
        "--upload-pack=x",
        "+main",
        "a:b",
        "main:refs/heads/x",
        "a..b",
        "@{-1}",
        "*",
    ] {
        assert_eq!(
            case.fetch(Some(rev)).unwrap_err().code(),
            "git-bad-revision",
            "{rev}"
        );
    }
    assert_eq!(
        case.fetch(Some("nothing")).unwrap_err().code(),
        "git-failed"
    );
    assert_eq!(case.read("a"), "2");
}

#[test]
fn a_copy_that_is_up_to_date_is_left_alone() {
    let case = Case::new(&[("a", "1")]);
    case.fetch(None).unwrap();
    let inode = |path: PathBuf| std::os::unix::fs::MetadataExt::ino(&fs::metadata(path).unwrap());
    let before = inode(case.copy());
    case.fetch(None).unwrap();
    assert_eq!(inode(case.copy()), before);
    // Unless somebody wrote into it.
    fs::write(case.copy().join("a"), "changed").unwrap();
    case.fetch(None).unwrap();
    assert_eq!(case.read("a"), "1");
}

#[test]
fn a_failed_update_keeps_the_last_good_copy() {
    let case = Case::new(&[("a", "1"), ("big", &noise(100_000))]);
    let first = case.fetch(None).unwrap();
    case.work.write("a", "2");
    case.work.write("big", &noise(100_001));
    case.work.commit_all();
    for fault in [Fault::Error, Fault::Cut] {
        case.server.fault(fault);
        let error = case.fetch(None).unwrap_err();
        assert_eq!(error.code(), "git-failed", "{error}");
        assert!(!error.to_string().contains('\u{1b}'), "{error}");
        assert_eq!(case.read("a"), "1");
        let here = git::Repository::open(&case.copy()).unwrap();
        assert_eq!(here.head().unwrap(), first);
        assert_eq!(case.beside(), [".registry.lock", "registry"]);
    }
    case.server.fault(Fault::None);
    case.fetch(None).unwrap();
    assert_eq!(case.read("a"), "2");
}

#[test]
fn a_server_that_stalls_is_left() {
    let case = Case::new(&[("a", "1")]);
    case.server.fault(Fault::Stall);
    let program = program().with_timeout(Duration::from_secs(1));
    let start = Instant::now();
    let error = remote::fetch(&program, &case.url(), None, &case.copy(), &http()).unwrap_err();
    assert_eq!(error.code(), "git-timed-out");
    assert!(start.elapsed() < Duration::from_secs(10));
    assert!(!case.copy().exists());
}

#[test]
fn damaged_objects_do_not_stand_in_the_way() {
    let case = Case::new(&[("a", "1")]);
    case.fetch(None).unwrap();
    let packs = case.copy().join(".git/objects/pack");
    for pack in names(&packs) {
        fs::remove_file(packs.join(&pack)).unwrap();
        fs::write(packs.join(&pack), "damaged").unwrap();
    }
    case.work.write("a", "2");
    let second = case.work.commit_all();
    assert_eq!(case.fetch(None).unwrap(), second);
    assert_eq!(case.read("a"), "2");
    run(&case.copy(), &["fsck", "--full"]);
}

/// The pack is damaged where only the check-out reads, not the fetch.
#[test]
fn damaged_contents_do_not_stand_in_the_way() {
    let case = Case::new(&[("a", "1"), ("big", &noise(100_000))]);
    case.fetch(None).unwrap();
    let packs = case.copy().join(".git/objects/pack");
    let pack = names(&packs)
        .into_iter()
        .find(|name| name.ends_with(".pack"))
        .unwrap();
    let mut bytes = fs::read(packs.join(&pack)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 64].fill(0);
    fs::remove_file(packs.join(&pack)).unwrap();
    fs::write(packs.join(&pack), bytes).unwrap();
    case.work.write("a", "2");
    let second = case.work.commit_all();
    assert_eq!(case.fetch(None).unwrap(), second);
    assert_eq!(case.read("a"), "2");
    assert_eq!(case.read("big"), noise(100_000));
    run(&case.copy(), &["fsck", "--full"]);
}

#[test]
fn a_pinned_commit_is_fetched_once() {
    let case = Case::new(&[("a", "1")]);
    let first = case.work.open().head().unwrap();
    case.work.write("a", "2");
    case.work.commit_all();
    case.fetch_commit(&first).unwrap();
    assert_eq!(case.read("a"), "1");
    assert_eq!(run(&case.copy(), &["rev-list", "--all", "--count"]), "1\n");
    let asked = case.server.requests();
    case.fetch_commit(&first).unwrap();
    assert_eq!(case.server.requests(), asked);

    let none = "1234567890123456789012345678901234567890".parse().unwrap();
    assert_eq!(case.fetch_commit(&none).unwrap_err().code(), "git-failed");
    assert_eq!(case.read("a"), "1");
}

/// A redirect to another host is not followed when the hosts are given.
#[test]
fn redirects_stay_with_the_hosts_of_the_policy() {
    let case = Case::new(&[("a", "1")]);
    case.server.fault(Fault::Redirect);
    let policy = UrlPolicy {
        hosts: vec!["127.0.0.1".to_owned()],
        ..http()
    };
    let asked = case.server.requests();
    let result = remote::fetch(&program(), &case.url(), None, &case.copy(), &policy);
    assert_eq!(result.unwrap_err().code(), "git-failed");
    assert_eq!(case.server.requests(), asked + 1);
}

#[test]
fn refused_urls_are_not_asked() {
    let case = Case::new(&[("a", "1")]);
    let planted = case.copies.path().join("planted");
    let command = format!("ext::touch {}", planted.display());
    let file = format!("file://{}", case.work.root().display());
    for url in [
        case.url().as_str(),
        &command,
        "ext::sh",
        "-u./x",
        &file,
        "/work",
    ] {
        let policy = UrlPolicy::default();
        let error = remote::fetch(&program(), url, None, &case.copy(), &policy).unwrap_err();
        assert_eq!(error.code(), "git-url", "{url}");
    }
    assert_eq!(case.server.requests(), 0);
    assert!(!planted.exists());
    let policy = UrlPolicy {
        file: true,
        ..UrlPolicy::default()
    };
    remote::fetch(&program(), &file, None, &case.copy(), &policy).unwrap();
    assert_eq!(case.read("a"), "1");
}

/// The tree asks for other line endings, another encoding, an identity and a program; and has a
/// link that leads out.
#[test]
fn files_are_the_bytes_of_the_tree() {
    let case = Case::new(&[]);
    let work = &case.work;
    let attributes =
        "*.txt text eol=crlf\n*.id ident\n*.enc working-tree-encoding=UTF-16\n*.lfs filter=lfs\n";
    let passwd = work.blob("/etc/passwd");
    let tree = work.tree(&[
        ("100644", b".gitattributes", work.blob(attributes)),
        ("100644", b"a.enc", work.blob("enc\n")),
        ("100644", b"a.id", work.blob("$Id$\n")),
        ("100644", b"a.lfs", work.blob("version https://git-lfs\n")),
        ("100644", b"a.txt", work.blob("text\n")),
        ("100755", b"a.win", work.blob("text\r\n")),
        ("120000", b"link", passwd),
    ]);
    let head = work.commit_tree("main", tree);
    assert_eq!(case.fetch(None).unwrap(), head);
    for (path, text) in [
        ("a.enc", "enc\n"),
        ("a.id", "$Id$\n"),
        ("a.lfs", "version https://git-lfs\n"),
        ("a.txt", "text\n"),
        ("a.win", "text\r\n"),
        ("link", "/etc/passwd"),
    ] {
        assert_eq!(case.read(path), text, "{path}");
        assert!(
            !fs::symlink_metadata(case.copy().join(path))
                .unwrap()
                .is_symlink()
        );
    }
    // And the copy counts as up to date although it holds a file where the tree has a link.
    let before = fs::metadata(case.copy()).unwrap().created().unwrap();
    case.fetch(None).unwrap();
    assert_eq!(
        fs::metadata(case.copy()).unwrap().created().unwrap(),
        before
    );
}

#[test]
fn submodules_are_not_fetched() {
    let case = Case::new(&[]);
    let work = &case.work;
    let url = case.server.url("other/.git");
    let modules = format!("[submodule \"sub\"]\n\tpath = sub\n\turl = {url}\n");
    let other = Oid::from_str("1234567890123456789012345678901234567890").unwrap();
    let tree = work.tree(&[
        ("100644", b".gitmodules", work.blob(&modules)),
        ("160000", b"sub", other),
    ]);
    work.commit_tree("main", tree);
    case.fetch(None).unwrap();
    assert_eq!(names(&case.copy().join("sub")), [""; 0]);
    assert!(!case.copy().join(".git/modules").exists());
}

/// What git's own checker knows is refused by it, before anything is written.
#[test]
fn hostile_trees_are_not_written() {
    let case = Case::new(&[]);
    let work = &case.work;
    let blob = work.blob("[core]\n\tfsmonitor = \"touch planted\"\n");
    let config = work.tree(&[("100644", b"config", blob)]);
    let option = work.blob("[submodule \"x\"]\n\tpath = x\n\turl = -u./payload\n");
    let cases: [(&str, Oid); 8] = [
        (".git", work.tree(&[("40000", b".git", config)])),
        (".GIT", work.tree(&[("40000", b".GIT", config)])),
        ("git~1", work.tree(&[("40000", b"git~1", config)])),
        (
            "ignored by HFS+",
            work.tree(&[("40000", ".g\u{200c}it".as_bytes(), config)]),
        ),
        ("parent", work.tree(&[("40000", b"..", config)])),
        ("slash", work.tree(&[("100644", b"../x", blob)])),
        (
            "link for .gitmodules",
            work.tree(&[("120000", b".gitmodules", blob)]),
        ),
        (
            "option in .gitmodules",
            work.tree(&[("100644", b".gitmodules", option)]),
        ),
    ];
    for (what, tree) in cases {
        work.commit_tree("main", tree);
        let error = case.fetch(None).unwrap_err();
        assert_eq!(error.code(), "git-failed", "{what}: {error}");
        assert!(!case.copy().exists(), "{what}");
    }
    assert_eq!(case.beside(), [".registry.lock"]);
}

/// A folder inside another repository is never taken for that repository.
#[test]
fn a_repository_further_up_is_not_touched() {
    let case = Case::new(&[("a", "1")]);
    let outer = Work::with(&[("a", "outer")]);
    let head = outer.open().head().unwrap();
    let into = outer.path("cache/copy");
    fs::create_dir_all(&into).unwrap();
    remote::fetch(&program(), &case.url(), None, &into, &http()).unwrap();
    assert_eq!(fs::read_to_string(into.join("a")).unwrap(), "1");
    assert_eq!(fs::read_to_string(outer.path("a")).unwrap(), "outer");
    assert_eq!(outer.open().head().unwrap(), head);
}

#[test]
fn many_at_once_take_turns() {
    let case = Case::new(&[("a", "1")]);
    let head = case.work.open().head().unwrap();
    let (url, copy) = (case.url(), case.copy());
    let fetch = || remote::fetch(&program(), &url, None, &copy, &http());
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..6).map(|_| scope.spawn(fetch)).collect();
        for one in all {
            assert_eq!(one.join().unwrap().unwrap(), head);
        }
    });
    assert_eq!(case.read("a"), "1");
    assert_eq!(case.beside(), [".registry.lock", "registry"]);
}
