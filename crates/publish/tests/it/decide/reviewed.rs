//! Changes that a person looks at, and what at.

use publish::decide::Verdict::Review;

use super::{
    hub::{HUBOT, KEEPER, MALLORY, OCTOCAT, by},
    table::{Row, judge},
};

const OWNED: &str = "owners = [\"github:5\"]\n";

#[test]
fn who_did_it_is_looked_at() {
    let rows: &[Row] = &[
        (
            "bump opened by owner, pushed by another",
            |c| c.bump("octocat/greeter"),
            by(OCTOCAT).pushed_by(MALLORY),
            Review,
            &["pusher-differs"],
        ),
        (
            "bump opened by another, pushed by owner",
            |c| c.bump("octocat/greeter"),
            by(MALLORY).pushed_by(OCTOCAT),
            Review,
            &["opener-differs"],
        ),
        (
            "bump from somebody else's fork",
            |c| c.bump("octocat/greeter"),
            by(OCTOCAT).in_repository_of(MALLORY),
            Review,
            &["head-elsewhere"],
        ),
        (
            "bump from a fork that is gone",
            |c| c.bump("octocat/greeter"),
            by(OCTOCAT).in_no_repository(),
            Review,
            &["head-elsewhere"],
        ),
        (
            "bump, started by a clock",
            |c| c.bump("octocat/greeter"),
            by(OCTOCAT).pushed_by_nobody_known(),
            Review,
            &["pusher-unknown"],
        ),
        (
            "bump by a maintainer",
            |c| c.bump("octocat/greeter"),
            by(KEEPER).a_maintainer(),
            Review,
            &["by-maintainer"],
        ),
        (
            "own rating pushed by another",
            |c| super::table::rate(c, 66, "mallory", ""),
            by(MALLORY).pushed_by(OCTOCAT),
            Review,
            &["pusher-differs"],
        ),
    ];
    judge(rows);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table: a line is a case")]
fn what_a_version_wants_more_is_looked_at() {
    let rows: &[Row] = &[
        (
            "new use declared",
            |c| {
                c.package("octocat/greeter", |p| {
                    let text = "# Work\n\n```sh\ngit diff\n```\n";
                    p.version("1.1.0")
                        .toml("[uses]\ncommands = [\"git diff\"]")
                        .file("policies/p.md", text)
                })
            },
            by(OCTOCAT),
            Review,
            &["new-use"],
        ),
        (
            "new self-running file",
            |c| {
                c.package("octocat/greeter", |p| {
                    p.version("1.1.0")
                        .file("project/.github/workflows/ci.yml", "on: push\n")
                })
            },
            by(OCTOCAT),
            Review,
            &["new-self-running-file"],
        ),
        (
            "new component with the id of another package's",
            |c| {
                let agent = registry_index::testing::agent("helper");
                c.bump("octocat/greeter")
                    .put("templates/agents/greeter/agents/helper.md", &agent)
            },
            by(OCTOCAT),
            Review,
            &["component-collision"],
        ),
        (
            "new dependency",
            |c| {
                c.package("octocat/greeter", |p| {
                    p.version("1.1.0").dependency("core/base", "^2")
                })
            },
            by(OCTOCAT),
            Review,
            &["new-dependency"],
        ),
        (
            "licence changed",
            |c| {
                c.package("octocat/greeter", |p| {
                    p.version("1.1.0").license("Apache-2.0")
                })
            },
            by(OCTOCAT),
            Review,
            &["licence-change"],
        ),
        (
            "kind changed",
            |c| {
                c.package("octocat/greeter", |p| {
                    let agent = registry_index::testing::agent("greeter");
                    p.version("1.1.0")
                        .set("kind", "\"skill\"")
                        .file("agents/greeter.md", agent)
                        .file(
                            "skills/greeter/SKILL.md",
                            registry_index::testing::skill("greeter"),
                        )
                })
            },
            by(OCTOCAT),
            Review,
            &["kind-change"],
        ),
        (
            "executable bit",
            |c| {
                c.bump("octocat/greeter")
                    .put_executable("templates/agents/greeter/policies/run.md", "# Run\n")
            },
            by(OCTOCAT),
            Review,
            &["new-executable"],
        ),
        (
            "bump of an older line",
            |c| c.package("core/base", |p| p.version("1.0.1")),
            by(KEEPER),
            Review,
            &["older-line"],
        ),
        (
            "same version, one test more",
            |c| {
                c.put(
                    "templates/agents/greeter/tests/more/answers.toml",
                    "format = 1\n",
                )
            },
            by(OCTOCAT),
            Review,
            &["no-new-version"],
        ),
        (
            "bump with a hundred more files",
            |c| {
                for at in 0..101 {
                    c.put(
                        &format!("templates/agents/greeter/tests/t{at}/answers.toml"),
                        "format = 1\n",
                    );
                }
                c.bump("octocat/greeter")
            },
            by(OCTOCAT),
            Review,
            &["large-change"],
        ),
        (
            "request for a package that is kept here as well",
            |c| {
                let rev = c.hub.remote_commit("2.0.0", Some("main"));
                c.package("octocat/remote", |p| p.version("1.1.0"))
                    .request("2.0.0", &rev)
            },
            by(OCTOCAT),
            super::table::REFUSE,
            &["source-moved", "beside-the-package", "check-errors"],
        ),
        (
            "request that nobody answers",
            |c| {
                let path = "registry-index/packages/octocat/remote/request.toml";
                c.put(path, "format = 1\nversion = \"1.1.0\"\ngit = \"https://github.com/x/y\"\nrev = \"0123456789012345678901234567890123456789\"\n")
            },
            by(OCTOCAT),
            Review,
            &["source-unread"],
        ),
        (
            "two packages",
            |c| c.bump("octocat/greeter").bump("octocat/other"),
            by(OCTOCAT),
            Review,
            &["several-packages"],
        ),
        (
            "file moved between packages",
            |c| {
                c.bump("octocat/greeter").bump("octocat/other");
                c.remove("templates/agents/greeter/README.md")
                    .put("templates/agents/other/policies/p.md", "# x\n")
            },
            by(OCTOCAT),
            super::table::REFUSE,
            &["several-packages", "check-errors"],
        ),
    ];
    judge(rows);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table: a line is a case")]
fn what_is_said_of_packages_is_looked_at() {
    let rows: &[Row] = &[
        (
            "owner added",
            |c| c.entry("octocat/greeter", "owners = [\"github:5\", \"github:6\"]\n"),
            by(OCTOCAT),
            Review,
            &["owner-change"],
        ),
        (
            "owner left to the namespace",
            |c| c.entry("octocat/greeter", "deprecated = \"x\"\n"),
            by(OCTOCAT),
            Review,
            &["owner-change", "transfer", "transfer-waits"],
        ),
        (
            "transfer on day 1",
            |c| c.entry("octocat/greeter", "owners = [\"github:6\"]\n"),
            by(OCTOCAT),
            Review,
            &["transfer", "transfer-waits"],
        ),
        (
            "transfer on day 8",
            |c| c.entry("octocat/greeter", "owners = [\"github:6\"]\n"),
            by(OCTOCAT).days_ago(8),
            Review,
            &["transfer"],
        ),
        (
            "revoke",
            |c| {
                c.entry(
                    "octocat/greeter",
                    &format!("{OWNED}[[revoked]]\nversion = \"1.0.0\"\nreason = \"malware\"\n"),
                )
            },
            by(OCTOCAT),
            Review,
            &["revoke"],
        ),
        (
            "replaced by another's",
            |c| {
                c.entry(
                    "octocat/greeter",
                    &format!("{OWNED}replaced-by = \"hubot/helper\"\n"),
                )
            },
            by(OCTOCAT),
            Review,
            &["replacement"],
        ),
        (
            "rename",
            |c| {
                c.put(
                    "registry-index/renames.toml",
                    "format = 1\n[renames]\n\"octocat/old\" = \"octocat/greeter\"\n",
                )
            },
            by(OCTOCAT),
            Review,
            &["rename", "several-packages"],
        ),
        (
            "bump and yank at once",
            |c| {
                c.bump("octocat/greeter").entry(
                    "octocat/greeter",
                    &format!("{OWNED}[[yanked]]\nversion = \"1.0.0\"\nreason = \"x\"\n"),
                )
            },
            by(OCTOCAT),
            Review,
            &["beside-the-package"],
        ),
        (
            "namespace claimed",
            |c| {
                c.put(
                    "registry-index/namespaces/team.toml",
                    "format = 1\nowners = [\"github:66\"]\n",
                )
            },
            by(MALLORY),
            Review,
            &["namespace-claim"],
        ),
        (
            "new package of one's own",
            |c| {
                c.package("hubot/fresh", |p| p)
                    .entry("hubot/fresh", "owners = [\"github:6\"]\n")
            },
            by(HUBOT),
            Review,
            &["new-package"],
        ),
        (
            "new package in a claimed namespace",
            |c| {
                c.package("team/fresh", |p| p)
                    .entry("team/fresh", "owners = [\"github:66\"]\n")
                    .put(
                        "registry-index/namespaces/team.toml",
                        "format = 1\nowners = [\"github:66\"]\n",
                    )
            },
            by(MALLORY),
            Review,
            &["new-package", "namespace-claim"],
        ),
        (
            "package's files removed by owner",
            |c| {
                for (path, _) in super::hub::files_of("octocat/greeter", |p| p) {
                    c.remove(&format!("templates/agents/greeter/{path}"));
                }
                c
            },
            by(OCTOCAT),
            Review,
            &["package-removed"],
        ),
    ];
    judge(rows);
}

#[test]
fn what_the_registry_runs_on_is_looked_at() {
    let rows: &[Row] = &[
        (
            "README",
            |c| c.put("README.md", "# x\n"),
            by(MALLORY),
            Review,
            &["tooling"],
        ),
        (
            "CODEOWNERS",
            |c| c.put(".github/CODEOWNERS", "* @mallory\n"),
            by(MALLORY),
            Review,
            &["tooling"],
        ),
        (
            ".gitattributes at the root",
            |c| c.put(".gitattributes", "* text\n"),
            by(KEEPER),
            Review,
            &["tooling"],
        ),
        (
            "workflow",
            |c| c.put(".github/workflows/check.yml", "on: push\n"),
            by(MALLORY),
            Review,
            &["workflow"],
        ),
        (
            "registry.toml",
            |c| c.replace("registry-index/registry.toml", "Example Hub", "Another"),
            by(MALLORY),
            Review,
            &["registry-policy"],
        ),
        (
            "tooling with a package by a maintainer",
            |c| {
                c.bump("core/base")
                    .package("core/base", |p| p.version("2.0.1"))
                    .put("README.md", "# x\n")
            },
            by(KEEPER).a_maintainer(),
            Review,
            &["tooling", "beside-the-package"],
        ),
    ];
    judge(rows);
}
