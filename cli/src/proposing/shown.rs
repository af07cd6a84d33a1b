//! A proposal as it is shown before anything is made.

use base64::Engine;
use publish::{Content, Proposal};
use serde::Deserialize;

use super::Target;
use crate::{
    error::CliError,
    project::difference::{Difference, Files, Side, differences},
    ui::{self, BOLD, one_line},
};

/// The title, and every file as `git diff` would show it.
pub(super) fn print(target: &Target<'_>, proposal: &Proposal) -> Result<(), CliError> {
    let ui = &target.context.ui;
    ui.data(format!("{BOLD}{}{BOLD:#}", one_line(&proposal.title)))?;
    let differences = compared(target, proposal)?;
    for line in differences.iter().flat_map(ui::diff::lines) {
        ui.data(line)?;
    }
    for line in ui::diff::stat(&differences) {
        ui.data(line)?;
    }
    Ok(())
}

/// What differs from the base.
fn compared(target: &Target<'_>, proposal: &Proposal) -> Result<Vec<Difference>, CliError> {
    let (mut old, mut new) = (Files::new(), Files::new());
    for file in &proposal.files {
        if let Some(bytes) = target.read(&file.path)? {
            // Whether it may be run is not told by this endpoint.
            let executable = None;
            old.insert(file.path.clone(), Side { bytes, executable });
        }
        if let Some(Content { bytes, executable }) = &file.content {
            let side = Side {
                bytes: bytes.clone(),
                executable: Some(*executable),
            };
            new.insert(file.path.clone(), side);
        }
    }
    Ok(differences(&old, &new))
}

impl Target<'_> {
    /// The file at `path` on the branch that proposals are for; `None` where there is none.
    pub(crate) fn read(&self, path: &str) -> Result<Option<Vec<u8>>, CliError> {
        #[derive(Deserialize)]
        struct File {
            #[serde(default)]
            content: String,
            encoding: String,
        }
        let commit = &self.base()?.commit;
        let path: Vec<String> = path.split('/').map(in_url).collect();
        let path = path.join("/");
        let asked = format!("repos/{}/contents/{path}?ref={commit}", self.repository);
        let Some(file) = self.api.find::<File>(&asked)? else {
            return Ok(None);
        };
        let unread = || CliError::failed(format!("the forge does not hand out {path}"));
        if file.encoding != "base64" {
            return Err(unread());
        }
        let text: String = file.content.split_whitespace().collect();
        let bytes = base64::engine::general_purpose::STANDARD.decode(text);
        bytes.map(Some).map_err(|_| unread())
    }
}

/// A part of a path, as it stands in a URL.
fn in_url(part: &str) -> String {
    url::form_urlencoded::byte_serialize(part.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}
