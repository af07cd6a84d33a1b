//! Debian's own package descriptions: 60,000 texts that people wrote about programs.

use std::collections::{HashMap, HashSet};

use super::text;
use crate::apt::Apt;
use crate::workspace::Failure;

/// What Debian says of a package, cleaned of characters that nobody sees.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Description {
    pub(crate) name: String,
    pub(crate) section: String,
    pub(crate) maintainer: String,
    /// Debtags, such as `use::gameplaying`.
    pub(crate) tags: Vec<String>,
    /// One line.
    pub(crate) summary: String,
    /// Paragraphs; verbatim lines start with a space, as in Debian's own format.
    pub(crate) body: String,
}

/// All descriptions, by name; a package that is in the lists several times counts once.
pub(crate) fn descriptions(apt: &Apt) -> Result<Vec<Description>, Failure> {
    let texts = apt.descriptions()?;
    let mut found = packages(&apt.packages()?, &bodies(&texts));
    found.sort_by(|a, b| a.name.cmp(&b.name));
    match found.is_empty() {
        true => Err(Failure("APT's lists hold no descriptions".to_owned())),
        false => Ok(found),
    }
}

fn packages(text: &str, bodies: &HashMap<&str, String>) -> Vec<Description> {
    let mut seen = HashSet::new();
    paragraphs(text)
        .filter_map(|fields| {
            let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
            let name = field("Package");
            let body = bodies.get(field("Description-md5"))?;
            let maintainer = field("Maintainer").split('<').next().unwrap_or_default();
            let section = field("Section").rsplit('/').next().unwrap_or_default();
            seen.insert(name.to_owned()).then(|| Description {
                name: name.to_owned(),
                section: if section.is_empty() { "misc" } else { section }.to_owned(),
                maintainer: maintainer.trim().to_owned(),
                tags: field("Tag")
                    .split(',')
                    .map(|tag| tag.trim().to_owned())
                    .collect(),
                summary: text::clean(field("Description")),
                body: body.clone(),
            })
        })
        .collect()
}

/// Long descriptions without their first line, by the digest that packages name.
fn bodies(text: &str) -> HashMap<&str, String> {
    let mut bodies = HashMap::new();
    for paragraph in text.split("\n\n") {
        let digest = paragraph
            .lines()
            .find_map(|line| line.strip_prefix("Description-md5: "));
        let Some((_, rest)) = paragraph.split_once("Description-en:") else {
            continue;
        };
        let lines = rest
            .lines()
            .skip(1)
            .map_while(|line| line.strip_prefix(' '));
        let lines = lines.map(|line| if line == "." { "" } else { line });
        if let Some(digest) = digest {
            bodies.insert(digest, text::clean(&lines.collect::<Vec<_>>().join("\n")));
        }
    }
    bodies
}

/// Fields by name; a continued one in one line.
fn paragraphs(text: &str) -> impl Iterator<Item = HashMap<&str, String>> {
    text.split("\n\n").map(|paragraph| {
        let mut fields: HashMap<&str, String> = HashMap::new();
        let mut current = "";
        for line in paragraph.lines() {
            if line.starts_with(' ') {
                fields.entry(current).or_default().push_str(line);
            } else if let Some((name, value)) = line.split_once(':') {
                current = name;
                fields.insert(name, value.trim().to_owned());
            }
        }
        fields
    })
}

#[cfg(test)]
mod tests {
    use super::{bodies, packages};

    #[test]
    fn descriptions_are_joined_with_their_packages() {
        let lists = "Package: 0ad\nMaintainer: Games Team <g@example.org>\n\
            Description: Game of war\nDescription-md5: d9\nTag: game::strategy,\n use::gameplaying\n\
            Section: contrib/games\n\nPackage: 0ad\nDescription: Older\nDescription-md5: d9\n\n\
            Package: lone\nDescription: Without a text\nDescription-md5: d8\n";
        let texts = "Package: 0ad\nDescription-md5: d9\nDescription-en: Game of war\n A game.\n\
            \x20.\n  * armies\n\nPackage: other\nDescription-md5: d7\nDescription-en: Other\n";
        let found = packages(lists, &bodies(texts));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].section, "games");
        assert_eq!(found[0].maintainer, "Games Team");
        assert_eq!(found[0].tags, ["game::strategy", "use::gameplaying"]);
        assert_eq!(found[0].body, "A game.\n\n * armies");
    }
}
