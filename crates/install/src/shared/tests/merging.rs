//! One entry more.

use proptest::prelude::*;

use super::*;

/// The entry as it is written behind `indent` where nothing says how.
fn written(indent: &str) -> String {
    [
        "- id: reviewer",
        "  name: Code Reviewer",
        "  role: \"Reads: a diff # closely\"",
        "  tools:",
        "    - read_file",
        "    - \"on\"",
        "  skills: []",
    ]
    .map(|line| format!("{indent}{line}\n"))
    .concat()
}

/// `before` and `after`, in which `+` stands for the entry behind its indentation.
const BLOCKS: &[(&str, &str, &str)] = &[
    ("new file", "", "agents:\n  +"),
    ("comments only", "# mine\n", "# mine\nagents:\n  +"),
    ("no last line end", "version: 1", "version: 1\nagents:\n  +"),
    (
        "a start, an end",
        "---\na: 1\n...\n",
        "---\na: 1\nagents:\n  +...\n",
    ),
    ("only a start", "---\n", "---\nagents:\n  +"),
    ("empty list", "agents: []\nb: 1\n", "agents:\n  +b: 1\n"),
    (
        "empty list, comment",
        "agents: []  # none\n",
        "agents:  # none\n  +",
    ),
    (
        "empty, at the end",
        "a: 1\nagents: []",
        "a: 1\nagents:\n  +",
    ),
    ("null", "agents: ~\nb: 1\n", "agents:\n  +b: 1\n"),
    (
        "no value",
        "agents:\n  # soon\nb: 1\n",
        "agents:\n  # soon\n  +b: 1\n",
    ),
    ("no value, no line end", "agents:", "agents:\n  +"),
    (
        "deeper keys",
        "  a: 1\n  agents: null\n",
        "  a: 1\n  agents:\n    +",
    ),
    ("deeper keys, none", "  a: 1\n", "  a: 1\n  agents:\n    +"),
    (
        "no indentation",
        "agents:\n- id: a\nb: 1\n",
        "agents:\n- id: a\n+b: 1\n",
    ),
    (
        "comments at the end",
        "agents:\n  - id: a\n    # its own\n  # c\n# d\n",
        "agents:\n  - id: a\n    # its own\n  +  # c\n# d\n",
    ),
    (
        "comment behind",
        "agents: # all\n  # first\n  - id: a # b\n",
        "agents: # all\n  # first\n  - id: a # b\n  +",
    ),
    (
        "blank lines between",
        "agents:\n  - id: a\n\n  # b\n  - id: b\n\nz: 1\n",
        "agents:\n  - id: a\n\n  # b\n  - id: b\n\n  +\nz: 1\n",
    ),
    (
        "block text",
        "agents:\n  - id: a\n    text: |\n      x\n\n# c\nz: 1\n",
        "agents:\n  - id: a\n    text: |\n      x\n  +\n# c\nz: 1\n",
    ),
    (
        "kept block text",
        "agents:\n  - id: a\n    text: |+\n      x\n\nz: 1\n",
        "agents:\n  - id: a\n    text: |+\n      x\n\n  +z: 1\n",
    ),
    (
        "an item of nothing",
        "agents:\n  - id: a\n  -\n",
        "agents:\n  - id: a\n  -\n  +",
    ),
    (
        "byte order mark",
        "\u{feff}agents:\n  - id: \u{e9}\n",
        "\u{feff}agents:\n  - id: \u{e9}\n  +",
    ),
    (
        "quoted key",
        "\"agents\":\n  - id: a\n",
        "\"agents\":\n  - id: a\n  +",
    ),
    (
        "anchored",
        "agents: &all\n  - id: a\n",
        "agents: &all\n  - id: a\n  +",
    ),
    (
        "tab before a comment",
        "agents:\t# c\n  - id: a\n",
        "agents:\t# c\n  - id: a\n  +",
    ),
    (
        "same id elsewhere",
        "others:\n  - id: reviewer\nagents:\n  - id: a\n",
        "others:\n  - id: reviewer\nagents:\n  - id: a\n  +",
    ),
];

#[test]
fn an_agent_goes_into_any_block() {
    for &(name, before, after) in BLOCKS {
        let (plus, indent) = match after.find('+').map(|at| (at, &after[..at])) {
            Some((mut at, above)) => {
                // `|+` is part of the text above, not the mark.
                if above.ends_with('|') {
                    at += 1 + after[at + 1..].find('+').unwrap();
                }
                let line = after[..at].rfind('\n').unwrap() + 1;
                (line, &after[line..at])
            }
            None => panic!("{name}"),
        };
        let rest = &after[plus + indent.len() + 1..];
        let wanted = format!("{}{}{rest}", &after[..plus], written(indent));
        let got = merged("a/manifest.yaml", before, &agent());
        assert_eq!(got, wanted, "{name}");
        assert_eq!(
            merge("a/manifest.yaml", &got, &agent()),
            Ok(Merged::Same),
            "{name}: merging again changes nothing"
        );
        let crlf = before.replace('\n', "\r\n");
        if crlf != before {
            let got = merged("a/manifest.yaml", &crlf, &agent());
            let eol = |text: &str| text.replace('\n', "\r\n");
            assert_eq!(got, eol(&wanted), "{name} with CRLF");
        }
    }
}

