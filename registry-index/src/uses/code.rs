//! Programs in Python and JavaScript: the addresses in their strings, the variables they read from
//! the environment, the programs they start. Comments and docstrings are documentation.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::shell::Word;
use crate::text::pattern;

/// The language of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Python,
    JavaScript,
}

/// What stands where in a program.
pub(super) struct Code<'a> {
    text: &'a str,
    /// What is between the quotes of strings, docstrings excepted; in order.
    strings: Vec<Range<usize>>,
    /// Comments and docstrings; in order.
    remarks: Vec<Range<usize>>,
}

/// A program that is started: its words, or the text that a shell is given.
pub(super) enum Start<'a> {
    Words(Vec<Word>),
    Shell(usize, &'a str),
}

impl<'a> Code<'a> {
    /// Finds the strings and remarks of `text`.
    pub(super) fn of(language: Language, text: &'a str) -> Self {
        let mut code = Self {
            text,
            strings: Vec::new(),
            remarks: Vec::new(),
        };
        let bytes = text.as_bytes();
        let is_js = language == Language::JavaScript;
        let mut at = 0;
        // Whether only white space precedes on this line, outside brackets: a string of three quotes
        // that starts there is a docstring.
        let mut at_start = true;
        let mut depth = 0_usize;
        while at < bytes.len() {
            if let Some(end) = remark(text, at, is_js) {
                code.remarks.push(at..end);
                at = end;
                continue;
            }
            match bytes[at] {
                b'"' | b'\'' | b'`' if is_js || bytes[at] != b'`' => {
                    let (inside, end) = string(text, at, is_js);
                    let is_triple = end - inside.end == 3;
                    match at_start && depth == 0 && !is_js && is_triple {
                        true => code.remarks.push(at..end),
                        false => code.strings.push(inside),
                    }
                    at = end;
                    at_start = false;
                    continue;
                }
                b'\n' => at_start = true,
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                // A prefix such as the `r` of r"…" does not count.
                byte => at_start &= byte.is_ascii_whitespace() || b"rRbBuUfF".contains(&byte),
            }
            at += 1;
        }
        code
    }

    fn is_in(ranges: &[Range<usize>], at: usize) -> bool {
        let after = ranges.partition_point(|range| range.start <= at);
        after > 0 && ranges[after - 1].contains(&at)
    }

    /// Whether `at` is inside a string that is no docstring.
    pub(super) fn is_in_string(&self, at: usize) -> bool {
        Self::is_in(&self.strings, at)
    }

    fn is_in_remark(&self, at: usize) -> bool {
        Self::is_in(&self.remarks, at)
    }

    /// The variables that are read from the environment, and where.
    pub(super) fn variables(&self) -> impl Iterator<Item = (usize, &'a str)> {
        READS.captures_iter(self.text).filter_map(|found| {
            let name = found.iter().skip(1).flatten().next()?;
            let behind = self.text[name.end()..].trim_start_matches(['"', '\'']);
            // `os.environ["X"] = …` writes.
            let behind = behind.strip_prefix(']').map(str::trim_start);
            let is_written = behind.is_some_and(|b| b.starts_with('=') && !b.starts_with("=="));
            (!is_written && !self.is_in_remark(name.start())).then(|| (name.start(), name.as_str()))
        })
    }

    /// Hosts that are given without a scheme, and where.
    pub(super) fn bare_hosts(&self) -> impl Iterator<Item = (usize, &'a str)> {
        CONNECTS.captures_iter(self.text).filter_map(|found| {
            let host = found.get(1)?;
            (!self.is_in_remark(host.start())).then(|| (host.start(), host.as_str()))
        })
    }

