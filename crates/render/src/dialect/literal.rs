//! Values as literals of the language of a file, quotes included:
//!
//! ```text
//! name: {{ name | yaml }}            every value; texts in double quotes
//! "name": {{ name | json }}          every value (`tojson` is the same)
//! name = {{ name | toml }}           every value but none
//! echo {{ name | shell }}            a text, number or truth value as one word of a POSIX shell,
//!                                    a list of them as one word each
//! ```
//!
//! The template must put no quotes around them. They are right wherever a value may stand in that
//! language; not inside of another text, a comment or a key.

use std::fmt::Write as _;

use minijinja::value::ValueKind;
use minijinja::{Error, Value};

use super::budget::{Budget, LARGEST, refuse, size};
use crate::plain::steers;

/// The filters of this module by name.
pub const FILTERS: &[(&str, Language)] = &[
    ("json", Language::Json),
    ("shell", Language::Shell),
    ("tojson", Language::Json),
    ("toml", Language::Toml),
    ("yaml", Language::Yaml),
];

/// A language that values can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// RFC 8259.
    Json,
    /// YAML 1.1 and 1.2 agree on what is written: in flow style, on one line.
    Yaml,
    /// TOML 1.0: inline tables, on one line.
    Toml,
    /// A word of a POSIX shell in single quotes. Not for cmd.exe and PowerShell.
    Shell,
}

/// Lists in lists that are still written.
const DEPTH: usize = 32;

/// `value` as a literal of `language`.
///
/// # Errors
///
/// When the language has no such value, or the literal would be too long.
pub fn write(language: Language, value: &Value, budget: &Budget) -> Result<String, Error> {
    let mut literal = Literal {
        language,
        budget,
        text: String::new(),
    };
    if language == Language::Shell {
        literal.words(value)?;
    } else {
        literal.value(value, 0)?;
    }
    Ok(literal.text)
}

struct Literal<'a> {
    language: Language,
    budget: &'a Budget,
    text: String,
}

impl Literal<'_> {
    fn put(&mut self, text: &str) -> Result<(), Error> {
        self.text.push_str(text);
        if self.text.len() > LARGEST {
            return Err(refuse(format!(
                "the text would be longer than {LARGEST} bytes"
            )));
        }
        Ok(())
    }

    fn has_no(&self, what: &str) -> Error {
        let language = match self.language {
            Language::Json => "JSON",
            Language::Yaml => "YAML",
            Language::Toml => "TOML",
            Language::Shell => "a shell word",
        };
        refuse(format!("{language} cannot hold {what}"))
    }

    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        self.budget.charge(size(value))?;
        if depth > DEPTH {
            return Err(refuse(format!("nested more than {DEPTH} deep")));
        }
        match value.kind() {
            ValueKind::None if self.language == Language::Toml => Err(self.has_no("none")),
            ValueKind::None => self.put("null"),
            ValueKind::Bool => self.put(if value.is_true() { "true" } else { "false" }),
            ValueKind::Number => self.number(value),
            ValueKind::String => self.quoted(value.as_str().unwrap_or_default()),
            ValueKind::Seq | ValueKind::Iterable => self.list(value, depth),
            ValueKind::Map => self.map(value, depth),
            ValueKind::Undefined => Err(refuse("the value is undefined")),
            other => Err(self.has_no(&format!("a value of type {other}"))),
        }
    }

    fn list(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        self.put("[")?;
        for (at, item) in value.try_iter()?.checked().enumerate() {
            if at > 0 {
                self.put(", ")?;
            }
            self.value(&item?, depth + 1)?;
        }
        self.put("]")
    }

    fn map(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        self.put("{")?;
        for (at, key) in value.try_iter()?.checked().enumerate() {
            let key = key?;
            if at > 0 {
                self.put(", ")?;
            }
            let Some(name) = key.as_str() else {
                return Err(self.has_no(&format!("a key of type {}", key.kind())));
            };
            self.quoted(name)?;
            self.put(if self.language == Language::Toml {
                " = "
            } else {
                ": "
            })?;
            self.value(&value.get_item(&key)?, depth + 1)?;
        }
        self.put("}")
    }

    fn number(&mut self, value: &Value) -> Result<(), Error> {
        if value.is_integer() {
            if self.language == Language::Toml && value.as_i64().is_none() {
                return Err(self.has_no("whole numbers beyond 64 bits"));
            }
            return self.put(&value.to_string());
        }
        let number = f64::try_from(value.clone())?;
        if !number.is_finite() {
            return Err(refuse(format!("{number} is not a number to write down")));
        }
        // Both parts and the exponent's sign are written, because YAML 1.1 wants them: `1e20` is
        // a text there.
        let plain = number.to_string();
        let text = if plain.len() > 20 {
            let scientific = format!("{number:e}");
            let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
            let point = if digits.contains('.') { "" } else { ".0" };
            let sign = if exponent.starts_with('-') { "" } else { "+" };
            format!("{digits}{point}e{sign}{exponent}")
        } else if plain.contains('.') {
            plain
        } else {
            format!("{plain}.0")
        };
        self.put(&text)
    }

    /// In double quotes. The short escapes are those that all three languages share; what a
    /// reader could not see, or some would refuse, is written as a number.
    fn quoted(&mut self, text: &str) -> Result<(), Error> {
        self.put("\"")?;
        let mut buffer = [0; 4];
        for c in text.chars() {
            match c {
                '"' => self.put("\\\"")?,
                '\\' => self.put("\\\\")?,
                '\n' => self.put("\\n")?,
                '\r' => self.put("\\r")?,
                '\t' => self.put("\\t")?,
                c if steers(c) || matches!(c, '\u{fffe}' | '\u{ffff}') => self.escaped(c)?,
                c => self.put(c.encode_utf8(&mut buffer))?,
            }
        }
        self.put("\"")
    }

    fn escaped(&mut self, c: char) -> Result<(), Error> {
        let mut escape = String::new();
        let mut units = [0; 2];
        // Writing to a string cannot fail.
        let _ = match (u32::from(c), self.language) {
            (code @ 0..=0xffff, _) => write!(escape, "\\u{code:04x}"),
            (_, Language::Json) => c
                .encode_utf16(&mut units)
                .iter()
                .try_for_each(|unit| write!(escape, "\\u{unit:04x}")),
            (code, _) => write!(escape, "\\U{code:08x}"),
        };
        self.put(&escape)
    }

    fn words(&mut self, value: &Value) -> Result<(), Error> {
        self.budget.charge(size(value))?;
        if !matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable) {
            return self.word(value);
        }
        for (at, item) in value.try_iter()?.checked().enumerate() {
            if at > 0 {
                self.put(" ")?;
            }
            self.word(&item?)?;
        }
        Ok(())
    }

    fn word(&mut self, value: &Value) -> Result<(), Error> {
        self.budget.charge(size(value))?;
        let text = match value.kind() {
            ValueKind::String => value.as_str().unwrap_or_default().to_owned(),
            ValueKind::Number => value.to_string(),
            ValueKind::Bool => value.is_true().to_string(),
            ValueKind::Undefined => return Err(refuse("the value is undefined")),
            other => return Err(self.has_no(&format!("a value of type {other}"))),
        };
        if text.contains('\0') {
            return Err(self.has_no("a NUL character"));
        }
        self.put("'")?;
        self.put(&text.replace('\'', "'\\''"))?;
        self.put("'")
    }
}

