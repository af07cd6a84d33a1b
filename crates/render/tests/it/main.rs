//! The renderer with real children: every test starts `examples/worker.rs`.

#[cfg(target_os = "linux")]
mod costs;
mod errors;
mod literals;
mod ordinary;

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use render::{Limits, RenderError, Renderer, Request, Template};

/// One test at a time has children, so that what the kernel counts for all children of this
/// process was used by the test's own.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn worker() -> PathBuf {
    // target/release/deps/it-… and target/release/examples/worker.
    let test = std::env::current_exe().expect("a test knows its own path");
    let folder = test
        .ancestors()
        .nth(2)
        .expect("a test lies two folders deep");
    let worker = folder
        .join("examples")
        .join(format!("worker{}", std::env::consts::EXE_SUFFIX));
    assert!(
        worker.exists(),
        "{} is missing: `cargo test -p render` builds it, `--test it` alone does not",
        worker.display()
    );
    worker
}

fn renderer() -> Renderer {
    Renderer::new(worker(), Vec::new())
}

fn template(name: &str, text: impl Into<String>) -> Template {
    Template {
        name: name.to_owned(),
        text: text.into(),
    }
}

/// Renders one template with the default limits.
fn render(text: impl Into<String>, values: serde_json::Value) -> Result<String, RenderError> {
    render_within(Limits::default(), text, values)
}

fn render_within(
    limits: Limits,
    text: impl Into<String>,
    values: serde_json::Value,
) -> Result<String, RenderError> {
    let request = Request {
        templates: vec![template("x.j2", text)],
        values,
    };
    let mut rendered = renderer().with_limits(limits).render(&request)?;
    assert_eq!(rendered.len(), 1);
    let rendered = rendered.remove(0);
    assert_eq!(rendered.name, "x.j2");
    Ok(rendered.text)
}
