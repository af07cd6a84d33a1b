//! What several rules share. In a folder: the files beside it are rules, each and all of them.

pub(super) mod components;
pub(super) mod hazards;
