//! A job: its steps in order, in a folder of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::call;
use super::file::{Job, Scalar, Step};
use super::scene::Scene;
use super::values::Values;
use crate::tree;
use crate::workspace::Failure;

struct Running<'a> {
    scene: &'a mut Scene,
    /// The workflow and the job.
    name: String,
    workflow: &'a str,
    folder: PathBuf,
    values: Values,
    left_out: Vec<String>,
}

/// Runs it. What was left out is returned.
pub(super) fn run(
    scene: &mut Scene,
    workflow: &str,
    id: &str,
    job: &Job,
) -> Result<Vec<String>, Failure> {
    let folder = scene.job_folder()?;
    let values = scene.values(workflow)?;
    let mut running = Running {
        name: id.to_owned(),
        workflow,
        folder,
        values,
        left_out: Vec::new(),
        scene,
    };
    for step in &job.steps {
        let label = step.name.as_deref().unwrap_or("a step without a name");
        running
            .step(step)
            .map_err(|Failure(why)| Failure(format!("{label:?}: {why}")))?;
    }
    for (output, value) in &job.outputs {
        let value = running.values.fill(value)?;
        let name = format!("needs.{}.outputs.{output}", running.name);
        running.scene.hand_on(&name, value);
    }
    Ok(running.left_out)
}

impl Running<'_> {
    fn step(&mut self, step: &Step) -> Result<(), Failure> {
        match step.condition.as_deref() {
            None | Some("${{ !cancelled() }}") => {}
            Some(other) => {
                return Err(Failure(format!(
                    "nothing is known of the condition {other:?}"
                )));
            }
        }
        match (&step.uses, &step.run) {
            (Some(action), None) => self.action(action, step),
            (None, Some(script)) => self.script(script, step),
            _ => Err(Failure("it neither uses nor runs something".into())),
        }
    }

    /// What actions do, as far as it matters: files come and go.
    fn action(&mut self, action: &str, step: &Step) -> Result<(), Failure> {
        let inputs = self.filled(&step.inputs)?;
        let input = |name: &str| {
            let value = inputs.get(name).map(String::as_str);
            value.ok_or_else(|| Failure(format!("it has no {name:?}")))
        };
        let (name, pin) = action.split_once('@').unwrap_or((action, ""));
        if pin.len() != 40 || !pin.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Failure(format!("{action:?} is not pinned by a commit")));
        }
        match name {
            "actions/checkout" => {
                let reference = inputs.get("ref").map(String::as_str);
                let commit = self
                    .scene
                    .check_out(self.workflow, reference, &self.folder)?;
                if let Some(id) = &step.id {
                    self.values
                        .set(&format!("steps.{id}.outputs.commit"), commit);
                }
                Ok(())
            }
            "paracle-hub/paracle-hub/.github/actions/paracle" => Ok(()),
            "actions/upload-artifact" => {
                let from = self.folder.join(input("path")?);
                self.keep(
                    &from,
                    input("name")?,
                    inputs.contains_key("if-no-files-found"),
                )
            }
            "actions/download-artifact" => {
                let kept = self.scene.artifacts().join(input("name")?);
                match kept.exists() {
                    true => copy(&kept, &self.folder),
                    false => Ok(()),
                }
            }
            "actions/upload-pages-artifact" => {
                let from = self.folder.join(input("path")?);
                self.keep(&from, "github-pages", false)
            }
            "actions/deploy-pages" => {
                if let Some(id) = &step.id {
                    self.values
                        .set(&format!("steps.{id}.outputs.page_url"), self.scene.site());
                }
                self.scene.deploy()
            }
            other => Err(Failure(format!("nothing is known of the action {other}"))),
        }
    }

    fn keep(&self, from: &Path, name: &str, may_lack: bool) -> Result<(), Failure> {
        if !from.exists() && may_lack {
            return Ok(());
        }
        let kept = self.scene.artifacts().join(name);
        tree::remove(&kept)?;
        copy(from, &kept)
    }

    fn script(&mut self, script: &str, step: &Step) -> Result<(), Failure> {
        if script.contains("${{") {
            return Err(Failure(
                "its script has an expression in it: use env".into(),
            ));
        }
        let env = self.filled(&step.env)?;
        let line = if script.trim_start().starts_with("paracle ") {
            let call = call::read(script, &|verbs| self.scene.help(verbs))?;
            self.left_out.extend(call.left_out);
            call.line
        } else if script.contains("gh run ") {
            self.left_out
                .push("`gh run`: no workflow ran on the forge".to_owned());
            None
        } else {
            Some(script.to_owned())
        };
        if let Some(line) = line {
            let folder = step.folder.as_deref().unwrap_or(".");
            self.scene.shell(&line, &env, &self.folder.join(folder))?;
            // What it may have done on the forge is there for the next checkout.
            self.scene.fetch()?;
        }
        Ok(())
    }

    fn filled(
        &self,
        written: &BTreeMap<String, Scalar>,
    ) -> Result<BTreeMap<String, String>, Failure> {
        let filled = written
            .iter()
            .map(|(name, value)| Ok((name.clone(), self.values.fill(&value.to_string())?)));
        filled.collect()
    }
}

/// A file into a folder, or a folder's content.
fn copy(from: &Path, into: &Path) -> Result<(), Failure> {
    tree::make(into)?;
    if from.is_file() {
        let target = into.join(from.file_name().unwrap_or_default());
        let copied = std::fs::copy(from, target);
        return copied
            .map(drop)
            .map_err(|error| Failure::of(from.display(), error));
    }
    tree::copy(&from.join("."), into)
}
