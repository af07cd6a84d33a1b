//! Licences as people name them, and what an SPDX expression of a manifest grants, for who has to decide
//! about it.

use spdx::{Expression, LicenseReq, ParseMode};

/// Licences for texts and data that registries commonly accept beside those that the OSI approved.
const OPEN_CONTENT: [&str; 2] = ["CC0-1.0", "CC-BY-4.0"];

/// Whether an SPDX id is one that there is, as in `GPL-3.0-only`; `LicenseRef-…` counts as one.
pub fn is_known(id: &str) -> bool {
    spdx::license_id(id).is_some() || id.starts_with("LicenseRef-")
}

/// Whether `expression` can be met with licences that the OSI approved, or that open content is under;
/// `None` where it is no SPDX expression.
pub fn is_open(expression: &str) -> Option<bool> {
    let is_open = |requirement: &LicenseReq| {
        let id = requirement.license.id();
        id.is_some_and(|id| id.is_osi_approved() || OPEN_CONTENT.contains(&id.name))
    };
    Some(Expression::parse(expression).ok()?.evaluate(is_open))
}

/// The first of `denied` without which `expression` cannot be met: of `MIT OR GPL-3.0-only` one may
/// choose, of `MIT AND GPL-3.0-only` not. What is no SPDX expression is met by nothing, unless nothing
/// is denied.
pub fn denied<'a>(expression: &str, denied: &'a [String]) -> Option<&'a str> {
    let Ok(parsed) = Expression::parse(expression) else {
        return denied.first().map(String::as_str);
    };
    let is_called = |requirement: &LicenseReq, name: &str| {
        requirement.license.to_string().eq_ignore_ascii_case(name)
    };
    let is_denied = |requirement: &LicenseReq| denied.iter().any(|id| is_called(requirement, id));
    let refused = parsed
        .evaluate_with_failures(|requirement| !is_denied(requirement))
        .err()?;
    denied.iter().map(String::as_str).find(|id| {
        let mut refused = refused.iter();
        refused.any(|requirement| is_called(&requirement.req, id))
    })
}

/// The SPDX expression that `text` is, or is meant to be where that can be told (`Apache 2.0`).
pub fn expression(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text.len() > 100 {
        return None;
    }
    let is_known = |expression: &Expression| {
        let mut requirements = expression.requirements();
        requirements.all(|one| one.req.license.id().is_some())
    };
    if let Some(read) = Expression::parse(text).ok().filter(is_known) {
        return Some(read.to_string());
    }
    let lax = Expression::parse_mode(text, ParseMode::LAX).ok()?;
    let mut ids = lax.requirements().filter_map(|one| one.req.license.id());
    match (lax.requirements().count(), ids.next()) {
        (1, Some(only)) if !only.is_deprecated() => Some(only.name.to_owned()),
        _ => None,
    }
}

/// The licence whose text this is; `None` where it is none that is known here, or more than one.
pub fn of_text(text: &str) -> Option<&'static str> {
    crate::rules::license_of_text(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_may_choose_and_must_take() {
        let list = ["GPL-3.0-only".to_owned(), "MIT".to_owned()];
        assert_eq!(denied("MIT OR GPL-3.0-only", &list[..1]), None);
        assert_eq!(
            denied("MIT AND GPL-3.0-only", &list[..1]),
            Some("GPL-3.0-only")
        );
        assert_eq!(denied("mit-like words", &list), Some("GPL-3.0-only"));
        assert_eq!(denied("mit-like words", &[]), None);
        assert_eq!(denied("MIT", &list), Some("MIT"));
        assert_eq!(denied("GPL-3.0-or-later", &list[..1]), None);
        let later = ["GPL-3.0-or-later".to_owned()];
        assert_eq!(denied("GPL-3.0-or-later", &later), Some("GPL-3.0-or-later"));
        assert!(is_known("GPL-3.0-or-later") && is_known("LicenseRef-x") && !is_known("GLP"));
    }

    #[test]
    fn open_is_what_can_be_met_openly() {
        for (expression, open) in [
            ("MIT", Some(true)),
            ("CC-BY-4.0", Some(true)),
            ("SSPL-1.0 OR Apache-2.0", Some(true)),
            ("SSPL-1.0 AND Apache-2.0", Some(false)),
            ("LicenseRef-mine", Some(false)),
            ("do what you like", None),
        ] {
            assert_eq!(is_open(expression), open, "{expression}");
        }
    }

    #[test]
    fn what_is_meant_is_told_where_it_can_be() {
        let said = |text: &str| expression(text);
        assert_eq!(said("MIT").as_deref(), Some("MIT"));
        assert_eq!(
            said("MIT OR Apache-2.0").as_deref(),
            Some("MIT OR Apache-2.0")
        );
        assert_eq!(said("Apache 2.0").as_deref(), Some("Apache-2.0"));
        for text in [
            "",
            "Proprietary. LICENSE.txt has complete terms",
            "LicenseRef-mine",
        ] {
            assert_eq!(said(text), None, "{text}");
        }
    }

    #[test]
    fn a_text_is_known_by_its_words() {
        assert_eq!(of_text(include_str!("../../LICENSE-MIT")), Some("MIT"));
        assert_eq!(
            of_text(include_str!("../../LICENSE-APACHE")),
            Some("Apache-2.0")
        );
        assert_eq!(of_text("All rights reserved."), None);
    }
}
