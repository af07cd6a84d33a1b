//! One child: started, fed, read up to a cap, waited for up to a deadline, reaped.

use std::ffi::OsString;
use std::io::{self, Read, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// What of the child's standard error is kept: only looked through for known phrases.
const COMPLAINT: u64 = 16 * 1024;

/// How a child ended, and what it said until then.
pub(crate) struct Ended {
    pub(crate) said: Vec<u8>,
    pub(crate) complaint: Vec<u8>,
    pub(crate) how: How,
}

pub(crate) enum How {
    Exited(ExitStatus),
    /// Killed by us: the time was up.
    TimedOut,
    /// Killed by us: it said more than the cap.
    SaidTooMuch,
}

/// Runs `program` with nothing in its environment, `input` on its standard input and at most
/// `cap` bytes taken from its standard output. Returns when it has ended, which it has after
/// `wall` at the latest.
///
/// # Errors
///
/// When it could not be started or waited for. A child that does not read is no error.
pub(crate) fn run(
    program: &Path,
    args: &[OsString],
    input: &[u8],
    cap: u64,
    wall: Duration,
) -> io::Result<Ended> {
    let deadline = Instant::now() + wall;
    let mut child = start(program, args)?;
    let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(mut stdin), Some(stdout), Some(mut stderr)) = pipes else {
        return Err(io::Error::other("a pipe is missing"));
    };
    thread::scope(|scope| {
        // A child that stops reading is told of by how it ends.
        scope.spawn(move || stdin.write_all(input));
        let complaint = scope.spawn(move || {
            let mut kept = Vec::new();
            let _ = stderr.by_ref().take(COMPLAINT).read_to_end(&mut kept);
            let _ = io::copy(&mut stderr, &mut io::sink());
            kept
        });
        let (sender, receiver) = mpsc::channel();
        scope.spawn(move || {
            let mut said = Vec::new();
            let _ = stdout.take(cap + 1).read_to_end(&mut said);
            sender.send(said)
        });

        let (said, how) = match receiver.recv_timeout(wall) {
            Ok(said) if said.len() as u64 > cap => {
                reap(&mut child, Instant::now())?;
                (said, How::SaidTooMuch)
            }
            Ok(said) => (said, reap(&mut child, deadline)?),
            Err(_) => {
                let how = reap(&mut child, Instant::now())?;
                (receiver.recv().unwrap_or_default(), how)
            }
        };
        Ok(Ended {
            said,
            complaint: complaint.join().unwrap_or_default(),
            how,
        })
    })
}

#[allow(
    clippy::disallowed_methods,
    reason = "the one place of this crate that starts a program, and it starts our own"
)]
fn start(program: &Path, args: &[OsString]) -> io::Result<Child> {
    Command::new(program)
        .args(args)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
}

/// Waits for the end of a child until `deadline`, then kills it. A child that was killed but had
/// ended on its own counts as that.
fn reap(child: &mut Child, deadline: Instant) -> io::Result<How> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(How::Exited(status));
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            return Ok(How::TimedOut);
        }
        // It has closed its standard output: the end is a moment away.
        thread::sleep(Duration::from_millis(1));
    }
}
