//! GitHub on this machine, of crate `emulator`: one Node process for all tests, a forge for each.

use std::{env, sync::OnceLock, thread};

use emulator::{Asked, Emulator, Forge, Parts, Wanted, unlike};
use publish::forge::GitHub;
use serde_json::Value;

use super::fixture;

/// A forge of its own.
pub(super) struct World(Forge);

impl World {
    /// With these people, and repositories as the emulator's seed has them.
    pub(super) fn of(people: &[&str], repositories: &Value) -> Self {
        Self::begin(people, repositories, true)
    }

    /// The same without checks, which take most of the time, for what is done over and over.
    pub(super) fn unchecked(people: &[&str], repositories: &Value) -> Self {
        Self::begin(people, repositories, false)
    }

    fn begin(people: &[&str], repositories: &Value, is_checked: bool) -> Self {
        static EMULATOR: OnceLock<Emulator> = OnceLock::new();
        let emulator = EMULATOR.get_or_init(|| {
            let parts = Parts::given(|name| env::var_os(name)).unwrap_or_else(|e| panic!("{e}"));
            Emulator::start(&parts).unwrap()
        });
        let wanted = Wanted {
            people,
            repositories: repositories.clone(),
            is_checked,
            has_workflows: false,
        };
        Self(emulator.forge(&wanted).unwrap())
    }

    /// The forge as `login` asks it; every request and answer is checked.
    pub(super) fn github(&self, login: &str) -> GitHub {
        fixture::github(self.0.url(), Some(&Forge::token(login)))
    }

    /// The same behind the checks, for what others do, and for looking.
    pub(super) fn behind(&self, login: &str) -> GitHub {
        fixture::github(self.0.front(), Some(&Forge::token(login)))
    }

    /// From now on the `at`-th request is the last: it does or does not reach the forge, and gets no
    /// answer. 0 is never.
    pub(super) fn cut(&self, at: usize, after: bool) {
        self.log();
        self.0.cut(at, after).unwrap();
    }

    /// What was asked since the last time. Fails where something was asked that GitHub does not
    /// describe, and where an answer deviates from the description in a way that is not known.
    pub(super) fn log(&self) -> Vec<Asked> {
        let log = self.0.log().unwrap();
        let unknown = unlike(&log);
        assert!(
            unknown.is_empty(),
            "not as GitHub describes it:\n{}",
            unknown.join(",\n")
        );
        log
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if !thread::panicking() {
            self.log();
        }
    }
}
