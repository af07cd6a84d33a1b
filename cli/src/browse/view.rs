//! The model on a screen. Draws what is there and decides nothing.

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Position, Rect},
    style::{Modifier, Style},
    text::Line,
    widgets::{Block, Borders, Paragraph as Text},
};
use unicode_width::UnicodeWidthStr;

use super::{
    boxes::{draw_address, draw_help},
    library::Row,
    model::{Model, Overlay, Pane, ROW},
    palette::Palette,
    prose::{Paragraph, Said, Tone, of_pieces, said},
};
use crate::ui::{
    counted,
    pieces::{fit, width},
};

/// Values of a filter that are counted on the screen.
const SHOWN: usize = 4;

/// Draws everything.
pub(super) fn draw(frame: &mut Frame<'_>, model: &Model, palette: Palette) {
    let [query, counts, body, foot] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Min(0),
        Constraint::Length(1),
    ])
    .areas(frame.area());
    draw_query(frame, query, model, palette);
    draw_head(frame, counts, model, palette);
    draw_body(frame, body, model, palette);
    draw_keys(frame, foot, model, palette);
    match model.overlay {
        Some(Overlay::Help) => draw_help(frame, palette),
        Some(Overlay::Address) => draw_address(frame, model, palette),
        None => {}
    }
}

fn draw_query(frame: &mut Frame<'_>, area: Rect, model: &Model, palette: Palette) {
    let prompt = "Search ";
    let count = match (model.is_searching(), model.answer.total) {
        (true, _) => " … ".to_owned(),
        (false, total) => format!(" {} ", counted(total, "package")),
    };
    let room = usize::from(area.width).saturating_sub(prompt.width() + count.width());
    let (text, cursor) = model.input.window(room);
    let tone = if model.pane == Pane::Query {
        Tone::Heading
    } else {
        Tone::Dim
    };
    let gap = " ".repeat(room.saturating_sub(text.width()));
    let line = [
        said(prompt, tone),
        said(text, Tone::Plain),
        said(gap, Tone::Plain),
        said(count, Tone::Dim),
    ];
    frame.render_widget(palette.line(&line), area);
    if model.pane == Pane::Query && model.overlay.is_none() {
        let column = u16::try_from(prompt.width() + cursor).unwrap_or(u16::MAX);
        let last = area.right().saturating_sub(1);
        frame.set_cursor_position(Position::new(
            area.x.saturating_add(column).min(last),
            area.y,
        ));
    }
}

/// What can be typed next, else what there is to say about the answer, else what was found.
fn draw_head(frame: &mut Frame<'_>, area: Rect, model: &Model, palette: Palette) {
    let mut line = Vec::new();
    let mut left = usize::from(area.width);
    let mut add = |text: String, tone| {
        // Half a count would be another count.
        let wide = text.width();
        if wide <= left {
            left -= wide;
            line.push(said(text, tone));
        }
    };
    let offered = model.offered();
    if !offered.is_empty() {
        add("Tab ".into(), Tone::Strong);
        for offered in offered {
            match offered.count {
                0 => add(format!("{}  ", offered.label), Tone::Plain),
                count => add(format!("{} {count}  ", offered.label), Tone::Plain),
            }
        }
    } else if let Some(remark) = model.answer.remarks.first() {
        let text = crate::ui::table::fit(remark, usize::from(area.width));
        add(text, Tone::Warning);
    } else {
        for (filter, counts) in &model.beside.counts {
            let counts = counts.iter().take(SHOWN);
            let counts = counts.map(|(value, count)| format!("{value} {count}"));
            let counts: Vec<String> = counts.collect();
            if !counts.is_empty() {
                add(format!("{filter}: {}   ", counts.join(", ")), Tone::Dim);
            }
        }
    }
    frame.render_widget(palette.line(&line), area);
}

fn draw_body(frame: &mut Frame<'_>, area: Rect, model: &Model, palette: Palette) {
    if !model.is_wide() {
        match model.pane {
            Pane::Preview => draw_preview(frame, area, model, palette),
            _ => draw_hits(frame, area, model, palette),
        }
        return;
    }
    let [hits, preview] =
        Layout::horizontal([Constraint::Length(area.width / 2), Constraint::Min(0)]).areas(area);
    draw_hits(frame, hits, model, palette);
    let tone = if model.pane == Pane::Preview {
        Tone::Heading
    } else {
        Tone::Dim
    };
    let block = Block::new()
        .borders(Borders::LEFT)
        .border_style(palette.style(tone));
    let inner = block.inner(preview);
    frame.render_widget(block, preview);
    draw_preview(frame, inner, model, palette);
}

