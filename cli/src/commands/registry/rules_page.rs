//! The reference of all rules, made from the one table of them.

use std::fmt::Write;

use registry_index::rules;
use site_gen::DocPage;

pub(super) fn page() -> DocPage {
    let mut markdown = String::from(
        "# Rules\n\n`paracle registry check` judges every package and the index by these rules. An *error* \
         keeps a package out, a *warning* is a likely mistake, a *note* is for the reviewer's eyes.\n",
    );
    for rule in rules::ALL {
        let _ = write!(
            markdown,
            "\n## {}\n\n*{}* · {}\n\n{}\n",
            rule.id, rule.severity, rule.about, rule.help
        );
    }
    DocPage {
        slug: "rules".into(),
        title: "Rules".into(),
        markdown,
    }
}
