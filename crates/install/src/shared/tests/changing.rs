//! Other values in an entry, by three-way.

use proptest::prelude::*;

use super::*;

/// The agent as it is released next: one text differs, a tool goes, two come, a list comes.
fn newer() -> SharedEntry {
    let fields = [
        ("id", text("reviewer")),
        ("name", text("Reviewer")),
        ("role", text("Reads: a diff # closely")),
        ("tools", texts(&["read_file", "grep", "list"])),
        ("skills", texts(&["review"])),
        ("model", text("large")),
    ];
    entry(SharedFile::Agents, "reviewer", &fields)
}

fn newer_server() -> SharedEntry {
    let env = vec![
        ("TOKEN".to_owned(), "${GITHUB_TOKEN}".to_owned()),
        ("MODE".to_owned(), "ro".to_owned()),
    ];
    let fields = [
        ("id", text("github")),
        ("name", text("GitHub")),
        ("command", text("npx")),
        ("args", texts(&["-y", "server@2.0.0", "--quiet"])),
        ("env", Field::Map(env)),
        ("enabled", Field::Flag(false)),
    ];
    entry(SharedFile::Mcp, "github", &fields)
}

fn changed(path: &str, text: &str, old: &SharedEntry, new: &SharedEntry) -> String {
    match change(path, text, old, new, Clash::Stop) {
        Ok(Changed::New(after)) => {
            let again = change(path, &after, old, new, Clash::Stop);
            assert_eq!(again, Ok(Changed::Same), "again: {after}");
            after
        }
        other => panic!("{text:?}: {other:?}"),
    }
}

/// In `path` and what was written around it, `old` becomes `new` as if `new` had been merged.
fn is_as_merged(path: &str, before: &str, old: &SharedEntry, new: &SharedEntry) {
    let text = merged(path, before, old);
    let after = changed(path, &text, old, new);
    assert_eq!(after, merged(path, before, new), "{before:?}");
    assert_eq!(removed(path, &after, new, Some(before)), before);
}

const USERS: &str = "\
agents: # all
  # the reviewer
  - id: reviewer # ours
    # what it is called
    name: Code Reviewer # short
    role: 'Reads: a diff # closely'
    weight: 2 # own
    tools: # these
      - read_file # reads

      # next
      - \"on\" # gone
      - mine
    skills: [] # none

  - id: other
    tools: [on]
";

#[test]
fn comments_and_own_fields_stay() {
    let mut old = agent();
    old.fields[3].1 = texts(&["read_file", "on", "mine"]);
    let mut new = newer();
    new.fields[3].1 = texts(&["read_file", "mine", "list"]);
    let after = "\
agents: # all
  # the reviewer
  - id: reviewer # ours
    # what it is called
    name: Reviewer # short
    role: 'Reads: a diff # closely'
    weight: 2 # own
    tools: # these
      - read_file # reads

      # next
      # gone
      - mine
      - list
    skills: [review] # none
    model: large

  - id: other
    tools: [on]
";
    assert_eq!(changed("m.yaml", USERS, &old, &new), after);
    let crlf = |text: &str| text.replace('\n', "\r\n");
    assert_eq!(changed("m.yaml", &crlf(USERS), &old, &new), crlf(after));
    let open = USERS.trim_end();
    assert_eq!(changed("m.yaml", open, &old, &new), after.trim_end());
}

#[test]
fn fields_go_and_come_where_the_release_has_them() {
    let mut new = agent();
    new.fields.remove(3);
    new.fields.insert(1, ("model".to_owned(), text("large")));
    let old = agent();
    let text = "agents:\n  - name: Code Reviewer\n    tools: [read_file, \"on\"] # c\n    id: reviewer\n    skills: []\n    role: \"Reads: a diff # closely\"\n";
    let after = "agents:\n  - name: Code Reviewer\n    # c\n    id: reviewer\n    model: large\n    skills: []\n    role: \"Reads: a diff # closely\"\n";
    assert_eq!(changed("m.yaml", text, &old, &new), after);
    let mut new = agent();
    new.fields.remove(1);
    let text = text.replace("[read_file, \"on\"]", "\n      - read_file\n      - \"on\"");
    let after = "agents:\n  - tools: \n      - read_file\n      - \"on\" # c\n    id: reviewer\n    skills: []\n    role: \"Reads: a diff # closely\"\n";
    assert_eq!(changed("m.yaml", &text, &old, &new), after);
}

