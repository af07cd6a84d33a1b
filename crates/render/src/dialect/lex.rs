//! The words of a template's tags, found as the engine finds them but without anything built, so
//! that [`super::guard`] can count them first. Where the two should differ, the engine still runs
//! in a child: this need not be exact to be safe, only to give good messages.

/// `{{ … }}` or `{% … %}`.
pub(super) struct Tag<'a> {
    pub(super) kind: Kind,
    /// Of its opening, counted from 1.
    pub(super) line: usize,
    pub(super) words: Vec<Word<'a>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Expression,
    Statement,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) line: usize,
    pub(super) class: Class,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Name,
    Number,
    Text,
    Symbol,
}

/// The tags of a template, in order.
pub(super) struct Tags<'a> {
    rest: &'a str,
    line: usize,
    /// Open brackets; the engine carries them over from tag to tag.
    brackets: i64,
}

impl<'a> Tags<'a> {
    pub(super) fn of(text: &'a str) -> Tags<'a> {
        Tags {
            rest: text,
            line: 1,
            brackets: 0,
        }
    }

    fn advance(&mut self, bytes: usize) {
        let (passed, rest) = self.rest.split_at(bytes);
        let lines = passed.bytes().filter(|byte| *byte == b'\n').count();
        self.line += lines;
        self.rest = rest;
    }

    /// Moves past the next opening of a tag. `None` at the end.
    fn open(&mut self) -> Option<Kind> {
        loop {
            let at = self.rest.find('{')?;
            self.advance(at);
            let mark = self.rest.as_bytes().get(1).copied();
            match mark {
                Some(b'#') => {
                    let end = self.rest.get(2..)?.find("#}")?;
                    self.advance(end + 4);
                }
                Some(b'%') if raw_tag(&self.rest[2..], "raw").is_some() => self.pass_raw()?,
                Some(mark @ (b'{' | b'%')) => {
                    let sign = matches!(self.rest.as_bytes().get(2), Some(b'-' | b'+'));
                    self.advance(2 + usize::from(sign));
                    return Some(if mark == b'{' {
                        Kind::Expression
                    } else {
                        Kind::Statement
                    });
                }
                _ => self.advance(1),
            }
        }
    }

    /// Moves past `{% raw %}` and all up to its end.
    fn pass_raw(&mut self) -> Option<()> {
        self.advance(2 + raw_tag(&self.rest[2..], "raw")?);
        loop {
            let at = self.rest.find("{%")?;
            self.advance(at + 2);
            if let Some(length) = raw_tag(self.rest, "endraw") {
                self.advance(length);
                return Some(());
            }
        }
    }

    /// The next word of a tag. `None` at the tag's end, or where the engine will complain.
    fn word(&mut self, kind: Kind) -> Option<Word<'a>> {
        let blank = self.rest.len() - self.rest.trim_ascii_start().len();
        self.advance(blank);
        let end = match kind {
            Kind::Expression => "}}",
            Kind::Statement => "%}",
        };
        let unsigned = self.rest.strip_prefix(['-', '+']).unwrap_or(self.rest);
        if self.brackets == 0 && unsigned.starts_with(end) {
            let sign = self.rest.len() - unsigned.len();
            self.advance(sign + end.len());
            return None;
        }
        let (class, length) = measure(self.rest)?;
        let line = self.line;
        let text = &self.rest[..length];
        match text {
            "(" | "[" | "{" => self.brackets += 1,
            ")" | "]" | "}" => self.brackets -= 1,
            _ => {}
        }
        self.advance(length);
        Some(Word { text, line, class })
    }
}

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        let kind = self.open()?;
        let line = self.line;
        let mut words = Vec::new();
        while let Some(word) = self.word(kind) {
            words.push(word);
        }
        Some(Tag { kind, line, words })
    }
}

/// Class and length in bytes of the word that `rest` starts with.
fn measure(rest: &str) -> Option<(Class, usize)> {
    let bytes = rest.as_bytes();
    let first = *bytes.first()?;
    let run = |belongs: fn(u8) -> bool| {
        bytes
            .iter()
            .position(|byte| !belongs(*byte))
            .unwrap_or(bytes.len())
    };
    match first {
        b'\'' | b'"' => Some((Class::Text, text_length(bytes, first)?)),
        b'0'..=b'9' => Some((
            Class::Number,
            run(|byte| byte.is_ascii_alphanumeric() || byte == b'_'),
        )),
        b'_' | b'a'..=b'z' | b'A'..=b'Z' => Some((
            Class::Name,
            run(|byte| byte.is_ascii_alphanumeric() || byte == b'_'),
        )),
        _ if matches!(
            bytes.get(..2),
            Some(b"//" | b"**" | b"==" | b"!=" | b">=" | b"<=")
        ) =>
        {
            Some((Class::Symbol, 2))
        }
        _ => b"+-*/%.,:~|=><()[]{}"
            .contains(&first)
            .then_some((Class::Symbol, 1)),
    }
}

fn text_length(bytes: &[u8], quote: u8) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in bytes.iter().enumerate().skip(1) {
        match *byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            byte if byte == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Length of `[-+] name [-+]%}` where `rest` starts with that.
fn raw_tag(rest: &str, name: &str) -> Option<usize> {
    let inner = rest.strip_prefix(['-', '+']).unwrap_or(rest);
    let after = inner.trim_ascii_start().strip_prefix(name)?;
    let after = after.trim_ascii_start();
    let after = after.strip_prefix(['-', '+']).unwrap_or(after);
    let after = after.strip_prefix("%}")?;
    Some(rest.len() - after.len())
}
