//! One entry less: the inverse of merging.

use proptest::prelude::*;

use super::*;

/// Texts that lose something when an entry is merged.
const TEXTS: &[(&str, &str)] = &[
    ("m.yaml", ""),
    ("m.yaml", "\n"),
    ("m.yaml", "\u{feff}"),
    ("m.yaml", "# mine"),
    ("m.yaml", "version: 1"),
    ("m.yaml", "---\na: 1\n...\n"),
    ("m.yaml", "agents:"),
    ("m.yaml", "agents: []"),
    ("m.yaml", "agents: []\r\nb: 1\r\n"),
    ("m.yaml", "agents: [ ]  \nb: 1\n"),
    ("m.yaml", "agents:     []     # none\n"),
    (
        "m.yaml",
        "agents:                  []\nb:                       1\n",
    ),
    ("m.yaml", "agents:\t[]\t# none\n"),
    ("m.yaml", "agents:\t~"),
    ("m.yaml", "agents: &all ~\n"),
    ("m.yaml", "agents: ~\n"),
    ("m.yaml", "agents: null # none\n"),
    ("m.yaml", "agents: &all []\nb: *all\n"),
    ("m.yaml", "? agents\n: []\n"),
    ("m.yaml", "agents: !!seq []\n"),
    ("m.yaml", "agents: [{id: a},]"),
    ("m.yaml", "agents: [\n  {id: a} # c\n]"),
    ("m.yaml", "agents:\n- id: a"),
    ("m.yaml", "agents:\n  - id: a\n\n  - id: b\n    # deep"),
    ("m.yaml", "agents:\n  -\n    id: a\n  - # c\n    id: b\n"),
    ("m.yaml", "{agents: null, b: 1}"),
    ("m.yaml", "{a: 1}"),
    ("mcp.json", ""),
    ("mcp.json", " \n"),
    ("mcp.json", "{}"),
    ("mcp.json", "{ }"),
    ("mcp.json", "{\"mcpServers\": {}}"),
    ("mcp.json", "{\"mcpServers\": { }}"),
    ("mcp.json", "{\r\n\t\"mcpServers\": {\r\n\t}\r\n}\r\n"),
    ("mcp.json", "{\"mcpServers\": null}"),
    ("mcp.json", "{\"servers\":[]}"),
    ("mcp.json", "{\"a\":1}"),
];

#[test]
fn removing_gives_back_what_was() {
    for &(path, before) in TEXTS {
        let entry = if path == "m.yaml" { agent() } else { server() };
        let Ok(Merged::New(after)) = merge(path, before, &entry) else {
            // Explicit keys and aliases are no way to write a list that others extend.
            assert!(before.contains(['?', '*']), "{before:?}");
            continue;
        };
        let back = removed(path, &after, &entry, Some(before));
        assert_eq!(back, before, "from {after:?}");
        let nothing = remove(path, before, entry.file, &entry.id, None);
        assert_eq!(nothing, Ok(Removed::Gone), "{before:?}");
    }
}

/// Nobody could tell where among all the spaces the brackets were.
#[test]
fn what_could_not_be_given_back_is_not_merged() {
    let text = format!("agents:{}[]\n", " ".repeat(99));
    let refused = MergeError::Style { key: "agents" };
    assert_eq!(merge("m.yaml", &text, &agent()), Err(refused));
}

#[test]
fn without_the_digest_an_empty_list_stays() {
    for (before, after) in [
        ("", "agents: []\n"),
        ("agents: []  # none\n", "agents: []  # none\n"),
        ("a: 1", "a: 1\nagents: []\n"),
        ("agents:\n  # soon\nb: 1\n", "agents: []\n  # soon\nb: 1\n"),
        ("{\"a\": 1}", "{\"a\": 1, \"agents\": []}"),
        ("agents:\n- id: a", "agents:\n- id: a\n"),
        ("agents: [{id: a},]", "agents: [{id: a},]"),
    ] {
        let text = merged("m.yaml", before, &agent());
        assert_eq!(
            removed("m.yaml", &text, &agent(), None),
            after,
            "{before:?}"
        );
    }
    let text = merged("mcp.json", "", &server());
    let after = "{\n  \"mcpServers\": {}\n}\n";
    assert_eq!(removed("mcp.json", &text, &server(), None), after);
}

#[test]
fn what_people_wrote_around_an_entry_stays() {
    let text = "agents: # all\n  # a's\n  - id: a\n\n  # the reviewer\n  - id: reviewer # mine\n    weight: 2\n    # below\n\n  # b's\n  - id: b\n# end\n";
    let after = "agents: # all\n  # a's\n  - id: a\n\n  # the reviewer\n    # below\n\n  # b's\n  - id: b\n# end\n";
    assert_eq!(removed("m.yaml", text, &agent(), None), after);
    let text = "agents:\n  - id: reviewer\n\n  - id: b\n";
    assert_eq!(
        removed("m.yaml", text, &agent(), None),
        "agents:\n  - id: b\n"
    );
    let text = "agents: [\n  {id: a}, # a\n  {id: reviewer, weight: 2},\n  {id: b} # b\n]\n";
    let after = "agents: [\n  {id: a}, # a\n  {id: b} # b\n]\n";
    assert_eq!(removed("m.yaml", text, &agent(), None), after);
}

