//! What is fetched and handed to a shell or an interpreter before anybody has seen it.

use super::{
    program,
    shell::{Script, Word},
};

/// Programs that fetch what they are given the address of.
pub(super) const FETCHERS: &[&str] = &[
    "curl",
    "wget",
    "aria2c",
    "fetch",
    "http",
    "https",
    "xh",
    "iwr",
    "irm",
    "Invoke-WebRequest",
    "Invoke-RestMethod",
];
/// Programs that run what they read, if no script is named.
const INTERPRETERS: &[&str] = &[
    "sh",
    "bash",
    "zsh",
    "dash",
    "ksh",
    "fish",
    "python3",
    "node",
    "perl",
    "ruby",
    "php",
    "pwsh",
    "iex",
    "Invoke-Expression",
];

/// How far back a pipe is followed.
const LONGEST_PIPE: usize = 16;

fn fetches(words: &[Word]) -> bool {
    program::started(words).is_some_and(|(name, _)| FETCHERS.contains(&name))
}

/// Whether a command runs what another fetches, without anybody having seen it.
pub(super) fn is_piped(script: &Script, index: usize) -> bool {
    let command = &script.commands[index];
    let Some((name, rest)) = program::started(&command.words) else {
        // `eval` and `source` are parts of the shell.
        return false;
    };
    let inside = || {
        let whole = command
            .words
            .iter()
            .any(|word| word.is_dynamic && word.text.trim().is_empty());
        whole
            && script.commands[command.first_inside..index]
                .iter()
                .any(|inner| fetches(&inner.words))
    };
    let takes_text = matches!(name, "eval" | "source" | ".");
    if takes_text || INTERPRETERS.contains(&name) && inside() {
        return inside();
    }
    // With a script, a module or a text of its own it reads what comes as data.
    let has_own = rest.iter().any(|word| {
        matches!(word.text.as_str(), "-c" | "-m" | "-e" | "-n" | "-p")
            && name != "bash"
            && name != "sh"
            || word.text == "-c"
    });
    let reads_standard_input = rest.iter().all(|word| word.text.starts_with('-'))
        || rest
            .iter()
            .any(|word| word.text == "-s" || word.text == "-");
    if !INTERPRETERS.contains(&name) || has_own || !reads_standard_input {
        return false;
    }
    let mut from = command.reads_from;
    for _ in 0..LONGEST_PIPE {
        let Some(source) = from.and_then(|index| script.commands.get(index)) else {
            return false;
        };
        if fetches(&source.words) {
            return true;
        }
        from = source.reads_from;
    }
    false
}

/// What is fetched: the address where one is written, the command otherwise.
pub(super) fn source(script: &Script, index: usize) -> String {
    let mut candidates: Vec<&[Word]> = Vec::new();
    let mut from = script.commands[index].reads_from;
    for _ in 0..LONGEST_PIPE {
        let Some(source) = from.and_then(|index| script.commands.get(index)) else {
            break;
        };
        candidates.push(&source.words);
        from = source.reads_from;
    }
    let inside = &script.commands[script.commands[index].first_inside..index];
    candidates.extend(inside.iter().map(|command| command.words.as_slice()));
    let fetched = candidates
        .into_iter()
        .find(|words| fetches(words))
        .unwrap_or_default();
    let is_address = |word: &&Word| word.text.contains("://");
    let is_argument = |word: &&Word| !word.text.starts_with('-');
    let mut arguments = fetched.iter().skip(1);
    let address = fetched
        .iter()
        .find(is_address)
        .or_else(|| arguments.find(is_argument));
    let shown = address
        .or(fetched.first())
        .map_or("", |word| word.text.as_str());
    shown.chars().take(200).collect()
}
