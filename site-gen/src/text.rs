//! Text from packages before anybody sees it, and numbers as people read them.

use std::borrow::Cow;

/// Whether `c` can change what a reader sees of the text around it: control characters (but tab and
/// newline), bidirectional overrides and isolates, invisible spaces and joiners, tag characters.
/// Zero-width joiner and non-joiner stay: emoji and several scripts need them.
pub fn is_deceptive(c: char) -> bool {
    matches!(c,
        '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{ad}' | '\u{61c}' | '\u{180e}'
        | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// `text` without deceptive characters; line ends become `\n`.
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_deceptive) {
        return Cow::Borrowed(text);
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    Cow::Owned(text.chars().filter(|c| !is_deceptive(*c)).collect())
}

/// `text` on one line, cleaned, cut after `most` characters.
pub fn line(text: &str, most: usize) -> String {
    let clean = clean(text);
    let mut line = String::new();
    for (count, c) in clean
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .enumerate()
    {
        if count == most {
            line.push('…');
            break;
        }
        line.push(c);
    }
    line
}

/// The first bytes of `text`, `most` of them or up to three fewer: characters stay whole.
pub fn first(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// `text` with the five characters escaped that mean something in HTML.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    escape_into(text, &mut out);
    out
}

/// As [`escape`], to the end of `out`.
pub fn escape_into(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
}

/// A day out of an RFC 3339 time.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Day {
    /// `2025-11-12`
    pub iso: String,
    /// `12 Nov 2025`
    pub text: String,
    /// `12 Nov`
    pub short: String,
}

/// As days name them.
pub const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// The day of an RFC 3339 time; `None` where `time` is none.
pub fn day(time: &str) -> Option<Day> {
    let iso = time.get(..10)?;
    let mut parts = iso.splitn(3, '-');
    let mut number = |digits: usize| {
        let part = parts.next()?;
        let is_number = part.len() == digits && part.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| part.parse::<usize>().ok()).flatten()
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    let month = MONTHS.get(month.checked_sub(1)?)?;
    (1..=31).contains(&day).then(|| Day {
        iso: iso.to_owned(),
        text: format!("{day} {month} {year}"),
        short: format!("{day} {month}"),
    })
}

/// `7 B`, `2.1 kB`, `17 kB`, `3.4 MB`: at most two digits that matter below ten, SI units.
pub fn size(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..1_000 => return format!("{bytes} B"),
        1_000..1_000_000 => (1_000.0, "kB"),
        _ => (1_000_000.0, "MB"),
    };
    #[allow(clippy::cast_precision_loss, reason = "two digits are shown")]
    let amount = bytes as f64 / unit;
    match amount < 9.95 {
        true => format!("{amount:.1} {name}"),
        false => format!("{amount:.0} {name}"),
    }
}

/// `640`, `5.2k`, `12k`: tokens in a row.
pub fn tokens(count: u64) -> String {
    #[allow(clippy::cast_precision_loss, reason = "two digits are shown")]
    let thousands = count as f64 / 1000.0;
    match count {
        0..1_000 => count.to_string(),
        1_000..9_950 => format!("{thousands:.1}k"),
        _ => format!("{thousands:.0}k"),
    }
}

/// `5,200`
pub fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 agent`, `2 agents`
pub fn count(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{} {many}", number(count as u64)),
    }
}

/// `a`, `a and b`, `a, b and c`
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deceptive_characters_go_and_scripts_stay() {
        assert_eq!(clean("a\u{202e}b\u{200b}c\u{1b}[31m\r\nd"), "abc[31m\nd");
        let kept = "naïve \u{1f468}\u{200d}\u{1f469} می\u{200c}خواهم 日本";
        assert!(matches!(clean(kept), Cow::Borrowed(_)));
        assert_eq!(line(" a\n b\u{7}  c ", 4), "a b …");
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(
            [0, 999, 2_100, 17_000, 999_999].map(size),
            ["0 B", "999 B", "2.1 kB", "17 kB", "1000 kB"]
        );
        assert_eq!([640, 5_234, 12_400].map(tokens), ["640", "5.2k", "12k"]);
        assert_eq!(
            [7, 5_200, 1_234_567].map(number),
            ["7", "5,200", "1,234,567"]
        );
        assert_eq!(list(&["a".into(), "b".into(), "c".into()]), "a, b and c");
    }

    #[test]
    fn days_are_checked() {
        assert_eq!(day("2025-11-02T03:04:05Z").unwrap().text, "2 Nov 2025");
        for bad in [
            "",
            "2025-13-01T",
            "2025-00-10",
            "soon, really",
            "2025-1-001",
            "２０２５-11-02",
        ] {
            assert_eq!(day(bad), None, "{bad}");
        }
    }
}
