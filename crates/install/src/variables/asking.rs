//! The questions of one package, one after the other.

use std::collections::{BTreeMap, BTreeSet};

use registry_index::{
    Manifest,
    manifest::{Variable, VariableKind},
};
use render::Renderer;

use super::{
    AnswerError, Answered, Answers, Asker, Facts, Given, Note, Origin, Question, Unanswered, Value,
    computed::{self, ASKED_ALWAYS, Outcome, Task},
    context::context,
    fit::{default_name, fault},
};

/// Wrong answers in a row that are taken from one who should be a person.
const PATIENCE: usize = 100;

/// Questions that are looked at for something to compute along with another.
const AHEAD: usize = 64;

/// What was given and is kept; else why an earlier answer is not, if there was one.
type Kept = (Option<Value>, Option<String>);

/// A package that is being asked for.
pub(super) struct Asking<'a> {
    manifest: &'a Manifest,
    given: &'a Given,
    facts: &'a Facts,
    renderer: &'a Renderer,
    answers: Answers,
    notes: Vec<Note>,
    unanswered: Vec<Unanswered>,
    /// Variables that were answered.
    answered: BTreeSet<&'a str>,
    /// Variables that were not asked, because of their `when`.
    skipped: BTreeSet<&'a str>,
    /// Computed ahead of its turn, by variable.
    ahead: BTreeMap<&'a str, Outcome>,
}

/// The answer that a question would have without being asked.
struct Fallback {
    value: Option<Value>,
    /// Why it is none, where there is one that does not fit.
    why: Option<String>,
}

impl<'a> Asking<'a> {
    pub(super) fn new(
        manifest: &'a Manifest,
        given: &'a Given,
        facts: &'a Facts,
        renderer: &'a Renderer,
    ) -> Self {
        Self {
            manifest,
            given,
            facts,
            renderer,
            answers: Answers::default(),
            notes: Vec::new(),
            unanswered: Vec::new(),
            answered: BTreeSet::new(),
            skipped: BTreeSet::new(),
            ahead: BTreeMap::new(),
        }
    }

    /// Asks all questions.
    pub(super) fn all(mut self, asker: &mut dyn Asker) -> Result<Answered, AnswerError> {
        for (at, variable) in self.manifest.variables.iter().enumerate() {
            self.one(at, variable, asker)?;
        }
        if self.unanswered.is_empty() {
            Ok(Answered {
                answers: self.answers,
                notes: self.notes,
            })
        } else {
            Err(AnswerError::Unanswered(self.unanswered))
        }
    }

    fn one(
        &mut self,
        at: usize,
        variable: &'a Variable,
        asker: &mut dyn Asker,
    ) -> Result<(), AnswerError> {
        let given = self.given(variable);
        let task = self.task(variable, wants_default(&given))?;
        let outcome = match task {
            // Whether it is asked hangs on a question that nobody answers; that one is told.
            Some(task) if task.when_names(&self.undecided(at)) => return Ok(()),
            // It has a default, only nobody can say which.
            Some(task) if task.names(&self.undecided(at)) => return Ok(()),
            Some(task) => self.compute(at, task)?,
            None => ASKED_ALWAYS,
        };
        if !outcome.is_asked {
            self.skipped.insert(&variable.name);
            return Ok(());
        }
        // Not before: what is wrong with an answer to what is not asked does not matter.
        let (kept, lost) = given?;
        let value = match kept {
            Some(value) => Some(value),
            None => {
                if let Some(why) = &lost {
                    self.note(variable, why);
                }
                self.ask(variable, default(variable, outcome), lost, asker)?
            }
        };
        if let Some(value) = value {
            self.answers.insert(variable.name.as_str(), value);
            self.answered.insert(&variable.name);
        }
        Ok(())
    }

    /// What was given for `variable`; or why an earlier answer is none any more.
    fn given(&self, variable: &Variable) -> Result<Kept, AnswerError> {
        let Some((value, origin)) = self.given.find(&self.manifest.name, variable) else {
            return Ok((None, None));
        };
        match (fault(variable, &value), origin) {
            (None, _) => Ok((Some(value), None)),
            (Some(why), Origin::Earlier) => Ok((None, Some(why))),
            (Some(why), origin) => Err(self.unfit(variable, origin, why)),
        }
    }

