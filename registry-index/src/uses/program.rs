//! What a command means: which program it starts, with which of its own commands, where that
//! fetches from, and whether what it fetches is pinned.

use super::{
    fetch,
    shell::{self, Word},
};

/// A command in the words in which it is declared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Invocation {
    /// The program, then what tells its uses apart: `["git", "diff"]`, `["npx", "@acme/server"]`.
    pub(super) words: Vec<String>,
    /// Where the program goes by itself.
    pub(super) hosts: Vec<String>,
    /// What it fetches and runs or installs without saying which version.
    pub(super) unpinned: Option<String>,
}

impl Invocation {
    /// The form in which it is shown and declared: the program, and one word more where that matters.
    pub(super) fn value(&self) -> String {
        self.words[..self.words.len().min(2)].join(" ")
    }
}

/// What a shell does itself, and programs that only print what they are given to read. Nobody
/// declares them, and nobody learns anything from their being declared.
const QUIET: &[&str] = &[
    ".", ":", "[", "[[", "alias", "awk", "basename", "break", "builtin", "cat", "cd", "clear",
    "cmp", "column", "comm", "continue", "cut", "date", "dirname", "diff", "echo", "egrep", "env",
    "eval", "exit", "expr", "false", "fgrep", "file", "find", "fmt", "fold", "gawk", "getopts",
    "grep", "hash", "head", "hostname", "id", "jobs", "join", "less", "ls", "more", "nl", "paste",
    "popd", "printenv", "printf", "pushd", "pwd", "readlink", "realpath", "return", "rev", "sed",
    "seq", "set", "shift", "shopt", "sleep", "sort", "source", "stat", "tac", "tail", "test", "tr",
    "trap", "tree", "true", "type", "ulimit", "umask", "unalias", "uname", "uniq", "wait", "wc",
    "which", "whoami", "xargs", "exec", "command", "nohup", "times", "mkdir", "touch", "mktemp",
];

/// Programs that start the one named after them, and their options that take a value.
const WRAPPERS: &[(&str, &[&str])] = &[
    ("sudo", &["-u", "-g", "--user"]),
    ("doas", &["-u"]),
    ("env", &["-u", "-C"]),
    ("exec", &["-a"]),
    ("nohup", &[]),
    ("command", &[]),
    ("builtin", &[]),
    ("nice", &["-n"]),
    ("stdbuf", &[]),
    ("timeout", &["-k", "-s"]),
    ("xargs", &["-n", "-I", "-P", "-d", "-L", "-a"]),
    ("watch", &["-n"]),
];

/// Programs whose first word says what they do, and their options that take a value.
const WITH_COMMANDS: &[(&str, &[&str])] = &[
    ("apt", &[]),
    ("apt-get", &[]),
    ("aws", &["--profile", "--region"]),
    ("az", &[]),
    ("brew", &[]),
    ("bun", &["--cwd"]),
    ("cargo", &["--manifest-path"]),
    ("deno", &[]),
    ("docker", &["-H", "--context", "--config"]),
    ("docker-compose", &["-f", "-p"]),
    ("dotnet", &[]),
    ("flyctl", &[]),
    ("gcloud", &["--project"]),
    ("gh", &["-R", "--repo"]),
    ("git", &["-C", "-c", "--git-dir", "--work-tree"]),
    ("glab", &["-R"]),
    ("go", &["-C"]),
    ("gradle", &[]),
    ("helm", &["-n", "--namespace", "--kube-context"]),
    (
        "kubectl",
        &["-n", "--namespace", "--context", "--kubeconfig"],
    ),
    ("mvn", &["-f"]),
    ("npm", &["--prefix", "-C"]),
    ("paracle", &[]),
    ("pip", &[]),
    ("pipx", &[]),
    ("pnpm", &["-C", "--dir", "--filter"]),
    ("podman", &[]),
    ("poetry", &["-C"]),
    ("rustup", &[]),
    ("systemctl", &[]),
    ("terraform", &[]),
    ("uv", &["--directory", "--project"]),
    ("yarn", &["--cwd"]),
];

