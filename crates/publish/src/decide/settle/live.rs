//! What the forge answers, as far as settling reads it.

use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Pull {
    pub(super) state: String,
    #[serde(default)]
    pub(super) merged: bool,
    pub(super) merge_commit_sha: Option<String>,
    pub(super) user: User,
    pub(super) head: Side,
    pub(super) base: Side,
    #[serde(default)]
    pub(super) labels: Vec<Label>,
}

#[derive(Deserialize)]
pub(super) struct User {
    pub(super) id: u64,
    #[serde(default)]
    pub(super) login: String,
}

#[derive(Deserialize)]
pub(super) struct Side {
    #[serde(rename = "ref")]
    pub(super) branch: String,
    pub(super) sha: String,
    pub(super) repo: Option<Repo>,
}

#[derive(Deserialize)]
pub(super) struct Repo {
    pub(super) owner: User,
}

#[derive(Deserialize)]
pub(super) struct Label {
    pub(super) name: String,
}

#[derive(Deserialize)]
pub(super) struct Reference {
    pub(super) object: Named,
}

#[derive(Deserialize)]
pub(super) struct Named {
    pub(super) sha: String,
}

#[derive(Deserialize)]
pub(super) struct Merge {
    pub(super) sha: String,
}

#[derive(Deserialize)]
pub(super) struct Commit {
    pub(super) tree: Named,
    pub(super) parents: Vec<Named>,
}

#[derive(Deserialize)]
pub(super) struct Comment {
    pub(super) id: u64,
    pub(super) user: Option<User>,
    pub(super) body: Option<String>,
}
