//! Front matter as it is found in the wild: read as YAML where it is, line by line where it is not.
//!
//! Other tools take `description: Examples: user: "…"` and `globs: **/*`, which no YAML reader does. Who
//! takes over such a file has to know what was meant; who judges one uses the strict readers beside this.

use super::{
    skill,
    yaml::{self, Node, Value},
};

/// Bytes of front matter that are looked at, and fields that are kept.
const LONGEST: usize = 64 << 10;
const MOST: usize = 256;

/// What a field says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// A text; numbers and dates are the text they were written as.
    Text(String),
    /// Texts.
    List(Vec<String>),
}

impl Said {
    /// The text, where it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::List(_) => None,
        }
    }

    /// The texts; those between commas where it is one text.
    pub fn items(&self) -> Vec<String> {
        let all: Vec<&str> = match self {
            Self::Text(text) => text.split(',').collect(),
            Self::List(items) => items.iter().map(String::as_str).collect(),
        };
        let trimmed = all.into_iter().map(str::trim);
        trimmed
            .filter(|item| !item.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

/// A text in its two parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Front {
    /// What stands between the marks, in the order it is written; what is in a mapping stands under
    /// `outer.inner`.
    pub fields: Vec<(String, Said)>,
    /// What stands below, trimmed.
    pub body: String,
}

impl Front {
    /// What the first field of that name says.
    pub fn get(&self, key: &str) -> Option<&Said> {
        let mut fields = self.fields.iter();
        fields.find(|(name, _)| name == key).map(|(_, said)| said)
    }

    /// The field's text, where it is one that says something.
    pub fn text(&self, key: &str) -> Option<&str> {
        let text = self.get(key)?.text()?.trim();
        (!text.is_empty()).then_some(text)
    }
}

/// Reads what `text` starts with. A text without front matter is all body.
pub fn read(text: &str) -> Front {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Some(parts) = skill::divide(text) else {
        let body = text.trim().to_owned();
        return Front {
            fields: Vec::new(),
            body,
        };
    };
    let front = match parts.front.char_indices().nth(LONGEST) {
        Some((end, _)) => &parts.front[..end],
        None => parts.front,
    };
    let by_line = by_line(front);
    let mut fields = match yaml::parse(front) {
        Ok(Some(node)) if node.map().is_some() => of_yaml(&node, "", &by_line),
        _ => by_line,
    };
    fields.truncate(MOST);
    Front {
        fields,
        body: parts.body.to_owned(),
    }
}

/// The fields of a mapping; `written` says how what is neither text nor list was written.
fn of_yaml(node: &Node, outer: &str, written: &[(String, Said)]) -> Vec<(String, Said)> {
    let mut fields = Vec::new();
    for (key, value) in node.map().unwrap_or_default().iter().take(MOST) {
        let Some(key) = key.text() else { continue };
        let name = match outer {
            "" => key.to_owned(),
            outer => format!("{outer}.{key}"),
        };
        match &value.value {
            Value::Text(text) => fields.push((name, Said::Text(text.clone()))),
            Value::List(items) => {
                let texts = items.iter().take(MOST).filter_map(|item| item.text());
                fields.push((name, Said::List(texts.map(str::to_owned).collect())));
            }
            Value::Map(_) if outer.is_empty() => fields.extend(of_yaml(value, key, &[])),
            Value::Map(_) | Value::Null | Value::Merge => {}
            Value::Bool(_) | Value::Int(_) | Value::Float | Value::Other(_) => {
                let mut written = written.iter();
                let said = written.find(|(known, _)| *known == name);
                fields.extend(said.map(|(_, said)| (name, said.clone())));
            }
        }
    }
    fields
}

/// `key: value` at the start of a line, and what is indented below it.
fn by_line(front: &str) -> Vec<(String, Said)> {
    let mut fields: Vec<(String, Said)> = Vec::new();
    let mut lines = front.lines().peekable();
    while let Some(line) = lines.next() {
        let is_word = |key: &str| {
            let is_inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            !key.is_empty() && key.chars().all(is_inside)
        };
        let Some((key, rest)) = line.split_once(':').filter(|(key, _)| is_word(key)) else {
            continue;
        };
        let mut below = Vec::new();
        let is_below = |line: &&str| {
            let is_item = line.starts_with("- ");
            is_item || line.starts_with([' ', '\t']) || line.trim().is_empty()
        };
        while let Some(line) = lines.next_if(is_below) {
            below.push(line.trim());
        }
        fields.push((key.to_owned(), said(rest.trim(), &below)));
    }
    fields
}

fn said(rest: &str, below: &[&str]) -> Said {
    let items: Option<Vec<String>> = below
        .iter()
        .filter(|line| !line.is_empty())
        .map(|line| line.strip_prefix("- ").map(unquoted))
        .collect();
    if let (true, Some(items)) = (rest.is_empty(), items.filter(|items| !items.is_empty())) {
        return Said::List(items);
    }
    if let Some(inner) = rest
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        return Said::List(inner.split(',').map(unquoted).collect());
    }
    // `>`, `|-` and the like only say how the lines below are to be read.
    let is_mark = rest.len() <= 3 && rest.starts_with(['>', '|']);
    let head = if is_mark { "" } else { rest };
    let whole = std::iter::once(head).chain(below.iter().copied());
    let words: Vec<&str> = whole.flat_map(str::split_whitespace).collect();
    Said::Text(unquoted(&words.join(" ")))
}

