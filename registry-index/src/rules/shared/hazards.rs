//! What the rules about dangerous commands share.

use crate::rules::Report;
use crate::{
    finding::Severity,
    load::Source,
    text::quote,
    uses::{self, Certainty, UseKind},
};

/// Reports every use of `kind`: what the files do is an error, what they only suggest a warning.
pub(in crate::rules) fn each(
    source: &Source,
    kind: &UseKind,
    help: &str,
    report: &mut Report<'_>,
    message: impl Fn(String) -> String,
) {
    for use_ in uses::find(source)
        .into_iter()
        .filter(|use_| use_.kind == *kind)
    {
        let severity = match use_.certainty {
            Certainty::Shown => Severity::Error,
            Certainty::Mentioned => Severity::Warning,
        };
        let place = use_.place(source);
        report.found_as(severity, place, message(quote(&use_.value)), help);
    }
}
