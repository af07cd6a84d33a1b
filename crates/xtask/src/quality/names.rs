//! Queries that no one has to judge: every name as it is, and with one typo.

use std::collections::BTreeMap;

use search::Document;

use super::sets::Judged;
use crate::corpus::random::Random;

/// Words that are shorter are often one edit from another word, and nobody can say what was meant.
const SHORTEST: usize = 5;

/// At most so many names of a set, spread evenly.
const MOST: usize = 1000;

const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz";

/// Each name, without its namespace. Packages that share one answer it equally well.
pub(super) fn exact(documents: &[Document]) -> Vec<Judged> {
    let all = by_name(documents);
    let judged = |(name, full): (&&str, &Vec<String>)| Judged {
        class: "exact".to_owned(),
        text: (*name).to_owned(),
        relevant: full.clone(),
        reason: "its name".to_owned(),
    };
    spread(all.iter().map(judged).collect())
}

/// Each name with one edit in its longest word, but for its first letter, which people get right.
/// A name without a word of five letters is left out, and so is what happens to be another name.
pub(super) fn typos(documents: &[Document]) -> Vec<Judged> {
    let all = by_name(documents);
    let mut random = Random::new(1);
    let mut typos = Vec::new();
    for (name, full) in &all {
        let words = name.split(|c: char| !c.is_ascii_lowercase());
        let Some(word) = words.max_by_key(|word| word.len()) else {
            continue;
        };
        let wrong = name.replacen(word, &mistyped(word, &mut random), 1);
        if word.len() >= SHORTEST && wrong != *name && !all.contains_key(&*wrong) {
            typos.push(Judged {
                class: "typo1".to_owned(),
                text: wrong,
                relevant: full.clone(),
                reason: format!("one edit from {name}"),
            });
        }
    }
    spread(typos)
}

/// Full names by what comes after the namespace.
fn by_name(documents: &[Document]) -> BTreeMap<&str, Vec<String>> {
    let mut all: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for document in documents {
        let (_, name) = document.name.split_once('/').unwrap_or_default();
        all.entry(name).or_default().push(document.name.clone());
    }
    all
}

/// A letter missing, too many, wrong, or two swapped. Swapping two equal ones changes nothing.
fn mistyped(word: &str, random: &mut Random) -> String {
    let mut letters = word.as_bytes().to_vec();
    if letters.len() < 2 {
        return word.to_owned();
    }
    let at = 1 + random.below(letters.len() - 1);
    let other = *random.of(LETTERS);
    match random.below(4) {
        0 => {
            letters.remove(at);
        }
        1 => letters.insert(at, other),
        2 => letters[at] = other,
        _ if at + 1 < letters.len() => letters.swap(at, at + 1),
        _ => letters.push(other),
    }
    String::from_utf8_lossy(&letters).into_owned()
}

fn spread(all: Vec<Judged>) -> Vec<Judged> {
    let step = all.len().div_ceil(MOST).max(1);
    all.into_iter().step_by(step).collect()
}

#[cfg(test)]
mod tests {
    use search::Document;

    use super::{exact, typos};

    #[test]
    fn a_typo_is_one_edit_and_the_same_every_time() {
        let documents: Vec<Document> = ["a/git", "a/code-reviewer", "b/code-reviewer"]
            .map(|name| Document {
                name: name.to_owned(),
                ..Document::default()
            })
            .into();
        assert_eq!(exact(&documents).len(), 2);
        let first = typos(&documents);
        assert_eq!(first.len(), 1);
        assert_eq!(first[0].relevant, ["a/code-reviewer", "b/code-reviewer"]);
        assert!(first[0].text.starts_with("code-r"));
        assert_eq!(first[0].text, typos(&documents)[0].text);
    }
}
