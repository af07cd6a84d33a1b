//! `license-text`: the LICENSE file, where there is one, is the text of the licence that the manifest
//! names, and there is one where the name alone says nothing.
//!
//! Told by phrases that only one licence has, over text stripped to its words: the texts of all SPDX
//! licences would make every binary megabytes larger to answer the same question.

use spdx::Expression;

use super::{Check, Report, Rule, Scene};
use crate::{finding::Severity, load::Source};

pub(super) static RULE: Rule = Rule {
    id: "license-text",
    severity: Severity::Error,
    about: "LICENSE is the text of the licence that the manifest names; a LicenseRef has one",
    help: "put the licence's own text into LICENSE, or name the licence that stands there",
    check: Check::Source(check),
};

/// More of a LICENSE than the longest licence has.
const LONGEST: usize = 256 << 10;

/// A licence, phrases that all of its texts have, and a phrase that tells it from its neighbour by
/// being absent.
struct Text {
    id: &'static str,
    has: &'static [&'static str],
    lacks: &'static str,
}

const fn text(id: &'static str, has: &'static [&'static str]) -> Text {
    Text { id, has, lacks: "" }
}

const fn text_without(id: &'static str, has: &'static [&'static str], lacks: &'static str) -> Text {
    Text { id, has, lacks }
}

const MIT: &str =
    "permission is hereby granted free of charge to any person obtaining a copy of this software";
const MIT_NOTICE: &str = "and this permission notice shall be included in all copies";
const BSD: &str = "redistributions in binary form must reproduce the above copyright notice";
const BSD_NAMES: &str = "endorse or promote products derived from this software without specific";
const BSD_ADVERT: &str = "all advertising materials mentioning";
const ISC: &str = "permission to use copy modify and or distribute this software for any purpose";
const ISC_NOTICE: &str = "and this permission notice appear in all copies";

/// By id, without `-only` and `-or-later`.
const TEXTS: &[Text] = &[
    text("MIT", &[MIT, MIT_NOTICE]),
    text_without("MIT-0", &[MIT], "permission notice shall be included"),
    text("Apache-2.0", &["apache license version 2 0"]),
    text("BSD-4-Clause", &[BSD, BSD_ADVERT]),
    text_without("BSD-3-Clause", &[BSD, BSD_NAMES], BSD_ADVERT),
    text_without("BSD-2-Clause", &[BSD], BSD_NAMES),
    text("ISC", &[ISC, ISC_NOTICE]),
    text_without("0BSD", &[ISC], ISC_NOTICE),
    text(
        "GPL-2.0",
        &["gnu general public license version 2 june 1991"],
    ),
    text(
        "GPL-3.0",
        &["gnu general public license version 3 29 june 2007"],
    ),
    text(
        "LGPL-2.1",
        &["gnu lesser general public license version 2 1 february 1999"],
    ),
    text(
        "LGPL-3.0",
        &["gnu lesser general public license version 3 29 june 2007"],
    ),
    text(
        "AGPL-3.0",
        &["gnu affero general public license version 3 19 november 2007"],
    ),
    text("MPL-2.0", &["mozilla public license version 2 0"]),
    text("EPL-2.0", &["eclipse public license v 2 0"]),
    text("EUPL-1.2", &["european union public licence v 1 2"]),
    text("CC0-1.0", &["cc0 1 0 universal"]),
    text("CC-BY-4.0", &["attribution 4 0 international"]),
    text(
        "CC-BY-SA-4.0",
        &["attribution sharealike 4 0 international"],
    ),
    text(
        "Unlicense",
        &["this is free and unencumbered software released into the public domain"],
    ),
    text(
        "Zlib",
        &["altered source versions must be plainly marked as such"],
    ),
    text("BSL-1.0", &["boost software license version 1 0"]),
    text("Artistic-2.0", &["the artistic license 2 0"]),
    text(
        "UPL-1.0",
        &["the universal permissive license upl version 1 0"],
    ),
    text(
        "MulanPSL-2.0",
        &["mulan permissive software license version 2"],
    ),
    text("MS-PL", &["microsoft public license"]),
];

fn check(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    let Some(written) = &source.written else {
        return;
    };
    let license = &written.value.package.license;
    let Ok(expression) = Expression::parse(license) else {
        return;
    };
    let ids: Vec<&str> = expression
        .requirements()
        .filter_map(|r| r.req.license.id())
        .map(|id| id.name)
        .collect();
    let Some(file) = source.file("LICENSE") else {
        if expression.requirements().count() > ids.len() {
            let message = format!("there is no LICENSE that says what {:?} is", license.get());
            report.found(written.place(license), message);
        }
        return;
    };
    let text = String::from_utf8_lossy(&file.bytes[..file.bytes.len().min(LONGEST)]);
    if let Some(message) = disagreement(&text, &ids) {
        report.found(source.place("LICENSE"), message);
    }
}

fn disagreement(text: &str, ids: &[&str]) -> Option<String> {
    let words = words(text);
    if words.trim().is_empty() {
        return Some("LICENSE is empty".to_owned());
    }
    let base = |id: &str| {
        let id = id.strip_suffix("-only").unwrap_or(id);
        id.strip_suffix("-or-later").unwrap_or(id).to_owned()
    };
    let named: Vec<String> = ids.iter().map(|id| base(id)).collect();
    let is_named = |text: &&Text| named.iter().any(|id| id == text.id);
    let found = texts(&words);
    let names = ids.join(", ");
    match found.first() {
        Some(_) if found.iter().any(is_named) => None,
        Some(other) => Some(format!(
            "LICENSE is the text of {}, not of {names}",
            other.id
        )),
        None if TEXTS.iter().any(|text| is_named(&text)) => {
            Some(format!("LICENSE is not the text of {names}"))
        }
        // A licence whose text we do not know: nothing can be told.
        None => None,
    }
}

/// The licences that have all of their phrases among `words`.
fn texts(words: &str) -> Vec<&'static Text> {
    let is_it = |text: &&Text| {
        text.has.iter().all(|phrase| words.contains(phrase))
            && (text.lacks.is_empty() || !words.contains(text.lacks))
    };
    TEXTS.iter().filter(is_it).collect()
}

/// The one licence whose text this is, by its SPDX id. A text that several have (`GPL-2.0` stands for
/// `-only` and `-or-later`) is nobody's.
pub(super) fn of_text(text: &str) -> Option<&'static str> {
    let end = text.floor_char_boundary(LONGEST);
    match texts(&words(&text[..end])).as_slice() {
        [one] => Expression::parse(one.id).ok().map(|_| one.id),
        _ => None,
    }
}

