//! The folder of ratings: `<ns>/<name>.toml`, in the registry's root or wherever the forge's were
//! taken to.

use rayon::prelude::*;

use super::{Keys, Layout, LoadError, Loaded, Selection, folder, misplaced};
use crate::{
    finding::Finding,
    name::PackageName,
    raw::{self, Written},
};

type Read = (Option<(PackageName, Written<raw::Ratings>)>, Vec<Finding>);

/// Reads the ratings of every package that is selected; none where there is no such folder.
pub(super) fn read(
    layout: &Layout,
    selection: &Selection<'_>,
    keys: &Keys,
    loaded: &mut Loaded,
) -> Result<(), LoadError> {
    let mut files = Vec::new();
    for namespace in folder::names(&layout.ratings_folder())? {
        for file in folder::names(&layout.ratings_folder().join(&namespace))? {
            files.push(format!("{namespace}/{file}"));
        }
    }
    let read: Vec<Read> = files
        .par_iter()
        .map(|file| one(layout, file, selection, keys))
        .collect::<Result<_, _>>()?;
    for (ratings, findings) in read {
        loaded.ratings.extend(ratings);
        loaded.findings.extend(findings);
    }
    Ok(())
}

fn one(
    layout: &Layout,
    file: &str,
    selection: &Selection<'_>,
    keys: &Keys,
) -> Result<Read, LoadError> {
    // Wherever the folder is, findings name the file as the branch that holds it does.
    let path = format!("ratings/{file}");
    if !selection.has(&path) {
        return Ok((None, Vec::new()));
    }
    let name = file
        .strip_suffix(".toml")
        .and_then(|name| name.parse().ok());
    let Some(name): Option<PackageName> = name else {
        let message = format!("{path:?} does not stand for a package");
        let help = "call it ratings/<namespace>/<name>.toml";
        return Ok((None, vec![misplaced(&path, message, help)]));
    };
    let Some(bytes) = folder::read_regular(&layout.ratings_folder().join(file))? else {
        let message = format!("{path:?} is not a regular file");
        let help = "put a file there, not a link or a folder";
        return Ok((None, vec![misplaced(&path, message, help)]));
    };
    let (written, mut findings) = raw::read(&path, bytes, &keys.ratings);
    for finding in &mut findings {
        finding.package = Some(name.to_string());
    }
    Ok((written.map(|written| (name, written)), findings))
}
