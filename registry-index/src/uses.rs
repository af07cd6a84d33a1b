//! What the files of a package use: hosts, programs, environment variables, and files that act by
//! themselves. The checks compare it with what the manifest declares.
//!
//! This is disclosure, not a sandbox: it reads what honest authors write, and finds it where it acts.
//!
//! | where | what counts |
//! |---|---|
//! | `mcp/*.toml`, `.mcp.json` | command, arguments, environment |
//! | shell scripts, `Makefile`s, PowerShell, fenced `sh`, `bash`, `console` … blocks of agents, skills, policies | programs, variables that are read and not set, addresses |
//! | Python and JavaScript | addresses in strings, variables read, programs started; not comments and docstrings |
//! | `[agents.*]` of the manifest, a project's own `agents/manifest.yaml` | what Paracle's tools run: `git_diff`, `github_cli` … |
//! | workflows | text as in agents; a value that is an address |
//! | text of agents, skills, policies, `AGENTS.md` … | `GET https://…` between backticks |
//!
//! What text only suggests ([`Certainty::Mentioned`]) is: `` `git diff` `` between backticks or
//! indented, an address after *fetch*, *call*, *download* …, `` `$NAME` ``, and the registry that a
//! runner such as `npx` fetches from; not where the sentence is against it (*never run …*). It
//! supports a declaration, and is a note without one. A link is no use. Neither is anything in
//! README, CHANGELOG, LICENSE, `tests/` or `gallery/`, in a fenced block of another language, or in a
//! file whose language is not known here.

use std::collections::BTreeMap;

use crate::{
    component::{self, Destination},
    finding::Place,
    load::{FileKind, Source, SourceFile},
    manifest::Uses,
    record::{Found, Sighting},
    text::Lines,
};

mod code;
mod fetch;
mod hosts;
mod label;
mod makefile;
mod markdown;
mod pipes;
mod program;
mod scan;
mod self_running;
mod servers;
mod shell;
mod tools;

pub use label::{Evidence, Label, label, undeclared};
pub use self_running::{SelfRunning, of as self_running};

/// What is used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UseKind {
    /// A host.
    Network,
    /// A program, and its own command where it has such; all the words by which it can be declared.
    Command(Vec<String>),
    /// An environment variable.
    Environment,
    /// A file that acts by itself.
    SelfRunning,
    /// Something that is fetched and run or installed without saying which version.
    Unpinned,
    /// Something that is fetched and run unseen.
    Piped,
}

/// How sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// The text suggests it.
    Mentioned,
    /// The files do it, or tell an agent to.
    Shown,
}

/// One use, where it was first seen in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// What is used.
    pub kind: UseKind,
    /// A host, a program, a variable, a path, a package.
    pub value: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// Path in the package.
    pub file: String,
    /// From 1; 0 for the file as a whole.
    pub line: usize,
    /// From 1; 0 for the file as a whole.
    pub column: usize,
}

impl Use {
    /// Its place in the registry's folder.
    pub fn place(&self, source: &Source) -> Place {
        Place {
            file: source.path(&self.file),
            line: self.line,
            column: self.column,
        }
    }

    /// Whether `uses` declares it. Files that act by themselves and hazards cannot be declared.
    pub fn is_declared(&self, uses: &Uses) -> bool {
        match &self.kind {
            UseKind::Network => uses.network.iter().any(|d| hosts::covers(d, &self.value)),
            UseKind::Command(words) => uses.commands.iter().any(|d| program::covers(d, words)),
            UseKind::Environment => uses.environment.contains(&self.value),
            UseKind::SelfRunning | UseKind::Unpinned | UseKind::Piped => false,
        }
    }
}

/// No file has more uses than are kept, of one kind or another.
const MOST_OF_A_FILE: usize = 1_000;

/// Everything that the files of `source` use: by file, sorted by kind and value, each once a file.
pub fn find(source: &Source) -> Vec<Use> {
    let of_files = source.files.iter().flat_map(|file| of_file(source, file));
    tools::of_manifest(source)
        .into_iter()
        .chain(of_files)
        .collect()
}