/// Programs besides those above that a text may name between backticks and mean to be run. Words that
/// are something else as well (`make`, `test`, `install`) are here only where two words follow.
const KNOWN: &[&str] = &[
    "bash",
    "bunx",
    "cmake",
    "curl",
    "eslint",
    "ffmpeg",
    "jq",
    "make",
    "mypy",
    "mysql",
    "mysqldump",
    "ng",
    "node",
    "npx",
    "nvm",
    "pg_dump",
    "pre-commit",
    "prettier",
    "psql",
    "pytest",
    "python3",
    "redis-cli",
    "rg",
    "rsync",
    "ruby",
    "ruff",
    "rustc",
    "scp",
    "semgrep",
    "sh",
    "shellcheck",
    "sqlite3",
    "ssh",
    "tox",
    "trivy",
    "tsc",
    "uvx",
    "wget",
    "wrangler",
];

/// Whether people would recognise `program` as one.
pub(super) fn is_known(program: &str) -> bool {
    let program = alias(program);
    KNOWN.contains(&program) || WITH_COMMANDS.iter().any(|(known, _)| *known == program)
}

/// One name for programs that go by several.
fn alias(program: &str) -> &str {
    let is_version = |rest: &str| rest.chars().all(|c| c.is_ascii_digit() || c == '.');
    match program {
        _ if program.strip_prefix("python").is_some_and(is_version) => "python3",
        _ if program.strip_prefix("pip").is_some_and(is_version) => "pip",
        "nodejs" => "node",
        _ => program,
    }
}

/// What `words` start, unless it is nothing that anyone would declare: a part of the shell, a script
/// of the package's own, a placeholder.
pub(super) fn interpret(words: &[Word]) -> Option<Invocation> {
    let words = unwrapped(words)?;
    let program = words.first().filter(|word| !word.is_dynamic)?;
    let name = match program.text.rsplit_once('/') {
        Some((folder, name)) if folder.is_empty() || folder.starts_with('/') => name,
        // A path inside the package or the project.
        Some(_) => return None,
        None => &program.text,
    };
    if !is_program(name) || is_harmless(name, &words[1..]) {
        return None;
    }
    let mut name = alias(name);
    let mut rest = &words[1..];
    if name == "python3" && rest.len() > 1 && rest[0].text == "-m" && rest[1].text == "pip" {
        (name, rest) = ("pip", &rest[2..]);
    }
    let mut found = Invocation {
        words: vec![name.to_owned()],
        ..Invocation::default()
    };
    if let Some((_, options)) = WITH_COMMANDS.iter().find(|(known, _)| *known == name) {
        found.words.extend(commands(rest, options));
    }
    fetch::from(name, rest, &mut found);
    Some(found)
}

/// The words of a declaration such as `git diff`, in the form of [`Invocation::words`].
pub(super) fn declared(text: &str) -> Vec<String> {
    let script = shell::read(text);
    let Some(command) = script.commands.first() else {
        return Vec::new();
    };
    match interpret(&command.words) {
        Some(found) => found.words,
        // What nobody needs to declare may be declared.
        None => command.words.iter().map(|word| word.text.clone()).collect(),
    }
}

/// Whether the declared command covers the one that was found: `git` every use of it, `git diff` what
/// starts with these words.
pub(super) fn covers(declared: &str, found: &[String]) -> bool {
    let declared = self::declared(declared);
    !declared.is_empty() && found.starts_with(&declared)
}

/// The program that `words` start, whichever it is, and its arguments.
pub(super) fn started(words: &[Word]) -> Option<(&str, &[Word])> {
    let words = unwrapped(words)?;
    let program = words.first().filter(|word| !word.is_dynamic)?;
    let name = program.text.rsplit('/').next().unwrap_or_default();
    Some((alias(name), &words[1..]))
}

