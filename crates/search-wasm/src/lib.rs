//! The search engine as a module for the browser: the thinnest shell over the crate `search`.
//!
//! A plain C ABI and no imports, so that a worker needs three lines to start it and nothing has to
//! be generated. One instance holds one index.
//!
//! ```text
//! alloc(len) -> ptr                bytes for the caller to fill
//! open(ptr, len) -> out            `hot.bin`, unzipped: {} or {"error":…}; replaces what was open
//! supply(piece, ptr, len) -> out   `<piece>.bin`, unzipped: {} or {"error":…}, and it stays missing
//! step(ptr, len) -> out            a request: its answer, {"need":[…]} or {"error":…}
//! ```
//!
//! Buffers that are handed in come from `alloc`, and are this side's from then on. `out` points at a
//! length (four bytes, little endian) and as many bytes of JSON, which are there until the next call.
//! A panic is a trap: the instance is spent then, and a new one has to be made.
#![cfg(target_arch = "wasm32")]
#![allow(
    unsafe_code,
    reason = "pointers are what JavaScript and WebAssembly have in common"
)]

use std::cell::RefCell;

use search::{Index, step_error};

thread_local! {
    // There is one thread, and no function here calls another that borrows.
    static INDEX: RefCell<Option<Index>> = const { RefCell::new(None) };
    static OUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Makes room for `len` bytes, which `open`, `supply` or `step` then take over.
#[unsafe(no_mangle)]
pub extern "C" fn alloc(len: usize) -> *mut u8 {
    let buffer: Box<[u8]> = vec![0; len].into_boxed_slice();
    Box::into_raw(buffer).cast()
}

/// Opens the index of a `hot.bin`.
///
/// # Safety
/// As [`taken`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn open(ptr: *mut u8, len: usize) -> *const u8 {
    // SAFETY: promised by the caller.
    let hot = unsafe { taken(ptr, len) };
    let (opened, answer) = match Index::in_pieces(hot) {
        Ok(opened) => (Some(opened), DONE.to_owned()),
        Err(error) => (None, step_error(error)),
    };
    INDEX.set(opened);
    out(&answer)
}

/// Hands over a piece that `step` said is needed.
///
/// # Safety
/// As [`taken`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn supply(piece: u32, ptr: *mut u8, len: usize) -> *const u8 {
    // SAFETY: promised by the caller.
    let bytes = unsafe { taken(ptr, len) };
    INDEX.with_borrow(|index| match index {
        Some(index) => match index.supply(piece, bytes) {
            Ok(()) => out(DONE),
            Err(error) => out(&step_error(error)),
        },
        None => out(CLOSED),
    })
}

/// Answers a request, or says which pieces that takes.
///
/// # Safety
/// As [`taken`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn step(ptr: *mut u8, len: usize) -> *const u8 {
    // SAFETY: promised by the caller.
    let request = unsafe { taken(ptr, len) };
    INDEX.with_borrow(|index| match index {
        Some(index) => out(&index.step(&request)),
        None => out(CLOSED),
    })
}

const DONE: &str = "{}";
const CLOSED: &str = r#"{"error":{"message":"no search index is open","hint":null}}"#;

/// # Safety
/// `ptr` came from `alloc(len)`, with this very `len`, and was not handed in before.
unsafe fn taken(ptr: *mut u8, len: usize) -> Vec<u8> {
    // SAFETY: `alloc` let go of such a box, which nobody took back yet.
    unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(ptr, len)) }.into_vec()
}

/// Where the answer stands.
fn out(json: &str) -> *const u8 {
    OUT.with_borrow_mut(|out| {
        out.clear();
        // Memory ends at 4 GiB.
        out.extend((json.len() as u32).to_le_bytes());
        out.extend(json.as_bytes());
        out.as_ptr()
    })
}

/// What reads an index makes no ids, yet tantivy's way of making them is linked: it gets zeros.
///
/// # Safety
/// `dest` has room for `len` bytes.
#[unsafe(no_mangle)]
unsafe extern "Rust" fn __getrandom_v03_custom(
    dest: *mut u8,
    len: usize,
) -> Result<(), getrandom::Error> {
    // SAFETY: promised by the caller.
    unsafe { dest.write_bytes(0, len) };
    Ok(())
}
