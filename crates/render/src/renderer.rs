//! The parent's side: one child a request, and what its end means.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitStatus;

use crate::error::RenderError;
use crate::limits::{Limits, REQUEST};
use crate::plain::plain;
use crate::process::{self, Ended, How};
use crate::request::{Answer, Job, Rendered, Request, SyntaxError, Task, Template};
use crate::worker::{CANNOT_CONFINE, CANNOT_TALK, PANICKED};

/// Renders templates in children. Knows which program to start as one, and how much it may use.
#[derive(Debug, Clone)]
pub struct Renderer {
    program: PathBuf,
    args: Vec<OsString>,
    limits: Limits,
}

/// What one child answered before it ended, and how that was, when it was not at the end.
struct Session {
    answers: Vec<Answer>,
    end: Option<RenderError>,
}

impl Renderer {
    /// `program`, started with `args` and an empty environment, must do nothing but call
    /// [`crate::worker`]: the running binary's own path and its hidden subcommand.
    #[must_use]
    pub fn new(program: PathBuf, args: Vec<OsString>) -> Renderer {
        Renderer {
            program,
            args,
            limits: Limits::default(),
        }
    }

    /// The same renderer with tighter limits; see [`Limits::within`].
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Renderer {
        Renderer {
            limits: limits.within(Limits::default()),
            ..self
        }
    }

    /// Renders every template of the request, in its order.
    ///
    /// # Errors
    ///
    /// The first template that fails, by whichever limit or mistake, is named by the error.
    pub fn render(&self, request: &Request) -> Result<Vec<Rendered>, RenderError> {
        if !request.values.is_object() {
            return Err(RenderError::Values);
        }
        let session = self.session(Task::Render, &request.templates, &request.values)?;
        let mut rendered = Vec::with_capacity(request.templates.len());
        for (template, answer) in request.templates.iter().zip(session.answers) {
            let name = template.name.clone();
            let text = match answer {
                Answer::Text(text) => text,
                Answer::Failed { line, message } => {
                    let message = plain(&message);
                    return Err(RenderError::Template {
                        name,
                        line,
                        message,
                    });
                }
                Answer::OutputLimit => {
                    let limit = self.limits.output;
                    return Err(RenderError::Output { name, limit });
                }
                _ => return Err(self.confused("it answered another question")),
            };
            rendered.push(Rendered { name, text });
        }
        match session.end {
            Some(end) => Err(end),
            None => Ok(rendered),
        }
    }

    /// Says of each template, in order, whether it is one. A template that brings the child down
    /// is told of as a syntax error as well, and those after it are still looked at.
    ///
    /// # Errors
    ///
    /// Only where no worker can be had, or there is too much to look at.
    pub fn parse(&self, templates: &[Template]) -> Result<Vec<Option<SyntaxError>>, RenderError> {
        let nothing = serde_json::Value::Object(serde_json::Map::new());
        let mut verdicts = Vec::with_capacity(templates.len());
        while verdicts.len() < templates.len() {
            let session = self.session(Task::Parse, &templates[verdicts.len()..], &nothing)?;
            for answer in session.answers {
                verdicts.push(match answer {
                    Answer::Parsed => None,
                    Answer::Syntax(SyntaxError { line, message }) => Some(SyntaxError {
                        line,
                        message: plain(&message),
                    }),
                    _ => return Err(self.confused("it answered another question")),
                });
            }
            if let Some(end) = session.end {
                verdicts.push(Some(SyntaxError {
                    line: 1,
                    message: end.to_string(),
                }));
            }
        }
        Ok(verdicts)
    }