fn draw_hits(frame: &mut Frame<'_>, area: Rect, model: &Model, palette: Palette) {
    if model.answer.rows.is_empty() {
        if !model.is_searching() {
            let text = match model.answer.total {
                0 => "Nothing matches. Fewer or other words may; Ctrl-U empties the query.",
                _ => "",
            };
            let lines = Paragraph::of(vec![said(text, Tone::Dim)]).wrap(usize::from(area.width));
            draw_lines(frame, area, &lines, palette);
        }
        return;
    }
    let several = (model.answer.rows.iter())
        .any(|row| row.which.registry != model.answer.rows[0].which.registry);
    let shown = usize::from(area.height).div_ceil(ROW);
    let rows = model.answer.rows.iter().enumerate();
    for (place, (at, row)) in rows.skip(model.first).take(shown).enumerate() {
        let is_selected = at == model.selected;
        let registry = several.then_some(row.which.registry.as_str());
        let lines = hit(row, registry, is_selected, usize::from(area.width));
        for (line, said) in lines.iter().enumerate() {
            let y = area
                .y
                .saturating_add(u16::try_from(place * ROW + line).unwrap_or(u16::MAX));
            if y < area.bottom() {
                let mut line = palette.line(said);
                if is_selected {
                    line = line.style(Style::new().add_modifier(Modifier::REVERSED));
                }
                frame.render_widget(
                    line,
                    Rect {
                        y,
                        height: 1,
                        ..area
                    },
                );
            }
        }
    }
}

/// The two lines of a hit, as wide as the pane.
fn hit(row: &Row, registry: Option<&str>, is_selected: bool, columns: usize) -> [Vec<Said>; ROW] {
    let columns = columns.saturating_sub(1);
    let mut facts = format!("  {} {}", row.kind, row.version);
    if let Some(registry) = registry {
        facts.push_str(&format!("  {}", crate::ui::one_line(registry)));
    }
    // The name is what is chosen by; what is beside it gives way.
    let room = columns.saturating_sub(2);
    let name = fit(&row.name, room);
    let mut first = vec![said(if is_selected { "› " } else { "  " }, Tone::Strong)];
    first.extend(of_pieces(&name, Tone::Strong));
    let left = room.saturating_sub(width(&name));
    // A few letters of them say nothing.
    if left >= facts.width().min(8) {
        first.push(said(crate::ui::table::fit(&facts, left), Tone::Dim));
    }
    let mut second = vec![said("  ", Tone::Plain)];
    let mark = if row.is_deprecated {
        "deprecated: "
    } else {
        ""
    };
    second.push(said(mark, Tone::Warning));
    let (text, tone) = match row.snippet.is_empty() {
        true => (&row.summary, Tone::Plain),
        false => (&row.snippet, Tone::Dim),
    };
    let text = fit(text, room.saturating_sub(mark.width()));
    second.extend(of_pieces(&text, tone));
    let filled = |mut line: Vec<Said>| {
        let used: usize = line.iter().map(|said| said.text.width()).sum();
        line.push(said(" ".repeat(columns.saturating_sub(used)), Tone::Plain));
        line
    };
    [filled(first), filled(second)]
}

fn draw_preview(frame: &mut Frame<'_>, area: Rect, model: &Model, palette: Palette) {
    let lines = &model.preview.lines;
    let shown = &lines[model.preview.top.min(lines.len())..];
    let area = Rect {
        x: area.x.saturating_add(1).min(area.right()),
        width: area.width.saturating_sub(1),
        ..area
    };
    draw_lines(frame, area, shown, palette);
}

/// Lines that were broken already.
pub(super) fn draw_lines(frame: &mut Frame<'_>, area: Rect, lines: &[Vec<Said>], palette: Palette) {
    let shown = lines.iter().take(usize::from(area.height));
    let lines: Vec<Line<'_>> = shown.map(|line| palette.line(line)).collect();
    frame.render_widget(Text::new(lines), area);
}

fn draw_keys(frame: &mut Frame<'_>, area: Rect, model: &Model, palette: Palette) {
    let keys: &[(&str, &str)] = match model.pane {
        Pane::Query => &[
            ("Enter", "install"),
            ("↑↓", "choose"),
            ("Tab", "next pane"),
            ("F1", "help"),
            ("Esc", "end"),
        ],
        Pane::Hits => &[
            ("i", "install"),
            ("↑↓", "choose"),
            ("o", "address"),
            ("Tab", "next pane"),
            ("/", "query"),
            ("?", "help"),
            ("q", "end"),
        ],
        Pane::Preview => &[
            ("i", "install"),
            ("↑↓", "scroll"),
            ("o", "address"),
            ("Tab", "next pane"),
            ("/", "query"),
            ("?", "help"),
            ("q", "end"),
        ],
    };
    let mut line = Vec::new();
    let mut left = usize::from(area.width);
    for (key, what) in keys {
        let wide = key.width() + what.width() + 3;
        // Half a key is worse than none.
        if wide > left {
            break;
        }
        left -= wide;
        line.push(said(format!("{key} "), Tone::Strong));
        line.push(said(format!("{what}  "), Tone::Dim));
    }
    frame.render_widget(palette.line(&line), area);
}