#[test]
fn what_both_changed_is_told() {
    let text = merged("m.yaml", "", &agent());
    let text = text
        .replace("Code Reviewer", "Mine")
        .replace("  skills: []\n", "  skills: [own]\n");
    let run = |clash| change("m.yaml", &text, &agent(), &newer(), clash).unwrap();
    let fields = vec!["name".to_owned(), "skills".to_owned()];
    assert_eq!(run(Clash::Stop), Changed::Clash { fields });
    let Changed::New(ours) = run(Clash::Ours) else {
        panic!("nothing changed");
    };
    assert!(
        ours.contains("name: Mine\n") && ours.contains("skills: [own]\n"),
        "{ours}"
    );
    assert!(
        ours.contains("- grep\n") && ours.contains("model: large\n"),
        "{ours}"
    );
    let Changed::New(theirs) = run(Clash::Theirs) else {
        panic!("nothing changed");
    };
    assert!(says("m.yaml", &theirs, &newer()), "{theirs}");
}

#[test]
fn what_is_so_already_stays() {
    for (text, wanted) in [
        (merged("m.yaml", "", &newer()), Changed::Same),
        ("agents: []\n".to_owned(), Changed::Gone),
    ] {
        let result = change("m.yaml", &text, &agent(), &newer(), Clash::Stop);
        assert_eq!(result, Ok(wanted));
        let result = change("m.yaml", &text, &agent(), &agent(), Clash::Stop);
        assert!(matches!(result, Ok(Changed::Same | Changed::Gone)));
    }
    // Both took the same field away.
    let text = "agents:\n  - id: reviewer\n";
    let mut new = agent();
    new.fields.truncate(1);
    let result = change("m.yaml", text, &agent(), &new, Clash::Stop);
    assert_eq!(result, Ok(Changed::Same));
}

#[test]
fn comments_in_brackets_stay() {
    let text = "agents:\n  - id: reviewer\n    name: Code Reviewer\n    role: \"Reads: a diff # closely\"\n    tools: [\n      read_file, # one\n      \"on\" # two\n    ]\n    skills: []\n";
    let after = "agents:\n  - id: reviewer\n    name: Reviewer\n    role: \"Reads: a diff # closely\"\n    # one\n    # two\n    tools: [read_file, grep, list]\n    skills: [review]\n    model: large\n";
    assert_eq!(changed("m.yaml", text, &agent(), &newer()), after);
    let text = "agents: [\n  {id: reviewer, # mine\n   name: Code Reviewer, role: 'Reads: a diff # closely', # role\n   tools: [read_file, on], skills: []}, # end\n  {id: b}\n]\n".replace(" on]", " \"on\"]");
    let after = "agents: [\n  {id: reviewer, # mine\n   name: Reviewer, role: 'Reads: a diff # closely', # role\n   tools: [read_file, grep, list], skills: [review], model: large}, # end\n  {id: b}\n]\n";
    assert_eq!(changed("m.yaml", &text, &agent(), &newer()), after);
}

#[test]
fn json_changes_in_place() {
    let text = "{\n\t\"mcpServers\": {\n\t\t\"github\": {\n\t\t\t\"command\": \"npx\",\n\t\t\t\"timeout\": 5,\n\t\t\t\"type\": \"stdio\",\n\t\t\t\"args\": [\n\t\t\t\t\"-y\",\n\t\t\t\t\"server@1.0.0\"\n\t\t\t],\n\t\t\t\"env\": {\"TOKEN\": \"${TOKEN}\"}\n\t\t}\n\t}\n}\n";
    let after = "{\n\t\"mcpServers\": {\n\t\t\"github\": {\n\t\t\t\"command\": \"npx\",\n\t\t\t\"timeout\": 5,\n\t\t\t\"type\": \"stdio\",\n\t\t\t\"args\": [\n\t\t\t\t\"-y\",\n\t\t\t\t\"server@2.0.0\",\n\t\t\t\t\"--quiet\"\n\t\t\t],\n\t\t\t\"env\": {\n\t\t\t\t\"TOKEN\": \"${GITHUB_TOKEN}\",\n\t\t\t\t\"MODE\": \"ro\"\n\t\t\t}\n\t\t}\n\t}\n}\n";
    assert_eq!(changed("mcp.json", text, &server(), &newer_server()), after);
}

/// The comments of `commented`, sorted.
fn comments(text: &str) -> Vec<&str> {
    let mut found: Vec<_> = text
        .lines()
        .filter_map(|line| Some(line[line.find("# user")?..].trim_end()))
        .collect();
    found.sort_unstable();
    found
}

fn field() -> impl Strategy<Value = Field> {
    let word = || "[a-z]{1,4}|[ -~]{0,6}|on|-[a-z]";
    prop_oneof![
        word().prop_map(Field::Text),
        any::<bool>().prop_map(Field::Flag),
        prop::collection::vec(word(), 0..5).prop_map(Field::List),
        prop::collection::btree_map("[A-Z]{1,2}", word(), 0..4)
            .prop_map(|pairs| Field::Map(pairs.into_iter().collect())),
    ]
}

