//! What expressions and templates can name.

use registry_index::{Manifest, manifest::VariableKind};
use serde_json::{Map, Value as Json, json};

use super::{Answers, Value, fit::is_secret_name};

/// The longest name of a project, in characters.
const LONGEST: usize = 64;

/// Facts about the project, for expressions and templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// `project.name`.
    pub project_name: String,
}

impl Facts {
    /// A project in a folder called `folder`. Its name is made of letters, digits, `-`, `_` and
    /// `.`, begins and ends with a letter or digit, and is `project` where nothing is left.
    #[must_use]
    pub fn of_folder(folder: &str) -> Self {
        let kept = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        let words: Vec<&str> = folder
            .split(|c| !kept(c))
            .filter(|word| !word.is_empty())
            .collect();
        let name: String = words.join("-").chars().take(LONGEST).collect();
        let name = name.trim_matches(|c: char| !c.is_alphanumeric());
        let project_name = if name.is_empty() { "project" } else { name };
        Self {
            project_name: project_name.to_owned(),
        }
    }
}

/// The values of variables in templates: every answer by its variable, `project.name`, and of the
/// `package` its `name`, `namespace`, `version` and `kind`. A secret is `${NAME}`. A variable that
/// was not asked is undefined: `x is defined` and `x | default(…)` are how a template asks.
pub(crate) fn context(manifest: &Manifest, answers: &Answers, facts: &Facts) -> Json {
    let mut values = Map::new();
    for variable in &manifest.variables {
        let value = match (variable.kind, answers.get(&variable.name)) {
            (_, None) => continue,
            (VariableKind::Secret, Some(Value::Text(name))) if is_secret_name(variable, name) => {
                Json::String(format!("${{{name}}}"))
            }
            (VariableKind::Secret, Some(_)) => continue,
            (_, Some(value)) => value.to_json(),
        };
        values.insert(variable.name.clone(), value);
    }
    values.insert("project".to_owned(), json!({ "name": facts.project_name }));
    let package = json!({
        "name": manifest.name.as_str(),
        "namespace": manifest.name.namespace(),
        "version": manifest.version.to_string(),
        "kind": manifest.kind,
    });
    values.insert("package".to_owned(), package);
    Json::Object(values)
}

#[cfg(test)]
mod tests {
    use super::Facts;

    #[test]
    fn a_folder_gives_a_plain_name() {
        for (folder, name) in [
            ("my-app", "my-app"),
            ("My App (2)", "My-App-2"),
            ("..", "project"),
            ("", "project"),
            (".hidden", "hidden"),
            ("a\u{202e}\u{1b}[31mb\n", "a-31mb"),
            ("caf\u{e9}: x/y", "caf\u{e9}-x-y"),
        ] {
            assert_eq!(Facts::of_folder(folder).project_name, name, "{folder:?}");
        }
        assert_eq!(Facts::of_folder(&"a".repeat(300)).project_name.len(), 64);
    }
}
