//! One path with the answers in it.

use registry_index::{
    Manifest,
    manifest::{Variable, VariableKind},
};

use super::{RenderedError, TEMPLATE};
use crate::variables::{Answers, Value};

/// The path that the file at `path` of a package gets: `__name__` in its segments is the answer to
/// `name`, and `.j2` at its end is dropped. What an answer brings is put in as it is: it is neither
/// looked through for names again, nor makes a template of a file.
pub(super) fn rendered(
    path: &str,
    manifest: &Manifest,
    answers: &Answers,
) -> Result<String, RenderedError> {
    let plain = path.strip_suffix(TEMPLATE).unwrap_or(path);
    let mut out = String::new();
    for (at, segment) in plain.split('/').enumerate() {
        if at > 0 {
            out.push('/');
        }
        push_segment(&mut out, segment, at, manifest, answers).map_err(|(variable, why)| {
            RenderedError::Name {
                package: manifest.name.clone(),
                path: path.to_owned(),
                variable,
                why,
            }
        })?;
    }
    Ok(out)
}

/// Between pairs of `__` stand names, as the rule for paths reads them: those at odd places of what
/// `__` separates, as far as pairs are complete. Another word, as in `__init__.py`, stays.
fn push_segment(
    out: &mut String,
    segment: &str,
    depth: usize,
    manifest: &Manifest,
    answers: &Answers,
) -> Result<(), (String, &'static str)> {
    const MARK: &str = "__";
    let pairs = segment.matches(MARK).count() / 2;
    let mut pieces = segment.split(MARK).enumerate().peekable();
    while let Some((at, piece)) = pieces.next() {
        let is_named = at % 2 == 1 && at / 2 < pairs;
        let mut variables = manifest.variables.iter();
        match variables.find(|variable| is_named && variable.name == piece) {
            Some(_) if depth == 0 => {
                return Err((piece.to_owned(), "what a file is hangs on no answer"));
            }
            Some(variable) => {
                let is_whole = segment.len() == piece.len() + 2 * MARK.len();
                let answer = part(variable, answers.get(piece), is_whole);
                out.push_str(&answer.map_err(|why| (piece.to_owned(), why))?);
            }
            None if is_named => out.extend([MARK, piece, MARK]),
            None => {
                out.push_str(piece);
                // The last mark of an odd number of them belongs to no pair.
                let is_open = at % 2 == 0 && at / 2 >= pairs;
                if is_open && pieces.peek().is_some() {
                    out.push_str(MARK);
                }
            }
        }
    }
    Ok(())
}

/// `answer` as part of a path. Separators are for paths only, and only where the segment is nothing
/// else: `__where__/main.py`.
fn part(
    variable: &Variable,
    answer: Option<&Value>,
    is_whole: bool,
) -> Result<String, &'static str> {
    let answer = answer.ok_or("it was not asked")?;
    let text = match (variable.kind, answer) {
        (VariableKind::String | VariableKind::Choice | VariableKind::Path, Value::Text(text)) => {
            text.clone()
        }
        (VariableKind::Int, Value::Int(number)) => number.to_string(),
        _ => return Err("only a string, an int, a choice or a path can name a file"),
    };
    let may_separate = variable.kind == VariableKind::Path && is_whole;
    if text.is_empty() {
        Err("it is empty")
    } else if text.contains('/') && !may_separate {
        Err("it holds a `/`, which only a path may, and only as a whole segment")
    } else {
        Ok(text)
    }
}

/// Why `path`, which answers made, is one that no package may have written, if it is. The rest of
/// what makes a path bad is bad in every archive.
pub(super) fn bad_form(path: &str) -> Option<&'static str> {
    let mut segments = path.split('/');
    if segments.any(|segment| segment.starts_with('-')) {
        Some("begins with a hyphen, which programs take for an option")
    } else if path.split('/').any(|segment| segment.starts_with(' ')) {
        Some("has a part that begins with a space")
    } else if !path.starts_with("project/")
        && path.split('/').any(|segment| segment.starts_with('.'))
    {
        Some("is hidden; only project/ may hold hidden files")
    } else if path.ends_with(TEMPLATE) {
        Some("would be a template once more")
    } else {
        None
    }
}
