//! `gallery-form`: pictures are shown to everybody who opens a package's page.

use super::{Check, Report, Rule, Scene};
use crate::{finding::Severity, load::Source};

pub(super) static RULE: Rule = Rule {
    id: "gallery-form",
    severity: Severity::Error,
    about: "gallery/ holds png and webp pictures of at most 3 MiB, named for what they are",
    help: "save the picture as png or webp, at most 3 MiB, directly in gallery/",
    check: Check::Source(check),
};

/// 3 MiB.
const LARGEST: u64 = 3 << 20;
/// More than anybody looks at.
const MOST: usize = 12;

fn check(source: &Source, _: &Scene<'_>, report: &mut Report<'_>) {
    let pictures = || {
        source
            .files
            .iter()
            .filter(|file| file.path.starts_with("gallery/"))
    };
    for file in pictures() {
        let name = &file.path["gallery/".len()..];
        let fault = match name.rsplit_once('.').map(|(_, suffix)| suffix) {
            _ if name.contains('/') => Some("is not directly in gallery/".to_owned()),
            _ if file.length > LARGEST => {
                Some(format!("has {} bytes, more than 3 MiB", file.length))
            }
            Some("png") if is_png(&file.bytes) => None,
            Some("webp") if is_webp(&file.bytes) => None,
            Some("png" | "webp") => Some("is not the picture its name says".to_owned()),
            _ => Some("is neither png nor webp".to_owned()),
        };
        if let Some(why) = fault {
            report.found(source.place(&file.path), format!("{:?} {why}", file.path));
        }
    }
    let count = pictures().count();
    if count > MOST {
        let message = format!("{count} pictures, but {MOST} are the most");
        report.found(source.place("gallery"), message);
    }
}

fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n")
}

fn is_webp(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")
}

#[cfg(test)]
mod tests {
    use crate::testing::package_said;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n....";

    #[test]
    fn pictures_are_what_they_are_called() {
        let said = |path: &str, bytes: &[u8]| {
            package_said("gallery-form", |p| p.file(path, bytes.to_vec()))
        };
        assert_eq!(said("gallery/a.png", PNG), [""; 0]);
        assert_eq!(said("gallery/a.webp", b"RIFF\0\0\0\0WEBPVP8 "), [""; 0]);
        for (path, bytes) in [
            ("gallery/a.webp", PNG),
            ("gallery/a.svg", b"<svg onload=\"x\"/>"),
            ("gallery/a.png", b"<script>"),
            ("gallery/deep/a.png", PNG),
            ("gallery/a", PNG),
        ] {
            assert_eq!(said(path, bytes).len(), 1, "{path}");
        }
        let large = [PNG, &vec![0; 3 << 20]].concat();
        assert!(said("gallery/a.png", &large)[0].contains("more than 3 MiB"));
    }
}
