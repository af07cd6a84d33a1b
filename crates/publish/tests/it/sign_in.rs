//! Signing in by a code, at a real provider: see `sign_in/provider.mjs`. `cargo xtask test` says where
//! that is.

use std::{
    cell::{Cell, RefCell},
    ops::ControlFlow,
    time::{Duration, SystemTime},
};

use client::World;
use publish::sign_in::{Pace, Prompt, SignInError, SignedIn, sign_in};

mod provider;

use provider::{Provider, Shape};

/// What happens during a pause.
type During<'a> = dyn Fn(usize, &str) -> ControlFlow<()> + 'a;

/// A clock that only pauses move.
struct Scripted<'a> {
    now: Cell<Duration>,
    pauses: RefCell<Vec<u64>>,
    shown: RefCell<Option<Prompt>>,
    during: &'a During<'a>,
}

impl Pace for Scripted<'_> {
    fn passed(&self) -> Duration {
        self.now.get()
    }

    fn pause(&self, pause: Duration) -> ControlFlow<()> {
        self.now.set(self.now.get() + pause);
        self.pauses.borrow_mut().push(pause.as_secs());
        let count = self.pauses.borrow().len();
        let code = self.shown.borrow().as_ref().unwrap().code.clone();
        (self.during)(count, &code)
    }
}

/// What came of signing in, and how long each pause was.
fn signing_in(
    provider: &Provider,
    client_id: &str,
    during: &During<'_>,
) -> (Result<SignedIn, SignInError>, Vec<u64>) {
    let pace = Scripted {
        now: Cell::new(Duration::from_secs(1_000)),
        pauses: RefCell::default(),
        shown: RefCell::default(),
        during,
    };
    let show = |prompt: &Prompt| {
        assert_eq!(prompt.url, provider.web.join("login/device").unwrap());
        *pace.shown.borrow_mut() = Some(prompt.clone());
    };
    let done = sign_in(&provider.web, client_id, &world(), &pace, &show);
    (done, pace.pauses.into_inner())
}

fn world() -> World {
    World {
        cache: "/nowhere".into(),
        offline: false,
        git: git::Environment::default(),
        user_agent: "paracle/test".to_owned(),
        clock: SystemTime::now,
        patience: Duration::from_secs(20),
    }
}

const GO_ON: ControlFlow<()> = ControlFlow::Continue(());

/// Runs `check` against both shapes of answers; not at all where there is no provider.
fn with_both(check: impl Fn(&Provider)) {
    for shape in [Shape::Standard, Shape::Github] {
        if let Some(provider) = Provider::start(shape) {
            check(&provider);
        }
    }
}

#[test]
fn somebody_who_types_the_code_is_signed_in() {
    with_both(|provider| {
        let (done, pauses) = signing_in(provider, "Iv1.known", &|count, code| {
            if count == 3 {
                provider.tell("approve", code);
            }
            GO_ON
        });
        let signed_in = done.unwrap();
        assert_eq!(signed_in.scopes, ["public_repo"]);
        assert!(signed_in.token.secret().len() > 20);
        assert!(!format!("{signed_in:?}").contains(signed_in.token.secret()));
        // The first two were answered: not yet.
        assert_eq!(pauses, [5, 5, 5]);
    });
}

#[test]
fn who_is_told_to_slow_down_does() {
    with_both(|provider| {
        let (done, pauses) = signing_in(provider, "Iv1.known", &|count, code| {
            match count {
                1 => provider.tell("hurry", 2),
                4 => provider.tell("approve", code),
                _ => {}
            }
            GO_ON
        });
        done.unwrap();
        // Five seconds more each time, and no less than the server wants.
        assert_eq!(pauses, [5, 12, 17, 17]);
    });
}

#[test]
fn a_no_is_a_no() {
    with_both(|provider| {
        let (done, _) = signing_in(provider, "Iv1.known", &|_, code| {
            provider.tell("deny", code);
            GO_ON
        });
        assert!(matches!(done, Err(SignInError::Denied)), "{done:?}");
    });
}

#[test]
fn a_code_expires_there_and_here() {
    with_both(|provider| {
        let (done, pauses) = signing_in(provider, "Iv1.known", &|_, code| {
            provider.tell("expire", code);
            GO_ON
        });
        assert!(matches!(done, Err(SignInError::Expired)), "{done:?}");
        assert_eq!(pauses.len(), 1);
        // Nobody does anything: ten minutes, every five seconds, and the last is not asked any more.
        let (done, pauses) = signing_in(provider, "Iv1.known", &|_, _| GO_ON);
        assert!(matches!(done, Err(SignInError::Expired)), "{done:?}");
        assert_eq!(pauses.len(), 120);
    });
}

#[test]
fn who_gives_up_is_let_go() {
    with_both(|provider| {
        let (done, pauses) = signing_in(provider, "Iv1.known", &|count, _| match count {
            2 => ControlFlow::Break(()),
            _ => GO_ON,
        });
        assert!(matches!(done, Err(SignInError::Cancelled)), "{done:?}");
        assert_eq!(pauses.len(), 2);
    });
}

#[test]
fn an_application_that_is_not_known_is_told() {
    with_both(|provider| {
        let (done, _) = signing_in(provider, "Iv1.unknown", &|_, _| GO_ON);
        let error = done.unwrap_err();
        assert!(
            matches!(error, SignInError::UnknownClient { .. }),
            "{error:?}"
        );
        assert!(error.hint().unwrap().contains("oauth-client-id"));
        let (done, _) = signing_in(provider, "Iv1.other-ways-only", &|_, _| GO_ON);
        let error = done.unwrap_err();
        assert!(matches!(error, SignInError::Refused { .. }), "{error:?}");
        assert!(
            error.to_string().contains("device_code is not allowed"),
            "{error}"
        );
    });
}

#[test]
fn nothing_is_sent_without_https_nor_offline() {
    let pace = Scripted {
        now: Cell::default(),
        pauses: RefCell::default(),
        shown: RefCell::default(),
        during: &|_, _| GO_ON,
    };
    let show = |_: &Prompt| panic!("nothing to show");
    let mut world = world();
    let http = "http://forge.example/".parse().unwrap();
    let done = sign_in(&http, "id", &world, &pace, &show);
    assert!(matches!(done, Err(SignInError::NoWeb { .. })), "{done:?}");
    world.offline = true;
    let https = "https://forge.example/".parse().unwrap();
    let done = sign_in(&https, "id", &world, &pace, &show);
    assert!(matches!(done, Err(SignInError::Network(_))), "{done:?}");
}
