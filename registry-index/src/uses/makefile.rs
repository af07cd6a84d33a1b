//! Makefiles: their recipes are shell, once make has replaced its own variables.

use super::{Certainty, Seen, scan};

/// Recipes, with what make itself replaces taken out.
pub(super) fn recipes(text: &str, seen: &mut Seen) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some(recipe) = line.strip_prefix('\t') {
            let marks = recipe.len() - recipe.trim_start_matches(['@', '-', '+', ' ']).len();
            let recipe = without_make_variables(&recipe[marks..]);
            scan::script(&recipe, at + 1 + marks, Certainty::Shown, seen);
        }
        at += line.len();
    }
}

/// A recipe as the shell gets it, of the same length: `$(CC)` is replaced by blanks, `$$` is `$`.
fn without_make_variables(recipe: &str) -> String {
    let mut out = String::with_capacity(recipe.len());
    let mut rest = recipe;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push_str(" $");
            rest = after;
            continue;
        }
        let closer = match rest.chars().next() {
            Some('(') => ')',
            Some('{') => '}',
            _ => {
                out.push(' ');
                continue;
            }
        };
        let end = rest.find(closer).map_or(1, |end| end + 1);
        out.push_str(&" ".repeat(end + 1));
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}
