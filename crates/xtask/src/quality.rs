//! `cargo xtask quality`: how good the answers are, beside Pagefind and MiniSearch on the same
//! documents and the same queries. Figures are printed; nothing fails because one is low.
//!
//! ```text
//! sets, figures  the judged queries, and what is made of answers: shared with the tests of `search`
//! collections    a folder of agents and skills of other tools -> documents
//! names          every name as a query, as it is and with a typo
//! others         the other two engines, in Node
//! ```

use std::collections::BTreeSet;
use std::path::PathBuf;

use search::{Document, Index, Query, build};

use crate::apt::Apt;
use crate::corpus::debian;
use crate::corpus::random::Random;
use crate::workspace::{Failure, Workspace};
use figures::{DEPTH, Figures, Outcome, table};
use others::Others;
use sets::{Checkout, Half, Judged};

mod collections;
#[path = "../../search/tests/it/judged/figures.rs"]
mod figures;
mod names;
mod others;
#[path = "../../search/tests/it/judged/sets.rs"]
mod sets;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// A folder that holds the collections `wshobson-agents` and `awesome-copilot`
    #[arg(long, value_name = "PATH")]
    corpora: Option<PathBuf>,
    /// Over Debian's descriptions as well: so many of them, those that judgements name among them
    #[arg(long, value_name = "PACKAGES", num_args = 0..=1, default_missing_value = "10000")]
    debian: Option<usize>,
    /// Ask our own engine only
    #[arg(long)]
    alone: bool,
}

/// Queries over documents, in the two halves.
struct Set {
    name: &'static str,
    documents: Vec<Document>,
    halves: [Vec<Judged>; 2],
}

pub(crate) fn run(workspace: &Workspace, options: Options) -> Result<(), Failure> {
    let others = match options.alone {
        true => None,
        false => Some(Others::of(workspace)?),
    };
    for set in sets(workspace, &options)? {
        let absent = set.absent();
        if !absent.is_empty() {
            println!(
                "\n{}: not there, though judged: {}",
                set.name,
                absent.join(", ")
            );
        }
        set.measure(others.as_ref())?;
    }
    Ok(())
}

/// The sets whose documents are here; of the others it is said that they are left out.
fn sets(workspace: &Workspace, options: &Options) -> Result<Vec<Set>, Failure> {
    let checkout = Checkout(workspace.root.clone());
    let mut sets = vec![Set::of(
        "core",
        checkout.core().map_err(Failure)?,
        &checkout,
    )?];
    match &options.corpora {
        Some(folder) => {
            let documents = collections::documents(&workspace.root.join(folder))?;
            sets.push(Set::of("corpora", documents, &checkout)?);
        }
        None => println!("corpora: left out, --corpora says where they are"),
    }
    match options.debian {
        Some(most) => {
            let mut set = Set::of("debian", descriptions(workspace)?, &checkout)?;
            set.thin(most);
            sets.push(set);
        }
        None => println!("debian: left out, --debian takes it along"),
    }
    Ok(sets)
}

fn descriptions(workspace: &Workspace) -> Result<Vec<Document>, Failure> {
    let found = debian::descriptions(&Apt::of(workspace)?)?;
    let document = |description: debian::Description| Document {
        name: format!("debian/{}", description.name),
        kind: "integration".to_owned(),
        version: "1.0.0".to_owned(),
        summary: description.summary,
        categories: vec![description.section],
        readme: description.body,
        ..Document::default()
    };
    Ok(found.into_iter().map(document).collect())
}

impl Set {
    fn of(
        name: &'static str,
        documents: Vec<Document>,
        checkout: &Checkout,
    ) -> Result<Set, Failure> {
        let [tuning, last] = Half::ALL.map(|half| checkout.judged(name, half).map_err(Failure));
        Ok(Set {
            name,
            documents,
            halves: [tuning?, last?],
        })
    }

    fn judged_names(&self) -> BTreeSet<&str> {
        let judged = self.halves.iter().flatten();
        judged
            .flat_map(|judged| judged.relevant.iter().map(|name| &**name))
            .collect()
    }

    /// What is judged and is not there: other releases have other packages.
    fn absent(&self) -> Vec<String> {
        let names: BTreeSet<&str> = self.documents.iter().map(|d| &*d.name).collect();
        let absent = self.judged_names().into_iter();
        absent
            .filter(|name| !names.contains(name))
            .map(str::to_owned)
            .collect()
    }

