//! A token for a code that is typed on the forge's page.

use std::{
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use publish::sign_in::{Pace, Prompt, SignInError, SignedIn, sign_in, web_root};
use registry_index::registry::Config;
use url::Url;

use crate::{
    context::Context,
    error::{CliError, Kind},
    ui::{BOLD, one_line},
};

/// How soon Ctrl-C is noticed.
const NOTICE: Duration = Duration::from_millis(50);

/// Shows a code, waits until it is typed, and gives the token it stands for. It is kept nowhere.
pub(crate) fn by_code(
    context: &Context,
    policies: &Config,
    api: &Url,
) -> Result<SignedIn, CliError> {
    let client_id = policies.oauth_client_id.as_deref().ok_or_else(|| {
        CliError::failed(format!(
            "the registry {:?} names no application to sign in to",
            policies.name
        ))
        .hint("set GITHUB_TOKEN to a token with \"public_repo\", or run `gh auth login`")
        .hint("its maintainers can add `oauth-client-id` under [forge] in registry.toml")
    })?;
    if !context.ui.is_asking() {
        return Err(CliError::usage(
            "signing in by a code takes a person, and --no-input was given",
        )
        .hint("set GITHUB_TOKEN instead"));
    }
    let web = web_root(api).ok_or_else(|| SignInError::NoWeb {
        root: one_line(api.host_str().unwrap_or_default()),
    })?;
    let pace = Interruptible::new();
    let show = |prompt: &Prompt| {
        let Prompt {
            code,
            url,
            good_for,
        } = prompt;
        let minutes = good_for.as_secs().div_ceil(60);
        let line = format!(
            "{BOLD}{code}{BOLD:#} at {BOLD}{}{BOLD:#}",
            one_line(url.as_str())
        );
        context
            .ui
            .ask(&format!("enter the code {line} (good for {minutes} min)"));
        context
            .ui
            .hint("only enter it if you have just asked for it yourself");
    };
    Ok(sign_in(&web, client_id, &context.world, &pace, &show)?)
}

/// The real time; Ctrl-C ends it.
struct Interruptible {
    begun: Instant,
    is_stopped: Arc<AtomicBool>,
    registered: Vec<signal_hook::SigId>,
}

impl Interruptible {
    fn new() -> Self {
        let is_stopped = Arc::new(AtomicBool::new(false));
        let signals = [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM];
        let register = |signal| signal_hook::flag::register(signal, Arc::clone(&is_stopped)).ok();
        Self {
            begun: Instant::now(),
            registered: signals.into_iter().filter_map(register).collect(),
            is_stopped,
        }
    }
}

impl Pace for Interruptible {
    fn passed(&self) -> Duration {
        self.begun.elapsed()
    }

    fn pause(&self, pause: Duration) -> ControlFlow<()> {
        let until = Instant::now() + pause;
        while !self.is_stopped.load(Ordering::Relaxed) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return ControlFlow::Continue(());
            }
            thread::sleep(left.min(NOTICE));
        }
        ControlFlow::Break(())
    }
}

impl Drop for Interruptible {
    fn drop(&mut self) {
        for id in self.registered.drain(..) {
            signal_hook::low_level::unregister(id);
        }
    }
}

impl From<SignInError> for CliError {
    fn from(error: SignInError) -> Self {
        let kind = match &error {
            SignInError::Denied | SignInError::Cancelled => Kind::NotAllowed,
            error if error.is_network() => Kind::Network,
            _ => Kind::Failed,
        };
        let hint = error.hint();
        Self::from_chain(kind, &error, hint)
    }
}
