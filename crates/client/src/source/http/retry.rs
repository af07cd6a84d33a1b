//! Asking again where that may help: with growing pauses of random length, so that clients which failed
//! together do not come back together, and never sooner than the server asked for.

use std::{
    thread,
    time::{Duration, Instant},
};

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

use crate::ClientError;

/// The longest that a server is waited for. One that asks for more patience than a person has is told
/// of instead.
const LONGEST: Duration = Duration::from_secs(20);
/// How often is looked whether somebody wants us to stop.
const GLANCE: Duration = Duration::from_millis(50);

/// How many failures one request may have.
pub(super) struct Patience {
    times: usize,
    pauses: ExponentialBackoff,
}

impl Patience {
    /// Enough for `times` more tries after the first.
    pub(super) fn of(times: usize) -> Self {
        Self {
            times,
            pauses: pauses(times),
        }
    }

    /// It got further than ever before, so it is worth as many tries as at the beginning.
    pub(super) fn renew(&mut self) {
        self.pauses = pauses(self.times);
    }

    /// Waits before the next try, or gives `error` back: because asking again does not help, because it
    /// was tried often enough, or because the server wants to be left alone for longer.
    pub(super) fn wait(
        &mut self,
        error: ClientError,
        is_stopped: impl Fn() -> bool,
    ) -> Result<(), ClientError> {
        let asked = match &error {
            ClientError::Status {
                retry_after: Some(asked),
                ..
            } => *asked,
            _ => Duration::ZERO,
        };
        if !error.is_passing() || asked > LONGEST {
            return Err(error);
        }
        let Some(pause) = self.pauses.next() else {
            return Err(error);
        };
        let until = Instant::now() + pause.max(asked);
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            if is_stopped() {
                return Err(ClientError::Stopped);
            }
            thread::sleep(left.min(GLANCE));
        }
        Ok(())
    }
}

fn pauses(times: usize) -> ExponentialBackoff {
    ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(250))
        .with_max_times(times)
        .with_jitter()
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: u16, retry_after: Option<u64>) -> ClientError {
        ClientError::Status {
            url: "https://hub.example/".into(),
            status,
            retry_after: retry_after.map(Duration::from_secs),
        }
    }

    #[test]
    fn only_what_passes_is_waited_for_and_only_so_often() {
        let mut patience = Patience::of(1);
        assert!(patience.wait(status(404, None), || false).is_err());
        assert!(patience.wait(status(503, Some(3600)), || false).is_err());
        let start = Instant::now();
        assert!(patience.wait(status(503, Some(1)), || false).is_ok());
        assert!(start.elapsed() >= Duration::from_secs(1));
        assert!(patience.wait(status(503, None), || false).is_err());
        patience.renew();
        let stopped = patience.wait(status(503, Some(20)), || true);
        assert!(matches!(stopped, Err(ClientError::Stopped)));
    }
}
