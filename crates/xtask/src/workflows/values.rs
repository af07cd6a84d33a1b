//! What stands in `${{ … }}`. There are no functions and no operators: what is not in the table fails,
//! so a workflow that grows one is looked at.

use std::collections::BTreeMap;

use crate::workspace::Failure;

#[derive(Clone, Debug, Default)]
pub(super) struct Values(BTreeMap<String, String>);

impl Values {
    pub(super) fn set(&mut self, expression: &str, value: impl Into<String>) {
        self.0.insert(expression.to_owned(), value.into());
    }

    pub(super) fn extend(&mut self, more: &Values) {
        self.0.extend(more.0.clone());
    }

    /// `text` with every expression replaced by its value.
    pub(super) fn fill(&self, text: &str) -> Result<String, Failure> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("${{") {
            let (expression, after) = behind
                .split_once("}}")
                .ok_or_else(|| Failure(format!("{text:?} has an open expression")))?;
            let expression = expression.trim();
            let value = self.0.get(expression).ok_or_else(|| {
                Failure(format!("nothing is known of `{expression}` in {text:?}"))
            })?;
            filled.push_str(before);
            filled.push_str(value);
            rest = after;
        }
        Ok(filled + rest)
    }
}

#[cfg(test)]
mod tests {
    use super::Values;

    #[test]
    fn what_is_not_known_fails() {
        let mut values = Values::default();
        values.set("github.token", "t");
        assert_eq!(
            values
                .fill("a ${{ github.token }}${{github.token}} b")
                .unwrap(),
            "a tt b"
        );
        for unknown in [
            "${{ github.actor }}",
            "${{ github.token",
            "${{ github.token || 'x' }}",
        ] {
            assert!(values.fill(unknown).is_err(), "{unknown}");
        }
        // A value is not looked into.
        values.set("x", "${{ y }}");
        assert_eq!(values.fill("${{ x }}").unwrap(), "${{ y }}");
    }
}
