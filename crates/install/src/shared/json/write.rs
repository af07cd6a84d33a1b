//! An entry as JSON: spread over lines, or on one.

use registry_index::component::entry::Field;

use super::{Brackets, eol, margin, starts_line};
use crate::shared::brackets::Writer;

/// How a file is written.
pub(super) struct Style {
    /// What each level is indented by.
    pub(super) unit: String,
    pub(super) eol: &'static str,
}

impl Style {
    /// The first pair of the root shows it.
    pub(super) fn of(text: &str, root: &Brackets) -> Self {
        let first = root.items.first().map(|item| item.whole.start);
        let shown = first.filter(|at| starts_line(text, *at));
        let unit = match shown.map(|at| (margin(text, root.open), margin(text, at))) {
            Some((outer, inner)) => inner.strip_prefix(outer).unwrap_or(inner),
            None => "",
        };
        Self {
            unit: match unit {
                "" => "  ".to_owned(),
                unit => unit.to_owned(),
            },
            eol: eol(text),
        }
    }

    /// An object on lines of its own, in a line that is indented by `indent`.
    pub(super) fn spread(&self, fields: &[(String, Field)], indent: &str) -> String {
        let deeper = format!("{indent}{}", self.unit);
        let pairs: Vec<_> = fields
            .iter()
            .map(|(key, field)| format!("{}: {}", quoted(key), self.field(field, &deeper)))
            .collect();
        self.lines('{', &pairs, '}', indent)
    }

    fn field(&self, field: &Field, indent: &str) -> String {
        match field {
            Field::Map(pairs) if !pairs.is_empty() => {
                let pairs: Vec<_> = pairs
                    .iter()
                    .map(|(key, text)| format!("{}: {}", quoted(key), quoted(text)))
                    .collect();
                self.lines('{', &pairs, '}', indent)
            }
            field => inline_field(field),
        }
    }

    fn lines(&self, open: char, items: &[String], close: char, indent: &str) -> String {
        if items.is_empty() {
            return format!("{open}{close}");
        }
        let (eol, unit) = (self.eol, &self.unit);
        let items = items.join(&format!(",{eol}{indent}{unit}"));
        format!("{open}{eol}{indent}{unit}{items}{eol}{indent}{close}")
    }
}

impl Writer for (&str, &Style) {
    fn value(&self, field: &Field, there: &str, at: usize) -> String {
        let (text, style) = self;
        let indent = margin(text, at);
        match field {
            Field::List(texts) if there.contains('\n') => {
                let texts: Vec<_> = texts.iter().map(|text| quoted(text)).collect();
                style.lines('[', &texts, ']', indent)
            }
            field if starts_line(text, at) => style.field(field, indent),
            field => inline_field(field),
        }
    }

    fn pair(&self, key: &str, field: &Field, at: usize) -> String {
        format!("{}: {}", quoted(key), self.value(field, "", at))
    }
}

/// An object on one line.
pub(super) fn inline(fields: &[(String, Field)]) -> String {
    let pairs = fields.iter();
    let pairs = pairs.map(|(key, field)| format!("{}: {}", quoted(key), inline_field(field)));
    format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
}

fn inline_field(field: &Field) -> String {
    match field {
        Field::Text(text) => quoted(text),
        Field::Flag(flag) => flag.to_string(),
        Field::List(texts) => {
            let texts: Vec<_> = texts.iter().map(|text| quoted(text)).collect();
            format!("[{}]", texts.join(", "))
        }
        Field::Map(pairs) => {
            let pairs = pairs.iter();
            let pairs = pairs.map(|(key, text)| format!("{}: {}", quoted(key), quoted(text)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}

pub(super) fn quoted(text: &str) -> String {
    // A text is always JSON.
    serde_json::Value::from(text).to_string()
}
