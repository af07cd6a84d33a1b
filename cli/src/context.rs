//! Where we are. The only place that reads the environment, the working folder and the clock.
#![allow(
    clippy::disallowed_methods,
    reason = "this is the door: what others need is handed down from here"
)]

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

use client::{Hub, Location, World, registries::Registries};
use etcetera::BaseStrategy;
use registry_index::Layout;

use crate::{args::Global, error::CliError, ui::Ui};

/// What the commands may know of the world.
pub(crate) struct Context {
    /// The working folder.
    pub(crate) here: PathBuf,
    /// The user's list of registries.
    pub(crate) list: PathBuf,
    /// Cache, network, git.
    pub(crate) world: World,
    /// This program.
    pub(crate) program: PathBuf,
    /// The PATH.
    pub(crate) path: OsString,
    /// Whether another copy of this program handed its command over to us.
    pub(crate) is_handed: bool,
    /// All printing.
    pub(crate) ui: Ui,
}

impl Context {
    pub(crate) fn new(global: &Global, ui: Ui) -> Result<Self, CliError> {
        let here = env::current_dir().map_err(|error| {
            CliError::failed(format!("cannot tell the working folder: {error}"))
        })?;
        let (cache, config) = folders()?;
        let path = env::var_os("PATH").unwrap_or_default();
        let home = env::var_os("HOME").map(PathBuf::from);
        Ok(Self {
            list: config.join("registries.toml"),
            world: World {
                cache,
                offline: global.offline,
                git: git::Environment {
                    path: path.clone(),
                    home,
                    more: let_through(),
                },
                user_agent: format!("paracle/{}", env!("CARGO_PKG_VERSION")),
                // What servers ask for is meant by the real time, whatever stands in for the clock.
                clock: std::time::SystemTime::now,
                patience: client::source::PATIENCE,
            },
            program: env::current_exe().unwrap_or_else(|_| PathBuf::from("paracle")),
            path,
            is_handed: env::var_os(crate::commands::external::HANDED).is_some(),
            here,
            ui,
        })
    }

    /// The time, UTC and whole seconds. `SOURCE_DATE_EPOCH` stands in for the clock, as everywhere in
    /// reproducible builds (<https://reproducible-builds.org/specs/source-date-epoch/>).
    pub(crate) fn now(&self) -> Result<jiff::Timestamp, CliError> {
        let now = match env::var("SOURCE_DATE_EPOCH") {
            Ok(text) => {
                let seconds = text.parse().map_err(|_| {
                    CliError::usage(format!(
                        "SOURCE_DATE_EPOCH is {text:?}, not a number of seconds"
                    ))
                })?;
                jiff::Timestamp::from_second(seconds)
            }
            Err(_) => jiff::Timestamp::from_second(jiff::Timestamp::now().as_second()),
        };
        now.map_err(|error| CliError::usage(format!("the time is out of range: {error}")))
    }

