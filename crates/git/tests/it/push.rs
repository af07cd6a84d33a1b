//! A change pushed as a branch, over real smart HTTP and to folders of this machine.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use git::push::{Before, Push, Pushed, push};
use git::{Author, Edit, Environment, GitError, NewFile, Program, Saying, UrlPolicy, url_of};
use tempfile::{TempDir, tempdir};

use crate::fixture::{Work, environment, program, run};
use crate::http::{Fault, Server};

const BRANCH: &str = "paracle/octo/greeting-1.0.0";
const MARK: &str = "Proposed with paracle.";

/// A repository, somebody's copy of it, and the server that has both.
struct Case {
    work: Work,
    server: Server,
    scratch: TempDir,
}

impl Case {
    fn new() -> Self {
        let work = Work::with(&[("a", "1"), ("sub/b", "2"), ("sub/deep/c", "3")]);
        let folder = work.root().parent().unwrap().to_owned();
        run(&folder, &["clone", "-q", "--bare", "work", "fork"]);
        for name in ["work", "fork"] {
            let there = folder.join(name);
            run(&there, &["config", "http.receivepack", "true"]);
            run(&there, &["config", "uploadpack.allowFilter", "true"]);
        }
        Self {
            server: Server::of(&folder),
            work,
            scratch: tempdir().unwrap(),
        }
    }

    fn fork(&self) -> std::path::PathBuf {
        self.work.root().with_file_name("fork")
    }

    fn push(&self, text: &str) -> Result<Pushed, GitError> {
        self.push_by(&program(), &self.server.url("fork"), text)
    }

    fn push_by(&self, program: &Program, remote: &str, text: &str) -> Result<Pushed, GitError> {
        let dir = tempfile::tempdir_in(self.scratch.path()).unwrap();
        let put = |path, bytes, executable| Edit {
            path,
            file: Some(NewFile { bytes, executable }),
        };
        let gone = Edit {
            path: "sub/deep/c",
            file: None,
        };
        let edits = [
            put("new/greeting.md", text.as_bytes(), false),
            put("new/run.sh", b"#!/bin/sh\n", true),
            gone,
        ];
        let author = Author {
            name: "Octo".to_owned(),
            email: "octo@example.org".to_owned(),
        };
        let saying = Saying {
            message: &format!("Add greeting\n\n{MARK}\n"),
            author: &author,
            seconds: 1_767_323_045,
        };
        let how = Push {
            base: &self.server.url("work/.git"),
            base_branch: "main",
            remote,
            branch: BRANCH,
            mark: MARK,
            policy: &UrlPolicy {
                http: true,
                file: true,
                ssh: true,
                hosts: Vec::new(),
            },
        };
        push(program, dir.path(), &how, &edits, &saying)
    }

    /// What a command says of the copy.
    fn there(&self, args: &[&str]) -> String {
        run(&self.fork(), args)
    }

    fn tip(&self) -> String {
        self.there(&["rev-parse", BRANCH]).trim().to_owned()
    }
}

#[test]
fn a_branch_holds_the_change_and_nothing_else() {
    let case = Case::new();
    let pushed = case.push("hello\n").unwrap();
    assert_eq!(pushed.before, Before::Nothing);
    assert_eq!(case.tip(), pushed.commit.as_str());
    let changed = case.there(&["diff-tree", "-r", "--name-status", "main", BRANCH]);
    assert_eq!(
        changed,
        "A\tnew/greeting.md\nA\tnew/run.sh\nD\tsub/deep/c\n"
    );
    let held = case.there(&["ls-tree", "-r", "--format=%(objectmode) %(path)", BRANCH]);
    assert_eq!(
        held,
        "100644 a\n100644 new/greeting.md\n100755 new/run.sh\n100644 sub/b\n"
    );
    // No folder is left empty.
    assert_eq!(
        case.there(&["ls-tree", "--name-only", &format!("{BRANCH}:sub")]),
        "b\n"
    );
    assert_eq!(
        case.there(&["show", &format!("{BRANCH}:new/greeting.md")]),
        "hello\n"
    );
    let by = case.there(&["log", "-1", "--format=%an %ae %at %cn %s|%P", BRANCH]);
    let parent = case.there(&["rev-parse", "main"]);
    let expected = "Octo octo@example.org 1767323045 Octo Add greeting|";
    assert_eq!(by, format!("{expected}{parent}"));
    run(&case.fork(), &["fsck", "--full", "--strict"]);
}

#[test]
fn pushing_again_updates_and_pushing_the_same_does_nothing() {
    let case = Case::new();
    let first = case.push("one\n").unwrap();
    let again = case.push("one\n").unwrap();
    assert_eq!((again.before, &again.commit), (Before::Same, &first.commit));
    let second = case.push("two\n").unwrap();
    assert_eq!(second.before, Before::Earlier);
    assert_eq!(
        case.there(&["show", &format!("{BRANCH}:new/greeting.md")]),
        "two\n"
    );
    assert_eq!(
        case.there(&["rev-list", "--count", &format!("main..{BRANCH}")]),
        "1\n"
    );
}

