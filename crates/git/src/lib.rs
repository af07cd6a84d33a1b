//! Trees and blobs at a revision, and the one place that starts the git program