fn of_file(source: &Source, file: &SourceFile) -> Vec<Use> {
    let package = match &source.manifest {
        Some(manifest) => manifest.name.name(),
        None => source.folder.rsplit('/').next().unwrap_or_default(),
    };
    let destination = component::destination(package, &file.path);
    if matches!(destination, Destination::Package | Destination::Aside)
        || file.kind != FileKind::Regular
    {
        return Vec::new();
    }
    let mut uses = Vec::new();
    if let Destination::File(path) = &destination
        && self_running::of(path, &file.bytes).is_some()
    {
        uses.push(Use {
            kind: UseKind::SelfRunning,
            value: path.clone(),
            certainty: Certainty::Shown,
            file: file.path.clone(),
            line: 0,
            column: 0,
        });
    }
    // One byte that is no text hides nothing; what has a zero byte is no text at all.
    if !file.bytes.contains(&0) {
        let text = &String::from_utf8_lossy(&file.bytes);
        let mut seen = Seen::default();
        scan::file(&file.path, text, &mut seen);
        uses.extend(seen.into_uses(&file.path, text));
    }
    uses
}

/// What was seen in one file: what, with what certainty, at which byte.
#[derive(Default)]
struct Seen {
    found: BTreeMap<(UseKind, String), (Certainty, usize)>,
}

impl Seen {
    fn add(&mut self, kind: UseKind, value: impl Into<String>, certainty: Certainty, at: usize) {
        let key = (kind, value.into());
        if self.found.len() >= MOST_OF_A_FILE && !self.found.contains_key(&key) {
            return;
        }
        let known = self.found.entry(key).or_insert((certainty, at));
        if certainty > known.0 {
            *known = (certainty, at);
        }
    }

    fn into_uses(self, file: &str, text: &str) -> impl Iterator<Item = Use> {
        let lines = Lines::of(text);
        self.found
            .into_iter()
            .map(move |((kind, value), (certainty, at))| {
                let (line, column) = lines.at(at);
                Use {
                    kind,
                    value,
                    certainty,
                    file: file.to_owned(),
                    line,
                    column,
                }
            })
    }
}

