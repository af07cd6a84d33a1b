//! Expressions in workflows, of which the engine knows three: `{{key}}` in a prompt, without spaces,
//! is replaced with the input of that name; a step's input that starts with `$step` becomes that
//! step's result; an output's `source: steps.<id>.outputs.<key>` is looked up. Everything else that
//! looks like one is handed on as it stands.

use std::{collections::HashSet, rc::Rc};

use super::{Reader, Step};
use crate::{component::yaml::Node, text::quote};

/// How many of these warnings a file gets: what is wrong once is wrong everywhere.
const MOST: usize = 50;

pub(super) fn check(
    workflow: &Node,
    inputs: &[String],
    steps: &[(Step, &Node)],
    reader: &mut Reader,
) {
    let mut found = Found {
        left: MOST,
        inputs: inputs.iter().map(String::as_str).collect(),
        steps: steps.iter().map(|(step, _)| step.id.as_str()).collect(),
        reader,
    };
    for (_, node) in steps {
        found.step(node);
    }
    for (name, output) in pairs(workflow.get("outputs")) {
        found.output(name.text().unwrap_or_default(), output);
    }
}

fn pairs(node: Option<&Node>) -> &[(Rc<Node>, Rc<Node>)] {
    node.and_then(Node::map).unwrap_or_default()
}

struct Found<'a> {
    left: usize,
    inputs: HashSet<&'a str>,
    steps: HashSet<&'a str>,
    reader: &'a mut Reader,
}

impl Found<'_> {
    fn warn(&mut self, line: usize, message: String, help: &str) {
        if self.left > 0 {
            self.left -= 1;
            self.reader.warn(line, message, help);
        }
    }

    fn step(&mut self, step: &Node) {
        let own: HashSet<&str> = pairs(step.get("inputs"))
            .iter()
            .filter_map(|(key, _)| key.text())
            .collect();
        if let Some(prompt) = step.get("prompt") {
            self.prompt(prompt, &own);
        }
        for (key, value) in pairs(step.get("inputs")) {
            let Some(text) = value.text() else { continue };
            let key = key.text().unwrap_or_default();
            if let Some((_, expression)) = expressions(text).next() {
                let message = format!("{} is handed on as it stands", quote(expression));
                let help = "the workflow's inputs reach every step by themselves; a step's result \
                            is `$step_id`";
                self.warn(value.line, message, help);
            } else if let Some(reference) = text.strip_prefix('$') {
                let id = reference.split('.').next().unwrap_or_default();
                if !self.steps.contains(id) {
                    let message = format!(
                        "the input `{key}` is {}, and no step has that id",
                        quote(text)
                    );
                    self.warn(value.line, message, "write `$` and a step's id");
                } else if reference.contains('.') {
                    let message = format!("{} stands for the whole result of {id:?}", quote(text));
                    self.warn(value.line, message, "write the step's id alone");
                }
            }
        }
    }

    fn prompt(&mut self, prompt: &Node, own: &HashSet<&str>) {
        let text = prompt.text().unwrap_or_default();
        let mut told = HashSet::new();
        let (mut counted, mut newlines) = (0, 0);
        for (at, expression) in expressions(text) {
            newlines += text[counted..at].matches('\n').count();
            counted = at;
            let inner = &expression[2..expression.len() - 2];
            let key = inner.trim();
            let known = own.contains(key) || self.inputs.contains(key);
            if known && key == inner || !told.insert(expression) {
                continue;
            }
            let line = prompt.line + newlines;
            let shown = quote(expression);
            if known {
                let message = format!("{shown} is not replaced: it has spaces");
                self.warn(line, message, &format!("write {{{{{key}}}}}"));
            } else if let Some(name) = key.strip_prefix("inputs.").filter(|n| !n.contains('.')) {
                let message = format!("the engine never expands {shown}");
                self.warn(line, message, &format!("write {{{{{name}}}}}"));
            } else if key.starts_with("steps.") {
                let message = format!("the engine never expands {shown}");
                let help = "add an input like `result: $step_id` and write {{result}}";
                self.warn(line, message, help);
            } else {
                let message = format!("{shown} names no input of this step or of the workflow");
                self.warn(line, message, "write the name of an input");
            }
        }
    }

    fn output(&mut self, name: &str, output: &Node) {
        let Some(source) = output.get("source") else {
            let message = format!("the output `{name}` is returned as it stands in the file");
            self.warn(
                output.line,
                message,
                "give it a `source: steps.<id>.outputs.<key>`",
            );
            return;
        };
        let Some(text) = source.text() else {
            let message = format!("`source` of the output `{name}` is {}", source.kind());
            let help = "write `steps.<id>.outputs.<key>`";
            self.reader.refuse(source.line, message, help);
            return;
        };
        let parts: Vec<&str> = text.split('.').collect();
        let fits = parts.len() >= 4 && parts[0] == "steps" && parts[2] == "outputs";
        if !fits || !self.steps.contains(parts[1]) {
            let message = format!("the output `{name}` has the source {}", quote(text));
            let help = "write `steps.<id>.outputs.<key>` with the id of a step";
            self.warn(source.line, message, help);
        }
    }
}

/// Every `{{…}}` on one line, and where.
fn expressions(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut offset = 0;
    std::iter::from_fn(move || {
        loop {
            let start = offset + text[offset..].find("{{")?;
            let rest = &text[start..];
            let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
            match line.find("}}") {
                Some(end) => {
                    offset = start + end + 2;
                    return Some((start, &text[start..offset]));
                }
                None => offset = start + line.len(),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::after;

    #[test]
    fn what_is_never_expanded_is_warned_of() {
        for (from, to, line, says) in [
            ("{{diff}}", "{{ diff }}", 12, "spaces"),
            ("{{diff}}", "{{inputs.diff}}", 12, "never"),
            ("{{diff}}", "{{ steps.report.outputs.x }}", 12, "never"),
            ("{{diff}}", "{{patch}}", 12, "names no input"),
            (
                "findings: $read",
                "findings: '{{ steps.read.outputs.x }}'",
                18,
                "as it stands",
            ),
            ("findings: $read", "findings: $raed", 18, "no step"),
            (
                "findings: $read",
                "findings: $read.report",
                18,
                "whole result",
            ),
            (
                "{source: steps.read.outputs.report}",
                "{value: x}",
                23,
                "as it stands",
            ),
            (
                "steps.read.outputs.report",
                "steps.x.outputs.report",
                23,
                "source",
            ),
        ] {
            let (at, fatal, message) = after(from, to);
            assert_eq!((at, fatal), (line, false), "{to}: {message}");
            assert!(message.contains(says), "{to}: {message}");
        }
    }
}
