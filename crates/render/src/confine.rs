//! What the child gives up, for good, before it reads anything.

use crate::limits::Limits;

/// Takes on `limits` as far as this system has them. They can be taken on again, tighter.
///
/// # Errors
///
/// When the system refuses one: a child that is not confined must not go on.
#[cfg(unix)]
pub(crate) fn confine(limits: &Limits) -> std::io::Result<()> {
    use rustix::process::Resource;

    // No core file of it, no file written by it, no file opened by it: 0, 1 and 2 are open.
    lower(Resource::Core, 0, 0)?;
    lower(Resource::Fsize, 0, 0)?;
    lower(Resource::Nofile, 3, 3)?;
    // The soft limit ends the child by SIGXCPU, which tells why; the hard one by SIGKILL.
    let seconds = limits.cpu_seconds();
    lower(Resource::Cpu, seconds, seconds + 1)?;
    // macOS has the name but does not act on it, and refuses some values; OpenBSD has no name.
    #[cfg(not(any(target_vendor = "apple", target_os = "openbsd")))]
    lower(Resource::As, limits.memory, limits.memory)?;
    Ok(())
}

/// Sets a limit, unless the one in force is tighter already.
#[cfg(unix)]
fn lower(resource: rustix::process::Resource, soft: u64, hard: u64) -> std::io::Result<()> {
    use rustix::process::{Rlimit, getrlimit, setrlimit};

    let held = getrlimit(resource);
    let tighter = |held: Option<u64>, new: u64| Some(held.map_or(new, |held| held.min(new)));
    let new = Rlimit {
        current: tighter(held.current, soft),
        maximum: tighter(held.maximum, hard),
    };
    Ok(setrlimit(resource, new)?)
}

/// Systems without such limits: the guard, the budget, the fuel, the output cap and the parent's
/// clock are what holds.
#[cfg(not(unix))]
pub(crate) fn confine(_limits: &Limits) -> std::io::Result<()> {
    Ok(())
}
