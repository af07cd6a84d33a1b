//! Renders contributed templates in a child process with limits
