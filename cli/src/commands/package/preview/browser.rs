//! A page opened in whatever opens pages here.
#![allow(
    clippy::disallowed_methods,
    reason = "starts the user's browser, which is this module's whole purpose"
)]

use std::process::{Command, Stdio};

use crate::context::Context;

/// Opens `address`, one of our own server. Where that cannot be done, the address stands on the terminal.
pub(super) fn open(address: &str, context: &Context) {
    let (program, before): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("cmd", &["/C", "start", ""])
    } else {
        ("xdg-open", &[])
    };
    let started = Command::new(program)
        .args(before)
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if started.is_err() {
        context
            .ui
            .hint("no browser could be started; open the address in one");
    }
}
