//! Text from templates on its way into messages: one line, no control or bidirectional
//! characters, never long.

use std::fmt::Write as _;

/// Characters of contributed text that a message may hold.
const LONGEST: usize = 300;

/// `text` with everything that could steer a terminal or reorder a line written as `\u{…}`, cut
/// at a few hundred characters.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == LONGEST {
            out.push('…');
            break;
        }
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if steers(c) => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// `name` in the quotes that messages put names in.
pub(crate) fn quoted(name: &str) -> String {
    format!("`{}`", plain(name))
}

/// Control characters, and the invisible ones: bidirectional marks, zero widths, separators,
/// variation selectors, tags.
pub(crate) fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// A count of bytes as people say it.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [(u64, &str); 2] = [(1024 * 1024, "MiB"), (1024, "KiB")];
    for (unit, name) in UNITS {
        if count >= unit && count.is_multiple_of(unit) {
            return format!("{} {name}", count / unit);
        }
    }
    format!("{count} bytes")
}

#[cfg(test)]
mod tests {
    use super::{bytes, plain};

    #[test]
    fn nothing_that_steers_a_terminal_stays() {
        assert_eq!(
            plain("a\u{1b}[31m\u{202e}b\n\u{9b}\u{e0041}é"),
            "a\\u{1b}[31m\\u{202e}b\\n\\u{9b}\\u{e0041}é"
        );
        assert_eq!(plain(&"x".repeat(1000)).chars().count(), 301);
    }

    #[test]
    fn sizes_read_as_written() {
        assert_eq!(bytes(256 * 1024 * 1024), "256 MiB");
        assert_eq!(bytes(64 * 1024), "64 KiB");
        assert_eq!(bytes(70_000), "70000 bytes");
    }
}
