//! The child that renders templates, as the tests of this crate start it.

fn main() -> std::process::ExitCode {
    render::worker()
}
