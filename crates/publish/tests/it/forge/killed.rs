//! A proposal that is cut off at any request, and made again.

use publish::{
    FileChange,
    forge::{Forge, RepoName, github::Origin},
    propose::Place,
};
use serde_json::Value;

use super::{
    fixture::{change, hub, name, proposal, propose, pulls, submission, unchecked, world},
    served::World,
};

/// The tree that is proposed.
fn tree(world: &World, login: &str) -> (String, Vec<String>) {
    let place = name(&format!("{login}/hub"));
    let commit = world.behind(login).branch(&place, &proposal().branch);
    let commit = commit.unwrap().unwrap();
    (commit.tree, commit.parents)
}

/// Cuts off at each request, each time in a new world, and proposes again.
///
/// A request that was answered and is the last is one that was asked for before the next one was: so
/// only the last of all is also cut off after it reached the forge.
fn sweep(login: &str, repositories: &[RepoName]) {
    let whole = unchecked();
    propose(&whole.github(login), &submission(&whole)).unwrap();
    let (count, meant) = (whole.log().len(), tree(&whole, login).0);
    assert!(count >= 15, "{count}");
    let before = (1..=count).map(|at| (at, false));
    for (at, after) in before.chain([(count, true)]) {
        let world = unchecked();
        let (it, github) = (submission(&world), world.github(login));
        world.cut(at, after);
        propose(&github, &it).unwrap_err();
        assert_eq!(world.log().len(), at);
        world.cut(0, false);
        let done = propose(&github, &it).unwrap();
        assert_eq!(pulls(&world), (vec![done.number], vec![]), "{at} {after}");
        let made = tree(&world, login);
        assert_eq!(made, (meant.clone(), vec![it.base.commit]), "{at} {after}");
        let api = world.behind(login).api().clone();
        let branches: Vec<Value> = api.list(&format!("repos/{login}/hub/branches")).unwrap();
        assert_eq!(branches.len(), 2, "{at} {after}: {branches:?}");
        let theirs: Vec<Origin> = api.list(&format!("users/{login}/repos")).unwrap();
        let theirs: Vec<_> = theirs.into_iter().map(|r| r.full_name).collect();
        assert_eq!(theirs, repositories, "{at} {after}");
    }
}

#[test]
fn with_a_fork_it_ends_in_one_fork_one_branch_one_pull_request() {
    sweep("anna", &[name("anna/hub")]);
}

#[test]
fn in_ones_own_repository_it_ends_in_one_branch_and_one_pull_request() {
    sweep("octo", &[hub()]);
}

#[test]
fn a_fork_that_was_made_and_forgotten_is_found() {
    let world = world();
    let it = submission(&world);
    world.behind("anna").fork(&hub()).unwrap();
    change(&world, &[FileChange::put("README.md", "more\n")]);
    let plan = world.github("anna").plan(&it).unwrap();
    assert_eq!(plan.place, Place::Fork(name("anna/hub")));
    assert!(plan.syncs_fork && !plan.has_branch && plan.pull.is_none());
}
