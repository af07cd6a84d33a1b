//! A skill: its folder is taken over byte for byte, but for front matter that Paracle would refuse. One
//! skill that does not load keeps Paracle from loading any.

use archive::Entry;
use registry_index::component::{
    ComponentKind, check_id,
    front::{self, Front},
    skill,
};

use super::{
    Hint, Part,
    layout::Place,
    license::{self, Said},
    words::{clean, cut, slug},
};
use crate::quote::Quoted;

const MAIN: &str = "SKILL.md";

pub(super) fn taken(
    place: &Place<'_>,
    hint: &Hint,
    notes: &mut Vec<String>,
) -> Result<Part, String> {
    let main = place.files.iter().find(|(path, _)| path == MAIN);
    let (_, main) = main.ok_or("there is no SKILL.md")?;
    let text = std::str::from_utf8(&main.bytes).map_err(|_| "its SKILL.md is not UTF-8")?;
    let front = front::read(text);
    let id = id(place, &front, hint)?;
    let mended = mended(&id, text, &front)?;
    if let Some((_, why)) = &mended {
        let at = Quoted(&main.path);
        notes.push(format!("the front matter of {at} was written anew: {why}"));
    }
    let files = place.files.iter().map(|(path, entry)| Entry {
        path: format!("skills/{id}/{path}"),
        executable: entry.executable,
        bytes: match &mended {
            Some((text, _)) if path == MAIN => text.clone().into_bytes(),
            _ => entry.bytes.clone(),
        },
    });
    let version = front.text("version").or(front.text("metadata.version"));
    Ok(Part {
        kind: ComponentKind::Skill,
        description: clean(front.text("description").unwrap_or_default()),
        version: version.map(str::to_owned),
        license: Said::of(front.text("license"), license::beside(&place.files)),
        tools: Vec::new(),
        files: files.collect(),
        id,
    })
}

/// What it calls itself, or else what its folder is called.
fn id(place: &Place<'_>, front: &Front, hint: &Hint) -> Result<String, String> {
    let folder = match place.id.as_str() {
        "" => hint.name.name(),
        folder => folder,
    };
    let own = front.text("name").map(slug).filter(|own| !own.is_empty());
    let id = own.unwrap_or_else(|| slug(folder));
    check_id(ComponentKind::Skill, &id)?;
    Ok(id)
}

/// The text with front matter that Paracle takes, and why it needed that; `None` where it did not.
fn mended(id: &str, text: &str, front: &Front) -> Result<Option<(String, String)>, String> {
    let refusal = |text: &str| {
        let (_, problems) = skill::read(id, text);
        let mut fatal = problems.into_iter().filter(|problem| problem.fatal);
        fatal.next().map(|problem| problem.message)
    };
    let Some(why) = refusal(text) else {
        return Ok(None);
    };
    let said = |key: &str, longest: usize| {
        let text = front.get(key).map(|said| said.items().join(", "));
        let text = text.map(|text| cut(&clean(&text).replace(['<', '>'], ""), longest));
        text.filter(|text| !text.is_empty())
    };
    let description = front.text("description").map(clean).unwrap_or_default();
    let description = cut(&description.replace(['<', '>'], ""), 1_024);
    let description = match description.trim().is_empty() {
        true => format!("The skill {id}"),
        false => description,
    };
    let mut new = format!("---\nname: {id}\ndescription: {}\n", quoted(&description));
    for (key, longest) in [
        ("license", 200),
        ("compatibility", 500),
        ("allowed-tools", 1_000),
    ] {
        if let Some(text) = said(key, longest) {
            new.push_str(&format!("{key}: {}\n", quoted(&text)));
        }
    }
    new.push_str(&format!("---\n\n{}\n", front.body));
    match refusal(&new) {
        None => Ok(Some((new, why))),
        Some(why) => Err(why),
    }
}

/// A text in double quotes, as JSON and YAML both read it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
