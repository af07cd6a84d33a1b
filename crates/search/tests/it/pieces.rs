//! An index that comes in pieces answers what the whole one answers.

use std::collections::BTreeMap;

use proptest::prelude::*;
use search::{Built, HOT, Index, Packing, Query, SearchError, build, unzipped};

use crate::queries::FIRST;
use crate::registry::{documents, index};

/// Everything in pieces, as in a large registry.
const SMALL: Packing = Packing {
    piece: 300,
    small_piece: 200,
    whole_piece: 1000,
    hot: 0,
};

/// A host, its files unzipped, and how often it was asked.
struct Host {
    files: BTreeMap<String, Vec<u8>>,
    rounds: usize,
    fetched: usize,
}

impl Host {
    fn of(built: &Built, packing: &Packing) -> Self {
        let (_, files) = built.pack(packing).unwrap();
        let files = files
            .into_iter()
            .filter(|(name, _)| name != search::DIGESTS);
        Self {
            files: files
                .map(|(name, bytes)| (name, unzipped(&bytes, 1 << 24).unwrap()))
                .collect(),
            rounds: 0,
            fetched: 0,
        }
    }

    fn open(&self) -> Index {
        Index::in_pieces(self.files[HOT].clone()).unwrap()
    }

    /// What a browser does.
    fn ask<T>(
        &mut self,
        index: &Index,
        ask: impl Fn(&Index) -> Result<T, SearchError>,
    ) -> Result<T, SearchError> {
        loop {
            match ask(index) {
                Err(SearchError::Lacking { pieces }) => {
                    assert!(!pieces.is_empty());
                    self.rounds += 1;
                    self.fetched += pieces.len();
                    for piece in pieces {
                        let bytes = self.files[&format!("{piece}.bin")].clone();
                        index.supply(piece, bytes)?;
                    }
                }
                answer => return answer,
            }
        }
    }
}

#[test]
fn pieces_and_the_whole_give_the_same_answers() {
    let built = build(documents()).unwrap();
    let mut host = Host::of(&built, &SMALL);
    assert!(host.files.len() > 50, "{}", host.files.len());
    for (text, _) in FIRST {
        let query = Query::parse(text);
        let pieced = host.open();
        host.rounds = 0;
        let found = host.ask(&pieced, |index| index.search(&query, 10)).unwrap();
        assert_eq!(found, index().search(&query, 10).unwrap(), "{text}");
        // Words, lists, hits; with a typo two more.
        assert!(host.rounds <= 5, "{text}: {}", host.rounds);
        let docs: Vec<u32> = found.hits.iter().map(|hit| hit.doc).collect();
        let snippets = host.ask(&pieced, |index| index.snippets(&query, &docs));
        assert_eq!(snippets.unwrap(), index().snippets(&query, &docs).unwrap());
        let facets = host.ask(&pieced, |index| index.facets(&query)).unwrap();
        assert_eq!(facets, index().facets(&query).unwrap(), "{text}");
    }
    let similar = |index: &Index| index.similar("core/code-reviewer", 5);
    let pieced = host.open();
    let found = host.ask(&pieced, similar).unwrap();
    assert_eq!(found, similar(index()).unwrap());
}

#[test]
fn a_small_index_is_one_file() {
    let (_, files) = build(documents())
        .unwrap()
        .pack(&Packing::default())
        .unwrap();
    let names: Vec<&str> = files.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, [HOT, search::DIGESTS]);
    let mut host = Host::of(&build(documents()).unwrap(), &Packing::default());
    let pieced = host.open();
    host.ask(&pieced, |index| {
        index.search(&Query::parse("review a diff"), 10)
    })
    .unwrap();
    assert_eq!(host.rounds, 0);
}

#[test]
fn packing_twice_gives_the_same_bytes() {
    let pack = || build(documents()).unwrap().pack(&SMALL).unwrap();
    assert_eq!(pack(), pack());
    let (other, _) = build(documents())
        .unwrap()
        .pack(&Packing::default())
        .unwrap();
    assert_ne!(other.digest, pack().0.digest);
}

#[test]
fn a_wrong_piece_is_refused_and_still_lacking() {
    let built = build(documents()).unwrap();
    let host = Host::of(&built, &SMALL);
    let pieced = host.open();
    let ask = || pieced.search(&Query::parse("review"), 10);
    let Err(SearchError::Lacking { pieces }) = ask() else {
        panic!("nothing is here yet");
    };
    let wrong = pieced.supply(pieces[0], vec![0; 3]).unwrap_err();
    assert!(wrong.to_string().contains("has 3 bytes"), "{wrong}");
    assert!(pieced.supply(1 << 20, Vec::new()).is_err());
    let Err(SearchError::Lacking { pieces: again }) = ask() else {
        panic!("it is not here now");
    };
    assert_eq!(again, pieces);
}

#[test]
fn a_broken_first_file_is_noticed() {
    let built = build(documents()).unwrap();
    let hot = Host::of(&built, &SMALL).files[HOT].clone();
    for len in (0..hot.len()).step_by(hot.len() / 50) {
        assert!(Index::in_pieces(hot[..len].to_vec()).is_err());
    }
    for at in (0..hot.len()).step_by(hot.len() / 200) {
        let mut broken = hot.clone();
        broken[at] ^= 0x20;
        assert!(Index::in_pieces(broken).is_err(), "{at}");
    }
    let mut newer = hot.clone();
    newer[12] = 99;
    let error = Index::in_pieces(newer).unwrap_err();
    assert!(matches!(error, SearchError::Format { found: 99 }));
}

#[test]
fn zip_bombs_and_cut_files_are_refused() {
    let (_, files) = build(documents()).unwrap().pack(&SMALL).unwrap();
    let (_, hot) = &files[0];
    assert!(unzipped(hot, 100).is_err());
    assert!(unzipped(&hot[..hot.len() / 2], 1 << 24).is_err());
    assert!(unzipped(b"<!doctype html>", 1 << 24).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Pieces that hold other bytes than were written, of the right length: an error or fewer hits.
    #[test]
    fn forged_pieces_do_no_harm(seed in any::<u8>(), nth in 0..6_usize) {
        let built = build(documents()).unwrap();
        let host = Host::of(&built, &SMALL);
        let pieced = host.open();
        let query = Query::parse(["review a diff", "kuberentes", "kind:agent", "\"code review\"", "a -b", "s"][nth]);
        for _ in 0..20 {
            match pieced.search(&query, 20) {
                Err(SearchError::Lacking { pieces }) => for piece in pieces {
                    let mut bytes = host.files[&format!("{piece}.bin")].clone();
                    let at = usize::from(seed) % bytes.len();
                    bytes[at] ^= seed | 1;
                    pieced.supply(piece, bytes).unwrap();
                },
                _ => break,
            }
        }
    }
}
