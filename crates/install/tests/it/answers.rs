//! What tests of questions share: packages that ask, people who answer, the child that renders.

use std::{collections::VecDeque, path::PathBuf};

use install::variables::{
    AnswerError, Answered, Answers, AskError, Asker, Facts, Given, Nobody, Question, Value, answer,
};
use registry_index::Manifest;
use render::Renderer;

/// One of each type, without defaults.
pub(crate) const ALL: &str = "
[[variables]]
name = 'team'
type = 'string'
prompt = 'Which team?'
pattern = '[a-z][a-z-]*'
[[variables]]
name = 'count'
type = 'int'
[[variables]]
name = 'loud'
type = 'bool'
[[variables]]
name = 'tracker'
type = 'choice'
choices = ['jira', 'github', 'none']
[[variables]]
name = 'areas'
type = 'multichoice'
choices = ['api', 'web', 'docs, too']
[[variables]]
name = 'token'
type = 'secret'
[[variables]]
name = 'where'
type = 'path'
";

/// Questions that hang on earlier answers.
pub(crate) const CHAIN: &str = "
[[variables]]
name = 'tracker'
type = 'choice'
choices = ['jira', 'none']
[[variables]]
name = 'board'
type = 'string'
default = '{{ project.name | upper }}-{{ tracker }}'
when = \"tracker == 'jira'\"
[[variables]]
name = 'columns'
type = 'int'
default = '{{ board | length }}'
when = \"board != 'none'\"
[[variables]]
name = 'either'
type = 'bool'
default = \"{{ board == 'x' }}\"
when = \"tracker == 'none' or board == 'y'\"
[[variables]]
name = 'version'
type = 'string'
default = '{{ package.name }} {{ package.version }}'
";

/// The child: `examples/render_worker.rs`.
pub(crate) fn worker() -> PathBuf {
    // target/release/deps/it-… and target/release/examples/render_worker.
    let test = std::env::current_exe().unwrap();
    let name = format!("render_worker{}", std::env::consts::EXE_SUFFIX);
    let worker = test.ancestors().nth(2).unwrap().join("examples").join(name);
    assert!(
        worker.exists(),
        "{} is missing: `cargo test -p install` builds it, `--test it` alone does not",
        worker.display()
    );
    worker
}

pub(crate) fn renderer() -> Renderer {
    Renderer::new(worker(), Vec::new())
}

/// Fails where a child is started.
pub(crate) fn no_renderer() -> Renderer {
    Renderer::new("/does/not/exist".into(), Vec::new())
}

pub(crate) fn facts() -> Facts {
    Facts::of_folder("my-app")
}

/// `core/thing`, with variables as records write them: `[[variables]]`.
pub(crate) fn manifest(variables: &str) -> Manifest {
    manifest_of("core/thing", variables)
}

pub(crate) fn manifest_of(name: &str, variables: &str) -> Manifest {
    let text = format!(
        "name = '{name}'\nversion = '1.2.0'\nkind = 'project'\nsummary = 'A thing that asks'\n\
         license = 'MIT'\nauthors = ['octocat']\n{variables}"
    );
    toml::from_str(&text).unwrap()
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(crate) fn answers(pairs: &[(&str, Value)]) -> Answers {
    let pairs = pairs.iter().cloned();
    pairs
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// What `--set` gives.
pub(crate) fn set(texts: &[&str]) -> Given {
    let mut given = Given::default();
    for text in texts {
        given.set(text).unwrap();
    }
    given
}

/// Asks with a child and nobody to answer.
pub(crate) fn given_only(manifest: &Manifest, given: &Given) -> Result<Answered, AnswerError> {
    answer(manifest, given, &facts(), &renderer(), &mut Nobody)
}

/// As the lock would hold them, for one look at all.
pub(crate) fn inline(answered: Result<Answered, AnswerError>) -> String {
    answered.unwrap().answers.to_toml_inline()
}

/// A person who says these in turn (`None`: takes the default), and what they were shown.
#[derive(Default)]
pub(crate) struct Person {
    pub(crate) says: VecDeque<Option<Value>>,
    pub(crate) shown: Vec<String>,
}

impl Person {
    pub(crate) fn who_says(says: impl IntoIterator<Item = Option<Value>>) -> Self {
        let says = says.into_iter().collect();
        Self {
            says,
            shown: Vec::new(),
        }
    }
}

impl Asker for Person {
    fn ask(&mut self, question: &Question<'_>) -> Result<Option<Value>, AskError> {
        let mut shown = format!("{} {}", question.package, question.prompt);
        if let Some(default) = &question.default {
            shown.push_str(&format!(" [{}]", default.to_json()));
        }
        if let Some(fault) = &question.fault {
            shown.push_str(&format!(" ! {fault}"));
        }
        self.shown.push(shown);
        let said = self.says.pop_front().ok_or(AskError::Cancelled)?;
        Ok(said.or_else(|| question.default.clone()))
    }
}
