//! Hits on a terminal or as JSON: what searching and looking for similar packages print.

use std::{fmt::Write, process::ExitCode};

use client::hub::{HubResults, RegistryHit};
use registry_index::uses::{Evidence, Label};
use search::{Hit, Query, Snippet};
use serde::Serialize;

use crate::{
    context::Context,
    error::CliError,
    ui::{
        BOLD, DIM, MARK, one_line,
        pieces::{Piece, fit, pieces},
        table::{pad, widest, width},
    },
};

/// Columns that a summary has to have, beside the others; else it goes below.
const SUMMARY: usize = 30;

/// A hit, and the words of its README that show why it was found.
pub(super) struct Shown<'a> {
    pub(super) found: &'a RegistryHit,
    pub(super) snippet: Option<&'a Snippet>,
}

/// What there is to say about how a query was read.
pub(crate) fn remarks(query: &Query, results: &HubResults) -> Vec<String> {
    let mut remarks: Vec<String> = query.hint().map(str::to_owned).into_iter().collect();
    if let Some(corrected) = &results.corrected {
        remarks.push(format!("nothing matched as typed; showing {corrected:?}"));
    } else if results.partial {
        remarks.push("nothing has all of these words; these have most of them".to_owned());
    }
    remarks
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    kind: &'a str,
    version: &'a str,
    summary: &'a str,
    license: &'a str,
    keywords: &'a [String],
    deprecated: bool,
    /// For each kind of use how it is known; absent where an index does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<Label>,
    updated: &'a str,
    cost: Cost,
    registry: &'a str,
}

/// In tokens.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Cost {
    always: u64,
    on_demand: u64,
}

/// Prints hits for programs.
pub(super) fn json(results: &HubResults, context: &Context) -> Result<ExitCode, CliError> {
    let hits: Vec<Row<'_>> = results.hits.iter().map(row).collect();
    context.ui.json(&serde_json::json!({
        "format": 1,
        "total": results.total,
        "corrected": results.corrected,
        "partial": results.partial,
        "hits": hits,
    }))?;
    Ok(ExitCode::SUCCESS)
}

fn row(found: &RegistryHit) -> Row<'_> {
    let hit = &found.hit;
    let [always, on_demand] = hit.cost;
    Row {
        name: &hit.name,
        kind: &hit.kind,
        version: &hit.version,
        summary: &hit.summary,
        license: &hit.license,
        keywords: &hit.keywords,
        deprecated: hit.deprecated,
        label: label(&hit.label),
        updated: &hit.updated,
        cost: Cost { always, on_demand },
        registry: &found.registry,
    }
}

/// The label that a hit has as letters, in the order of [`search::USES`].
fn label(letters: &str) -> Option<Label> {
    let evidence = |letter| match letter {
        'n' => Some(Evidence::None),
        'd' => Some(Evidence::Declared),
        'f' => Some(Evidence::Found),
        'e' => Some(Evidence::Enforced),
        _ => None,
    };
    let known: Option<Vec<Evidence>> = letters.chars().map(evidence).collect();
    let [network, files, commands, environment, agents] = known?[..] else {
        return None;
    };
    Some(Label {
        network,
        files,
        commands,
        environment,
        agents,
    })
}

/// Which columns there is room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Columns {
    has_kind: bool,
    has_version: bool,
    /// Columns of the summary beside the others; `None` where it goes below them.
    beside: Option<usize>,
}

impl Columns {
    /// For a terminal of `width`, and names, kinds and versions of these widths. First the version gives
    /// way, then the summary its place, last the kind.
    fn choose(width: usize, name: usize, kind: usize, version: usize) -> Self {
        let (kind, version) = (kind + 2, version + 2);
        let left = |used: usize| width.checked_sub(used + 2).filter(|left| *left >= SUMMARY);
        let whole = left(name + kind + version);
        let beside = whole.or_else(|| left(name + kind));
        Self {
            has_kind: name + kind <= width,
            has_version: match beside {
                Some(_) => whole.is_some(),
                None => name + kind + version <= width,
            },
            beside,
        }
    }
}

