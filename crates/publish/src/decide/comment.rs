//! What a pull request is told: the words of the table of causes, and names that came from outside
//! between backticks, where they are nothing but letters.

use super::{Decision, causes, causes::Verdict};
use crate::telling::code;

/// How the comment begins that is kept up to date; a reader does not see it.
pub(super) const MARKER: &str = "<!-- paracle: decision -->";

/// The comment, Markdown.
pub(super) fn text(decision: &Decision) -> String {
    let mut text = format!("{MARKER}\n{}\n", opening(decision.outcome));
    for cause in causes::ALL {
        let mut reasons = decision
            .reasons
            .iter()
            .filter(|reason| reason.id == cause.id)
            .peekable();
        if reasons.peek().is_none() {
            continue;
        }
        text.push_str(&format!(
            "\n**{}** ({}). {}\n\n",
            cause.about, cause.id, cause.look
        ));
        for reason in reasons {
            let said = [&reason.subject, &reason.message];
            let said: Vec<String> = said
                .into_iter()
                .filter(|text| !text.is_empty())
                .map(|text| code(text))
                .collect();
            if !said.is_empty() {
                text.push_str(&format!("- {}\n", said.join(": ")));
            }
        }
    }
    text.push_str(&format!(
        "\nDecided for {} on {}. A push decides again.\n",
        code(&decision.head),
        code(&decision.base)
    ));
    text
}

fn opening(outcome: Verdict) -> &'static str {
    match outcome {
        Verdict::Merge => {
            "This merges by itself. It is released next; a comment follows when it is live."
        }
        Verdict::Review => "A maintainer has to look at this. What at:",
        Verdict::Refuse => "This cannot be merged as it is:",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::Reason;

    #[test]
    fn names_cannot_leave_their_backticks() {
        let hostile = "`@team\n# <img> [x](y)\u{202e}";
        let decision = Decision {
            format: 1,
            outcome: Verdict::Review,
            repository: "o/hub".into(),
            number: 1,
            branch: "main".into(),
            base: "b".into(),
            head: "h".into(),
            tree: None,
            opened_by: 1,
            packages: Vec::new(),
            labels: Vec::new(),
            reasons: vec![Reason {
                id: "tooling".into(),
                subject: hostile.into(),
                message: hostile.repeat(100),
            }],
        };
        let text = text(&decision);
        assert!(text.starts_with(MARKER));
        assert!(
            text.contains("\n- `'@team # <img> [x](y)`: `'@team"),
            "{text}"
        );
        let outside: String = text.split('`').step_by(2).collect();
        assert!(!outside.contains(['@', '[']), "{outside}");
        assert!(text.len() < 2_000, "{}", text.len());
    }
}
