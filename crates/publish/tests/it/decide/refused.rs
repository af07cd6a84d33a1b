//! Changes that are not merged as they are.

use super::{
    hub::{HUBOT, KEEPER, MALLORY, NEW_OCTOCAT, OCTOCAT, by},
    table::{REFUSE, Row, judge, rate},
};

const RECORD: &str = "registry-index/packages/octocat/greeter/1.0.0.toml";
const FOLDER: &str = "templates/agents/greeter";

#[test]
#[expect(clippy::too_many_lines, reason = "a table: a line is a case")]
fn what_belongs_to_others_is_refused() {
    let not_owner = &["not-owner"];
    let rows: &[Row] = &[
        (
            "bump by stranger",
            |c| c.bump("octocat/greeter"),
            by(MALLORY),
            REFUSE,
            not_owner,
        ),
        (
            "bump by who has the login now",
            |c| c.bump("octocat/greeter"),
            by(NEW_OCTOCAT),
            REFUSE,
            &["login-registered-again"],
        ),
        (
            "new package by who has the login now",
            |c| {
                c.package("octocat/fresh", |p| p)
                    .entry("octocat/fresh", "owners = [\"github:99\"]\n")
            },
            by(NEW_OCTOCAT),
            REFUSE,
            &["new-package", "login-registered-again"],
        ),
        (
            "new package in another's namespace",
            |c| {
                c.package("core/fresh", |p| p)
                    .entry("core/fresh", "owners = [\"github:66\"]\n")
            },
            by(MALLORY),
            REFUSE,
            &["new-package", "not-owner"],
        ),
        (
            "new package that nobody owns",
            |c| c.package("hubot/fresh", |p| p),
            by(HUBOT),
            REFUSE,
            &["new-package", "owners-unstated"],
        ),
        (
            "bump, and oneself among the owners",
            |c| {
                c.bump("octocat/greeter")
                    .entry("octocat/greeter", "owners = [\"github:66\"]\n")
            },
            by(MALLORY),
            REFUSE,
            &["transfer", "transfer-waits", "not-owner"],
        ),
        (
            "bump, and the namespace claimed",
            |c| {
                c.bump("octocat/greeter").put(
                    "registry-index/namespaces/octocat.toml",
                    "format = 1\nowners = [\"github:66\"]\n",
                )
            },
            by(MALLORY),
            REFUSE,
            &["namespace-claim", "not-owner"],
        ),
        (
            "yank another's",
            |c| {
                c.entry(
                    "hubot/helper",
                    "owners = [\"github:6\"]\n[[yanked]]\nversion = \"1.0.0\"\nreason = \"x\"\n",
                )
            },
            by(OCTOCAT),
            REFUSE,
            not_owner,
        ),
        (
            "owner removed by stranger",
            |c| c.entry("hubot/helper", ""),
            by(OCTOCAT),
            REFUSE,
            &["owner-change", "transfer", "transfer-waits", "not-owner"],
        ),
        (
            "one's own file into another's package",
            |c| {
                c.bump("octocat/greeter")
                    .put("templates/agents/helper/README.md", "# x\n\ny\n")
            },
            by(OCTOCAT),
            REFUSE,
            &["several-packages", "not-owner", "released-content"],
        ),
        (
            "own folder calls itself another's package",
            |c| {
                c.replace(
                    "templates/agents/greeter/paracle.toml",
                    "octocat/greeter",
                    "core/base",
                )
            },
            by(OCTOCAT),
            REFUSE,
            &[
                "rename",
                "several-packages",
                "not-owner",
                "released-content",
                "check-errors",
            ],
        ),
        (
            "request by stranger",
            |c| {
                let rev = c.hub.remote_commit("1.1.0", Some("main"));
                c.request("1.1.0", &rev)
            },
            by(MALLORY),
            REFUSE,
            not_owner,
        ),
        (
            "rating of another",
            |c| c.replace("ratings/octocat/greeter.toml", "stars = 1", "stars = 5"),
            by(OCTOCAT),
            REFUSE,
            &["rating-of-another"],
        ),
        (
            "rating as another",
            |c| rate(c, 7, "seven", ""),
            by(OCTOCAT),
            REFUSE,
            &["rating-of-another"],
        ),
        (
            "rating with an average",
            |c| {
                c.replace(
                    "ratings/octocat/greeter.toml",
                    "format = 1",
                    "format = 1\naverage = 5",
                )
            },
            by(OCTOCAT),
            REFUSE,
            &["rating-of-another", "check-errors"],
        ),
        (
            "rating of one's own package",
            |c| super::table::rate(c, 5, "octocat", ""),
            by(OCTOCAT),
            REFUSE,
            &["check-errors"],
        ),
        (
            "rating twice",
            |c| {
                let again = "[[ratings]]\nby = \"github:5\"\nlogin = \"octocat\"\nstars = 5\ndate = \"2026-01-01\"\n";
                rate(c, 5, "octocat", again)
            },
            by(OCTOCAT),
            REFUSE,
            &["check-errors"],
        ),
        (
            "six stars",
            |c| {
                let text = c.text("ratings/octocat/greeter.toml");
                let text = text
                    .replace("github:6", "github:5")
                    .replace("hubot", "octocat");
                let own = text
                    .replace("stars = 1", "stars = 6")
                    .replace("format = 1\n", "");
                let old = c.text("ratings/octocat/greeter.toml");
                c.put("ratings/octocat/greeter.toml", &format!("{old}{own}"))
            },
            by(OCTOCAT),
            REFUSE,
            &["check-errors"],
        ),
    ];
    judge(rows);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table: a line is a case")]
fn what_is_released_stays() {
    let rows: &[Row] = &[
        (
            "changed old record",
            |c| c.replace(RECORD, "published", "# x\npublished"),
            by(OCTOCAT),
            REFUSE,
            &["record-touched", "check-errors"],
        ),
        (
            "deleted record",
            |c| c.remove(RECORD),
            by(OCTOCAT),
            REFUSE,
            &["record-touched", "check-errors"],
        ),
        (
            "record by hand",
            |c| {
                let text = c
                    .text(RECORD)
                    .replace("version = \"1.0.0\"", "version = \"1.1.0\"");
                c.bump("octocat/greeter")
                    .put(&RECORD.replace("1.0.0", "1.1.0"), &text)
            },
            by(OCTOCAT),
            REFUSE,
            &["record-by-hand"],
        ),
        (
            "version lowered",
            |c| c.package("octocat/greeter", |p| p.version("1.0.0-rc.1")),
            by(OCTOCAT),
            REFUSE,
            &["version-lower", "check-errors"],
        ),
        (
            "same version, other content",
            |c| {
                c.put(
                    "templates/agents/greeter/README.md",
                    "# greeter\n\nOther.\n",
                )
            },
            by(OCTOCAT),
            REFUSE,
            &["released-content"],
        ),
        (
            "same version, executable",
            |c| {
                let text = c.text("templates/agents/greeter/README.md");
                c.put_executable("templates/agents/greeter/README.md", &text)
            },
            by(OCTOCAT),
            REFUSE,
            &["released-content"],
        ),
        (
            "request for a commit on no branch",
            |c| {
                c.hub.remote_commit("1.0.5", Some("main"));
                let rev = c.hub.remote_commit("1.1.0", None);
                c.request("1.1.0", &rev)
            },
            by(OCTOCAT),
            REFUSE,
            &["request-unreachable"],
        ),
        (
            "request for another version than is there",
            |c| {
                let rev = c.hub.remote_commit("1.1.0", Some("main"));
                c.request("1.2.0", &rev)
            },
            by(OCTOCAT),
            REFUSE,
            &["request-mismatch"],
        ),
        (
            "request for a branch",
            |c| c.request("1.1.0", "main"),
            by(OCTOCAT),
            REFUSE,
            &["request-unfit", "check-errors"],
        ),
        (
            "use found and not declared",
            |c| {
                c.package("octocat/greeter", |p| {
                    p.version("1.1.0").file(
                        "policies/p.md",
                        "# x\n\n```sh\ncurl https://evil.example\n```\n",
                    )
                })
            },
            by(OCTOCAT),
            REFUSE,
            &["new-use", "check-errors"],
        ),
        (
            "bump that breaks the checks",
            |c| {
                c.bump("octocat/greeter")
                    .remove("templates/agents/greeter/README.md")
            },
            by(OCTOCAT),
            REFUSE,
            &["check-errors"],
        ),
    ];
    judge(rows);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table: a line is a case")]
fn what_is_no_plain_change_is_refused() {
    let rows: &[Row] = &[
        (
            "symlink instead of a file",
            |c| {
                c.bump("octocat/greeter")
                    .link("templates/agents/greeter/README.md", "/etc/passwd")
            },
            by(OCTOCAT),
            REFUSE,
            &["not-a-file"],
        ),
        (
            "symlink instead of a folder",
            |c| c.link("templates/agents/fresh", "../../.git"),
            by(OCTOCAT),
            REFUSE,
            &["not-a-file"],
        ),
        (
            "submodule added",
            |c| {
                c.bump("octocat/greeter")
                    .submodule("templates/agents/greeter/project/lib")
            },
            by(OCTOCAT),
            REFUSE,
            &["not-a-file"],
        ),
        (
            ".gitmodules",
            |c| c.put(".gitmodules", "[submodule \"x\"]\n"),
            by(KEEPER).a_maintainer(),
            REFUSE,
            &["git-file"],
        ),
        (
            ".gitattributes in a package",
            |c| {
                c.bump("octocat/greeter")
                    .put("templates/agents/greeter/.gitattributes", "* filter=x\n")
            },
            by(OCTOCAT),
            REFUSE,
            &["git-file"],
        ),
        (
            "case-renamed folder",
            |c| {
                for (path, bytes) in super::hub::files_of("octocat/greeter", |p| p.version("1.1.0"))
                {
                    let text = String::from_utf8(bytes).unwrap();
                    c.remove(&format!("{FOLDER}/{path}"))
                        .put(&format!("templates/agents/Greeter/{path}"), &text);
                }
                c
            },
            by(OCTOCAT),
            REFUSE,
            &["case-renamed"],
        ),
        (
            "case-renamed top folder",
            |c| c.put("Templates/agents/greeter/README.md", "# x\n"),
            by(OCTOCAT),
            REFUSE,
            &["case-renamed"],
        ),
        (
            "a thousand files",
            |c| {
                for at in 0..1000 {
                    c.put(&format!("{FOLDER}/project/f{at}.txt"), "x");
                }
                c.bump("octocat/greeter")
            },
            by(OCTOCAT),
            REFUSE,
            &["too-many-files"],
        ),
        (
            "a path that Windows has not",
            |c| {
                c.bump("octocat/greeter")
                    .put("templates/agents/greeter/project/aux.md", "x")
            },
            by(OCTOCAT),
            REFUSE,
            &["path-unfit"],
        ),
        (
            "a file in no package",
            |c| {
                c.bump("octocat/greeter")
                    .put("templates/agents/README.md", "x")
            },
            by(OCTOCAT),
            REFUSE,
            &["stray-file"],
        ),
        (
            "a package around others",
            |c| c.put("templates/agents/paracle.toml", "format = 1\n"),
            by(OCTOCAT),
            REFUSE,
            &["nested-package", "check-errors"],
        ),
        (
            "bump with an extra file",
            |c| c.bump("octocat/greeter").put("docs/x.md", "# x\n"),
            by(OCTOCAT),
            REFUSE,
            &["tooling", "tooling-with-packages"],
        ),
        (
            "bump with a workflow",
            |c| {
                c.bump("octocat/greeter")
                    .put(".github/workflows/check.yml", "on: push\n")
            },
            by(OCTOCAT),
            REFUSE,
            &["workflow", "tooling-with-packages"],
        ),
        (
            "bump with the registry's policies",
            |c| {
                c.bump("octocat/greeter");
                c.replace("registry-index/registry.toml", "Example Hub", "Another")
            },
            by(OCTOCAT),
            REFUSE,
            &["registry-policy", "tooling-with-packages"],
        ),
        (
            "for another branch",
            |c| c.bump("octocat/greeter"),
            by(OCTOCAT).onto("release"),
            REFUSE,
            &["other-branch"],
        ),
    ];
    judge(rows);
}
