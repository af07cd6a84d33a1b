//! Hostile values in files of other languages: they come back as they were.

use serde_json::json;

use super::{alone, render};

#[test]
fn json_reads_back() {
    let _alone = alone();
    let values = json!({"v": {"a\"b": ["\u{1b}\n\\", 1.5, null, -7, "\u{202e}😀"]}});
    let text = render("{ \"v\": {{ v | json }} }", values.clone()).unwrap();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&text).unwrap(),
        values
    );
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
}

#[cfg(unix)]
#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "the shell is what judges a shell word"
)]
fn the_shell_reads_a_word_back() {
    let _alone = alone();
    let hostile = "a'b \"c\" $HOME `id` \\ \n ; exit 3 # é *";
    let text = render("printf %s {{ v | shell }}", json!({"v": hostile})).unwrap();
    let output = std::process::Command::new("sh")
        .args(["-c", &text])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), hostile);
}
