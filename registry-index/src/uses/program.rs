//! What a command means: which program it starts, with which of its own commands, where that
//! fetches from, and whether what it fetches is pinned.

use super::{
    hosts,
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
    "which", "whoami", "xargs", "exec", "command", "nohup", "times",
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
    fetches(name, rest, &mut found);
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

const NPM: &str = "registry.npmjs.org";
const PYPI: &str = "pypi.org";

/// Runners and installers of packages: what they fetch, from where, and is it pinned.
fn fetches(name: &str, rest: &[Word], found: &mut Invocation) {
    let second = found.words.get(1).cloned().unwrap_or_default();
    // The words after the program's own command.
    let after = rest
        .iter()
        .position(|word| word.text == second)
        .map_or(rest, |at| &rest[at + 1..]);
    match (name, second.as_str()) {
        ("npx" | "bunx", _) => node_runner(rest, found),
        ("pnpm" | "yarn", "dlx") | ("bun", "x") | ("npm", "exec") => node_runner(after, found),
        ("npm" | "pnpm" | "bun" | "yarn", "install" | "i" | "add" | "global") => {
            let globally = rest
                .iter()
                .any(|w| matches!(w.text.as_str(), "-g" | "--global" | "global"));
            found.hosts.push(NPM.to_owned());
            let mut packages = after.iter().filter(|w| !w.text.starts_with('-'));
            if globally {
                let mut packages = packages.filter(|w| w.text != "add" && w.text != "install");
                found.unpinned = packages.find(|w| !is_node_pinned(w)).map(shown);
            } else if packages.next().is_none() {
                // What package.json and its lock file say.
                found.hosts.clear();
            }
        }
        ("uvx", _) => python_runner(rest, found),
        ("uv", "tool") => {
            python_runner(after.get(1..).unwrap_or_default(), found);
        }
        ("pipx", "run") => python_runner(after, found),
        ("pipx", "install") | ("pip", "install") => pip(after, found),
        ("uv", "pip") => pip(after.get(1..).unwrap_or_default(), found),
        ("docker" | "podman", "run" | "pull") => image(after, found),
        _ => {}
    }
}

fn shown(word: &Word) -> String {
    word.text.chars().take(100).collect()
}

/// The first argument that is no option, nor the value of one of `options`.
fn first_argument<'a>(rest: &'a [Word], options: &[&str]) -> Option<&'a Word> {
    let mut skips = false;
    rest.iter().find(|word| {
        let skipped = std::mem::replace(&mut skips, options.contains(&word.text.as_str()));
        !skipped && !word.text.starts_with('-')
    })
}

fn option_value<'a>(rest: &'a [Word], options: &[&str]) -> Option<&'a Word> {
    let at = rest
        .iter()
        .position(|word| options.contains(&word.text.as_str()))?;
    rest.get(at + 1)
}

/// `npx [-y] [--package PACKAGE] PACKAGE …`
fn node_runner(rest: &[Word], found: &mut Invocation) {
    let named = option_value(rest, &["-p", "--package"]);
    let Some(package) = named.or_else(|| first_argument(rest, &["-c", "--call"])) else {
        return;
    };
    if package.is_dynamic || package.text.starts_with(['.', '/']) {
        return;
    }
    found.words.truncate(1);
    found.words.push(node_name(&package.text).to_owned());
    // Without a version, and without leave to fetch, it runs what the project has.
    let local = rest
        .iter()
        .any(|word| word.text == "--no-install" || word.text == "--no");
    if !local {
        found.hosts.push(NPM.to_owned());
        let asked = rest
            .iter()
            .any(|word| word.text == "-y" || word.text == "--yes");
        let is_tool = node_name(&package.text) == package.text && !package.text.contains('/');
        if !is_node_pinned(package) && (asked || named.is_some() || !is_tool) {
            found.unpinned = Some(shown(package));
        }
    }
}

/// `@scope/name` or `name`, without a version.
fn node_name(package: &str) -> &str {
    match package.get(1..).and_then(|rest| rest.find('@')) {
        Some(at) => &package[..at + 1],
        None => package,
    }
}

/// Whether the version that is asked for is one, rather than a tag or a range.
fn is_node_pinned(package: &Word) -> bool {
    let version = package.text.get(node_name(&package.text).len() + 1..);
    let is_version = |version: &str| {
        version.starts_with(|c: char| c.is_ascii_digit()) && version.matches('.').count() >= 2
    };
    package.is_dynamic || package.text.starts_with(['.', '/']) || version.is_some_and(is_version)
}

/// `uvx [--from PACKAGE] PACKAGE …`
fn python_runner(rest: &[Word], found: &mut Invocation) {
    let named = option_value(rest, &["--from", "--spec"]);
    let options = ["--with", "--python", "-p", "--index-url", "--index"];
    let Some(package) = named.or_else(|| first_argument(rest, &options)) else {
        return;
    };
    if package.is_dynamic || package.text.starts_with(['.', '/']) {
        return;
    }
    let program = found.words.first().cloned().unwrap_or_default();
    if program == "uvx" {
        found.words.push(python_name(&package.text).to_owned());
    }
    found.hosts.push(PYPI.to_owned());
    if !is_python_pinned(package) {
        found.unpinned = Some(shown(package));
    }
}

fn python_name(package: &str) -> &str {
    let end = package
        .find(|c: char| "=<>!~@[; ".contains(c))
        .unwrap_or(package.len());
    &package[..end]
}

