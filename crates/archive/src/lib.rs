//! Packs and unpacks the one archive format, with limits and digests
