//! The command line: `leadscore check | compile | replay | score | explain | import | backtest | calibrate | diff`.

mod args;
mod blocks;
mod check;
mod compile;
mod events;
mod explain;
mod fronts;
mod import;
mod input;
mod outcomes;
mod output;
mod pipeline;
mod replay;
mod score;
mod source;
mod threads;
mod visitors;

use std::fs;
use std::process::ExitCode;

use clap::ArgMatches;

use crate::Model;
use crate::authoring;
use crate::outcomes::COMMANDS;

#[doc(hidden)]
pub use fronts::Fronts;

/// The reason why a command ended early.
enum Stop {
    /// The model or the call is invalid; the message explains the problem.
    Usage(String),
    /// The reader of the output has closed the pipe.
    Closed,
}

/// Runs the command line with the process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    let matches = args::command().get_matches();
    match run(&matches) {
        Ok(code) => code,
        Err(Stop::Closed) => ExitCode::SUCCESS,
        Err(Stop::Usage(message)) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn run(matches: &ArgMatches) -> Result<ExitCode, Stop> {
    match matches.subcommand() {
        Some(("check", args)) => check::run(args),
        Some(("compile", args)) => compile::run(args),
        Some(("replay", args)) => replay::run(args),
        Some(("score", args)) => score::run(args),
        Some(("explain", args)) => explain::run(args),
        Some(("import", args)) => import::run(args),
        Some((name, args)) => match COMMANDS.iter().find(|(_, own, ..)| *own == name) {
            Some((command, ..)) => outcomes::run(*command, args),
            None => Err(Stop::Usage(format!("there is no command {name}"))),
        },
        None => Err(Stop::Usage("give a command, such as check or replay".to_owned())),
    }
}

/// Returns the exit status of a command that read lines.
fn exit(args: &ArgMatches, skipped: bool) -> ExitCode {
    if skipped && !args.get_flag("skipped-ok") { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// The first bytes of a compiled model of any version.
const COMPILED: &[u8] = b"LSM";

/// Reads the file of a model.
fn read(path: &str) -> Result<Vec<u8>, Stop> {
    output::check_input(path)?;
    fs::read(path).map_err(|error| Stop::Usage(format!("{path}: {error}")))
}

/// Returns the JSON of a model's file.
fn read_text(path: &str) -> Result<String, Stop> {
    let bytes = read(path)?;
    if bytes.starts_with(COMPILED) {
        return Err(Stop::Usage(format!("{path}: already a compiled model; give the JSON from which it was compiled")));
    }
    let text = String::from_utf8(bytes).map_err(|_| Stop::Usage(format!("{path}: not a UTF-8 text file")))?;
    if looks_like_events(&text) {
        return Err(Stop::Usage(format!("{path}: a file of events, but a model is expected here")));
    }
    Ok(text)
}

/// Returns true if the first line that is not blank is an event.
fn looks_like_events(text: &str) -> bool {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    serde_json::from_str::<serde_json::Value>(line).is_ok_and(|json| json.get("visitor").is_some())
}

/// Returns one line for each issue of a model.
fn issues(path: &str, kind: &str, issues: &[authoring::Issue]) -> String {
    authoring::listing(path, kind, issues)
}

/// Reads a model from JSON or from its compiled form, and writes warnings to standard error.
fn load_model(path: &str) -> Result<Model, Stop> {
    let bytes = read(path)?;
    if bytes.starts_with(COMPILED) {
        return Model::decode(&bytes).map_err(|error| Stop::Usage(format!("{path}: {error}")));
    }
    let compiled = compile::compile(path, &read_text(path)?)?.bytes;
    Model::decode(&compiled).map_err(|error| Stop::Usage(format!("{path}: {error}")))
}
