//! A README for a terminal: headings, lists, quotes, tables and code as paragraphs. Its text is
//! anybody's, so all of it is made harmless here, and nothing in it can nest, indent or repeat without
//! bound.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};

use super::prose::{Paragraph, Said, Tone, said};
use crate::ui::{Untrusted, file_line};

/// Columns of the deepest indent.
const DEEPEST: usize = 12;
/// Paragraphs that are shown; nobody reads more in a preview.
const MOST: usize = 2000;

/// `markdown` as paragraphs.
pub(super) fn read(markdown: &str) -> Vec<Paragraph> {
    let mut reader = Reader::default();
    // The same extensions as on a package's page.
    for event in Parser::new_ext(markdown, site_gen::markdown::options()) {
        if reader.done.len() > MOST {
            reader.done.truncate(MOST);
            reader.gap();
            reader.say("… and more");
            break;
        }
        reader.take(event);
    }
    reader.end_paragraph();
    while reader.done.last().is_some_and(is_gap) {
        reader.done.pop();
    }
    reader.done
}

fn is_gap(paragraph: &Paragraph) -> bool {
    paragraph.said.is_empty()
}

#[derive(Default)]
struct Reader {
    done: Vec<Paragraph>,
    said: Vec<Said>,
    tones: Vec<Tone>,
    /// What stands in front of every line, outermost first.
    indents: Vec<String>,
    /// In front of the next line only: a list's bullet.
    bullet: Option<String>,
    /// The number of the next item of each list; `None` for bullets.
    lists: Vec<Option<u64>>,
    /// Where links lead that are open.
    links: Vec<String>,
    in_code: bool,
    /// Cells of the row before this one are there.
    has_cells: bool,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.in_code => self.code_lines(&text),
            Event::Text(text) => self.say(&text),
            Event::Code(code) => self.say_in(&code, Tone::Code),
            Event::Html(html) => self.html(&html),
            // A tag is no text; what it encloses is.
            Event::InlineHtml(_) => {}
            Event::SoftBreak => self.say(" "),
            Event::HardBreak => {
                self.end_paragraph();
            }
            Event::Rule => {
                self.gap();
                self.say_in("───", Tone::Dim);
                self.end_paragraph();
            }
            Event::FootnoteReference(name) => self.say_in(&format!("[{name}]"), Tone::Dim),
            Event::TaskListMarker(is_done) => self.say(if is_done { "[x] " } else { "[ ] " }),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.say(&text),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.gap();
                self.tones.push(Tone::Heading);
                if level > HeadingLevel::H2 {
                    self.say_in("› ", Tone::Dim);
                }
            }
            Tag::Paragraph | Tag::HtmlBlock | Tag::Table(_) if self.bullet.is_none() => self.gap(),
            Tag::BlockQuote(_) => {
                self.gap();
                self.indents.push("│ ".into());
            }
            Tag::CodeBlock(kind) => {
                self.gap();
                self.in_code = true;
                self.indents.push("  ".into());
                if let CodeBlockKind::Fenced(language) = kind
                    && !language.is_empty()
                {
                    self.say_in(&language, Tone::Dim);
                    self.end_paragraph();
                }
            }
            Tag::List(first) => {
                self.end_paragraph();
                if self.lists.is_empty() {
                    self.gap();
                }
                self.lists.push(first);
            }
            Tag::Item => self.item(),
            Tag::FootnoteDefinition(name) => {
                self.gap();
                self.say_in(&format!("[{name}] "), Tone::Dim);
            }
            Tag::TableHead | Tag::TableRow => self.has_cells = false,
            Tag::TableCell => self.cell(),
            Tag::Emphasis => self.tones.push(Tone::Emphasis),
            Tag::Strong => self.tones.push(Tone::Strong),
            Tag::Strikethrough => self.tones.push(Tone::Dim),
            Tag::Link { dest_url, .. } => {
                self.tones.push(Tone::Link);
                self.links.push(dest_url.into_string());
            }
            Tag::Image { .. } => {
                self.tones.push(Tone::Dim);
                self.say("[picture: ");
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.end_paragraph();
                self.tones.pop();
            }
            TagEnd::Paragraph | TagEnd::HtmlBlock | TagEnd::TableRow => self.end_paragraph(),
            TagEnd::TableHead => {
                for said in &mut self.said {
                    if said.tone == Tone::Plain {
                        said.tone = Tone::Strong;
                    }
                }
                self.end_paragraph();
            }
            TagEnd::BlockQuote(_) => {
                self.end_paragraph();
                self.indents.pop();
            }
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.indents.pop();
            }
            TagEnd::List(_) => {
                self.end_paragraph();
                self.lists.pop();
            }
            TagEnd::Item => {
                self.end_paragraph();
                self.indents.pop();
                self.bullet = None;
            }
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {
                self.tones.pop();
            }
            TagEnd::Link => {
                self.tones.pop();
                self.link_end();
            }
            TagEnd::Image => {
                self.say("]");
                self.tones.pop();
            }
            _ => {}
        }
    }

    fn cell(&mut self) {
        if std::mem::replace(&mut self.has_cells, true) {
            self.say_in(" │ ", Tone::Dim);
        }
    }

    fn item(&mut self) {
        self.end_paragraph();
        let bullet = match self.lists.last_mut() {
            Some(Some(number)) => {
                let bullet = format!("{number}. ");
                *number = number.saturating_add(1);
                bullet
            }
            _ => "• ".to_owned(),
        };
        self.indents.push(" ".repeat(bullet.chars().count()));
        self.bullet = Some(bullet);
    }

    /// Where a link leads is shown: its text may say something else.
    fn link_end(&mut self) {
        let Some(url) = self.links.pop() else { return };
        let text: String = self.said.iter().map(|said| said.text.as_str()).collect();
        if url.contains("://") && !text.trim_end().ends_with(url.trim_end_matches('/')) {
            self.say_in(&format!(" <{url}>"), Tone::Dim);
        }
    }

    /// Raw HTML is no page here: it is shown as what it is, comments left out.
    fn html(&mut self, html: &str) {
        if !html.trim_start().starts_with("<!--") {
            self.say_in(html.trim_end(), Tone::Dim);
            self.end_paragraph();
        }
    }

    fn code_lines(&mut self, text: &str) {
        for line in text.lines() {
            let (first, rest) = self.leads();
            self.done.push(Paragraph {
                first,
                rest,
                said: vec![said(file_line(line).replace('\t', "    "), Tone::Code)],
                is_verbatim: true,
            });
        }
    }

    fn say(&mut self, text: &str) {
        self.say_in(text, self.tones.last().copied().unwrap_or_default());
    }

    fn say_in(&mut self, text: &str, tone: Tone) {
        let text = Untrusted(text.replace(['\n', '\t'], " ")).to_string();
        self.said.push(said(text, tone));
    }

    /// What stands in front of the first line and of the others.
    fn leads(&mut self) -> (String, String) {
        let mut rest = self.indents.concat();
        if rest.chars().count() > DEEPEST {
            rest = rest.chars().take(DEEPEST).collect();
        }
        let first = match self.bullet.take() {
            Some(bullet) => {
                let kept = rest.chars().count().saturating_sub(bullet.chars().count());
                rest.chars().take(kept).chain(bullet.chars()).collect()
            }
            None => rest.clone(),
        };
        (first, rest)
    }

    fn end_paragraph(&mut self) {
        if self.said.is_empty() {
            return;
        }
        let (first, rest) = self.leads();
        let said = std::mem::take(&mut self.said);
        self.done.push(Paragraph {
            first,
            rest,
            said,
            is_verbatim: false,
        });
    }

    /// An empty line, unless there is one.
    fn gap(&mut self) {
        self.end_paragraph();
        if self.done.last().is_some_and(|last| !is_gap(last)) {
            self.done.push(Paragraph::default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(markdown: &str, width: usize) -> String {
        let mut lines = Vec::new();
        for paragraph in read(markdown) {
            for line in paragraph.wrap(width) {
                let line: String = line.iter().map(|said| said.text.as_str()).collect();
                lines.push(line);
            }
        }
        lines.join("\n")
    }

    #[test]
    fn what_readmes_are_made_of() {
        let text = "# Code reviewer\n\nReads a **diff** and [says](https://x.example/a) what is\nwrong.\n\n\
                    ## Use\n\n1. Install it\n2. Ask:\n   - *once*, and wait until it is done\n   - twice\n\n\
                    ```sh\ngit diff\n\tx\n```\n> quoted\n\n| a | b |\n|---|---|\n| 1 | `2` |\n\n<!-- no -->\n\
                    ![logo](a.png) done\n\n---\n\n- [x] task\n";
        snapbox::assert_data_eq!(
            shown(text, 24),
            snapbox::str![[r#"
Code reviewer

Reads a diff and says
<https://x.example/a>
what is wrong.

Use

1. Install it
2. Ask:
   • once, and wait
     until it is done
   • twice

  sh
  git diff
      x

│ quoted

a │ b
1 │ 2

[picture: logo] done

───

• [x] task
"#]]
        );
    }

    #[test]
    fn nothing_in_it_steers_the_terminal() {
        let hostile = "# a\u{1b}[31m\n\n\u{9b}2J `\u{7}` [x](https://a.example/\u{202e}b)\n\n\
                       ```\u{1b}]0;t\n\u{1b}c\tcode\r\n```\n\n<b \u{1b}>\n\n1. \u{200b}\n";
        let text = shown(hostile, 60);
        let bad = |c: char| (c.is_control() && c != '\n') || "\u{202e}\u{200b}".contains(c);
        assert!(!text.contains(bad), "{text:?}");
        assert!(text.contains("\\u{1b}c    code"), "{text}");
    }

    #[test]
    fn depth_and_length_have_an_end() {
        let nested = shown(&format!("{}x", "> ".repeat(5000)), 40);
        assert!(
            nested
                .lines()
                .all(|line| line.chars().count() <= DEEPEST + 1)
        );
        let lists: String = (0..300)
            .map(|n| format!("{}- x\n", "  ".repeat(n)))
            .collect();
        assert!(
            shown(&lists, 40)
                .lines()
                .all(|line| line.chars().count() <= 40)
        );
        assert!(read(&"a\n\n".repeat(100_000)).len() <= MOST + 2);
        assert!(shown(&"[".repeat(200_000), 40).len() > 200_000);
    }
}
