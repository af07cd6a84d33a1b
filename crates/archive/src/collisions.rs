//! Paths together: are they distinct on systems that fold case or Unicode normalisation?

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;

use crate::path::PathRefusal;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
}

/// A place in the tree, and the first path that claimed it.
#[derive(Clone, Copy)]
struct Claim<'a> {
    path: &'a str,
    /// `path` up to here, as spelled.
    spelling: &'a str,
    kind: Kind,
}

/// Refuses paths that would meet in one place: the same path twice, two spellings of one name
/// where case or normalisation (NFC, NFKC) is folded, a file where another path needs a folder.
/// Folders count too: `Docs/a` and `docs/b` are refused, since some systems make one folder of
/// them and others two.
///
/// # Errors
/// [`PathRefusal::Duplicate`], [`PathRefusal::Collision`] or [`PathRefusal::FileAndFolder`].
pub fn check_collisions<'a>(paths: impl IntoIterator<Item = &'a str>) -> Result<(), PathRefusal> {
    let mut claims: BTreeMap<String, Claim<'a>> = BTreeMap::new();
    for path in paths {
        let mut place = String::new();
        let mut start = 0;
        let ends = path.match_indices('/').map(|(at, _)| at);
        for end in ends.chain([path.len()]) {
            // Folding may make a `/` (`℀` is `a/c`), it never makes a U+0000.
            place.push('\0');
            place.push_str(&fold(&path[start..end]));
            start = end + 1;
            let claim = Claim {
                path,
                spelling: &path[..end],
                kind: if end == path.len() {
                    Kind::File
                } else {
                    Kind::Folder
                },
            };
            match claims.get(&place) {
                Some(earlier) => compare(claim, *earlier)?,
                None => drop(claims.insert(place.clone(), claim)),
            }
        }
    }
    Ok(())
}

fn compare(claim: Claim<'_>, earlier: Claim<'_>) -> Result<(), PathRefusal> {
    let path = claim.path.to_owned();
    match (claim.kind, earlier.kind) {
        (Kind::Folder, Kind::File) => Err(PathRefusal::FileAndFolder {
            path,
            file: earlier.path.to_owned(),
        }),
        (Kind::File, Kind::Folder) => Err(PathRefusal::FileAndFolder {
            path: earlier.path.to_owned(),
            file: path,
        }),
        (Kind::File, Kind::File) if path == earlier.path => Err(PathRefusal::Duplicate { path }),
        (Kind::Folder, Kind::Folder) if claim.spelling == earlier.spelling => Ok(()),
        _ => Err(PathRefusal::Collision {
            path,
            other: earlier.path.to_owned(),
        }),
    }
}

/// The form in which two names are compared: compatibility composition around a full case fold.
/// Lower, upper, lower is at least as coarse as Unicode's case folding (`ẞ`, `ß` and `ss` are
/// one) and as NTFS's table of capitals; a test compares it with the former for every character.
pub(crate) fn fold(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    let lower = |c: char| c.to_lowercase();
    name.nfkc()
        .flat_map(lower)
        .flat_map(char::to_uppercase)
        .flat_map(lower)
        .nfkc()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn folding_is_at_least_as_coarse_as_unicodes() {
        let apart: Vec<char> = ('\0'..=char::MAX)
            .filter(|c| {
                let name = c.to_string();
                fold(&name) != fold(&caseless::default_case_fold_str(&name))
            })
            .collect();
        assert!(apart.is_empty(), "{apart:?}");
    }
}
