use std::fmt;

/// Shows text from packages, registries and projects in a message: quoted, with everything escaped
/// that is not plainly visible.
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: String = self.0.chars().take(240).collect();
        write!(f, "{shown:?}")
    }
}