    /// Leaves so many documents, the judged ones and a fixed draw of the rest. Pagefind needs gigabytes for
    /// all of Debian.
    fn thin(&mut self, most: usize) {
        let judged: BTreeSet<String> = self
            .judged_names()
            .iter()
            .map(ToString::to_string)
            .collect();
        let documents = std::mem::take(&mut self.documents);
        let (mut kept, mut rest): (Vec<_>, Vec<_>) = documents
            .into_iter()
            .partition(|document| judged.contains(&document.name));
        Random::new(1).shuffle(&mut rest);
        rest.truncate(most.saturating_sub(kept.len()));
        kept.append(&mut rest);
        kept.sort_by(|a, b| a.name.cmp(&b.name));
        self.documents = kept;
    }

    fn measure(&self, others: Option<&Others>) -> Result<(), Failure> {
        let built = build(self.documents.clone()).map_err(|e| Failure::of(self.name, e))?;
        let index = Index::from_files(built.files).map_err(|e| Failure::of(self.name, e))?;
        let [tuning, last] = &self.halves;
        let (exact, typos) = (names::exact(&self.documents), names::typos(&self.documents));
        let groups: [&[Judged]; 4] = [tuning, last, &exact, &typos];
        let ours = groups.map(|group| answers(&index, group));
        let theirs = others.map(|others| {
            let texts = groups.iter().flat_map(|group| group.iter());
            others.ask(&self.documents, texts.map(|judged| &*judged.text))
        });
        let theirs = theirs.transpose()?;
        let (mut tables, mut start) = (Vec::new(), 0);
        for (group, ours) in groups.iter().zip(ours) {
            let mut engines = vec![("paracle", outcomes(group, &ours?))];
            if let Some(theirs) = &theirs {
                let range = start..start + group.len();
                engines.push(("Pagefind", outcomes(group, &theirs.pagefind[range.clone()])));
                engines.push(("MiniSearch", outcomes(group, &theirs.minisearch[range])));
            }
            start += group.len();
            tables.push(engines);
        }
        self.print(&groups, &tables, &index)
    }

    fn print(
        &self,
        groups: &[&[Judged]; 4],
        tables: &[Vec<(&str, Vec<Outcome>)>],
        index: &Index,
    ) -> Result<(), Failure> {
        let count = self.documents.len();
        for (half, engines) in Half::ALL.iter().zip(tables) {
            let title = format!("{} ({count}), {}", self.name, half.name());
            print!("{}", table(&title, engines));
        }
        for (what, engines) in ["all names", "all names, one typo"]
            .iter()
            .zip(&tables[2..])
        {
            let title = format!("{} ({count}), {what}", self.name);
            print!("\n{title:<42}");
            for (name, outcomes) in engines {
                let Figures { queries, first, .. } = Figures::of(outcomes, None);
                print!("{name}: {:.1} % of {queries} first   ", first * 100.0);
            }
        }
        println!();
        // Those of the final half are nobody's to look at.
        for at in [0, 2, 3] {
            let ours = &tables[at][0].1;
            for (judged, outcome) in groups[at].iter().zip(ours) {
                if outcome.place != Some(1) {
                    print_miss(judged, outcome, index)?;
                }
            }
        }
        Ok(())
    }
}

fn answers(index: &Index, group: &[Judged]) -> Result<Vec<Vec<String>>, Failure> {
    let answer = |judged: &Judged| {
        let results = index
            .search(&Query::parse(&judged.text), DEPTH)
            .map_err(|error| Failure::of(&judged.text, error))?;
        Ok(results.hits.into_iter().map(|hit| hit.name).collect())
    };
    group.iter().map(answer).collect()
}

fn outcomes(group: &[Judged], answers: &[Vec<String>]) -> Vec<Outcome> {
    let pairs = group.iter().zip(answers);
    pairs
        .map(|(judged, answer)| Outcome::of(judged, answer))
        .collect()
}

fn print_miss(judged: &Judged, outcome: &Outcome, index: &Index) -> Result<(), Failure> {
    let found = &answers(index, std::slice::from_ref(judged))?[0];
    let place = outcome
        .place
        .map_or("not found".to_owned(), |place| format!("place {place}"));
    let (wanted, instead) = (&judged.relevant[0], found.first());
    let instead = instead.map_or("nothing", |name| name);
    println!(
        "  missed {:<9} {:<44} {place:<10} wants {wanted} ({}), has {instead}",
        judged.class, judged.text, judged.reason
    );
    Ok(())
}
