//! A registry of one's own: everything that one needs, on a disk and on GitHub.
//!
//! ```text
//! Wanted -> files in memory -> a folder that was not there, or was empty
//! ```
//!
//! The workflows, forms and code owners are this project's own files, compiled in and changed where a
//! registry of one's own is another one: see `github`. So what is tried here every day is what others get.

mod github;

use std::{fs, io::Write, path::Path};

use registry_index::name::Part;

use crate::{PublishError, error::io_error, forge::RepoName};

/// What a registry is to be.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Its short name.
    pub name: Part,
    /// What people call it: one line.
    pub title: String,
    /// Where its site will be: an http(s) address without query and fragment.
    pub url: url::Url,
    /// Where it is pushed to.
    pub repository: url::Url,
    /// Where its workflows have `paracle` from.
    pub program: Program,
    /// Whether it begins with a package.
    pub begin: Begin,
}

/// The commit of this project whose program workflows build and run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// 40 hex digits.
    pub rev: String,
    /// What it is, for people: a version or a branch.
    pub label: String,
}

/// What a registry begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// Nothing.
    Empty,
    /// One package that passes every check, as a pattern.
    FirstPackage,
}

/// Makes a registry in `folder`, which must not exist or be empty. Returns the files that were
/// written, by path from the folder.
///
/// # Errors
/// [`PublishError::NotEmpty`], [`PublishError::Io`].
pub fn registry(folder: &Path, wanted: &Wanted) -> Result<Vec<String>, PublishError> {
    if fs::symlink_metadata(folder).is_ok() {
        let mut entries = fs::read_dir(folder).map_err(io_error(folder))?;
        if entries.next().is_some() {
            return Err(PublishError::NotEmpty(folder.to_owned()));
        }
    }
    let files = files(wanted);
    for (path, text) in &files {
        let full = folder.join(path);
        let parent = full.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(io_error(parent))?;
        fs::File::create_new(&full)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(io_error(&full))?;
    }
    Ok(files.into_iter().map(|(path, _)| path).collect())
}

/// All its files: path and text.
fn files(wanted: &Wanted) -> Vec<(String, String)> {
    let words = Words::of(wanted);
    let mut files = vec![
        (
            "registry-index/registry.toml".to_owned(),
            words.fill(include_str!("scaffold/files/registry.toml"), &Words::quoted),
        ),
        (
            "templates/README.md".to_owned(),
            include_str!("scaffold/files/templates.md").to_owned(),
        ),
        (
            "README.md".to_owned(),
            words.fill(include_str!("scaffold/files/README.md"), &Words::prose),
        ),
        (
            ".gitignore".to_owned(),
            include_str!("scaffold/files/gitignore").to_owned(),
        ),
    ];
    if wanted.begin == Begin::FirstPackage {
        let manifest = words.fill(
            include_str!("scaffold/files/plain-words/paracle.toml"),
            &Words::bare,
        );
        let skill = include_str!("scaffold/files/plain-words/SKILL.md");
        let texts = [
            ("paracle.toml", manifest.as_str()),
            (
                "README.md",
                include_str!("scaffold/files/plain-words/README.md"),
            ),
            (
                "CHANGELOG.md",
                include_str!("scaffold/files/plain-words/CHANGELOG.md"),
            ),
            ("skills/plain-words/SKILL.md", skill),
            ("tests/default/answers.toml", "format = 1\n"),
        ];
        files.extend(texts.map(|(path, text)| {
            (
                format!("templates/skills/plain-words/{path}"),
                text.to_owned(),
            )
        }));
    }
    files.extend(github::files(wanted, &words.owner, &words.home));
    files.sort();
    files
}

/// The words that differ from registry to registry.
struct Words {
    /// Mark and text.
    texts: Vec<(&'static str, String)>,
    /// Who keeps it, as the forge calls them.
    owner: String,
    /// `owner/name` on the forge.
    home: String,
}

impl Words {
    fn of(wanted: &Wanted) -> Self {
        let (owner, home) = match RepoName::of_url(wanted.repository.as_str()) {
            Ok(repository) => (repository.owner().to_owned(), repository.to_string()),
            Err(_) => {
                let name = &wanted.name;
                (name.to_string(), format!("{name}/{name}"))
            }
        };
        // A login is nearly always the name of a namespace; else the registry's own name is one.
        let namespace = match owner.to_ascii_lowercase().parse::<Part>() {
            Ok(part) => part.to_string(),
            Err(_) => wanted.name.to_string(),
        };
        let address = |url: &url::Url| url.as_str().to_owned();
        Self {
            texts: vec![
                ("@NAME@", wanted.name.to_string()),
                ("@TITLE@", wanted.title.clone()),
                ("@URL@", address(&wanted.url)),
                ("@REPOSITORY@", address(&wanted.repository)),
                (
                    "@DESCRIPTION@",
                    format!("Building blocks of {}", wanted.title),
                ),
                ("@NAMESPACE@", namespace),
                (
                    "@AUTHOR@",
                    toml_edit::Value::from(owner.as_str()).to_string(),
                ),
            ],
            owner,
            home,
        }
    }

    /// `text` with every mark replaced by its word, written in `form`. No word is looked through for marks.
    fn fill(&self, text: &str, form: &dyn Fn(&str) -> String) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('@') {
            filled.push_str(&rest[..at]);
            rest = &rest[at..];
            let word = self.texts.iter().find(|(mark, _)| rest.starts_with(mark));
            match word {
                Some((mark, word)) => {
                    filled.push_str(&form(word));
                    rest = &rest[mark.len()..];
                }
                None => {
                    filled.push('@');
                    rest = &rest[1..];
                }
            }
        }
        filled + rest
    }

    fn quoted(text: &str) -> String {
        toml_edit::Value::from(text).to_string()
    }

    /// In Markdown, where a title must not become a link or a heading.
    fn prose(text: &str) -> String {
        let mut prose = String::with_capacity(text.len());
        for c in text.chars() {
            if "\\`*[]<>#|".contains(c) {
                prose.push('\\');
            }
            prose.push(c);
        }
        prose
    }

    /// As it is: a name, or what was written as TOML already.
    fn bare(text: &str) -> String {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests;
