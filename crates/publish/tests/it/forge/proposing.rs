//! From a proposal to a pull request, on the emulator.

use publish::{
    FileChange, ProposeError, Step,
    forge::{Forge, RepoName, github::Pull},
    propose::Place,
};
use serde_json::{Value, json};

use super::{
    fixture::{
        assert_branch, change, head, hub, name, proposal, propose, pulls, steps, submission, world,
    },
    served::World,
};

fn pull(world: &World, number: u64) -> Pull {
    world.behind("octo").pull(&hub(), number).unwrap()
}

/// Where a branch is, by the forge.
fn branch(world: &World, of: &RepoName, branch: &str) -> String {
    let commit = world.behind("octo").branch(of, branch).unwrap();
    commit.unwrap().id
}

#[test]
fn a_stranger_proposes_from_a_fork_as_it_was_announced() {
    let world = world();
    let (it, github) = (submission(&world), world.github("anna"));
    let plan = github.plan(&it).unwrap();
    assert_eq!(plan.place, Place::NewFork(name("anna/hub")));
    assert!(!plan.has_branch && plan.pull.is_none());
    assert!(world.log().iter().all(|asked| asked.method == "GET"));

    let mut told = Vec::new();
    let done = github
        .propose(&it, &plan, &mut |step| told.push(step))
        .unwrap();
    assert!(done.is_new);
    assert_branch(&world, "anna", &it.base);
    let made = pull(&world, done.number);
    assert_eq!(
        (made.title, made.body),
        (it.proposal.title, Some(it.proposal.body))
    );
    assert_eq!(made.head.repo.unwrap().full_name, name("anna/hub"));
    assert_eq!(made.base.branch, "main");
    assert_eq!(made.user.unwrap().login, "anna");
    assert_eq!(told.first(), Some(&Step::Forking(name("anna/hub"))));
    assert!(told.contains(&Step::Uploading { done: 5, of: 5 }));
    assert_eq!(told.last(), Some(&Step::Opening));
    // A package of texts is not a request a file.
    let blobs = world.log();
    let blobs = blobs.iter().filter(|a| a.operation() == "POST git/blobs");
    assert_eq!(blobs.count(), 1, "the picture");
}

#[test]
fn who_may_push_needs_no_fork() {
    let world = world();
    let it = submission(&world);
    let plan = world.github("octo").plan(&it).unwrap();
    assert_eq!(plan.place, Place::Repository(hub()));
    let done = propose(&world.github("octo"), &it).unwrap();
    assert_eq!(pulls(&world), (vec![done.number], vec![]));
    assert_branch(&world, "octo", &it.base);
    assert_eq!(head(&world), it.base);
}

#[test]
fn proposing_again_changes_nothing() {
    let world = world();
    let (it, github) = (submission(&world), world.github("anna"));
    let done = propose(&github, &it).unwrap();
    let plan = github.plan(&it).unwrap();
    assert!(plan.has_branch);
    assert_eq!(plan.pull.as_ref().unwrap().number, done.number);
    let (again, told) = steps(&github, &it).unwrap();
    assert_eq!(
        (again.number, &again.commit, again.is_new),
        (done.number, &done.commit, false)
    );
    let stands = Step::BranchStands(it.proposal.branch);
    assert_eq!(told.last(), Some(&stands));
}

#[test]
fn other_content_and_words_go_into_the_same_pull_request() {
    let world = world();
    let (mut it, github) = (submission(&world), world.github("anna"));
    let done = propose(&github, &it).unwrap();
    it.proposal.title = "Add octocat/greeting 1.2.0, mended".into();
    it.proposal.files[0] = FileChange::put(it.proposal.files[0].path.clone(), "owners = []\n");
    let again = propose(&github, &it).unwrap();
    assert_eq!((again.number, again.is_new), (done.number, false));
    assert_ne!(again.commit, done.commit);
    let fork = name("anna/hub");
    assert_eq!(branch(&world, &fork, &it.proposal.branch), again.commit);
    let file = github.file(&fork, &again.commit, &it.proposal.files[0].path);
    assert_eq!(file.unwrap().unwrap(), b"owners = []\n");
    assert_eq!(pull(&world, done.number).title, it.proposal.title);
    assert_eq!(pulls(&world), (vec![done.number], vec![]));
}

