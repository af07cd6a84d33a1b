//! An agent: what its author wrote stays word for word; sections that Paracle demands and it lacks are put
//! around it, and say no more than the front matter does.

use archive::Entry;
use registry_index::component::{ComponentKind, agent, check_id, front};

use super::{
    Part,
    layout::{Layout, Place},
    license::Said,
    words::{clean, slug},
};
use crate::quote::Quoted;

/// What tools are called elsewhere, and what Paracle calls the one that does the same.
const TOOLS: [(&str, &str); 10] = [
    ("Read", "read_file"),
    ("NotebookRead", "read_file"),
    ("Grep", "read_file"),
    ("Write", "write_file"),
    ("Edit", "write_file"),
    ("MultiEdit", "write_file"),
    ("Glob", "list_directory"),
    ("LS", "list_directory"),
    ("Bash", "run_command"),
    ("WebFetch", "http_get"),
];

const GOVERNANCE: &str = "## Governance Integration

### Before Starting Any Task

- Read `.parac/memory/context/current_state.yaml` and `.parac/roadmap/roadmap.yaml`

### After Completing Work

- Log what was done to `.parac/memory/logs/agent_actions.log`
";

pub(super) fn taken(
    place: &Place<'_>,
    layout: &Layout<'_>,
    notes: &mut Vec<String>,
) -> Result<Part, String> {
    let (_, entry) = place.files.first().ok_or("there is no file")?;
    let text = std::str::from_utf8(&entry.bytes).map_err(|_| "it is not UTF-8")?;
    let front = front::read(text);
    let id = match check_id(ComponentKind::Agent, &place.id) {
        Ok(()) => place.id.clone(),
        Err(_) => slug(front.text("name").unwrap_or(&place.id)),
    };
    check_id(ComponentKind::Agent, &id)?;
    let description = clean(front.text("description").unwrap_or_default());
    let bytes = match front.fields.is_empty() && agent::lacking(text).is_empty() {
        true => entry.bytes.clone(),
        false => spec(&id, &description, &front.body).into_bytes(),
    };
    let (role, _) = agent::read(&id, &String::from_utf8_lossy(&bytes));
    let tools = match layout.agents.get(&place.id) {
        Some((tools, _)) => tools.clone(),
        None => tools(front.get("tools"), place, notes),
    };
    Ok(Part {
        kind: ComponentKind::Agent,
        description: match description.is_empty() {
            true => clean(&role.role),
            false => description,
        },
        version: front.text("version").map(str::to_owned),
        license: Said::of(front.text("license"), None),
        tools,
        files: vec![Entry {
            path: format!("agents/{id}.md"),
            executable: false,
            bytes,
        }],
        id,
    })
}

fn tools(said: Option<&front::Said>, place: &Place<'_>, notes: &mut Vec<String>) -> Vec<String> {
    let mut tools: Vec<String> = Vec::new();
    for name in said.map(front::Said::items).unwrap_or_default() {
        let is_inside = |c: char| c.is_ascii_alphanumeric() || "_-.:/*".contains(c);
        // `Bash(git:*)` narrows a tool, which nobody here could enforce.
        let plain = name.split('(').next().unwrap_or_default().trim();
        if plain.is_empty() || plain.len() > 100 || !plain.chars().all(is_inside) {
            let at = Quoted(&place.at);
            notes.push(format!("the tool {} of {at} is left out", Quoted(&name)));
            continue;
        }
        let known = TOOLS.iter().find(|(theirs, _)| *theirs == plain);
        let tool = known.map_or(plain, |(_, ours)| ours).to_owned();
        if !tools.contains(&tool) {
            tools.push(tool);
        }
    }
    tools
}

/// `body` as a spec that Paracle takes.
fn spec(id: &str, description: &str, body: &str) -> String {
    let words = id.replace('-', " ");
    let described = match description {
        "" => format!("Works as the {words} agent."),
        text => text.to_owned(),
    };
    let body = body.trim();
    let has_title = body
        .lines()
        .any(|line| line.starts_with("# ") && line.len() > 2);
    let has_role = !agent::lacking(body).contains(&"Role");
    let mut out = String::new();
    if !has_title {
        out.push_str(&format!("# {} Agent\n\n", titled(&words)));
    }
    if !has_role && !has_title {
        out.push_str(&format!("## Role\n\n{described}\n\n"));
        if !body.is_empty() && !body.starts_with('#') {
            out.push_str("## Instructions\n\n");
        }
    }
    out.push_str(body);
    if !body.is_empty() {
        out.push_str("\n\n");
    }
    for section in agent::lacking(&out) {
        let text = match section {
            "Role" => format!("## Role\n\n{described}\n"),
            "Skills" => "## Skills\n\n- none of its own\n".to_owned(),
            "Responsibilities" => {
                format!(
                    "## Responsibilities\n\n### {}\n\n- {described}\n",
                    titled(&words)
                )
            }
            _ => GOVERNANCE.to_owned(),
        };
        out.push_str(&text);
        out.push('\n');
    }
    format!("{}\n", out.trim_end())
}

fn titled(words: &str) -> String {
    let titled = words.split(' ').map(|word| {
        let mut chars = word.chars();
        let first = chars.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(chars).collect::<String>()
    });
    titled.collect::<Vec<_>>().join(" ")
}
