//! Contributing to a registry on GitHub.
//!
//! ```text
//! served     vercel-labs' emulator behind GitHub's OpenAPI description, of crate `emulator`
//! scripted   a stand-in for the answers that the emulator does not give
//! fixture    people, a registry's repository, a proposal
//! ```

mod endpoints;
mod fixture;
mod following;
mod killed;
mod proposing;
mod refusals;
mod scripted;
mod served;
mod settling;
