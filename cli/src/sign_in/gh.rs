//! What GitHub's own program is signed in with.
#![allow(
    clippy::disallowed_methods,
    reason = "programs are started at the door, and this is it"
)]

use std::{
    env,
    io::Read,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use publish::forge::Token;

use crate::context::Context;

/// It may ask a keyring of its own, and a person to unlock that.
const PATIENCE: Duration = Duration::from_secs(20);

/// All that it needs of the environment: where its settings and the keyring are. Not the variables that
/// could hold a token: those were looked at already.
const LET_THROUGH: [&str; 9] = [
    "XDG_CONFIG_HOME",
    "XDG_STATE_HOME",
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
    "GH_CONFIG_DIR",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "SystemRoot",
];

/// Its token for `host`; `None` where it is not installed, or not signed in.
pub(super) fn token(context: &Context, host: &str) -> Option<Token> {
    let program = find(context)?;
    let home = context.world.git.home.as_deref();
    let mut command = Command::new(program);
    command
        .args(["auth", "token", "--hostname", host])
        // Not the working folder, whose settings are somebody else's.
        .current_dir(home.filter(|home| home.is_dir()).unwrap_or(Path::new("/")))
        .env_clear()
        .env("PATH", &context.path)
        .env("GH_PROMPT_DISABLED", "1")
        .env("GH_NO_UPDATE_NOTIFIER", "1")
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    if let Some(home) = home {
        command.env("HOME", home);
    }
    for name in LET_THROUGH {
        if let Some(value) = context.variable(name) {
            command.env(name, value);
        }
    }
    let mut child = command.spawn().ok()?;
    let printed = printed(&mut child, PATIENCE);
    let _ = child.kill();
    let succeeded = child.wait().is_ok_and(|status| status.success());
    printed
        .filter(|_| succeeded)
        .and_then(|text| Token::new(&text))
}

/// What it prints until it ends, if it ends in time.
fn printed(child: &mut Child, patience: Duration) -> Option<String> {
    let begun = Instant::now();
    let pipe = child.stdout.take()?;
    let (send, text) = mpsc::channel();
    thread::spawn(move || {
        let mut text = String::new();
        // A token is much shorter.
        let read = pipe.take(8 << 10).read_to_string(&mut text);
        let _ = send.send(read.ok().map(|_| text));
    });
    let text = text.recv_timeout(patience).ok().flatten()?;
    // Its output is closed; it is about to end.
    while child.try_wait().ok()?.is_none() {
        if begun.elapsed() > patience {
            return None;
        }
        thread::sleep(Duration::from_millis(5));
    }
    Some(text)
}

/// On the PATH, but never in the working folder: a `gh` there comes from whoever made the project.
fn find(context: &Context) -> Option<PathBuf> {
    let name = format!("gh{}", env::consts::EXE_SUFFIX);
    env::split_paths(&context.path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&name))
        .find(|program| program.is_file())
}
