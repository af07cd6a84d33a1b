//! The bytes of an index.

use proptest::prelude::*;
use search::{Built, Document, Index, Query, SearchError, build, build_into};

use crate::registry::documents;

fn sorted() -> Vec<Document> {
    let mut documents = documents();
    documents.sort_by(|a, b| a.order(b));
    documents
}

#[test]
fn in_memory_and_in_a_folder_are_the_same_bytes() {
    let built = build(documents()).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let digest = build_into(dir.path(), sorted().into_iter().map(Ok::<_, SearchError>)).unwrap();
    assert_eq!(digest, built.digest);
    let mut files: Vec<_> = std::fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    assert_eq!(files, built.files);

    let index = Index::open(dir.path()).unwrap();
    assert_eq!(index.len(), documents().len());
    let found = index.search(&Query::parse("review a diff"), 1).unwrap();
    assert_eq!(found.hits[0].name, "core/code-reviewer");
}

/// Pinned: whoever changes what stands in an index raises `FORMAT` and renews this digest.
#[test]
fn the_bytes_are_those_of_this_format() {
    let Built { digest, files } = build(documents()).unwrap();
    assert!(files.iter().any(|(name, _)| name == "sums"));
    assert_eq!(digest, PINNED);
}

const PINNED: &str = "c0e62326e2e1d7453576b00ea8be04c8d8ced9d0efe596c17591d7f760d0efb7";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn the_order_of_documents_does_not_matter(shuffled in Just(documents()).prop_shuffle()) {
        prop_assert_eq!(build(shuffled).unwrap().digest, build(documents()).unwrap().digest);
    }
}

#[test]
fn every_change_changes_the_digest() {
    let digest = build(documents()).unwrap().digest;
    assert_eq!(digest.len(), 64);
    let changes: [fn(&mut Document); 5] = [
        |d| d.version = "1.0.1".to_owned(),
        |d| d.summary.push_str(" indeed"),
        |d| d.readme.push_str("\nIndeed."),
        |d| d.keywords.clear(),
        |d| d.deprecated = !d.deprecated,
    ];
    for change in changes {
        let mut changed = documents();
        change(&mut changed[3]);
        assert_ne!(build(changed).unwrap().digest, digest);
    }
}

#[test]
fn the_dictionary_is_not_compressed() {
    // Blocks above two kilobytes would be, with the wrong feature on; `build` refuses such an index.
    let built = build(documents()).unwrap();
    let (_, term) = built
        .files
        .iter()
        .find(|(name, _)| name.ends_with(".term"))
        .unwrap();
    let block = u32::from_le_bytes(term[..4].try_into().unwrap());
    assert!(block > 2048, "{block}");
    assert_eq!(term[4], 0);
}

#[test]
fn order_and_names_are_checked() {
    let dir = tempfile::tempdir().unwrap();
    let mut backwards = sorted();
    backwards.reverse();
    let error =
        build_into(dir.path(), backwards.into_iter().map(Ok::<_, SearchError>)).unwrap_err();
    assert!(matches!(error, SearchError::OutOfOrder { .. }), "{error}");
    // What was left behind is not an index.
    assert!(matches!(
        Index::open(dir.path()),
        Err(SearchError::Missing { .. })
    ));

    let mut twice = documents();
    twice.push(twice[0].clone());
    assert!(matches!(build(twice), Err(SearchError::Duplicate { .. })));
}

#[test]
fn none_and_odd_documents() {
    let empty = Index::from_files(build(Vec::new()).unwrap().files).unwrap();
    assert!(empty.is_empty());
    assert_eq!(
        empty
            .search(&Query::parse("review kind:agent"), 10)
            .unwrap()
            .total,
        0
    );

    let odd = Document {
        name: "x\u{1f}y\u{0}".to_owned(),
        summary: "tab\tand\u{1f}bell\u{7}".repeat(1000),
        keywords: vec!["k".repeat(100_000); 1000],
        readme: "<a".repeat(1 << 20),
        license: "(((".to_owned(),
        ..Document::default()
    };
    let index = Index::from_files(build(vec![odd, Document::default()]).unwrap().files).unwrap();
    let results = index.search(&Query::parse("bell"), 10).unwrap();
    assert_eq!(results.total, 1);
    assert!(!results.hits[0].summary.contains(char::is_control));
}

#[test]
fn what_is_no_index_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let error = Index::open(dir.path()).unwrap_err();
    assert_eq!(error.to_string(), "the search index lacks `sums`");
    assert!(error.hint().unwrap().contains("build the index again"));
    assert!(matches!(
        Index::open(&dir.path().join("no")),
        Err(SearchError::Io { .. })
    ));
    let mut files = build(documents()).unwrap().files;
    files.retain(|(name, _)| name != "meta.json");
    assert!(matches!(
        Index::from_files(files),
        Err(SearchError::Missing { .. })
    ));
}
