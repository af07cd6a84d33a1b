//! A step that calls `paracle`, one line: which of it can be run without a forge, and with a program
//! that may not know all of it yet.

use crate::workspace::Failure;

/// What a step comes to here.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Call {
    /// The line that is run; none where nothing of it can be.
    pub(super) line: Option<String>,
    /// What was left out, and why.
    pub(super) left_out: Vec<String>,
}

/// Calls that have nothing to do without a forge.
const FORGE: &[&str] = &[
    "registry settle",
    "registry announce",
    "registry blobs publish",
    "registry blobs fill",
    "registry ratings discussions",
    "registry ratings collect",
];

/// Options that only say something to or about a forge.
const FORGE_OPTIONS: &[&str] = &["--push", "--repository", "--api-url", "--assets"];

/// Tells the help of a verb (`registry check`), where there is such a verb.
pub(super) type Known<'a> = dyn Fn(&[&str]) -> Result<Option<String>, Failure> + 'a;

/// Reads the one line of a step.
pub(super) fn read(script: &str, knows: &Known<'_>) -> Result<Call, Failure> {
    let words: Vec<&str> = script.split_whitespace().collect();
    if script.trim().lines().count() != 1 || script.contains(['|', ';', '&', '`', '(', '>', '<']) {
        return Err(Failure(format!(
            "{script:?} is more than one call of paracle"
        )));
    }
    let end = words.iter().position(|word| word.starts_with('-'));
    let verbs: Vec<&str> = words[1..end.unwrap_or(words.len())].to_vec();
    let name = verbs.join(" ");
    let nothing = |why: &str| Call {
        line: None,
        left_out: vec![format!("`paracle {name}`: {why}")],
    };
    let Some(help) = knows(&verbs)? else {
        return Ok(nothing("the program does not have it"));
    };
    let options = words.iter().filter(|word| word.starts_with("--"));
    let unknown: Vec<&str> = options
        .copied()
        .filter(|option| {
            !help
                .split([' ', '\n', ',', '='])
                .any(|word| word == *option)
        })
        .collect();
    let mut left_out: Vec<String> = unknown
        .iter()
        .map(|option| format!("`paracle {name} {option}`: the program does not have it"))
        .collect();
    if FORGE.contains(&name.as_str()) {
        left_out.extend(nothing("there is no forge here").left_out);
        return Ok(Call {
            line: None,
            left_out,
        });
    }
    let mut kept = Vec::new();
    let mut rest = words.iter().peekable();
    while let Some(word) = rest.next() {
        if unknown.contains(word) || FORGE_OPTIONS.contains(word) {
            rest.next_if(|value| !value.starts_with("--"));
        } else {
            kept.push(*word);
        }
    }
    // Nothing is asked for outside of this machine.
    kept.push("--offline");
    Ok(Call {
        line: Some(kept.join(" ")),
        left_out,
    })
}

#[cfg(test)]
mod tests {
    use super::{Call, read};
    use crate::workspace::Failure;

    fn said(script: &str) -> Result<Call, Failure> {
        read(script, &|verbs| {
            Ok(match verbs {
                ["registry", "release"] => Some("  --push\n  --repository <R>\n".into()),
                ["registry", "build"] => Some("  --out <DIR>\n".into()),
                ["registry", "settle"] => Some("  --decision <FILE>\n".into()),
                _ => None,
            })
        })
    }

    #[test]
    fn what_needs_a_forge_or_is_not_known_is_left_out() {
        let line = |script| said(script).unwrap().line;
        assert_eq!(
            line("paracle registry release --push --repository \"$R\""),
            Some("paracle registry release --offline".into())
        );
        let built = said("paracle registry build --out _site --ratings _ratings").unwrap();
        assert_eq!(
            built.line.as_deref(),
            Some("paracle registry build --out _site --offline")
        );
        assert_eq!(built.left_out.len(), 1);
        assert_eq!(line("paracle registry settle --decision d"), None);
        assert_eq!(line("paracle registry nothing --x"), None);
    }

    #[test]
    fn a_step_is_one_call() {
        for script in [
            "paracle registry build && rm x",
            "paracle registry build\nparacle registry build",
            "paracle registry build > x",
            "paracle registry build $(x)",
        ] {
            assert!(said(script).is_err(), "{script}");
        }
    }
}
