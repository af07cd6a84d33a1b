//! The page of a package.

use std::{collections::BTreeMap, sync::Arc};

use registry_index::{Record, Registry, record::Picture, registry::Package};

use crate::{
    BuildError,
    markdown::{self, Surroundings},
    output::Output,
    pages::{Frame, Views},
    view::{
        Row,
        package::{PackageView, Subject},
    },
};

/// Path in the package to the file beside the page.
type Pictures = BTreeMap<String, String>;

/// What a page is made from.
pub(crate) struct Job<'a> {
    pub(crate) registry: &'a Registry,
    pub(crate) record: &'a Record,
    /// The package, where it has been released.
    pub(crate) package: Option<&'a Package>,
    pub(crate) row: Row,
    /// The bytes of the archive, where they are at hand.
    pub(crate) gzip: Option<Vec<u8>>,
    /// Versions whose archive is published.
    pub(crate) downloads: Vec<semver::Version>,
    /// The page of a draft of another version.
    pub(crate) newer_draft: Option<String>,
    /// Packages about the same.
    pub(crate) similar: Vec<Row>,
}

pub(crate) fn write(views: &Views, out: &Output<'_>, job: Job<'_>) -> Result<(), BuildError> {
    let record = job.record;
    let label = format!("{} {}", record.manifest.name, record.manifest.version);
    let contents = job.gzip.and_then(|gzip| read(out, &label, record, &gzip));
    let address = job.row.href.clone();
    let subject = Subject {
        registry: job.registry,
        record,
        package: job.package,
        row: job.row,
        downloads: &job.downloads,
        newer_draft: job.newer_draft,
        base: views.base(),
        entries: contents
            .as_ref()
            .map(|contents| contents.entries.as_slice()),
    };
    let mut view = PackageView::new(&subject);
    view.similar = job.similar;
    drop(contents);
    let documents = &record.documents;
    let pictures = pictures(out, &address, &label, &documents.pictures)?;
    let text = |digest, what: &str| -> Result<Option<String>, BuildError> {
        let bytes = out.blob(digest, &format!("{label}: {what}"))?;
        Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    };
    if let Some(changelog) = &documents.changelog
        && let Some(source) = text(&changelog.digest, "change log")?
    {
        let html = render(&source, "changelog-", "Changelog", &view, &pictures).html;
        view.changelog = Some(html);
    }
    if let Some(source) = text(&documents.readme.digest, "README")? {
        let rendered = render(
            &source,
            "readme-",
            record.manifest.name.name(),
            &view,
            &pictures,
        );
        view.readme = Some(rendered.html);
        view.readme_cut = rendered.is_cut;
    }
    let frame = Frame {
        address: &address,
        title: Some(record.manifest.name.as_str()),
        description: &view.row.summary,
        nav: "browse",
        listed: view.row.state != Some("draft") && view.row.state != Some("revoked"),
    };
    out.page(&address, &views.render("package.html", &frame, &view)?)
}

/// The files of an archive, or a warning. Its bytes are those of the record, yet a page must not rely
/// on whoever made the record.
fn read(out: &Output<'_>, label: &str, record: &Record, gzip: &[u8]) -> Option<archive::Contents> {
    match archive::read(gzip, &archive::Limits::default()) {
        Ok(contents) if contents.content_id.hex() == record.archive.content_id.to_string() => {
            Some(contents)
        }
        Ok(_) => {
            out.warn(format!(
                "{label}: the archive's content id is not the record's"
            ));
            None
        }
        Err(refusal) => {
            out.warn(format!("{label}: the archive is refused: {refusal}"));
            None
        }
    }
}

/// A README or a change log on the page `view`.
fn render(
    source: &str,
    prefix: &'static str,
    title: &str,
    view: &PackageView,
    pictures: &Arc<Pictures>,
) -> markdown::Rendered {
    let anchors = view.files.anchors.clone();
    let has_changelog = view.changelog.is_some();
    let link = move |path: &str| match path {
        "README.md" => Some("#readme".to_owned()),
        "CHANGELOG.md" => has_changelog.then(|| "#changelog".to_owned()),
        "LICENSE" => Some("#provenance".to_owned()),
        path => {
            let below = format!("{path}/");
            let mut anchors = anchors.iter();
            let anchor = anchors.find(|(file, _)| file == path || file.starts_with(&below));
            anchor.map(|(_, id)| format!("#{id}"))
        }
    };
    let pictures = Arc::clone(pictures);
    let surroundings = Surroundings {
        prefix: prefix.into(),
        title: title.to_owned(),
        link: Arc::new(link),
        picture: Arc::new(move |path: &str| pictures.get(path).cloned()),
        rel: "nofollow noopener",
    };
    markdown::render(source, &surroundings)
}

/// Puts the pictures beside the page, named by digest, and tells where each is.
fn pictures(
    out: &Output<'_>,
    address: &str,
    label: &str,
    pictures: &[Picture],
) -> Result<Arc<Pictures>, BuildError> {
    let mut places = Pictures::new();
    for picture in pictures {
        let what = format!("{label}: picture {:?}", picture.path);
        let Some(bytes) = out.blob(&picture.blob.digest, &what)? else {
            continue;
        };
        let Some(ending) = ending(&bytes) else {
            out.warn(format!("{what} is neither PNG nor WebP"));
            continue;
        };
        let name = format!("{}.{ending}", picture.blob.digest.short());
        if !places.values().any(|known| *known == name) {
            out.put(&format!("{address}{name}"), &bytes)?;
        }
        places.insert(picture.path.clone(), name);
    }
    Ok(Arc::new(places))
}

/// By the first bytes, whatever the file is called: what browsers go by.
fn ending(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("png"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn pictures_are_known_by_their_bytes() {
        assert_eq!(super::ending(b"\x89PNG\r\n\x1a\nrest"), Some("png"));
        assert_eq!(super::ending(b"RIFF0000WEBPVP8 "), Some("webp"));
        assert_eq!(super::ending(b"<svg onload=alert(1)>"), None);
    }

    #[test]
    fn an_address_ends_with_a_slash() {
        use crate::links;
        let name = "core/tool".parse().unwrap();
        assert!(links::package(&name).ends_with('/'));
        assert!(links::draft(&name).ends_with('/'));
    }
}
