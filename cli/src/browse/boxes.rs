//! Boxes that lie over everything else.

use ratatui::{
    Frame,
    layout::{Constraint, Rect},
    widgets::{Block, Clear},
};
use unicode_width::UnicodeWidthStr;

use super::{
    keys,
    model::Model,
    palette::Palette,
    prose::{Paragraph, Said, Tone, said},
    view::draw_lines,
};

/// All keys.
pub(super) fn draw_help(frame: &mut Frame<'_>, palette: Palette) {
    let keys = keys::HELP.iter().map(|(key, _)| key.width());
    let column = keys.max().unwrap_or(0) + 2;
    let room = usize::from(frame.area().width).saturating_sub(4);
    let line = |(key, what): &(&str, &str)| {
        let line = Paragraph {
            first: crate::ui::table::pad(key, column),
            rest: " ".repeat(column),
            said: vec![said(*what, Tone::Plain)],
            is_verbatim: false,
        };
        line.wrap(room)
    };
    let lines: Vec<Vec<Said>> = keys::HELP.iter().flat_map(line).collect();
    draw_box(frame, " Keys ", &lines, palette);
}

/// Where a browser shows the package.
pub(super) fn draw_address(frame: &mut Frame<'_>, model: &Model, palette: Palette) {
    let Some(Ok(page)) = &model.preview.page else {
        return;
    };
    let room = usize::from(frame.area().width).saturating_sub(4);
    let address = said(page.address.clone(), Tone::Link);
    let mut lines = Paragraph::of(vec![address]).wrap(room);
    lines.push(Vec::new());
    let note = said("It is printed again when you leave.", Tone::Dim);
    lines.extend(Paragraph::of(vec![note]).wrap(room));
    draw_box(frame, " Page ", &lines, palette);
}

/// A box in the middle, over everything else.
fn draw_box(frame: &mut Frame<'_>, title: &str, lines: &[Vec<Said>], palette: Palette) {
    let area = frame.area();
    let wide = lines
        .iter()
        .map(|line| line.iter().map(|said| said.text.width()).sum::<usize>());
    let wide = u16::try_from(wide.max().unwrap_or(0) + 4).unwrap_or(u16::MAX);
    let high = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let area = area.centered(
        Constraint::Length(wide.min(area.width)),
        Constraint::Length(high.min(area.height)),
    );
    let block = Block::bordered()
        .title(title.to_owned())
        .border_style(palette.style(Tone::Heading));
    let inner = block.inner(area);
    frame.render_widget(Clear, area);
    frame.render_widget(block, area);
    let inner = Rect {
        x: inner.x.saturating_add(1).min(inner.right()),
        width: inner.width.saturating_sub(1),
        ..inner
    };
    draw_lines(frame, inner, lines, palette);
}
