//! One discussion for each package. Doing it again finds those that are there.

use std::collections::BTreeSet;

use registry_index::PackageName;

use super::{
    RatingError,
    collect::Packages,
    forum::{Forum, MARK},
};

/// What was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// New discussions: the package, and the address.
    pub opened: Vec<(PackageName, String)>,
    /// Packages that had one.
    pub there: usize,
    /// Packages left for the next time.
    pub left: usize,
}

/// Opens a discussion for each package without one, `most` of them: forges do not like much content
/// made at once. `site` is the registry's address, for links.
///
/// # Errors
/// Where the forge does not do it; those that were opened stay.
pub fn open(
    forum: &Forum<'_>,
    packages: &Packages,
    site: &str,
    most: usize,
) -> Result<Opened, RatingError> {
    let titles = forum.titles()?;
    let there: BTreeSet<&PackageName> = titles
        .iter()
        .filter_map(|one| packages.titled(&one.title))
        .collect();
    let missing: Vec<&PackageName> = packages
        .names()
        .filter(|name| !there.contains(name))
        .collect();
    let mut opened = Opened {
        opened: Vec::new(),
        there: there.len(),
        left: missing.len().saturating_sub(most),
    };
    for name in missing.into_iter().take(most) {
        let address = forum.open(name.as_str(), &body(name, site))?;
        opened.opened.push((name.clone(), address));
    }
    Ok(opened)
}

/// What stands in the discussion of a package. Nothing in it is the package's own words.
pub fn body(name: &PackageName, site: &str) -> String {
    format!(
        "{MARK}\n\
         What do you think of [`{name}`]({site}p/{name}/)?\n\n\
         **To rate it**, react to this post: ❤️ counts as 5 stars, 👍 as 4, 😕 as 2, 👎 as 1. \
         Other reactions count nothing.\n\n\
         **To say why**, write a comment that begins with its rating; the version may follow on the \
         next line, then your review in Markdown, at most 2,000 characters:\n\n\
         ```text\n\
         Rating: 4/5\n\
         Version: 1.2.0\n\n\
         Short reports, and the grades make sense.\n\
         ```\n\n\
         Or type `paracle template rate {name} --stars 4`.\n\n\
         One rating a person counts: a comment rather than a reaction, the newest rather than an \
         older one. Edit or delete yours whenever you like. Ratings are counted once a day and shown \
         on the package's page, an average from five on; they do not change what search finds first. \
         The package's owners cannot rate it.\n"
    )
}
