//! The ruler: context cost on a scale of tokens.

use serde::Serialize;

use crate::text;

/// The width of the drawing.
const WIDTH: u64 = 300;

/// A drawing 300 wide: a solid bar for what is always loaded, a hatched one for what is on demand.
#[derive(Debug, Serialize)]
pub(crate) struct Ruler {
    pub(crate) always: String,
    pub(crate) on_demand: String,
    /// `640 tokens always loaded, 5,200 more on demand, on a scale to 8,000`
    pub(crate) sentence: String,
    pub(crate) solid: String,
    pub(crate) hatched: String,
    pub(crate) marks: Vec<Mark>,
}

/// A number under the scale.
#[derive(Debug, Serialize)]
pub(crate) struct Mark {
    pub(crate) x: u64,
    pub(crate) anchor: &'static str,
    pub(crate) text: String,
}

impl Ruler {
    pub(crate) fn new(always: u64, on_demand: u64) -> Self {
        let total = always.saturating_add(on_demand);
        let scale = (0..40)
            .map(|power| 1_000 << power)
            .find(|scale| *scale >= total);
        let scale = scale.unwrap_or(total).max(1);
        let anchors = ["start", "middle", "middle", "middle", "end"];
        let marks = anchors.into_iter().zip(0..).map(|(anchor, quarter)| Mark {
            x: quarter * WIDTH / 4,
            anchor,
            text: mark(scale / 4 * quarter),
        });
        Self {
            always: text::number(always),
            on_demand: text::number(on_demand),
            sentence: format!(
                "{} tokens always loaded, {} more on demand, on a scale to {}",
                text::number(always),
                text::number(on_demand),
                text::number(scale)
            ),
            solid: width(always, scale),
            hatched: width(on_demand, scale),
            marks: marks.collect(),
        }
    }
}

fn mark(tokens: u64) -> String {
    match tokens {
        0..1_000 => tokens.to_string(),
        _ => format!("{}k", tokens / 1_000),
    }
}

/// Tenths of a unit, so that the bytes do not depend on how a machine prints fractions.
fn width(tokens: u64, scale: u64) -> String {
    let tenths = u128::from(tokens) * u128::from(WIDTH) * 10 / u128::from(scale);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_is_the_next_that_holds_all() {
        let ruler = Ruler::new(640, 5_200);
        assert_eq!(
            (ruler.solid.as_str(), ruler.hatched.as_str()),
            ("24.0", "195.0")
        );
        let marks: Vec<&str> = ruler.marks.iter().map(|m| m.text.as_str()).collect();
        assert_eq!(marks, ["0", "2k", "4k", "6k", "8k"]);
        assert_eq!(Ruler::new(0, 0).solid, "0.0");
        Ruler::new(u64::MAX, u64::MAX);
    }
}
