//! `search-web`: our search in a browser, and Pagefind's, on the same packages.
//!
//! ```text
//! texts     descriptions -> the same packages for both (queries: what is asked)
//! index     texts        -> our published index
//! pagefind  texts        -> Pagefind's
//! host      files        -> HTTP/2 at the far end of a line (link)
//! visit     a query      -> what Chromium saw and what the host sent
//! verdict   visits       -> a table with the goals beside each figure
//! ```
//!
//! Each visitor is a browser context of its own, as a private window is: nothing is cached, no
//! connection is open. The engines take turns, query by query, so that whatever else the machine does
//! strikes both.

mod host;
mod index;
mod link;
mod pagefind;
mod queries;
mod texts;
mod verdict;
mod visit;

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Command;

use super::report::{Goal, Report, Series};
use crate::workspace::{Failure, Workspace};
use host::{Host, PAGE, Place};
use index::Index;
use pagefind::Pagefind;
use queries::{Class, Queries, Query};
use texts::Folder;
use verdict::Answered;
use visit::{Asked, Engine, Visitor};

#[derive(clap::Args)]
pub(super) struct Setting {
    /// Sizes of registries
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_values_t = [1_000, 10_000, 60_000])]
    packages: Vec<usize>,
    /// Classes of queries [default: all]
    #[arg(long, value_name = "CLASS,…", value_delimiter = ',')]
    class: Vec<Class>,
    /// How many visitors each engine gets for each size and class
    #[arg(long, value_name = "K", default_value_t = 8)]
    samples: usize,
    /// The module [default: the one that `cargo xtask wasm` made]
    #[arg(long, value_name = "FILE")]
    module: Option<PathBuf>,
    /// The worker that drives it [default: the gallery's]
    #[arg(long, value_name = "FILE")]
    worker: Option<PathBuf>,
    #[command(flatten)]
    packing: Packing,
}

/// How our index is cut, to see what another way would cost.
#[derive(Clone, Copy, clap::Args)]
struct Packing {
    /// Bytes of a piece of terms and postings [default: as published]
    #[arg(long, value_name = "BYTES")]
    piece: Option<usize>,
    /// Bytes of a piece of what is read for each hit [default: as published]
    #[arg(long, value_name = "BYTES")]
    small_piece: Option<usize>,
    /// Bytes of the hot file, zipped [default: as published]
    #[arg(long, value_name = "BYTES")]
    hot: Option<usize>,
}

impl Packing {
    fn meant(self) -> search::Packing {
        let usual = search::Packing::default();
        search::Packing {
            piece: self.piece.unwrap_or(usual.piece),
            small_piece: self.small_piece.unwrap_or(usual.small_piece),
            hot: self.hot.unwrap_or(usual.hot),
            ..usual
        }
    }

    fn arguments(self) -> Vec<String> {
        let given = [
            ("--piece", self.piece),
            ("--small-piece", self.small_piece),
            ("--hot", self.hot),
        ];
        let given = given
            .into_iter()
            .filter_map(|(name, bytes)| Some((name, bytes?)));
        given
            .flat_map(|(name, bytes)| [name.to_owned(), bytes.to_string()])
            .collect()
    }
}

/// For the hidden chores, each a process whose memory nobody else's is counted with.
#[derive(clap::Args)]
pub(super) struct Part {
    packages: usize,
    #[command(flatten)]
    packing: Packing,
}

pub(super) fn write_texts(workspace: &Workspace, part: &Part) -> Result<(), Failure> {
    texts::write(workspace, part.packages)
}

pub(super) fn write_index(workspace: &Workspace, part: &Part) -> Result<(), Failure> {
    index::write(&Folder::of(workspace, part.packages), &part.packing.meant())
}

/// One size of registry, ready to be asked.
struct Ground {
    packages: usize,
    queries: Queries,
    index: Index,
    pagefind: PathBuf,
}

pub(super) fn run(
    workspace: &Workspace,
    setting: &Setting,
    report: &mut Report,
) -> Result<(), Failure> {
    let pagefind = Pagefind::provide(workspace)?;
    let grounds = setting
        .packages
        .iter()
        .map(|packages| Ground::prepare(workspace, &pagefind, *packages, setting.packing, report))
        .collect::<Result<Vec<_>, _>>()?;
    let host = Host::start(places(workspace, setting, &grounds)?)?;
    let browser = visit::launch(&host)?;
    let classes = match setting.class.as_slice() {
        [] => Class::ALL.to_vec(),
        given => given.to_vec(),
    };
    for ground in &grounds {
        let mut answered: Vec<Answered> = Vec::new();
        for at in 0..setting.samples {
            for class in &classes {
                let mut asked = ground.asked(*class, at)?;
                // What is typed is the same for all classes, and a key may take Pagefind seconds.
                if class != &classes[0] {
                    asked.typed.clear();
                }
                let mut engines = [Engine::Ours, Engine::Pagefind];
                engines.rotate_left(at % 2);
                for engine in engines {
                    let folder = engine.folder(ground.packages);
                    let visitor = Visitor::comes(&browser, &host, &folder, &asked.lent())?;
                    answered.push(Answered {
                        packages: ground.packages,
                        class: *class,
                        engine,
                        visitor,
                    });
                }
            }
        }
        verdict::conclude(report, ground.packages, &classes, &answered)?;
    }
    Ok(())
}

