//! A file of answers: TOML, with the place of each answer kept. What a message quotes of it are
//! keys: an answer may be a secret that was given by mistake.

use std::ops::Range;

use registry_index::PackageName;
use toml::de::{DeTable, DeValue};

use super::{
    AnswerError, Origin, Value,
    given::{Layer, One, Said, is_variable},
};
use crate::quote::Quoted;

/// Answers for all packages, as in the `answers.toml` of a package's test cases.
const ALL: &str = "answers";
const FORMAT: i64 = 1;

struct File<'a> {
    path: &'a str,
    text: &'a str,
}

/// Reads the `text` of the file at `path` into `layer`.
pub(super) fn read(path: &str, text: &str, layer: &mut Layer) -> Result<(), AnswerError> {
    let file = File { path, text };
    let table = DeTable::parse(text)
        .map_err(|error| file.wrong(error.span().unwrap_or(0..0), error.message()))?;
    for (key, value) in table.get_ref() {
        let span = key.span();
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("format", DeValue::Integer(_)) => file.format(value)?,
            (ALL, DeValue::Table(answers)) => file.answers(None, answers, layer)?,
            (name, DeValue::Table(answers)) => {
                let package = name.parse::<PackageName>();
                let package = package.map_err(|error| {
                    file.wrong(
                        span,
                        &format!("a table is named after a package, and {error}"),
                    )
                })?;
                file.answers(Some(&package), answers, layer)?;
            }
            (name, answer) => file.answer(None, (name, span), (answer, value.span()), layer)?,
        }
    }
    Ok(())
}

impl File<'_> {
    fn answers(
        &self,
        package: Option<&PackageName>,
        answers: &DeTable<'_>,
        layer: &mut Layer,
    ) -> Result<(), AnswerError> {
        for (key, value) in answers {
            let key = (key.get_ref().as_ref(), key.span());
            self.answer(package, key, (value.get_ref(), value.span()), layer)?;
        }
        Ok(())
    }

    fn answer(
        &self,
        package: Option<&PackageName>,
        (name, at): (&str, Range<usize>),
        (value, span): (&DeValue<'_>, Range<usize>),
        layer: &mut Layer,
    ) -> Result<(), AnswerError> {
        if !is_variable(name) {
            let why = format!("no variable is called {}", Quoted(name));
            return Err(self.wrong(at, &why));
        }
        let value = read_value(value).ok_or_else(|| {
            let what = value.type_str();
            let why = format!("the answer to `{name}` is a text, a whole number, true or false, or a list of texts, not this {what}");
            self.wrong(span.clone(), &why)
        })?;
        let (line, column) = place(self.text, span.start);
        let origin = Origin::File {
            path: self.path.to_owned(),
            line,
            column,
        };
        let said = Said::Value(value);
        layer.put(package.cloned(), name.to_owned(), One { said, origin });
        Ok(())
    }

    fn format(&self, value: &toml::Spanned<DeValue<'_>>) -> Result<(), AnswerError> {
        match read_value(value.get_ref()) {
            Some(Value::Int(FORMAT)) => Ok(()),
            _ => {
                let why = format!("this format is not known to this version, which reads {FORMAT}");
                Err(self.wrong(value.span(), &why))
            }
        }
    }

    fn wrong(&self, span: Range<usize>, why: &str) -> AnswerError {
        let (line, column) = place(self.text, span.start);
        AnswerError::File {
            path: self.path.to_owned(),
            line,
            column,
            why: why.lines().next().unwrap_or_default().to_owned(),
        }
    }
}

fn read_value(value: &DeValue<'_>) -> Option<Value> {
    match value {
        DeValue::String(text) => Some(Value::Text(text.clone().into_owned())),
        DeValue::Boolean(yes) => Some(Value::Bool(*yes)),
        DeValue::Integer(number) => {
            let number = i64::from_str_radix(number.as_str(), number.radix());
            number.ok().map(Value::Int)
        }
        DeValue::Array(items) => {
            let text =
                |item: &toml::Spanned<DeValue<'_>>| item.get_ref().as_str().map(str::to_owned);
            items
                .iter()
                .map(text)
                .collect::<Option<_>>()
                .map(Value::List)
        }
        _ => None,
    }
}

/// Line and column of a byte of `text`, from 1, the column in characters.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}
