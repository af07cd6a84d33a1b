//! Hostile text inside a message.

use std::fmt::{self, Write as _};

/// Characters of a quoted text before it is cut.
const SHOWN: usize = 240;

/// Shows `text` in backticks with everything escaped that could reach into a terminal: controls,
/// and characters that are not seen or that turn the direction of what follows.
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('`')?;
        for (n, c) in self.0.chars().enumerate() {
            if n == SHOWN {
                f.write_char('…')?;
                break;
            }
            if c.is_control() || is_hidden(c) || c == '`' {
                write!(f, "{}", c.escape_unicode())?;
            } else {
                f.write_char(c)?;
            }
        }
        f.write_char('`')
    }
}

/// True of characters that a reader does not see, or that reorder what he sees: soft hyphen,
/// joiners, marks and overrides of direction, line separators, byte order mark, interlinear
/// annotation, tags, and the code points that never are characters.
pub(crate) fn is_hidden(c: char) -> bool {
    matches!(u32::from(c),
        0x00ad | 0x034f | 0x061c | 0x115f | 0x1160 | 0x17b4 | 0x17b5 | 0x180b..=0x180f
        | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfeff | 0xffa0
        | 0xfff0..=0xfffb | 0xfdd0..=0xfdef | 0xe0000..=0xe0fff)
        || u32::from(c) & 0xfffe == 0xfffe
}