    fn task(
        &self,
        variable: &'a Variable,
        wants_default: bool,
    ) -> Result<Option<Task<'a>>, AnswerError> {
        Task::of(variable, wants_default).map_err(|why| AnswerError::Question {
            package: self.manifest.name.clone(),
            variable: variable.name.clone(),
            why,
        })
    }

    /// Variables before the one at `at` that stayed without an answer though they are asked, or
    /// hang on such.
    fn undecided(&self, at: usize) -> BTreeSet<&'a str> {
        let names = self.manifest.variables[..at].iter();
        let names = names.map(|variable| variable.name.as_str());
        names
            .filter(|name| !self.answered.contains(name) && !self.skipped.contains(name))
            .collect()
    }

    /// Computes `task`, of the variable at `at`, and with it what later ones need and can have.
    fn compute(&mut self, at: usize, task: Task<'a>) -> Result<Outcome, AnswerError> {
        if let Some(outcome) = self.ahead.remove(task.variable.name.as_str()) {
            return Ok(outcome);
        }
        let values = context(self.manifest, &self.answers, self.facts);
        let tasks = self.with_later(at, task);
        if tasks.len() > 1
            && let Ok(outcomes) = computed::together(&tasks, &values, self.renderer)
        {
            let names = tasks.iter().map(|task| task.variable.name.as_str());
            self.ahead.extend(names.zip(outcomes));
            if let Some(outcome) = self.ahead.remove(task.variable.name.as_str()) {
                return Ok(outcome);
            }
        }
        computed::alone(task, &self.skipped, &values, self.renderer).map_err(|source| {
            AnswerError::Render {
                package: self.manifest.name.clone(),
                variable: task.variable.name.clone(),
                source: Box::new(source),
            }
        })
    }

    /// `task`, and those of later variables that can be computed now and cannot be expected to fail.
    fn with_later(&self, at: usize, task: Task<'a>) -> Vec<Task<'a>> {
        let mut tasks = vec![task];
        if task.names(&self.skipped) {
            return tasks;
        }
        let not_answered = self.manifest.variables.iter().map(|v| v.name.as_str());
        let not_answered = not_answered
            .filter(|name| !self.answered.contains(name))
            .collect();
        for variable in self.manifest.variables.iter().skip(at + 1).take(AHEAD) {
            // What is wrong with a later question is said when its turn comes.
            if let Ok(Some(later)) = Task::of(variable, wants_default(&self.given(variable)))
                && !later.names(&not_answered)
            {
                tasks.push(later);
            }
        }
        tasks
    }

    /// Asks until an answer fits. Without anybody to ask, the default; without one, the question
    /// is kept for the error.
    fn ask(
        &mut self,
        variable: &Variable,
        default: Fallback,
        mut fault_before: Option<String>,
        asker: &mut dyn Asker,
    ) -> Result<Option<Value>, AnswerError> {
        let prompt = variable.prompt.as_ref().unwrap_or(&variable.name);
        for _ in 0..PATIENCE {
            let question = Question {
                package: &self.manifest.name,
                variable,
                prompt: prompt.clone(),
                default: default.value.clone(),
                fault: fault_before.take(),
            };
            let Some(value) = asker.ask(&question)? else {
                if default.value.is_none() {
                    self.unanswered.push(Unanswered {
                        package: self.manifest.name.clone(),
                        variable: variable.name.clone(),
                        prompt: variable.prompt.clone(),
                        choices: variable.choices.clone(),
                        why: default.why,
                    });
                }
                return Ok(default.value);
            };
            fault_before = fault(variable, &value);
            if fault_before.is_none() {
                return Ok(Some(value));
            }
        }
        let why = fault_before.unwrap_or_default();
        Err(self.unfit(variable, Origin::Person, why))
    }

    fn note(&mut self, variable: &Variable, why: &str) {
        self.notes.push(Note {
            package: self.manifest.name.clone(),
            variable: variable.name.clone(),
            why: why.to_owned(),
        });
    }

    fn unfit(&self, variable: &Variable, origin: Origin, why: String) -> AnswerError {
        AnswerError::Unfit {
            package: self.manifest.name.clone(),
            variable: variable.name.clone(),
            origin,
            why,
        }
    }
}

/// Whether a default is of use: nothing was given that is kept, and nothing that ends it all.
fn wants_default(given: &Result<Kept, AnswerError>) -> bool {
    given.as_ref().is_ok_and(|(kept, _)| kept.is_none())
}

/// The default of `variable`, computed or constant; that of a secret is a name made of its own.
fn default(variable: &Variable, outcome: Outcome) -> Fallback {
    let computed = outcome.default.map(|text| Value::typed(variable, &text));
    let constant = || {
        let json = variable.default.as_ref()?;
        // A text with places to fill in that was not computed is no answer.
        let is_computed = json.as_str().is_some_and(|text| text.contains("{{"));
        Value::from_json(json).filter(|_| !is_computed)
    };
    let value = computed.or_else(constant);
    let why = value.as_ref().and_then(|value| fault(variable, value));
    match (variable.kind, value) {
        (_, Some(value)) if why.is_none() => Fallback {
            value: Some(value),
            why,
        },
        (VariableKind::Secret, _) => Fallback {
            value: Some(Value::Text(default_name(variable))),
            why: None,
        },
        _ => Fallback { value: None, why },
    }
}
