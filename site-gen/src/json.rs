//! JSON whose bytes are inert wherever they end up: in a terminal, in a page, in a log.
//!
//! Characters that could open a tag or change what a reader sees are written as `\uXXXX`. A parser
//! reads the same text.

use std::io;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

use crate::{BuildError, text};

/// `value` on as few bytes as possible.
pub(crate) fn compact<T: Serialize>(what: &'static str, value: &T) -> Result<Vec<u8>, BuildError> {
    write(what, value, CompactFormatter)
}

/// `value` for people to read.
pub(crate) fn pretty<T: Serialize>(what: &'static str, value: &T) -> Result<Vec<u8>, BuildError> {
    write(what, value, PrettyFormatter::new())
}

fn write<T: Serialize>(
    what: &'static str,
    value: &T,
    formatter: impl Formatter,
) -> Result<Vec<u8>, BuildError> {
    let mut bytes = Vec::new();
    value
        .serialize(&mut Serializer::with_formatter(
            &mut bytes,
            Inert(formatter),
        ))
        .map_err(|source| BuildError::Json { what, source })?;
    bytes.push(b'\n');
    Ok(bytes)
}

struct Inert<F>(F);

impl<F: Formatter> Formatter for Inert<F> {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut from = 0;
        for (at, c) in fragment.char_indices() {
            if !matches!(c, '<' | '>' | '&') && !text::is_deceptive(c) {
                continue;
            }
            out.write_all(&fragment.as_bytes()[from..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            from = at + c.len_utf8();
        }
        out.write_all(&fragment.as_bytes()[from..])
    }
    fn begin_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }
    fn end_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }
    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }
    fn end_array_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }
    fn begin_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }
    fn end_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }
    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }
    fn begin_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }
    fn end_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_survives_as_data_only() {
        let text = "</script>\u{202e}\u{9b}&\u{e0041}\"é\n";
        let bytes = compact("test", &text).unwrap();
        let written = String::from_utf8(bytes).unwrap();
        assert!(written.chars().all(|c| c == '\n' || !text::is_deceptive(c)));
        assert!(!written.contains('<') && !written.contains('&'));
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }
}