#[test]
fn the_style_of_the_others_is_followed() {
    let before = "agents:\n-   id: a\n    tools: [x, y]\n";
    let after = "agents:\n-   id: a\n    tools: [x, y]\n-   id: reviewer\n    name: Code Reviewer\n    role: \"Reads: a diff # closely\"\n    tools: [read_file, \"on\"]\n    skills: []\n";
    assert_eq!(merged("m.yaml", before, &agent()), after);
    let before = "agents:\n  - id: a\n    tools:\n    - x\n";
    assert!(merged("m.yaml", before, &agent()).contains("\n    tools:\n    - read_file\n"));
}

/// The three dialects of `agents/manifest.yaml` that Paracle and its templates write.
#[test]
fn every_dialect_keeps_its_lines() {
    let project = "version: \"1.0\"\nupdated: 2026-01-19\ndefaults:\n  provider: openai\n  temperature: 0.7\nagents:\n  # Core\n  - id: coder\n    name: Coder\n    role: Writes code\n    spec_file: specs/coder.md\n    tools:\n      - read_file # reads\n      - write_file\n    responsibilities:\n      - Implement\nproviders:\n  - openai\norchestrator:\n  mode: auto\n";
    let made = "generated_at: '2026-01-19T10:00:00'\nagents:\n- id: myagent\n  name: Myagent\n  spec_file: agents/specs/myagent.md\n";
    let base = "schema_version: \"1.0\"\n\nagents:\n  - name: assistant\n    description: General\n    spec_file: specs/assistant.yaml\n    enabled: true\n    version: 1.0.0\n    tags: [general, chat]\n\n# Global settings\nsettings:\n  auto_discovery: true\ninheritance: []\n";
    for before in [project, made, base] {
        let after = merged("m.yaml", before, &agent());
        lines_are_kept(before, &after);
        assert_eq!(merge("m.yaml", &after, &agent()), Ok(Merged::Same));
    }
}

#[test]
fn flow_style_stays_flow_style() {
    let new = "{id: reviewer, name: Code Reviewer, role: \"Reads: a diff # closely\", tools: [read_file, \"on\"], skills: []}";
    let json = "{\"id\": \"reviewer\", \"name\": \"Code Reviewer\", \"role\": \"Reads: a diff # closely\", \"tools\": [\"read_file\", \"on\"], \"skills\": []}";
    for (before, after, new) in [
        ("agents: [{id: a}] # c\n", "agents: [{id: a}, +] # c\n", new),
        ("agents: [{id: a},]\n", "agents: [{id: a}, +,]\n", new),
        (
            "agents: [\n  {id: a}, # a, b\n  {id: b} # b, c\n]\n",
            "agents: [\n  {id: a}, # a, b\n  {id: b}, # b, c\n  +\n]\n",
            new,
        ),
        (
            "agents: [\n  {id: a}, # x\n]\n",
            "agents: [\n  {id: a}, # x\n  +,\n]\n",
            new,
        ),
        ("agents: [ # none\n]\n", "agents: [+ # none\n]\n", new),
        ("{\"agents\": []}", "{\"agents\": [+]}", json),
        ("{\"a\": 1}\n", "{\"a\": 1, \"agents\": [+]}\n", json),
        ("{}", "{\"agents\": [+]}", json),
        ("{agents: null}", "{agents: [+]}", json),
    ] {
        let got = merged("m.yaml", before, &agent());
        assert_eq!(got, after.replace('+', new), "{before:?}");
    }
}

#[test]
fn an_id_is_taken_once() {
    let other = "agents:\n  - id: reviewer\n    name: Mine\n";
    assert_eq!(merge("m.yaml", other, &agent()), Ok(Merged::Taken));
    let other = "{\"mcpServers\": {\"github\": {\"command\": \"mine\"}}}";
    assert_eq!(merge("mcp.json", other, &server()), Ok(Merged::Taken));
}

#[test]
fn what_paracle_could_not_read_is_left_alone() {
    for (path, text) in [
        ("m.yaml", "agents:\n\t- id: a\n"),
        ("m.yaml", "agents: [\n"),
        ("m.yaml", "agents: 1\nagents: 2\n"),
        ("m.yaml", "a: 1\n---\nb: 1\n"),
        ("mcp.json", "{\"mcpServers\": {},}"),
        ("mcp.json", "// c\n{}"),
    ] {
        let error = merge(path, text, &agent()).unwrap_err();
        assert!(
            matches!(error, MergeError::Syntax { .. }),
            "{text:?}: {error}"
        );
    }
    for (path, text) in [
        ("m.yaml", "- a\n"),
        ("m.yaml", "agents: {}\n"),
        ("m.yaml", "agents: text\n"),
        ("mcp.json", "[]"),
        ("mcp.json", "{\"servers\": {}}"),
        ("mcp.json", "{\"mcpServers\": []}"),
    ] {
        let entry = if path == "m.yaml" { agent() } else { server() };
        let error = merge(path, text, &entry).unwrap_err();
        assert!(
            matches!(error, MergeError::Shape { .. }),
            "{text:?}: {error}"
        );
    }
    // Adding to one list would add to the other.
    let shared = "agents: &all\n  - id: a\nothers: *all\n";
    let error = merge("m.yaml", shared, &agent()).unwrap_err();
    assert_eq!(error, MergeError::Style { key: "agents" });
}