/// Prints hits as a table that fits the terminal, what matched marked.
pub(super) fn table(rows: &[Shown<'_>], context: &Context) -> Result<(), CliError> {
    for line in lines(rows, width()) {
        context.ui.data(line)?;
    }
    Ok(())
}

fn lines(rows: &[Shown<'_>], width: usize) -> Vec<String> {
    let hits = || rows.iter().map(|row| &row.found.hit);
    let first = rows.first().map(|row| &row.found.registry);
    let several = rows.iter().any(|row| Some(&row.found.registry) != first);
    let names: Vec<Vec<Piece>> = rows.iter().map(|row| name(row.found, several)).collect();
    let kinds: Vec<String> = hits().map(|hit| one_line(&hit.kind)).collect();
    let versions: Vec<String> = hits().map(|hit| one_line(&hit.version)).collect();
    let name_width = names.iter().map(|name| crate::ui::pieces::width(name));
    let name_width = name_width.max().unwrap_or(0).min(width);
    let kind_width = widest(kinds.iter().map(String::as_str));
    let version_width = widest(versions.iter().map(String::as_str));
    let columns = Columns::choose(width, name_width, kind_width, version_width);
    let mut lines = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let name = fit(&names[at], name_width);
        let gap = " ".repeat(name_width.saturating_sub(crate::ui::pieces::width(&name)));
        let mut line = format!("{}{gap}", marked(&name, BOLD));
        if columns.has_kind {
            let _ = write!(line, "  {DIM}{}{DIM:#}", pad(&kinds[at], kind_width));
        }
        if columns.has_version {
            let _ = write!(line, "  {DIM}{}{DIM:#}", pad(&versions[at], version_width));
        }
        let summary = summary(&row.found.hit);
        match columns.beside {
            Some(left) => {
                let _ = write!(line, "  {}", marked(&fit(&summary, left), PLAIN));
                lines.push(line);
            }
            None => {
                lines.push(line.trim_end().to_owned());
                let summary = fit(&summary, width.saturating_sub(4));
                lines.push(format!("    {}", marked(&summary, PLAIN)));
            }
        }
        if let Some(snippet) = row.snippet.filter(|_| is_only_in_readme(&row.found.hit)) {
            let text = fit(
                &pieces(&snippet.text, &snippet.marks),
                width.saturating_sub(4),
            );
            lines.push(format!("    {}", marked(&text, DIM)));
        }
    }
    lines
}

const PLAIN: anstyle::Style = anstyle::Style::new();

/// Whether neither name nor summary shows why it was found.
pub(crate) fn is_only_in_readme(hit: &Hit) -> bool {
    hit.marks.name.is_empty() && hit.marks.summary.is_empty()
}

fn name(found: &RegistryHit, several: bool) -> Vec<Piece> {
    let mut name = pieces(&found.hit.name, &found.hit.marks.name);
    if several {
        name.push(Piece::plain(format!(" ({})", one_line(&found.registry))));
    }
    name
}

fn summary(hit: &Hit) -> Vec<Piece> {
    let mut summary = pieces(&hit.summary, &hit.marks.summary);
    if hit.deprecated {
        summary.insert(0, Piece::plain("(deprecated) "));
    }
    summary
}

/// Pieces in `style`, what is marked in the style of marks.
fn marked(pieces: &[Piece], style: anstyle::Style) -> String {
    let mut text = String::new();
    for piece in pieces {
        let style = if piece.is_marked { MARK } else { style };
        let _ = write!(text, "{style}{}{style:#}", piece.text);
    }
    text
}

#[cfg(test)]
mod tests {
    use search::Marks;
    use unicode_width::UnicodeWidthStr;

    use super::*;

    fn found(name: &str, summary: &str, marks: Marks) -> RegistryHit {
        RegistryHit {
            registry: "paracle".into(),
            hit: Hit {
                name: name.into(),
                kind: "agent".into(),
                version: "1.2.0".into(),
                summary: summary.into(),
                marks,
                ..Hit::default()
            },
        }
    }

    /// Lines without styles; what is marked stands in brackets.
    fn shown(rows: &[Shown<'_>], width: usize) -> String {
        let mut text = lines(rows, width).join("\n");
        let (on, off) = (MARK.render().to_string(), MARK.render_reset().to_string());
        while let Some(start) = text.find(&on) {
            let end = text[start..].find(&off).unwrap() + start;
            let marked = text[start + on.len()..end].to_owned();
            text.replace_range(start..end + off.len(), &format!("[{marked}]"));
        }
        anstream::adapter::strip_str(&text).to_string()
    }

    fn two() -> [RegistryHit; 2] {
        let reviewer = found(
            "core/code-reviewer",
            "Reviews a diff for what would hurt in production",
            Marks {
                name: vec![10..18],
                summary: vec![0..7, 10..14],
            },
        );
        let other = found("acme/x", "Says \u{1b}[2Jhello", Marks::default());
        [reviewer, other]
    }

    fn snippet() -> Snippet {
        Snippet {
            text: "… it can review what you did".into(),
            marks: vec![11..17],
        }
    }

    /// The first is found by its name and summary and needs no README, the second by its README alone.
    fn rows<'a>(found: &'a [RegistryHit; 2], snippet: &'a Snippet) -> [Shown<'a>; 2] {
        let shown = |found| Shown {
            found,
            snippet: Some(snippet),
        };
        found.each_ref().map(shown)
    }

    #[test]
    fn columns_give_way_one_after_the_other() {
        let (found, snippet) = (two(), snippet());
        let rows = rows(&found, &snippet);
        snapbox::assert_data_eq!(
            shown(&rows, usize::MAX),
            snapbox::str![[r#"
core/code-[reviewer]  agent  1.2.0  [Reviews] a [diff] for what would hurt in production
acme/x              agent  1.2.0  Says /u{1b}[2Jhello
    … it can [review] what you did
"#]]
        );
        snapbox::assert_data_eq!(
            shown(&rows, 70),
            snapbox::str![[r#"
core/code-[reviewer]  agent  1.2.0  [Reviews] a [diff] for what would hurt…
acme/x              agent  1.2.0  Says /u{1b}[2Jhello
    … it can [review] what you did
"#]]
        );
        snapbox::assert_data_eq!(
            shown(&rows, 58),
            snapbox::str![[r#"
core/code-[reviewer]  agent  [Reviews] a [diff] for what would…
acme/x              agent  Says /u{1b}[2Jhello
    … it can [review] what you did
"#]]
        );
        snapbox::assert_data_eq!(
            shown(&rows, 40),
            snapbox::str![[r#"
core/code-[reviewer]  agent  1.2.0
    [Reviews] a [diff] for what would hurt…
acme/x              agent  1.2.0
    Says /u{1b}[2Jhello
    … it can [review] what you did
"#]]
        );
        snapbox::assert_data_eq!(
            shown(&rows, 12),
            snapbox::str![[r#"
core/code-[r]…
    [Reviews]…
acme/x
    Says /u…
    … it ca…
"#]]
        );
    }

    #[test]
    fn no_line_is_too_wide() {
        let (found, snippet) = (two(), snippet());
        let rows = rows(&found, &snippet);
        for width in 6..100 {
            let plain = lines(&rows, width).join("\n");
            let plain = anstream::adapter::strip_str(&plain).to_string();
            let widest = plain.lines().map(UnicodeWidthStr::width).max();
            assert!(widest <= Some(width), "{width}:\n{plain}");
        }
    }

    #[test]
    fn a_label_is_read_or_left_out() {
        let read = label("ndfen").unwrap();
        assert_eq!(
            (read.files, read.environment),
            (Evidence::Declared, Evidence::Enforced)
        );
        for odd in ["", "nnnn", "nnnnnn", "nnxnn"] {
            assert_eq!(label(odd), None, "{odd}");
        }
    }
}
