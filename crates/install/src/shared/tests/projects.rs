//! Files as people write them.

use proptest::prelude::*;

fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,8}",
        "'[a-z #:]{0,6}'",
        "\"[a-z #:-]{0,6}\"",
        Just("1.5".to_owned()),
        Just("true".to_owned()),
        Just("{a: [b, c]}".to_owned()),
        Just("[x,\n        y]".to_owned()),
        Just("|\n        line\n\n        # not a comment".to_owned()),
        Just(">-\n        folded\n        text".to_owned()),
    ]
}

fn filler() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => Just(String::new()),
        1 => Just("\n".to_owned()),
        1 => Just("# a comment\n".to_owned()),
        1 => Just("      # a deep one\n".to_owned()),
        1 => Just("\n  # two\n\n".to_owned()),
    ]
}

prop_compose! {
    /// An item of the list, by its fields.
    fn item(step: usize, indent: usize)(
        id in "[a-q]{1,6}",
        fields in prop::collection::vec(("[r-z]{1,4}", scalar(), filler()), 0..3),
        behind in filler(),
    ) -> String {
        let mut seen = std::collections::BTreeSet::new();
        let pad = " ".repeat(indent + step);
        let mut out = format!("{}-{}id: {id}\n", " ".repeat(indent), " ".repeat(step - 1));
        for (key, value, filler) in fields {
            if seen.insert(key.clone()) {
                out.push_str(&format!("{filler}{pad}{key}: {value}\n"));
            }
        }
        out + &behind
    }
}

pub(super) fn document() -> impl Strategy<Value = String> {
    (0..=2usize, 2..=4usize).prop_flat_map(|(indent, step)| {
        (
            filler(),
            prop::collection::vec(item(step, indent), 0..4),
            prop::collection::vec(("[A-Z]{2,5}", scalar(), filler()), 0..3),
            0..=3usize,
            any::<bool>(),
        )
            .prop_map(|(head, items, others, place, crlf)| {
                let mut parts: Vec<String> = Vec::new();
                let mut seen = std::collections::BTreeSet::new();
                for (key, value, filler) in others {
                    if seen.insert(key.clone()) {
                        parts.push(format!("{key}: {value}\n{filler}"));
                    }
                }
                if !items.is_empty() {
                    let at = place.min(parts.len());
                    parts.insert(at, format!("agents:\n{}", items.concat()));
                }
                let text = format!("{head}{}", parts.concat());
                if crlf {
                    text.replace('\n', "\r\n")
                } else {
                    text
                }
            })
    })
}

/// How the value of the list's key is written where there is no entry, or one in brackets.
fn stub() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "",
        "agents:\n",
        "agents: []\n",
        "agents: [ ]\n",
        "agents:   []\n",
        "agents: []  # none\n",
        "agents: ~\n",
        "agents: null # none\n",
        "agents: NULL\n",
        "agents:  # none\n  # yet\n",
        "\"agents\": []\n",
        "agents: &all []\n",
        "agents: [{id: a}]\n",
        "agents: [{id: a},]\n",
        "agents: [ {id: a} ] # c\n",
        "agents: [\n  {id: a}, # a, b\n  {id: b} # b, c\n]\n",
        "agents: [\n  {id: a}, # x\n]\n",
        "agents: [ # none\n]\n",
        "agents: [\n]\n",
    ])
    .prop_map(str::to_owned)
}

fn other() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just(String::new()),
        1 => Just("# first\n".to_owned()),
        1 => Just("zeta: 1\n".to_owned()),
        1 => Just("zeta:\n- x\n- y\n".to_owned()),
        1 => Just("zeta: |\n  text\n\n  # text\n".to_owned()),
        1 => Just("\nzeta: {a: b}\n\n".to_owned()),
    ]
}

prop_compose! {
    fn stubbed()(
        head in other(),
        stub in stub(),
        tail in other(),
        start in prop::sample::select(vec!["", "---\n", "%YAML 1.2\n---\n"]),
        end in prop::sample::select(vec!["", "...\n", "\n\n", "  # end\n", "# end"]),
    ) -> String {
        let head = head.replace("zeta", "alpha");
        format!("{start}{head}{stub}{tail}{end}")
    }
}

