//! What holds for every project and every package: removing takes back what installing brought, an
//! update without edits is a fresh install, and a second time changes nothing.

use install::{OnConflict, verify};
use proptest::prelude::*;

use crate::{
    packages::{Package, package},
    project::{Scratch, go_on},
};

/// What may stand in a project before: its shared files in several styles, files of the user's.
const AGENTS: [&str; 6] = [
    "",
    "agents: []\n",
    "# ours\nversion: '1'\nagents:\n  - id: mine\n    name: Mine # why\n\n# end",
    "agents:\n- id: mine\n  name: Mine\n",
    "agents: [{id: mine, name: Mine}]\r\n",
    "agents:   # none yet\n",
];
const SERVERS: [&str; 4] = [
    "",
    "servers:\n  - id: mine\n    command: x\n",
    "mcpServers: {}\n",
    "# none\n",
];

#[derive(Clone, Debug)]
struct Before {
    agents: usize,
    servers: usize,
    files: Vec<(usize, String)>,
}

fn before() -> impl Strategy<Value = Before> {
    let files = proptest::collection::vec((0..6_usize, "[a-z\n]{0,20}"), 0..4);
    (0..AGENTS.len(), 0..SERVERS.len(), files).prop_map(|(agents, servers, files)| Before {
        agents,
        servers,
        files,
    })
}

fn project(before: &Before) -> Scratch {
    let scratch = Scratch::new();
    for (path, text) in [
        (".parac/agents/manifest.yaml", AGENTS[before.agents]),
        (".parac/tools/mcp/servers.yaml", SERVERS[before.servers]),
    ] {
        if !text.is_empty() {
            scratch.put(path, text);
        }
    }
    for (at, text) in &before.files {
        scratch.put(&format!("own/{at}.txt"), text);
    }
    scratch.put(".parac/project.yaml", "name: x\n");
    scratch
}

/// What a release brings, by small numbers.
#[derive(Clone, Debug)]
struct Brings {
    agents: Vec<usize>,
    servers: Vec<usize>,
    files: Vec<(usize, String)>,
    tool: bool,
}

fn brings() -> impl Strategy<Value = Brings> {
    let ids = || proptest::collection::btree_set(0..4_usize, 0..3);
    let files = proptest::collection::btree_map(0..5_usize, "[a-z\n]{0,30}", 0..5);
    (ids(), ids(), files, any::<bool>()).prop_map(|(agents, servers, files, tool)| Brings {
        agents: agents.into_iter().collect(),
        servers: servers.into_iter().collect(),
        files: files.into_iter().collect(),
        tool,
    })
}

fn release(name: &'static str, version: &'static str, brings: &Brings) -> Package {
    // Ids of two packages do not meet.
    let start = &name[5..];
    let mut made = package(name).version(version);
    for id in &brings.agents {
        made = made.agent(&format!("{start}-{id}"));
        if brings.tool {
            made = made.manifest(&format!("[agents.{start}-{id}]\ntools = [\"read_file\"]\n"));
        }
    }
    for id in &brings.servers {
        made = made.server(&format!("{start}-{id}"));
    }
    for (at, text) in &brings.files {
        made = made.file(
            &format!("project/brought/{start}/{}/{at}.txt", at % 2),
            text,
        );
    }
    made
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn installing_and_removing_is_the_identity(
        before in before(),
        one in brings(),
        other in brings(),
        first in any::<bool>(),
    ) {
        let scratch = project(&before);
        let tree = scratch.tree();
        scratch.install(&[&release("core/one", "1.0.0", &one)]).unwrap();
        scratch.install(&[&release("core/two", "1.0.0", &other)]).unwrap();
        prop_assert_eq!(verify(&scratch.project()).unwrap(), []);
        let order = if first { ["core/one", "core/two"] } else { ["core/two", "core/one"] };
        for name in order {
            scratch.remove(&[name]).unwrap().apply(&go_on).unwrap();
        }
        prop_assert_eq!(scratch.tree(), tree);
    }

    #[test]
    fn an_update_without_edits_is_a_fresh_install(
        before in before(),
        old in brings(),
        new in brings(),
    ) {
        let (old, new) = (release("core/one", "1.0.0", &old), release("core/one", "1.1.0", &new));
        let scratch = project(&before);
        scratch.install(&[&old]).unwrap();
        scratch.update(&old, &new, OnConflict::Stop).unwrap().apply(&go_on).unwrap();
        prop_assert_eq!(verify(&scratch.project()).unwrap(), []);
        let updated = scratch.tree();
        let fresh = project(&before);
        fresh.install(&[&new]).unwrap();
        let mut wanted = fresh.tree();
        // Entries that both releases bring stay where they are; in a fresh list they stand in the
        // release's order.
        let shared = [".parac/agents/manifest.yaml", ".parac/tools/mcp/servers.yaml"];
        for path in shared {
            prop_assert_eq!(lines(updated.get(path)), lines(wanted.get(path)));
            if let Some(text) = updated.get(path) {
                wanted.insert(path.to_owned(), text.clone());
            }
        }
        prop_assert_eq!(&updated, &wanted);
        scratch.update(&old, &new, OnConflict::Stop).unwrap().apply(&go_on).unwrap();
        prop_assert_eq!(scratch.tree(), updated);
    }

    #[test]
    fn an_update_over_edits_is_done_once(
        old in brings(),
        new in brings(),
        edits in proptest::collection::vec((0..5_usize, "[a-z\n]{0,30}"), 0..4),
    ) {
        let (old, new) = (release("core/one", "1.0.0", &old), release("core/one", "1.1.0", &new));
        let scratch = Scratch::new();
        scratch.install(&[&old]).unwrap();
        for (at, text) in &edits {
            let path = format!("brought/one/{}/{at}.txt", at % 2);
            if scratch.root.join(&path).exists() {
                scratch.put(&path, text);
            }
        }
        scratch.update(&old, &new, OnConflict::Markers).unwrap().apply(&go_on).unwrap();
        let once = scratch.tree();
        let plan = scratch.update(&new, &new, OnConflict::Markers).unwrap();
        prop_assert!(plan.nothing_to_do);
        plan.apply(&go_on).unwrap();
        prop_assert_eq!(scratch.tree(), once);
    }
}

/// The lines of a shared file, or the entries of one line, in whatever order.
fn lines(text: Option<&String>) -> Vec<&str> {
    let text = text.map(String::as_str).unwrap_or_default();
    let mut lines: Vec<&str> = text
        .split(['\n', '{'])
        .map(|line| line.trim_end_matches(['\r', ' ', ',', '}', ']']))
        .collect();
    lines.sort_unstable();
    lines
}