fn unquoted(text: &str) -> String {
    let text = text.trim();
    let inside = ['"', '\''].iter().find_map(|mark| {
        let inside = text.strip_prefix(*mark)?.strip_suffix(*mark)?;
        (!inside.contains(*mark)).then_some(inside)
    });
    inside.unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_yaml_does_not_take_is_read_by_the_line() {
        let read = read(
            "---\nname: helper\ndescription: Use it. Examples: user: \"Hi\"\n  and more\ntools: Read, Bash\nversion: 1.0\nargument-hint: [a] | [b]\nsubtle: \"a: b\"\n---\n\nBody\n",
        );
        assert_eq!(read.text("name"), Some("helper"));
        let said = "Use it. Examples: user: \"Hi\" and more";
        assert_eq!(read.text("description"), Some(said));
        assert_eq!(read.get("tools").unwrap().items(), ["Read", "Bash"]);
        assert_eq!(read.text("version"), Some("1.0"));
        assert_eq!(read.text("subtle"), Some("a: b"));
        assert_eq!(read.body, "Body");
    }

    #[test]
    fn what_yaml_takes_is_read_as_yaml() {
        let read = read(
            "\u{feff}---\r\nname: x\r\ndescription: >\r\n  One\r\n  two.\r\nversion: 1.10\r\nmetadata:\r\n  version: '2.0'\r\ntools: [Read, Edit]\r\n---\r\nBody",
        );
        assert_eq!(read.text("description"), Some("One two."));
        assert_eq!(read.text("version"), Some("1.10"));
        assert_eq!(read.text("metadata.version"), Some("2.0"));
        assert_eq!(read.get("tools").unwrap().items(), ["Read", "Edit"]);
    }

    #[test]
    fn a_bomb_costs_nothing() {
        let mut bomb = "---\na0: &a0 [x]\n".to_owned();
        for i in 1..60 {
            let last = i - 1;
            bomb += &format!("a{i}: &a{i} [{}]\n", vec![format!("*a{last}"); 9].join(","));
        }
        assert_eq!(read(&(bomb + "---\nBody")).body, "Body");
        let many: String = (0..9_000).map(|at| format!("k{at}: v\n")).collect();
        assert_eq!(read(&format!("---\n{many}---\n")).fields.len(), MOST);
    }
}
