//! What a user told git about themselves.

use std::path::Path;
use std::time::Duration;

use crate::{Environment, Program};

/// Longer than any name.
const MOST: usize = 256;

/// The user's setting `key`, such as `github.user`, as git reads it in `folder`. `None` where there is none,
/// or no git.
pub fn setting(environment: Environment, folder: &Path, key: &'static str) -> Option<String> {
    let program = Program::new(environment).with_timeout(Duration::from_secs(5));
    let call = program.call("config", folder).option("--get");
    let call = call.operand(key).ok()?;
    let text = String::from_utf8(call.run().ok()?).ok()?;
    let value = text.trim();
    (!value.is_empty() && value.len() <= MOST).then(|| value.to_owned())
}
