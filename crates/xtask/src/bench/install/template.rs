//! The same files as a template of each tool: one variable, in a tenth of them; the others are to be
//! copied as they are, which every tool is told.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::bench::measure::measure;
use crate::corpus::random::Random;
use crate::stock;
use crate::tree::{self, Node, Tree};
use crate::workspace::Failure;

/// What the variable is to be.
pub(super) const NAME: &str = "demo";
/// Stands for the variable, until it is known whose template it is.
const MARK: &str = "@NAME@";
/// So many lines a file, which makes about a kibibyte.
const LINES: usize = 20;
/// Files of one folder.
const FOLDER: usize = 20;
/// One file of so many is rendered.
const TENTH: usize = 10;

const WORDS: &[&str] = &[
    "agent", "branch", "change", "diff", "error", "file", "goal", "house", "issue", "journal",
    "key", "line", "merge", "note", "order", "plan", "query", "rule", "step", "tree",
];

pub(super) struct Template {
    files: Vec<File>,
}

struct File {
    path: String,
    text: String,
    is_rendered: bool,
}

impl Template {
    /// The same for the same number.
    pub(super) fn of(count: usize) -> Template {
        let mut random = Random::new(count as u64);
        let files = (0..count).map(|at| {
            let is_rendered = at.is_multiple_of(TENTH);
            let what = if is_rendered { "greeting" } else { "file" };
            let mut text = match is_rendered {
                true => format!("Hello {MARK}.\n\n"),
                false => format!("# File {at}\n\n"),
            };
            for _ in 0..LINES {
                let words: Vec<&str> = (0..9).map(|_| *random.of(WORDS)).collect();
                let _ = writeln!(text, "{}.", words.join(" "));
            }
            File {
                path: format!("part-{:03}/{what}-{at:04}.md", at / FOLDER),
                text,
                is_rendered,
            }
        });
        Template {
            files: files.collect(),
        }
    }

    /// Every file with `variable` where the name goes, and `suffix` where it is to be rendered.
    fn files(&self, folder: &str, variable: &str, suffix: &str) -> Vec<(String, String)> {
        let files = self.files.iter().map(|file| {
            let suffix = if file.is_rendered { suffix } else { "" };
            let path = format!("{folder}{}{suffix}", file.path);
            (path, file.text.replace(MARK, variable))
        });
        files.collect()
    }

    /// The components of a package of ours.
    pub(super) fn package(&self) -> Vec<(String, String)> {
        self.files("project/", "{{ name }}", ".j2")
    }

    pub(super) fn copier(&self, folder: &Path) -> Result<PathBuf, Failure> {
        let mut files = self.files("", "{{ name }}", ".jinja");
        let questions = "_templates_suffix: .jinja\nname:\n  type: str\n";
        files.push(("copier.yml".to_owned(), questions.to_owned()));
        written(folder, &files)
    }

    pub(super) fn cookiecutter(&self, folder: &Path) -> Result<PathBuf, Failure> {
        let mut files = self.files("{{ cookiecutter.name }}/", "{{ cookiecutter.name }}", "");
        let questions = "{\"name\": \"nobody\", \"_copy_without_render\": [\"*file-*.md\"]}\n";
        files.push(("cookiecutter.json".to_owned(), questions.to_owned()));
        written(folder, &files)
    }

    pub(super) fn cargo_generate(&self, folder: &Path) -> Result<PathBuf, Failure> {
        let mut files = self.files("", "{{ who }}", "");
        let questions = "[template]\nexclude = [\"**/file-*.md\"]\n\n\
             [placeholders.who]\ntype = \"string\"\nprompt = \"Whom to greet?\"\n";
        files.push(("cargo-generate.toml".to_owned(), questions.to_owned()));
        written(folder, &files)
    }

    /// The files as they are to be, in an archive.
    pub(super) fn tar(&self, folder: &Path) -> Result<PathBuf, Failure> {
        let files = written(folder, &self.files("", NAME, ""))?;
        let archive = files.with_extension("tar");
        let mut tar = std::process::Command::new("tar");
        measure(tar.arg("cf").arg(&archive).arg("-C").arg(&files).arg("."))?;
        Ok(archive)
    }

    /// Whether `made` has all of the files as they are to be; below which folder does not matter.
    pub(super) fn check(&self, made: &Tree) -> Result<(), String> {
        for (path, text) in self.files("", NAME, "") {
            let has = made.0.iter().any(|(there, node)| {
                let is_it = there.strip_suffix(&path);
                is_it.is_some_and(|above| above.is_empty() || above.ends_with('/'))
                    && matches!(node, Node::File { bytes, .. } if *bytes == text.as_bytes())
            });
            if !has {
                return Err(format!("{path:?} is not there as it should be"));
            }
        }
        Ok(())
    }
}

fn written(folder: &Path, files: &[(String, String)]) -> Result<PathBuf, Failure> {
    tree::make(folder)?;
    stock::write(folder, files)?;
    Ok(folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::Template;
    use crate::tree::Tree;

    #[test]
    fn a_tenth_is_rendered_and_everything_is_looked_at() {
        let template = Template::of(40);
        let rendered = template.package();
        let rendered = rendered.iter().filter(|(path, _)| path.ends_with(".j2"));
        assert_eq!(rendered.count(), 4);
        let folder = tempfile::tempdir().unwrap();
        let tar = template.tar(&folder.path().join("made")).unwrap();
        assert!(tar.is_file());
        let mut made = Tree::read(folder.path(), &|_| false).unwrap();
        assert_eq!(template.check(&made), Ok(()));
        made.0.remove("made/part-001/file-0021.md");
        assert!(template.check(&made).unwrap_err().contains("file-0021"));
    }
}
