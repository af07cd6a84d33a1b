//! What takes more than one module: this project's own registry, mutations, schemas, size.

mod mutations;
mod own;
mod scale;
mod schemas;
