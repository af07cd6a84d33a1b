//! Any bytes as an archive, and as the tar inside a good envelope: never a panic, and what is
//! accepted packs to the same tar.
#![no_main]

use std::io::Write as _;

use archive::{Limits, pack, read};
use flate2::{Compression, GzBuilder};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = read(bytes, &Limits::public());
    let mut gzip = GzBuilder::new()
        .operating_system(255)
        .write(Vec::new(), Compression::best());
    gzip.write_all(bytes).expect("a vector takes all");
    let gzip = gzip.finish().expect("a vector takes all");
    if let Ok(contents) = read(&gzip, &Limits::public()) {
        let packed = pack(contents.entries).expect("what was read packs");
        assert_eq!(packed.content_id, contents.content_id);
    }
});