/// A whole file in braces.
fn braced() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "{}",
        "{ }\n",
        "{a: 1}",
        "{\"a\": 1}\n",
        "{agents: null}",
        "{agents: []}\n",
        "{agents: [ ]}",
        "{a: 1, agents: ~, b: 2}\n",
        "{agents: [{id: a}]}",
        "{\n  \"a\": 1,\n  \"agents\": []\n}\n",
        "{\n  \"agents\": [\n    {\"id\": \"a\"}\n  ]\n}\n",
    ])
    .prop_map(str::to_owned)
}

/// A manifest of agents, with all that editors do to a text.
pub(super) fn manifest() -> impl Strategy<Value = String> {
    let text = prop_oneof![4 => document(), 4 => stubbed(), 1 => braced()];
    (
        text,
        any::<bool>(),
        any::<bool>(),
        prop::bool::weighted(0.3),
    )
        .prop_map(|(mut text, mark, crlf, no_end)| {
            if no_end {
                text.truncate(text.trim_end_matches(['\r', '\n']).len());
            }
            if crlf && !text.contains('\r') {
                text = text.replace('\n', "\r\n");
            }
            match mark {
                true => format!("\u{feff}{text}"),
                false => text,
            }
        })
}

/// A map of servers as YAML.
pub(super) fn server_map() -> impl Strategy<Value = String> {
    let servers = prop::collection::vec(
        prop::sample::select(vec![
            "@other:\n@@command: x\n",
            "@third: {command: y} # c\n",
            "\n@fourth:\n@@args: [a, b]\n",
            "@# a comment\n@fifth:\n@@env:\n@@  A: b\n@@# deep\n",
        ]),
        0..4,
    );
    let empty = prop::sample::select(vec![
        "mcpServers:\n",
        "mcpServers: {}\n",
        "mcpServers: ~ # c\n",
        "mcpServers: { }",
    ]);
    let step = prop::sample::select(vec![" ", "  ", "    "]);
    (other(), servers, empty, other(), step).prop_map(|(head, servers, empty, tail, step)| {
        let mut seen = Vec::new();
        for server in servers {
            if !seen.contains(&server) {
                seen.push(server);
            }
        }
        let map = match seen.is_empty() {
            true => format!("{}\n", empty.trim_end()),
            false => format!("mcpServers:\n{}", seen.concat().replace('@', step)),
        };
        format!("{}{map}{tail}", head.replace("zeta", "alpha"))
    })
}

prop_compose! {
    /// A file of servers as JSON, of whatever indentation.
    pub(super) fn json()(
        unit in prop::sample::select(vec!["  ", "    ", "\t", ""]),
        servers in prop::sample::select(vec![
            "", "{", "{}", "{ }", "{|  }", "{|||}", "{|||\"a\": {}||}", "{ \"a\": {\"command\": \"x\"} }",
            "{|||\"a\": {\"command\": \"x\"},|||\"b\": {}||}", "[]", "[ ]", "[||]", "[{\"id\": \"a\"}]",
            "[|||{\"id\": \"a\"}||]", "[{\"id\": \"a\"},{\"id\": \"b\"}]", "null",
        ]),
        (head, tail) in (any::<bool>(), any::<bool>()),
        is_spread in any::<bool>(),
        end in prop::sample::select(vec!["", "\n", "\n\n", " "]),
        crlf in any::<bool>(),
    ) -> String {
        let key = if servers.starts_with('[') { "servers" } else { "mcpServers" };
        let mut pairs = Vec::new();
        pairs.extend(head.then(|| "\"version\": 1.5".to_owned()));
        if servers.len() != 1 && !servers.is_empty() {
            pairs.push(format!("\"{key}\": {servers}"));
        }
        pairs.extend(tail.then(|| "\"tail\": [1, \"\u{e9}\"]".to_owned()));
        let text = match (is_spread, servers.is_empty() && !head && !tail) {
            (_, true) => String::new(),
            (true, _) if !pairs.is_empty() => format!("{{||{}|}}", pairs.join(",||")),
            (_, _) => format!("{{{}}}", pairs.join(", ")),
        };
        // A bar is a line end, and each further one a level.
        let text = text
            .replace("|||", &format!("\n{unit}{unit}"))
            .replace("||", &format!("\n{unit}"))
            .replace('|', "\n");
        let text = format!("{text}{end}");
        if crlf { text.replace('\n', "\r\n") } else { text }
    }
}
