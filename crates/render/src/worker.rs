//! The child's side: confine, read the job, answer a line for each template.

use std::io::{self, Read as _, Write};
use std::process::ExitCode;

use minijinja::{Error, ErrorKind};

use crate::confine::confine;
use crate::dialect;
use crate::limits::{Limits, REQUEST};
use crate::plain::plain;
use crate::request::{Answer, Job, SyntaxError, Task};

/// The engine recurses with the nesting of expressions and values. The guard bounds that far below
/// what this stack holds; it is set here because the main thread's differs between systems.
const STACK: usize = 16 * 1024 * 1024;

/// The whole life of the child: to be called from the hidden subcommand that [`crate::Renderer`]
/// was told of, before anything else was read or started. Reads a job from standard input and
/// writes answers to standard output. It is of no use with a global allocator that reserves more
/// address space than [`Limits::memory`] in advance.
pub fn worker() -> ExitCode {
    if confine(&Limits::default()).is_err() {
        return ExitCode::from(CANNOT_CONFINE);
    }
    let work = std::thread::Builder::new()
        .name("render".to_owned())
        .stack_size(STACK)
        .spawn(work);
    match work.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        Ok(Ok(Err(_))) => ExitCode::from(CANNOT_TALK),
        Ok(Err(_panic)) => ExitCode::from(PANICKED),
        Err(_) => ExitCode::from(CANNOT_CONFINE),
    }
}

/// Exit code: a limit or the thread was refused.
pub(crate) const CANNOT_CONFINE: u8 = 3;
/// Exit code: standard input holds no job, or standard output is closed.
pub(crate) const CANNOT_TALK: u8 = 4;
/// Exit code: the engine panicked.
pub(crate) const PANICKED: u8 = 5;

fn work() -> io::Result<()> {
    // JSON writes a byte as at most six.
    let mut text = Vec::new();
    io::stdin()
        .lock()
        .take(REQUEST * 7)
        .read_to_end(&mut text)?;
    let job: Job = serde_json::from_slice(&text)?;
    drop(text);
    confine(&job.limits)?;

    let mut stdout = io::BufWriter::new(io::stdout().lock());
    tell(&mut stdout, &Answer::Ready)?;
    let mut room = job.limits.output;
    for template in &job.templates {
        let answer = match job.task {
            Task::Parse => match dialect::parse(&template.text, job.limits.template) {
                Ok(()) => Answer::Parsed,
                Err(error) => Answer::Syntax(error),
            },
            Task::Render => render(&template.text, &job, &mut room),
        };
        tell(&mut stdout, &answer)?;
    }
    Ok(())
}

fn tell(stdout: &mut impl Write, answer: &Answer) -> io::Result<()> {
    serde_json::to_writer(&mut *stdout, answer)?;
    stdout.write_all(b"\n")?;
    // Told before the next template is looked at: it may be the end of us.
    stdout.flush()
}

fn render(text: &str, job: &Job, room: &mut u64) -> Answer {
    if let Err(SyntaxError { line, message }) = dialect::parse(text, job.limits.template) {
        return Answer::Failed {
            line: Some(line),
            message,
        };
    }
    let mut page = Page {
        text: Vec::new(),
        room: *room,
        full: false,
    };
    let outcome = dialect::render(text, &job.values, &mut page);
    *room = page.room;
    match outcome {
        Err(_) if page.full => Answer::OutputLimit,
        Err(error) => Answer::Failed {
            line: error.line(),
            message: message(&error),
        },
        // The engine writes nothing but strings.
        Ok(()) => match String::from_utf8(page.text) {
            Ok(text) => Answer::Text(text),
            Err(_) => Answer::Failed {
                line: None,
                message: "wrote bytes that are not text".to_owned(),
            },
        },
    }
}

/// What the engine says, in one line and our words where its own say little.
pub(crate) fn message(error: &Error) -> String {
    let said = match (error.kind(), error.detail()) {
        (ErrorKind::OutOfFuel, _) => "runs too many steps".to_owned(),
        (ErrorKind::SyntaxError, Some(detail)) => detail.to_owned(),
        (kind, Some(detail)) => format!("{kind}: {detail}"),
        (kind, None) => kind.to_string(),
    };
    plain(&said)
}

/// Where a template writes: no more than there is room for.
struct Page {
    text: Vec<u8>,
    room: u64,
    full: bool,
}

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.room.checked_sub(bytes.len() as u64) {
            Some(room) => {
                self.room = room;
                self.text.extend_from_slice(bytes);
                Ok(bytes.len())
            }
            None => {
                self.full = true;
                Err(io::ErrorKind::FileTooLarge.into())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
