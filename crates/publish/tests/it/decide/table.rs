//! How rows of the table are written and judged, and what merges by itself.

use git2::Oid;
use publish::decide::Verdict::{self, Merge, Review};

use super::hub::{By, Change, Hub, KEEPER, MALLORY, OCTOCAT, by};

pub(super) type Do = for<'a, 'b> fn(&'a mut Change<'b>) -> &'a mut Change<'b>;

/// A change, who proposes it, what becomes of it, and why: ids of reasons.
pub(super) type Row = (&'static str, Do, By, Verdict, &'static [&'static str]);

pub(super) fn judge(rows: &[Row]) {
    let hub = Hub::new();
    let mut wrong = Vec::new();
    for (name, change, by, verdict, ids) in rows {
        let mut head = hub.change();
        let head = change(&mut head).commit();
        wrong.extend(
            differs(&hub, (hub.base, head), by, (*verdict, ids))
                .map(|said| format!("{name}: {said}")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

pub(super) fn differs(
    hub: &Hub,
    (base, head): (Oid, Oid),
    by: &By,
    (verdict, ids): (Verdict, &[&str]),
) -> Option<String> {
    let decision = hub.decide(base, head, by);
    assert_eq!(decision, hub.decide(base, head, by), "not deterministic");
    let mut said: Vec<&str> = decision
        .reasons
        .iter()
        .map(|reason| reason.id.as_str())
        .collect();
    said.dedup();
    let is_right = decision.outcome == verdict && said == ids;
    (!is_right).then(|| format!("{:?}\n{:#?}", decision.outcome, decision.reasons))
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table: a line is a case")]
fn an_owners_own_merges() {
    let new = &["own-new-version"];
    let rows: &[Row] = &[
        (
            "bump by owner",
            |c| c.bump("octocat/greeter"),
            by(OCTOCAT),
            Merge,
            new,
        ),
        (
            "bump by the owner of the namespace",
            |c| c.package("core/base", |p| p.version("2.0.1")),
            by(KEEPER),
            Merge,
            new,
        ),
        (
            "bump that mends its README and adds a test",
            |c| {
                c.bump("octocat/greeter")
                    .put(
                        "templates/agents/greeter/README.md",
                        "# greeter\n\nNow better.\n",
                    )
                    .put(
                        "templates/agents/greeter/tests/more/answers.toml",
                        "format = 1\n",
                    )
            },
            by(OCTOCAT),
            Merge,
            new,
        ),
        (
            "request for a new commit by owner",
            |c| {
                let rev = c.hub.remote_commit("1.1.0", Some("main"));
                c.request("1.1.0", &rev)
            },
            by(OCTOCAT),
            Merge,
            new,
        ),
        (
            "yank own",
            |c| {
                c.entry(
                    "octocat/greeter",
                    "owners = [\"github:5\"]\n[[yanked]]\nversion = \"1.0.0\"\nreason = \"x\"\n",
                )
            },
            by(OCTOCAT),
            Merge,
            &["own-withdrawal"],
        ),
        (
            "deprecate own",
            |c| {
                c.entry(
                    "octocat/greeter",
                    "owners = [\"github:5\"]\ndeprecated = \"old\"\n",
                )
            },
            by(OCTOCAT),
            Merge,
            &["own-withdrawal"],
        ),
        (
            "rating by who owns nothing",
            |c| rate(c, 66, "mallory", ""),
            by(MALLORY),
            Merge,
            &["own-rating"],
        ),
    ];
    judge(rows);
}

pub(super) const REFUSE: Verdict = Verdict::Refuse;

/// One more rating of `octocat/greeter`.
pub(super) fn rate<'a, 'b>(
    change: &'a mut Change<'b>,
    id: u64,
    login: &str,
    more: &str,
) -> &'a mut Change<'b> {
    let path = "ratings/octocat/greeter.toml";
    let text = change.text(path);
    let own = format!(
        "[[ratings]]\nby = \"github:{id}\"\nlogin = {login:?}\nstars = 4\ndate = \"2026-01-01\"\n"
    );
    change.put(path, &format!("{text}{own}{more}"))
}

#[test]
fn a_head_that_is_behind_is_merged_first() {
    let hub = Hub::new();
    let mut bump = hub.change();
    let bump = bump.bump("octocat/greeter").commit();
    let elsewhere = hub.moved("templates/agents/helper/CHANGELOG.md", "# More\n");
    let same = hub.moved("templates/agents/greeter/README.md", "# Other\n\nOther.\n");
    let own: (Verdict, &[&str]) = (Merge, &["own-new-version"]);
    assert_eq!(differs(&hub, (elsewhere, bump), &by(OCTOCAT), own), None);
    let mut mended = hub.change();
    let mended = mended
        .bump("octocat/greeter")
        .put("templates/agents/greeter/README.md", "# Mine\n\nMine.\n")
        .commit();
    let conflict = (Verdict::Refuse, &["conflict"] as &[&str]);
    assert_eq!(differs(&hub, (same, mended), &by(OCTOCAT), conflict), None);
    // The base was merged into the head: what it brought is no part of the change.
    let mut merge = hub.change();
    let merge = merge.merge_of(elsewhere).bump("octocat/greeter").commit();
    assert_eq!(differs(&hub, (elsewhere, merge), &by(OCTOCAT), own), None);
    let decided = hub.decide(elsewhere, merge, &by(OCTOCAT));
    assert_eq!(decided.tree, hub.decide(elsewhere, bump, &by(OCTOCAT)).tree);
    // Two versions of the same thing, the other of which was merged first.
    let mut other = hub.change();
    let other = other
        .package("octocat/greeter", |p| p.version("1.2.0"))
        .commit();
    assert_eq!(differs(&hub, (other, bump), &by(OCTOCAT), conflict), None);
    let nothing = (Verdict::Refuse, &["empty-change"] as &[&str]);
    assert_eq!(differs(&hub, (bump, bump), &by(OCTOCAT), nothing), None);
}

/// Whatever stands beside it, a change that merged by itself does not.
#[test]
fn one_more_file_anywhere_and_nothing_merges_by_itself() {
    let merging: [Do; 5] = [
        |c| c.bump("octocat/greeter"),
        |c| c.package("core/base", |p| p.version("2.0.1")),
        |c| {
            c.entry(
                "octocat/greeter",
                "owners = [\"github:5\"]\ndeprecated = \"old\"\n",
            )
        },
        |c| rate(c, 66, "mallory", ""),
        |c| {
            let rev = c.hub.remote_commit("1.1.0", Some("main"));
            c.request("1.1.0", &rev)
        },
    ];
    let owners = [OCTOCAT, KEEPER, OCTOCAT, MALLORY, OCTOCAT];
    let beside = [
        "x",
        "README.md",
        ".gitattributes",
        ".github/workflows/x.yml",
        ".github/CODEOWNERS",
        "docs/x.md",
        "cli/src/main.rs",
        "registry-index/src/lib.rs",
        "registry-index/registry.toml",
        "registry-index/renames.toml",
        "registry-index/namespaces/evil.toml",
        "registry-index/namespaces/core.toml",
        "registry-index/packages/core/base/3.0.0.toml",
        "registry-index/packages/octocat/other/package.toml",
        "registry-index/packages/octocat/other/request.toml",
        "registry-index/packages/hubot/helper/package.toml",
        "registry-index/packages/x",
        "templates/x",
        "templates/agents/x",
        "templates/agents/paracle.toml",
        "templates/agents/other/x.md",
        "templates/agents/helper/README.md",
        "templates/agents/new/paracle.toml",
        "ratings/octocat/other.toml",
        "ratings/x",
    ];
    let hub = Hub::new();
    for (at, (change, owner)) in merging.iter().zip(owners).enumerate() {
        let mut alone = hub.change();
        let alone = change(&mut alone).commit();
        assert_eq!(hub.decide(hub.base, alone, &by(owner)).outcome, Merge);
        // What stands beside is looked at in the same way whatever it stands beside; the first gets all.
        let each = if at == 0 { 1 } else { 5 };
        for path in beside.iter().step_by(each) {
            let mut more = hub.change();
            let more = change(&mut more).put(path, "format = 1\n").commit();
            let decision = hub.decide(hub.base, more, &by(owner));
            assert_ne!(decision.outcome, Merge, "{path}: {decision:#?}");
        }
    }
}

#[test]
fn a_decision_is_read_as_it_was_written() {
    let hub = Hub::new();
    let mut head = hub.change();
    let head = head.bump("octocat/greeter").commit();
    let decision = hub.decide(hub.base, head, &by(OCTOCAT).a_draft());
    assert_eq!((decision.outcome, decision.format), (Review, 1));
    assert_eq!(decision.labels, ["draft"]);
    assert_eq!(decision.packages, ["octocat/greeter"]);
    let text = serde_json::to_string(&decision).unwrap();
    assert!(text.contains("\"outcome\":\"review\""), "{text}");
    assert_eq!(
        serde_json::from_str::<publish::Decision>(&text).unwrap(),
        decision
    );
}
