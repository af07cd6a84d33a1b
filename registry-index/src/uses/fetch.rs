//! Runners and installers of packages: what they fetch, from where, and whether that is pinned.

use super::{hosts, program::Invocation, shell::Word};

const NPM: &str = "registry.npmjs.org";
const PYPI: &str = "pypi.org";

/// What the program `name` fetches when it is given `rest`; told in `found`.
pub(super) fn from(name: &str, rest: &[Word], found: &mut Invocation) {
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
    use super::{
        super::{program::interpret, shell},
        *,
    };

    fn of(text: &str) -> Option<Invocation> {
        interpret(&shell::read(text).commands[0].words)
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
