//! The model and what it looks like: keys in, a screen out.

use client::hub::RegistryHit;
use ratatui::{
    Terminal,
    backend::TestBackend,
    crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyModifiers},
    style::Modifier,
};
use search::Hit;
use snapbox::{assert_data_eq, str};

use super::{
    keys,
    library::{Answer, Beside, Completed, Page, Which, row},
    model::{Effect, Event, Model},
    palette::Palette,
    prose::{Paragraph, Tone, said},
    readme,
    view::draw,
};

const HOSTILE: &str = "\u{1b}[31mred\u{9b}2J \u{202e}gnp.exe\u{200b}\r\n\u{7}";

fn hit(name: &str, kind: &str, summary: &str) -> RegistryHit {
    let hit = Hit {
        name: name.into(),
        kind: kind.into(),
        version: "1.2.0".into(),
        summary: summary.into(),
        license: "MIT".into(),
        deprecated: name.contains("old"),
        ..Hit::default()
    };
    RegistryHit {
        registry: "paracle".into(),
        hit,
    }
}

fn answer(hits: &[RegistryHit], total: usize) -> Answer {
    Answer {
        rows: hits.iter().map(row).collect(),
        total,
        remarks: Vec::new(),
    }
}

fn some() -> Vec<RegistryHit> {
    vec![
        hit(
            "core/code-reviewer",
            "agent",
            "Reviews a diff for what would hurt in production",
        ),
        hit(
            "core/sql-review",
            "skill",
            "How to read a migration before it is run",
        ),
        hit("core/old-review", "workflow", "Reviews the old way"),
    ]
}

fn which(name: &str) -> Which {
    row(&hit(name, "agent", "")).which
}

fn page(name: &str) -> Page {
    let text = "# Reviewer\n\nReads a **diff** and says what is wrong with it, file by file.\n\n\
                ## Use\n\n- `paracle agents run reviewer`\n- or ask for a review\n\n```sh\ngit diff main\n```\n";
    Page {
        facts: vec![
            Paragraph::of(vec![said(name, Tone::Heading)]),
            Paragraph::of(vec![said("Licence   MIT", Tone::Plain)]),
        ],
        readme: Some(readme::read(text)),
        address: format!("https://hub.example/p/{name}/"),
    }
}

/// A search that was started with `text` and answered with `hits`.
fn answered(text: &str, size: (u16, u16), hits: &[RegistryHit]) -> Model {
    let (mut model, effects) = Model::new(text, size);
    let [Effect::Search { id, .. }] = effects[..] else {
        panic!("{effects:?}")
    };
    for effect in model.update(Event::Found(id, answer(hits, hits.len()))) {
        if let Effect::Show(which) = effect {
            let page = page(&which.name);
            model.update(Event::Page(which, Ok(page)));
        }
    }
    model
}

fn press(model: &mut Model, code: KeyCode) -> Vec<Effect> {
    press_with(model, code, KeyModifiers::NONE)
}

fn press_with(model: &mut Model, code: KeyCode, modifiers: KeyModifiers) -> Vec<Effect> {
    let event = keys::read(Input::Key(KeyEvent::new(code, modifiers)), model.pane);
    event.map(|event| model.update(event)).unwrap_or_default()
}

fn drawn(model: &Model) -> Terminal<TestBackend> {
    let (width, height) = model.size;
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal
        .draw(|frame| draw(frame, model, Palette::Plain))
        .unwrap();
    terminal
}

/// The screen as text, without the spaces at the ends of lines.
fn screen(model: &Model) -> String {
    let terminal = drawn(model);
    let buffer = terminal.backend().buffer();
    let lines = buffer
        .content()
        .chunks(usize::from(buffer.area.width.max(1)));
    let line = |cells: &[ratatui::buffer::Cell]| {
        let mut text = String::new();
        let mut covered = 0;
        for cell in cells {
            if covered > 0 {
                covered -= 1;
                continue;
            }
            covered = unicode_width::UnicodeWidthStr::width(cell.symbol()).max(1) - 1;
            text.push_str(cell.symbol());
        }
        format!("{}\n", text.trim_end())
    };
    lines.map(line).collect()
}

