//! Starts the `git` program: the only place that does.
//!
//! Arguments are a list, never a line for a shell. What comes from outside is an operand: it
//! stands behind `--` and may not start with `-`. The environment is empty but for what is set
//! here, so neither `GIT_DIR` nor `GIT_SSH_COMMAND` of a hook we run under reaches it.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::GitError;
use crate::plain::plain;

/// The most that is kept of what the program writes, in bytes.
const MAX_OUTPUT: usize = 64 << 20;

/// The most that is kept of its messages: their end, where the reason stands.
const MAX_MESSAGES: usize = 16 << 10;

/// Settings that no repository, no user and no system can take back, since the command line wins.
const SETTINGS: [&str; 12] = [
    // A repository must not name programs to run.
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.askPass=",
    "protocol.ext.allow=never",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    // Names that NTFS or HFS+ would read as `.git` are refused everywhere.
    "core.protectNTFS=true",
    "core.protectHFS=true",
    // Nothing goes on in the background, and a stalled server is left.
    "gc.auto=0",
    "maintenance.auto=false",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=30",
];

/// What the program sees of the process that runs us. Handed in by whoever may read it.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// `PATH`: where `git` and its transports are found.
    pub path: OsString,
    /// `HOME`: the user's git settings and credential helpers. Without one there are none.
    pub home: Option<PathBuf>,
    /// More variables to let through, such as a proxy's or an ssh agent's. Those that start with
    /// `GIT_` are dropped.
    pub more: Vec<(OsString, OsString)>,
}

/// How `git` is started.
#[derive(Debug, Clone)]
pub struct Program {
    environment: Environment,
    timeout: Duration,
}

impl Program {
    /// The `git` found on the path of `environment`, with ten minutes for each call.
    pub fn new(environment: Environment) -> Self {
        Self {
            environment,
            timeout: Duration::from_secs(600),
        }
    }

    /// Another time after which a call is killed, with all that it started.
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// A call of the subcommand `name`, working in `dir`.
    pub fn call<'a>(&'a self, name: &'static str, dir: &'a Path) -> Call<'a> {
        Call {
            program: self,
            name,
            dir,
            settings: Vec::new(),
            options: Vec::new(),
            operands: Vec::new(),
            protocols: String::new(),
            here: Here::Found,
        }
    }

    /// The same without the user's settings, credentials and proxies: for what must come out alike
    /// everywhere.
    pub(crate) fn without_settings(&self) -> Self {
        let environment = Environment {
            path: self.environment.path.clone(),
            ..Environment::default()
        };
        Self {
            environment,
            timeout: self.timeout,
        }
    }

    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place that starts git"
    )]
    fn command(&self, dir: &Path) -> Command {
        let mut command = Command::new("git");
        let null = if cfg!(windows) { "NUL" } else { "/dev/null" };
        let more = self.environment.more.iter();
        let more = more.filter(|(name, _)| !name.as_encoded_bytes().starts_with(b"GIT_"));
        command
            .current_dir(dir)
            .env_clear()
            .envs(more.map(|(name, value)| (name, value)))
            .env("PATH", &self.environment.path)
            .env("LC_ALL", "C")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_ATTR_NOSYSTEM", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        match &self.environment.home {
            Some(home) => command.env("HOME", home),
            None => command.env("GIT_CONFIG_GLOBAL", null),
        };
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        command
    }
}

/// One call, put together.
#[must_use = "nothing happens until it is run"]
pub struct Call<'a> {
    program: &'a Program,
    name: &'static str,
    dir: &'a Path,
    settings: Vec<String>,
    options: Vec<OsString>,
    operands: Vec<OsString>,
    protocols: String,
    here: Here,
}

/// Which repository a call is about.
#[derive(Clone, Copy)]
enum Here {
    /// The one that git finds from the folder upwards.
    Found,
    /// The folder with its work tree.
    Folder,
    /// The folder itself.
    Bare,
}

