//! `cargo xtask workflows`: what GitHub will do with our workflows, done here.
//!
//! ```text
//! scene   a registry as `paracle registry new` makes it, its remote, its site, whoever owns a package
//! hub     its forge: vercel-labs' emulator, of crate `emulator`; a pull request there
//! file    a workflow as it is written
//! values  what stands in `${{ … }}` here; what is not known fails
//! job     its steps in order: checkouts, artifacts and the site are folders, `run:` is run
//! call    a step that calls `paracle`: what of it can be run here
//! ```
//!
//! The files that are run are those of the scratch registry, which are ours but for how they get the
//! program. In turn: a release, then an owner's new version, proposed by `paracle template publish`, is
//! checked, decided on and settled, then another release and the nightly check. At the end the author's
//! `publish status` has to say that it is live. What the emulator has not is left out, and so are calls
//! that the program does not know; both are named at the end.
//!
//! Three things stand in for what GitHub has beside its API, and they are named in crate `emulator`: git
//! hosting is a bare repository that is kept in step with the emulator, by the same ids; Pages is a folder
//! over http; that a merge starts release.yml is taken note of, and done by the order here.

mod call;
mod file;
mod hub;
mod job;
mod scene;
mod values;

use crate::lint;
use crate::program::{self, Program};
use crate::workspace::{Failure, Workspace};

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    program: program::Options,
}

/// The workflows that are run, in turn.
const TURN: &[&str] = &["release", "check", "decide", "release", "nightly"];

pub(crate) fn run(workspace: &Workspace, options: Options) -> Result<(), Failure> {
    let program = Program::of(workspace, &options.program)?;
    through(workspace, &program)
}

/// With the program as it was built for the tests.
pub(crate) fn sample(workspace: &Workspace) -> Result<(), Failure> {
    through(
        workspace,
        &Program::of(workspace, &program::Options::as_built())?,
    )
}

fn through(workspace: &Workspace, program: &Program) -> Result<(), Failure> {
    let mut scene = scene::Scene::new(workspace, program)?;
    lint::over(workspace, &scene.registry())?;
    let mut left_out = Vec::new();
    for name in TURN {
        let path = scene
            .registry()
            .join(format!(".github/workflows/{name}.yml"));
        let workflow = file::Workflow::read(&path)?;
        println!("    {name}.yml");
        for (id, job) in &workflow.jobs {
            let ran = job::run(&mut scene, name, id, job);
            left_out
                .extend(ran.map_err(|Failure(why)| Failure(format!("{name}.yml, {id}: {why}")))?);
        }
    }
    scene.judge()?;
    left_out.sort();
    left_out.dedup();
    for what in left_out {
        println!("    left out: {what}");
    }
    Ok(())
}
