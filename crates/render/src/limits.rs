//! How much a child may use.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Bytes that the templates and values of one request may have together. Far above what a package
/// may weigh with the usual policy; it keeps a mistake of ours from filling the child's memory.
pub(crate) const REQUEST: u64 = 32 * 1024 * 1024;

/// Limits on one request. The default is also the ceiling: limits can be made tighter, not wider,
/// because the child takes on the ceiling before it reads what it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Address space of the child in bytes, its program and libraries included.
    pub memory: u64,
    /// Processor time of the child; the kernel counts in whole seconds, rounded up here.
    pub cpu: Duration,
    /// Time by the clock, from start to last answer: a machine may be busy, a child may be stuck.
    pub wall: Duration,
    /// Bytes of text that all templates of the request may write together.
    pub output: u64,
    /// Bytes of text that one template may have.
    pub template: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            memory: 256 * 1024 * 1024,
            cpu: Duration::from_secs(2),
            wall: Duration::from_secs(20),
            output: 8 * 1024 * 1024,
            template: 64 * 1024,
        }
    }
}

impl Limits {
    /// The tighter of the two in every respect.
    #[must_use]
    pub fn within(self, ceiling: Limits) -> Limits {
        Limits {
            memory: self.memory.min(ceiling.memory),
            cpu: self.cpu.min(ceiling.cpu),
            wall: self.wall.min(ceiling.wall),
            output: self.output.min(ceiling.output),
            template: self.template.min(ceiling.template),
        }
    }

    /// Processor time as the kernel takes it.
    pub(crate) fn cpu_seconds(&self) -> u64 {
        self.cpu.as_secs() + u64::from(self.cpu.subsec_nanos() > 0)
    }
}
