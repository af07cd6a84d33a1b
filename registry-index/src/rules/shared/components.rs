//! What the rules about one kind of component share.

use crate::rules::Report;
use crate::{
    component::{self, ComponentKind, Problem},
    finding::{Place, Severity},
    load::Source,
    text::line_place,
};

/// Reports what `read` says of each component of the kind `kind`, a project's own included. Templates are not read: only their
/// result is a component.
pub(in crate::rules) fn each(
    source: &Source,
    kind: ComponentKind,
    report: &mut Report<'_>,
    read: impl Fn(&str, &str) -> Vec<Problem>,
) {
    let paths = source.files.iter().map(|file| file.path.as_str());
    for component in component::readable(paths) {
        if component.kind != kind || component.path.ends_with(".j2") {
            continue;
        }
        let Some(file) = source.file(&component.path) else {
            continue;
        };
        let path = source.path(&component.path);
        let Ok(text) = std::str::from_utf8(&file.bytes) else {
            let help = "save the file as UTF-8";
            report.found_with_help(Place::file(path), "not UTF-8", help);
            continue;
        };
        for problem in read(&component.id, text) {
            let severity = match problem.fatal {
                true => Severity::Error,
                false => Severity::Warning,
            };
            let place = line_place(path.clone(), problem.line);
            report.found_as(severity, place, problem.message, problem.help);
        }
    }
}