/// The copy lacks the base's newest commits: they come with the branch.
#[test]
fn a_copy_may_be_behind() {
    let case = Case::new();
    case.push("one\n").unwrap();
    for text in ["5", "6"] {
        case.work.write("sub/b", text);
        case.work.commit_all();
    }
    let pushed = case.push("one\n").unwrap();
    assert_eq!(pushed.before, Before::Earlier);
    assert_eq!(case.there(&["show", &format!("{BRANCH}:sub/b")]), "6");
    assert_eq!(
        case.there(&["rev-list", "--count", &format!("main..{BRANCH}")]),
        "3\n"
    );
    run(&case.fork(), &["fsck", "--full"]);
}

#[test]
fn somebodys_branch_of_the_same_name_stays() {
    let case = Case::new();
    case.there(&["branch", BRANCH, "main"]);
    let theirs = case.tip();
    let error = case.push("mine\n").unwrap_err();
    assert_eq!(error.code(), "git-taken", "{error}");
    assert_eq!(case.tip(), theirs);
    // So does one whose name ends alike.
    case.there(&["branch", "-D", BRANCH]);
    case.there(&["branch", &format!("x/refs/heads/{BRANCH}"), "main"]);
    assert_eq!(case.push("mine\n").unwrap().before, Before::Nothing);
}

/// Somebody pushes after we looked and before we push.
#[test]
fn a_branch_that_moves_meanwhile_stays() {
    for looked_before in [false, true] {
        let case = Case::new();
        if looked_before {
            case.push("one\n").unwrap();
        }
        let bin = tempdir().unwrap();
        let script = format!(
            "#!/bin/sh\ncase \" $* \" in *' push '*) env -u GIT_DIR \"$REAL\" -C {} update-ref refs/heads/{BRANCH} main;; esac\nexec \"$REAL\" \"$@\"\n",
            case.fork().display()
        );
        let path = bin.path().join("git");
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let mut search = bin.path().as_os_str().to_owned();
        search.push(":");
        search.push(environment().path);
        let racing = Program::new(Environment {
            path: search,
            more: vec![("REAL".into(), real_git().into())],
            ..Environment::default()
        });
        let error = case
            .push_by(&racing, &case.server.url("fork"), "two\n")
            .unwrap_err();
        assert_eq!(error.code(), "git-moved", "{error}");
        let main = case.there(&["rev-parse", "main"]);
        assert_eq!(case.tip(), main.trim());
    }
}

/// `git` in PATH, before another stands in front of it.
fn real_git() -> String {
    let path = environment().path;
    let mut found = std::env::split_paths(&path).map(|folder| folder.join("git"));
    let found = found.find(|git| git.is_file()).unwrap();
    found.to_string_lossy().into_owned()
}

#[test]
fn a_folder_of_this_machine_is_pushed_to() {
    let case = Case::new();
    let here = case.fork().parent().unwrap().canonicalize().unwrap();
    let url = url_of("fork", &here);
    assert_eq!(url, format!("file://{}", here.join("fork").display()));
    case.push_by(&program(), &url, "hello\n").unwrap();
    assert_eq!(
        case.there(&["show", &format!("{BRANCH}:new/greeting.md")]),
        "hello\n"
    );
}

/// The user's own git knows the password; we neither ask for it nor see it.
#[test]
fn the_users_own_credentials_are_used() {
    let case = Case::new();
    case.server.fault(Fault::Password);
    let error = case.push("x\n").unwrap_err();
    assert_eq!(error.code(), "git-failed");
    let home = tempdir().unwrap();
    let helper =
        "[credential]\n\thelper = \"!f() { echo username=octo; echo password=MARKER; }; f\"\n";
    fs::write(home.path().join(".gitconfig"), helper).unwrap();
    let with_home = Program::new(Environment {
        home: Some(home.path().to_owned()),
        ..environment()
    });
    case.push_by(&with_home, &case.server.url("fork"), "x\n")
        .unwrap();
    assert_eq!(
        case.there(&["show", &format!("{BRANCH}:new/greeting.md")]),
        "x\n"
    );
}

#[test]
fn what_is_no_address_is_refused_before_anything_is_asked() {
    let case = Case::new();
    let planted = case.scratch.path().join("ran");
    let helper = format!("ext::touch {}", planted.display());
    for (remote, code) in [
        (helper.as_str(), "git-url"),
        ("--receive-pack=touch /tmp/x", "git-url"),
        ("-u", "git-url"),
        ("https://me:MARKER@example.org/fork", "git-url"),
        ("ssh://-oProxyCommand=x/y", "git-url"),
        ("nowhere", "git-url"),
    ] {
        let remote = url_of(remote, case.scratch.path());
        let error = case.push_by(&program(), &remote, "x\n").unwrap_err();
        assert_eq!(error.code(), code, "{remote}: {error}");
    }
    assert_eq!(case.server.requests(), 0);
    assert!(!planted.exists());
    let error = case
        .push_by(&program(), "https://me:MARKER@h/fork", "x\n")
        .unwrap_err();
    assert!(!error.to_string().contains("MARKER"), "{error}");
}

#[test]
fn what_people_type_becomes_a_url() {
    let here = Path::new("/nowhere");
    for (typed, url) in [
        (
            "git@github.com:octo/hub.git",
            "ssh://git@github.com/octo/hub.git",
        ),
        ("https://github.com/octo/hub", "https://github.com/octo/hub"),
        ("ext::sh -c x", "ext::sh -c x"),
        ("a@b::x", "a@b::x"),
        ("-o@x:y", "-o@x:y"),
        ("fork", "fork"),
    ] {
        assert_eq!(url_of(typed, here), url);
    }
}