/// `name==1.2`, `name@1.2`, `git+https://…@<40 hex>`, a file with a version in its name.
fn is_python_pinned(package: &Word) -> bool {
    let text = package.text.as_str();
    if package.is_dynamic {
        return true;
    }
    if let Some(url) = text.split_once("git+").map(|(_, url)| url) {
        let rev = url.rsplit_once('@').map_or("", |(_, rev)| rev);
        let rev = rev.split('#').next().unwrap_or_default();
        return rev.len() == 40 && rev.chars().all(|c| c.is_ascii_hexdigit());
    }
    let version = text
        .split_once("==")
        .map(|(_, version)| version.trim_start_matches('='))
        .or_else(|| text.split_once('@').map(|(_, version)| version));
    text.ends_with(".whl")
        || version
            .is_some_and(|v| v.trim().starts_with(|c: char| c.is_ascii_digit()) && !v.contains('*'))
}

/// `pip install [-r FILE] PACKAGE …`
fn pip(rest: &[Word], found: &mut Invocation) {
    let with_value = [
        "-r",
        "--requirement",
        "-c",
        "--constraint",
        "-e",
        "--editable",
        "-t",
        "--target",
        "-i",
        "--index-url",
        "--extra-index-url",
        "-f",
        "--find-links",
        "--prefix",
        "--python",
    ];
    let mut skips = false;
    for word in rest {
        let skipped = std::mem::replace(&mut skips, with_value.contains(&word.text.as_str()));
        if skipped || word.text.starts_with('-') {
            continue;
        }
        let is_path = word.text.starts_with(['.', '/']);
        if !is_path && !is_python_pinned(word) {
            found.unpinned = Some(shown(word));
        }
        if !is_path && found.hosts.is_empty() {
            found.hosts.push(PYPI.to_owned());
        }
    }
}

/// `docker run [options] IMAGE …`
fn image(rest: &[Word], found: &mut Invocation) {
    let with_value = [
        "-e",
        "--env",
        "--env-file",
        "-v",
        "--volume",
        "-p",
        "--publish",
        "--network",
        "--net",
        "--name",
        "--mount",
        "-w",
        "--workdir",
        "--entrypoint",
        "-u",
        "--user",
        "--platform",
        "--pull",
        "--memory",
        "-m",
        "--cpus",
        "--add-host",
        "-h",
        "--hostname",
        "--label",
        "-l",
        "--tmpfs",
        "--security-opt",
        "--cap-drop",
        "--cap-add",
        "--pids-limit",
        "--ulimit",
        "--restart",
        "--gpus",
        "--shm-size",
        "--ipc",
        "--log-driver",
        "--dns",
    ];
    let Some(image) = first_argument(rest, &with_value).filter(|image| !image.is_dynamic) else {
        return;
    };
    found.words.truncate(2);
    let (path, digest) = match image.text.split_once('@') {
        Some((path, digest)) => (path, Some(digest)),
        None => (image.text.as_str(), None),
    };
    let (first, rest) = path.split_once('/').unwrap_or(("", path));
    let host = first.split(':').next().unwrap_or_default();
    if host.contains('.') {
        found.hosts.extend(hosts::concrete(host));
    } else if host != "localhost" {
        found.hosts.push("docker.io".to_owned());
    }
    let tag = rest.rsplit_once(':').map(|(_, tag)| tag);
    if digest.is_none() && matches!(tag, None | Some("latest" | "")) {
        found.unpinned = Some(shown(image));
    }
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

    #[test]
    fn what_is_fetched_without_a_version_is_known() {
        for text in [
            "npx -y @acme/server",
            "npx --yes server@latest",
            "npx -y server@^1.2.0",
            "npx @acme/server",
            "npx -y server@1",
            "bunx -y x",
            "pnpm dlx @a/b",
            "npx -y -p @a/b cmd",
            "uvx tool",
            "uvx tool@latest",
            "uvx --from git+https://x.org/r tool",
            "pipx run black",
            "pip install requests",
            "pip install -U a==1.0 b",
            "python3 -m pip install x",
            "uv pip install x>=1",
            "npm install -g typescript",
            "docker run -i ghcr.io/a/b",
            "docker run a/b:latest",
            "uv tool run x",
            "pip install 'x>=1'",
            "pip install x==1.*",
            "pip install git+https://x.org/r@main",
        ] {
            assert!(of(text).unwrap().unpinned.is_some(), "{text}");
        }
        for text in [
            "npx -y @acme/server@1.2.3",
            "npx tsc",
            "npx --no-install x",
            "uvx tool==1.2",
            "uvx tool@1.2.0",
            "uvx --from tool==1.2 cmd",
            "pip install -r requirements.txt",
            "pip install -e .",
            "pip install .",
            "pip install x==1.0",
            "npm install",
            "npm ci",
            "npm install -g typescript@5.4.2",
            "docker run -v /a:/b ghcr.io/a/b:v1.2",
            "docker run a@sha256:00",
            "npx -y ./local",
            "pip install git+https://x.org/r@0123456789012345678901234567890123456789",
        ] {
            assert_eq!(of(text).unwrap().unpinned, None, "{text}");
        }
        assert_eq!(of("npx -y a@1.0.0").unwrap().hosts, [NPM]);
        assert_eq!(of("docker run ghcr.io/a/b:1").unwrap().hosts, ["ghcr.io"]);
        assert_eq!(of("docker run a/b:1").unwrap().hosts, ["docker.io"]);
    }
}
