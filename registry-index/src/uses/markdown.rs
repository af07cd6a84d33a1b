//! Markdown as an agent reads it: which parts are commands to run, which are text.

/// A piece of a text, by byte offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A fenced block: its language in the words of its author, where it starts, its lines.
    Fenced(&'a str, usize, &'a str),
    /// A line of a block that is code by its indentation.
    Indented(usize, &'a str),
    /// A line of text.
    Line(usize, &'a str),
}

/// Whether lines that are indented are code (in Markdown) or just indented (in YAML).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Indentation {
    IsCode,
    MeansNothing,
}

/// The pieces of `text`, in order.
pub(super) fn pieces(text: &str, indentation: Indentation) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    // The open fence: its mark, its language, where its content starts.
    let mut fence: Option<(&str, &str, usize)> = None;
    let (mut after_blank, mut in_list, mut in_code) = (true, false, false);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let trimmed = line.trim_start_matches([' ', '\t', '>']).trim_end();
        if let Some((mark, language, from)) = fence {
            if trimmed.starts_with(mark) && trimmed.trim_start_matches(&mark[..1]).is_empty() {
                pieces.push(Piece::Fenced(language, from, &text[from..start]));
                fence = None;
            }
            continue;
        }
        if let Some(mark) = fence_mark(trimmed) {
            let language = trimmed[mark.len()..].trim();
            let language = language.split([' ', ',', '{']).next().unwrap_or_default();
            fence = Some((mark, language, at));
            (after_blank, in_code) = (false, false);
            continue;
        }
        let is_blank = trimmed.is_empty();
        let is_deep = line.starts_with("    ") || line.starts_with('\t');
        if is_blank {
            after_blank = true;
        } else if is_deep
            && indentation == Indentation::IsCode
            && !in_list
            && (after_blank || in_code)
        {
            pieces.push(Piece::Indented(start, line.trim_end()));
            in_code = true;
            after_blank = false;
        } else {
            in_code = false;
            after_blank = false;
            if !line.starts_with([' ', '\t']) {
                in_list = is_list_item(trimmed);
            }
            pieces.push(Piece::Line(start, line.trim_end()));
        }
    }
    if let Some((_, language, from)) = fence {
        pieces.push(Piece::Fenced(language, from, &text[from..]));
    }
    pieces
}

fn fence_mark(trimmed: &str) -> Option<&str> {
    let c = trimmed.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = trimmed.len() - trimmed.trim_start_matches(c).len();
    let mark = &trimmed[..length];
    // An info string of backticks holds none; this is code in a line otherwise.
    let is_fence = length >= 3 && !(c == '`' && trimmed[length..].contains('`'));
    is_fence.then_some(mark)
}

fn is_list_item(trimmed: &str) -> bool {
    let rest = trimmed.trim_start_matches(|c: char| c.is_ascii_digit());
    match rest.len() < trimmed.len() {
        true => rest.starts_with(". ") || rest.starts_with(") "),
        false => ["- ", "* ", "+ "]
            .iter()
            .any(|mark| trimmed.starts_with(mark)),
    }
}

/// The code between backticks in a line, and where it starts.
pub(super) fn code_in(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let open = at + line[at..].find('`')?;
            let length = line[open..].len() - line[open..].trim_start_matches('`').len();
            let inside = open + length;
            let mark = &line[open..inside];
            match line[inside..].find(mark) {
                Some(end) => {
                    at = inside + end + length;
                    return Some((inside, &line[inside..inside + end]));
                }
                None => at = inside,
            }
        }
    })
}

/// Words that turn what follows them into advice against it.
const NEGATIONS: [&str; 14] = [
    "never",
    "not",
    "don't",
    "avoid",
    "instead",
    "rather",
    "without",
    "cannot",
    "can't",
    "forbidden",
    "no",
    "nor",
    "refuse",
    "unlike",
];

/// Whether the sentence before `at` turns against what stands there.
pub(super) fn is_against(line: &str, at: usize) -> bool {
    let before = &line[..at];
    let sentence = before.rsplit([';', '!', '?']).next().unwrap_or_default();
    let sentence = sentence.rsplit(". ").next().unwrap_or_default();
    sentence
        .split(|c: char| !(c.is_alphanumeric() || c == '\''))
        .any(|word| NEGATIONS.contains(&word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_indented_code_and_text_are_told_apart() {
        let text = "Text `a`\n\n```bash title\ngit diff\n```\n\n    git log\n    more\n\n- item\n\n    not code\n\nText\n    still text\n~~~\nx\n";
        let kinds: Vec<String> = pieces(text, Indentation::IsCode)
            .into_iter()
            .map(|piece| match piece {
                Piece::Fenced(language, at, body) => {
                    assert_eq!(&text[at..at + body.len()], body);
                    format!("{language}:{}", body.trim())
                }
                Piece::Indented(_, line) => format!("code:{}", line.trim()),
                Piece::Line(_, line) => format!("text:{}", line.trim()),
            })
            .collect();
        assert_eq!(
            kinds,
            [
                "text:Text `a`",
                "bash:git diff",
                "code:git log",
                "code:more",
                "text:- item",
                "text:not code",
                "text:Text",
                "text:still text",
                ":x"
            ]
        );
    }

    #[test]
    fn code_in_a_line_is_found() {
        let found: Vec<_> = code_in("run `git diff`, ``a ` b`` and `open").collect();
        assert_eq!(found, [(5, "git diff"), (18, "a ` b")]);
        assert!(is_against("Never run `x`", 11));
        assert!(!is_against("Never mind. Run `x`", 17));
    }
}
