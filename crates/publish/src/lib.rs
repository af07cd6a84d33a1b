//! Checks, packs and releases packages
