//! Texts made fit: ids, names, one line.

use registry_index::{
    PackageName,
    component::ComponentKind,
    hidden::hidden,
    name::{PART_LENGTH, is_device_name},
};

/// `text` without characters that nobody sees, its white space single.
pub(super) fn clean(text: &str) -> String {
    let unseen: Vec<usize> = hidden(text).map(|found| found.offset).collect();
    let seen = text
        .char_indices()
        .filter(|(at, c)| matches!(c, '\n' | '\t' | '\r') || unseen.binary_search(at).is_err());
    let seen: String = seen.map(|(_, c)| c).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most `longest` characters of it, cut between words where there is a space near the end.
pub(super) fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let head: String = text.chars().take(longest - 1).collect();
    let end = head
        .rfind(' ')
        .filter(|end| *end > head.len() / 2)
        .unwrap_or(head.len());
    format!(
        "{}…",
        head[..end].trim_end_matches([' ', ',', ';', ':', '.'])
    )
}

/// Small letters and digits joined by single hyphens, at most 64 characters.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.trim().chars() {
        match c.to_ascii_lowercase() {
            c @ ('a'..='z' | '0'..='9') => slug.push(c),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
        if slug.len() >= *PART_LENGTH.end() {
            break;
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// A package's name made of what a folder and its owner are called.
pub fn name(owner: &str, folder: &str) -> PackageName {
    let part = |text: &str| {
        let part = slug(text);
        match part.len() < *PART_LENGTH.start() || is_device_name(&part) {
            true => slug(&format!("the-{part}")),
            false => part,
        }
    };
    let full = format!("{}/{}", part(owner), part(folder));
    full.parse()
        .expect("both parts have 3 to 64 small letters, digits and single hyphens")
}

/// What people call it.
pub(super) fn kind(kind: ComponentKind) -> &'static str {
    match kind {
        ComponentKind::Agent => "agent",
        ComponentKind::Workflow => "workflow",
        ComponentKind::Skill => "skill",
        ComponentKind::Tool => "tool",
        ComponentKind::Policy => "policy",
        ComponentKind::Mcp => "server",
        ComponentKind::Project => "project",
        ComponentKind::Plugin => "plugin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_folder_has_a_name() {
        for (owner, folder, full) in [
            (
                "VoltAgent",
                "Awesome_Skills.git",
                "voltagent/awesome-skills-git",
            ),
            ("x", "con", "the-x/the-con"),
            ("", "…", "the/the"),
            ("a--b", "-c d-", "a-b/c-d"),
        ] {
            assert_eq!(name(owner, folder).as_str(), full);
        }
        assert_eq!(name("ab", &"é".repeat(90)).as_str(), "ab/the");
        assert_eq!(name("ab", &"x".repeat(90)).name().len(), 64);
    }

    #[test]
    fn a_line_is_cut_between_words_and_hides_nothing() {
        assert_eq!(
            clean("a\u{200b}b\n\tc\u{1b}[0m"),
            "abc[0m".replace("abc", "ab c")
        );
        assert_eq!(cut("one two three", 9), "one two…");
        assert_eq!(cut("short", 9), "short");
    }
}
