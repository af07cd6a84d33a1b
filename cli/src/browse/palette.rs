//! What each tone looks like.

use ratatui::{
    style::{Color, Modifier, Style},
    text::{Line, Span},
};

use super::prose::{Said, Tone};

/// Whether there are colours, or only bold and the like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Palette {
    Colours,
    Plain,
}

impl Palette {
    pub(super) fn style(self, tone: Tone) -> Style {
        let plain = Style::new();
        let coloured = |style: Style, color: Color| match self {
            Self::Colours => style.fg(color),
            Self::Plain => style,
        };
        match tone {
            Tone::Plain => plain,
            Tone::Dim => plain.add_modifier(Modifier::DIM),
            Tone::Strong => plain.add_modifier(Modifier::BOLD),
            Tone::Emphasis => plain.add_modifier(Modifier::ITALIC),
            Tone::Heading => coloured(plain.add_modifier(Modifier::BOLD), Color::Cyan),
            Tone::Code => coloured(plain, Color::Green),
            Tone::Link => coloured(plain.add_modifier(Modifier::UNDERLINED), Color::Blue),
            Tone::Mark => coloured(
                plain.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
                Color::Yellow,
            ),
            Tone::Warning => coloured(plain.add_modifier(Modifier::BOLD), Color::Yellow),
        }
    }

    pub(super) fn line(self, said: &[Said]) -> Line<'static> {
        let span = |said: &Said| Span::styled(said.text.clone(), self.style(said.tone));
        Line::from(said.iter().map(span).collect::<Vec<_>>())
    }
}
