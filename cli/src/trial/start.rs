//! What a project has before a package comes.

use std::{fs, io, path::Path};

use registry_index::artifact::{Existing, write_file};

/// A project to install into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// An empty folder.
    Empty,
    /// One in which others have agents, a workflow, a server and files, with comments in what is shared.
    Filled,
}

/// What is shared keeps comments, an order and a style of its own: what is merged into it and taken out again
/// must leave all that alone.
const FILLED: &[(&str, &str)] = &[
    ("notes.txt", "Nobody's business.\n"),
    (
        ".parac/agents/manifest.yaml",
        "# Who works here. Edited by hand.\nversion: \"1.0\"\nagents:\n  - id: trial-neighbour   # the first\n    \
         name: Neighbour\n    role: 'Was here before'\n    spec_file: specs/trial-neighbour.md\n    tools: [read_file]\n    \
         skills: []\n\n# The end.\n",
    ),
    (
        ".parac/agents/specs/trial-neighbour.md",
        "# Trial Neighbour\n",
    ),
    (
        ".parac/workflows/catalog.yaml",
        "workflows:\n- name: trial_neighbour\n  description: \"It was here before\"   # and stays\n  \
         file: definitions/trial_neighbour.yaml\n  status: active\ncategories: {}\n",
    ),
    (
        ".parac/workflows/definitions/trial_neighbour.yaml",
        "name: trial_neighbour\nsteps:\n  - id: one\n    agent: trial-neighbour\n    prompt: Say nothing.\n",
    ),
    (
        ".parac/tools/mcp/mcp.yaml",
        "# Servers\nservers:\n  # a neighbour's\n  - {id: trial_neighbour, name: Neighbour, command: 'true', args: []}\n",
    ),
    (".parac/policies/TRIAL_NEIGHBOUR.md", "# Neighbours\n"),
];

impl Start {
    /// Makes it in `root`, a folder that is there.
    pub(super) fn make(self, root: &Path) -> io::Result<()> {
        if self == Self::Empty {
            return Ok(());
        }
        for (path, text) in FILLED {
            let path = root.join(path);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            write_file(&path, text.as_bytes(), Existing::Keep)?;
        }
        Ok(())
    }

    /// Whether it has the file at `path`.
    pub(super) fn has(self, path: &str) -> bool {
        self == Self::Filled && FILLED.iter().any(|(known, _)| *known == path)
    }

    /// As in "installing it into …".
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Empty => "an empty project",
            Self::Filled => "a project with things of others",
        }
    }
}
