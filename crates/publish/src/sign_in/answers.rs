//! What the two addresses answer. Everything in it is a stranger's text until it was checked: the code
//! and the address are shown to a person, who does what they say.

use std::time::Duration;

use reqwest::StatusCode;
use serde::Deserialize;
use url::Url;

use super::{Prompt, SignInError, SignedIn};
use crate::forge::Token;

/// How often is asked where the server does not say.
const INTERVAL: Duration = Duration::from_secs(5);
/// The longest that a code is waited for.
const LONGEST: Duration = Duration::from_secs(60 * 60);
/// Most characters of a server's words that are repeated.
const LONGEST_WORDS: usize = 200;

/// A flow that has begun.
pub(super) struct Device {
    pub(super) prompt: Prompt,
    /// Proves that the token is ours. Not shown.
    pub(super) secret: String,
    pub(super) interval: Duration,
}

/// What became of it so far.
pub(super) enum Answer {
    Granted(SignedIn),
    Pending,
    /// Ask less often; so often, where the server says it.
    Slower(Option<Duration>),
}

#[derive(Deserialize)]
struct Begun {
    device_code: String,
    user_code: String,
    verification_uri: String,
    expires_in: u64,
    interval: Option<u64>,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    token_type: Option<String>,
    #[serde(default)]
    scope: String,
}

#[derive(Deserialize)]
struct Refused {
    error: String,
    error_description: Option<String>,
    interval: Option<u64>,
}

/// The answer to the question for a code.
pub(super) fn device(
    web: &Url,
    client_id: &str,
    status: StatusCode,
    bytes: &[u8],
) -> Result<Device, SignInError> {
    let begun: Begun = match read(status, bytes)? {
        Ok(begun) => begun,
        Err(refused) => return Err(refusal(refused, client_id)),
    };
    let is_code = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    if !(4..=32).contains(&begun.user_code.len()) || !begun.user_code.bytes().all(is_code) {
        return Err(unusable("the code is no code that a person could type"));
    }
    if begun.device_code.is_empty() || begun.device_code.len() > 4096 {
        return Err(unusable("the device code is missing, or too long"));
    }
    let good_for = Duration::from_secs(begun.expires_in).min(LONGEST);
    let interval = begun.interval.map_or(INTERVAL, Duration::from_secs);
    Ok(Device {
        prompt: Prompt {
            code: begun.user_code,
            url: page(web, &begun.verification_uri)?,
            good_for,
        },
        secret: begun.device_code,
        interval: interval.clamp(Duration::from_secs(1), super::LONGEST_INTERVAL),
    })
}

/// The page where the code is typed. Another host's would be a trap: whoever types a code there signs
/// somebody else in.
fn page(web: &Url, said: &str) -> Result<Url, SignInError> {
    let page = Url::parse(said).ok().filter(|page| {
        let is_bare = page.username().is_empty() && page.password().is_none();
        page.origin() == web.origin() && is_bare && said.len() <= 200
    });
    page.ok_or_else(|| unusable("the page to sign in on is not on the forge's own host"))
}

/// The answer to the question for a token.
pub(super) fn token(
    client_id: &str,
    status: StatusCode,
    bytes: &[u8],
) -> Result<Answer, SignInError> {
    if status == StatusCode::TOO_MANY_REQUESTS {
        return Ok(Answer::Slower(None));
    }
    let granted: Granted = match read(status, bytes)? {
        Ok(granted) => granted,
        Err(refused) => {
            return match refused.error.as_str() {
                "authorization_pending" => Ok(Answer::Pending),
                "slow_down" => Ok(Answer::Slower(refused.interval.map(Duration::from_secs))),
                _ => Err(refusal(refused, client_id)),
            };
        }
    };
    let is_bearer = |kind: &str| kind.eq_ignore_ascii_case("bearer");
    if !granted.token_type.as_deref().is_none_or(is_bearer) {
        return Err(unusable("the token is of a kind that is not known"));
    }
    let scopes = granted
        .scope
        .split([',', ' '])
        .filter(|scope| !scope.is_empty());
    Ok(Answer::Granted(SignedIn {
        token: Token::new(&granted.access_token)
            .ok_or_else(|| unusable("the token has characters that tokens have not"))?,
        scopes: scopes.map(words).collect(),
    }))
}

/// An answer, or an error, which may come with success (GitHub) or without (the standard).
fn read<'de, T: Deserialize<'de>>(
    status: StatusCode,
    bytes: &'de [u8],
) -> Result<Result<T, Refused>, SignInError> {
    if status.is_server_error() {
        return Err(SignInError::Failed {
            status: status.as_u16(),
        });
    }
    if let Ok(refused) = serde_json::from_slice::<Refused>(bytes) {
        return Ok(Err(refused));
    }
    if !status.is_success() {
        return Err(unusable(&format!("it answered {}", status.as_u16())));
    }
    // Not the reader's own words: they may quote what is secret.
    serde_json::from_slice(bytes)
        .map(Ok)
        .map_err(|_| unusable("it is not the JSON that the standard describes"))
}

