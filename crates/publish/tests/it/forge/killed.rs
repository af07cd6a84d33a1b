//! A proposal that is cut off at any request, and made again.

use publish::forge::{Forge, RepoName};

use super::fixture::{self, assert_branch, hub, name, propose, pulls, submission, world};

/// How many requests there are from nothing to a pull request.
fn requests(login: &str) -> usize {
    let world = world();
    propose(&world.github(login), &submission(&world)).unwrap();
    world.log().len()
}

/// Cuts off at each request, before and after it reached the forge, each time in a new world.
fn sweep(login: &str, repositories: &[RepoName]) {
    let count = requests(login);
    assert!(count >= 10, "{count}");
    for at in 1..=count {
        for after in [false, true] {
            let world = world();
            let (it, github) = (submission(&world), world.github(login));
            world.cut(at, after);
            propose(&github, &it).unwrap_err();
            world.cut(0, false);
            let done = propose(&github, &it).unwrap();
            assert_eq!(pulls(&world), (vec![done.number], vec![]), "{at} {after}");
            assert_branch(&world, login, &it.base);
            let place = name(&format!("{login}/hub"));
            let branches: Vec<serde_json::Value> = {
                let path = format!("repos/{place}/branches");
                world.behind(login).api().list(&path).unwrap()
            };
            assert_eq!(branches.len(), 2, "{at} {after}: {branches:?}");
            let theirs: Vec<publish::forge::github::Origin> = {
                let path = format!("users/{login}/repos");
                world.behind(login).api().list(&path).unwrap()
            };
            let names: Vec<_> = theirs.into_iter().map(|r| r.full_name).collect();
            assert_eq!(names, repositories, "{at} {after}");
        }
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
    fixture::change(&world, &[publish::FileChange::put("README.md", "more\n")]);
    let plan = world.github("anna").plan(&it).unwrap();
    let fork = publish::propose::Place::Fork(name("anna/hub"));
    assert_eq!(
        (plan.place, plan.has_branch, plan.pull),
        (fork, false, None)
    );
}
