//! `paracle.toml`, README and LICENSE of what was taken over.

use archive::Entry;
use registry_index::component::ComponentKind;
use semver::Version;
use serde_json::Value;

use super::{
    Hint, Part,
    layout::{CHANGELOG, LICENSE, Layout, PLUGIN, README},
    license,
    words::{self, clean, cut},
};

/// A summary has 10 to 100 characters.
const SHORTEST: usize = 10;
const LONGEST: usize = 100;
/// Bytes of a plugin.json that are looked at.
const LARGEST: usize = 256 << 10;

/// The files of the package itself.
pub(super) fn documents(
    layout: &Layout<'_>,
    parts: &[Part],
    hint: &Hint,
    notes: &mut Vec<String>,
) -> Vec<Entry> {
    let plugin = plugin(layout);
    let said = |key: &str| plugin.get(key).and_then(Value::as_str);
    let summary = summary(parts, said("description"), hint);
    let license = license::of_all(layout, parts, said("license"), notes);
    let manifest = Manifest {
        hint,
        parts,
        layout,
        version: version(parts, said("version")),
        summary: &summary,
        license: &license,
    };
    let mut files = vec![file("paracle.toml", manifest.text().into_bytes())];
    let readme = layout
        .documents
        .get(README)
        .map(|entry| entry.bytes.clone());
    let line = || format!("# {}\n\n{summary}\n", hint.name.name()).into_bytes();
    files.push(file(README, readme.unwrap_or_else(line)));
    for document in [CHANGELOG, LICENSE] {
        let found = layout.documents.get(document);
        files.extend(found.map(|entry| file(document, entry.bytes.clone())));
    }
    files
}

fn file(path: &str, bytes: Vec<u8>) -> Entry {
    Entry {
        path: path.to_owned(),
        executable: false,
        bytes,
    }
}

fn plugin(layout: &Layout<'_>) -> Value {
    let found = layout.documents.get(PLUGIN);
    let small = found.filter(|entry| entry.bytes.len() <= LARGEST);
    let read = small.and_then(|entry| serde_json::from_slice(&entry.bytes).ok());
    read.unwrap_or_default()
}

/// What a plugin says of itself, what its only part says, or what there is.
fn summary(parts: &[Part], plugin: Option<&str>, hint: &Hint) -> String {
    let counted = || {
        let mut kinds: Vec<(ComponentKind, usize)> = Vec::new();
        for part in parts {
            match kinds.iter_mut().find(|(kind, _)| *kind == part.kind) {
                Some((_, count)) => *count += 1,
                None => kinds.push((part.kind, 1)),
            }
        }
        let said = kinds.into_iter().map(|(kind, count)| match (count, kind) {
            (1, kind) => format!("1 {}", words::kind(kind)),
            (count, ComponentKind::Policy) => format!("{count} policies"),
            (count, kind) => format!("{count} {}s", words::kind(kind)),
        });
        let said = said.collect::<Vec<_>>().join(" and ");
        cut(&format!("{said} from {}", hint.name), LONGEST)
    };
    let own = match parts {
        [only] => Some(only.description.as_str()),
        _ => None,
    };
    let said = plugin.into_iter().chain(own).map(clean);
    let said = said.map(|text| cut(&text, LONGEST));
    let mut fit = said.filter(|text| text.chars().count() >= SHORTEST);
    fit.next().unwrap_or_else(counted)
}

fn version(parts: &[Part], plugin: Option<&str>) -> Version {
    let own = match parts {
        [only] => only.version.as_deref(),
        _ => None,
    };
    let read = plugin.or(own).and_then(semantic);
    read.unwrap_or(Version::new(0, 0, 0))
}

/// `v1.2` is 1.2.0; build metadata goes.
fn semantic(text: &str) -> Option<Version> {
    let text = text.trim().trim_start_matches('v');
    if let Ok(mut version) = Version::parse(text) {
        version.build = semver::BuildMetadata::EMPTY;
        return Some(version);
    }
    let mut numbers = text.split('.').map(|part| part.parse::<u64>().ok());
    let mut next = || numbers.next().unwrap_or(Some(0));
    let version = Version::new(next()?, next()?, next()?);
    numbers.next().is_none().then_some(version)
}

struct Manifest<'a> {
    hint: &'a Hint,
    parts: &'a [Part],
    layout: &'a Layout<'a>,
    version: Version,
    summary: &'a str,
    license: &'a str,
}

impl Manifest<'_> {
    fn text(&self) -> String {
        let mut out = String::from("format = 1\n\n[package]\n");
        let mut line = |key: &str, value: &str| {
            out.push_str(&format!("{key} = {}\n", string(value)));
        };
        line("name", self.hint.name.as_str());
        line("version", &self.version.to_string());
        line("kind", self.kind());
        line("summary", self.summary);
        line("license", self.license);
        if let Some(url) = &self.hint.repository {
            line("repository", url);
        }
        let authors = self.hint.author.as_ref().map(|author| string(author));
        out.push_str(&format!("authors = [{}]\n", authors.unwrap_or_default()));
        for part in self
            .parts
            .iter()
            .filter(|part| part.kind == ComponentKind::Agent)
        {
            out.push_str(&format!("\n[agents.{}]\n", part.id));
            out.push_str(&format!("tools = {}\n", list(&part.tools)));
            if let Some((_, skills)) = self.layout.agents.get(&part.id) {
                out.push_str(&format!("skills = {}\n", list(skills)));
            }
        }
        out
    }

    /// What most of it is; of equally many, the agent.
    fn kind(&self) -> &'static str {
        let count = |kind| self.parts.iter().filter(|part| part.kind == kind).count();
        let kinds = [
            (
                "integration",
                count(ComponentKind::Tool) + count(ComponentKind::Policy),
            ),
            ("workflow", count(ComponentKind::Workflow)),
            ("skill", count(ComponentKind::Skill)),
            ("agent", count(ComponentKind::Agent)),
        ];
        let most = kinds.into_iter().max_by_key(|(_, count)| *count);
        most.map_or("skill", |(kind, _)| kind)
    }
}

fn string(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

fn list(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| string(item)).collect();
    format!("[{}]", items.join(", "))
}