#[test]
fn hits_and_a_page_side_by_side() {
    let model = answered("review", (110, 16), &some());
    assert_data_eq!(
        screen(&model),
        str![[r#"
Search review                                                                                      3 packages

› core/code-reviewer  agent 1.2.0                      │ core/code-reviewer
  Reviews a diff for what would hurt in production     │ Licence   MIT
  core/sql-review  skill 1.2.0                         │
  How to read a migration before it is run             │ Reviewer
  core/old-review  workflow 1.2.0                      │
  deprecated: Reviews the old way                      │ Reads a diff and says what is wrong with it, file by
                                                       │ file.
                                                       │
                                                       │ Use
                                                       │
                                                       │ • paracle agents run reviewer
                                                       │ • or ask for a review
                                                       │
Enter install  ↑↓ choose  Tab next pane  F1 help  Esc end

"#]]
    );
}

#[test]
fn a_narrow_terminal_has_one_pane_at_a_time() {
    let mut model = answered("review", (60, 12), &some());
    assert_data_eq!(
        screen(&model),
        str![[r#"
Search review                                    3 packages

› core/code-reviewer  agent 1.2.0
  Reviews a diff for what would hurt in production
  core/sql-review  skill 1.2.0
  How to read a migration before it is run
  core/old-review  workflow 1.2.0
  deprecated: Reviews the old way



Enter install  ↑↓ choose  Tab next pane  F1 help  Esc end

"#]]
    );
    press(&mut model, KeyCode::Tab);
    press(&mut model, KeyCode::Tab);
    assert_data_eq!(
        screen(&model),
        str![[r#"
Search review                                    3 packages

 core/code-reviewer
 Licence   MIT

 Reviewer

 Reads a diff and says what is wrong with it, file by file.

 Use

i install  ↑↓ scroll  o address  Tab next pane  / query

"#]]
    );
}

#[test]
fn nothing_found_and_what_there_is_to_say() {
    let (mut model, _) = Model::new("xyzzy", (60, 8));
    assert!(screen(&model).contains(" …\n"), "{}", screen(&model));
    let mut none = answer(&[], 0);
    none.remarks = vec!["the registry \"acme\" cannot be searched: it is offline".into()];
    model.update(Event::Found(1, none));
    assert_data_eq!(
        screen(&model),
        str![[r#"
Search xyzzy                                     0 packages
the registry "acme" cannot be searched: it is offline
Nothing matches. Fewer or other words may; Ctrl-U empties
the query.



Enter install  ↑↓ choose  Tab next pane  F1 help  Esc end

"#]]
    );
}

#[test]
fn long_words_and_wide_characters_keep_their_columns() {
    let hits = [
        hit(
            "acme/日本語のエージェント",
            "agent",
            "日本語の説明文がここに入ります、とても長いので切られます",
        ),
        hit(
            &format!("acme/{}", "x".repeat(200)),
            "agent",
            &"y".repeat(300),
        ),
        hit("acme/e\u{301}te\u{301}", "skill", "combining e\u{301}"),
    ];
    let mut model = answered("日本", (50, 10), &hits);
    press(&mut model, KeyCode::Down);
    assert_data_eq!(
        screen(&model),
        str![[r#"
Search 日本                            3 packages

  acme/日本語のエージェント  agent 1.2.0
  日本語の説明文がここに入ります、とても長いので…
› acme/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
  yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy…
  acme/été  skill 1.2.0
  combining é

Enter install  ↑↓ choose  Tab next pane  F1 help

"#]]
    );
}

/// Nothing a package says reaches the screen as anything but visible text.
#[test]
fn hostile_text_is_shown_not_obeyed() {
    let hits = [
        hit(HOSTILE, HOSTILE, HOSTILE),
        hit("acme/b", "agent", HOSTILE),
    ];
    let mut model = answered(HOSTILE, (120, 12), &hits);
    let readme = readme::read(&format!("# {HOSTILE}\n\n```{HOSTILE}\n{HOSTILE}\n```\n"));
    let page = Page {
        readme: Some(readme),
        ..page("x")
    };
    model.update(Event::Page(which(HOSTILE), Ok(page)));
    let bad = |text: &str| {
        text.contains(|c: char| (c.is_control() && c != '\n') || "\u{202e}\u{200b}".contains(c))
    };
    assert!(!bad(&screen(&model)), "{:?}", screen(&model));
    assert!(
        screen(&model).contains("\\u{1b}[31mred"),
        "{}",
        screen(&model)
    );
    model.update(Event::Page(which(HOSTILE), Err("cannot \u{fffd}".into())));
    assert!(!bad(&screen(&model)));
}

#[test]
fn no_size_is_too_small() {
    let mut model = answered("review", (110, 16), &some());
    for width in [0, 1, 2, 3, 9, 20, 59, 99, 100, 101, 250] {
        for height in [0, 1, 2, 3, 4, 5, 9, 40] {
            model.update(Event::Resized(width, height));
            for key in [
                KeyCode::Tab,
                KeyCode::F(1),
                KeyCode::End,
                KeyCode::Down,
                KeyCode::PageDown,
            ] {
                press(&mut model, key);
                drawn(&model);
            }
            press_with(&mut model, KeyCode::Char('o'), KeyModifiers::CONTROL);
            drawn(&model);
        }
    }
}

#[test]
fn typing_searches_and_old_answers_are_none() {
    let (mut model, first) = Model::new("", (110, 16));
    assert!(matches!(&first[..], [Effect::Search { id: 1, text, .. }] if text.is_empty()));
    let typed: Vec<Effect> = "sq"
        .chars()
        .flat_map(|c| press(&mut model, KeyCode::Char(c)))
        .collect();
    assert!(matches!(&typed[..], [_, Effect::Search { id: 3, text, .. }] if text == "sq"));
    assert!(model.update(Event::Found(2, answer(&some(), 3))).is_empty());
    assert!(model.answer.rows.is_empty() && model.is_searching());
    let shown = model.update(Event::Found(3, answer(&some(), 3)));
    assert_eq!(shown, [Effect::Show(which("core/code-reviewer"))]);
    assert!(!model.is_searching());
    // Moving the cursor is no new question.
    assert!(press(&mut model, KeyCode::Left).is_empty());
    // A page that was overtaken is not shown either.
    model.update(Event::Page(which("core/sql-review"), Ok(page("other"))));
    assert!(model.preview.page.is_none());
}

#[test]
fn the_list_scrolls_and_asks_for_more_at_its_end() {
    let many: Vec<RegistryHit> = (0..50)
        .map(|n| hit(&format!("acme/p{n}"), "agent", "x"))
        .collect();
    let (mut model, _) = Model::new("p", (60, 11));
    model.update(Event::Found(1, answer(&many, 80)));
    press(&mut model, KeyCode::PageDown);
    assert_eq!((model.selected, model.first), (4, 1));
    press(&mut model, KeyCode::PageUp);
    assert_eq!((model.selected, model.first), (0, 0));
    press(&mut model, KeyCode::Tab);
    let effects = press(&mut model, KeyCode::Char('G'));
    assert!(
        matches!(
            &effects[..],
            [
                Effect::Show(_),
                Effect::Search {
                    id: 2,
                    limit: 100,
                    ..
                }
            ]
        ),
        "{effects:?}"
    );
    let more: Vec<RegistryHit> = (0..80)
        .map(|n| hit(&format!("acme/p{n}"), "agent", "x"))
        .collect();
    model.update(Event::Found(2, answer(&more, 80)));
    assert_eq!((model.selected, model.answer.rows.len()), (49, 80));
    assert!(screen(&model).contains("› acme/p49"));
    // A new query starts at the top.
    press(&mut model, KeyCode::Char('/'));
    press(&mut model, KeyCode::Char('x'));
    model.update(Event::Found(3, answer(&many, 50)));
    assert_eq!((model.selected, model.first), (0, 0));
}

#[test]
fn letters_are_keys_outside_of_the_query_only() {
    let mut model = answered("", (110, 16), &some());
    assert!(
        matches!(&press(&mut model, KeyCode::Char('i'))[..], [Effect::Search { text, .. }] if text == "i")
    );
    press(&mut model, KeyCode::Down);
    press(&mut model, KeyCode::Tab);
    let install = vec![Effect::Install(which("core/sql-review"))];
    // The kind says which family of commands it belongs to, not the hit's place.
    assert_eq!(press(&mut model, KeyCode::Char('i')), install);
    assert_eq!(press(&mut model, KeyCode::Enter), install);
    let plugin = row(&hit("acme/p", "plugin", "")).which;
    assert_eq!(plugin.family, crate::commands::package::Family::Plugin);
    assert_eq!(press(&mut model, KeyCode::Char('q')), [Effect::Quit]);
    press(&mut model, KeyCode::Char('/'));
    assert_eq!(press(&mut model, KeyCode::Esc), [Effect::Quit]);
    assert_eq!(
        press_with(&mut model, KeyCode::Char('c'), KeyModifiers::CONTROL),
        [Effect::Quit]
    );
    let (mut empty, _) = Model::new("", (80, 20));
    assert!(press(&mut empty, KeyCode::Enter).is_empty());
}

#[test]
fn help_and_the_address_lie_over_everything_else() {
    let mut model = answered("review", (64, 20), &some());
    press(&mut model, KeyCode::F(1));
    assert_data_eq!(
        screen(&model),
        str![[r#"
┌ Keys ────────────────────────────────────────────────────────┐
│ typing                 searches; kind:agent and the like     │
│                        filter                                │
│ ↑ ↓ PgUp PgDn          go through the packages, or scroll    │
│                        the preview                           │
│ Tab                    takes the filter that is offered,     │
│                        else goes on: query, packages,        │
│                        preview                               │
│ Enter                  installs: shows the plan, asks, comes │
│                        back                                  │
│ Ctrl-O                 shows the address of the package's    │
│                        page                                  │
│ F1                     shows this                            │
│ Esc Ctrl-C             ends                                  │
│                                                              │
│ outside of the query:                                        │
│ i                      installs                              │
│ o                      shows the address                     │
│ j k g G                down, up, to the top, to the end      │
└──────────────────────────────────────────────────────────────┘

"#]]
    );
    assert!(
        press(&mut model, KeyCode::Esc).is_empty(),
        "closes the help, and no more"
    );
    press_with(&mut model, KeyCode::Char('o'), KeyModifiers::CONTROL);
    assert!(screen(&model).contains("https://hub.example/p/core/code-reviewer/"));
    assert_eq!(
        model.addresses,
        ["https://hub.example/p/core/code-reviewer/"]
    );
    // Whatever is pressed closes it, and does nothing else.
    assert!(press(&mut model, KeyCode::Enter).is_empty());
    assert!(!screen(&model).contains("https://"));
}

#[test]
fn the_preview_scrolls_to_its_end_and_no_further() {
    let mut model = answered("review", (60, 8), &some());
    press(&mut model, KeyCode::BackTab);
    let top = screen(&model);
    press(&mut model, KeyCode::End);
    let end = screen(&model);
    assert!(
        end.contains("git diff main") && !top.contains("git diff main"),
        "{end}"
    );
    press(&mut model, KeyCode::Down);
    assert_eq!(screen(&model), end);
    press(&mut model, KeyCode::Home);
    assert_eq!(screen(&model), top);
}

#[test]
fn without_colours_there_are_none() {
    let model = answered("review", (110, 16), &some());
    let mut terminal = Terminal::new(TestBackend::new(110, 16)).unwrap();
    let mut colours = |palette| {
        terminal.draw(|frame| draw(frame, &model, palette)).unwrap();
        let cells = terminal.backend().buffer().content();
        let is_coloured = cells
            .iter()
            .any(|cell| cell.fg != ratatui::style::Color::Reset);
        let is_reversed = cells
            .iter()
            .any(|cell| cell.modifier.contains(Modifier::REVERSED));
        (is_coloured, is_reversed)
    };
    assert_eq!(colours(Palette::Plain), (false, true));
    assert_eq!(colours(Palette::Colours), (true, true));
}

fn beside() -> Beside {
    Beside {
        counts: vec![
            ("kind", vec![("agent".into(), 12), ("skill".into(), 3)]),
            ("category", Vec::new()),
            ("uses", vec![("network".into(), 5)]),
        ],
        ..Beside::default()
    }
}

#[test]
fn counts_stay_until_there_are_others() {
    let mut model = answered("review", (60, 8), &some());
    model.update(Event::Beside(1, beside()));
    let counts = "kind: agent 12, skill 3   uses: network 5\n";
    assert!(screen(&model).contains(counts), "{}", screen(&model));
    press(&mut model, KeyCode::Char('x'));
    assert!(screen(&model).contains(counts) && model.is_waiting());
    // Those of an earlier query are none.
    model.update(Event::Beside(1, Beside::default()));
    assert!(screen(&model).contains(counts));
    model.update(Event::Found(2, answer(&[], 0)));
    model.update(Event::Beside(2, Beside::default()));
    assert!(!screen(&model).contains("kind:"));
    // What does not fit is left out as a whole.
    model.update(Event::Beside(2, beside()));
    model.update(Event::Resized(30, 8));
    assert!(
        screen(&model).contains("kind: agent 12, skill 3\n"),
        "{}",
        screen(&model)
    );
}

#[test]
fn tab_takes_the_filter_that_is_offered() {
    let mut model = answered("review kind:ag", (60, 8), &some());
    let offer = |label: &str, count| Completed {
        text: format!("review {label} "),
        label: label.into(),
        count,
    };
    let completions = vec![offer("kind:agent", 12), offer("kind:agenda", 0)];
    let offered = Beside {
        completions,
        ..beside()
    };
    model.update(Event::Beside(1, offered));
    assert!(
        screen(&model).contains("Tab kind:agent 12  kind:agenda\n"),
        "{}",
        screen(&model)
    );
    let taken = press(&mut model, KeyCode::Tab);
    assert!(
        matches!(&taken[..], [Effect::Search { text, .. }] if text == "review kind:agent "),
        "{taken:?}"
    );
    // It was taken once: what was offered for another text is offered no more.
    press(&mut model, KeyCode::Tab);
    assert_eq!(model.pane, super::model::Pane::Hits);
}

#[test]
fn what_matched_is_marked_and_a_readme_speaks_where_nothing_else_does() {
    let mut reviewer = hit("core/code-reviewer", "agent", "Reviews a diff");
    reviewer.hit.marks.name = vec![10..18];
    reviewer.hit.marks.summary = vec![0..7];
    let mut model = answered(
        "review",
        (60, 8),
        &[reviewer, hit("acme/x", "agent", "Something")],
    );
    let snippets = vec![
        Vec::new(),
        crate::ui::pieces::pieces("… can review it", &[8..14]),
    ];
    model.update(Event::Beside(
        1,
        Beside {
            snippets,
            ..beside()
        },
    ));
    let terminal = drawn(&model);
    let cells = terminal.backend().buffer().content().chunks(60);
    let marked = |line: &[ratatui::buffer::Cell]| -> String {
        let cells = line
            .iter()
            .filter(|cell| cell.modifier.contains(Modifier::UNDERLINED));
        cells.map(|cell| cell.symbol()).collect()
    };
    let marked: Vec<String> = cells.map(marked).collect();
    assert_eq!(marked[2..6], ["reviewer", "Reviews", "", "review"]);
    assert!(screen(&model).contains("… can review it"));
}
