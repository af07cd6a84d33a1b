//! The search engine for the browser, which the build script made of `crates/search-wasm`.

/// A WebAssembly module, gzip'd; its interface is in `crates/search-wasm/src/lib.rs`. It imports
/// nothing.
///
/// `None` where this program was built without: then [`ABSENT`] says why.
pub const MODULE: Option<&[u8]> = include!(concat!(env!("OUT_DIR"), "/module.rs"));

/// Why there is no [`MODULE`], in a line or several; empty if there is one.
pub const ABSENT: &str = include_str!(concat!(env!("OUT_DIR"), "/absent.txt"));
