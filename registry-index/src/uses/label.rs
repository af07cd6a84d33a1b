//! The label of a package: for each kind of use, how much of it is more than a promise.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::program;
use crate::{
    kind::Kind,
    manifest::Manifest,
    record::{Found, Sighting},
};

/// The strongest statement that is true of all uses of one kind.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// Nothing is declared, and nothing was found.
    #[default]
    None,
    /// Some use is declared and nothing in the files shows it.
    Declared,
    /// The files show every use.
    Found,
    /// A sandbox lets nothing else happen.
    Enforced,
}

/// One square for each kind of use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Label {
    /// Hosts.
    pub network: Evidence,
    /// Files.
    pub files: Evidence,
    /// Programs.
    pub commands: Evidence,
    /// Environment variables.
    pub environment: Evidence,
    /// Other agents.
    pub agents: Evidence,
}

/// The label of a package with this manifest, in which `found` was found.
pub fn label(manifest: &Manifest, found: &Found) -> Label {
    let uses = &manifest.uses;
    let mut label = Label {
        network: evidence(&uses.network, &found.network, super::hosts::covers),
        files: evidence(&uses.files, &[], |_, _| false),
        commands: evidence(&uses.commands, &found.commands, shows_command),
        environment: evidence(&uses.environment, &found.environment, |d, f| d == f),
        agents: evidence(&uses.agents, &[], |_, _| false),
    };
    if let (Kind::Plugin, Some(granted)) = (manifest.kind, &manifest.permissions) {
        // What is declared beyond what the sandbox grants stays a promise.
        let enforced = |declared: &[String], granted: &[String]| {
            let has_grant = !granted.is_empty();
            (has_grant && declared.iter().all(|d| granted.contains(d)))
                .then_some(Evidence::Enforced)
        };
        if let Some(evidence) = enforced(&uses.network, &granted.network_access) {
            label.network = evidence;
        }
        if let Some(evidence) = enforced(&uses.files, &granted.file_system) {
            label.files = evidence;
        }
        if granted.agent_coordination {
            label.agents = Evidence::Enforced;
        }
    }
    label
}

/// What was found in the files of a package and its manifest does not declare.
pub fn undeclared(manifest: &Manifest, found: &Found) -> Found {
    let uses = &manifest.uses;
    let rest = |found: &[Sighting], declared: &[String], shows: fn(&str, &str) -> bool| {
        let is_new = |s: &&Sighting| !declared.iter().any(|declared| shows(declared, &s.value));
        found.iter().filter(is_new).cloned().collect()
    };
    Found {
        network: rest(&found.network, &uses.network, super::hosts::covers),
        commands: rest(&found.commands, &uses.commands, shows_command),
        environment: rest(&found.environment, &uses.environment, |d, f| d == f),
        self_running: Vec::new(),
    }
}

fn evidence(
    declared: &[String],
    found: &[Sighting],
    shows: impl Fn(&str, &str) -> bool,
) -> Evidence {
    let is_shown = |declared: &String| {
        found
            .iter()
            .any(|sighting| shows(declared, &sighting.value))
    };
    match (declared.is_empty(), declared.iter().all(is_shown)) {
        (true, _) if found.is_empty() => Evidence::None,
        (_, true) => Evidence::Found,
        (_, false) => Evidence::Declared,
    }
}

/// Whether a command that was found, in the form in which it is shown, is the declared one. The
/// shown form has two words; of a declaration with more, that much has to agree.
fn shows_command(declared: &str, found: &str) -> bool {
    let found: Vec<&str> = found.split(' ').collect();
    let declared = program::declared(declared);
    let wanted = &declared[..declared.len().min(2)];
    !wanted.is_empty()
        && wanted.len() <= found.len()
        && wanted.iter().zip(&found).all(|(d, f)| d == f)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::FakeRegistry;

    fn manifest(kind: Kind, toml: &str) -> Manifest {
        let registry = FakeRegistry::new().package("core/thing", |p| p.kind(kind).toml(toml));
        registry.loaded().sources[0].manifest.clone().unwrap()
    }

    fn seen(value: &str) -> Sighting {
        Sighting {
            value: value.to_owned(),
            files: vec!["a.md".to_owned()],
        }
    }

    #[test]
    fn one_promise_makes_the_square_a_promise() {
        let manifest = manifest(
            Kind::Agent,
            "[uses]\nnetwork = [\"*.acme.io\"]\ncommands = [\"git\", \"gh api\"]\nfiles = [\"read:**\"]\n",
        );
        let mut found = Found {
            network: vec![seen("api.acme.io")],
            commands: vec![seen("git diff"), seen("gh api")],
            ..Found::default()
        };
        let label = super::label(&manifest, &found);
        assert_eq!(
            (label.network, label.commands),
            (Evidence::Found, Evidence::Found)
        );
        assert_eq!(
            (label.files, label.environment),
            (Evidence::Declared, Evidence::None)
        );
        found.commands.pop();
        assert_eq!(super::label(&manifest, &found).commands, Evidence::Declared);
    }

    #[test]
    fn only_what_the_sandbox_grants_is_enforced() {
        let toml = "[uses]\nnetwork = [\"api.acme.io\"]\nfiles = [\"read:src/**\", \"write:**\"]\n\
            [permissions]\nnetwork_access = [\"api.acme.io\"]\nfile_system = [\"read:src/**\"]\n";
        let label = label(&manifest(Kind::Plugin, toml), &Found::default());
        assert_eq!(
            (label.network, label.files),
            (Evidence::Enforced, Evidence::Declared)
        );
        let label = super::label(&manifest(Kind::Agent, toml), &Found::default());
        assert_eq!(label.network, Evidence::Declared);
    }
}