/// What stands where at the host.
fn places(
    workspace: &Workspace,
    setting: &Setting,
    grounds: &[Ground],
) -> Result<HashMap<String, Place>, Failure> {
    let module = module(workspace, setting)?;
    let worker = setting.worker.clone();
    let worker = worker.unwrap_or_else(|| workspace.root.join("site-gen/assets/search-worker.js"));
    let mut places = HashMap::new();
    for ground in grounds {
        for engine in [Engine::Ours, Engine::Pagefind] {
            let page = engine.page(&ground.index.digest);
            let page = Place::Bytes(page.into_bytes());
            places.insert(format!("{}/{PAGE}", engine.folder(ground.packages)), page);
        }
        let theirs = format!("{}/pagefind", Engine::Pagefind.folder(ground.packages));
        places.insert(theirs, Place::Folder(ground.pagefind.clone()));
        let ours = Engine::Ours.folder(ground.packages);
        let asset = |name: &str| format!("{ours}/assets/{name}");
        places.insert(asset("search-worker.js"), Place::File(worker.clone()));
        places.insert(asset("search.wasm.bin"), Place::Bytes(module.clone()));
        places.insert(ours, Place::Folder(ground.index.folder.clone()));
    }
    Ok(places)
}

impl Ground {
    fn prepare(
        workspace: &Workspace,
        pagefind: &Pagefind,
        packages: usize,
        packing: Packing,
        report: &mut Report,
    ) -> Result<Ground, Failure> {
        let folder = Folder::of(workspace, packages);
        if !folder.made().exists() {
            println!("writing {packages} packages, which are kept");
            let own = std::env::current_exe().map_err(|e| Failure::of("cargo xtask", e))?;
            let mut command = Command::new(own);
            let status = command
                .args(["bench", "web-texts", &packages.to_string()])
                .status();
            if !status.is_ok_and(|status| status.success()) {
                return Err(Failure("the packages could not be written".to_owned()));
            }
        }
        let path = folder.queries();
        let queries = std::fs::read_to_string(&path);
        let queries = queries.map_err(|error| Failure::of(path.display(), error))?;
        let queries =
            serde_json::from_str(&queries).map_err(|error| Failure::of(path.display(), error))?;
        let (theirs, sample) = pagefind.index(&folder)?;
        let index = index::index(&folder, packages, &packing.arguments())?;
        Report::print_head("packages");
        for (what, sample) in [
            ("index, ours", index.sample),
            ("  Pagefind's, when it was made", sample),
        ] {
            report.add(Series {
                what: what.to_owned(),
                size: packages,
                goal: Goal::default(),
                samples: vec![sample],
            });
        }
        verdict::built(report, packages, &index.sample, &sample);
        Ok(Ground {
            packages,
            queries,
            index,
            pagefind: theirs,
        })
    }

    /// What the visitor of this number asks.
    fn asked(&self, class: Class, at: usize) -> Result<Questions, Failure> {
        let nth = |class: Class, at: usize| -> Result<Query, Failure> {
            let drawn = self.queries.get(&class).filter(|drawn| !drawn.is_empty());
            let drawn = drawn.ok_or_else(|| {
                Failure(format!(
                    "{} packages are too few for queries",
                    self.packages
                ))
            })?;
            Ok(drawn[at % drawn.len()].clone())
        };
        Ok(Questions {
            first: nth(class, 2 * at)?,
            second: nth(class, 2 * at + 1)?,
            typed: vec![nth(Class::Multi, 2 * at + 1)?.text],
        })
    }
}

struct Questions {
    first: Query,
    second: Query,
    typed: Vec<String>,
}

impl Questions {
    fn lent(&self) -> Asked<'_> {
        Asked {
            first: &self.first,
            second: &self.second,
            typed: &self.typed,
        }
    }
}

/// The module that was asked for, or the one that was built last, as a site publishes it: gzip'd by
/// itself, whatever the host does.
fn module(workspace: &Workspace, setting: &Setting) -> Result<Vec<u8>, Failure> {
    let usual = workspace.target().join("search-wasm/search.wasm");
    let path = setting.module.clone().unwrap_or(usual);
    let module = std::fs::read(&path).map_err(|_| {
        Failure(format!(
            "there is no {}; `cargo xtask wasm` makes it",
            path.display()
        ))
    })?;
    let module = host::gzip(&module, flate2::Compression::best());
    println!(
        "the module is {}, {} bytes with gzip\n",
        path.display(),
        module.len()
    );
    Ok(module)
}