prop_compose! {
    fn some_entry()(
        fields in prop::collection::btree_map("[f-k]", field(), 0..6),
        name in any::<bool>(),
    ) -> SharedEntry {
        let mut fields: Vec<_> = fields.into_iter().collect();
        if name {
            fields.reverse();
        }
        fields.insert(0, ("id".to_owned(), text("wx")));
        SharedEntry { file: SharedFile::Agents, id: "wx".to_owned(), fields }
    }
}

/// `text` with a comment on its own, or behind what is there, in lines of which `at` says which.
fn commented(text: &str, at: &[u8]) -> String {
    let mut out = String::new();
    for (number, line) in text.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        match at.get(number % at.len().max(1)).map(|kind| kind % 4) {
            Some(1) => out.push_str(&format!("{line} # user {number}\n")),
            Some(2) => out.push_str(&format!("{}# user {number}\n{line}\n", " ".repeat(indent))),
            Some(3) => out.push_str(&format!("\n{line}\n")),
            _ => out.push_str(&format!("{line}\n")),
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn an_untouched_agent_is_as_merged(before in projects::manifest(), old in some_entry(), new in some_entry()) {
        prop_assume!(matches!(merge("m.yaml", &before, &old), Ok(Merged::New(_))));
        prop_assume!(old != new && meaning::value(&old.fields) != meaning::value(&new.fields));
        is_as_merged("m.yaml", &before, &old, &new);
        is_as_merged("m.yaml", &before, &agent(), &newer());
    }

    #[test]
    fn an_untouched_server_is_as_merged(map in projects::server_map(), json in projects::json()) {
        if matches!(merge("s.yaml", &map, &server()), Ok(Merged::New(_))) {
            is_as_merged("s.yaml", &map, &server(), &newer_server());
        }
        is_as_merged("mcp.json", &json, &server(), &newer_server());
    }

    #[test]
    fn the_users_comments_survive(
        before in prop::sample::select(vec!["", "agents:\n- id: a\n  l: [x]\n", "agents:\n    -   id: a\n"]),
        old in some_entry(),
        new in some_entry(),
        at in prop::collection::vec(any::<u8>(), 1..12),
    ) {
        let text = commented(&merged("m.yaml", before, &old), &at);
        prop_assume!(yaml_serde::from_str::<yaml_serde::Value>(&text).is_ok());
        match change("m.yaml", &text, &old, &new, Clash::Stop) {
            Ok(Changed::New(after)) => {
                prop_assert_eq!(comments(&after), comments(&text), "{}\n{}", text, after);
                prop_assert!(says("m.yaml", &after, &new));
                let again = change("m.yaml", &after, &old, &new, Clash::Stop);
                prop_assert_eq!(again, Ok(Changed::Same));
            }
            Ok(Changed::Same) => prop_assert_eq!(meaning::value(&old.fields), meaning::value(&new.fields)),
            other => prop_assert!(false, "{:?}: {}", other, text),
        }
    }

    #[test]
    fn three_ways_come_together(
        files in (projects::manifest(), projects::server_map(), projects::json()),
        (old, new, user) in (some_entry(), some_entry(), some_entry()),
        clash in prop::sample::select(vec![Clash::Ours, Clash::Theirs]),
    ) {
        let (manifest, map, json) = files;
        three_ways("m.yaml", &manifest, [&old, &new, &user], clash);
        let [old, new, user] = [old, new, user].map(|entry| SharedEntry { file: SharedFile::Mcp, ..entry });
        three_ways("s.yaml", &map, [&old, &new, &user], clash);
        three_ways("mcp.json", &json, [&old, &new, &user], clash);
    }
}

/// The file has the user's; all that is not said alike by all three goes by the rules.
fn three_ways(path: &str, before: &str, entries: [&SharedEntry; 3], clash: Clash) {
    let [old, new, user] = entries;
    let Ok(Merged::New(text)) = merge(path, before, user) else {
        return;
    };
    let get = |fields: &[(String, Field)], key: &str| {
        let mut fields = fields.iter();
        let found = fields.find(|(name, _)| name == key);
        found.map(|(_, field)| meaning::field_value(field))
    };
    let after = match change(path, &text, old, new, clash) {
        Ok(Changed::New(after)) => after,
        Ok(Changed::Same) => text.clone(),
        other => panic!("{other:?}: {text}"),
    };
    let read = Meaning::read(Language::of(path), &after, user.file).unwrap();
    let found = meaning::fields(read.entry("wx").unwrap().1).unwrap();
    for key in ["f", "g", "h", "i", "j", "k"] {
        let [o, n, u] = entries.map(|entry| get(&entry.fields, key));
        let wanted = match () {
            () if u == o => n,
            () if o == n || u == n || clash == Clash::Ours => u,
            () => n,
        };
        assert_eq!(get(&found, key), wanted, "{text}\n{after}");
    }
    let again = change(path, &after, old, new, clash);
    assert_eq!(again, Ok(Changed::Same), "{after}");
    // Nothing but the entry was touched.
    assert_eq!(removed(path, &after, user, Some(before)), before);
}
