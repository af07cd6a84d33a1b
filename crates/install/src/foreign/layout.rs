//! Which files of a folder make up what.

use std::collections::{BTreeMap, BTreeSet};

use archive::Entry;
use registry_index::component::{ComponentKind, front};
use yaml_serde::Value;

use crate::quote::Quoted;

/// Folders that hold a folder for each skill; the first that has an id wins. The empty one is the folder
/// itself: who names a folder of skills means those.
const SKILLS: [&str; 6] = [
    ".parac/agents/skills/",
    "agents/skills/",
    "skills/",
    ".claude/skills/",
    ".agents/skills/",
    "",
];
/// Folders that hold a Markdown file for each agent.
const AGENTS: [&str; 6] = [
    ".parac/agents/specs/",
    "agents/specs/",
    "agents/",
    ".claude/agents/",
    ".agents/agents/",
    ".agents/",
];
/// What else a `.parac/` holds: folder below it, suffix, kind.
const PARAC: [(&str, &str, ComponentKind); 4] = [
    ("workflows/definitions/", ".yaml", ComponentKind::Workflow),
    ("workflows/definitions/", ".yml", ComponentKind::Workflow),
    ("tools/custom/", ".py", ComponentKind::Tool),
    ("policies/", ".md", ComponentKind::Policy),
];
/// The main file of a skill.
const SKILL: &str = "SKILL.md";
/// Bytes of a YAML or JSON file that are looked at.
const LONGEST: usize = 1 << 20;
/// How many names of what is left out are said.
const NAMED: usize = 8;

/// Something that can be taken over.
pub(super) struct Place<'a> {
    pub(super) kind: ComponentKind,
    /// What it is called there; not checked.
    pub(super) id: String,
    /// The path of its folder or file.
    pub(super) at: String,
    /// Its files and their paths from its folder.
    pub(super) files: Vec<(String, &'a Entry)>,
}

/// What a folder holds.
pub(super) struct Layout<'a> {
    pub(super) places: Vec<Place<'a>>,
    /// Files of the folder as a whole: README, LICENSE, plugin.json …
    pub(super) documents: BTreeMap<&'static str, &'a Entry>,
    /// What nothing was made of.
    rest: Vec<&'a str>,
    /// What a `.parac/agents/manifest.yaml` says of agents: tools and skills by id.
    pub(super) agents: BTreeMap<String, (Vec<String>, Vec<String>)>,
}

pub(super) const README: &str = "README.md";
pub(super) const CHANGELOG: &str = "CHANGELOG.md";
pub(super) const LICENSE: &str = "LICENSE";
pub(super) const PLUGIN: &str = "plugin.json";

const DOCUMENTS: [(&str, &str); 9] = [
    ("README.md", README),
    ("readme.md", README),
    ("CHANGELOG.md", CHANGELOG),
    ("LICENSE", LICENSE),
    ("LICENSE.md", LICENSE),
    ("LICENSE.txt", LICENSE),
    ("LICENSE-MIT", LICENSE),
    (".claude-plugin/plugin.json", PLUGIN),
    ("plugin.json", PLUGIN),
];

/// Divides `entries`, which are sorted by path.
pub(super) fn of(entries: &[Entry]) -> Layout<'_> {
    let mut layout = Layout {
        places: Vec::new(),
        documents: BTreeMap::new(),
        rest: Vec::new(),
        agents: BTreeMap::new(),
    };
    for (path, document) in DOCUMENTS {
        let mut entries = entries.iter();
        if let Some(entry) = entries.find(|entry| entry.path == path) {
            layout.documents.entry(document).or_insert(entry);
        }
    }
    let mut taken = BTreeSet::new();
    layout.skills(entries, &mut taken);
    let is_one_skill = layout
        .places
        .first()
        .is_some_and(|place| place.at.is_empty());
    if !is_one_skill {
        layout.agents(entries, &mut taken);
        layout.parac(entries, &mut taken);
    }
    let is_left = |entry: &&Entry| {
        let path = entry.path.as_str();
        !taken.contains(path) && !DOCUMENTS.iter().any(|(document, _)| *document == path)
    };
    let rest = entries.iter().filter(is_left);
    layout.rest = rest.map(|entry| entry.path.as_str()).collect();
    layout
}

impl<'a> Layout<'a> {
    fn skills(&mut self, entries: &'a [Entry], taken: &mut BTreeSet<&'a str>) {
        if entries.iter().any(|entry| entry.path == SKILL) {
            let is_its = |entry: &&Entry| {
                let is_hidden = entry.path.split('/').any(|part| part.starts_with('.'));
                !is_hidden
            };
            let files: Vec<_> = entries.iter().filter(is_its).collect();
            taken.extend(files.iter().map(|entry| entry.path.as_str()));
            let files = files.into_iter().map(|entry| (entry.path.clone(), entry));
            self.places.push(Place {
                kind: ComponentKind::Skill,
                id: String::new(),
                at: String::new(),
                files: files.collect(),
            });
            return;
        }
        let mut places: BTreeMap<(usize, &str), Place<'a>> = BTreeMap::new();
        let folders: BTreeSet<&str> = entries
            .iter()
            .filter_map(|entry| entry.path.strip_suffix(SKILL)?.strip_suffix('/'))
            .collect();
        for entry in entries {
            for (rank, root) in SKILLS.iter().enumerate() {
                let Some(below) = entry.path.strip_prefix(root) else {
                    continue;
                };
                let Some((id, rest)) = below.split_once('/') else {
                    continue;
                };
                let at = &entry.path[..root.len() + id.len()];
                if !folders.contains(at) {
                    continue;
                }
                taken.insert(&entry.path);
                let place = places.entry((rank, id)).or_insert_with(|| Place {
                    kind: ComponentKind::Skill,
                    id: id.to_owned(),
                    at: at.to_owned(),
                    files: Vec::new(),
                });
                place.files.push((rest.to_owned(), entry));
                break;
            }
        }
        self.places.extend(places.into_values());
    }

