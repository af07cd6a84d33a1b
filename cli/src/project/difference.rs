//! Two sets of files, compared: which came, which went, which changed and how.

use std::collections::BTreeMap;

use diffy::Line;
use serde::Serialize;

/// More lines than these, without what both have at the beginning and the end, are not compared line by
/// line: the time that takes grows with their square.
const MOST: usize = 20_000;

/// Bytes, and whether they may be run where that is known.
#[derive(Clone, Debug)]
pub(crate) struct Side {
    pub(crate) bytes: Vec<u8>,
    pub(crate) executable: Option<bool>,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Became {
    Added,
    Removed,
    Changed,
    /// Its bytes are the same; it may be run now, or no longer.
    Mode,
}

/// One file that is not the same.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Difference {
    pub(crate) path: String,
    pub(crate) status: Became,
    /// Lines that came.
    pub(crate) added: usize,
    /// Lines that went.
    pub(crate) removed: usize,
    /// Why its lines are not shown, where they are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) opaque: Option<&'static str>,
    /// The change in unified form; absent where there are no lines to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) patch: Option<String>,
}

/// Files by path.
pub(crate) type Files = BTreeMap<String, Side>;

/// What has to be done to `old` to have `new`, sorted by path.
pub(crate) fn differences(old: &Files, new: &Files) -> Vec<Difference> {
    let mut paths: Vec<&String> = old.keys().chain(new.keys()).collect();
    paths.sort();
    paths.dedup();
    let compared = |path: &String| difference(path, old.get(path), new.get(path));
    paths.into_iter().filter_map(compared).collect()
}

fn difference(path: &str, old: Option<&Side>, new: Option<&Side>) -> Option<Difference> {
    let status = match (old, new) {
        (None, Some(_)) => Became::Added,
        (Some(_), None) => Became::Removed,
        (Some(old), Some(new)) if old.bytes != new.bytes => Became::Changed,
        (Some(old), Some(new)) => {
            let known = old.executable.zip(new.executable);
            return known.filter(|(old, new)| old != new).map(|_| Difference {
                path: path.to_owned(),
                status: Became::Mode,
                added: 0,
                removed: 0,
                opaque: None,
                patch: None,
            });
        }
        (None, None) => return None,
    };
    let bytes = |side: Option<&Side>| side.map_or(Vec::new(), |side| side.bytes.clone());
    let (old, new) = (bytes(old), bytes(new));
    let mut difference = Difference {
        path: path.to_owned(),
        status,
        added: 0,
        removed: 0,
        opaque: None,
        patch: None,
    };
    match (text(&old), text(&new)) {
        (Some(old), Some(new)) if is_small(old, new) => difference.lines(old, new),
        (Some(_), Some(_)) => difference.opaque = Some("too many lines to compare"),
        _ => difference.opaque = Some("binary"),
    }
    Some(difference)
}

impl Difference {
    fn lines(&mut self, old: &str, new: &str) {
        let patch = diffy::create_patch(old, new);
        for line in patch.hunks().iter().flat_map(|hunk| hunk.lines()) {
            match line {
                Line::Insert(_) => self.added += 1,
                Line::Delete(_) => self.removed += 1,
                Line::Context(_) => {}
            }
        }
        // The names of the two sides are said by who shows it.
        let text = patch.to_string();
        let hunks = text.find("@@").map_or("", |start| &text[start..]);
        self.patch = Some(hunks.to_owned()).filter(|hunks| !hunks.is_empty());
    }
}

fn text(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    (!text.contains('\0')).then_some(text)
}

fn is_small(old: &str, new: &str) -> bool {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[head..], &new[head..]);
    let tail = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    old.len() + new.len() - 2 * tail <= MOST
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(texts: &[(&str, &[u8])]) -> Files {
        let side = |bytes: &[u8]| Side {
            bytes: bytes.to_vec(),
            executable: Some(false),
        };
        texts
            .iter()
            .map(|(path, bytes)| ((*path).to_owned(), side(bytes)))
            .collect()
    }

    #[test]
    fn every_kind_of_change_is_told() {
        let old = files(&[
            ("a", b"1\n2\n3\n"),
            ("b", b"x\n"),
            ("c", b"\0"),
            ("e", b"same"),
        ]);
        let mut new = files(&[
            ("a", b"1\n3\n4\n5\n"),
            ("c", b"\0\0"),
            ("d", b"y"),
            ("e", b"same"),
        ]);
        let told = differences(&old, &new);
        let seen: Vec<_> = told
            .iter()
            .map(|d| (&*d.path, d.status, d.added, d.removed))
            .collect();
        assert_eq!(
            seen,
            [
                ("a", Became::Changed, 2, 1),
                ("b", Became::Removed, 0, 1),
                ("c", Became::Changed, 0, 0),
                ("d", Became::Added, 1, 0),
            ]
        );
        assert_eq!(
            told[0].patch.as_deref(),
            Some("@@ -1,3 +1,4 @@\n 1\n-2\n 3\n+4\n+5\n")
        );
        assert_eq!(
            (told[2].opaque, told[2].patch.as_deref()),
            (Some("binary"), None)
        );
        assert!(differences(&new, &new).is_empty());
        let before = new.clone();
        new.get_mut("e").unwrap().executable = Some(true);
        assert_eq!(differences(&before, &new)[0].status, Became::Mode);
    }

    #[test]
    fn a_hostile_size_is_named_only() {
        let many = |from: usize| {
            let lines: Vec<String> = (from..from + MOST).map(|line| line.to_string()).collect();
            lines.join("\n").into_bytes()
        };
        let (old, new) = (files(&[("a", &many(0))]), files(&[("a", &many(MOST))]));
        assert_eq!(
            differences(&old, &new)[0].opaque,
            Some("too many lines to compare")
        );
        // Much that is the same costs nothing.
        let mut longer = many(0);
        longer.extend(b"\nx");
        assert_eq!(differences(&old, &files(&[("a", &longer)]))[0].added, 2);
    }
}
