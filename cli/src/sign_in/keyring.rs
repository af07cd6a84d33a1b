//! The system's keyring: Keychain, Credential Manager, or the Secret Service of a Linux desktop.
//!
//! It may ask the user to unlock it, and it is another program that may hang. So every question to it is
//! asked in a thread of its own, and not waited for for ever.

use std::{
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use keyring_core::{CredentialStore, Error};
use publish::forge::Token;
use url::Url;

use crate::context::Context;

/// What our entries are called. The account is the API's host.
const SERVICE: &str = "paracle";
/// Set to anything, it keeps us away from the keyring.
const OFF: &str = "PARACLE_NO_KEYRING";
/// How long a user may take to unlock it.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long it may take where nobody is there to unlock it.
const PATIENCE_ALONE: Duration = Duration::from_secs(10);

/// Why there is nothing of the keyring to be had. Never quotes what is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NoKeyring(String);

/// The keyring, opened.
pub(crate) struct Keyring {
    store: Arc<CredentialStore>,
    patience: Duration,
}

/// Whose token is whose: by the API's host, and its port where that is not the usual one.
pub(crate) fn account(api: &Url) -> String {
    let host = api.host_str().unwrap_or_default();
    match api.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

impl Keyring {
    /// The system's.
    pub(crate) fn open(context: &Context) -> Result<Self, NoKeyring> {
        if context.variable(OFF).is_some() {
            return Err(NoKeyring(format!("{OFF} is set")));
        }
        let patience = match context.ui.can_ask() {
            true => PATIENCE,
            false => PATIENCE_ALONE,
        };
        let store = patiently(PATIENCE_ALONE, system)?;
        Ok(Self { store, patience })
    }

    /// The token of `account`.
    pub(crate) fn read(&self, account: &str) -> Result<Option<Token>, NoKeyring> {
        let secret = self.ask(account, |entry| entry.get_secret())?;
        let text = secret.and_then(|bytes| String::from_utf8(bytes).ok());
        Ok(text.and_then(|text| Token::new(&text)))
    }

    /// Keeps `token` as that of `account`, instead of an earlier one.
    pub(crate) fn write(&self, account: &str, token: &Token) -> Result<(), NoKeyring> {
        let token = token.clone();
        self.ask(account, move |entry| {
            entry.set_secret(token.secret().as_bytes())
        })
        .map(drop)
    }

    /// Forgets the token of `account`. Whether there was one.
    pub(crate) fn remove(&self, account: &str) -> Result<bool, NoKeyring> {
        let removed = self.ask(account, |entry| entry.delete_credential())?;
        Ok(removed.is_some())
    }

    /// `None` where there is no such entry.
    fn ask<T: Send + 'static>(
        &self,
        account: &str,
        ask: impl FnOnce(&keyring_core::Entry) -> Result<T, Error> + Send + 'static,
    ) -> Result<Option<T>, NoKeyring> {
        let (store, account) = (Arc::clone(&self.store), account.to_owned());
        patiently(self.patience, move || {
            match store
                .build(SERVICE, &account, None)
                .and_then(|entry| ask(&entry))
            {
                Ok(answer) => Ok(Some(answer)),
                Err(Error::NoEntry) => Ok(None),
                Err(error) => Err(error),
            }
        })
    }
}

/// Does `work` in another thread, and leaves it there when it takes too long.
fn patiently<T: Send + 'static>(
    patience: Duration,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, NoKeyring> {
    let (send, answer) = mpsc::channel();
    thread::spawn(move || {
        let _ = send.send(work());
    });
    match answer.recv_timeout(patience) {
        Ok(answer) => answer.map_err(|error| NoKeyring(told(&error))),
        Err(mpsc::RecvTimeoutError::Timeout) => Err(NoKeyring("it does not answer".to_owned())),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(NoKeyring("it failed".to_owned())),
    }
}

/// An error's words, without what some errors carry: the secret itself.
fn told(error: &Error) -> String {
    match error {
        Error::BadEncoding(_) | Error::BadDataFormat(..) => "its entry is no token".to_owned(),
        Error::Ambiguous(_) => "it has several entries for this host".to_owned(),
        error => error.to_string(),
    }
}

#[cfg(target_os = "macos")]
fn system() -> Result<Arc<CredentialStore>, Error> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn system() -> Result<Arc<CredentialStore>, Error> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(all(unix, not(target_os = "macos")))]
fn system() -> Result<Arc<CredentialStore>, Error> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mock() -> Keyring {
        Keyring {
            store: keyring_core::mock::Store::new().unwrap(),
            patience: Duration::from_secs(5),
        }
    }

    #[test]
    fn a_token_is_kept_by_host_and_forgotten() {
        let keyring = mock();
        let [one, two] = ["gho_one", "gho_two"].map(|text| Token::new(text).unwrap());
        assert_eq!(keyring.read("api.github.com"), Ok(None));
        assert_eq!(keyring.remove("api.github.com"), Ok(false));
        keyring.write("api.github.com", &one).unwrap();
        keyring.write("ghe.example:8443", &one).unwrap();
        keyring.write("api.github.com", &two).unwrap();
        assert_eq!(keyring.read("api.github.com"), Ok(Some(two)));
        assert_eq!(keyring.read("ghe.example"), Ok(None));
        assert_eq!(keyring.remove("api.github.com"), Ok(true));
        assert_eq!(keyring.read("api.github.com"), Ok(None));
        assert_eq!(keyring.read("ghe.example:8443"), Ok(Some(one)));
    }

    #[test]
    fn what_is_no_token_is_none() {
        let keyring = mock();
        let entry = keyring.store.build(SERVICE, "h", None).unwrap();
        entry.set_secret(b"gho_MARKER\r\nHost: x").unwrap();
        assert_eq!(keyring.read("h"), Ok(None));
        entry.set_secret(b"\xff\xfe").unwrap();
        assert_eq!(keyring.read("h"), Ok(None));
    }

    #[test]
    fn a_keyring_that_hangs_is_left() {
        let hung = patiently(Duration::from_millis(20), || {
            thread::sleep(Duration::from_secs(600));
            Ok(())
        });
        assert_eq!(hung, Err(NoKeyring("it does not answer".to_owned())));
        let failed: Result<(), _> = patiently(Duration::from_secs(5), || {
            Err(Error::BadDataFormat(
                b"gho_MARKER".to_vec(),
                "gho_MARKER".into(),
            ))
        });
        assert_eq!(failed, Err(NoKeyring("its entry is no token".to_owned())));
    }

    #[test]
    fn accounts_are_hosts() {
        for (api, expected) in [
            ("https://api.github.com/", "api.github.com"),
            ("https://ghe.example:443/api/v3/", "ghe.example"),
            ("https://ghe.example:8443/api/v3/", "ghe.example:8443"),
        ] {
            assert_eq!(account(&api.parse().unwrap()), expected);
        }
    }
}
