//! What takes more than one module: this project's own registry, mutations, schemas, size.

mod own;
