//! Answers go into texts: each token once, in the form that its place wants.
//!
//! These are texts of ours with a dozen fixed tokens, and what was answered is never read again as one; an
//! engine for templates would be more to say less.

use super::{Answers, ids};

/// What the tokens stand for.
#[derive(Clone, Debug)]
pub(super) struct Words {
    tokens: Vec<(&'static str, String)>,
}

impl Words {
    pub(super) fn of(answers: &Answers) -> Self {
        let base = answers.name.name();
        let id = ids::id(answers.kind, base);
        let title = title(base);
        let words = base.replace('-', " ");
        let summary = sentence(&answers.summary);
        let when = format!(
            "{} Use when a task asks for {words}.",
            without_tags(&summary)
        );
        let mcp = ids::mcp(base);
        let tokens = vec![
            ("%summary:quoted%", quoted(&answers.summary)),
            ("%summary%", prose(&summary)),
            ("%title:quoted%", quoted(&title)),
            ("%title%", title),
            ("%author:quoted%", quoted(&answers.author)),
            ("%license:quoted%", quoted(&answers.license)),
            ("%when:quoted%", quoted(&when)),
            ("%worker%", ids::worker(base)),
            ("%workflow%", ids::workflow(base)),
            ("%prefix%", mcp.replace('-', "_")),
            ("%mcp%", mcp),
            ("%id%", id),
        ];
        Self { tokens }
    }

    /// The same for the agent that a workflow's steps are done by.
    pub(super) fn worker(&self) -> Self {
        let (id, workflow) = (self.get("%worker%"), self.get("%workflow%"));
        self.called(&id, &format!("Does the steps of the workflow `{workflow}`"))
    }

    /// The same for an agent called `id` that does what `summary` says.
    pub(super) fn called(&self, id: &str, summary: &str) -> Self {
        let mut words = self.clone();
        for (token, value) in &mut words.tokens {
            match *token {
                "%id%" => *value = id.to_owned(),
                "%title%" => *value = title(id),
                "%summary%" => *value = sentence(summary),
                _ => {}
            }
        }
        words
    }

    pub(super) fn get(&self, token: &str) -> String {
        let found = self.tokens.iter().find(|(known, _)| *known == token);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// `text` with every token replaced, from left to right.
    pub(super) fn fill(&self, text: &str) -> String {
        let (mut filled, mut rest) = (String::with_capacity(text.len()), text);
        while let Some(at) = rest.find('%') {
            filled.push_str(&rest[..at]);
            rest = &rest[at..];
            let token = self
                .tokens
                .iter()
                .find(|(token, _)| rest.starts_with(token));
            let (taken, value) = match token {
                Some((token, value)) => (token.len(), value.as_str()),
                None => (1, "%"),
            };
            filled.push_str(value);
            rest = &rest[taken..];
        }
        filled + rest
    }
}

/// `code-reviewer` as `Code Reviewer`.
fn title(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A summary stands in lists without a full stop; in a text it is a sentence.
fn sentence(summary: &str) -> String {
    let summary = summary.trim();
    match summary.ends_with(['.', '!', '?', '…', ':']) {
        true => summary.to_owned(),
        false => format!("{summary}."),
    }
}

/// Markdown that shows `text` as it is.
fn prose(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\`*_[]<>#!|~{}&".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    match escaped.strip_prefix(['-', '+']) {
        Some(rest) => format!("\\{}{rest}", &escaped[..1]),
        None => escaped,
    }
}

/// A skill's description holds nothing that looks like a tag.
fn without_tags(text: &str) -> String {
    text.replace(['<', '>'], "")
}

/// A quoted text as TOML, YAML and JSON all read it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
