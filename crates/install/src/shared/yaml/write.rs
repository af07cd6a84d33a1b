//! An entry as YAML: in block style, line by line, or in flow style on one line.

use registry_index::component::entry::Field;

/// An element of a list (`name` is `None`) or of a map.
pub(super) struct Element<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) fields: &'a [(String, Field)],
}

/// How the elements that are there already are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct BlockStyle {
    /// Columns before the dash, or before the element's name.
    pub(super) indent: usize,
    /// Columns from there to the element's fields.
    pub(super) step: usize,
    /// How a list in an element is written.
    pub(super) lists: Lists,
}

/// How a list in an element is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lists {
    /// `[a, b]`
    Flow,
    /// A line each; the dash stands this many columns behind its key.
    Block(usize),
}

impl Default for BlockStyle {
    fn default() -> Self {
        Self {
            indent: 2,
            step: 2,
            lists: Lists::Block(2),
        }
    }
}

/// The element's lines, each ended by `eol`.
pub(super) fn block(element: &Element<'_>, style: BlockStyle, eol: &str) -> String {
    let mut lines = Vec::new();
    if let Some(name) = element.name {
        lines.push(format!("{}{}:", spaces(style.indent), scalar(name, false)));
    }
    let column = style.indent + style.step;
    for (key, field) in element.fields {
        lines.extend(field_lines(key, field, column, style.lists));
    }
    if element.name.is_none()
        && let Some(first) = lines.first_mut()
    {
        first.replace_range(style.indent..=style.indent, "-");
    }
    lines.iter().map(|line| format!("{line}{eol}")).collect()
}

/// A field's lines behind `column`.
pub(super) fn field_lines(key: &str, field: &Field, column: usize, lists: Lists) -> Vec<String> {
    let key = format!("{}{}", spaces(column), scalar(key, false));
    match (field, lists) {
        (Field::List(texts), Lists::Block(behind)) if !texts.is_empty() => {
            let indent = spaces(column + behind);
            let items = texts.iter().map(|text| format!("{indent}{}", item(text)));
            [format!("{key}:")].into_iter().chain(items).collect()
        }
        (Field::Map(pairs), _) if !pairs.is_empty() => {
            let indent = spaces(column + 2);
            let pairs = pairs
                .iter()
                .map(|(key, text)| format!("{indent}{}", pair(key, text)));
            [format!("{key}:")].into_iter().chain(pairs).collect()
        }
        _ => vec![format!("{key}: {}", inline(field))],
    }
}

/// A text as an item of a list.
pub(super) fn item(text: &str) -> String {
    format!("- {}", scalar(text, false))
}

/// A text as a value in a map.
pub(super) fn pair(key: &str, text: &str) -> String {
    format!("{}: {}", scalar(key, false), scalar(text, false))
}

/// A field's value on one line.
pub(super) fn inline(field: &Field) -> String {
    match field {
        Field::Text(text) => scalar(text, false),
        _ => flow_field(field, Keys::AsNeeded),
    }
}

/// Whether flow style is also to be JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Keys {
    /// Quotes where YAML needs them.
    AsNeeded,
    /// Quotes everywhere: the file around it looks like JSON and may be read as such.
    Quoted,
}

/// The element on one line.
pub(super) fn flow(element: &Element<'_>, keys: Keys) -> String {
    let fields = flow_map(element.fields, keys);
    match element.name {
        Some(name) => format!("{}: {fields}", flow_scalar(name, keys)),
        None => fields,
    }
}

/// Fields in braces.
pub(super) fn flow_map(fields: &[(String, Field)], keys: Keys) -> String {
    let pairs: Vec<String> = fields
        .iter()
        .map(|(key, field)| format!("{}: {}", flow_scalar(key, keys), flow_field(field, keys)))
        .collect();
    format!("{{{}}}", pairs.join(", "))
}

pub(super) fn flow_field(field: &Field, keys: Keys) -> String {
    match field {
        Field::Text(text) => flow_scalar(text, keys),
        Field::Flag(flag) => flag.to_string(),
        Field::List(texts) => {
            let texts: Vec<String> = texts.iter().map(|text| flow_scalar(text, keys)).collect();
            format!("[{}]", texts.join(", "))
        }
        Field::Map(pairs) => {
            let pairs: Vec<String> = pairs
                .iter()
                .map(|(key, text)| {
                    format!("{}: {}", flow_scalar(key, keys), flow_scalar(text, keys))
                })
                .collect();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}

pub(super) fn flow_scalar(text: &str, keys: Keys) -> String {
    match keys {
        Keys::AsNeeded => scalar(text, true),
        Keys::Quoted => quoted(text),
    }
}

pub(super) fn spaces(count: usize) -> String {
    " ".repeat(count)
}

/// Words that some version of YAML takes for something other than a text.
/// Source: yaml.org/type/bool.html and null.html (YAML 1.1, which PyYAML follows).
const NOT_TEXT: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

/// `text` as it stands where every version of YAML reads it as that text, else in double quotes.
fn scalar(text: &str, in_flow: bool) -> String {
    let starts_well = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let plain =
        |c: char| c.is_ascii_alphanumeric() || " _-./()+'@".contains(c) || c == ',' && !in_flow;
    let is_plain = starts_well
        && text.chars().all(plain)
        && !text.ends_with(' ')
        && !NOT_TEXT.contains(&text.to_ascii_lowercase().as_str());
    match is_plain {
        true => text.to_owned(),
        false => quoted(text),
    }
}

/// `text` in double quotes; everything that is not plainly visible is escaped.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        let code = u32::from(c);
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            ' ' => out.push(' '),
            _ if !is_invisible(c) => out.push(c),
            _ if code > 0xffff => out.push_str(&format!("\\U{code:08x}")),
            _ => out.push_str(&format!("\\u{code:04x}")),
        }
    }
    out.push('"');
    out
}

/// Controls, separators, marks of direction, tags, and what no YAML file may hold as it is.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xad | 0x61c | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff
            | 0xfff0..=0xffff | 0xe0000..=0x10ffff)
}
