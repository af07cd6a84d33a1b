//! Where a registry is read from, its blobs and its cache
