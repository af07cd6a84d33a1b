//! What the engine is given when something went wrong on the way: never a hang, and never an answer
//! made of it.

use std::path::Path;

use serde_json::{Value, json};

use super::node::{Node, write};
use super::queries;
use super::registry::{Published, SMALL, documents, published};

fn question() -> Value {
    json!({ "op": "search", "query": "kubernetes rollout ", "registry": "core" })
}

/// An index, and the pieces that the question takes at first.
fn opened(node: &mut Node) -> (Published, Vec<u64>) {
    let index = published(documents(), &SMALL);
    assert_eq!(node.open(index.folder.path()), json!({}));
    let needed = node.tell(&json!({ "step": question() }));
    let needed = needed["need"]
        .as_array()
        .unwrap_or_else(|| panic!("{needed}"));
    let needed = needed.iter().map(|piece| piece.as_u64().unwrap()).collect();
    (index, needed)
}

fn is_answered(node: &mut Node, index: &Published) {
    let native: Value =
        serde_json::from_str(&index.whole.step(question().to_string().as_bytes())).unwrap();
    assert_eq!(node.ask(&question()), native);
}

fn file(folder: &Path, name: &str) -> Vec<u8> {
    let bytes = std::fs::read(folder.join(format!("{name}.bin"))).unwrap();
    search::unzipped(&bytes, 16 << 20).unwrap()
}

#[test]
fn a_piece_that_never_comes_is_asked_for_again() {
    let Some(mut node) = Node::start() else {
        return;
    };
    let (index, needed) = opened(&mut node);
    let path = index.folder.path().join(format!("{}.bin", needed[0]));
    let bytes = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    for _ in 0..3 {
        let answered = node.tell(&json!({ "ask": question() }));
        assert_eq!(answered["missing"], needed[0], "{answered}");
    }
    // Others are answered meanwhile.
    let other = node.ask(&json!({ "op": "search", "query": "sort:name zzzzqqqq" }));
    assert!(other["hits"].is_array(), "{other}");
    write(&path, &bytes);
    is_answered(&mut node, &index);
}

#[test]
fn a_piece_of_another_length_is_refused_and_stays_missing() {
    let Some(mut node) = Node::start() else {
        return;
    };
    let (index, needed) = opened(&mut node);
    let (first, whole) = (needed[0], file(index.folder.path(), &needed[0].to_string()));
    for wrong in [
        &whole[..whole.len() - 1],
        &whole[..0],
        &[&whole[..], &[0]].concat(),
    ] {
        let said = node.tell(&json!({ "supply": [first, hex(wrong)] }));
        let message = said["error"]["message"].as_str().unwrap_or_default();
        assert!(message.contains(&format!("piece {first}")), "{said}");
        let again = node.tell(&json!({ "step": question() }));
        assert!(
            again["need"].as_array().unwrap().contains(&json!(first)),
            "{again}"
        );
    }
    for nowhere in [u64::from(u32::MAX), 1 << 20] {
        let said = node.tell(&json!({ "supply": [nowhere, hex(&whole)] }));
        assert!(said["error"]["message"].is_string(), "{said}");
    }
    is_answered(&mut node, &index);
}

#[test]
fn a_hot_file_that_is_not_what_was_written_is_refused() {
    let Some(mut node) = Node::start() else {
        return;
    };
    let index = published(documents(), &SMALL);
    let hot = file(index.folder.path(), "hot");
    let broken = tempfile::tempdir().unwrap();
    let mut wrong: Vec<Vec<u8>> = vec![Vec::new(), b"<!doctype html>".to_vec(), vec![0; 100_000]];
    wrong.extend((1..20).map(|part| hot[..hot.len() * part / 20].to_vec()));
    wrong.extend((0..40).map(|part| {
        let mut bytes = hot.clone();
        let at = (hot.len() - 1) * part / 39;
        bytes[at] ^= 1 << (part % 8);
        bytes
    }));
    for bytes in wrong {
        write(&broken.path().join("hot.bin"), &archive::gzip(&bytes));
        let said = node.open(broken.path());
        assert!(said["error"]["message"].is_string(), "{said}");
        let nothing = node.tell(&json!({ "step": question() }));
        assert_eq!(nothing["error"]["message"], "no search index is open");
    }
    assert_eq!(node.open(index.folder.path()), json!({}));
    is_answered(&mut node, &index);
}

/// Of the right length, but not what was written: by accident that cannot be, for the address of a
/// piece has the digest of its index, and its gzip member a checksum. Whoever serves such pieces has
/// made them. Then there is an error, or less is found, or tantivy panics and the instance is spent:
/// but it always ends, and another instance answers.
#[test]
fn pieces_of_another_version_are_an_error_or_find_less() {
    let Some(mut node) = Node::start() else {
        return;
    };
    let index = published(documents(), &SMALL);
    let mut documents = documents();
    documents.truncate(300);
    let other = published(documents, &SMALL);
    let hot = std::fs::read(index.folder.path().join("hot.bin")).unwrap();
    let foreign = tempfile::tempdir().unwrap();
    write(&foreign.path().join("hot.bin"), &hot);
    for seed in 0..4_u8 {
        for piece in &index.pieces {
            let own = file(index.folder.path(), piece);
            let mut bytes = match seed {
                0 if other.pieces.contains(piece) => file(other.folder.path(), piece),
                0 | 1 => own.iter().rev().copied().collect(),
                seed => noise(seed, own.len()),
            };
            bytes.resize(own.len(), seed);
            let path = foreign.path().join(format!("{piece}.bin"));
            write(&path, &archive::gzip(&bytes));
        }
        for query in queries::all().iter().step_by(4) {
            assert_eq!(node.open(foreign.path()), json!({}));
            let request = json!({ "op": "search", "query": query });
            let answered = node.tell(&json!({ "ask": request }));
            let answer = &answered["answer"];
            let answers = answer["hits"].is_array() || answer["error"]["message"].is_string();
            assert!(
                answers || answered["trap"].is_string(),
                "{seed}, {query:.100}: {answered}"
            );
        }
    }
    assert_eq!(node.open(index.folder.path()), json!({}));
    is_answered(&mut node, &index);
}

/// Bytes without rhyme or reason, the same every time.
fn noise(seed: u8, len: usize) -> Vec<u8> {
    let mut state = u64::from(seed) | 0x9e37_79b9_7f4a_7c15;
    let mut byte = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..len).map(|_| byte()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