    /// The programs that are started, as far as they are written out.
    pub(super) fn starts(&self) -> impl Iterator<Item = Start<'a>> {
        STARTS.find_iter(self.text).filter_map(|call| {
            if self.is_in_remark(call.start()) || Self::is_in(&self.strings, call.start()) {
                return None;
            }
            let after = call.end();
            let rest = &self.text[after..];
            let is_list = rest.starts_with(['[', '(']);
            let words = self.literals(after + usize::from(is_list));
            let takes_list = is_list || LISTS.iter().any(|name| call.as_str().contains(name));
            match words.as_slice() {
                [] => None,
                [first, ..] if !takes_list => {
                    let end = first.at + first.text.len();
                    Some(Start::Shell(first.at, &self.text[first.at..end]))
                }
                _ => Some(Start::Words(words)),
            }
        })
    }

    /// The strings that follow each other from `at`, with commas between them.
    fn literals(&self, mut at: usize) -> Vec<Word> {
        let mut words = Vec::new();
        // Nobody writes out a longer command, and what matters of it comes first.
        while words.len() < 32 {
            let rest = &self.text[at..];
            let skipped = rest.len()
                - rest
                    .trim_start_matches([' ', '\t', '\n', '\r', ',', '['])
                    .len();
            at += skipped;
            let prefix = self.text[at..].starts_with(['r', 'f', 'b', 'u']);
            let is_format = self.text[at..].starts_with('f') || self.text[at..].starts_with('`');
            let next = self.strings.partition_point(|range| range.start <= at);
            let Some(range) = self.strings.get(next) else {
                break;
            };
            let gap = range.start - at;
            let quotes = &self.text[at + usize::from(prefix && gap > 1)..range.start];
            if quotes.is_empty() || !quotes.chars().all(|c| matches!(c, '"' | '\'' | '`')) {
                break;
            }
            let text = &self.text[range.clone()];
            words.push(Word {
                text: text.to_owned(),
                at: range.start,
                is_dynamic: is_format && text.contains('{'),
            });
            at = range.end + quotes.len();
            at = at.min(self.text.len());
            while !self.text.is_char_boundary(at) {
                at += 1;
            }
        }
        words
    }
}

/// Where the comment that starts at `at` ends, if one does.
fn remark(text: &str, at: usize, is_js: bool) -> Option<usize> {
    let rest = &text.as_bytes()[at..];
    let line_end = || rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
    match rest[0] {
        b'#' if !is_js => Some(at + line_end()),
        b'/' if is_js && rest.starts_with(b"//") => Some(at + line_end()),
        b'/' if is_js && rest.starts_with(b"/*") => {
            let end = text[at + 2..].find("*/");
            Some(end.map_or(text.len(), |n| at + 2 + n + 2))
        }
        _ => None,
    }
}

/// What is inside the string that starts at `at`, and where it ends.
fn string(text: &str, at: usize, is_js: bool) -> (Range<usize>, usize) {
    let bytes = text.as_bytes();
    let quote = bytes[at];
    let is_triple = !is_js && bytes[at..].starts_with(&[quote; 3]);
    let mark = if is_triple { 3 } else { 1 };
    let spans_lines = is_triple || quote == b'`';
    let start = at + mark;
    let mut end = start;
    while end < bytes.len() {
        match bytes[end] {
            b'\\' => end += 1,
            b'\n' if !spans_lines => return (start..end, end),
            byte if byte == quote && bytes[end..].starts_with(&[quote; 3][..mark]) => {
                return (start..end, end + mark);
            }
            _ => {}
        }
        end += 1;
    }
    (start..bytes.len(), bytes.len())
}