/// Lower-case words with single spaces, so that line breaks, quotes and numbering do not count.
fn words(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() {
            words.extend(c.to_lowercase());
        } else if !words.ends_with(' ') {
            words.push(' ');
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::package_said;

    const MIT_TEXT: &str = include_str!("../../../LICENSE-MIT");
    const APACHE_TEXT: &str = include_str!("../../../LICENSE-APACHE");

    #[test]
    fn the_text_is_that_of_the_name() {
        let said = |license: &str, text: &str| {
            package_said("license-text", |p| p.license(license).file("LICENSE", text))
        };
        assert_eq!(said("MIT", MIT_TEXT), [""; 0]);
        assert_eq!(said("MIT OR Apache-2.0", MIT_TEXT), [""; 0]);
        assert_eq!(said("Apache-2.0", APACHE_TEXT), [""; 0]);
        assert_eq!(said("CDDL-1.0", "nobody here knows this text"), [""; 0]);
        assert_eq!(
            said("Apache-2.0", MIT_TEXT),
            [
                "error templates/agents/code-thing/LICENSE: LICENSE is the text of MIT, not of Apache-2.0"
            ]
        );
        assert!(said("MIT", "All rights reserved.")[0].ends_with("LICENSE is not the text of MIT"));
        assert!(said("CDDL-1.0", APACHE_TEXT)[0].ends_with("Apache-2.0, not of CDDL-1.0"));
        assert!(said("MIT", " \n")[0].ends_with("LICENSE is empty"));
    }

    #[test]
    fn a_name_of_ones_own_needs_its_text() {
        assert_eq!(package_said("license-text", |p| p), [""; 0]);
        let said = package_said("license-text", |p| p.license("LicenseRef-house-rules"));
        assert!(
            said[0].contains(":8:11: there is no LICENSE that says"),
            "{said:?}"
        );
    }

    #[test]
    fn neighbours_are_told_apart() {
        let bsd = "Redistributions in binary form must reproduce the above copyright notice, …";
        assert_eq!(disagreement(bsd, &["BSD-2-Clause"]), None);
        assert!(disagreement(bsd, &["BSD-3-Clause"]).is_some());
        let gpl = "GNU GENERAL PUBLIC LICENSE\n   Version 3, 29 June 2007";
        assert_eq!(disagreement(gpl, &["GPL-3.0-or-later"]), None);
        assert!(disagreement(gpl, &["GPL-2.0-only"]).is_some());
    }

    #[test]
    fn every_id_is_an_spdx_id() {
        for text in TEXTS {
            assert!(spdx::license_id(text.id).is_some(), "{}", text.id);
        }
    }
}
