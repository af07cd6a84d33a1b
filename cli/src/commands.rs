//! One file a command: its arguments, its help, a short `run`.

pub(crate) mod adopt;
pub(crate) mod browse;
pub(crate) mod completions;
pub(crate) mod dev;
pub(crate) mod doctor;
pub(crate) mod external;
pub(crate) mod man;
pub(crate) mod package;
pub(crate) mod registry;
