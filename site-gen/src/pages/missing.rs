//! The page for addresses that no page has. A server shows it at any depth, so its links start at
//! the path of the site's own URL, or at the host's root where that is not known.

use crate::{
    BuildError,
    links::Base,
    output::Output,
    pages::{Frame, Views},
};

pub(crate) fn write(views: &Views, out: &Output<'_>) -> Result<(), BuildError> {
    let frame = Frame {
        address: "",
        title: Some("Not found"),
        description: "No page has this address",
        nav: "",
        listed: false,
    };
    let root = views.base().map_or("/", Base::path);
    out.page("404.html", &views.render_at(root, "404.html", &frame, &())?)
}
