//! Case and accents: letters that a reader takes for the same become the same.
//!
//! Own tables instead of a Unicode normalisation library: these two kilobytes cover the Latin, Greek
//! and Cyrillic letters that have accents, and the browser downloads what this crate contains. A test
//! compares them with the full normalisation.

use std::sync::OnceLock;

/// Appends the folded form of `c` to `out`: lower case, without accents, full-width forms narrowed.
/// A combining accent appends nothing.
pub(crate) fn fold_into(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    match c {
        '\u{300}'..='\u{36f}' => {}
        // Full-width ASCII, as typed with an East Asian keyboard.
        '\u{ff01}'..='\u{ff5e}' => {
            if let Some(narrow) = char::from_u32(c as u32 - 0xfee0) {
                out.push(narrow.to_ascii_lowercase());
            }
        }
        _ => {
            for lower in c.to_lowercase().filter(|c| !is_accent(*c)) {
                match base(lower) {
                    Some(letters) => out.push_str(letters),
                    None => out.push(lower),
                }
            }
        }
    }
}

/// Is this a combining accent, which belongs to the letter before it?
pub(crate) fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// The plain letters behind one lower-case accented letter.
fn base(c: char) -> Option<&'static str> {
    static TABLE: OnceLock<Vec<(char, &'static str)>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let mut table: Vec<_> = BASES
            .iter()
            .flat_map(|(base, accented)| accented.chars().map(|c| (c, *base)))
            .collect();
        table.sort_unstable();
        table
    });
    table
        .binary_search_by_key(&c, |(accented, _)| *accented)
        .ok()
        .map(|found| table[found].1)
}

/// Plain letters, and the lower-case letters that fold to them.
#[rustfmt::skip]
const BASES: &[(&str, &str)] = &[
    ("a", "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặẚ"),
    ("ae", "æǣǽ"),
    ("b", "ḃḅḇ"),
    ("c", "çćĉċčḉ"),
    ("d", "ðďđḋḍḏḑḓ"),
    ("dz", "ǆǳ"),
    ("e", "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ"),
    ("f", "ḟ"),
    ("g", "ĝğġģǧǵḡ"),
    ("h", "ĥħȟḣḥḧḩḫẖ"),
    ("i", "ìíîïĩīĭįıǐȉȋḭḯỉị"),
    ("ij", "ĳ"),
    ("j", "ĵǰ"),
    ("k", "ķĸǩḱḳḵ"),
    ("l", "ĺļľłḷḹḻḽ"),
    ("lj", "ǉ"),
    ("m", "ḿṁṃ"),
    ("n", "ñńņňǹṅṇṉṋŉ"),
    ("ng", "ŋ"),
    ("nj", "ǌ"),
    ("o", "òóôõöøōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợǿ"),
    ("oe", "œ"),
    ("p", "ṕṗ"),
    ("r", "ŕŗřȑȓṙṛṝṟ"),
    ("s", "śŝşšſșṡṣṥṧṩẛ"),
    ("ss", "ß"),
    ("t", "ţťŧțṫṭṯṱẗ"),
    ("th", "þ"),
    ("u", "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự"),
    ("v", "ṽṿ"),
    ("w", "ŵẁẃẅẇẉẘ"),
    ("x", "ẋẍ"),
    ("y", "ýÿŷȳẏẙỳỵỷỹ"),
    ("z", "źżžẑẓẕ"),
    ("ʒ", "ǯ"),
    ("α", "ά"),
    ("β", "ϐ"),
    ("ε", "έϵ"),
    ("η", "ή"),
    ("θ", "ϑ"),
    ("ι", "ΐίϊ"),
    ("κ", "ϰ"),
    ("ο", "ό"),
    ("π", "ϖ"),
    ("ρ", "ϱ"),
    ("σ", "ςϲ"),
    ("υ", "ΰϋύ"),
    ("φ", "ϕ"),
    ("ω", "ώ"),
    ("а", "ӑӓ"),
    ("г", "ѓ"),
    ("е", "ѐёӗ"),
    ("ж", "ӂӝ"),
    ("з", "ӟ"),
    ("и", "йѝӣӥ"),
    ("к", "ќ"),
    ("о", "ӧ"),
    ("у", "ўӯӱӳ"),
    ("ч", "ӵ"),
    ("ы", "ӹ"),
    ("э", "ӭ"),
    ("і", "ї"),
    ("ѵ", "ѷ"),
    ("ә", "ӛ"),
    ("ө", "ӫ"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_normalization::UnicodeNormalization;

    fn folded(text: &str) -> String {
        let mut out = String::new();
        text.chars().for_each(|c| fold_into(c, &mut out));
        out
    }

    #[test]
    fn composed_and_decomposed_fold_alike() {
        // Every letter of the covered blocks, against the full normalisation.
        let blocks = (0xc0..=0x24f)
            .chain(0x386..=0x3ce)
            .chain(0x400..=0x45f)
            .chain(0x1e00..=0x1eff);
        let mut seen = 0;
        for c in blocks
            .filter_map(char::from_u32)
            .filter(|c| c.is_alphabetic())
        {
            let decomposed: String = c.to_string().nfd().collect();
            assert_eq!(folded(&c.to_string()), folded(&decomposed), "{c}");
            seen += 1;
        }
        assert!(seen > 600, "{seen}");
    }

    #[test]
    fn what_a_reader_takes_for_the_same() {
        assert_eq!(folded("Überprüfung"), "uberprufung");
        assert_eq!(folded("U\u{308}berpru\u{308}fung"), "uberprufung");
        assert_eq!(folded("STRASSE Straße"), "strasse strasse");
        assert_eq!(folded("Łódź İstanbul ØRSTED"), "lodz istanbul orsted");
        assert_eq!(folded("ＡＰＩ１"), "api1");
        assert_eq!(folded("ΣΊΣΥΦΟΣ"), folded("σίσυφος"));
    }
}
