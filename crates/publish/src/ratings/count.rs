//! What was said in the discussions of a package -> one rating a person.
//!
//! Of a person's comments that are ratings the newest counts; where there is none, the newest of the
//! reactions to the discussion that mean stars. Bots, deleted accounts and the package's owners do not
//! count, nor does a comment that was hidden by a moderator or whose last words are somebody else's.

use std::collections::{BTreeMap, BTreeSet};

use registry_index::rating::person;
use semver::Version;

use super::{
    file::Entry,
    form::{self, Said},
    forum::{Actor, Comment, Discussion, Reaction},
};

/// The stars that a reaction stands for; most reactions are only friendly.
/// <https://docs.github.com/graphql/reference/enums#reactioncontent>
pub fn reaction_stars(content: &str) -> Option<u8> {
    Some(match content {
        "HEART" => 5,
        "THUMBS_UP" => 4,
        "CONFUSED" => 2,
        "THUMBS_DOWN" => 1,
        _ => return None,
    })
}

/// One thing that one person said.
struct Voice {
    login: String,
    said: Said,
    /// RFC 3339, UTC: ordered as text.
    at: String,
}

/// The ratings in `discussions`, by numeric id. `versions` are those that the package has.
pub(super) fn count<'a>(
    discussions: impl Iterator<Item = &'a Discussion> + Clone,
    versions: &[Version],
    owners: &[String],
) -> Vec<Entry> {
    let reactions = discussions.clone().flat_map(|one| one.reactions.items());
    let comments = discussions.flat_map(|one| one.comments.items());
    let mut voices = newest(reactions.filter_map(of_reaction));
    // A comment outweighs a reaction.
    voices.extend(newest(comments.filter_map(of_comment)));
    let owners: BTreeSet<u64> = owners.iter().filter_map(|owner| person(owner)).collect();
    let counted = voices.into_iter().filter(|(id, _)| !owners.contains(id));
    let entries = counted.map(|(id, voice)| Entry {
        by: format!("github:{id}"),
        login: voice.login,
        stars: voice.said.stars,
        version: voice
            .said
            .version
            .filter(|version| versions.contains(version)),
        date: voice.at.get(..10).unwrap_or_default().to_owned(),
        review: voice.said.review,
    });
    entries.collect()
}

/// Each person's newest; of two at one time, the one that was listed later.
fn newest(voices: impl Iterator<Item = (u64, Voice)>) -> BTreeMap<u64, Voice> {
    let mut newest: BTreeMap<u64, Voice> = BTreeMap::new();
    for (id, voice) in voices {
        match newest.get(&id) {
            Some(known) if known.at > voice.at => {}
            _ => drop(newest.insert(id, voice)),
        }
    }
    newest
}

fn of_reaction(reaction: &Reaction) -> Option<(u64, Voice)> {
    let user = reaction.user.as_ref()?;
    let said = Said {
        stars: reaction_stars(&reaction.content)?,
        version: None,
        review: None,
    };
    voice(user.database_id?, &user.login, said, &reaction.created_at)
}

fn of_comment(comment: &Comment) -> Option<(u64, Voice)> {
    let (id, login) = writer(comment)?;
    let said = form::parse(&comment.body)?;
    voice(id, login, said, written_at(comment))
}

/// When a comment became what it is.
pub(super) fn written_at(comment: &Comment) -> &str {
    comment
        .last_edited_at
        .as_deref()
        .unwrap_or(&comment.created_at)
}

/// Whose words a comment holds: a person's, who alone has written and edited it.
pub(super) fn writer(comment: &Comment) -> Option<(u64, &str)> {
    let id = |actor: &Actor| actor.database_id.filter(|_| actor.kind == "User");
    let author = comment.author.as_ref()?;
    let is_own = comment
        .editor
        .as_ref()
        .is_none_or(|editor| id(editor) == id(author));
    let is_shown = comment.deleted_at.is_none() && !comment.is_minimized;
    Some((id(author).filter(|_| is_own && is_shown)?, &author.login))
}

fn voice(id: u64, login: &str, said: Said, at: &str) -> Option<(u64, Voice)> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_login = (1..=39).contains(&login.len()) && login.bytes().all(is_plain);
    let is_day = registry_index::rating::day(at).is_some();
    (id > 0 && is_login && is_day).then(|| {
        let voice = Voice {
            login: login.to_owned(),
            said,
            at: at.to_owned(),
        };
        (id, voice)
    })
}
