//! A shell text taken apart as far as a reader needs it: which commands it runs, what flows into
//! which, and which variables it reads without having set them. Nothing is expanded or run; one pass,
//! no recursion, so that a hostile text costs what its length costs.

use std::collections::BTreeSet;

/// One command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Command {
    /// Its words, without assignments before them and without redirections.
    pub(super) words: Vec<Word>,
    /// The command whose output it reads, by index.
    pub(super) reads_from: Option<usize>,
    /// The first command inside it (`$(…)`, `<(…)`): those from here to itself are part of it.
    pub(super) first_inside: usize,
}

/// One word of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Word {
    /// Without its quotes. What a variable or a command inside it stands for is left out.
    pub(super) text: String,
    /// Where it starts, in bytes.
    pub(super) at: usize,
    /// Whether something in it is only known when it runs.
    pub(super) is_dynamic: bool,
}

/// What a text does.
#[derive(Debug, Default)]
pub(super) struct Script {
    /// Its commands, innermost first where one holds others.
    pub(super) commands: Vec<Command>,
    /// The variables it reads, and where.
    pub(super) reads: Vec<(String, usize)>,
    /// The variables it sets itself.
    pub(super) sets: BTreeSet<String>,
    /// The functions it defines.
    pub(super) functions: BTreeSet<String>,
}

/// What an open bracket means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Closer {
    /// The text as a whole.
    End,
    /// `)` of a subshell or of `$(`.
    Bracket,
    /// The second backtick.
    Backtick,
    /// `)` of `name=(…)`.
    Array,
}

/// A command that is being read.
struct Frame {
    closer: Closer,
    words: Vec<Word>,
    word: Option<Word>,
    is_quoted: bool,
    in_double_quotes: bool,
    skips_next_word: bool,
    reads_from: Option<usize>,
    first_inside: usize,
    /// Open `case`s, and whether a pattern comes next.
    cases: usize,
    in_pattern: bool,
}

impl Frame {
    fn new(closer: Closer, first_inside: usize) -> Self {
        Self {
            closer,
            words: Vec::new(),
            word: None,
            is_quoted: false,
            in_double_quotes: false,
            skips_next_word: false,
            reads_from: None,
            first_inside,
            cases: 0,
            in_pattern: false,
        }
    }

    fn word(&mut self, at: usize) -> &mut Word {
        self.word.get_or_insert_with(|| Word {
            at,
            ..Word::default()
        })
    }
}

/// How deep brackets are followed; deeper ones are read as if they were not there.
const DEEPEST: usize = 128;
/// How far the end of `$((` or `${` is looked for, in bytes.
const FARTHEST: usize = 1_024;
/// How many here-documents may lack their end before no more are looked for.
const MOST_ENDLESS: usize = 8;

