//! A step that calls `paracle`, one line: which of it can be run on an emulated forge, and with a program
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

/// Calls that are nothing without what the emulator has not, and what that is.
const BEYOND: &[(&str, &str)] = &[
    ("registry blobs publish", NO_BYTES),
    ("registry ratings discussions", NO_DISCUSSIONS),
    ("registry ratings collect", NO_DISCUSSIONS),
];
const NO_BYTES: &str = "the emulator does not keep the files of releases";
const NO_DISCUSSIONS: &str = "the emulator has no discussions";

/// Options of which the same is true; none has a value.
const BEYOND_OPTIONS: &[(&str, &str)] = &[("--assets", NO_BYTES)];

/// Calls that ask the forge, or the published site. Nothing else asks for anything.
const ASKING: &[&str] = &["registry release", "registry settle", "registry announce"];

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
    if let Some((_, why)) = BEYOND.iter().find(|(beyond, _)| *beyond == name) {
        left_out.extend(nothing(why).left_out);
        return Ok(Call {
            line: None,
            left_out,
        });
    }
    let mut kept = Vec::new();
    let mut rest = words.iter().peekable();
    while let Some(word) = rest.next() {
        if let Some((option, why)) = BEYOND_OPTIONS.iter().find(|(option, _)| option == word) {
            left_out.push(format!("`paracle {name} {option}`: {why}"));
        } else if unknown.contains(word) {
            rest.next_if(|value| !value.starts_with("--"));
        } else {
            kept.push(*word);
        }
    }
    if !ASKING.contains(&name.as_str()) {
        kept.push("--offline");
    }
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
                ["registry", "release"] => {
                    Some("  --push\n  --assets\n  --repository <R>\n".into())
                }
                ["registry", "build"] => Some("  --out <DIR>\n".into()),
                ["registry", "ratings", "collect"] => Some("  --out <DIR>\n".into()),
                _ => None,
            })
        })
    }

    #[test]
    fn what_the_emulator_has_not_or_the_program_is_left_out() {
        let line = |script| said(script).unwrap().line;
        let released =
            said("paracle registry release --push --assets --repository \"$R\"").unwrap();
        assert_eq!(
            released.line.as_deref(),
            Some("paracle registry release --push --repository \"$R\"")
        );
        assert_eq!(released.left_out.len(), 1);
        let built = said("paracle registry build --out _site --ratings _ratings").unwrap();
        assert_eq!(
            built.line.as_deref(),
            Some("paracle registry build --out _site --offline")
        );
        assert_eq!(built.left_out.len(), 1);
        assert_eq!(line("paracle registry ratings collect --out d"), None);
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
