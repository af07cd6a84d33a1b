//! What was given without asking: `--set`, files, the environment, earlier answers.

use std::{collections::BTreeMap, fmt};

use registry_index::{Manifest, PackageName, manifest::Variable};

use super::{AnswerError, Answers, Origin, Value, file};
use crate::quote::Quoted;

/// What an answer in the environment begins with: `PARACLE_ANSWER_TEAM=core` answers `team`.
pub const ENVIRONMENT: &str = "PARACLE_ANSWER_";

/// Answers that were given without asking, from the strongest: `--set`, files of answers, the
/// environment, earlier answers. Of two of one kind, that for one package is stronger than that
/// for all, and then the later.
#[derive(Clone, Default)]
pub struct Given {
    set: Layer,
    files: Layer,
    environment: Layer,
    earlier: BTreeMap<PackageName, Answers>,
}

/// Answers of one kind.
#[derive(Clone, Default)]
pub(super) struct Layer {
    all: BTreeMap<String, One>,
    of: BTreeMap<PackageName, BTreeMap<String, One>>,
}

/// One answer, before anybody knows what is asked.
#[derive(Clone)]
pub(super) struct One {
    pub(super) said: Said,
    pub(super) origin: Origin,
}

#[derive(Clone)]
pub(super) enum Said {
    /// Means what the variable's type makes of it.
    Text(String),
    /// Has a type.
    Value(Value),
}

/// A given answer that no package asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unused {
    /// `team`, or `core/package:team`.
    pub key: String,
    /// Where it was given.
    pub origin: Origin,
    /// What was probably meant.
    pub nearest: Option<String>,
}

impl fmt::Display for Unused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            key,
            origin,
            nearest,
        } = self;
        write!(f, "nothing asks for {} of {origin}", Quoted(key))?;
        match nearest {
            Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
            None => Ok(()),
        }
    }
}

impl Layer {
    pub(super) fn put(&mut self, package: Option<PackageName>, name: String, one: One) {
        match package {
            None => self.all.insert(name, one),
            Some(package) => self.of.entry(package).or_default().insert(name, one),
        };
    }

    fn find(&self, package: &PackageName, name: &str) -> Option<&One> {
        let own = self.of.get(package).and_then(|own| own.get(name));
        own.or_else(|| self.all.get(name))
    }
}

impl Given {
    /// Takes the text behind `--set`: `team=core` for every package that asks for it,
    /// `core/package:team=core` for one.
    ///
    /// # Errors
    /// Where it is of neither form. Only what stands before the `=` is quoted.
    pub fn set(&mut self, text: &str) -> Result<(), AnswerError> {
        let wrong = |why: String| AnswerError::Set { why };
        let (key, said) = text
            .split_once('=')
            .ok_or_else(|| wrong("has no `=` between a name and its answer".to_owned()))?;
        let (package, name) = match key.split_once(':') {
            None => (None, key),
            Some((package, name)) => {
                let package = package.parse::<PackageName>();
                (
                    Some(package.map_err(|error| wrong(format!("names no package: {error}")))?),
                    name,
                )
            }
        };
        if !is_variable(name) {
            return Err(wrong(format!(
                "cannot answer {}: no variable is called so",
                Quoted(name)
            )));
        }
        let one = One {
            said: Said::Text(said.to_owned()),
            origin: Origin::Set,
        };
        self.set.put(package, name.to_owned(), one);
        Ok(())
    }

    /// Takes the `text` of the file at `path`: TOML with `team = "core"` for all packages, and the
    /// same below `["core/package"]` for one, or below `[answers]` for all.
    ///
    /// # Errors
    /// Where it is not that, with the place in the file.
    pub fn file(&mut self, path: &str, text: &str) -> Result<(), AnswerError> {
        file::read(path, text, &mut self.files)
    }