static READS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?x)
        \b(?:environ(?:b)?(?:\.get|\.pop|\.setdefault)?|getenv|env\.get)\s*[\[(]\s*["']([A-Za-z_][A-Za-z0-9_]*)
        | \b(?:process|Bun|meta)\.env(?:\.|\[\s*["'])([A-Za-z_][A-Za-z0-9_]*)
        | ["']([A-Za-z_][A-Za-z0-9_]*)["']\s+(?:not\s+)?in\s+os\.environ
        "#,
    )
});
static CONNECTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"\b(?:HTTPS?Connection|create_connection)\(\s*\(?\s*["']([^"'\s]{1,253})["']"#)
});
static STARTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x)
        \b(?:subprocess\.(?:run|Popen|call|check_call|check_output|getoutput|getstatusoutput)
        | create_subprocess_(?:exec|shell) | os\.(?:system|popen|exec[lv]\w*|spawn\w+)
        | (?:exec|spawn)(?:File)?(?:Sync)? | check_output | Popen ) \( \s*",
    )
});
/// Calls that take a program and its arguments one by one.
const LISTS: [&str; 5] = [
    "subprocess_exec",
    "os.exec",
    "spawn",
    "execFile",
    "spawnSync",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_remarks_are_told_apart() {
        let text = "\"\"\"Doc https://a.io\"\"\"\nURL = 'https://b.io'  # https://c.io\nx = f\"https://d.io/{y}\"\n";
        let code = Code::of(Language::Python, text);
        let inside = |part: &str| code.is_in_string(text.find(part).unwrap());
        assert_eq!(
            [
                inside("https://a"),
                inside("https://b"),
                inside("https://c"),
                inside("https://d")
            ],
            [false, true, false, true]
        );
        let text = "// https://a.io\nconst u = `https://b.io/${x}`; /* 'https://c.io' */ f('https://d.io')";
        let code = Code::of(Language::JavaScript, text);
        let inside = |part: &str| code.is_in_string(text.find(part).unwrap());
        assert_eq!(
            [
                inside("https://a"),
                inside("https://b"),
                inside("https://c"),
                inside("https://d")
            ],
            [false, true, false, true]
        );
    }

    #[test]
    fn variables_are_found() {
        let text = "os.environ['A']; os.getenv(\"B\"); environ.get('C', '')\nos.environ['D'] = 'x'\n# os.environ['E']\n'F' in os.environ\nif os.environ['G'] == 'x': pass";
        let found: Vec<_> = Code::of(Language::Python, text)
            .variables()
            .map(|(_, n)| n)
            .collect();
        assert_eq!(found, ["A", "B", "C", "F", "G"]);
        let text = "process.env.A; process.env['B']; Deno.env.get('C'); import.meta.env.D";
        let found: Vec<_> = Code::of(Language::JavaScript, text)
            .variables()
            .map(|(_, n)| n)
            .collect();
        assert_eq!(found, ["A", "B", "C", "D"]);
    }

    #[test]
    fn started_programs_are_found() {
        let text = "subprocess.run([\"git\", 'diff', f\"{x}\", y], check=True)\nos.system('curl x | sh')\nsubprocess.run(cmd)\n# subprocess.run(['rm'])\nawait asyncio.create_subprocess_exec('gh', 'api')\nsubprocess.check_output(\n    [\n        'jq',\n    ])";
        let code = Code::of(Language::Python, text);
        let found: Vec<String> = code
            .starts()
            .map(|start| match start {
                Start::Words(words) => words
                    .iter()
                    .map(|w| w.text.as_str())
                    .collect::<Vec<_>>()
                    .join(" "),
                Start::Shell(_, text) => format!("sh: {text}"),
            })
            .collect();
        assert_eq!(found, ["git diff {x}", "sh: curl x | sh", "gh api", "jq"]);
        let code = Code::of(
            Language::JavaScript,
            "execSync('git log'); spawn(\"npx\", [\"-y\", \"x\"]); regex.exec(s)",
        );
        assert_eq!(code.starts().count(), 2);
    }

    #[test]
    fn hostile_text_is_linear_and_does_not_panic() {
        for piece in [
            "\"",
            "'''",
            "/*",
            "`",
            "\\",
            "subprocess.run([",
            "ü\"",
            "f'",
            "spawn('ü',",
            "#",
        ] {
            for language in [Language::Python, Language::JavaScript] {
                let text = piece.repeat((1 << 20) / piece.len());
                let code = Code::of(language, &text);
                assert!(code.starts().count() + code.variables().count() < 1 << 20);
            }
        }
    }
}
