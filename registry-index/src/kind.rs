//! The six kinds of package.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a package mainly is. All kinds but `plugin` are *templates*.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An agent spec.
    Agent,
    /// A workflow definition.
    Workflow,
    /// A skill folder.
    Skill,
    /// A project starter.
    Project,
    /// A connection to an outside system, mostly an MCP server entry.
    Integration,
    /// Sandboxed code.
    Plugin,
}

impl Kind {
    /// All kinds, in the order in which they are shown.
    pub const ALL: [Self; 6] = [
        Self::Agent,
        Self::Workflow,
        Self::Skill,
        Self::Project,
        Self::Integration,
        Self::Plugin,
    ];

    /// The lower-case word used in files, addresses and filters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Workflow => "workflow",
            Self::Skill => "skill",
            Self::Project => "project",
            Self::Integration => "integration",
            Self::Plugin => "plugin",
        }
    }

    /// The plural, as in headings and in the folders below `templates/`.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Agent => "agents",
            Self::Workflow => "workflows",
            Self::Skill => "skills",
            Self::Project => "projects",
            Self::Integration => "integrations",
            Self::Plugin => "plugins",
        }
    }

    /// Whether `paracle template` is the command for it (else `paracle plugin` is).
    pub fn is_template(self) -> bool {
        self != Self::Plugin
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is not a kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a kind (agent, workflow, skill, project, integration, plugin)")]
pub struct KindError(String);

impl FromStr for Kind {
    type Err = KindError;
    fn from_str(text: &str) -> Result<Self, KindError> {
        Self::ALL
            .into_iter()
            .find(|k| k.as_str() == text)
            .ok_or_else(|| KindError(text.to_owned()))
    }
}
