//! `paracle template pack`.

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use publish::Draft;
use registry_index::{
    Record, Severity,
    artifact::{Existing, write_file},
    record,
};
use serde_json::json;

use crate::{
    context::Context,
    draft::Folder,
    error::CliError,
    ui::{
        DIM, counted,
        findings::{self, Format},
        one_line,
    },
};

/// Pack a package as its registry will
///
/// Writes the one archive that these files can become, the same bytes on every machine. A registry packs for
/// itself, from git; this shows what will come of it.
#[derive(Args, Debug)]
pub(crate) struct Pack {
    /// The package's folder
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// The file to write [default: NAME-VERSION.tar.gz, here]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Print digests, lengths and files as JSON
    #[arg(long)]
    json: bool,
}

impl Pack {
    pub(crate) fn run(self, context: &Context) -> Result<ExitCode, CliError> {
        let folder = Folder::find(context, &self.path)?;
        let draft = Draft::read(&folder.path, &folder.label)?;
        let mut refused = draft.findings.clone();
        refused.extend(draft.refusal());
        refused.retain(|finding| finding.severity == Severity::Error);
        let manifest = draft
            .source
            .manifest
            .as_ref()
            .filter(|_| refused.is_empty());
        let Some(manifest) = manifest else {
            let text = findings::write(Format::Text, &refused);
            context.ui.data(text.trim_end())?;
            return Err(CliError::failed("it cannot be packed")
                .hint("`paracle template check` says everything that is wrong with it"));
        };
        let pin = record::Source {
            git: String::new(),
            rev: String::new(),
            path: String::new(),
        };
        let described = publish::describe(&draft.source, manifest, pin, "");
        let described = described.map_err(|refusal| {
            CliError::failed(refusal.to_string()).hint(refusal.hint().to_owned())
        })?;
        let usual = format!("{}-{}.tar.gz", manifest.name.name(), manifest.version);
        let typed = self.out.unwrap_or_else(|| PathBuf::from(usual));
        let beside = context.here.join(&typed);
        let beside = beside
            .parent()
            .and_then(|folder| folder.canonicalize().ok());
        if beside.is_some_and(|into| into.starts_with(&folder.path)) {
            let error = format!("{} would lie in the package itself", typed.display());
            return Err(CliError::usage(error).hint("name a file elsewhere: --out FILE"));
        }
        let gzip = described
            .blobs
            .last()
            .map(Vec::as_slice)
            .unwrap_or_default();
        write(&context.here.join(&typed), &typed, gzip)?;
        match self.json {
            true => context.ui.json(&as_json(&described.record, &typed))?,
            false => tell(context, &described.record)?,
        }
        context.ui.did(
            "Packed",
            format!(
                "{} {} in {}",
                manifest.name,
                manifest.version,
                typed.display()
            ),
        );
        Ok(ExitCode::SUCCESS)
    }
}

/// An archive gives way to an archive, and nothing else does.
fn write(path: &Path, typed: &Path, gzip: &[u8]) -> Result<(), CliError> {
    let mut start = [0; 2];
    let is_free = match fs::File::open(path) {
        Ok(mut file) => file.read_exact(&mut start).is_ok() && start == [0x1f, 0x8b],
        Err(_) => path.symlink_metadata().is_err(),
    };
    if !is_free {
        let error = format!("{} is there already, and is no archive", typed.display());
        return Err(CliError::failed(error).hint("name another file: --out FILE"));
    }
    write_file(path, gzip, Existing::Replace)
        .map_err(|error| CliError::failed(format!("cannot write {}: {error}", typed.display())))
}

fn tell(context: &Context, record: &Record) -> Result<(), CliError> {
    let (ui, archive) = (&context.ui, &record.archive);
    for file in &record.files {
        let mode = if file.executable { ", executable" } else { "" };
        let path = one_line(&file.path);
        ui.data(format!("{path}  {DIM}{} bytes{mode}{DIM:#}", file.length))?;
    }
    ui.data(format!("content id  {}", archive.content_id))?;
    ui.data(format!("digest      {}", archive.digest))?;
    ui.data(format!(
        "length      {} bytes, {} unpacked, {}",
        archive.length,
        archive.tar_length,
        counted(record.files.len(), "file")
    ))
}

fn as_json(record: &Record, file: &Path) -> serde_json::Value {
    let archive = &record.archive;
    json!({
        "format": 1,
        "name": record.manifest.name,
        "version": record.manifest.version,
        "file": file.to_string_lossy(),
        "content-id": archive.content_id,
        "tar-length": archive.tar_length,
        "digest": archive.digest,
        "length": archive.length,
        "files": record.files,
    })
}