/// What stands behind `sudo`, `env`, `xargs` …
fn unwrapped(mut words: &[Word]) -> Option<&[Word]> {
    // Nobody wraps deeper than this.
    for _ in 0..8 {
        let first = words.first()?;
        let Some((name, options)) = WRAPPERS.iter().find(|(name, _)| *name == first.text) else {
            return Some(words);
        };
        if *name == "command" && words.get(1).is_some_and(|w| w.text.starts_with('-')) {
            return None;
        }
        let mut rest = &words[1..];
        while let Some(word) = rest.first() {
            let is_option = word.text.starts_with('-') && word.text.len() > 1;
            let skipped = match is_option {
                true if options.contains(&word.text.as_str()) => 2,
                true => 1,
                false if word.text.contains('=') => 1,
                false => break,
            };
            rest = rest.get(skipped..)?;
        }
        if *name == "timeout" {
            rest = rest.get(1..)?;
        }
        words = rest;
    }
    Some(words)
}

/// Whether it can be a program's name at all, rather than a word of prose or a placeholder.
fn is_program(name: &str) -> bool {
    let is_placeholder = ["your-", "your_", "my-", "my_", "some-"]
        .iter()
        .any(|start| name.starts_with(start));
    (2..=64).contains(&name.len())
        && !is_placeholder
        && name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '[')
        && name.contains(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '+' | '-'))
}

fn is_harmless(name: &str, rest: &[Word]) -> bool {
    let has = |options: &[&str]| rest.iter().any(|w| options.contains(&w.text.as_str()));
    match name {
        "sed" => !has(&["-i", "--in-place"]) && !rest.iter().any(|w| w.text.starts_with("-i")),
        "find" => !has(&["-delete", "-exec", "-execdir", "-ok"]),
        _ if QUIET.contains(&name) => true,
        // Asking a program who it is.
        _ => {
            rest.len() == 1
                && matches!(
                    rest[0].text.as_str(),
                    "--version" | "-V" | "-v" | "--help" | "-h" | "version" | "help"
                )
        }
    }
}

/// A program's own commands: the words before its other arguments, at most three.
fn commands(rest: &[Word], options: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut skips = false;
    for word in rest {
        if std::mem::take(&mut skips) {
            continue;
        }
        let is_command = !word.is_dynamic
            && word.text.starts_with(|c: char| c.is_ascii_lowercase())
            && word
                .text
                .chars()
                .all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-' | '_' | ':'));
        if word.text.starts_with(['-', '+']) && found.is_empty() {
            skips = options.contains(&word.text.as_str());
        } else if is_command && found.len() < 3 {
            found.push(word.text.clone());
        } else {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{super::shell, *};

    fn of(text: &str) -> Option<Invocation> {
        interpret(&shell::read(text).commands[0].words)
    }

    fn value(text: &str) -> String {
        of(text).map(|found| found.value()).unwrap_or_default()
    }

    #[test]
    fn commands_get_the_words_they_are_declared_in() {
        for (text, wanted) in [
            ("git -C sub --no-pager diff main...HEAD -- x", "git diff"),
            ("git log", "git log"),
            ("sudo -u root docker compose up -d", "docker compose"),
            ("env A=1 python3.11 x.py", "python3"),
            ("python -m pytest -q", "python3"),
            ("timeout 5 curl -s x.org", "curl"),
            ("xargs -n 1 rm", "rm"),
            ("/usr/bin/git status", "git status"),
            ("npx -y @acme/server@1.2.3 --stdio", "npx @acme/server"),
            ("uvx --from tool==1.0 run", "uvx tool"),
            (
                "docker run -i --rm -e TOKEN ghcr.io/a/b:v1 stdio",
                "docker run",
            ),
            ("cargo +nightly test", "cargo test"),
            ("pip3 install x==1", "pip install"),
            ("sed -i s/a/b/ f", "sed"),
            ("find . -delete", "find"),
        ] {
            assert_eq!(value(text), wanted, "{text}");
        }
        for text in [
            "ls -l",
            "./run.sh",
            "scripts/x.py",
            "$TOOL run",
            "git --version",
            "your-tool x",
            "grep -r x",
            "sed -n 1p f",
            "Usage: git",
            "...",
            "command -v git",
            "1234",
            "x",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
