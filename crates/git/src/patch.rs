//! A change as a mailbox, as `git am` takes it.

use std::path::Path;

use crate::edit::{self, Edit, Saying};
use crate::{Commit, GitError, Program, scratch};

/// The change from `before` (the edited files as they are, and nothing else) by `edits`, as one
/// message of a mailbox. Works in `dir`, an empty folder. The same input gives the same bytes,
/// whatever the user's settings: none are read.
///
/// Files that hold carriage returns are written as binary patches: mail programs, and `git am`
/// among them, drop those.
///
/// # Errors
/// [`GitError::Library`] for paths and names that git does not take, and whatever git says.
pub fn mailbox(
    program: &Program,
    dir: &Path,
    before: &[Edit<'_>],
    edits: &[Edit<'_>],
    saying: &Saying<'_>,
) -> Result<Vec<u8>, GitError> {
    let repository = scratch::init(dir)?;
    scratch::attributes(dir, &attributes(before, edits))?;
    let base = edit::commit(&repository, None, before, saying)?;
    let change: Commit = edit::commit(&repository, Some(base), edits, saying)?.into();
    let program = program.without_settings();
    let call = program.call("format-patch", dir).of_bare_folder();
    call.option("--stdout")
        .option("--binary")
        .option("--full-index")
        .option("--no-renames")
        .option("--no-signature")
        .option("--no-ext-diff")
        .option("--encode-email-headers")
        // The commit is one of ours alone: its name means nothing to who reads the patch.
        .option("--zero-commit")
        .option("-1")
        .option(change.as_str())
        .run()
}

/// What stands above every `.gitattributes` of the change: those could hide what it does.
fn attributes(before: &[Edit<'_>], edits: &[Edit<'_>]) -> String {
    let mut text = String::from("* !diff !text !eol\n");
    let with_returns = before
        .iter()
        .chain(edits)
        .filter(|edit| edit.file.is_some_and(|file| file.bytes.contains(&b'\r')));
    for edit in with_returns {
        // A pattern in C quotes, so that no character means more than itself.
        text.push_str("\"/");
        for byte in edit.path.bytes() {
            match byte {
                b'*' | b'?' | b'[' | b']' | b'\\' => {
                    text.push_str("\\\\");
                    text.push_str(&format!("\\{byte:03o}"));
                }
                byte => text.push_str(&format!("\\{byte:03o}")),
            }
        }
        text.push_str("\" -diff\n");
    }
    text
}
