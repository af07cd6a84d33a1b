//! The smallest program that a renderer can start: what the tests start.

fn main() -> std::process::ExitCode {
    render::worker()
}
