//! `leadscore check`.

use std::io::Write;
use std::process::ExitCode;

use clap::ArgMatches;

use super::{Stop, issues, output, read_text};
use crate::authoring;

pub(super) fn run(args: &ArgMatches) -> Result<ExitCode, Stop> {
    let path = args.get_one::<String>("model").map_or("", String::as_str);
    let report = authoring::check(&read_text(path)?);
    let mut out = output::stdout();
    write!(out, "{}{}", issues(path, "error", &report.errors), issues(path, "warning", &report.warnings))?;
    if report.errors.is_empty() {
        let warnings = match report.warnings.len() {
            0 => "no warnings".to_owned(),
            1 => "1 warning".to_owned(),
            many => format!("{many} warnings"),
        };
        writeln!(out, "{path}: no errors, {warnings}")?;
    }
    out.flush()?;
    Ok(if report.errors.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(2) })
}