fn refusal(refused: Refused, client_id: &str) -> SignInError {
    let client_id = || words(client_id);
    match refused.error.as_str() {
        "access_denied" => SignInError::Denied,
        "expired_token" | "token_expired" => SignInError::Expired,
        // What GitHub says of an application that it does not know: 404.
        "incorrect_client_credentials" | "invalid_client" | "Not Found" => {
            SignInError::UnknownClient {
                client_id: client_id(),
            }
        }
        "device_flow_disabled" | "unauthorized_client" => SignInError::NotEnabled {
            client_id: client_id(),
        },
        error => SignInError::Refused {
            error: words(error),
            description: refused.error_description.as_deref().map(words),
        },
    }
}

fn unusable(why: &str) -> SignInError {
    SignInError::Answer {
        why: why.to_owned(),
    }
}

fn words(text: &str) -> String {
    text.chars().take(LONGEST_WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(field: &str, value: serde_json::Value) -> Result<Device, SignInError> {
        let mut said = serde_json::json!({
            "device_code": "3584d83530557fdd1f46af8289938c8ef79f9dc5",
            "user_code": "WDJB-MJHT",
            "verification_uri": "https://github.com/login/device",
            "expires_in": 900,
            "interval": 5,
        });
        said[field] = value;
        let web = "https://github.com/".parse().unwrap();
        device(&web, "id", StatusCode::OK, said.to_string().as_bytes())
    }

    #[test]
    fn only_a_code_and_the_forges_own_page_are_shown() {
        let good = begun("interval", 5.into()).ok().unwrap();
        assert_eq!(good.prompt.code, "WDJB-MJHT");
        assert_eq!(good.prompt.url.as_str(), "https://github.com/login/device");
        for code in [
            "",
            "abc-def",
            "WDJB\u{1b}[2J",
            "WDJB MJHT",
            "ＷＤＪＢ",
            &"A".repeat(33),
        ] {
            assert!(begun("user_code", code.into()).is_err(), "{code:?}");
        }
        for page in [
            "https://github.com.evil.example/login/device",
            "https://evil.example/",
            "http://github.com/login/device",
            "https://github.com:8443/login/device",
            "https://github.com@evil.example/login/device",
            "https://you:pw@github.com/login/device",
            "//evil.example/",
            "javascript:alert(1)",
            &format!("https://github.com/{}", "a".repeat(300)),
        ] {
            assert!(begun("verification_uri", page.into()).is_err(), "{page:?}");
        }
        let hidden = begun(
            "verification_uri",
            "https://github.com/\u{1b}[2J\u{202e}x".into(),
        );
        assert!(hidden.ok().unwrap().prompt.url.as_str().is_ascii());
    }

    #[test]
    fn no_server_has_us_hurry_or_wait_for_ever() {
        let interval =
            |value: serde_json::Value| begun("interval", value).ok().unwrap().interval.as_secs();
        assert_eq!(interval(0.into()), 1);
        assert_eq!(interval(serde_json::Value::Null), 5);
        assert_eq!(interval(9_999_999.into()), 60);
        let expires = begun("expires_in", u64::MAX.into()).ok().unwrap();
        assert_eq!(expires.prompt.good_for, LONGEST);
    }

    #[test]
    fn errors_are_understood_with_either_status() {
        let said = |error: &str, status: u16| {
            let said = format!("{{\"error\":\"{error}\",\"error_description\":\"no\"}}");
            token("id", StatusCode::from_u16(status).unwrap(), said.as_bytes())
        };
        for status in [200, 400, 401] {
            assert!(matches!(
                said("authorization_pending", status),
                Ok(Answer::Pending)
            ));
            assert!(matches!(
                said("slow_down", status),
                Ok(Answer::Slower(None))
            ));
            for (error, expected) in [
                ("access_denied", "signing in was refused on the page"),
                ("expired_token", "the code was not entered in time"),
                (
                    "incorrect_client_credentials",
                    "the forge knows no application \"id\"",
                ),
                (
                    "device_flow_disabled",
                    "the application \"id\" does not let people sign in by a code",
                ),
                ("other", "the forge refused: \"other\", \"no\""),
            ] {
                let error = said(error, status).err().unwrap();
                assert_eq!(error.to_string(), expected);
            }
        }
        assert!(matches!(
            said("x", 503),
            Err(SignInError::Failed { status: 503 })
        ));
    }

    #[test]
    fn a_token_is_quoted_by_no_error() {
        for said in [
            r#"{"access_token":"gho_MARKER","token_type":"mac"}"#,
            r#"{"access_token":"gho_MARKER\nHost: x"}"#,
            r#"{"access_token":["gho_MARKER"]}"#,
            r#""gho_MARKER""#,
        ] {
            let error = token("id", StatusCode::OK, said.as_bytes()).err().unwrap();
            assert!(
                !format!("{error} {error:?}").contains("MARKER"),
                "{error:?}"
            );
        }
    }
}