#[test]
fn servers_go_where_paracle_reads_them() {
    let list = "  - id: github\n    name: GitHub\n    command: npx\n    args:\n      - \"-y\"\n      - server@1.0.0\n    env:\n      TOKEN: \"${TOKEN}\"\n    enabled: true\n";
    assert_eq!(
        merged("servers.yaml", "", &server()),
        format!("servers:\n{list}")
    );
    // A list of servers would hide the map.
    let map = "mcpServers:\n  other:\n    command: x\n# end\n";
    let after = "mcpServers:\n  other:\n    command: x\n  github:\n    type: stdio\n    command: npx\n    args:\n      - \"-y\"\n      - server@1.0.0\n    env:\n      TOKEN: \"${TOKEN}\"\n# end\n";
    assert_eq!(merged("mcp.yaml", map, &server()), after);
    assert_eq!(
        merged("mcp.yaml", "mcpServers: {}\n", &server()),
        after
            .replace("  other:\n    command: x\n", "")
            .replace("# end\n", "")
    );
    let inline = merged("mcp.yaml", "mcpServers: {a: {command: x}}\n", &server());
    assert!(
        inline.starts_with("mcpServers: {a: {command: x}, github: {type: stdio,"),
        "{inline}"
    );
}

#[test]
fn json_keeps_its_indentation_and_order() {
    let before = "{\n    \"z\": 1,\n    \"mcpServers\": {\n        \"a\": {\"command\": \"x\"}\n    },\n    \"b\": 2\n}\n";
    let after = "{\n    \"z\": 1,\n    \"mcpServers\": {\n        \"a\": {\"command\": \"x\"},\n        \"github\": {\n            \"type\": \"stdio\",\n            \"command\": \"npx\",\n            \"args\": [\"-y\", \"server@1.0.0\"],\n            \"env\": {\n                \"TOKEN\": \"${TOKEN}\"\n            }\n        }\n    },\n    \"b\": 2\n}\n";
    assert_eq!(merged("mcp.json", before, &server()), after);
    assert_eq!(merge("mcp.json", after, &server()), Ok(Merged::Same));
    for before in ["", "{}", "{\"servers\": []}", "{\"a\": \"\u{e9}\"}\r\n"] {
        let after = merged("mcp.json", before, &server());
        assert_eq!(merge("mcp.json", &after, &server()), Ok(Merged::Same));
    }
}

/// Every line of `before` stands in `after`, in order and byte for byte.
fn lines_are_kept(before: &str, after: &str) {
    let mut lines = after.split_inclusive('\n');
    for line in before.split_inclusive('\n') {
        let kept = lines.any(|other| other == line || other.trim_end() == line);
        assert!(kept, "{line:?} is gone from\n{after}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn old_lines_stay(before in projects::document()) {
        // A generated text that is no YAML says nothing.
        prop_assume!(yaml_serde::from_str::<yaml_serde::Value>(&before).is_ok());
        let after = merged("m.yaml", &before, &agent());
        lines_are_kept(&before, &after);
        prop_assert_eq!(merge("m.yaml", &after, &agent()), Ok(Merged::Same));
    }

    #[test]
    fn any_text_gives_an_answer(text in "[a-c:\\-\\[\\]{}#|>&*!?,\"' \n\t\r]{0,60}", head in "(agents:)?[ \n]{0,2}") {
        let text = format!("{head}{text}");
        if let Ok(Merged::New(after)) = merge("m.yaml", &text, &agent()) {
            prop_assert_eq!(merge("m.yaml", &after, &agent()), Ok(Merged::Same));
        }
        let _ = merge("mcp.json", &text, &server());
    }

    #[test]
    fn any_value_survives(value in "\\PC{0,40}|[ -~]{0,20}|[\u{0}-\u{2fff}]{0,10}") {
        let fields = [
            ("id", text("x")),
            ("name", text(&value)),
            ("tools", texts(&[&value, ""])),
            ("env", Field::Map(vec![("K".to_owned(), value.clone())])),
        ];
        for (file, path) in [(SharedFile::Agents, "m.yaml"), (SharedFile::Mcp, "mcp.json")] {
            let entry = entry(file, "x", &fields);
            for before in ["", "{}", "agents: [{id: a}]\nmcpServers: {}\n"] {
                if path == "mcp.json" && before.starts_with("agents") {
                    continue;
                }
                let after = merged(path, before, &entry);
                prop_assert_eq!(merge(path, &after, &entry), Ok(Merged::Same));
            }
        }
    }
}
