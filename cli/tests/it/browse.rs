//! Browsing, on a real terminal.

use std::process::Command;

use crate::{place::Place, pty::Terminal};

const WIDE: (u16, u16) = (120, 30);
const ESCAPE: &str = "\u{1b}";

#[test]
fn what_is_typed_is_found_shown_and_left_without_a_trace() {
    let place = Place::new();
    let mut terminal = Terminal::run(&place, WIDE, &[], &["browse"]);
    terminal.sees(&["Search", "packages", "Enter install"]);
    assert!(terminal.is_full_screen());
    terminal.types("review a dif");
    // The hit, its page, and its README.
    terminal.sees(&["› core/code-reviewer", "Licence   MIT", "Context", "Uses"]);
    terminal.types("\u{15}kind:workflow bug");
    terminal.sees(&["› core/bugfix"]);
    // There is one pane only where there is no room for two.
    terminal.resizes((60, 20));
    terminal.sees(&["core/bugfix", "Enter install"]);
    assert!(
        !terminal.screen().contains("Licence"),
        "{}",
        terminal.screen()
    );
    terminal.types("\t\t");
    terminal.sees(&["Licence   MIT"]);
    terminal.types("q");
    assert_eq!(terminal.ends(), 0);
}

#[test]
fn a_hit_is_installed_with_its_plan_and_a_question() {
    let place = Place::new();
    let mut terminal = Terminal::run(
        &place,
        WIDE,
        &[],
        &["template", "browse", "commit messages"],
    );
    terminal.sees(&["› core/commit-messages"]);
    terminal.types("\r");
    terminal.sees(&[
        "Running paracle template install core/commit-messages",
        "Install this?",
    ]);
    assert!(!terminal.is_full_screen());
    terminal.types("n\n");
    terminal.sees(&["nothing was changed", "Enter goes back"]);
    assert!(!place.path("project/.parac/packages.lock").exists());
    terminal.types("\n");
    terminal.sees(&["› core/commit-messages", "Search commit messages"]);
    assert!(terminal.is_full_screen());
    terminal.types("\r");
    terminal.sees(&["Install this?"]);
    terminal.types("y\n");
    terminal.sees(&["Accept that?"]);
    terminal.types("y\n");
    terminal.sees(&["Installed", "Enter goes back"]);
    terminal.types("q\n");
    assert_eq!(terminal.ends(), 0);
    assert!(
        place
            .read("project/.parac/packages.lock")
            .contains("core/commit-messages")
    );
}

#[test]
fn however_it_ends_the_terminal_is_given_back() {
    let place = Place::new();
    for end in [ESCAPE, "\u{3}", "signal"] {
        let mut terminal = Terminal::run(&place, WIDE, &[], &["browse", "review"]);
        terminal.sees(&["› core/code-reviewer"]);
        let code = match end {
            "signal" => {
                let pid = terminal.pid().to_string();
                assert!(Command::new("kill").arg(pid).status().unwrap().success());
                130
            }
            keys => {
                terminal.types(keys);
                0
            }
        };
        assert_eq!(terminal.ends(), code, "{end:?}");
    }
}

#[test]
fn filters_are_completed_and_counted() {
    let place = Place::new();
    let mut terminal = Terminal::run(&place, WIDE, &[], &["browse"]);
    terminal.sees(&["kind: ", "uses: "]);
    terminal.types("kind:workf");
    terminal.sees(&["Tab kind:workflow"]);
    terminal.types("\tbug");
    terminal.sees(&["Search kind:workflow bug", "› core/bugfix"]);
    terminal.types("\u{3}");
    assert_eq!(terminal.ends(), 0);
}

#[test]
fn the_table_fits_and_marks_what_matched() {
    let place = Place::new();
    for (env, is_marked) in [(&[][..], true), (&[("NO_COLOR", "1")], false)] {
        let words = ["template", "search", "review a diff"];
        let mut terminal = Terminal::run(&place, (44, 40), env, &words);
        assert_eq!(terminal.ends(), 0);
        let screen = terminal.screen();
        assert!(screen.contains("core/code-reviewer"), "{screen}");
        assert!(
            screen.lines().all(|line| line.chars().count() <= 44),
            "{screen}"
        );
        // Nothing was wrapped by the terminal: every other line is a summary.
        assert!(
            screen.lines().nth(1).unwrap().starts_with("    "),
            "{screen}"
        );
        assert_eq!(terminal.raw.contains(&0x1b), is_marked, "{screen}");
    }
}

#[test]
fn an_address_that_was_looked_at_is_printed_at_the_end() {
    let place = Place::new();
    let mut terminal = Terminal::run(&place, WIDE, &[], &["browse", "review a diff"]);
    terminal.sees(&["› core/code-reviewer", "Licence"]);
    terminal.types("\u{f}");
    terminal.sees(&["/p/core/code-reviewer/", "It is printed again"]);
    terminal.types(ESCAPE);
    // One escape closes the address, another one ends.
    terminal.sees(&["Enter install"]);
    terminal.types("\u{3}");
    assert_eq!(terminal.ends(), 0);
    assert!(
        terminal.screen().contains("/p/core/code-reviewer/"),
        "{}",
        terminal.screen()
    );
}

#[test]
fn colours_are_shown_unless_nobody_wants_them() {
    let place = Place::new();
    for (env, is_coloured) in [(&[][..], true), (&[("NO_COLOR", "1")], false)] {
        let mut terminal = Terminal::run(&place, WIDE, env, &["browse", "review"]);
        terminal.sees(&["› core/code-reviewer", "Licence"]);
        terminal.types(ESCAPE);
        assert_eq!(terminal.ends(), 0);
        let raw = String::from_utf8_lossy(&terminal.raw);
        assert_eq!(raw.contains("\u{1b}[38;5;"), is_coloured, "{raw:?}");
    }
}

#[test]
fn without_a_terminal_it_says_what_to_do() {
    let place = Place::new();
    place.fails(
        &["browse"],
        2,
        &["needs a terminal", "paracle template search"],
    );
    place.fails(&["plugin", "browse", "x"], 2, &["paracle plugin search"]);
    let mut terminal = Terminal::run(&place, WIDE, &[], &["browse", "--no-input"]);
    terminal.sees(&["needs a terminal"]);
    assert_eq!(terminal.ends(), 2);
}