#[cfg(test)]
mod tests {
    use minijinja::Value;
    use minijinja::value::Serde;
    use serde_json::json;

    use super::{Language, write};
    use crate::dialect::budget::Budget;

    fn literal(language: Language, value: serde_json::Value) -> String {
        match write(language, &Value::from(Serde(value)), &Budget::default()) {
            Ok(text) => text,
            Err(error) => format!("{error}"),
        }
    }

    #[test]
    fn texts_keep_to_one_line_and_show_what_is_hidden() {
        let text = json!("a\"b\\c\nd\u{7f}\u{85}\u{202e}\u{1b}é\u{e0041}");
        let common = "\"a\\\"b\\\\c\\nd\\u007f\\u0085\\u202e\\u001bé";
        assert_eq!(
            literal(Language::Json, text.clone()),
            format!("{common}\\udb40\\udc41\"")
        );
        for language in [Language::Yaml, Language::Toml] {
            assert_eq!(
                literal(language, text.clone()),
                format!("{common}\\U000e0041\"")
            );
        }
    }

    #[test]
    fn values_come_back_as_they_went() {
        let value = json!({"list": [1, -2, 2.5, true, "x"], "a b": {"empty": [], "none": {}}});
        let json_text = literal(Language::Json, value.clone());
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&json_text).unwrap(),
            value
        );
        assert_eq!(
            literal(Language::Toml, json!({"a b": [1, 1e300, {"c": false}]})),
            "{\"a b\" = [1, 1.0e+300, {\"c\" = false}]}"
        );
        assert_eq!(
            literal(Language::Yaml, json!([1e21, 3.0, 1e-9, null])),
            "[1.0e+21, 3.0, 0.000000001, null]"
        );
    }

    #[test]
    fn a_shell_word_stays_one_word() {
        let hostile = json!("'; rm -rf / #$(x)`y`\n");
        assert_eq!(
            literal(Language::Shell, hostile),
            "''\\''; rm -rf / #$(x)`y`\n'"
        );
        assert_eq!(
            literal(Language::Shell, json!(["a b", 1, true])),
            "'a b' '1' 'true'"
        );
        assert_eq!(
            literal(Language::Shell, json!("a\0b")),
            "invalid operation: a shell word cannot hold a NUL character"
        );
        assert_eq!(
            literal(Language::Shell, json!({"a": 1})),
            "invalid operation: a shell word cannot hold a value of type map"
        );
    }

    #[test]
    fn what_a_language_lacks_is_an_error() {
        assert_eq!(
            literal(Language::Toml, json!([null])),
            "invalid operation: TOML cannot hold none"
        );
        assert_eq!(
            literal(Language::Toml, json!(u64::MAX)),
            "invalid operation: TOML cannot hold whole numbers beyond 64 bits"
        );
    }
}
