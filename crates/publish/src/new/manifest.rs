//! paracle.toml, with a word on each part that is to be filled in.

use registry_index::Kind;

use super::{Answers, FIRST, filling::Words};

pub(super) fn written(answers: &Answers, words: &Words) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let list = |texts: &[String]| {
        let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
        format!("[{}]", texts.join(", "))
    };
    let render = match answers.kind {
        Kind::Project => "render = 1\n",
        _ => "",
    };
    let categories = match answers.categories.is_empty() {
        true => String::new(),
        false => format!("categories = {}\n", list(&answers.categories)),
    };
    let head = format!(
        "format = 1\n{render}\n[package]\nname = {}\nversion = \"{FIRST}\"\nkind = {}\nsummary = {}\n\
         license = {}\nauthors = {}\n{categories}\
         # At most eight words that people would search for.\nkeywords = []\nparacle = \">=1.0.0\"\n",
        quoted(answers.name.as_str()),
        quoted(answers.kind.as_str()),
        quoted(&answers.summary),
        quoted(&answers.license),
        list(std::slice::from_ref(&answers.author)),
    );
    format!("{head}{}", words.fill(rest(answers.kind)))
}

/// What follows `[package]`. What is declared here is shown to whoever installs it, so a new package
/// declares what it uses as it stands, and nothing for later.
fn rest(kind: Kind) -> &'static str {
    match kind {
        Kind::Agent => AGENT,
        Kind::Workflow => WORKFLOW,
        Kind::Skill => SKILL,
        Kind::Project => PROJECT,
        Kind::Integration => INTEGRATION,
        Kind::Plugin => PLUGIN,
    }
}

const AGENT: &str = r#"
[agents.%id%]
# The fewest tools that do, by Paracle's names.
tools = ["read_file", "list_directory"]
skills = []

# What it uses once it is installed; shown before anything is written.
[uses]
network = []
files = ["read:**", "write:.parac/memory/logs/agent_actions.log"]
commands = []
environment = []
agents = []
"#;

const WORKFLOW: &str = r#"
[workflows.%workflow%]
category = "general"
tags = []

[agents.%worker%]
# The fewest tools that do, by Paracle's names.
tools = ["read_file", "list_directory"]
skills = []

# What it uses once it is installed; shown before anything is written.
[uses]
network = []
files = ["read:**", "write:.parac/memory/logs/agent_actions.log"]
commands = []
environment = []
agents = []
"#;

const SKILL: &str = r#"
# What it uses once it is installed; shown before anything is written.
[uses]
network = []
files = ["read:**"]
commands = []
environment = []
agents = []
"#;

const PROJECT: &str = r#"
# Asked when it is installed. Only files that end in .j2 see the answer.
[variables.project_name]
type = "string"
prompt = "What is the project called?"
default = "{{ project.name }}"
pattern = "[A-Za-z0-9][A-Za-z0-9 ._-]*"

# What it uses once it is installed; shown before anything is written.
[uses]
network = []
files = ["read:**", "write:**"]
commands = []
environment = []
agents = []
"#;

const INTEGRATION: &str = r#"
# What the server uses once somebody starts it; shown before anything is written.
[uses]
network = ["registry.npmjs.org"]
files = []
commands = ["npx"]
environment = []
agents = []

[requires]
programs = { npx = ">=10" }
"#;

const PLUGIN: &str = r#"
# What the sandbox grants it. Every line is a reason not to install it, so begin with none:
# network_access = ["api.example.com"]
# file_system = ["read:src/**"]
[permissions]
"#;
