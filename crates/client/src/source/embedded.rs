//! The snapshot inside this program.

use std::path::Path;

use super::{Whole, World};
use crate::{ClientError, error::io_error, snapshot};

/// Made by the build script.
static SNAPSHOT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/snapshot"));

pub(super) fn open(world: &World) -> Result<Whole, ClientError> {
    let snapshot =
        snapshot::decode(SNAPSHOT).map_err(io_error(Path::new("the embedded snapshot")))?;
    let packages = snapshot.packages.values().cloned().collect();
    Ok(Whole::new(
        snapshot.config.clone(),
        packages,
        Box::new(snapshot),
        &world.cache,
    ))
}