    /// Takes those variables of an environment that answer something; see [`ENVIRONMENT`]. An
    /// empty one answers nothing.
    pub fn environment(&mut self, pairs: impl IntoIterator<Item = (String, String)>) {
        for (key, text) in pairs {
            let Some(name) = key.strip_prefix(ENVIRONMENT) else {
                continue;
            };
            let name = name.to_ascii_lowercase();
            if is_variable(&name) && !text.is_empty() {
                let one = One {
                    said: Said::Text(text),
                    origin: Origin::Environment(key),
                };
                self.environment.put(None, name, one);
            }
        }
    }

    /// Takes what `package` was answered before. Answers that no longer fit are asked for again.
    pub fn earlier(&mut self, package: &PackageName, answers: Answers) {
        self.earlier.insert(package.clone(), answers);
    }

    /// The strongest answer to a question of `package`.
    pub(super) fn find(
        &self,
        package: &PackageName,
        variable: &Variable,
    ) -> Option<(Value, Origin)> {
        let name = &variable.name;
        let layers = [&self.set, &self.files, &self.environment];
        if let Some(one) = layers.iter().find_map(|layer| layer.find(package, name)) {
            let value = match &one.said {
                Said::Text(text) => Value::typed(variable, text),
                Said::Value(value) => value.clone(),
            };
            return Some((value, one.origin.clone()));
        }
        let value = self.earlier.get(package)?.get(name)?;
        Some((value.clone(), Origin::Earlier))
    }

    /// What `--set` and files give that none of `packages`, all that are being installed, asks for.
    #[must_use]
    pub fn unused<'a>(&self, packages: impl IntoIterator<Item = &'a Manifest>) -> Vec<Unused> {
        let packages: BTreeMap<&str, Vec<&str>> = packages
            .into_iter()
            .map(|manifest| {
                let names = manifest.variables.iter().map(|v| v.name.as_str());
                (manifest.name.as_str(), names.collect())
            })
            .collect();
        let mut unused = Vec::new();
        for layer in [&self.set, &self.files] {
            let asked = || packages.values().flatten().copied();
            for (name, one) in &layer.all {
                if asked().all(|asked| asked != name) {
                    unused.push(Unused {
                        key: name.clone(),
                        origin: one.origin.clone(),
                        nearest: nearest(name, asked()),
                    });
                }
            }
            for (package, name, one) in layer.of_one() {
                if let Some(nearest) = not_asked(&packages, package, name) {
                    unused.push(Unused {
                        key: format!("{package}:{name}"),
                        origin: one.origin.clone(),
                        nearest,
                    });
                }
            }
        }
        unused
    }
}

impl Layer {
    fn of_one(&self) -> impl Iterator<Item = (&PackageName, &String, &One)> {
        let each = self.of.iter();
        each.flat_map(|(package, own)| own.iter().map(move |(name, one)| (package, name, one)))
    }
}

/// If `package` does not ask for `name`: what was probably meant, if anything.
fn not_asked(
    packages: &BTreeMap<&str, Vec<&str>>,
    package: &PackageName,
    name: &str,
) -> Option<Option<String>> {
    match packages.get(package.as_str()) {
        Some(names) if names.contains(&name) => None,
        Some(names) => {
            let near = nearest(name, names.iter().copied());
            Some(near.map(|near| format!("{package}:{near}")))
        }
        None => {
            let near = nearest(package.as_str(), packages.keys().copied());
            Some(near.map(|near| format!("{near}:{name}")))
        }
    }
}

/// Shows what is answered and not what the answer is: it may be a secret that was given by mistake.
impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = |layer: &Layer| {
            let all = layer.all.keys().cloned();
            let own = layer
                .of_one()
                .map(|(package, name, _)| format!("{package}:{name}"));
            all.chain(own).collect::<Vec<_>>()
        };
        f.debug_struct("Given")
            .field("set", &keys(&self.set))
            .field("files", &keys(&self.files))
            .field("environment", &keys(&self.environment))
            .field("earlier", &self.earlier.keys())
            .finish()
    }
}

/// Whether a variable can be called `name`.
pub(super) fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// The one of `known` that was probably meant by `name`.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    known
        .map(|known| (strsim::osa_distance(name, known), known))
        .filter(|(distance, known)| *distance <= 1 + known.len() / 4)
        .min()
        .map(|(_, known)| known.to_owned())
}