impl Call<'_> {
    /// A setting (`name=value`) for this call. Never made of text from outside.
    pub fn setting(mut self, setting: &str) -> Self {
        self.settings.push(setting.to_owned());
        self
    }

    /// An option of the subcommand. Never made of text from outside.
    pub fn option(mut self, option: impl AsRef<OsStr>) -> Self {
        self.options.push(option.as_ref().to_owned());
        self
    }

    /// An operand, which may come from outside.
    ///
    /// # Errors
    /// [`GitError::Option`] when it starts with `-` or is empty.
    pub fn operand(mut self, operand: impl AsRef<OsStr>) -> Result<Self, GitError> {
        let operand = operand.as_ref();
        if operand.is_empty() || operand.as_encoded_bytes().starts_with(b"-") {
            return Err(GitError::Option {
                operand: operand.to_string_lossy().into_owned(),
            });
        }
        self.operands.push(operand.to_owned());
        Ok(self)
    }

    /// Takes the repository of the folder itself, never one further up.
    pub fn of_this_folder(mut self) -> Self {
        self.here = Here::Folder;
        self
    }

    /// Takes the folder itself, a bare repository.
    pub(crate) fn of_bare_folder(mut self) -> Self {
        self.here = Here::Bare;
        self
    }

    /// Transports that the call may use, as in `GIT_ALLOW_PROTOCOL`. None unless said.
    pub fn protocols(mut self, protocols: String) -> Self {
        self.protocols = protocols;
        self
    }

    /// Runs it, and returns what it wrote to its standard output.
    ///
    /// # Errors
    /// [`GitError::NotStarted`], [`GitError::Failed`] with its messages, [`GitError::TimedOut`].
    pub fn run(self) -> Result<Vec<u8>, GitError> {
        let mut command = self.program.command(self.dir);
        for setting in &self.settings {
            command.args(["-c", setting]);
        }
        command.env("GIT_ALLOW_PROTOCOL", &self.protocols);
        match self.here {
            Here::Found => {}
            Here::Folder => {
                command.env("GIT_DIR", ".git").env("GIT_WORK_TREE", ".");
            }
            Here::Bare => {
                command.env("GIT_DIR", ".");
            }
        }
        command.arg(self.name).args(&self.options);
        command.arg("--").args(&self.operands);
        let mut child = command
            .spawn()
            .map_err(|source| GitError::NotStarted { source })?;
        let output = child.stdout.take().map(|pipe| read(pipe, MAX_OUTPUT));
        let messages = child.stderr.take().map(|pipe| read_end(pipe, MAX_MESSAGES));
        let ended = wait(&mut child, self.program.timeout);
        let collect = |reader: Option<thread::JoinHandle<Vec<u8>>>| {
            reader
                .and_then(|reader| reader.join().ok())
                .unwrap_or_default()
        };
        let (output, messages) = (collect(output), collect(messages));
        let stderr = plain(&String::from_utf8_lossy(&messages));
        match ended.map_err(|source| GitError::NotStarted { source })? {
            Some(status) if status.success() => Ok(output),
            Some(status) => Err(GitError::Failed {
                command: self.name.to_owned(),
                code: status.code(),
                stderr,
            }),
            None => Err(GitError::TimedOut {
                command: self.name.to_owned(),
                seconds: self.program.timeout.as_secs(),
                stderr,
            }),
        }
    }
}

/// Waits until the program ends. After `timeout` kills it and what it started, and returns `None`.
fn wait(child: &mut Child, timeout: Duration) -> io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        let Some(left) = timeout.checked_sub(start.elapsed()) else {
            kill(child);
            child.wait()?;
            return Ok(None);
        };
        thread::sleep(pause.min(left));
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

/// Its transports are children of their own, and would hold the connection and our pipes open.
fn kill(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = rustix::process::Pid::from_raw(child.id().cast_signed()) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
}

/// Reads all and keeps the first `max` bytes, so that the program never blocks on a full pipe.
fn read(mut pipe: impl Read + Send + 'static, max: usize) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut kept = Vec::new();
        let _ = pipe.by_ref().take(max as u64).read_to_end(&mut kept);
        let _ = io::copy(&mut pipe, &mut io::sink());
        kept
    })
}

/// Reads all and keeps the last `max` bytes.
fn read_end(mut pipe: impl Read + Send + 'static, max: usize) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut kept = Vec::new();
        let mut chunk = [0; 4096];
        while let Ok(len @ 1..) = pipe.read(&mut chunk) {
            kept.extend_from_slice(&chunk[..len]);
            let surplus = kept.len().saturating_sub(max);
            kept.drain(..surplus);
        }
        kept
    })
}
