//! `paracle dev unpack`.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;

use crate::{context::Context, error::CliError};

/// Say whether a file is an archive of ours, and why not; unpack it if it is
#[derive(Args, Debug)]
pub(crate) struct Unpack {
    /// A .tar.gz
    file: PathBuf,
    /// An empty folder, or one that does not exist yet
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Unpack {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let path = context.here.join(&self.file);
        let gzip = read(&path).map_err(|error| {
            CliError::failed(format!("cannot read {}: {error}", path.display()))
        })?;
        let contents = match archive::read(&gzip, &archive::Limits::default()) {
            Ok(contents) => contents,
            Err(refusal) => {
                if self.json {
                    context.ui.json(&serde_json::json!({
                        "format": 1, "verdict": "refused", "code": refusal.code(), "reason": refusal.to_string(),
                    }))?;
                } else {
                    context.ui.data(format!("refused ({})", refusal.code()))?;
                }
                return Err(CliError::failed(refusal.to_string()).hint(refusal.hint()));
            }
        };
        if self.json {
            let files: Vec<_> = contents.entries.iter().map(|entry| &entry.path).collect();
            context.ui.json(&serde_json::json!({
                "format": 1, "verdict": "accepted", "content-id": contents.content_id.to_string(), "files": files,
            }))?;
        } else {
            context
                .ui
                .data(format!("accepted, content id {}", contents.content_id))?;
        }
        if let Some(into) = &self.into {
            let folder = context.here.join(into);
            fs::create_dir_all(&folder).map_err(|error| {
                CliError::failed(format!("cannot make {}: {error}", folder.display()))
            })?;
            archive::unpack(&contents, &folder)
                .map_err(|error| CliError::from_chain(crate::error::Kind::Failed, &error, None))?;
            context.ui.did(
                "Unpacked",
                format!("{} files into {}", contents.entries.len(), folder.display()),
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A regular file, and one byte more of it than an archive may have: a pipe or a device has no end.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(archive::Limits::default().compressed + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}
