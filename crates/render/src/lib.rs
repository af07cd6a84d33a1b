//! A contributed template in, text out, and nothing else can happen.
//!
//! Templates come from strangers, and the engine (minijinja) trusts them: a file of 20 KB of `-`
//! overflows its parser's stack, which no caller can catch, and its fuel counts instructions, not
//! the memory one instruction takes. So a template is only ever parsed and rendered in a child
//! process that gave up memory, processor time and files before it read its first byte. The child
//! is the same binary started again with a hidden subcommand, which calls [`worker`].
//!
//! ```text
//! Renderer ── Job (JSON) ──▶ worker: rlimits, read, for each template:
//!    ▲                                 guard    size, tokens, nesting, known names
//!    │                                 dialect  our filters, a work budget, fuel
//!    └── one JSON line a template ◀──  bounded writer
//! Renderer: wall clock, output cap, and what killed the child becomes a RenderError
//! ```
//!
//! In reading order: [`request`] what is asked and answered, [`limits`], `renderer` the parent's
//! side with `process`, `worker` the child's side with `confine`, [`dialect`] the language itself,
//! `error`.
//!
//! What holds where: address space, processor time and "no new file" are enforced by the kernel
//! on Linux and the BSDs. macOS ignores the limit on address space and other systems have no such
//! limits; there the guard, the work budget, the fuel, the output cap and the wall clock remain,
//! and a crash is still the child's only.

pub mod dialect;
pub mod limits;
pub mod request;

mod confine;
mod error;
mod plain;
mod process;
mod renderer;
mod worker;

pub use error::RenderError;
pub use limits::Limits;
pub use renderer::Renderer;
pub use request::{Rendered, Request, SyntaxError, Template};
pub use worker::worker;