    /// Starts a child on the templates. Without an `end`, there is an answer for each.
    fn session(
        &self,
        task: Task,
        templates: &[Template],
        values: &serde_json::Value,
    ) -> Result<Session, RenderError> {
        if templates.is_empty() {
            return Ok(Session {
                answers: Vec::new(),
                end: None,
            });
        }
        let job = self.write_job(task, templates, values)?;
        // A byte of text is at most six of JSON, and a message at most a few hundred characters.
        let cap = self.limits.output * 6 + 8 * 1024 * (templates.len() as u64 + 1);
        let ended = process::run(&self.program, &self.args, &job, cap, self.limits.wall).map_err(
            |source| RenderError::Start {
                program: self.program.clone(),
                source,
            },
        )?;

        let mut lines = ended.said.split_inclusive(|byte| *byte == b'\n');
        let first = lines.next().and_then(read_answer);
        if !matches!(first, Some(Answer::Ready)) {
            return Err(self.confused(&self.why_not_ready(&ended)));
        }
        let answers: Vec<Answer> = lines.map_while(read_answer).take(templates.len()).collect();
        let end = templates
            .get(answers.len())
            .map(|template| self.explain(&template.name, &ended));
        Ok(Session { answers, end })
    }

    fn write_job(
        &self,
        task: Task,
        templates: &[Template],
        values: &serde_json::Value,
    ) -> Result<Vec<u8>, RenderError> {
        let values_size = values.to_string().len();
        let templates_size: usize = templates
            .iter()
            .map(|template| template.text.len() + template.name.len())
            .sum();
        let size = (templates_size + values_size) as u64;
        if size > REQUEST {
            return Err(RenderError::TooLarge {
                size,
                limit: REQUEST,
            });
        }
        serde_json::to_vec(&Job {
            task,
            limits: self.limits,
            templates: templates.to_vec(),
            values: values.clone(),
        })
        .map_err(|error| self.confused(&error.to_string()))
    }

    /// The error for a child that ended while it was at the template `name`.
    fn explain(&self, name: &str, ended: &Ended) -> RenderError {
        let name = name.to_owned();
        let Limits {
            memory, cpu, wall, ..
        } = self.limits;
        let complained = |phrase: &str| {
            let complaint = String::from_utf8_lossy(&ended.complaint);
            complaint.contains(phrase)
        };
        match ended.how {
            How::TimedOut => RenderError::Wall { name, limit: wall },
            How::SaidTooMuch => RenderError::Output {
                name,
                limit: self.limits.output,
            },
            How::Exited(status) if ran_out_of_time(status) => RenderError::Cpu { name, limit: cpu },
            // What Rust's runtime says before it aborts, and the panic for sizes past all memory.
            How::Exited(_)
                if complained("memory allocation of") || complained("capacity overflow") =>
            {
                RenderError::Memory {
                    name,
                    limit: memory,
                }
            }
            How::Exited(_) if complained("overflowed its stack") => RenderError::Crashed {
                name,
                how: "nested too deeply".to_owned(),
            },
            How::Exited(status) => RenderError::Crashed {
                name,
                how: if status.code() == Some(i32::from(PANICKED)) {
                    "a panic".to_owned()
                } else {
                    status.to_string()
                },
            },
        }
    }

    fn why_not_ready(&self, ended: &Ended) -> String {
        match ended.how {
            How::TimedOut => format!("nothing within {} s", self.limits.wall.as_secs_f32()),
            How::SaidTooMuch => "it said something else at length".to_owned(),
            How::Exited(status) => match status.code().map(u8::try_from) {
                Some(Ok(CANNOT_CONFINE)) => "the system refused it its limits".to_owned(),
                Some(Ok(CANNOT_TALK)) => "it could not read its task".to_owned(),
                _ => status.to_string(),
            },
        }
    }

    fn confused(&self, how: &str) -> RenderError {
        RenderError::Worker {
            program: self.program.clone(),
            how: plain(how),
        }
    }
}

/// An answer that was written to its end.
fn read_answer(line: &[u8]) -> Option<Answer> {
    serde_json::from_slice(line.strip_suffix(b"\n")?).ok()
}

#[cfg(unix)]
fn ran_out_of_time(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt as _;
    status.signal() == Some(rustix::process::Signal::XCPU.as_raw())
}

#[cfg(not(unix))]
fn ran_out_of_time(_status: ExitStatus) -> bool {
    false
}