    fn agents(&mut self, entries: &'a [Entry], taken: &mut BTreeSet<&'a str>) {
        let mut found = Vec::new();
        for (rank, root) in AGENTS.iter().enumerate() {
            let flat = |entry: &&Entry| stem(&entry.path, root, ".md").is_some();
            found.extend(
                entries
                    .iter()
                    .filter(flat)
                    .map(|entry| (rank, *root, entry)),
            );
        }
        if found.is_empty() && self.places.is_empty() {
            // A folder of agents, or a single one.
            let flat = |entry: &&Entry| stem(&entry.path, "", ".md").is_some();
            found.extend(
                entries
                    .iter()
                    .filter(flat)
                    .map(|entry| (AGENTS.len(), "", entry)),
            );
        }
        for (_, root, entry) in found {
            if !is_agent(entry) || !taken.insert(&entry.path) {
                continue;
            }
            let id = stem(&entry.path, root, ".md").unwrap_or_default();
            self.places.push(Place {
                kind: ComponentKind::Agent,
                id: id.strip_suffix(".agent").unwrap_or(id).to_owned(),
                at: entry.path.clone(),
                files: vec![(String::new(), entry)],
            });
        }
    }

    fn parac(&mut self, entries: &'a [Entry], taken: &mut BTreeSet<&'a str>) {
        let has = |start: &str| entries.iter().any(|entry| entry.path.starts_with(start));
        let prefix = match has(".parac/") {
            true => ".parac/",
            false if has("agents/specs/") || has("agents/manifest.yaml") => "",
            false if has("workflows/definitions/") => "",
            false => return,
        };
        for (folder, suffix, kind) in PARAC {
            let root = format!("{prefix}{folder}");
            for entry in entries {
                let Some(id) = stem(&entry.path, &root, suffix) else {
                    continue;
                };
                taken.insert(&entry.path);
                self.places.push(Place {
                    kind,
                    id: id.to_owned(),
                    at: entry.path.clone(),
                    files: vec![(String::new(), entry)],
                });
            }
        }
        let path = format!("{prefix}agents/manifest.yaml");
        if let Some(entry) = entries.iter().find(|entry| entry.path == path) {
            taken.insert(&entry.path);
            self.agents = listed(&entry.bytes);
        }
        let catalog = format!("{prefix}workflows/catalog.yaml");
        taken.extend(
            entries
                .iter()
                .filter(|entry| entry.path == catalog)
                .map(|entry| entry.path.as_str()),
        );
    }

    /// What has no place in a package, in a line.
    pub(super) fn left_out(&self) -> Option<String> {
        let mut groups: BTreeMap<String, usize> = BTreeMap::new();
        for path in &self.rest {
            let group = match path.split_once('/') {
                Some((folder, _)) => format!("{folder}/"),
                None => (*path).to_owned(),
            };
            *groups.entry(group).or_default() += 1;
        }
        let more = groups.len().saturating_sub(NAMED);
        let named: Vec<String> = groups
            .into_iter()
            .take(NAMED)
            .map(|(group, count)| match group.ends_with('/') {
                true => format!("{} ({count})", Quoted(&group)),
                false => Quoted(&group).to_string(),
            })
            .collect();
        let more = match more {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let names = named.join(", ");
        (!named.is_empty())
            .then(|| format!("left out, because it has no place here: {names}{more}"))
    }
}

fn stem<'a>(path: &'a str, root: &str, suffix: &str) -> Option<&'a str> {
    let stem = path.strip_prefix(root)?.strip_suffix(suffix)?;
    (!stem.is_empty() && !stem.contains('/')).then_some(stem)
}

/// Whether a Markdown file is an agent's: it says what it is for in front matter, or in Paracle's form.
fn is_agent(entry: &Entry) -> bool {
    let Ok(text) = std::str::from_utf8(&entry.bytes) else {
        return false;
    };
    let is_spec = text.lines().any(|line| line.starts_with("## Role"));
    is_spec || front::read(text).text("description").is_some()
}

/// What a `manifest.yaml` says of agents.
fn listed(bytes: &[u8]) -> BTreeMap<String, (Vec<String>, Vec<String>)> {
    let text = std::str::from_utf8(bytes)
        .ok()
        .filter(|text| text.len() <= LONGEST);
    let root: Option<Value> = text.and_then(|text| yaml_serde::from_str(text).ok());
    let agents = root
        .as_ref()
        .and_then(|root| root.get("agents")?.as_sequence());
    let texts = |agent: &Value, key: &str| -> Vec<String> {
        let list = agent.get(key).and_then(Value::as_sequence);
        let items = list.into_iter().flatten().filter_map(Value::as_str);
        items.map(str::to_owned).collect()
    };
    let agents = agents.into_iter().flatten();
    agents
        .filter_map(|agent| {
            let id = agent.get("id")?.as_str()?.to_owned();
            Some((id, (texts(agent, "tools"), texts(agent, "skills"))))
        })
        .collect()
}