/// The next bytes of a text, not many.
fn near(text: &str) -> &str {
    let mut end = text.len().min(FARTHEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Takes `text` apart. Places are offsets in it.
pub(super) fn read(text: &str) -> Script {
    let mut lexer = Lexer {
        text,
        at: 0,
        script: Script::default(),
        frames: vec![Frame::new(Closer::End, 0)],
        heredocs: Vec::new(),
        endless: 0,
    };
    while lexer.at < text.len() {
        lexer.step();
    }
    while !lexer.frames.is_empty() {
        lexer.end_command();
        lexer.frames.pop();
    }
    lexer.script
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    script: Script,
    frames: Vec<Frame>,
    /// Delimiters of here-documents that start after this line.
    heredocs: Vec<String>,
    /// How many of them had no end.
    endless: usize,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// The frame that is being read; there always is one while text is left.
    fn frame(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::new(Closer::End, 0));
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    fn step(&mut self) {
        let rest = self.rest();
        let Some(c) = rest.chars().next() else { return };
        let at = self.at;
        let quoted = self.frame().in_double_quotes;
        match c {
            '\\' => self.escape(),
            '"' => {
                let frame = self.frame();
                frame.in_double_quotes = !quoted;
                frame.is_quoted = true;
                frame.word(at);
                self.at += 1;
            }
            '$' => self.dollar(),
            '`' => self.backtick(),
            _ if quoted => self.push(c),
            '\'' => self.single_quotes(),
            '#' if self.frame().word.is_none() => {
                self.at += rest.find('\n').unwrap_or(rest.len());
            }
            '\n' => self.newline(),
            c if c.is_whitespace() => {
                self.end_word();
                self.at += c.len_utf8();
            }
            ';' | '&' | '|' => self.operator(),
            '<' | '>' => self.redirect(),
            '(' => self.open_bracket(),
            ')' => self.close_bracket(),
            c => self.push(c),
        }
    }

    fn push(&mut self, c: char) {
        let at = self.at;
        self.frame().word(at).text.push(c);
        self.at += c.len_utf8();
    }

    fn escape(&mut self) {
        let mut rest = self.rest().chars();
        rest.next();
        let at = self.at;
        self.at += 1;
        match rest.next() {
            Some('\n') => self.at += 1,
            Some('\r') if rest.next() == Some('\n') => self.at += 2,
            Some(c) => {
                self.frame().word(at).text.push(c);
                self.at += c.len_utf8();
            }
            None => {}
        }
    }

    fn single_quotes(&mut self) {
        let at = self.at;
        let inside = &self.rest()[1..];
        // Without a second quote it is an apostrophe in a text that is no shell after all.
        let Some(end) = inside.find('\'') else {
            return self.push('\'');
        };
        let frame = self.frame();
        frame.is_quoted = true;
        frame.word(at).text.push_str(&inside[..end]);
        self.at += end + 2;
    }

    fn dollar(&mut self) {
        let at = self.at;
        let after = &self.rest()[1..];
        let name_length = |text: &str| {
            let is_part = |(i, c): (usize, char)| {
                c == '_' || c.is_ascii_alphabetic() || i > 0 && c.is_ascii_digit()
            };
            text.char_indices()
                .take_while(|part| is_part(*part))
                .count()
        };
        if after.starts_with("((")
            && let Some(end) = near(after).find("))")
        {
            self.frame().word(at).is_dynamic = true;
            self.at += 1 + end + 2;
        } else if after.starts_with('(') {
            self.frame().word(at).is_dynamic = true;
            self.at += 2;
            self.open(Closer::Bracket);
        } else if let Some(inside) = after.strip_prefix('{') {
            let inside_name = inside.strip_prefix(['#', '!']).unwrap_or(inside);
            let skipped = inside.len() - inside_name.len();
            let length = name_length(inside_name);
            if length > 0 {
                self.script
                    .reads
                    .push((inside_name[..length].to_owned(), at));
            }
            self.frame().word(at).is_dynamic = true;
            self.at += 2 + skipped + length;
            self.skip_to_brace();
        } else if after.starts_with('\'') && !self.frame().in_double_quotes {
            self.at += 1;
        } else {
            let length = name_length(after);
            if length > 0 {
                self.script.reads.push((after[..length].to_owned(), at));
            }
            let special = after.starts_with(|c: char| c.is_ascii_digit() || "@*#?$!-".contains(c));
            let frame = self.frame();
            let word = frame.word(at);
            match length > 0 || special {
                true => word.is_dynamic = true,
                false => word.text.push('$'),
            }
            self.at += 1 + if length > 0 {
                length
            } else {
                usize::from(special)
            };
        }
    }

    /// Goes behind the `}` that closes an open `${`, or nowhere if nothing on this line does.
    fn skip_to_brace(&mut self) {
        let mut depth = 1;
        for (offset, c) in near(self.rest()).char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                '\n' => return,
                _ => {}
            }
            if depth == 0 {
                self.at += offset + 1;
                return;
            }
        }
    }

    fn backtick(&mut self) {
        let at = self.at;
        self.at += 1;
        if self.frame().closer == Closer::Backtick {
            return self.close();
        }
        self.frame().word(at).is_dynamic = true;
        self.open(Closer::Backtick);
    }

    fn open(&mut self, closer: Closer) {
        if self.frames.len() >= DEEPEST {
            return;
        }
        let first_inside = self.script.commands.len();
        self.frames.push(Frame::new(closer, first_inside));
    }

    fn close(&mut self) {
        self.end_command();
        if self.frames.len() > 1 {
            self.frames.pop();
        }
    }

    fn open_bracket(&mut self) {
        let frame = self.frame();
        let is_array = frame
            .word
            .as_ref()
            .is_some_and(|word| word.text.ends_with('='));
        let is_function = frame.words.is_empty()
            && !is_array
            && frame.word.is_some()
            && self.rest()[1..].trim_start().starts_with(')');
        if is_function {
            let name = self.frame().word.take().unwrap_or_default();
            self.script.functions.insert(name.text);
            self.at += self.rest().find(')').unwrap_or(0) + 1;
            return;
        }
        self.at += 1;
        self.open(if is_array {
            Closer::Array
        } else {
            Closer::Bracket
        });
    }

    fn close_bracket(&mut self) {
        self.at += 1;
        let frame = self.frame();
        match frame.closer {
            Closer::Bracket => self.close(),
            Closer::Array => {
                self.frames.pop();
            }
            // The end of a pattern in `case`.
            Closer::End | Closer::Backtick => {
                frame.word = None;
                frame.words.clear();
                frame.in_pattern = false;
            }
        }
    }

    fn newline(&mut self) {
        self.at += 1;
        if self.frame().closer == Closer::Array {
            self.end_word();
        } else {
            let frame = self.frame();
            let waits = frame.words.is_empty() && frame.word.is_none();
            // After `|` at the end of a line the pipe goes on.
            let reads_from = frame.reads_from.filter(|_| waits);
            self.end_command();
            self.frame().reads_from = reads_from;
        }
        for delimiter in std::mem::take(&mut self.heredocs) {
            self.skip_heredoc(&delimiter);
        }
    }

    fn skip_heredoc(&mut self, delimiter: &str) {
        if self.endless >= MOST_ENDLESS {
            return;
        }
        let mut at = self.at;
        for line in self.rest().split_inclusive('\n') {
            at += line.len();
            if line.trim() == delimiter {
                self.at = at;
                return;
            }
        }
        self.endless += 1;
    }

    fn operator(&mut self) {
        let rest = self.rest();
        if rest.starts_with("&>") {
            self.at += 1;
            return;
        }
        let frame = self.frame();
        if frame.in_pattern && rest.starts_with('|') {
            frame.word = None;
            frame.words.clear();
            self.at += 1;
            return;
        }
        let is_pipe = rest.starts_with('|') && !rest.starts_with("||");
        let before = self.script.commands.len();
        self.end_command();
        let ended = self.script.commands.len();
        let frame = self.frame();
        frame.reads_from = (is_pipe && ended > before).then(|| ended - 1);
        if rest.starts_with(";;") && frame.cases > 0 {
            frame.in_pattern = true;
        }
        let two = ["||", "&&", ";;", "|&"].iter().any(|o| rest.starts_with(o));
        self.at += 1 + usize::from(two);
    }

    fn redirect(&mut self) {
        let rest = self.rest();
        if rest.starts_with("<(") || rest.starts_with(">(") {
            let at = self.at;
            self.frame().word(at).is_dynamic = true;
            self.at += 2;
            return self.open(Closer::Bracket);
        }
        let frame = self.frame();
        // `2>` and `{name}>` are part of the redirection.
        if frame
            .word
            .as_ref()
            .is_some_and(|word| word.text.chars().all(|c| c.is_ascii_digit()))
        {
            frame.word = None;
        }
        self.end_word();
        if let Some(after) = rest.strip_prefix("<<").filter(|a| !a.starts_with('<')) {
            let after = after
                .strip_prefix('-')
                .unwrap_or(after)
                .trim_start_matches(' ');
            let end = after
                .find(|c: char| c.is_whitespace() || ";|&<>()".contains(c))
                .unwrap_or(after.len());
            let delimiter = after[..end].trim_matches(['"', '\'', '\\']);
            if !delimiter.is_empty() {
                self.heredocs.push(delimiter.to_owned());
            }
            self.at = self.text.len() - after.len() + end;
            return;
        }
        let signs = rest.len() - rest.trim_start_matches(['<', '>', '|', '&']).len();
        self.at += signs.min(3);
        self.frame().skips_next_word = true;
    }

    fn end_word(&mut self) {
        let frame = self.frame();
        let is_quoted = std::mem::take(&mut frame.is_quoted);
        let Some(word) = frame.word.take() else {
            return;
        };
        frame.in_double_quotes = false;
        if std::mem::take(&mut frame.skips_next_word) || frame.closer == Closer::Array {
            return;
        }
        if frame.in_pattern && word.text == "esac" {
            frame.cases = frame.cases.saturating_sub(1);
            frame.in_pattern = false;
            return;
        }
        let is_case = frame.words.first().is_some_and(|w| w.text == "case");
        if is_case && word.text == "in" && frame.words.len() > 1 {
            frame.words.clear();
            frame.cases += 1;
            frame.in_pattern = true;
            return;
        }
        let is_bare = !is_quoted && !word.is_dynamic;
        let goes_on = is_bare && frame.words.is_empty() && KEYWORDS.contains(&word.text.as_str());
        if goes_on {
            return;
        }
        if frame.words.is_empty()
            && let Some((name, _)) = word.text.split_once('=')
            && is_name(name.trim_end_matches('+'))
        {
            let name = name.trim_end_matches('+').to_owned();
            self.script.sets.insert(name);
            return;
        }
        frame.words.push(word);
    }

    fn end_command(&mut self) {
        self.end_word();
        let inside = self.script.commands.len();
        let frame = self.frame();
        frame.in_double_quotes = false;
        frame.skips_next_word = false;
        let words = std::mem::take(&mut frame.words);
        let reads_from = frame.reads_from.take();
        let first_inside = std::mem::replace(&mut frame.first_inside, inside);
        if frame.in_pattern || words.is_empty() {
            return;
        }
        if !self.sets_something(&words) {
            self.frame().first_inside = inside + 1;
            self.script.commands.push(Command {
                words,
                reads_from,
                first_inside,
            });
        }
    }

    /// Whether it is a command that sets variables and does nothing else that matters here.
    fn sets_something(&mut self, words: &[Word]) -> bool {
        let name = |word: &Word| {
            let name = word.text.split('=').next().unwrap_or_default();
            name.to_owned()
        };
        let names = words[1..].iter().map(name);
        match words[0].text.as_str() {
            "for" | "select" => self.script.sets.extend(names.take(1)),
            "function" => self.script.functions.extend(names.take(1)),
            "export" | "declare" | "local" | "readonly" | "typeset" | "read" | "mapfile"
            | "readarray" | "getopts" | "let" => {
                // `export NAME` hands on a variable that somebody else set.
                let assigns = |word: &&Word| words[0].text != "export" || word.text.contains('=');
                let set = words[1..].iter().filter(assigns).map(name);
                self.script.sets.extend(set);
            }
            "case" | "unset" => {}
            _ => return false,
        }
        true
    }
}

/// Words before which or after which a command stands.
const KEYWORDS: [&str; 14] = [
    "if", "then", "else", "elif", "fi", "do", "done", "while", "until", "!", "{", "}", "esac",
    "time",
];

/// Whether it can be a variable's name.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests;