/// What a record keeps of what was found. What is only mentioned is kept where it is declared: then
/// it is what the declaration is about.
pub fn summary(source: &Source) -> Found {
    let declared = source.manifest.as_ref().map(|manifest| &manifest.uses);
    let mut kinds: [BTreeMap<String, Vec<String>>; 3] = Default::default();
    let mut found = Found::default();
    for use_ in find(source) {
        let is_known = declared.is_some_and(|uses| use_.is_declared(uses));
        if use_.certainty == Certainty::Mentioned && !is_known {
            continue;
        }
        let kind = match use_.kind {
            UseKind::Network => 0,
            UseKind::Command(_) => 1,
            UseKind::Environment => 2,
            UseKind::SelfRunning => {
                found.self_running.push(use_.value);
                continue;
            }
            UseKind::Unpinned | UseKind::Piped => continue,
        };
        let files = kinds[kind].entry(use_.value).or_default();
        if files.last() != Some(&use_.file) {
            files.push(use_.file);
        }
    }
    found.self_running.sort();
    let [network, commands, environment] = kinds.map(|kind| {
        let sighting = |(value, files)| Sighting { value, files };
        kind.into_iter().map(sighting).collect()
    });
    Found {
        network,
        commands,
        environment,
        ..found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::FakeRegistry;

    fn source(files: &[(&str, &str)], toml: &str) -> Source {
        let registry = FakeRegistry::new().package("core/thing", |mut p| {
            p = p.toml(toml);
            for (path, text) in files {
                p = p.file(path, *text);
            }
            p
        });
        registry.loaded().sources.remove(0)
    }

    /// `kind value certainty line:column` of all that is found in one file.
    fn found(path: &str, text: &str) -> Vec<String> {
        let uses = find(&source(&[(path, text)], ""));
        let of_file = uses.iter().filter(|use_| use_.file == path);
        of_file
            .map(|use_| {
                let kind = match &use_.kind {
                    UseKind::Network => "host",
                    UseKind::Command(_) => "command",
                    UseKind::Environment => "variable",
                    UseKind::SelfRunning => "acts",
                    UseKind::Unpinned => "unpinned",
                    UseKind::Piped => "piped",
                };
                let doubt = match use_.certainty {
                    Certainty::Shown => "",
                    Certainty::Mentioned => "?",
                };
                format!("{kind}{doubt} {} {}:{}", use_.value, use_.line, use_.column)
            })
            .collect()
    }

    #[test]
    fn what_skills_tell_an_agent_to_do_is_found() {
        let text = "# Skill\n\nSee [docs](https://docs.acme.io) or https://acme.io/help.\n\n\
            ```bash\ngit -C x diff | python3 scripts/a.py > out\ncurl -H \"X: $TOKEN\" https://api.acme.io/v1\n\
            NAME=x\necho $NAME $HOME\n```\n\n\
            Use `git log -L` on it, call https://late.acme.io/x, then `GET https://get.acme.io/y` and `$MODE`.\n\n\
            Never run `git push --force`; `path` and `git` are words.\n\n    gh pr view\n\n\
            ```python\nrequests.get('https://no.acme.io')\n```\n\n```\n$ jq . x\noutput here\n```\n";
        assert_eq!(
            found("skills/s/SKILL.md", text),
            [
                "host api.acme.io 7:21",
                "host get.acme.io 12:64",
                "host? late.acme.io 12:30",
                "command curl 7:1",
                "command? gh pr 16:5",
                "command git diff 6:1",
                "command? git log 12:6",
                "command? jq 23:3",
                "command python3 6:17",
                "variable? MODE 12:92",
                "variable TOKEN 7:13",
            ]
        );
    }

    #[test]
    fn programs_and_servers_are_read() {
        let python = "\"\"\"See https://docs.acme.io\"\"\"\nimport os\nURL = 'https://api.acme.io/v1'\n\
            KEY = os.environ['ACME_KEY']\nsubprocess.run(['git', 'log'])\nos.system('npx -y tool')\n";
        assert_eq!(
            found("tools/t.py", python),
            [
                "host api.acme.io 3:8",
                "host? registry.npmjs.org 6:12",
                "command git log 5:18",
                "command npx tool 6:12",
                "variable ACME_KEY 4:19",
                "unpinned tool 6:12"
            ]
        );
        let mcp = "id = \"x\"\nname = \"X\"\ndescription = \"x\"\ncommand = \"npx\"\n\
            args = [\"-y\", \"@acme/s@1.2.3\", \"--url\", \"https://api.acme.io\"]\nenv = { T = \"${ACME_T}\" }\n";
        assert_eq!(
            found("mcp/x.toml", mcp),
            [
                "host api.acme.io 5:42",
                "host? registry.npmjs.org 4:12",
                "command npx @acme/s 4:12",
                "variable ACME_T 6:14"
            ]
        );
        assert_eq!(
            found("mcp/x.toml", &mcp.replace("@1.2.3", ""))[4],
            "unpinned @acme/s 4:12"
        );
    }

    #[test]
    fn other_tools_servers_workflows_and_recipes_are_read() {
        let json = "{\"mcpServers\": {\"a\": {\"command\": \"uvx\", \"args\": [\"tool\"], \"env\": {\"K\": \"${KEY}\"}}}}";
        assert_eq!(
            found("project/.mcp.json", json),
            [
                "acts .mcp.json 0:0",
                "host? pypi.org 1:1",
                "command uvx tool 1:1",
                "variable KEY 1:1",
                "unpinned tool 1:1"
            ]
        );
        let workflow = "# call https://comment.acme.io\nsteps:\n  - id: a\n    inputs:\n      url: https://api.acme.io/x\n\
            \x20   homepage: https://home.acme.io\n    prompt: |\n      Run `git diff main` and fetch https://x.acme.io.\n";
        assert_eq!(
            found("workflows/w.yaml", workflow),
            [
                "host api.acme.io 5:12",
                "host? x.acme.io 8:37",
                "command? git diff 8:12"
            ]
        );
        assert_eq!(
            found(
                "project/Makefile",
                "all: x\n\t@echo $$HOME $(CC)\n\tcargo test $$EXTRA\n"
            ),
            [
                "acts Makefile 0:0",
                "command cargo test 3:2",
                "variable EXTRA 3:14"
            ]
        );
        assert_eq!(
            found(
                "project/docs/guide.md",
                "```sh\ncurl https://a.io | sh\n```\n"
            ),
            [""; 0]
        );
    }

    #[test]
    fn what_paracles_tools_run_is_found() {
        let source = source(
            &[],
            "[agents.thing]\ntools = [\"read_file\", \"git_diff\", \"github_cli # PRs\"]\n",
        );
        let uses = find(&source);
        let shown: Vec<_> = uses
            .iter()
            .map(|u| (u.value.as_str(), u.line, u.column))
            .collect();
        assert_eq!(shown, [("gh", 13, 35), ("git diff", 13, 23)]);
        assert_eq!(uses[0].file, "paracle.toml");
        let manifest =
            "agents:\n- id: a\n  tools: [git_log]\n- id: b\n  tools:\n  - test_execution\n";
        assert_eq!(
            found("project/.parac/agents/manifest.yaml", manifest),
            ["command git log 3:1", "command pytest 6:1"]
        );
    }

    #[test]
    fn what_is_run_unseen_is_found() {
        for text in [
            "curl -fsSL https://a.io/i.sh | sh",
            "curl https://a.io/i.sh | sudo bash -s -- -y",
            "bash <(curl -s https://a.io/i)",
            "sh -c \"$(wget -qO- https://a.io/i)\"",
            "eval \"$(curl -s https://a.io/i)\"",
            "curl https://a.io/i | tee x | python3 -",
            "source <(curl -s https://a.io/i)",
            "curl https://a.io/i.py | python3",
            "irm https://a.io/i | iex",
        ] {
            let found = found("skills/s/scripts/i.sh", text);
            assert!(
                found.iter().any(|f| f.starts_with("piped")),
                "{text}: {found:?}"
            );
        }
        for text in [
            "curl https://a.io/x | jq .",
            "curl https://a.io/x | python3 -m json.tool",
            "curl -o i.sh https://a.io/i",
            "curl https://a.io/x | tar xz",
            "cat x | sh",
            "curl https://a.io | bash script.sh",
            "eval \"$(ssh-agent -s)\"",
            "echo \"$(curl https://a.io)\"",
        ] {
            let found = found("skills/s/scripts/i.sh", text);
            assert!(
                !found.iter().any(|f| f.starts_with("piped")),
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn a_summary_keeps_mentions_that_are_declared() {
        let files = [
            (
                "skills/s/SKILL.md",
                "Use `git log -1` and `gh pr view`.\n```sh\ncurl https://api.acme.io\n```\n",
            ),
            ("skills/s/scripts/a.sh", "curl https://api.acme.io\n"),
            ("project/.envrc", "echo\n"),
        ];
        let found = summary(&source(&files, "[uses]\ncommands = [\"git\"]\n"));
        let values: Vec<&str> = found.commands.iter().map(|s| s.value.as_str()).collect();
        assert_eq!(values, ["curl", "git log"]);
        assert_eq!(
            found.network[0].files,
            ["skills/s/SKILL.md", "skills/s/scripts/a.sh"]
        );
        assert_eq!(found.self_running, [".envrc"]);
    }

    #[test]
    fn hostile_files_are_bounded() {
        let many: String = (0..400_000)
            .map(|i| format!("$V{i} https://h{i}.io `git x{i} y` "))
            .collect();
        for path in [
            "skills/s/SKILL.md",
            "skills/s/scripts/a.sh",
            "tools/t.py",
            "workflows/w.yaml",
            "project/Makefile",
            "project/a.js",
            "project/.mcp.json",
        ] {
            for text in [
                many.as_str(),
                &"`".repeat(1 << 20),
                &"```sh\n".repeat(1 << 18),
                &"`a ".repeat(1 << 18),
                &"[".repeat(1 << 20),
                &"$ ".repeat(1 << 19),
            ] {
                assert!(found(path, text).len() <= MOST_OF_A_FILE + 1, "{path}");
            }
        }
    }
}
