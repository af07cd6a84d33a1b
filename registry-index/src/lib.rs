//! The words and the rules of a registry, and the data of this one
