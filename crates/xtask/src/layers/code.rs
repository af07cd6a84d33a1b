//! Rust source with what is not code blanked out, line for line and column for column.

/// `source` with comments, and the insides of texts and characters, as spaces.
pub(super) fn without_comments_and_texts(source: &str) -> String {
    let mut blank = Blank {
        rest: source,
        out: String::with_capacity(source.len()),
    };
    while let Some(c) = blank.rest.chars().next() {
        let before = blank.out.chars().next_back();
        let starts_word = !before.is_some_and(|c| c.is_alphanumeric() || c == '_');
        if blank.rest.starts_with("//") {
            let end = blank.rest.find('\n').unwrap_or(blank.rest.len());
            blank.hide(end);
        } else if blank.rest.starts_with("/*") {
            let end = comment_length(blank.rest);
            blank.hide(end);
        } else if let Some(length) = raw_text_length(blank.rest).filter(|_| starts_word) {
            blank.hide(length);
        } else if c == '"' {
            let length = text_length(blank.rest);
            blank.hide(length);
        } else if let Some(length) = character_length(blank.rest).filter(|_| c == '\'') {
            blank.hide(length);
        } else {
            blank.keep(c.len_utf8());
        }
    }
    blank.out
}

/// The same with every item under `#[cfg(test)]` blanked out as well; and the names of the
/// modules that such an item only declares, which are files of their own.
pub(super) fn without_tests(code: &str) -> (String, Vec<String>) {
    const MARK: &str = "#[cfg(test)]";
    let mut out = String::with_capacity(code.len());
    let mut files = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find(MARK) {
        let item = &rest[at..];
        let length = item_length(item);
        let declared = item[MARK.len()..length]
            .trim_start()
            .trim_start_matches("pub(crate) ")
            .strip_prefix("mod ")
            .and_then(|name| name.strip_suffix(';'));
        files.extend(declared.map(|name| name.trim().to_owned()));
        out.push_str(&rest[..at]);
        out.extend(item[..length].chars().map(blanked));
        rest = &item[length..];
    }
    out.push_str(rest);
    (out, files)
}

struct Blank<'a> {
    rest: &'a str,
    out: String,
}

impl Blank<'_> {
    fn keep(&mut self, bytes: usize) {
        let (kept, rest) = self.rest.split_at(bytes);
        self.out.push_str(kept);
        self.rest = rest;
    }

    fn hide(&mut self, bytes: usize) {
        let (hidden, rest) = self.rest.split_at(bytes);
        self.out.extend(hidden.chars().map(blanked));
        self.rest = rest;
    }
}

fn blanked(c: char) -> char {
    if c == '\n' { c } else { ' ' }
}

/// Of a comment that may hold others.
fn comment_length(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// Of `r"…"`, `r#"…"#`, `br"…"` and so on, where `text` starts with one.
fn raw_text_length(text: &str) -> Option<usize> {
    let after = text
        .strip_prefix(['b', 'c'])
        .unwrap_or(text)
        .strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let inside = after[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let start = text.len() - inside.len();
    Some(
        inside
            .find(&end)
            .map_or(text.len(), |at| start + at + end.len()),
    )
}

fn text_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Of `'c'` or `'\…'`; none for a lifetime.
fn character_length(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('\'')?;
    let mut chars = inside.chars();
    let first = chars.next()?;
    if first == '\\' {
        let after = 2 + chars.next()?.len_utf8();
        return text[after..].find('\'').map(|end| after + end + 1);
    }
    (chars.next()? == '\'').then_some(2 + first.len_utf8())
}

/// Up to the item's closing brace or semicolon.
fn item_length(item: &str) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in item.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            b';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    item.len()
}

#[cfg(test)]
mod tests {
    use super::{without_comments_and_texts, without_tests};

    #[test]
    fn only_code_is_left() {
        let source = "a // b \"c\n/* d /* e */ f */ g(\"h \\\" i\", r#\"j \" k\"#, 'l', '\\'', '\"', b\"m\") 'n: for_r\"o\"";
        let code = without_comments_and_texts(source);
        assert_eq!(code.len(), source.len());
        assert_eq!(code.lines().count(), 2);
        let words: String = code.split_whitespace().collect();
        assert_eq!(words, "ag(,,,,,b)'n:for_r");
    }

    #[test]
    fn tests_are_not_looked_at() {
        let code = "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() { c(); }\n}\nfn d() {}\n#[cfg(test)]\nmod proofs;\n#[cfg(test)]\nuse x;\nfn e() {}";
        let (left, files) = without_tests(code);
        assert_eq!(left.lines().count(), code.lines().count());
        let words: Vec<&str> = left.split_whitespace().collect();
        assert_eq!(words.join(" "), "fn a() {} fn d() {} fn e() {}");
        assert_eq!(files, ["proofs"]);
    }
}
