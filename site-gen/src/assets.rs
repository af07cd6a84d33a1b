//! Style, scripts and icon. Named by digest, so that they may be cached for ever.

use registry_index::Digest;
use serde::Serialize;

use crate::{BuildError, Mode, json, output::Output, view::Catalog};

/// Where the assets are, from the site's root.
#[derive(Debug, Serialize)]
pub(crate) struct Assets {
    pub(crate) style: String,
    pub(crate) theme: String,
    pub(crate) script: String,
    pub(crate) search: String,
    pub(crate) icon: String,
    /// What the search page filters.
    pub(crate) rows: String,
}

/// The script that loads a page again; the one asset with a plain name, for it is never published.
pub(crate) const RELOAD: &str = "assets/reload.js";

/// A line of what the search page filters; short keys, because there is one of each for every package.
#[derive(Serialize)]
struct SearchRow<'a> {
    n: &'a str,
    k: &'a str,
    v: &'a str,
    s: &'a str,
    l: &'a str,
    /// Address from the root.
    h: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    d: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    day: Option<&'a str>,
    /// The label: one letter a square.
    u: String,
    /// The label in words.
    w: &'a str,
    o: [Option<&'a str>; 2],
    #[serde(skip_serializing_if = "Option::is_none")]
    i: Option<&'a str>,
    t: &'a [String],
    c: &'a [String],
    a: &'a [String],
}

#[derive(Serialize)]
struct SearchRows<'a> {
    rows: Vec<SearchRow<'a>>,
}

/// Writes the assets.
pub(crate) fn write(out: &Output<'_>, catalog: &Catalog, mode: Mode) -> Result<Assets, BuildError> {
    if mode == Mode::Serve {
        out.put(RELOAD, include_bytes!("../assets/reload.js"))?;
    }
    let put = |stem: &str, ending: &str, bytes: &[u8]| {
        let path = format!("assets/{stem}-{}.{ending}", Digest::of(bytes).short());
        out.put(&path, bytes).map(|()| path)
    };
    Ok(Assets {
        style: put("style", "css", include_bytes!("../assets/style.css"))?,
        theme: put("theme", "js", include_bytes!("../assets/theme.js"))?,
        script: put("site", "js", include_bytes!("../assets/site.js"))?,
        search: put("search", "js", include_bytes!("../assets/search.js"))?,
        icon: put("icon", "svg", include_bytes!("../assets/icon.svg"))?,
        rows: put("rows", "json", &json::compact("the rows", &rows(catalog))?)?,
    })
}

fn rows(catalog: &Catalog) -> SearchRows<'_> {
    let rows = catalog.rows.iter().map(|row| SearchRow {
        n: &row.name,
        k: row.kind.id,
        v: &row.version,
        s: &row.summary,
        l: &row.licence,
        h: &row.href,
        d: row.state,
        day: row.day.as_ref().map(|day| day.text.as_str()),
        u: row.label.cells.iter().map(|cell| cell.class).collect(),
        w: &row.label.sentence,
        o: [Some(&row.cost.always), row.cost.on_demand.as_deref()],
        i: row.command.as_deref(),
        t: &row.keywords,
        c: &row.categories,
        a: &row.authors,
    });
    SearchRows {
        rows: rows.collect(),
    }
}
