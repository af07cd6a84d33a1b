//! The pages: one module a kind, one view a kind, one frame around all.
//!
//! Views are minijinja with escaping on for every one of them and undefined values refused. `safe` is
//! said in a view of two things only: HTML out of [`crate::markdown`], lines out of
//! [`crate::highlight`], and nothing else.

pub(crate) mod docs;
pub(crate) mod home;
pub(crate) mod list;
pub(crate) mod missing;
pub(crate) mod package;
pub(crate) mod search;
pub(crate) mod stats;

use minijinja::{
    AutoEscape, Environment, Output, State, UndefinedBehavior, Value, context, value::Serde,
};
use serde::Serialize;

use crate::{BuildError, assets::Assets, links, text};

/// The views by file name.
const VIEWS: &[(&str, &str)] = &[
    ("404.html", include_str!("../views/404.html")),
    ("base.html", include_str!("../views/base.html")),
    ("docs.html", include_str!("../views/docs.html")),
    ("home.html", include_str!("../views/home.html")),
    ("list.html", include_str!("../views/list.html")),
    ("macros.html", include_str!("../views/macros.html")),
    ("package.html", include_str!("../views/package.html")),
    ("search.html", include_str!("../views/search.html")),
    ("sprite.html", include_str!("../views/sprite.html")),
    ("stats.html", include_str!("../views/stats.html")),
];

/// What every page shows of the site.
#[derive(Debug, Serialize)]
pub(crate) struct SiteView {
    pub(crate) title: String,
    /// `312 packages`
    pub(crate) count: String,
    /// The day of the newest release.
    pub(crate) newest: Option<text::Day>,
    pub(crate) search: &'static str,
    pub(crate) packages: &'static str,
    /// Absent where there is no documentation.
    pub(crate) docs: Option<&'static str>,
    /// The page that says how to publish, where there is one.
    pub(crate) publish: Option<String>,
    pub(crate) api: &'static str,
    pub(crate) stats: &'static str,
    pub(crate) repository: Option<String>,
    /// The script that loads a page again, for somebody who edits.
    pub(crate) reload: Option<&'static str>,
    pub(crate) assets: Assets,
}

/// What a page says of itself.
pub(crate) struct Frame<'a> {
    /// From the site's root; ends with `/` or is empty.
    pub(crate) address: &'a str,
    /// In front of the site's title.
    pub(crate) title: Option<&'a str>,
    pub(crate) description: &'a str,
    /// Which entry of the site's navigation it belongs to.
    pub(crate) nav: &'static str,
    /// Whether search engines should list it.
    pub(crate) listed: bool,
}

/// The views, ready to render from many threads.
pub(crate) struct Views {
    environment: Environment<'static>,
    site: Value,
    site_title: String,
    base: Option<links::Base>,
}

impl Views {
    pub(crate) fn new(site: &SiteView, base: Option<links::Base>) -> Result<Self, BuildError> {
        let mut environment = Environment::empty();
        minijinja_builtins(&mut environment);
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.set_formatter(print);
        for (name, source) in VIEWS {
            environment
                .add_template(name, source)
                .map_err(|source| wrong(name, source))?;
        }
        Ok(Self {
            environment,
            site: Value::from(Serde(site)),
            site_title: site.title.clone(),
            base,
        })
    }

    pub(crate) fn base(&self) -> Option<&links::Base> {
        self.base.as_ref()
    }

    /// The page `frame` in the view `view`, which sees `it`.
    pub(crate) fn render<T: Serialize>(
        &self,
        view: &str,
        frame: &Frame<'_>,
        it: &T,
    ) -> Result<String, BuildError> {
        self.render_at(&links::root(frame.address), view, frame, it)
    }

    /// As [`Self::render`], with another way back to the site's root.
    pub(crate) fn render_at<T: Serialize>(
        &self,
        root: &str,
        view: &str,
        frame: &Frame<'_>,
        it: &T,
    ) -> Result<String, BuildError> {
        let title = match frame.title {
            Some(title) => format!("{title} · {}", self.site_title),
            None => self.site_title.clone(),
        };
        let canonical = self.base.as_ref().filter(|_| frame.listed);
        let page = context! {
            root,
            title,
            description => frame.description,
            nav => frame.nav,
            listed => frame.listed,
            canonical => canonical.map(|base| base.absolute(frame.address)),
        };
        let context = context! { page, site => self.site.clone(), it => Value::from(Serde(it)) };
        self.environment
            .get_template(view)
            .and_then(|template| template.render(context))
            .map_err(|source| wrong(view, source))
    }
}

fn wrong(view: &str, source: minijinja::Error) -> BuildError {
    BuildError::View {
        view: view.to_owned(),
        source: Box::new(source),
    }
}

/// The filters that the views use; a typo in a view is found when the views are loaded or rendered.
fn minijinja_builtins(environment: &mut Environment<'static>) {
    environment.add_filter("length", minijinja::filters::length);
    environment.add_filter("safe", minijinja::filters::safe);
}

/// Escapes the five characters that mean something in HTML. minijinja's own also escapes `/`, which
/// nothing needs and which would make every address on a page half as long again.
fn print(
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> Result<(), minijinja::Error> {
    match value.as_str() {
        Some(text) if !value.is_safe() => Ok(out.write_str(&text::escape(text))?),
        _ => minijinja::escape_formatter(out, state, value),
    }
}
