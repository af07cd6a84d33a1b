//! Ratings as a file of `ratings/`, and the folder of them.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use registry_index::{
    Layout, PackageName,
    artifact::{Existing, write_file},
    rating::person,
    raw,
};
use semver::Version;
use serde::Serialize;

use super::RatingError;

/// One person's rating, as `[[ratings]]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Who, as `github:` and a numeric id.
    pub by: String,
    /// What they are called now.
    pub login: String,
    /// From 1 to 5.
    pub stars: u8,
    /// The release that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    /// The day, `YYYY-MM-DD`, UTC.
    pub date: String,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<String>,
}

/// The text of a file with these ratings: by numeric id, so that the same ratings are the same bytes.
pub fn text(mut ratings: Vec<Entry>) -> String {
    #[derive(Serialize)]
    struct File {
        format: u32,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        ratings: Vec<Entry>,
    }
    ratings.sort_by_key(|one| (person(&one.by), one.by.clone()));
    let file = File { format: 1, ratings };
    // Strings, numbers and a list of tables at the end are always TOML.
    toml::to_string(&file).unwrap_or_default()
}

/// The text of the file of `name` that reads `before`, with `entry` in the place of that person's.
///
/// # Errors
/// Where `before` is no file of ratings.
pub fn put(name: &PackageName, before: Option<&[u8]>, entry: Entry) -> Result<String, RatingError> {
    let wrong = |why: String| RatingError::Unreadable {
        path: Layout::ratings(name),
        why,
    };
    let mut ratings = Vec::new();
    if let Some(bytes) = before {
        let read = std::str::from_utf8(bytes).map_err(|error| wrong(error.to_string()))?;
        let read: raw::Ratings =
            toml::from_str(read).map_err(|error| wrong(error.message().into()))?;
        for one in read.ratings {
            let version = one
                .version
                .as_ref()
                .map(|version| version.parse())
                .transpose();
            ratings.push(Entry {
                by: one.by.get().clone(),
                login: one.login.get().clone(),
                stars: *one.stars.get(),
                version: version.map_err(|error: semver::Error| wrong(error.to_string()))?,
                date: one.date.get().clone(),
                review: one.review.map(|review| review.get().clone()),
            });
        }
    }
    ratings.retain(|one| one.by != entry.by);
    ratings.push(entry);
    Ok(text(ratings))
}

/// What writing a folder did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that are new or differ.
    pub changed: usize,
    /// Files that are gone.
    pub removed: usize,
}

/// Makes `folder` hold `files`: writes what differs, each file beside its place and renamed, then
/// removes the files of packages that have no rating any more. Whatever else lies there stays.
///
/// # Errors
/// Where the disk says no; what was not reached is as it was.
pub fn write(folder: &Path, files: &BTreeMap<PackageName, String>) -> Result<Written, RatingError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| RatingError::Io { path, source }
    };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    let mut written = Written::default();
    for (name, text) in files {
        let path = folder.join(format!("{name}.toml"));
        if !fs::read(&path).is_ok_and(|bytes| bytes == text.as_bytes()) {
            write_file(&path, text.as_bytes(), Existing::Replace).map_err(failed(&path))?;
            written.changed += 1;
        }
    }
    for (name, path) in there(folder).map_err(failed(folder))? {
        if !files.contains_key(&name) {
            fs::remove_file(&path).map_err(failed(&path))?;
            written.removed += 1;
        }
    }
    Ok(written)
}

/// The files in `folder` that stand for packages.
fn there(folder: &Path) -> io::Result<Vec<(PackageName, PathBuf)>> {
    let mut found = Vec::new();
    for namespace in fs::read_dir(folder)? {
        let namespace = namespace?;
        if !namespace.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(namespace.path())? {
            let file = file?;
            let (above, name) = (namespace.file_name(), file.file_name());
            let stem = name.to_str().and_then(|name| name.strip_suffix(".toml"));
            let name = above.to_str().zip(stem);
            let name = name.and_then(|(above, stem)| format!("{above}/{stem}").parse().ok());
            found.extend(name.map(|name| (name, file.path())));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: u32, stars: u8) -> Entry {
        Entry {
            by: format!("github:{id}"),
            login: "example-dev".into(),
            stars,
            version: Some(Version::new(1, 0, 0)),
            date: "2026-01-02".into(),
            review: Some("Good.\n\n\"\"\" '''\n[[ratings]]\\".into()),
        }
    }

    #[test]
    fn a_file_is_by_number_and_reads_as_it_was() {
        let file = text(vec![entry(100, 3), entry(9, 4)]);
        assert_eq!(file, text(vec![entry(9, 4), entry(100, 3)]));
        let read: raw::Ratings = toml::from_str(&file).unwrap();
        let ids: Vec<&str> = read.ratings.iter().map(|one| one.by.as_str()).collect();
        assert_eq!(ids, ["github:9", "github:100"]);
        assert_eq!(
            read.ratings[0].review.as_ref().unwrap().get(),
            &entry(9, 4).review.unwrap()
        );
    }

    #[test]
    fn only_ones_own_rating_is_changed() {
        let name: PackageName = "core/thing".parse().unwrap();
        let before = text(vec![entry(9, 4), entry(100, 3)]);
        let after = put(&name, Some(before.as_bytes()), entry(9, 1)).unwrap();
        assert_eq!(after, text(vec![entry(9, 1), entry(100, 3)]));
        assert_eq!(
            put(&name, None, entry(9, 4)).unwrap(),
            text(vec![entry(9, 4)])
        );
        assert!(put(&name, Some(b"format = "), entry(9, 4)).is_err());
    }

    #[test]
    fn a_folder_holds_what_was_counted_and_what_others_put_there() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("ratings");
        let name = |name: &str| name.parse::<PackageName>().unwrap();
        let both = BTreeMap::from([
            (name("core/one"), "x".to_owned()),
            (name("acme/two"), "y".to_owned()),
        ]);
        assert_eq!(
            write(&folder, &both).unwrap(),
            Written {
                changed: 2,
                removed: 0
            }
        );
        assert_eq!(write(&folder, &both).unwrap(), Written::default());
        for stray in ["README.md", "core/notes.txt"] {
            write_file(&folder.join(stray), b"kept", Existing::Keep).unwrap();
        }
        let one = BTreeMap::from([(name("core/one"), "z".to_owned())]);
        assert_eq!(
            write(&folder, &one).unwrap(),
            Written {
                changed: 1,
                removed: 1
            }
        );
        assert_eq!(fs::read(folder.join("core/one.toml")).unwrap(), b"z");
        assert!(!folder.join("acme/two.toml").exists());
        assert!(folder.join("README.md").exists() && folder.join("core/notes.txt").exists());
    }
}
