//! `leadscore compile`.

use std::fs;
use std::io::Write;
use std::process::ExitCode;

use clap::ArgMatches;

use super::{Stop, issues, output, read_text};
use crate::authoring;

pub(super) fn run(args: &ArgMatches) -> Result<ExitCode, Stop> {
    let name = |name: &str| args.get_one::<String>(name).map_or("", String::as_str);
    let (path, to) = (name("model"), name("output"));
    let bytes = compile(path, &read_text(path)?)?;
    if to == "-" {
        let mut out = output::stdout();
        out.write_all(&bytes)?;
        out.flush()?;
    } else {
        fs::write(to, &bytes).map_err(|error| Stop::Usage(format!("{to}: {error}")))?;
        eprintln!("{to}: {} bytes", bytes.len());
    }
    Ok(ExitCode::SUCCESS)
}

/// The compiled model. Warnings go to standard error.
pub(super) fn compile(path: &str, json: &str) -> Result<Vec<u8>, Stop> {
    match authoring::compile(json) {
        Ok(compiled) => {
            eprint!("{}", issues(path, "warning", &compiled.warnings));
            Ok(compiled.bytes)
        }
        Err(errors) => Err(Stop::Usage(issues(path, "error", &errors.issues).trim_end().to_owned())),
    }
}
