//! The discussions of a registry: found, read to the end, opened, commented on.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{RatingError, queries};
use crate::forge::{Api, RepoName};

/// In front of every discussion that stands for a package; nobody sees it.
pub(super) const MARK: &str = "<!-- paracle-ratings -->";

/// A category of a repository's discussions.
pub struct Forum<'a> {
    api: &'a Api,
    repository: RepoName,
    repository_id: String,
    category_id: String,
}

/// A discussion that stands for a package.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Discussion {
    pub(super) id: String,
    pub(super) url: String,
    pub(super) title: String,
    body: String,
    author_association: String,
    author: Option<Actor>,
    #[serde(default)]
    pub(super) comments: Page<Comment>,
    #[serde(default)]
    pub(super) reactions: Page<Reaction>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Comment {
    pub(super) id: String,
    pub(super) body: String,
    pub(super) created_at: String,
    pub(super) last_edited_at: Option<String>,
    pub(super) deleted_at: Option<String>,
    pub(super) is_minimized: bool,
    pub(super) author: Option<Actor>,
    pub(super) editor: Option<Actor>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reaction {
    pub(super) content: String,
    pub(super) created_at: String,
    pub(super) user: Option<User>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Actor {
    #[serde(rename = "__typename")]
    pub(super) kind: String,
    pub(super) login: String,
    /// Only people have one that ratings go by.
    pub(super) database_id: Option<u64>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct User {
    pub(super) login: String,
    pub(super) database_id: Option<u64>,
}

/// One page of a list; GraphQL may leave holes in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page<T> {
    page_info: PageInfo,
    nodes: Option<Vec<Option<T>>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self {
            page_info: PageInfo::default(),
            nodes: None,
        }
    }
}

impl<T> Page<T> {
    pub(super) fn items(&self) -> impl Iterator<Item = &T> {
        self.nodes.iter().flatten().flatten()
    }

    /// Where the next page begins, where there is one.
    fn next(&self) -> Option<String> {
        let next = self.page_info.end_cursor.clone();
        next.filter(|_| self.page_info.has_next_page)
    }

    /// Adds `more` at the end.
    fn extend(&mut self, more: Self) {
        self.nodes
            .get_or_insert_default()
            .extend(more.nodes.into_iter().flatten());
        self.page_info = more.page_info;
    }
}

/// The one field of an answer that matters.
#[derive(Deserialize)]
struct In<T> {
    repository: Option<T>,
}

#[derive(Deserialize)]
struct Listed {
    discussions: Page<Discussion>,
}

impl<'a> Forum<'a> {
    /// The category called `category` of the discussions of `repository`.
    ///
    /// # Errors
    /// Where the repository has no discussions, or none of that category.
    pub fn find(api: &'a Api, repository: &RepoName, category: &str) -> Result<Self, RatingError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Repository {
            id: String,
            has_discussions_enabled: bool,
            discussion_categories: Page<Category>,
        }
        #[derive(Deserialize)]
        struct Category {
            id: String,
            name: String,
        }
        let mut after = None;
        loop {
            let asked = json!({
                "owner": repository.owner(), "name": repository.name(), "after": after,
            });
            let found: In<Repository> = api.graphql(queries::CATEGORY, asked)?;
            let none = || RatingError::NoDiscussions(repository.clone());
            let found = found.repository.ok_or_else(none)?;
            if !found.has_discussions_enabled {
                return Err(none());
            }
            let categories = found.discussion_categories;
            if let Some(found_category) = categories.items().find(|one| one.name == category) {
                return Ok(Self {
                    api,
                    repository: repository.clone(),
                    repository_id: found.id,
                    category_id: found_category.id.clone(),
                });
            }
            after = Some(categories.next().ok_or_else(|| RatingError::NoCategory {
                repository: repository.clone(),
                category: category.to_owned(),
            })?);
        }
    }

    /// Every discussion that we opened, oldest first, without what was said in it.
    pub(super) fn titles(&self) -> Result<Vec<Discussion>, RatingError> {
        self.list(queries::TITLES)
    }

    /// Every discussion that we opened, oldest first, with all that was said in it.
    pub(super) fn discussions(&self) -> Result<Vec<Discussion>, RatingError> {
        let mut all = self.list(queries::DISCUSSIONS)?;
        for discussion in &mut all {
            self.read_on(discussion)?;
        }
        Ok(all)
    }

    fn list(&self, document: &str) -> Result<Vec<Discussion>, RatingError> {
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let asked = json!({
                "owner": self.repository.owner(), "name": self.repository.name(),
                "category": self.category_id, "after": after,
            });
            let listed: In<Listed> = self.api.graphql(document, asked)?;
            let none = || RatingError::NoDiscussions(self.repository.clone());
            let page = listed.repository.ok_or_else(none)?.discussions;
            after = page.next();
            let nodes = page.nodes.into_iter().flatten().flatten();
            all.extend(nodes.filter(Discussion::is_ours));
            if after.is_none() {
                return Ok(all);
            }
        }
    }

    /// Reads what did not fit on the first page.
    fn read_on(&self, discussion: &mut Discussion) -> Result<(), RatingError> {
        #[derive(Deserialize)]
        struct Comments {
            comments: Page<Comment>,
        }
        #[derive(Deserialize)]
        struct Reactions {
            reactions: Page<Reaction>,
        }
        while let Some(after) = discussion.comments.next() {
            let more: Comments = self.node(queries::COMMENTS, &discussion.id, &after)?;
            discussion.comments.extend(more.comments);
        }
        while let Some(after) = discussion.reactions.next() {
            let more: Reactions = self.node(queries::REACTIONS, &discussion.id, &after)?;
            discussion.reactions.extend(more.reactions);
        }
        Ok(())
    }

    fn node<T: DeserializeOwned>(
        &self,
        document: &str,
        id: &str,
        after: &str,
    ) -> Result<T, RatingError> {
        #[derive(Deserialize)]
        struct Node<T> {
            node: T,
        }
        let asked = json!({ "id": id, "after": after });
        Ok(self.api.graphql::<Node<T>>(document, asked)?.node)
    }

    /// All comments of a discussion that [`Forum::titles`] found.
    pub(super) fn comments(&self, discussion: &Discussion) -> Result<Vec<Comment>, RatingError> {
        #[derive(Deserialize)]
        struct Comments {
            comments: Page<Comment>,
        }
        let asked = json!({ "id": discussion.id, "after": null });
        #[derive(Deserialize)]
        struct Node {
            node: Comments,
        }
        let first: Node = self.api.graphql(queries::COMMENTS, asked)?;
        let mut all = first.node.comments;
        while let Some(after) = all.next() {
            let more: Comments = self.node(queries::COMMENTS, &discussion.id, &after)?;
            all.extend(more.comments);
        }
        Ok(all.nodes.into_iter().flatten().flatten().collect())
    }

    /// Opens a discussion; tells its address.
    pub(super) fn open(&self, title: &str, body: &str) -> Result<String, RatingError> {
        let asked = json!({
            "repository": self.repository_id, "category": self.category_id,
            "title": title, "body": body,
        });
        let answer: Value = self.api.graphql(queries::OPEN, asked)?;
        Ok(address(&answer["createDiscussion"]["discussion"]))
    }

    /// Comments on a discussion; tells the comment's address.
    pub(super) fn comment(&self, discussion: &str, body: &str) -> Result<String, RatingError> {
        let asked = json!({ "discussion": discussion, "body": body });
        let answer: Value = self.api.graphql(queries::COMMENT, asked)?;
        Ok(address(&answer["addDiscussionComment"]["comment"]))
    }

    /// Puts other words into a comment; tells its address.
    pub(super) fn edit(&self, comment: &str, body: &str) -> Result<String, RatingError> {
        let asked = json!({ "comment": comment, "body": body });
        let answer: Value = self.api.graphql(queries::EDIT, asked)?;
        Ok(address(&answer["updateDiscussionComment"]["comment"]))
    }
}

fn address(of: &Value) -> String {
    of["url"].as_str().unwrap_or_default().to_owned()
}

impl Discussion {
    /// Whether the registry opened it: its workflow, or somebody who belongs to it. Whoever opens a
    /// discussion can change what a reaction to it means, so a stranger's does not count, whatever it
    /// is called.
    fn is_ours(&self) -> bool {
        let by_workflow = self
            .author
            .as_ref()
            .is_some_and(|author| author.kind == "Bot" && author.login == "github-actions");
        let by_member = matches!(
            self.author_association.as_str(),
            "OWNER" | "MEMBER" | "COLLABORATOR"
        );
        self.body.contains(MARK) && (by_workflow || by_member)
    }
}
