//! The `paracle-hub` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    paracle_cli::main()
}
