//! `sitemap.xml`: where every page is, for a site whose URL is known.

use crate::{BuildError, links::Base, output::Output};

/// The most addresses of one file, by the protocol (sitemaps.org).
const MOST: usize = 50_000;

/// Writes the sitemap over the pages written so far.
pub(crate) fn write(out: &Output<'_>, base: &Base) -> Result<(), BuildError> {
    let addresses = out.addresses();
    if addresses.len() <= MOST {
        return out.put(
            "sitemap.xml",
            file("urlset", "url", &addresses, base).as_bytes(),
        );
    }
    let mut parts = Vec::new();
    for (number, part) in addresses.chunks(MOST).enumerate() {
        let name = format!("sitemap-{}.xml", number + 1);
        out.put(&name, file("urlset", "url", part, base).as_bytes())?;
        parts.push(name);
    }
    out.put(
        "sitemap.xml",
        file("sitemapindex", "sitemap", &parts, base).as_bytes(),
    )
}

/// Addresses hold nothing that XML would have to escape.
fn file(root: &str, element: &str, addresses: &[String], base: &Base) -> String {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root} xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
    );
    for address in addresses {
        let url = base.absolute(address).replace('&', "&amp;");
        xml.push_str(&format!("<{element}><loc>{url}</loc></{element}>\n"));
    }
    xml.push_str(&format!("</{root}>\n"));
    xml
}
