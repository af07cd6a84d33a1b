//! Characters that nobody sees and that change what is read: the Trojan Source attacks, instructions to
//! an agent in invisible "tag" characters, names with a zero-width space, terminal escapes.

use std::borrow::Cow;

/// A hidden character of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// Byte offset.
    pub offset: usize,
    /// The character.
    pub character: char,
    /// What it is, for people.
    pub what: &'static str,
}

/// Every hidden character of `text`. What scripts and emoji need where they need it is not hidden: a
/// joiner between letters of a joining script or between pictures, a variation selector after a
/// picture.
pub fn hidden(text: &str) -> impl Iterator<Item = Hidden> {
    let mut before = '\0';
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        loop {
            let (offset, character) = chars.next()?;
            let after = chars.peek().map_or('\0', |(_, c)| *c);
            let what = name(character).filter(|_| !is_needed(before, character, after));
            before = character;
            if let Some(what) = what {
                return Some(Hidden {
                    offset,
                    character,
                    what,
                });
            }
        }
    })
}

/// Whether `bytes` are plain enough that nothing can be hidden in them: printable ASCII, line ends and
/// tabs. Quick, for the many files that are.
pub fn is_plain(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t' | b'\r'))
}

/// What a reader or an agent makes of the file at `path`: its text, broken bytes replaced. `None` for
/// pictures and the like, by their names, and for bytes that are no text by any name.
pub fn as_text<'a>(path: &str, bytes: &'a [u8]) -> Option<Cow<'a, str>> {
    match std::str::from_utf8(bytes) {
        Ok(_) if is_data(path) => None,
        Ok(text) => Some(Cow::Borrowed(text)),
        Err(_) => is_text(path).then(|| String::from_utf8_lossy(bytes)),
    }
}

fn suffix(path: &str) -> String {
    let path = path.strip_suffix(".j2").unwrap_or(path);
    path.rsplit_once('.')
        .map_or_else(String::new, |(_, suffix)| suffix.to_ascii_lowercase())
}

fn is_data(path: &str) -> bool {
    matches!(
        suffix(path).as_str(),
        "png"
            | "webp"
            | "jpg"
            | "jpeg"
            | "gif"
            | "ico"
            | "pdf"
            | "wasm"
            | "gz"
            | "zip"
            | "ttf"
            | "woff2"
    )
}

fn is_text(path: &str) -> bool {
    matches!(
        suffix(path).as_str(),
        "md" | "txt"
            | "toml"
            | "yaml"
            | "yml"
            | "json"
            | "jsonl"
            | "csv"
            | "xml"
            | "html"
            | "css"
            | "py"
            | "pyi"
            | "js"
            | "mjs"
            | "ts"
            | "tsx"
            | "jsx"
            | "sh"
            | "bash"
            | "zsh"
            | "ps1"
            | "bat"
            | "rs"
            | "go"
            | "java"
            | "kt"
            | "rb"
            | "php"
            | "c"
            | "h"
            | "cpp"
            | "cs"
            | "sql"
            | "ini"
            | "cfg"
            | "env"
            | "tf"
            | "lock"
    )
}

/// What `character` is, if it is one that is not seen.
pub fn name(character: char) -> Option<&'static str> {
    Some(match character {
        '\n' | '\t' | '\r' => return None,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => "a control character",
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "a bidirectional override",
        '\u{200e}' | '\u{200f}' | '\u{61c}' => "a bidirectional mark",
        '\u{200b}' => "a zero-width space",
        '\u{200c}' | '\u{200d}' => "a zero-width joiner",
        '\u{feff}' => "a byte order mark",
        '\u{ad}' => "a soft hyphen",
        '\u{2028}' | '\u{2029}' => "a separator of lines that few programs know",
        '\u{e0000}'..='\u{e007f}' => "an invisible tag character",
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{180b}'..='\u{180f}' => {
            "a variation selector"
        }
        '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{34f}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' => "an invisible format character",
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => "an invisible letter",
        _ => return None,
    })
}

fn is_needed(before: char, character: char, after: char) -> bool {
    match character {
        // Arabic, Syriac, Indic and similar scripts, and sequences of pictures.
        '\u{200c}' | '\u{200d}' => {
            let joins = |c: char| matches!(c, '\u{600}'..='\u{dff}' | '\u{1000}'..='\u{109f}');
            let is_picture =
                |c: char| is_picture(c) || matches!(c, '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}');
            (joins(before) && joins(after)) || (is_picture(before) && is_picture(after))
        }
        '\u{fe0e}' | '\u{fe0f}' => {
            is_picture(before) || matches!(before, '#' | '*' | '0'..='9' if after == '\u{20e3}')
        }
        _ => false,
    }
}

fn is_picture(c: char) -> bool {
    matches!(c, '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2100}'..='\u{2bff}' | '\u{3030}'
        | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_found() {
        for (text, what) in [
            ("a\u{202e}b", "a bidirectional override"),
            ("a\u{2066}b", "a bidirectional override"),
            ("a\u{200f}b", "a bidirectional mark"),
            ("a\u{200b}b", "a zero-width space"),
            ("a\u{200d}b", "a zero-width joiner"),
            ("\u{feff}a", "a byte order mark"),
            ("a\u{e0041}b", "an invisible tag character"),
            ("a\u{fe0f}b", "a variation selector"),
            ("a\u{e0101}b", "a variation selector"),
            ("a\u{1b}[31m", "a control character"),
            ("a\u{9b}31m", "a control character"),
            ("a\u{3164}b", "an invisible letter"),
            ("a\u{2062}b", "an invisible format character"),
        ] {
            let found: Vec<Hidden> = hidden(text).collect();
            assert_eq!(found.len(), 1, "{text:?}");
            assert_eq!(found[0].what, what);
            assert!(!is_plain(text.as_bytes()));
        }
    }

    #[test]
    fn what_scripts_and_pictures_need_is_not_hidden() {
        for fine in [
            "plain\ttext\r\n",
            "gr\u{fc}\u{df}e \u{2014} \u{4f60}\u{597d}",
            "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
            "\u{2764}\u{fe0f}\u{200d}\u{1f525}",
            "1\u{fe0f}\u{20e3}",
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
        ] {
            assert_eq!(hidden(fine).count(), 0, "{fine:?}");
        }
    }
}
