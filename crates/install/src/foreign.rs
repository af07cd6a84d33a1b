//! A folder that is no package made one: skills, agents and plugins as other tools keep them.
//!
//! ```text
//! layout     paths -> what is a skill, an agent, a part of a `.parac/`, and what has no place
//! skill      a folder with SKILL.md -> skills/<id>/…, its front matter mended where Paracle would refuse it
//! agent      a Markdown file -> agents/<id>.md with the sections that Paracle wants, and its tools
//! license    what the parts and their LICENSE files say, as one SPDX expression
//! manifest   all of it -> paracle.toml
//! ```
//!
//! The same files give the same bytes, and so the same content id. Nothing is guessed silently: what was
//! changed, left out or not found is said in [`Taken::notes`].

use archive::{Entry, PathRefusal, check_collisions, check_path};
use registry_index::{PackageName, component::ComponentKind};

use crate::quote::Quoted;

mod agent;
mod layout;
mod license;
mod manifest;
mod skill;
mod words;

pub use words::name;

/// What is known of a folder besides its files.
#[derive(Clone, Debug)]
pub struct Hint {
    /// What the package is to be called.
    pub name: PackageName,
    /// The GitHub login of whoever publishes it, where it is known.
    pub author: Option<String>,
    /// Where its source is developed.
    pub repository: Option<String>,
}

/// A package made of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Its files, `paracle.toml` among them, sorted by path.
    pub entries: Vec<Entry>,
    /// What was changed, left out or not found, for people; what is about the whole comes first.
    pub notes: Vec<String>,
}

/// Why a folder cannot be made a package.
#[derive(Debug, thiserror::Error)]
pub enum ForeignError {
    /// There is nothing in it that could be installed.
    #[error("there is neither a paracle.toml nor a skill, an agent or a .parac/ in it{0}")]
    Nothing(String),
    /// Two of its files cannot stand side by side.
    #[error("its files cannot be packed: {0}")]
    Path(#[from] PathRefusal),
}

/// A part that was taken over.
struct Part {
    kind: ComponentKind,
    id: String,
    description: String,
    version: Option<String>,
    license: license::Said,
    tools: Vec<String>,
    files: Vec<Entry>,
}

/// Makes a package of `entries`, which are the files of a folder.
///
/// # Errors
/// Where nothing in it is a skill, an agent or a part of a `.parac/`, or files collide.
pub fn package(mut entries: Vec<Entry>, hint: &Hint) -> Result<Taken, ForeignError> {
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let mut notes = Vec::new();
    let layout = layout::of(&entries);
    let mut parts: Vec<Part> = Vec::new();
    for place in &layout.places {
        let part = match place.kind {
            ComponentKind::Skill => skill::taken(place, hint, &mut notes),
            ComponentKind::Agent => agent::taken(place, &layout, &mut notes),
            kind => plain(kind, place),
        };
        match part {
            Ok(part) => add(part, place, &mut parts, &mut notes),
            Err(why) => notes.push(format!("{} is left out: {why}", Quoted(&place.at))),
        }
    }
    if parts.is_empty() {
        let why: String = notes.iter().map(|note| format!("; {note}")).collect();
        return Err(ForeignError::Nothing(why));
    }
    // What is about the whole comes first: who reads no further has read that.
    let mut whole = Vec::new();
    let mut made = manifest::documents(&layout, &parts, hint, &mut whole);
    whole.extend(layout.left_out());
    whole.append(&mut notes);
    let mut notes = whole;
    for part in parts {
        for file in part.files {
            match refused(&file.path) {
                None => made.push(file),
                Some(why) => notes.push(format!("{} is left out: {why}", Quoted(&file.path))),
            }
        }
    }
    made.sort_by(|a, b| a.path.cmp(&b.path));
    check_collisions(made.iter().map(|entry| entry.path.as_str()))?;
    Ok(Taken {
        entries: made,
        notes,
    })
}

/// A file that is taken over as it is.
fn plain(kind: ComponentKind, place: &layout::Place<'_>) -> Result<Part, String> {
    registry_index::component::check_id(kind, &place.id)?;
    let folder = match kind {
        ComponentKind::Workflow => "workflows",
        ComponentKind::Tool => "tools",
        _ => "policies",
    };
    let files = place.files.iter().map(|(_, entry)| Entry {
        path: format!("{folder}/{}.{}", place.id, extension(&entry.path)),
        executable: false,
        bytes: entry.bytes.clone(),
    });
    Ok(Part {
        kind,
        id: place.id.clone(),
        description: String::new(),
        version: None,
        license: license::Said::Nothing,
        tools: Vec::new(),
        files: files.collect(),
    })
}

fn extension(path: &str) -> &str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("yml") => "yaml",
        Some(extension) => extension,
        None => "",
    }
}

/// One id, one part: the first that was found stays, another of the same files goes without saying.
fn add(part: Part, place: &layout::Place<'_>, parts: &mut Vec<Part>, notes: &mut Vec<String>) {
    let mut known = parts.iter();
    match known.find(|known| known.kind == part.kind && known.id == part.id) {
        None => parts.push(part),
        Some(known) if known.files == part.files => {}
        Some(_) => notes.push(format!(
            "{} is left out: there is another {} called {:?}",
            Quoted(&place.at),
            words::kind(part.kind),
            part.id
        )),
    }
}

/// Why a file cannot be in a package as it is.
fn refused(path: &str) -> Option<String> {
    if path.ends_with(".j2") {
        return Some("what ends in .j2 would be rendered".to_owned());
    }
    check_path(path).err().map(|refusal| refusal.to_string())
}
