//! Texts that are made to be slow, or to break something.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

const MIB: usize = 1 << 20;

/// Merges, finds, changes and removes with and without a digest; whether an entry was taken.
fn all(path: &str, text: &str, entry: &SharedEntry) -> bool {
    let mut other = entry.clone();
    other.fields[1].1 = super::text("Other");
    let clash = Clash::Theirs;
    let Ok(Merged::New(after)) = merge(path, text, entry) else {
        let _ = find(path, text, entry.file, &entry.id);
        let _ = change(path, text, entry, &other, clash);
        let _ = remove(path, text, entry.file, &entry.id, Some(Digest::of(b"")));
        return false;
    };
    assert!(find(path, &after, entry.file, &entry.id).unwrap().is_some());
    if entry.file == SharedFile::Agents {
        let changed = change(path, &after, entry, &other, clash);
        assert!(
            matches!(changed, Ok(Changed::New(_))),
            "{path}: {changed:?}"
        );
    }
    assert_eq!(removed(path, &after, entry, Some(text)), text);
    let _ = removed(path, &after, entry, Some("never"));
    true
}

/// A mebibyte of it.
fn full(unit: &str) -> String {
    unit.repeat(MIB / unit.len())
}

/// Enough of it to tell the square of its length.
fn fill(unit: &str) -> String {
    unit.repeat(MIB / 4 / unit.len())
}

fn large_lists() -> Vec<String> {
    let agents = |rest: String| format!("agents:\n{rest}");
    vec![
        agents(full("  - id: a\n    tools: [x]\n")),
        agents(fill("\n")),
        agents(fill("  # c\n")),
        agents(format!("  - id: a\n{}", fill("    # c\n"))),
        agents(format!("  - id: a\n    t: |\n{}", fill("\n      # c\n"))),
        format!("agents: []{}", fill(" ")),
        format!("agents: [{}]\n", full("{id: a},")),
        format!("agents: [{}]\n", fill("{id: a},\n")),
        format!("{{agents: [], b: [{}]}}\n", fill("#,")),
        format!("a: \"{}\"\n", fill("x")),
        // libyaml itself takes the square of this one.
        "[".repeat(MIB / 32),
        fill("- "),
        fill("a:\n "),
        fill("? "),
    ]
}

fn large_servers() -> Vec<(&'static str, String)> {
    let args = fill("      - x\n");
    vec![
        ("s.yaml", format!("mcpServers:\n  a:\n    args:\n{args}")),
        ("mcp.json", format!("{{\"a\": [{}1]}}", fill("1, "))),
        (
            "mcp.json",
            format!("{{\"servers\": [{}{{}}]}}", full("{},\n  ")),
        ),
        (
            "mcp.json",
            format!("{{\"mcpServers\": {{{}}}}}", fill("  ")),
        ),
        ("mcp.json", fill("[")),
        ("mcp.json", fill("{\"a\":")),
    ]
}

#[test]
fn large_files_take_no_time() {
    let lists = large_lists();
    let lists = lists.into_iter().map(|text| ("m.yaml", text, agent()));
    let servers = large_servers();
    let servers = servers
        .into_iter()
        .map(|(path, text)| (path, text, server()));
    for (path, text, entry) in lists.chain(servers) {
        let start = Instant::now();
        all(path, &text, &entry);
        let took = start.elapsed();
        let head: String = text.chars().take(40).collect();
        assert!(took < Duration::from_secs(15), "{took:?} for {head:?}");
    }
}

/// An entry that is as large as a package may be.
#[test]
fn large_entries_take_no_time() {
    let many: Vec<String> = (0..20_000).map(|number| format!("t{number}")).collect();
    let mut old = agent();
    old.fields[3].1 = Field::List(many.clone());
    old.fields[2].1 = text(&"x# ".repeat(MIB / 3));
    let mut new = old.clone();
    new.fields[3].1 = Field::List(many.iter().rev().cloned().collect());
    let start = Instant::now();
    for before in ["", "agents: [{id: a}]\n"] {
        let text = merged("m.yaml", before, &old);
        // The user's own field keeps it from being replaced as a whole.
        let text = text.replace("skills: []", "skills: [own]");
        let after = match change("m.yaml", &text, &old, &new, Clash::Stop) {
            Ok(Changed::New(after)) => after,
            other => panic!("{other:?}"),
        };
        assert!(after.contains("[own]"));
        removed("m.yaml", &after, &old, Some(before));
    }
    let took = start.elapsed();
    assert!(took < Duration::from_secs(20), "{took:?}");
}

#[test]
fn odd_entries_are_refused_or_kept() {
    for text in [
        "agents:\n  - reviewer\n  - 1\n  - [reviewer]\n  -\n",
        "agents:\n  - {id: reviewer}\n",
        "agents:\n  - ? id\n    : reviewer\n    name: x\n",
        "agents:\n  - &a {id: reviewer}\n  - *a\n",
        "agents:\n  - !t\n    id: reviewer\n",
        "agents:\n  - &r # c\n    id: reviewer\n",
        "agents:\n  -\n\n    # c\n    id: reviewer\n    name: |\n      x\n\n",
        "agents:\n  - id: reviewer\n  - id: reviewer\n",
        "agents:\n  - \"id\": reviewer\n    name:\n    tools:\n    - x\n",
        "agents:\n- id: reviewer\n  name: a\n    b\n  tools: [\n  x\n  ]\n",
    ] {
        for clash in [Clash::Theirs, Clash::Ours, Clash::Stop] {
            let mut new = agent();
            new.fields[1].1 = super::text("Other");
            let result = change("m.yaml", text, &agent(), &new, clash);
            if let Ok(Changed::New(after)) = result {
                let again = change("m.yaml", &after, &agent(), &new, clash);
                assert_eq!(again, Ok(Changed::Same), "{text}\n{after}");
            }
        }
        if let Ok(Removed::New(after)) =
            remove("m.yaml", text, SharedFile::Agents, "reviewer", None)
        {
            assert!(!after.contains("name"), "{text}\n{after}");
        }
    }
    // The list of another dialect, or of nobody, is no list of entries.
    for (path, text) in [
        ("m.yaml", "agents: {reviewer: {}}\n"),
        ("m.yaml", "- a"),
        ("m.yaml", "\t"),
    ] {
        assert!(
            find(path, text, SharedFile::Agents, "reviewer").is_err(),
            "{text}"
        );
        assert!(remove(path, text, SharedFile::Agents, "reviewer", None).is_err());
        assert!(change(path, text, &agent(), &agent(), Clash::Stop).is_err());
    }
    let nothing = "mcpServers:\n  github:\n";
    let error = change("s.yaml", nothing, &server(), &server(), Clash::Stop).unwrap_err();
    assert!(error.to_string().contains("\"github\""), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_text_is_survived(
        text in "(id: reviewer|name: \\|?|tools:|[a-c:\\-\\[\\]{}#|>&*!?,\"' \n\t\r]|\n  - |\n    ){0,24}",
        json in "(\"github\": |\"command\"|[:,\\[\\]{}\" \n\u{e9}]){0,20}",
    ) {
        for (path, text, entry) in [
            ("m.yaml", format!("agents:\n  - {text}"), agent()),
            ("m.yaml", format!("agents: [{text}]"), agent()),
            ("mcp.json", format!("{{\"mcpServers\": {{{json}}}}}"), server()),
        ] {
            all(path, &text, &entry);
        }
    }
}