#[test]
fn a_closed_pull_request_is_left_closed() {
    let world = world();
    let (it, github) = (submission(&world), world.github("anna"));
    let first = propose(&github, &it).unwrap().number;
    let path = format!("repos/octo/hub/pulls/{first}");
    let api = world.behind("octo").api().clone();
    api.patch::<Value>(&path, &json!({ "state": "closed" }))
        .unwrap();
    assert_eq!(github.plan(&it).unwrap().pull, None);
    let again = propose(&github, &it).unwrap();
    assert!(again.is_new);
    assert_eq!(pulls(&world), (vec![again.number], vec![first]));
    assert_eq!(
        github.find(&hub(), &it.proposal.branch).unwrap(),
        Some(again.number)
    );
}

#[test]
fn a_base_that_moved_is_what_the_proposal_is_put_onto() {
    let world = world();
    let (it, github) = (submission(&world), world.github("anna"));
    let first = propose(&github, &it).unwrap();
    let now = change(
        &world,
        &[FileChange::put(
            "templates/skills/other/SKILL.md",
            "# Other\n",
        )],
    );
    let (again, told) = steps(&github, &it).unwrap();
    assert_eq!((again.number, again.is_new), (first.number, false));
    assert!(told.contains(&Step::Rebasing(now.commit.clone())));
    assert!(told.contains(&Step::Syncing(name("anna/hub"))));
    assert_branch(&world, "anna", &now);
    assert_eq!(branch(&world, &name("anna/hub"), "main"), now.commit);
    let other = github.file(
        &name("anna/hub"),
        &again.commit,
        "templates/skills/other/SKILL.md",
    );
    assert_eq!(other.unwrap().unwrap(), b"# Other\n");
}

#[test]
fn the_same_files_changed_by_others_are_a_conflict() {
    let world = world();
    let (it, github) = (submission(&world), world.github("anna"));
    let paths = [
        "registry-index/packages/octocat/greeting/package.toml",
        "templates/skills/old/run.sh",
    ];
    change(
        &world,
        &[
            FileChange::put(paths[0], "owners = []\n"),
            FileChange::put(paths[1], "new"),
        ],
    );
    let Err(ProposeError::Conflict {
        repository,
        paths: told,
    }) = github.plan(&it).map(drop)
    else {
        panic!("no conflict");
    };
    assert_eq!(
        (repository, told),
        (hub(), paths.map(String::from).to_vec())
    );
}

#[test]
fn what_others_did_alike_is_no_conflict() {
    let world = world();
    let (it, github) = (submission(&world), world.github("anna"));
    let files = it.proposal.files.clone();
    change(&world, &files[..2]);
    change(&world, &files[4..]);
    propose(&github, &it).unwrap();
    change(&world, &files[2..4]);
    let error = propose(&github, &it).unwrap_err();
    assert!(matches!(error, ProposeError::NothingNew(_)), "{error:?}");
}

#[test]
fn a_file_where_the_proposal_has_a_folder_is_a_conflict() {
    let world = world();
    let (it, github) = (submission(&world), world.github("anna"));
    change(
        &world,
        &[FileChange::put("templates/skills/greeting", "a file\n")],
    );
    let error = github.plan(&it).map(drop).unwrap_err();
    assert!(
        matches!(&error, ProposeError::Conflict { paths, .. } if paths.len() == 3),
        "{error}"
    );
}

#[test]
fn a_fork_that_went_its_own_way_keeps_it() {
    let world = world();
    let (it, github) = (submission(&world), world.github("anna"));
    world.behind("anna").fork(&hub()).unwrap();
    let fork = name("anna/hub");
    let files = [FileChange::put("mine.txt", "mine\n")];
    let anna = world.behind("anna");
    let own = anna.head(&fork, "main").unwrap().unwrap().commit;
    anna.commit_files(&fork, "main", &own, "Mine", &files)
        .unwrap();
    let own = branch(&world, &fork, "main");
    let now = change(&world, &[FileChange::put("README.md", "moved\n")]);
    let (_, told) = steps(&github, &it).unwrap();
    assert!(told.contains(&Step::ForkDiverged(fork.clone())));
    assert_eq!(branch(&world, &fork, "main"), own);
    assert_branch(&world, "anna", &now);
}

