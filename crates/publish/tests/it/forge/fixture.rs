//! People, a registry's repository, a proposal.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use client::{World as Machine, source::PATIENCE};
use publish::{
    FileChange, Plan, Proposal, ProposeError, Proposed, Step, Submission,
    forge::{
        Api, Forge, GitHub, Head, RepoName, Token,
        github::{Committed, Pace},
    },
};
use serde_json::json;

use super::served::World;

/// The forge at `url`. Forks are not waited for long.
pub(super) fn github(url: &str, token: Option<&str>) -> GitHub {
    let machine = Machine {
        cache: PathBuf::new(),
        offline: false,
        git: git::Environment::default(),
        user_agent: "paracle-tests".into(),
        clock: || SystemTime::UNIX_EPOCH + Duration::from_secs(1_900_000_000),
        patience: PATIENCE,
    };
    let token = token.map(|token| Token::new(token).unwrap());
    let api = Api::new(&url.parse().unwrap(), token, &machine, Arc::new(|_| ())).unwrap();
    GitHub::new(api).with_pace(Pace {
        first: Duration::from_millis(1),
        longest: Duration::from_millis(4),
        patience: Duration::from_millis(20),
    })
}

pub(super) fn name(name: &str) -> RepoName {
    name.parse().unwrap()
}

/// `octo/hub`, a registry, and people beside its owner.
pub(super) fn world() -> World {
    filled(World::of)
}

/// The same without checks of what is asked.
pub(super) fn unchecked() -> World {
    filled(World::unchecked)
}

fn filled(begin: fn(&[&str], &serde_json::Value) -> World) -> World {
    let people = ["octo", "anna", "bert"];
    let world = begin(&people, &json!([{ "owner": "octo", "name": "hub" }]));
    let files = [
        FileChange::put("registry-index/registry.toml", "format = 1\n"),
        FileChange::put("templates/skills/old/SKILL.md", "# Old\n"),
        FileChange::put("templates/skills/old/run.sh", "echo old\n"),
    ];
    change(&world, &files);
    world
}

pub(super) fn hub() -> RepoName {
    name("octo/hub")
}

/// Where the registry is.
pub(super) fn head(world: &World) -> Head {
    let head = world.behind("octo").head(&hub(), "main").unwrap();
    head.unwrap()
}

/// Somebody else's commit in the registry.
pub(super) fn change(world: &World, files: &[FileChange]) -> Head {
    let (github, head) = (world.behind("octo"), head(world));
    match github.commit_files(&hub(), "main", &head.commit, "Change", files) {
        Ok(Committed::Done(head)) => head,
        other => panic!("{other:?}"),
    }
}

/// A package with a text, a script and a picture; another file goes.
pub(super) fn proposal() -> Proposal {
    let mut script = FileChange::put("templates/skills/greeting/run.sh", "echo hi\n");
    script.content.as_mut().unwrap().executable = true;
    Proposal {
        branch: "paracle/octocat/greeting-1.2.0".into(),
        title: "Add octocat/greeting 1.2.0".into(),
        body: "Says hello.\n".into(),
        files: vec![
            FileChange::put(
                "registry-index/packages/octocat/greeting/package.toml",
                "owners = [\"github:5\"]\n",
            ),
            FileChange::put("templates/skills/greeting/SKILL.md", "# Grüße\r\n"),
            FileChange::put("templates/skills/greeting/icon.png", &b"\x89PNG\0\xff"[..]),
            script,
            FileChange::remove("templates/skills/old/run.sh"),
        ],
    }
}

/// The proposal, worked out on what the registry has now.
pub(super) fn submission(world: &World) -> Submission {
    Submission {
        repository: hub(),
        branch: "main".into(),
        base: head(world),
        proposal: proposal(),
    }
}

/// Plans and proposes, as one command does.
pub(super) fn propose(github: &GitHub, it: &Submission) -> Result<Proposed, ProposeError> {
    steps(github, it).map(|(proposed, _)| proposed)
}

/// The same, with what was told.
pub(super) fn steps(
    github: &GitHub,
    it: &Submission,
) -> Result<(Proposed, Vec<Step>), ProposeError> {
    let plan: Plan = github.plan(it)?;
    let mut steps = Vec::new();
    let proposed = github.propose(it, &plan, &mut |step| steps.push(step))?;
    Ok((proposed, steps))
}

/// Fails unless `owner`'s branch has the registry's files of `base` with what is proposed, in one commit.
pub(super) fn assert_branch(world: &World, owner: &str, base: &Head) {
    let (github, of) = (world.behind(owner), name(&format!("{owner}/hub")));
    let commit = github.branch(&of, &proposal().branch).unwrap().unwrap();
    assert_eq!(commit.parents, [base.commit.as_str()]);
    for file in proposal().files {
        let has = github.file(&of, &commit.id, &file.path).unwrap();
        let meant = file.content.as_ref().map(|content| content.bytes.clone());
        assert_eq!(has, meant, "{}", file.path);
    }
    let kept = github.file(&of, &commit.id, "templates/skills/old/SKILL.md");
    assert_eq!(kept.unwrap().unwrap(), b"# Old\n");
    let mut tree = commit.tree;
    for part in ["templates", "skills", "greeting"] {
        let entries = github.tree(&of, &tree).unwrap();
        tree = entries.into_iter().find(|e| e.path == part).unwrap().id;
    }
    let entries = github.tree(&of, &tree).unwrap();
    let modes: Vec<_> = entries
        .iter()
        .map(|e| (e.path.as_str(), e.mode.as_str()))
        .collect();
    let plain = "100644";
    let meant = [
        ("icon.png", plain),
        ("run.sh", "100755"),
        ("SKILL.md", plain),
    ];
    assert!(meant.iter().all(|entry| modes.contains(entry)), "{modes:?}");
}

/// Numbers of the pull requests in the registry: open, and not.
pub(super) fn pulls(world: &World) -> (Vec<u64>, Vec<u64>) {
    let api = world.behind("octo").api().clone();
    let numbers = |state: &str| {
        let path = format!("repos/octo/hub/pulls?state={state}");
        let pulls: Vec<publish::forge::github::Pull> = api.list(&path).unwrap();
        pulls.iter().map(|pull| pull.number).collect()
    };
    (numbers("open"), numbers("closed"))
}
