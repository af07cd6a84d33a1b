//! What the views may see: plain values, cleaned of deceptive characters, every address made.

pub(crate) mod catalog;
pub(crate) mod files;
pub(crate) mod label;
pub(crate) mod merged;
pub(crate) mod package;
pub(crate) mod ratings;
pub(crate) mod row;

pub(crate) use catalog::{Catalog, Group, Part};
pub(crate) use row::Row;

use registry_index::Kind;
use serde::Serialize;

/// A kind as pages name it.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct KindView {
    /// `agent`
    pub(crate) id: &'static str,
    /// `Agent`
    pub(crate) one: &'static str,
    /// `Agents`
    pub(crate) many: &'static str,
    /// What it is, in a few words.
    pub(crate) about: &'static str,
}

impl From<Kind> for KindView {
    fn from(kind: Kind) -> Self {
        let (one, many, about) = match kind {
            Kind::Agent => ("Agent", "Agents", "A role with its tools and instructions"),
            Kind::Workflow => (
                "Workflow",
                "Workflows",
                "Steps that agents and commands follow",
            ),
            Kind::Skill => (
                "Skill",
                "Skills",
                "Know-how that an agent loads when needed",
            ),
            Kind::Project => ("Project", "Projects", "A whole starting point"),
            Kind::Integration => (
                "Integration",
                "Integrations",
                "A connection to something outside, over MCP",
            ),
            Kind::Plugin => ("Plugin", "Plugins", "Code that runs in a sandbox"),
        };
        Self {
            id: kind.as_str(),
            one,
            many,
            about,
        }
    }
}

/// A text, and where it leads where it leads somewhere.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Link {
    pub(crate) text: String,
    /// From the site's root, or absolute where `outside`.
    pub(crate) href: Option<String>,
    pub(crate) outside: bool,
}

impl Link {
    pub(crate) fn inside(text: impl Into<String>, href: Option<String>) -> Self {
        Self {
            text: text.into(),
            href,
            outside: false,
        }
    }

    pub(crate) fn outside(text: impl Into<String>, href: Option<String>) -> Self {
        Self {
            text: text.into(),
            href,
            outside: true,
        }
    }
}