    /// A variable of the environment, where it is set and is text.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        env::var(name).ok().filter(|value| !value.is_empty())
    }

    /// Renders contributed templates: this program runs itself again, confined.
    pub(crate) fn renderer(&self) -> render::Renderer {
        render::Renderer::new(self.program.clone(), vec!["render-worker".into()])
    }

    /// The registry's folder that `given` or the working folder is in.
    pub(crate) fn layout(&self, given: Option<&Path>) -> Result<Layout, CliError> {
        let folder = given.map_or_else(|| self.here.clone(), |folder| self.here.join(folder));
        Layout::find(&folder).map_err(|error| {
            CliError::failed(error.to_string())
                .hint("run the command in a registry's folder, or name one: --registry DIR")
                .hint("`paracle registry new DIR` makes one")
        })
    }

    /// The time so long ago, as in [`Context::now`].
    pub(crate) fn before(&self, ago: jiff::SignedDuration) -> Result<String, CliError> {
        let before = self.now()?.checked_sub(ago);
        let before = before.map_err(|error| CliError::usage(error.to_string()))?;
        Ok(before.to_string())
    }

    /// Answers to questions of packages, from the environment.
    pub(crate) fn answers(&self) -> impl Iterator<Item = (String, String)> + use<> {
        env::vars_os().filter_map(|(name, value)| {
            let (name, value) = (name.into_string().ok()?, value.into_string().ok()?);
            name.starts_with(install::variables::ENVIRONMENT)
                .then_some((name, value))
        })
    }

    /// The version of the Python framework that a project would use: that of its own virtual
    /// environment, or of the one that is active. `None` where there is none, or it cannot be told
    /// without starting Python.
    pub(crate) fn framework(&self, project: &install::Project) -> Option<semver::Version> {
        let own = project.root().join(".venv");
        let active = env::var_os("VIRTUAL_ENV").map(PathBuf::from);
        [Some(own), active].into_iter().flatten().find_map(|venv| {
            let python = std::fs::read_dir(venv.join("lib")).ok()?;
            python.flatten().find_map(|python| {
                let packages = std::fs::read_dir(python.path().join("site-packages")).ok()?;
                packages.flatten().find_map(|entry| {
                    let name = entry.file_name().into_string().ok()?;
                    let version = name.strip_prefix("paracle-")?.strip_suffix(".dist-info")?;
                    version.parse().ok()
                })
            })
        })
    }

    /// The registries that are asked: all of the user's list, or those named (by their name in the
    /// list, or as a folder or URL).
    pub(crate) fn hub(&self, named: &[String]) -> Result<Hub, CliError> {
        self.hub_in(named, &self.world)
    }

    /// The same, without a network whatever was said.
    pub(crate) fn offline_hub(&self, named: &[String]) -> Result<Hub, CliError> {
        let world = World {
            offline: true,
            ..self.world.clone()
        };
        self.hub_in(named, &world)
    }

    fn hub_in(&self, named: &[String], world: &World) -> Result<Hub, CliError> {
        let list = Registries::read(&self.list)?;
        let all = list.all(self.list.parent().unwrap_or(&self.here))?;
        let asked = match named.is_empty() {
            true => all,
            false => named
                .iter()
                .map(|text| match all.iter().find(|(name, _)| name == text) {
                    Some(known) => Ok(known.clone()),
                    None => Ok((text.clone(), Location::parse(text, &self.here)?)),
                })
                .collect::<Result<_, CliError>>()?,
        };
        let (hub, mut failed) = Hub::open(&asked, world);
        if hub.registries().next().is_none() && !failed.is_empty() {
            return Err(failed.remove(0).1.into());
        }
        for (name, error) in failed {
            self.ui
                .warn(&format!("the registry {name:?} is left out: {error}"));
            error
                .hint()
                .into_iter()
                .for_each(|hint| self.ui.hint(&hint));
        }
        Ok(hub)
    }
}

/// What git and ssh need of the environment beside PATH and HOME.
fn let_through() -> Vec<(OsString, OsString)> {
    const NAMES: [&str; 9] = [
        "SSH_AUTH_SOCK",
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "no_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
    ];
    NAMES
        .iter()
        .filter_map(|name| Some((OsString::from(name), env::var_os(name)?)))
        .collect()
}

/// The cache folder and the configuration folder, by each system's custom; `PARACLE_CACHE_DIR` and
/// `PARACLE_CONFIG_DIR` overrule it.
fn folders() -> Result<(PathBuf, PathBuf), CliError> {
    let given = |name: &str| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let base = etcetera::choose_base_strategy();
    let of = |name: &str, custom: Option<PathBuf>| {
        given(name).or(custom).ok_or_else(|| {
            CliError::failed("cannot tell the home folder")
                .hint(format!("set HOME, or set {name} to a folder"))
        })
    };
    let cache = base
        .as_ref()
        .ok()
        .map(|base| base.cache_dir().join("paracle").join("hub"));
    let config = base
        .as_ref()
        .ok()
        .map(|base| base.config_dir().join("paracle"));
    Ok((
        of("PARACLE_CACHE_DIR", cache)?,
        of("PARACLE_CONFIG_DIR", config)?,
    ))
}
