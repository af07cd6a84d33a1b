//! One person's rating of one package: a comment, or a proposal that changes the file.

use registry_index::{Layout, PackageName};

use super::{
    RatingError,
    collect::Packages,
    count::{writer, written_at},
    file::{Entry, put},
    form::{self, Said},
    forum::Forum,
};
use crate::{FileChange, Proposal, forge::Person};

/// What would be posted, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// The discussion's address.
    pub url: String,
    /// The comment's text.
    pub comment: String,
    discussion: String,
    /// The person's comment that is changed; else there will be a new one.
    earlier: Option<String>,
}

impl Posting {
    /// Whether it changes what the person has said before.
    pub fn is_change(&self) -> bool {
        self.earlier.is_some()
    }
}

/// Finds the discussion of `name` (or of what it was called before), and what `person` has said there.
///
/// # Errors
/// Where there is no such discussion, or the forge does not answer.
pub fn place(
    forum: &Forum<'_>,
    packages: &Packages,
    name: &PackageName,
    person: &Person,
    said: &Said,
) -> Result<Posting, RatingError> {
    let titles = forum.titles()?;
    let mut about = titles
        .iter()
        .filter(|one| packages.titled(&one.title) == Some(name));
    let found = about
        .next()
        .ok_or_else(|| RatingError::NotOpened(name.clone()))?;
    let comments = forum.comments(found)?;
    let own = comments.iter().filter(|comment| {
        let is_theirs = writer(comment).is_some_and(|(id, _)| id == person.id);
        is_theirs && form::parse(&comment.body).is_some()
    });
    let earlier = own.max_by(|a, b| written_at(a).cmp(written_at(b)));
    Ok(Posting {
        url: found.url.clone(),
        comment: form::render(said),
        discussion: found.id.clone(),
        earlier: earlier.map(|comment| comment.id.clone()),
    })
}

/// Posts it; tells the comment's address.
///
/// # Errors
/// Where the forge does not do it. Doing it again changes the same comment.
pub fn post(forum: &Forum<'_>, posting: &Posting) -> Result<String, RatingError> {
    match &posting.earlier {
        Some(comment) => forum.edit(comment, &posting.comment),
        None => forum.comment(&posting.discussion, &posting.comment),
    }
}

/// The proposal that puts `person`'s rating into the registry's file, which reads `before`. `today` is
/// the day.
///
/// # Errors
/// Where the file cannot be read.
pub fn proposal(
    name: &PackageName,
    person: &Person,
    said: &Said,
    today: &str,
    before: Option<&[u8]>,
) -> Result<Proposal, RatingError> {
    let entry = Entry {
        by: person.owner(),
        login: person.login.clone(),
        stars: said.stars,
        version: said.version.clone(),
        date: today.to_owned(),
        review: said.review.clone(),
    };
    let text = put(name, before, entry)?;
    Ok(Proposal {
        branch: format!(
            "paracle/{}/rate-{}-{}",
            person.login,
            name.namespace(),
            name.name()
        ),
        title: format!("Rate {name}: {} of 5", said.stars),
        body: format!(
            "A rating of `{name}`, written by `paracle template rate`. It changes the entry of \
             {} in `{}` and nothing else.\n",
            person.owner(),
            Layout::ratings(name)
        ),
        files: vec![FileChange::put(Layout::ratings(name), text)],
    })
}
