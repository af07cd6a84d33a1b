//! Compiles a registry into a static gallery
