//! The command line of leadscore.

use std::process::ExitCode;

fn main() -> ExitCode {
    leadscore::cli::main()
}
