//! The `paracle` command.
fn main() {}