#[test]
fn what_others_refer_to_is_not_removed() {
    let text = "agents:\n  - &r\n    id: reviewer\n  - id: b\nother: *r\n";
    let result = remove("m.yaml", text, SharedFile::Agents, "reviewer", None);
    assert_eq!(result, Err(MergeError::Style { key: "agents" }));
}

#[test]
fn what_stands_there_is_found() {
    for (path, before) in [
        ("s.yaml", ""),
        ("s.yaml", "mcpServers: {}\n"),
        ("mcp.json", ""),
    ] {
        let found = find(path, before, SharedFile::Mcp, "github").unwrap();
        assert_eq!(found, None);
        let text = merged(path, before, &server());
        assert!(says(path, &text, &server()), "{text}");
        let edited = text.replace("npx", "other");
        assert!(!says(path, &edited, &server()), "{edited}");
    }
    let text = "agents:\n  - skills: []\n    tools: [read_file, 'on']\n    id: reviewer\n    name: Code Reviewer\n    role: 'Reads: a diff # closely'\n";
    assert!(says("m.yaml", text, &agent()));
    let odd = "agents:\n  - id: reviewer\n    weight: 2\n";
    assert!(!says("m.yaml", odd, &agent()));
}

/// In a file that is written oddly, the text that gives the present one again.
#[test]
fn without_the_digest_the_odd_is_found_again() {
    let before = "{\"servers\": [\n\t]}";
    let text = merged("mcp.json", before, &server());
    assert_eq!(removed("mcp.json", &text, &server(), None), before);
}

/// Merges all, then removes them in the order of `ranks`; each time the text has to be the one in
/// which only the others were merged.
fn any_order(path: &str, before: &str, entry: &SharedEntry, ranks: &[u8]) {
    let ids = ["wa", "wb", "wc"];
    let entries: Vec<_> = ids.iter().map(|id| named(entry, id)).collect();
    let all = |entries: &[SharedEntry]| {
        entries
            .iter()
            .fold(before.to_owned(), |text, entry| merged(path, &text, entry))
    };
    let mut left = entries.clone();
    let mut text = all(&left);
    let mut order: Vec<_> = (0..entries.len()).collect();
    order.sort_by_key(|at| ranks[*at]);
    for at in order {
        left.retain(|entry| entry.id != entries[at].id);
        text = removed(path, &text, &entries[at], Some(before));
        // Comments in brackets, or behind a block scalar, do not say which side they are on.
        let is_clear = !before.contains("[ # none") && !before.contains('|');
        match is_clear {
            true => assert_eq!(text, all(&left), "{before:?} without {at}"),
            false => assert_eq!(
                letters(&text),
                letters(&all(&left)),
                "{before:?} without {at}"
            ),
        }
    }
    assert_eq!(text, before);
}

/// What a text is made of, in whatever order.
fn letters(text: &str) -> Vec<char> {
    let mut letters: Vec<_> = text.chars().filter(|c| !c.is_whitespace()).collect();
    letters.sort_unstable();
    letters
}

/// Whether an entry can be merged at all: a generated text need not be YAML.
fn is_accepted(path: &str, before: &str, entry: &SharedEntry) -> bool {
    matches!(merge(path, before, entry), Ok(Merged::New(_)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn agents_go_in_any_order(before in projects::manifest(), ranks in any::<[u8; 3]>()) {
        prop_assume!(Meaning::read(Language::Yaml, &before, SharedFile::Agents).is_ok());
        // A line end behind a block scalar that has none would be part of its text.
        prop_assume!(before.ends_with('\n') || !before.contains(['|', '>']));
        any_order("m.yaml", &before, &agent(), &ranks);
    }

    #[test]
    fn servers_go_in_any_order(before in projects::server_map(), ranks in any::<[u8; 3]>()) {
        prop_assume!(Meaning::read(Language::Yaml, &before, SharedFile::Mcp).is_ok());
        any_order("mcp.yaml", &before, &server(), &ranks);
    }

    #[test]
    fn servers_in_json_go_in_any_order(before in projects::json(), ranks in any::<[u8; 3]>()) {
        any_order("mcp.json", &before, &server(), &ranks);
    }

    #[test]
    fn each_knows_the_text_before_it(before in projects::manifest()) {
        prop_assume!(is_accepted("m.yaml", &before, &agent()));
        let mut texts = vec![before];
        let entries = ["wa", "wb", "wc"].map(|id| named(&agent(), id));
        for entry in &entries {
            texts.push(merged("m.yaml", texts.last().unwrap(), entry));
        }
        for entry in entries.iter().rev() {
            let text = texts.pop().unwrap();
            let before = texts.last().unwrap();
            prop_assert_eq!(&removed("m.yaml", &text, entry, Some(before)), before);
        }
    }

    #[test]
    fn whatever_is_accepted_can_be_undone(
        text in "[a-c:\\-\\[\\]{}#|>&*!?,\"' \n\t\r]{0,60}",
        head in "(agents:|mcpServers: )?[ \n]{0,2}",
    ) {
        let before = format!("{head}{text}");
        for (path, entry) in [("m.yaml", agent()), ("s.yaml", server()), ("mcp.json", server())] {
            if is_accepted(path, &before, &entry) {
                let after = merged(path, &before, &entry);
                prop_assert_eq!(&removed(path, &after, &entry, Some(&before)), &before);
                let some = removed(path, &after, &entry, None);
                let again = merge(path, &some, &entry);
                prop_assert!(matches!(again, Ok(Merged::New(_))), "{:?}: {:?}", some, again);
            }
        }
    }
}
