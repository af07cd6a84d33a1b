//! A whole process, from its start to its end.

use std::process::{Command, Stdio};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use wait4::Wait4 as _;

use crate::workspace::Failure;

/// What one run took.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Sample {
    /// On the clock, in seconds.
    pub(super) wall: f64,
    /// Of all its threads and of the processes it waited for, in seconds.
    pub(super) user: f64,
    /// In the kernel for them, in seconds.
    pub(super) system: f64,
    /// The most memory that the largest of them had, in bytes. Reading a file through memory counts.
    pub(super) memory: u64,
}

/// Runs `command` with its output thrown away. It must succeed.
pub(super) fn measure(command: &mut Command) -> Result<Sample, Failure> {
    let line = format!("{command:?}");
    let failed = |error| Failure::of(&line, error);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let begun = Instant::now();
    let used = command.spawn().map_err(failed)?.wait4().map_err(failed)?;
    let wall = begun.elapsed().as_secs_f64();
    if !used.status.success() {
        return Err(Failure(format!("{line} failed ({})", used.status)));
    }
    Ok(Sample {
        wall,
        user: used.rusage.utime.as_secs_f64(),
        system: used.rusage.stime.as_secs_f64(),
        memory: used.rusage.maxrss,
    })
}

#[cfg(all(test, unix))]
mod tests {
    use std::process::Command;

    use super::measure;

    #[test]
    fn a_process_is_measured_and_its_failure_told() {
        let script = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done";
        let sample = measure(Command::new("sh").args(["-c", script])).unwrap();
        assert!(
            sample.wall > 0.0 && sample.user > 0.0 && sample.memory > 100_000,
            "{sample:?}"
        );
        assert!(
            sample.user + sample.system <= sample.wall * 1.5,
            "{sample:?}"
        );
        assert!(measure(Command::new("sh").args(["-c", "exit 3"])).is_err());
    }
}
