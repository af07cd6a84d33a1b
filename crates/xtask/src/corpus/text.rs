//! Debian's texts as summaries, keywords, READMEs and prose that break no rule.

use super::random::Random;

/// How long READMEs are: half of them shorter than `exp(7.45)`, 1,720 bytes; 2.2 KB in the mean,
/// padding being whole texts.
const README_LENGTH: (f64, f64) = (7.45, 0.5);

/// Without characters that nobody sees or that few fonts have.
pub(super) fn clean(text: &str) -> String {
    let is_seen = |c: char| {
        matches!(c, ' '..='~' | '\n')
            || c.is_alphabetic()
                && matches!(c, '\u{c0}'..='\u{24f}' | '\u{370}'..='\u{52f}' | '\u{4e00}'..='\u{9fff}')
            || "–—‘’“”…•×°€".contains(c)
    };
    let spaced = text
        .chars()
        .map(|c| if matches!(c, '\t' | '\u{a0}') { ' ' } else { c });
    spaced.filter(|c| is_seen(*c)).collect()
}

/// One line of 10 to 100 characters that says more than `name`.
pub(super) fn summary(text: &str, name: &str) -> String {
    let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let letters = |text: &str| -> String {
        let kept = text.chars().filter(|c| c.is_alphanumeric());
        kept.flat_map(char::to_lowercase).collect()
    };
    if text.chars().count() < 10 || letters(&text) == letters(name) {
        text = format!("{name}: {text} for Debian");
    }
    cut(&text, 100)
        .trim_end_matches(['.', ' ', ',', ';', ':'])
        .to_owned()
}

/// The start of `text`: whole words, at most `longest` characters.
fn cut(text: &str, longest: usize) -> &str {
    match text.char_indices().nth(longest) {
        None => text,
        Some((end, _)) => {
            let end = text[..end].rfind(' ').unwrap_or(end);
            &text[..end]
        }
    }
}

/// Lower-case words joined by single hyphens, at most `longest` characters; a keyword or a login.
pub(super) fn slug(text: &str, longest: usize) -> String {
    let mut slug = String::new();
    for c in text.chars() {
        match c.to_ascii_lowercase() {
            c @ ('a'..='z' | '0'..='9') => slug.push(c),
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
    }
    slug.truncate(longest);
    slug.trim_end_matches('-').to_owned()
}

/// At most eight keywords: from Debtags, without what says only how a program is built, and from the
/// longer words of the summary.
pub(super) fn keywords(tags: &[String], summary: &str) -> Vec<String> {
    let is_inner = |tag: &str| {
        let inner = ["role::", "interface::", "implemented"];
        inner.iter().any(|start| tag.starts_with(start))
    };
    let tags = tags.iter().filter(|tag| !is_inner(tag));
    let tags = tags.filter_map(|tag| Some(slug(tag.split_once("::")?.1, 32)));
    let words = summary.split_whitespace().map(|word| slug(word, 32));
    let mut keywords = Vec::new();
    for keyword in tags.chain(words.filter(|word| word.len() > 4)) {
        if keyword.len() > 1 && keywords.len() < 8 && !keywords.contains(&keyword) {
            keywords.push(keyword);
        }
    }
    keywords
}

/// Up to `longest` characters of `body` in one line of plain words: nothing in it is a link, a
/// command, a heading or an expression, whatever it stands in.
pub(super) fn prose(body: &str, longest: usize) -> String {
    let is_plain =
        |word: &&str| !word.contains("://") && !word.contains("www.") && !word.contains('@');
    let words = body.split_whitespace().filter(is_plain);
    let plain = |c: char| c.is_alphanumeric() || " ,.;()-'".contains(c);
    let kept: Vec<String> = words
        .map(|word| word.chars().filter(|c| plain(*c)).collect::<String>())
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .collect();
    let text = kept.join(" ");
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    match cut(text, longest) {
        "" => "Nothing more is known of it.".to_owned(),
        text => format!("{}.", text.trim_end_matches(['.', ',', ';', ' '])),
    }
}

/// A README: its own text, then texts of `others` up to a length that READMEs have.
pub(super) fn readme(
    title: &str,
    summary: &str,
    own: &str,
    others: &[&str],
    random: &mut Random,
) -> String {
    let (mean, deviation) = README_LENGTH;
    let length = random.log_normal(mean, deviation) as usize;
    let mut readme = format!("# {title}\n\n{}.\n\n{}\n", markdown(summary), markdown(own));
    let mut tries = 0;
    while readme.len() < length && tries < 64 {
        let other = random.of(others);
        readme.push_str(&format!(
            "\n## More on {title}, part {}\n\n{}\n",
            tries + 2,
            markdown(other)
        ));
        tries += 1;
    }
    readme
}

/// Text in which nothing is a link, a picture or HTML.
fn markdown(text: &str) -> String {
    let mut markdown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if "[]<>\\".contains(c) {
            markdown.push('\\');
        }
        markdown.push(c);
    }
    markdown
}

#[cfg(test)]
mod tests {
    use super::{clean, keywords, markdown, prose, readme, slug, summary};
    use crate::corpus::random::Random;

    #[test]
    fn unseen_characters_go() {
        assert_eq!(
            clean("a\u{200b}b\u{ad}\u{202e} é\u{a0}“x”\t\u{1b}"),
            "ab é “x” "
        );
    }

    #[test]
    fn summaries_are_one_line_of_their_length() {
        assert_eq!(
            summary("Game  of\nancient war.", "0ad"),
            "Game of ancient war"
        );
        assert_eq!(summary("Zoo", "zoo"), "zoo: Zoo for Debian");
        assert_eq!(
            summary("zoo keeper!", "zoo-keeper"),
            "zoo-keeper: zoo keeper! for Debian"
        );
        let long = summary(&"word ".repeat(40), "x");
        assert!((90..=100).contains(&long.len()), "{long}");
    }

    #[test]
    fn keywords_and_logins_are_words_with_hyphens() {
        assert_eq!(slug("Debian Games Team (old)", 39), "debian-games-team-old");
        assert_eq!(slug("abc def", 4), "abc");
        let tags = [
            "role::program",
            "use::gameplaying",
            "uitoolkit::wxwidgets",
            "x",
            "use::",
        ];
        assert_eq!(
            keywords(
                &tags.map(str::to_owned),
                "The game of (ancient) war: gameplaying"
            ),
            ["gameplaying", "wxwidgets", "ancient"]
        );
    }

    #[test]
    fn prose_holds_nothing_but_words() {
        let text = " * see http://x.org/a or `rm -rf` $HOME {{x}}\n# and more, of <b>it</b>";
        assert_eq!(prose(text, 200), "see or rm -rf HOME x and more, of bitb.");
        assert_eq!(prose("one two three", 8), "one two.");
        assert_eq!(prose("***", 9), "Nothing more is known of it.");
    }

    #[test]
    fn markdown_links_nowhere() {
        assert_eq!(markdown("![a](b) <i>"), "!\\[a\\](b) \\<i\\>");
    }

    #[test]
    fn readmes_are_padded_to_their_mean() {
        let mut random = Random::new(1);
        let other = "word ".repeat(100);
        let lengths = (0..2000).map(|_| readme("t", "s", &other, &[&other], &mut random).len());
        let mean = lengths.sum::<usize>() / 2000;
        assert!((2_050..2_400).contains(&mean), "{mean}");
    }
}
