//! Whole sites, built from registries in memory, and the Markdown that stands on their pages.

mod bounds;
mod commonmark;
mod hostile;
mod links;
mod oracle;
mod shop;
mod site;
