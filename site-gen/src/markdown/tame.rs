//! The events of a Markdown parser, made harmless one by one, nothing collected but a heading.

use std::collections::{HashMap, VecDeque};

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Tag, TagEnd};

use crate::{
    markdown::{Surroundings, address, raw},
    text,
};

/// How deep quotes, lists, emphasis and links may nest; what is deeper is shown flat.
const MAX_DEPTH: usize = 24;

/// What became of an opened element, so that its end does likewise.
#[derive(Debug, PartialEq, Eq)]
enum Opened {
    Kept,
    Dropped,
    /// A picture shown as a link.
    Link,
}

pub(super) struct Tame<'a, 's, I> {
    events: I,
    surroundings: &'s Surroundings,
    queue: VecDeque<Event<'a>>,
    opened: Vec<Opened>,
    raw_open: raw::Open,
    /// The lines of a block of raw HTML.
    block: Option<String>,
    /// The heading that is being read.
    heading: Option<Heading<'a>>,
    /// How often each heading id was used.
    ids: HashMap<String, usize>,
    links: usize,
    pictures: usize,
    picture_has_text: bool,
    is_first: bool,
}

struct Heading<'a> {
    level: HeadingLevel,
    text: String,
    events: Vec<Event<'a>>,
    is_first: bool,
}

