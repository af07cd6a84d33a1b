//! Style, scripts, icon and the search engine. Named by digest, so that they may be cached for ever.

use registry_index::{Digest, wire::SearchIndex};
use serde::Serialize;

use crate::{BuildError, Mode, engine, output::Output};

/// Where the assets are, from the site's root.
#[derive(Debug, Serialize)]
pub(crate) struct Assets {
    pub(crate) style: String,
    pub(crate) theme: String,
    pub(crate) script: String,
    pub(crate) icon: String,
    /// What searches in the browser; `None` where it cannot be done.
    pub(crate) search: Option<SearchAssets>,
}

/// What the search page is made of, beside the index.
#[derive(Debug, Serialize)]
pub(crate) struct SearchAssets {
    /// The page's scripts, in the order in which they run.
    pub(crate) scripts: [String; 3],
    pub(crate) worker: String,
    /// The WebAssembly module, gzip'd by us: no host's own compression is needed.
    pub(crate) engine: String,
}

/// The script that loads a page again; the one asset with a plain name, for it is never published.
pub(crate) const RELOAD: &str = "assets/reload.js";

/// Writes the assets; those of the search where there is an `index`.
pub(crate) fn write(
    out: &Output<'_>,
    mode: Mode,
    index: Option<&SearchIndex>,
) -> Result<Assets, BuildError> {
    if mode == Mode::Serve {
        out.put(RELOAD, include_bytes!("../assets/reload.js"))?;
    }
    let put = |stem: &str, ending: &str, bytes: &[u8]| {
        let path = format!("assets/{stem}-{}.{ending}", Digest::of(bytes).short());
        out.put(&path, bytes).map(|()| path)
    };
    let search = match engine::MODULE.filter(|_| index.is_some()) {
        None => None,
        Some(module) => {
            let view = include_bytes!("../assets/search-view.js");
            let completion = include_bytes!("../assets/search-completion.js");
            Some(SearchAssets {
                scripts: [
                    put("search-view", "js", view)?,
                    put("search-completion", "js", completion)?,
                    put("search", "js", include_bytes!("../assets/search.js"))?,
                ],
                worker: put(
                    "search-worker",
                    "js",
                    include_bytes!("../assets/search-worker.js"),
                )?,
                // Not `.gz`: a host would say that it is encoded, and the browser would unpack it.
                engine: put("search", "wasm.bin", module)?,
            })
        }
    };
    Ok(Assets {
        style: put("style", "css", include_bytes!("../assets/style.css"))?,
        theme: put("theme", "js", include_bytes!("../assets/theme.js"))?,
        script: put("site", "js", include_bytes!("../assets/site.js"))?,
        icon: put("icon", "svg", include_bytes!("../assets/icon.svg"))?,
        search,
    })
}
