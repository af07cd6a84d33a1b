//! The system calls that change something, and how often a run makes each, by strace's account.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::workspace::Failure;

/// Every call by which a file system is changed, or that things are on the disk is made sure of. Opening
/// is among them: it makes files. What this kernel or processor does not have, strace passes over.
pub(super) const CHANGING: &[&str] = &[
    "open",
    "openat",
    "openat2",
    "creat",
    "write",
    "writev",
    "pwrite64",
    "pwritev",
    "pwritev2",
    "copy_file_range",
    "sendfile",
    "splice",
    "ftruncate",
    "truncate",
    "fallocate",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
    "unlink",
    "unlinkat",
    "rmdir",
    "mkdir",
    "mkdirat",
    "mknodat",
    "fsync",
    "fdatasync",
    "syncfs",
    "sync_file_range",
    "msync",
    "chmod",
    "fchmod",
    "fchmodat",
    "fchmodat2",
    "chown",
    "fchown",
    "fchownat",
    "utimensat",
    "fsetxattr",
    "flock",
];

/// By which processes and threads are made.
const FORKING: &[&str] = &["fork", "vfork", "clone", "clone3"];

/// A thread of a run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Task {
    /// Whether it shares its process with another one.
    pub(super) is_thread: bool,
    /// How often it made each call.
    pub(super) counts: BTreeMap<String, usize>,
    /// How many of them can change a file: on no pipe, and not only opening one to read it.
    pub(super) on_files: usize,
}

/// All threads of a run; the first is the program's own.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Census {
    pub(super) main: Task,
    pub(super) others: Vec<Task>,
}

/// How strace is asked for a census, written to `trace`.
pub(super) fn counting(trace: &Path) -> Vec<String> {
    let names = [CHANGING, FORKING].concat();
    let names: Vec<String> = names.iter().map(|name| format!("?{name}")).collect();
    // `-y`: descriptors are written with what they are of.
    let mut words = ["strace", "-f", "-qq", "-y", "-o"]
        .map(str::to_owned)
        .to_vec();
    words.push(trace.display().to_string());
    words.extend(["-e".to_owned(), format!("trace={}", names.join(","))]);
    words
}

impl Census {
    pub(super) fn read(trace: &Path) -> Result<Census, Failure> {
        let text = fs::read(trace).map_err(|error| Failure::of(trace.display(), error))?;
        Ok(Census::of(&String::from_utf8_lossy(&text)))
    }

    /// Reads lines of `strace -f -o`: the thread's number, and `call(arguments) = result`. A call during
    /// which another thread is heard ends in `<unfinished ...>`, and goes on later as `<... call resumed>`.
    fn of(trace: &str) -> Census {
        let mut tasks: Vec<(&str, Task)> = Vec::new();
        let mut threads: Vec<&str> = Vec::new();
        let mut makes_thread: BTreeMap<&str, bool> = BTreeMap::new();
        for line in trace.lines() {
            let Some((id, rest)) = line.split_once(' ') else {
                continue;
            };
            let rest = rest.trim_start();
            let at = tasks.iter().position(|(known, _)| *known == id);
            let at = at.unwrap_or_else(|| {
                tasks.push((id, Task::default()));
                tasks.len() - 1
            });
            let resumed = rest.strip_prefix("<... ");
            let name = resumed
                .unwrap_or(rest)
                .split(['(', ' '])
                .next()
                .unwrap_or("");
            if FORKING.contains(&name) {
                if resumed.is_none() {
                    makes_thread.insert(id, rest.contains("CLONE_THREAD"));
                }
                if let Some((_, made)) = rest.rsplit_once(" = ")
                    && makes_thread.get(id) == Some(&true)
                {
                    threads.push(made);
                }
            } else if resumed.is_none() && CHANGING.contains(&name) {
                let task = &mut tasks[at].1;
                *task.counts.entry(name.to_owned()).or_default() += 1;
                let only_reads = name.starts_with("open") && rest.contains("O_RDONLY");
                task.on_files += usize::from(!only_reads && !rest.contains("<pipe:"));
            }
        }
        let mut tasks = tasks.into_iter().map(|(id, task)| Task {
            is_thread: threads.contains(&id),
            ..task
        });
        Census {
            main: tasks.next().unwrap_or_default(),
            others: tasks.collect(),
        }
    }

    /// How many threads change files beside the program's first: their calls are not swept, since strace
    /// counts calls by thread.
    pub(super) fn threads(&self) -> usize {
        let others = self.others.iter();
        others
            .filter(|task| task.is_thread && task.on_files > 0)
            .count()
    }

    /// The most calls of each name that any other process makes.
    pub(super) fn children(&self) -> BTreeMap<String, usize> {
        let mut most = BTreeMap::new();
        for (name, count) in self.others.iter().flat_map(|task| &task.counts) {
            let known: &mut usize = most.entry(name.clone()).or_default();
            *known = (*known).max(*count);
        }
        most
    }
}

#[cfg(test)]
mod tests {
    use super::Census;

    #[test]
    fn calls_are_counted_by_thread() {
        let trace = "\
7 openat(AT_FDCWD, \"x (y\", O_RDONLY) = 3
7 write(1, \"write(\", 6) = 6
7 clone3({flags=CLONE_VM|CLONE_VFORK, exit_signal=SIGCHLD}, 88 <unfinished ...>
9 write(1, \"a\", 1 <unfinished ...>
7 <... clone3 resumed>) = 9
7 clone3({flags=CLONE_VM|CLONE_THREAD}, 88) = 10
9 <... write resumed>) = 1
9 write(1, \"a\", 1) = 1
7 clone3({flags=CLONE_VM|CLONE_THREAD}, 88) = 11
10 fsync(3</a/b>) = 0
11 write(5<pipe:[1]>, \"a\", 1) = 1
11 openat2(3</a>, \"b\", {flags=O_RDONLY|O_NOFOLLOW}, 24) = 4
7 +++ exited with 0 +++
";
        let census = Census::of(trace);
        assert_eq!(census.main.counts["openat"], 1);
        assert_eq!(census.main.counts["write"], 1);
        assert_eq!(census.others.len(), 3);
        assert_eq!(census.main.on_files, 1);
        assert_eq!(census.threads(), 1);
        assert_eq!(census.children()["write"], 2);
    }
}
