//! The template language that packages are written in (`render = 1`): Jinja as minijinja reads
//! it, made smaller.
//!
//! - Tags: those of [`names::TAGS`]. A file is rendered on its own: no `include`, no `import`.
//! - Filters, tests and functions: those of [`filters`], [`names::TESTS`] and
//!   [`names::FUNCTIONS`]; a name outside of them is a syntax error, not one at install time.
//! - An undefined variable is an error, wherever it is used; `x is defined` and `x | default(…)`
//!   are how one asks.
//! - Nothing is escaped, because files are not HTML. A value that goes into a file of another
//!   language goes through its filter: [`literal`] has `json`, `yaml`, `toml` and `shell`.
//! - The line ending at the end of a file stays. Tags on a line of their own leave that line
//!   empty unless written `{%- … -%}`, as in Jinja.
//!
//! What a template may cost: [`guard`] looks at it before the engine does; each filter charges a
//! [`budget`] for what it is given, because the engine's own fuel counts instructions whatever
//! they cost; the rest is the process's limits.

pub mod budget;
pub mod filters;
pub mod guard;
pub mod literal;
pub mod names;

mod bounded;
mod lex;

use std::io::Write;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior, Value};

use crate::request::SyntaxError;
use crate::worker::message;

/// Instructions of the engine that one template may run. A loop of a thousand turns takes some ten
/// thousand.
const FUEL: u64 = 100_000;

/// Levels of macros calling macros, and of recursive loops.
const RECURSION: usize = 100;

/// Whether `text` is a template. To be called in the child only: the engine's parser can abort.
pub(crate) fn parse(text: &str, longest: usize) -> Result<(), SyntaxError> {
    guard::check(text, longest)?;
    let compile = || environment()?.template_from_str(text).map(drop);
    compile().map_err(|error: Error| SyntaxError {
        line: error.line().unwrap_or(1),
        message: message(&error),
    })
}

/// Writes what `text`, which [`parse`] has passed, says of `values`. To be called in the child
/// only.
pub(crate) fn render(
    text: &str,
    values: &serde_json::Value,
    page: &mut impl Write,
) -> Result<(), Error> {
    let environment = environment()?;
    let template = environment.template_from_str(text)?;
    template.render_captured_to(Value::from(Serde(values)), page)?;
    Ok(())
}

/// A fresh engine, for one template: it has no other to find, and a budget of its own.
fn environment() -> Result<Environment<'static>, Error> {
    let mut environment = Environment::empty();
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(
        SyntaxConfig::builder()
            .keep_trailing_newline(true)
            .build()?,
    );
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(RECURSION);
    // With it, errors name the variable that is undefined.
    environment.set_debug(true);
    filters::add(&mut environment);
    Ok(environment)
}
