//! `template-parses`: a template that does not parse is found here and not by whoever installs it.
//!
//! Templates of many packages are parsed in one child, because starting one costs more than parsing.
//! Where a limit stopped the child, each text is tried alone to find whose it was.

use super::{Check, Report, Rule, Scene};
use crate::{
    finding::{Place, Severity},
    load::{FileKind, Source},
};

pub(super) static RULE: Rule = Rule {
    id: "template-parses",
    severity: Severity::Error,
    about: "Every file that ends in .j2, and every default and `when`, is a template that parses within limits",
    help: "correct the template; only files that end in .j2 are rendered, others may hold any braces",
    check: Check::Whole(check),
};

/// Bytes of text that one child gets.
const BATCH: usize = 1 << 20;

/// A text to parse, whose it is, and where its first line stands.
struct Text<'a> {
    source: &'a Source,
    place: Place,
    name: String,
    text: std::borrow::Cow<'a, str>,
    /// Whether lines of the text are lines of the file.
    is_file: bool,
}

fn check(scene: &Scene<'_>, report: &mut Report<'_>) {
    let mut batch: Vec<Text<'_>> = Vec::new();
    let mut size = 0;
    for source in &scene.loaded.sources {
        for text in texts(source, report) {
            size += text.text.len();
            batch.push(text);
        }
        if size > BATCH {
            judge(&batch, scene, report);
            batch.clear();
            size = 0;
        }
    }
    judge(&batch, scene, report);
}

fn texts<'a>(source: &'a Source, report: &mut Report<'_>) -> Vec<Text<'a>> {
    let mut texts = Vec::new();
    for file in &source.files {
        if !file.path.ends_with(".j2") || file.kind != FileKind::Regular {
            continue;
        }
        let place = source.place(&file.path);
        match std::str::from_utf8(&file.bytes) {
            Ok(text) => texts.push(Text {
                source,
                place,
                name: file.path.clone(),
                text: text.into(),
                is_file: true,
            }),
            Err(_) => {
                report
                    .about_source(source)
                    .found(place, format!("{:?} is not UTF-8", file.path));
            }
        }
    }
    let Some(written) = &source.written else {
        return texts;
    };
    for (name, variable) in &written.value.variables {
        if let Some(when) = &variable.when {
            texts.push(Text {
                source,
                place: written.place(when),
                name: format!("when of {name}"),
                text: format!("{{% if {} %}}{{% endif %}}", when.get()).into(),
                is_file: false,
            });
        }
        if let Some(default) = &variable.default
            && let Some(text) = default.as_str().filter(|text| text.contains("{{"))
        {
            texts.push(Text {
                source,
                place: written.place(default),
                name: format!("default of {name}"),
                text: text.into(),
                is_file: false,
            });
        }
    }
    texts
}

fn judge(batch: &[Text<'_>], scene: &Scene<'_>, report: &mut Report<'_>) {
    if batch.is_empty() {
        return;
    }
    let pairs: Vec<(&str, &str)> = batch.iter().map(|t| (t.name.as_str(), &*t.text)).collect();
    match scene.templates.parse(&pairs) {
        Ok(verdicts) => {
            for (text, verdict) in batch.iter().zip(verdicts) {
                if let Some((line, message)) = verdict {
                    found(text, line, &message, report);
                }
            }
        }
        Err(why) if batch.len() == 1 => {
            let message = format!(
                "{:?} cannot be parsed within the limits: {why}",
                batch[0].name
            );
            report
                .about_source(batch[0].source)
                .found(batch[0].place.clone(), message);
        }
        Err(_) => {
            let (first, second) = batch.split_at(batch.len() / 2);
            judge(first, scene, report);
            judge(second, scene, report);
        }
    }
}

fn found(text: &Text<'_>, line: usize, message: &str, report: &mut Report<'_>) {
    let mut place = text.place.clone();
    if text.is_file {
        (place.line, place.column) = (line, usize::from(line > 0));
    }
    let message = format!("{:?} does not parse: {message}", text.name);
    report.about_source(text.source).found(place, message);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        rules::Templates,
        testing::{FakeRegistry, package_said},
    };

    #[test]
    fn templates_parse() {
        assert_eq!(
            package_said("template-parses", |p| p.file("project/a.md.j2", "{{ x }}")),
            [""; 0]
        );
        let said = package_said("template-parses", |p| {
            p.file("project/a.md.j2", "one\n{% broken %}")
                .file("project/b.md", "{% broken %}")
                .toml("[variables.x]\ntype = 'string'\ndefault = '{{ x }}{% broken'")
        });
        assert_eq!(
            said,
            [
                "error templates/agents/code-thing/paracle.toml:14:11: \"default of x\" does not parse: unknown statement broken",
                "error templates/agents/code-thing/project/a.md.j2:2:1: \"project/a.md.j2\" does not parse: unknown statement broken"
            ]
        );
        let binary = package_said("template-parses", |p| p.file("project/a.j2", b"\xff"));
        assert!(binary[0].contains("is not UTF-8"), "{binary:?}");
    }

    struct Fragile;

    impl Templates for Fragile {
        fn parse(&self, texts: &[(&str, &str)]) -> Result<Vec<Option<(usize, String)>>, String> {
            match texts.iter().any(|(_, text)| text.contains("----")) {
                true => Err("the child ran out of memory".into()),
                false => Ok(vec![None; texts.len()]),
            }
        }
    }

    #[test]
    fn the_text_that_stopped_the_child_is_found() {
        let registry = (0..9).fold(FakeRegistry::new(), |registry, n| {
            let text = if n == 5 { "{{ ---- }}" } else { "fine" };
            registry.package(&format!("core/thing-{n}"), |p| p.file("project/a.j2", text))
        });
        let world = registry.world();
        let scene = Scene {
            templates: &Fragile,
            ..world.scene()
        };
        let found: Vec<_> = super::super::check(&scene)
            .into_iter()
            .filter(|finding| finding.rule == "template-parses")
            .collect();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].package.as_deref(), Some("core/thing-5"));
        assert!(
            found[0]
                .message
                .ends_with("within the limits: the child ran out of memory")
        );
    }
}
