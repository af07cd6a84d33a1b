//! What proves who asks. It is shown to nobody but the forge's own API.

use std::fmt;

/// A token; its text appears in no message, no log and no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The token that `text` is, without the line end that a program prints after it. `None` for what
    /// could not stand in a header.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_plain = |byte: u8| byte.is_ascii_graphic();
        (!text.is_empty() && text.len() <= 4096 && text.bytes().all(is_plain))
            .then(|| Self(text.to_owned()))
    }

    /// Its text, for the header of a request and for the system's keyring.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_not_told() {
        let token = Token::new("gho_secret\n").unwrap();
        assert_eq!(token.secret(), "gho_secret");
        assert_eq!(format!("{token:?}"), "Token(…)");
        for bad in ["", " \n", "two words", "line\r\nHost: x"] {
            assert_eq!(Token::new(bad), None, "{bad:?}");
        }
    }
}