impl<'a, 's, I: Iterator<Item = Event<'a>>> Tame<'a, 's, I> {
    pub(super) fn new(events: I, surroundings: &'s Surroundings) -> Self {
        Self {
            events,
            surroundings,
            queue: VecDeque::new(),
            opened: Vec::new(),
            raw_open: raw::Open::default(),
            block: None,
            heading: None,
            ids: HashMap::new(),
            links: 0,
            pictures: 0,
            picture_has_text: false,
            is_first: true,
        }
    }

    fn emit(&mut self, event: Event<'a>) {
        match &mut self.heading {
            Some(heading) => {
                if let Event::Text(text) | Event::Code(text) = &event {
                    heading.text.push_str(text);
                }
                heading.events.push(event);
            }
            None => self.queue.push_back(event),
        }
    }

    fn take(&mut self, event: Event<'a>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => {
                self.picture_has_text |= !text.trim().is_empty();
                self.emit(Event::Text(cleaned(text)));
            }
            Event::Code(text) => {
                self.picture_has_text = true;
                self.emit(Event::Code(cleaned(text)));
            }
            Event::Html(html) => match &mut self.block {
                Some(block) => block.push_str(&html),
                None => self.raw(&html),
            },
            Event::InlineHtml(html) => self.raw(&html),
            Event::FootnoteReference(name) => self.emit(Event::FootnoteReference(note(&name))),
            Event::TaskListMarker(done) => {
                let mark = if done { "☑ " } else { "☐ " };
                self.emit(Event::Text(mark.into()));
            }
            other => self.emit(other),
        }
    }

    fn raw(&mut self, html: &str) {
        // A picture's text is plain.
        if self.pictures == 0 {
            let tamed = raw::tame(html, &mut self.raw_open);
            self.emit(Event::InlineHtml(tamed.into()));
        }
    }

    fn start(&mut self, tag: Tag<'a>) {
        let is_first = std::mem::take(&mut self.is_first);
        let is_deep = self.opened.len() >= MAX_DEPTH;
        let opened = match tag {
            Tag::Heading { level, .. } => {
                self.heading = Some(Heading {
                    level: one_lower(level),
                    text: String::new(),
                    events: Vec::new(),
                    is_first: is_first && level == HeadingLevel::H1,
                });
                Opened::Kept
            }
            Tag::HtmlBlock => {
                self.block = Some(String::new());
                Opened::Dropped
            }
            Tag::Image {
                dest_url,
                title,
                id,
                ..
            } => self.start_picture(dest_url, title, id),
            Tag::Link { .. } if is_deep || self.links > 0 => Opened::Dropped,
            Tag::Link { .. } => {
                self.links += 1;
                self.emit(Event::Start(tag));
                Opened::Kept
            }
            Tag::FootnoteDefinition(name) if !is_deep => {
                self.emit(Event::Start(Tag::FootnoteDefinition(note(&name))));
                Opened::Kept
            }
            Tag::Item if self.opened.last() == Some(&Opened::Dropped) => Opened::Dropped,
            Tag::BlockQuote(_)
            | Tag::List(_)
            | Tag::FootnoteDefinition(_)
            | Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
                if is_deep =>
            {
                Opened::Dropped
            }
            tag => {
                self.emit(Event::Start(tag));
                Opened::Kept
            }
        };
        self.opened.push(opened);
    }

    /// One of the page's own pictures stays; one from elsewhere becomes a link, because showing it
    /// would tell its host who reads the page; anything else is its text.
    fn start_picture(&mut self, url: CowStr<'a>, title: CowStr<'a>, id: CowStr<'a>) -> Opened {
        self.pictures += 1;
        self.picture_has_text = false;
        if address::picture(&url, self.surroundings).is_some() {
            self.emit(Event::Start(Tag::Image {
                link_type: LinkType::Inline,
                dest_url: url,
                title,
                id,
            }));
            return Opened::Kept;
        }
        if self.links > 0 || address::link(&url, self.surroundings).is_none() {
            return Opened::Dropped;
        }
        self.links += 1;
        self.emit(Event::Start(Tag::Link {
            link_type: LinkType::Inline,
            dest_url: url,
            title,
            id,
        }));
        Opened::Link
    }

    fn end(&mut self, tag: TagEnd) {
        let opened = self.opened.pop();
        match tag {
            TagEnd::Heading(_) => return self.end_heading(),
            TagEnd::HtmlBlock => {
                let block = self.block.take().unwrap_or_default();
                return self.raw(&block);
            }
            TagEnd::Image => {
                self.pictures -= 1;
                if opened != Some(Opened::Kept) && !self.picture_has_text {
                    self.emit(Event::Text("picture".into()));
                }
            }
            TagEnd::Link if opened == Some(Opened::Kept) => self.links -= 1,
            _ => {}
        }
        match opened {
            Some(Opened::Kept) => self.emit(Event::End(tag)),
            Some(Opened::Link) => {
                self.links -= 1;
                self.emit(Event::End(TagEnd::Link));
            }
            Some(Opened::Dropped) | None => {
                if matches!(tag, TagEnd::Item | TagEnd::BlockQuote(_)) {
                    self.emit(Event::SoftBreak);
                }
            }
        }
    }

    fn end_heading(&mut self) {
        let Some(heading) = self.heading.take() else {
            return;
        };
        let title = folded(&self.surroundings.title);
        if heading.is_first && !title.is_empty() && folded(&heading.text) == title {
            return;
        }
        let slug = address::slug(&heading.text);
        let used = self.ids.entry(slug.clone()).or_default();
        let id = match *used {
            0 => slug,
            times => format!("{slug}-{times}"),
        };
        *used += 1;
        self.queue.push_back(Event::Start(Tag::Heading {
            level: heading.level,
            id: (!id.is_empty()).then(|| id.into()),
            classes: Vec::new(),
            attrs: Vec::new(),
        }));
        self.queue.extend(heading.events);
        self.queue
            .push_back(Event::End(TagEnd::Heading(heading.level)));
    }
}

impl<'a, I: Iterator<Item = Event<'a>>> Iterator for Tame<'a, '_, I> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        loop {
            if let Some(event) = self.queue.pop_front() {
                return Some(event);
            }
            let event = self.events.next()?;
            self.take(event);
        }
    }
}

fn cleaned(text: CowStr<'_>) -> CowStr<'_> {
    match text::clean(&text) {
        std::borrow::Cow::Borrowed(_) => text,
        std::borrow::Cow::Owned(clean) => clean.into(),
    }
}

/// A footnote's id: apart from those of headings.
fn note<'a>(name: &str) -> CowStr<'a> {
    format!("fn-{}", address::slug(name)).into()
}

/// The page has the only first heading.
fn one_lower(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H2,
        HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
