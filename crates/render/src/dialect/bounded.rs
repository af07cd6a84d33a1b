//! What a few bytes of arguments could make large, looked at beforehand.

use std::borrow::Cow;
use std::fmt::Write as _;

use minijinja::value::{Kwargs, from_args};
use minijinja::{Error, Value, functions};

use super::budget::{LARGEST, LONGEST, refuse};

/// Digits of a width or precision in a format: `%-20s`, `%.3f`.
const WIDTH_DIGITS: usize = 3;

fn within(size: Option<usize>) -> Result<(), Error> {
    match size {
        Some(size) if size <= LARGEST => Ok(()),
        _ => Err(too_long()),
    }
}

fn too_long() -> Error {
    refuse(format!("the text would be longer than {LARGEST} bytes"))
}

/// The argument at `at` among the positional ones, or the one called `name`.
fn argument(args: &[Value], at: usize, name: &str) -> Option<Value> {
    let (named, positional) = match args.split_last() {
        Some((last, rest)) if last.is_kwargs() => (Some(last), rest),
        _ => (None, args),
    };
    positional.get(at).cloned().or_else(|| {
        let (named,): (Kwargs,) = from_args(std::slice::from_ref(named?)).ok()?;
        named.peek(name).ok()
    })
}

/// `replace(from, to)`: both may be long, and `from` may be everywhere.
pub(super) fn replace(args: &[Value]) -> Result<(), Error> {
    let [text, from, to, ..] = args else {
        return Ok(());
    };
    let (text, from, to) = (written(text)?, written(from)?, written(to)?);
    let found = if from.is_empty() {
        text.chars().count() + 1
    } else {
        text.matches(&*from).count()
    };
    within(
        found
            .checked_mul(to.len())
            .and_then(|added| added.checked_add(text.len())),
    )
}

/// `join(between)`: one long text may be many items of the list.
pub(super) fn join(args: &[Value]) -> Result<(), Error> {
    let Some(items) = args.first() else {
        return Ok(());
    };
    let between = match argument(args, 1, "d") {
        Some(between) => written(&between)?.len(),
        None => 0,
    };
    let mut size = Some(0usize);
    for item in items.try_iter()? {
        let item = written(&item)?.len();
        size = size.and_then(|size| size.checked_add(item)?.checked_add(between));
        within(size)?;
    }
    Ok(())
}

/// `indent(width)`: a line may be one byte.
pub(super) fn indent(args: &[Value]) -> Result<(), Error> {
    let Some(text) = args.first() else {
        return Ok(());
    };
    let text = written(text)?;
    let width = argument(args, 1, "width")
        .and_then(|width| width.as_usize())
        .unwrap_or(4);
    let lines = text.bytes().filter(|byte| *byte == b'\n').count() + 1;
    within(
        lines
            .checked_mul(width)
            .and_then(|added| added.checked_add(text.len())),
    )
}

/// `batch(count, fill)` and `slice(count, fill)`: the last batch is filled up, and every slice
/// is made.
pub(super) fn batch(args: &[Value]) -> Result<(), Error> {
    match args.get(1).and_then(Value::as_usize) {
        Some(count) if count > LONGEST => Err(refuse(format!("at most {LONGEST} at a time"))),
        _ => list(args),
    }
}

/// `format(…)`: a width is as many bytes.
pub(super) fn format(args: &[Value]) -> Result<(), Error> {
    let mut rest = args.first().and_then(Value::as_str).unwrap_or_default();
    while let Some((_, spec)) = rest.split_once('%') {
        if let Some(literal) = spec.strip_prefix('%') {
            rest = literal;
            continue;
        }
        // `%(name)-20s`: what is in the brackets is a key.
        let spec = match spec.strip_prefix('(') {
            Some(key) => key.split_once(')').map_or("", |(_, spec)| spec),
            None => spec,
        };
        rest = spec;
        let spec = spec.trim_start_matches(['#', '0', '-', ' ', '+']);
        let end = spec
            .find(|c: char| !c.is_ascii_digit() && c != '.' && c != '*')
            .unwrap_or(spec.len());
        if spec[..end].contains('*') {
            return Err(refuse("a format's width is a number, not `*`"));
        }
        if spec[..end]
            .split('.')
            .any(|number| number.len() > WIDTH_DIGITS)
        {
            return Err(refuse(format!(
                "a format's width has at most {WIDTH_DIGITS} digits"
            )));
        }
    }
    Ok(())
}

/// Filters of texts take any value and write it first: see [`written`].
pub(super) fn text(args: &[Value]) -> Result<(), Error> {
    args.first()
        .map_or(Ok(()), |value| written(value).map(drop))
}

/// `value` as it is written into the file. Nested lists can share their parts, so a small value
/// may be long when written.
fn written(value: &Value) -> Result<Cow<'_, str>, Error> {
    struct Page(String);
    impl std::fmt::Write for Page {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            self.0.push_str(text);
            if self.0.len() > LARGEST {
                return Err(std::fmt::Error);
            }
            Ok(())
        }
    }
    if let Some(text) = value.as_str() {
        return Ok(Cow::Borrowed(text));
    }
    let mut page = Page(String::new());
    match write!(page, "{value}") {
        Ok(()) => Ok(Cow::Owned(page.0)),
        Err(_) => Err(too_long()),
    }
}

/// `list`: what is iterated over may be much longer than what it was made of.
pub(super) fn list(args: &[Value]) -> Result<(), Error> {
    let Some(value) = args.first() else {
        return Ok(());
    };
    // Texts are bounded by their length, and undefined values fail in the filter itself.
    if value.as_str().is_some() || value.is_undefined() {
        return Ok(());
    }
    match value.len() {
        Some(length) if length > LONGEST => Err(refuse(format!(
            "a list of {length} items; at most {LONGEST}"
        ))),
        _ => Ok(()),
    }
}

/// `range(from, to, step)`, of at most as many numbers as a list may have items.
pub(super) fn range(
    lower: isize,
    upper: Option<isize>,
    step: Option<isize>,
) -> Result<Value, Error> {
    let numbers = functions::range(lower, upper, step)?;
    list(std::slice::from_ref(&numbers))?;
    Ok(numbers)
}
