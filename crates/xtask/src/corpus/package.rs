//! A description as a package: every file of its folder.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::component::{self, Kind};
use super::debian::Description;
use super::names;
use super::random::Random;
use super::text;

/// More agents and skills than anything else, as other registries of such things have.
const KINDS: &[(Kind, usize)] = &[
    (Kind::Agent, 32),
    (Kind::Skill, 34),
    (Kind::Workflow, 14),
    (Kind::Integration, 14),
    (Kind::Project, 6),
];
const LICENSES: &[&str] = &[
    "MIT",
    "MIT",
    "MIT",
    "Apache-2.0",
    "BSD-3-Clause",
    "GPL-3.0-or-later",
];
const VERSIONS: &[&str] = &[
    "0.1.0", "0.3.1", "1.0.0", "1.0.0", "1.2.0", "2.0.1", "3.14.0",
];

/// A path from the root of the registry, and what is there.
pub(super) type File = (String, String);

/// Texts of a section, to pad READMEs with.
pub(super) type Sections<'a> = HashMap<&'a str, Vec<&'a str>>;

/// What is said of a package, whatever is made of it.
pub(crate) struct Package {
    /// Without its namespace.
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) license: &'static str,
    pub(crate) version: &'static str,
    pub(crate) author: String,
    pub(crate) category: String,
    pub(crate) keywords: Vec<String>,
    /// One line.
    pub(crate) summary: String,
    /// Markdown.
    pub(crate) readme: String,
}

impl Package {
    /// The package `name`, which is about what `description` says.
    pub(super) fn new(
        name: &str,
        description: &Description,
        sections: &Sections<'_>,
        random: &mut Random,
    ) -> Package {
        let kind = kind(random);
        let license = *random.of(LICENSES);
        let summary = text::summary(&description.summary, name);
        let others = &sections[description.section.as_str()];
        let readme = text::readme(name, &summary, &description.body, others, random);
        let author = match text::slug(&description.maintainer, 39) {
            login if login.is_empty() => "debian".to_owned(),
            login => login,
        };
        Package {
            name: name.to_owned(),
            kind,
            license,
            version: random.of::<&str>(VERSIONS),
            author,
            category: description.section.clone(),
            keywords: text::keywords(&description.tags, &summary),
            summary,
            readme,
        }
    }

    /// The first part of its whole name.
    pub(crate) fn namespace(&self) -> String {
        names::namespace(&self.name)
    }

    /// The files of its folder, by path from the root of the registry.
    pub(super) fn files(&self, body: &str, mit: &str) -> Vec<File> {
        let name = &self.name;
        let id = match name.starts_with(|c: char| c.is_ascii_digit()) {
            true => format!("the-{name}"),
            false => name.clone(),
        };
        let component = component::Component {
            id: &id,
            summary: &text::prose(&self.summary, 100),
            prose: &text::prose(body, 700),
        };
        let (components, tables) = component.files(self.kind);
        let mut files = vec![
            ("paracle.toml".to_owned(), self.manifest() + &tables),
            ("README.md".to_owned(), self.readme.clone()),
            (
                "tests/default/answers.toml".to_owned(),
                "format = 1\n".to_owned(),
            ),
        ];
        if self.license == "MIT" {
            files.push(("LICENSE".to_owned(), mit.to_owned()));
        }
        files.extend(components);
        let folder = format!("templates/{}/{name}", self.kind.plural());
        files
            .into_iter()
            .map(|(path, text)| (format!("{folder}/{path}"), text))
            .collect()
    }

    fn manifest(&self) -> String {
        let mut toml = format!(
            "format = 1\n\n[package]\nname = \"{}/{}\"\nversion = \"{}\"\nkind = \"{}\"\n",
            self.namespace(),
            self.name,
            self.version,
            self.kind.word(),
        );
        for (key, value) in [
            ("summary", quoted(&self.summary)),
            ("license", quoted(&self.license)),
            ("authors", quoted(&[&self.author])),
            ("categories", quoted(&[&self.category])),
            ("keywords", quoted(&self.keywords)),
            ("paracle", quoted(&">=1.0.0")),
        ] {
            let _ = writeln!(toml, "{key} = {value}");
        }
        toml
    }
}

fn kind(random: &mut Random) -> Kind {
    let mut left = random.below(KINDS.iter().map(|(_, share)| share).sum());
    for (kind, share) in KINDS {
        match left.checked_sub(*share) {
            None => return *kind,
            Some(rest) => left = rest,
        }
    }
    Kind::Agent
}

/// A text or a list of texts as TOML and YAML write it. What JSON escapes, both read alike.
pub(super) fn quoted<T: serde::Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{Package, Sections};
    use crate::corpus::debian::Description;
    use crate::corpus::random::Random;

    #[test]
    fn a_package_has_all_that_rules_ask_for() {
        let description = Description {
            name: "0ad".to_owned(),
            section: "games".to_owned(),
            maintainer: "Games Team".to_owned(),
            tags: vec!["use::gameplaying".to_owned()],
            summary: "Game of \"war\"".to_owned(),
            body: "A game.".to_owned(),
        };
        let sections: Sections<'_> = HashMap::from([("games", vec!["Another game."])]);
        let mut random = Random::new(5);
        for _ in 0..50 {
            let package = Package::new("0ad", &description, &sections, &mut random);
            let files = package.files(&description.body, "MIT text");
            let (path, manifest) = &files[0];
            let folder = path.strip_suffix("/paracle.toml").unwrap();
            assert!(
                folder.starts_with("templates/") && folder.ends_with("s/0ad"),
                "{folder}"
            );
            assert!(
                manifest.contains("summary = \"Game of \\\"war\\\"\"\n"),
                "{manifest}"
            );
            assert!(
                manifest.contains("authors = [\"games-team\"]\n"),
                "{manifest}"
            );
            assert!(files.iter().all(|(path, _)| path.starts_with(folder)));
            assert!(files.len() >= 4, "{files:?}");
        }
    }
}
