//! Who has to say yes before a workflow goes on.

use super::Reader;
use crate::{
    component::yaml::{Node, Value},
    text::quote,
};

/// The shortest time that an approval may wait, in seconds.
const SHORTEST: i64 = 60;
const PRIORITIES: [&str; 4] = ["low", "medium", "high", "critical"];
/// What may be said of an approval.
const KEYS: [&str; 7] = [
    "required",
    "approvers",
    "timeout_seconds",
    "priority",
    "auto_reject_on_timeout",
    "reason_required",
    "notify_channels",
];

/// What Python's models take for yes or no.
fn is_yes_or_no(node: &Node) -> bool {
    match &node.value {
        Value::Bool(_) | Value::Int(Some(0 | 1)) => true,
        Value::Text(text) => matches!(
            text.to_lowercase().as_str(),
            "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n" | "t" | "f" | "0" | "1"
        ),
        _ => false,
    }
}

/// Checks `requires_approval` and `approval_config` of the step `node`.
pub(super) fn check(node: &Node, whose: &str, reader: &mut Reader) {
    let asked = node.get("requires_approval");
    if let Some(asked) = asked.filter(|asked| !is_yes_or_no(asked)) {
        let message = format!("`requires_approval` of {whose} is {}", asked.kind());
        reader.refuse(asked.line, message, "write true or false");
    }
    let Some(config) = reader.object(node, "approval_config", whose) else {
        return;
    };
    if asked.is_none_or(|asked| matches!(asked.value, Value::Bool(false))) {
        let message = format!("`approval_config` of {whose} is never used");
        reader.warn(config.line, message, "add `requires_approval: true`");
    }
    for (key, value) in config.map().unwrap_or_default() {
        let name = key.text().unwrap_or_default();
        let texts = || {
            value
                .list()
                .is_some_and(|l| l.iter().all(|i| i.text().is_some()))
        };
        let help = match name {
            "timeout_seconds" if seconds(value).is_none_or(|s| s < SHORTEST) => {
                "wait 60 seconds or more, in whole seconds"
            }
            "priority" if !value.text().is_some_and(|p| PRIORITIES.contains(&p)) => {
                "use low, medium, high or critical"
            }
            "approvers" | "notify_channels" if !texts() => "list names: `[lead, security]`",
            "required" | "auto_reject_on_timeout" | "reason_required" if !is_yes_or_no(value) => {
                "write true or false"
            }
            _ if !KEYS.contains(&name) => {
                let message = format!("the engine ignores {} of an approval", quote(name));
                reader.warn(key.line, message, "remove it, or say it in a comment");
                continue;
            }
            _ => continue,
        };
        let message = format!("`{name}` of the approval of {whose} does not fit");
        reader.refuse(value.line, message, help);
    }
}

fn seconds(node: &Node) -> Option<i64> {
    match &node.value {
        Value::Int(seconds) => *seconds,
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::after;

    #[test]
    fn approvals_keep_their_bounds() {
        for (from, to) in [
            ("timeout_seconds: 600", "timeout_seconds: 59"),
            ("timeout_seconds: 600", "timeout_seconds: soon"),
            ("priority: high", "priority: urgent"),
            ("approvers: [lead]", "approvers: lead"),
            ("requires_approval: true", "requires_approval: maybe"),
            (
                "{approvers: [lead], timeout_seconds: 600, priority: high}",
                "[lead]",
            ),
        ] {
            let (_, fatal, message) = after(from, to);
            assert!(fatal, "{to}: {message}");
        }
        assert!(!after("    requires_approval: true\n", "").1);
        assert!(!after("priority: high", "priorty: high").1);
    }
}
