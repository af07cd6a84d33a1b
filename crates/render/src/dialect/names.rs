//! Every name the language knows besides the filters. Known before the engine runs, so that the
//! check of a contribution finds a wrong one.

/// Tags, as the first word of `{% … %}`.
pub const TAGS: &[&str] = &[
    "if",
    "elif",
    "else",
    "endif",
    "for",
    "endfor",
    "set",
    "endset",
    "with",
    "endwith",
    "macro",
    "endmacro",
    "call",
    "endcall",
    "filter",
    "endfilter",
    "raw",
    "endraw",
];

/// Tags of Jinja that this language leaves out, and why.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("include", "a file is rendered on its own"),
    ("import", "a file is rendered on its own"),
    ("from", "a file is rendered on its own"),
    ("extends", "a file is rendered on its own"),
    ("block", "a file is rendered on its own"),
    (
        "autoescape",
        "nothing is escaped; use the filters `json`, `yaml`, `toml`, `shell`",
    ),
    ("do", "use `set`"),
];

/// Filters of Jinja and its relatives that this language leaves out, and why.
pub const FILTERS_LEFT_OUT: &[(&str, &str)] = &[
    ("safe", "nothing is escaped"),
    (
        "escape",
        "use `json`, `yaml`, `toml` or `shell` for the language of the file",
    ),
    (
        "e",
        "use `json`, `yaml`, `toml` or `shell` for the language of the file",
    ),
    ("quote", "use `shell`"),
    ("to_json", "use `json`"),
    ("to_yaml", "use `yaml`"),
];

/// Tests: `x is NAME`.
pub const TESTS: &[&str] = &[
    "boolean",
    "defined",
    "divisibleby",
    "endingwith",
    "eq",
    "equalto",
    "even",
    "false",
    "float",
    "ge",
    "greaterthan",
    "gt",
    "in",
    "int",
    "integer",
    "iterable",
    "le",
    "lessthan",
    "lower",
    "lt",
    "mapping",
    "ne",
    "none",
    "number",
    "odd",
    "sequence",
    "startingwith",
    "string",
    "true",
    "undefined",
    "upper",
];

/// Functions.
pub const FUNCTIONS: &[&str] = &["dict", "namespace", "range"];

/// The name of `known` that was meant by `name`, if one is near.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|known| (strsim::osa_distance(name, known), known))
        .filter(|(distance, known)| *distance <= 1 + known.len() / 4)
        .min()
        .map(|(_, known)| known)
}