#[test]
fn a_branch_that_is_not_ours_is_not_replaced() {
    let world = world();
    let (it, github) = (submission(&world), world.github("anna"));
    let done = propose(&github, &it).unwrap();
    let (anna, fork) = (world.behind("anna"), name("anna/hub"));
    let files = [FileChange::put("mine.txt", "by hand\n")];
    anna.commit_files(&fork, &it.proposal.branch, &done.commit, "By hand", &files)
        .unwrap();
    let by_hand = branch(&world, &fork, &it.proposal.branch);
    let error = propose(&github, &it).unwrap_err();
    assert!(
        matches!(error, ProposeError::BranchTaken { .. }),
        "{error:?}"
    );
    assert!(error.hint().unwrap().contains(&it.proposal.branch));
    assert_eq!(branch(&world, &fork, &it.proposal.branch), by_hand);
}

#[test]
fn the_base_merged_into_the_branch_is_still_ours() {
    let world = world();
    let (it, github) = (submission(&world), world.github("octo"));
    let done = propose(&github, &it).unwrap();
    let now = change(&world, &[FileChange::put("README.md", "moved\n")]);
    let api = world.behind("octo").api().clone();
    let body = json!({
        "message": "Merge branch 'main'", "tree": now.tree, "parents": [done.commit, now.commit],
    });
    let merged: Value = api.post("repos/octo/hub/git/commits", &body).unwrap();
    let path = format!("repos/octo/hub/git/refs/heads/{}", it.proposal.branch);
    api.patch::<Value>(&path, &json!({ "sha": merged["sha"] }))
        .unwrap();
    propose(&github, &it).unwrap();
    assert_branch(&world, "octo", &now);
}

#[test]
fn somebody_elses_branch_in_a_shared_repository_is_not_replaced() {
    let world = world();
    let it = submission(&world);
    propose(&world.github("octo"), &it).unwrap();
    let hub = hub();
    let (anna, fork) = (world.github("anna"), name("anna/hub"));
    world.behind("anna").fork(&hub).unwrap();
    let anna_branch = world.behind("anna");
    anna_branch
        .create_branch(&fork, &proposal().branch, &it.base.commit)
        .unwrap();
    let error = propose(&anna, &it).unwrap_err();
    assert!(
        matches!(error, ProposeError::BranchTaken { .. }),
        "{error:?}"
    );
}

#[test]
fn a_fork_that_was_not_announced_is_not_made() {
    let world = world();
    let (it, github) = (submission(&world), world.github("anna"));
    let mut plan = github.plan(&it).unwrap();
    plan.place = Place::Fork(name("anna/hub"));
    let error = github.propose(&it, &plan, &mut |_| ()).unwrap_err();
    assert!(matches!(error, ProposeError::NotAnnounced(_)), "{error:?}");
    assert!(world.log().iter().all(|asked| asked.method == "GET"));
}

#[test]
fn another_repository_of_the_forks_name_is_told() {
    let repositories = json!([
        { "owner": "octo", "name": "hub" }, { "owner": "anna", "name": "hub" },
    ]);
    let world = World::of(&["octo", "anna"], &repositories);
    let error = world
        .github("anna")
        .plan(&submission(&world))
        .map(drop)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "you have a repository anna/hub, and it is no fork of octo/hub"
    );
    assert_eq!(
        error.hint().unwrap(),
        "rename anna/hub, then run the command again"
    );
}

#[test]
fn an_archived_repository_is_told() {
    let world = world();
    let it = submission(&world);
    let api = world.behind("octo").api().clone();
    api.patch::<Value>("repos/octo/hub", &json!({ "archived": true }))
        .unwrap();
    let error = world.github("anna").plan(&it).map(drop).unwrap_err();
    assert!(matches!(error, ProposeError::Archived(_)), "{error:?}");
}

#[test]
fn a_repository_and_a_branch_that_are_not_there_are_told() {
    let world = world();
    let mut it = submission(&world);
    it.branch = "trunk".into();
    let error = world.github("anna").plan(&it).map(drop).unwrap_err();
    assert_eq!(error.to_string(), "octo/hub has no branch \"trunk\"");
    it.repository = name("octo/gone");
    let error = world.github("anna").plan(&it).map(drop).unwrap_err();
    assert!(matches!(error, ProposeError::NoRepository(_)), "{error:?}");
}
