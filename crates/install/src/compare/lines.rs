//! Three versions of one file: as it was installed, as the user has it, as the release has it.

use diffy::{ConflictStyle, MergeOptions};

use crate::goal::OnConflict;

/// What merging came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Merged {
    /// Nobody changed what the other changed.
    Clean(Vec<u8>),
    /// With markers around what both changed.
    Marked(Vec<u8>),
    /// The user's bytes stay: they are no text that could be merged.
    Ours,
    /// The release's bytes come: they are no text that could be merged.
    Theirs,
    /// Both changed the same lines, and that is not to be settled here.
    Stopped,
}

/// Git's own length of a conflict marker.
const SHOWN: usize = 7;
/// A marker of this length stands in no file that was written by a person.
const SEARCHED: usize = 97;

/// Whether somebody has still to settle what an earlier merge left to them.
pub(super) fn has_markers(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    lines.any(|line| line == "<<<<<<< ours") && lines.any(|line| line == ">>>>>>> theirs")
}

/// Merges line by line. What both changed in the same way is no conflict.
pub(super) fn merge(base: &[u8], ours: &[u8], theirs: &[u8], policy: OnConflict) -> Merged {
    let texts = [base, ours, theirs].map(std::str::from_utf8);
    let ([Ok(base), Ok(ours), Ok(theirs)], false) = (texts, base.contains(&0)) else {
        return match policy {
            OnConflict::Ours | OnConflict::Markers => Merged::Ours,
            OnConflict::Theirs => Merged::Theirs,
            OnConflict::Stop => Merged::Stopped,
        };
    };
    match merged(base, ours, theirs, policy) {
        Ok(text) => Merged::Clean(text.into_bytes()),
        Err(Some(text)) => Merged::Marked(text.into_bytes()),
        Err(None) => Merged::Stopped,
    }
}

/// The merged text; `Err` where both changed the same lines and the policy does not settle it, with the
/// text between markers where they were asked for.
fn merged(
    base: &str,
    ours: &str,
    theirs: &str,
    policy: OnConflict,
) -> Result<String, Option<String>> {
    let with = |length| {
        let mut options = MergeOptions::new();
        options
            .set_conflict_style(ConflictStyle::Diff3)
            .set_conflict_marker_length(length);
        options.merge(base, ours, theirs)
    };
    match policy {
        OnConflict::Markers => with(SHOWN).map_err(Some),
        OnConflict::Stop => with(SHOWN).map_err(|_| None),
        OnConflict::Ours => Ok(with(SEARCHED).unwrap_or_else(|text| one_side(&text, true))),
        OnConflict::Theirs => Ok(with(SEARCHED).unwrap_or_else(|text| one_side(&text, false))),
    }
}

/// One side of every conflict in a text with markers.
fn one_side(text: &str, ours: bool) -> String {
    #[derive(PartialEq)]
    enum At {
        Both,
        Ours,
        Base,
        Theirs,
    }
    let mut at = At::Both;
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let is_marker = |c: char| line.starts_with(&c.to_string().repeat(SEARCHED));
        match () {
            () if is_marker('<') => at = At::Ours,
            () if is_marker('|') => at = At::Base,
            () if is_marker('=') => at = At::Theirs,
            () if is_marker('>') => at = At::Both,
            () if at == At::Both || at == At::Ours && ours || at == At::Theirs && !ours => {
                out.push_str(line)
            }
            () => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "one\ntwo\nthree\nfour\nfive\nsix\n";

    fn with(policy: OnConflict, ours: &str, theirs: &str) -> Merged {
        merge(BASE.as_bytes(), ours.as_bytes(), theirs.as_bytes(), policy)
    }

    fn clean(text: &str) -> Merged {
        Merged::Clean(text.as_bytes().to_vec())
    }

    #[test]
    fn changes_apart_are_both_kept() {
        let ours = BASE.replace("one", "ONE");
        let theirs = BASE.replace("six", "SIX");
        let both = ours.replace("six", "SIX");
        for policy in [
            OnConflict::Ours,
            OnConflict::Theirs,
            OnConflict::Markers,
            OnConflict::Stop,
        ] {
            assert_eq!(with(policy, &ours, &theirs), clean(&both));
            assert_eq!(with(policy, &ours, &ours), clean(&ours));
        }
    }

    #[test]
    fn the_same_lines_are_settled_as_asked() {
        let ours = BASE.replace("one", "mine").replace("six", "6");
        let theirs = BASE.replace("one", "yours").replace("three", "3");
        let settled = |first: &str| {
            BASE.replace("one", first)
                .replace("six", "6")
                .replace("three", "3")
        };
        assert_eq!(
            with(OnConflict::Ours, &ours, &theirs),
            clean(&settled("mine"))
        );
        assert_eq!(
            with(OnConflict::Theirs, &ours, &theirs),
            clean(&settled("yours"))
        );
        assert_eq!(with(OnConflict::Stop, &ours, &theirs), Merged::Stopped);
        let Merged::Marked(marked) = with(OnConflict::Markers, &ours, &theirs) else {
            panic!("not marked");
        };
        let marked = String::from_utf8(marked).unwrap();
        for part in [
            "<<<<<<< ours\nmine\n",
            "||||||| original\none\n",
            "=======\nyours\n>>>>>>> theirs\n",
        ] {
            assert!(marked.contains(part), "{marked}");
        }
    }

    #[test]
    fn bytes_are_not_merged() {
        let merge = |policy| merge(b"a\0", b"b\0", b"c\0", policy);
        assert_eq!(merge(OnConflict::Markers), Merged::Ours);
        assert_eq!(merge(OnConflict::Theirs), Merged::Theirs);
        assert_eq!(merge(OnConflict::Stop), Merged::Stopped);
    }
}
