//! Which key means what.

use ratatui::crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::{
    input::Edit,
    model::{Event, Move, Pane, Wish},
};

/// Keys and what they do, as the help shows them.
pub(super) const HELP: &[(&str, &str)] = &[
    ("typing", "searches; kind:agent and the like filter"),
    (
        "↑ ↓ PgUp PgDn",
        "go through the packages, or scroll the preview",
    ),
    (
        "Tab",
        "takes the filter that is offered, else goes on: query, packages, preview",
    ),
    ("Enter", "installs: shows the plan, asks, comes back"),
    ("Ctrl-O", "shows the address of the package's page"),
    ("F1", "shows this"),
    ("Esc Ctrl-C", "ends"),
    ("", ""),
    ("outside of the query:", ""),
    ("i", "installs"),
    ("o", "shows the address"),
    ("j k g G", "down, up, to the top, to the end"),
    ("/", "goes back to the query"),
    ("?", "shows this"),
    ("q", "ends"),
];

/// What a terminal's event means in `pane`.
pub(super) fn read(input: Input, pane: Pane) -> Option<Event> {
    match input {
        Input::Resize(width, height) => Some(Event::Resized(width, height)),
        Input::Paste(text) => Some(Event::Wish(Wish::Paste(text))),
        // Some terminals tell of keys that are let go as well.
        Input::Key(key) if key.kind != KeyEventKind::Release => wish(key, pane).map(Event::Wish),
        _ => None,
    }
}

fn wish(key: KeyEvent, pane: Pane) -> Option<Wish> {
    let is_query = pane == Pane::Query;
    let has_control = key.modifiers.contains(KeyModifiers::CONTROL);
    let has_alt = key.modifiers.contains(KeyModifiers::ALT);
    let wish = match key.code {
        KeyCode::Esc => Wish::Back,
        KeyCode::Enter => Wish::Install,
        KeyCode::Tab => Wish::NextPane,
        KeyCode::BackTab => Wish::PreviousPane,
        KeyCode::F(1) => Wish::Help,
        KeyCode::Up => Wish::Move(Move::Up),
        KeyCode::Down => Wish::Move(Move::Down),
        KeyCode::PageUp => Wish::Move(Move::PageUp),
        KeyCode::PageDown => Wish::Move(Move::PageDown),
        KeyCode::Char(c) if has_control => return control(c, is_query),
        _ if is_query => Wish::Edit(edit(key.code, has_control || has_alt)?),
        KeyCode::Home => Wish::Move(Move::First),
        KeyCode::End => Wish::Move(Move::Last),
        KeyCode::Left => Wish::PreviousPane,
        KeyCode::Right => Wish::NextPane,
        KeyCode::Backspace => Wish::Pane(Pane::Query),
        KeyCode::Char(c) => plain(c)?,
        _ => return None,
    };
    Some(wish)
}

/// Letters with the control key.
fn control(c: char, is_query: bool) -> Option<Wish> {
    Some(match c {
        'c' | 'd' => Wish::Quit,
        'o' => Wish::Address,
        'n' => Wish::Move(Move::Down),
        'p' => Wish::Move(Move::Up),
        'a' if is_query => Wish::Edit(Edit::Home),
        'e' if is_query => Wish::Edit(Edit::End),
        'w' if is_query => Wish::Edit(Edit::CutWord),
        'u' if is_query => Wish::Edit(Edit::CutStart),
        'k' if is_query => Wish::Edit(Edit::CutEnd),
        // What some terminals send for backspace.
        'h' if is_query => Wish::Edit(Edit::Backspace),
        _ => return None,
    })
}

fn edit(code: KeyCode, by_word: bool) -> Option<Edit> {
    Some(match code {
        KeyCode::Char(c) => Edit::Type(c),
        KeyCode::Backspace if by_word => Edit::CutWord,
        KeyCode::Backspace => Edit::Backspace,
        KeyCode::Delete => Edit::Delete,
        KeyCode::Left if by_word => Edit::WordLeft,
        KeyCode::Right if by_word => Edit::WordRight,
        KeyCode::Left => Edit::Left,
        KeyCode::Right => Edit::Right,
        KeyCode::Home => Edit::Home,
        KeyCode::End => Edit::End,
        _ => return None,
    })
}

/// Letters outside of the query.
fn plain(c: char) -> Option<Wish> {
    Some(match c {
        'i' => Wish::Install,
        'o' => Wish::Address,
        '?' => Wish::Help,
        'q' => Wish::Quit,
        '/' => Wish::Pane(Pane::Query),
        'j' => Wish::Move(Move::Down),
        'k' => Wish::Move(Move::Up),
        ' ' => Wish::Move(Move::PageDown),
        'g' => Wish::Move(Move::First),
        'G' => Wish::Move(Move::Last),
        _ => return None,
    })
}
