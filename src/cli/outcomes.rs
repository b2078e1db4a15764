//! `leadscore backtest | calibrate | diff`: reads files and writes to the terminal for [`crate::outcomes`].

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command as Clap};
use indicatif::{ProgressBar, ProgressStyle};

use super::args;
use super::compile::{is_same_file, write_issues};
use super::events::{self, Events};
use super::input::{Line, Lines};
use super::output::JsonLines;
use super::pipeline::{Out, Share, Work};
use super::{COMPILED, Stop, output};
use crate::Model;
use crate::outcomes::{
    COMMANDS, Command, Finished, Given, Kind, OPTIONS, Problem, Recording, ReportedOutcome, Session, Source,
};

/// The exit status if a condition of `--fail-on` holds.
const FAILED: u8 = 3;

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Usage(problem.to_string())
    }
}

/// Returns the definitions of the three commands.
pub(super) fn commands() -> impl Iterator<Item = Clap> {
    COMMANDS.iter().map(|(command, name, about, files, example)| {
        let most = if *command == Command::Calibrate { 2 } else { 3 };
        let least = if *command == Command::Diff { 2 } else { 1 };
        let clap =
            Clap::new(*name).about(*about).override_usage(format!("leadscore {name} [OPTIONS] {files}")).arg(
                Arg::new("files").value_name("FILES").num_args(least..=most).required(true).help(format!(
                    "{files}: models as JSON, then events, one JSON object per line; - for standard input"
                )),
            );
        let options = OPTIONS.iter().filter(|option| option.commands.contains(command)).map(|option| {
            let mut arg = Arg::new(option.name).long(option.name).help(option.help);
            if let Some(short) = option.short {
                arg = arg.short(short);
            }
            match option.value {
                Some(value) if option.repeats => arg.value_name(value).action(ArgAction::Append),
                Some(value) => arg.value_name(value).allow_hyphen_values(true),
                None => arg.action(ArgAction::SetTrue),
            }
        });
        clap.args(options).arg(args::threads()).after_help(format!("Example: {example}"))
    })
}

/// Events for a session.
struct Reading<'a>(&'a Session);

impl Work for Reading<'_> {
    type Shard = Recording;
    type Extra = ReportedOutcome;

    fn models(&self) -> Vec<&Model> {
        self.0.models()
    }

    fn wants(&self, _: &[u8], at: u64) -> bool {
        self.0.wants(at)
    }

    fn extra(&self, kind: &[u8], stage: &[u8]) -> ReportedOutcome {
        self.0.reported_outcome(kind, stage)
    }

    fn take(&self, part: &mut Recording, share: &Share<'_, ReportedOutcome>, _: &mut Out) {
        for matched in share.iter() {
            self.0.record(part, (matched.visitor, matched.extra, matched.at), matched.hits_by_model());
        }
    }
}

/// Runs one of the three commands.
pub(super) fn run(command: Command, args: &ArgMatches) -> Result<ExitCode, Stop> {
    let given = given(command, args);
    let last = |name: &str| given.0.get(name).and_then(|values| values.last()).map(String::as_str);
    let files: Vec<&str> = args.get_many::<String>("files").into_iter().flatten().map(String::as_str).collect();
    let (models, events) = divide(command, &files, last("states").is_some())?;
    if let Some(to) = last("output") {
        check_output(to, &files)?;
    }
    for name in ["html", "markdown"] {
        if let Some(to) = last(name) {
            check_report(name, to, &files)?;
        }
    }
    let sources = models.iter().map(|path| source(path)).collect::<Result<Vec<_>, _>>()?;
    let mut session = Session::new(command, sources, &given)?;
    let threads = events::threads(args);
    session.use_threads(threads);
    let mut skipped = false;
    for (name, kind) in [("outcomes", Kind::Outcome), ("states", Kind::State)] {
        if let Some(path) = last(name) {
            skipped |= read_lines(path, kind, &mut session)?;
        }
    }
    if let Some(path) = events {
        let events = Events::open(path, None, threads)?;
        let (parts, seen) = events.each(&Reading(&session), &mut JsonLines::stdout())?;
        session.add(parts, seen.unwanted);
        skipped |= seen.skipped > 0;
        session.add_skipped(seen.skipped);
    }
    let mut bar = Bar::default();
    let finished = session.finish(&mut |what, done, all| bar.show(what, done, all))?;
    bar.clear();
    let failed = finished.failed;
    for (to, text) in [
        (last("html"), last("html").map(|_| finished.report.html())),
        (last("markdown"), last("markdown").map(|_| finished.report.markdown())),
    ] {
        if let (Some(to), Some(text)) = (to, text) {
            fs::write(to, text).map_err(|error| Stop::Usage(format!("{to}: {error}")))?;
        }
    }
    write_report(finished, args.get_flag("json"), last("output"))?;
    Ok(match (failed, skipped) {
        (true, _) => ExitCode::from(FAILED),
        (_, true) => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    })
}

fn given(command: Command, args: &ArgMatches) -> Given {
    let mut given = BTreeMap::new();
    for option in OPTIONS.iter().filter(|option| option.commands.contains(&command)) {
        if option.value.is_none() {
            if args.get_flag(option.name) {
                given.insert(option.name.to_owned(), Vec::new());
            }
        } else if let Some(values) = args.get_many::<String>(option.name) {
            given.insert(option.name.to_owned(), values.cloned().collect());
        }
    }
    Given(given)
}

/// Splits the files into models and events: events come last, unless `--states` replaces them.
fn divide<'a>(command: Command, files: &[&'a str], rows: bool) -> Result<(Vec<&'a str>, Option<&'a str>), Stop> {
    let least = if command == Command::Diff { 2 } else { 1 };
    if rows {
        return if files.len() > 2 || (command == Command::Calibrate && files.len() > 1) {
            Err(Stop::Usage("--states replaces the file of events: give one or the other".to_owned()))
        } else {
            Ok((files.to_vec(), None))
        };
    }
    match files.split_last() {
        Some((events, models)) if models.len() >= least => Ok((models.to_vec(), Some(events))),
        _ => Ok((files.to_vec(), Some("-"))),
    }
}

fn source(path: &str) -> Result<Source, Stop> {
    let bytes = super::read(path)?;
    if !bytes.starts_with(COMPILED) {
        let text = super::read_text(path)?;
        write_issues(path, &text);
    }
    Ok(Source { file: path.to_owned(), bytes })
}

/// Passes every line of a file to the session; returns true if any line was skipped.
fn read_lines(path: &str, kind: Kind, session: &mut Session) -> Result<bool, Stop> {
    let mut lines = Lines::open(path)?;
    let (mut number, mut skipped) = (0u64, false);
    loop {
        let result = match lines.next()? {
            None => return Ok(skipped),
            Some(line) => {
                number = number.saturating_add(1);
                match line {
                    Line::Text(line) => session.line(kind, number, line),
                    Line::TooLong => {
                        session.add_skipped(1);
                        Err("the line is too long")
                    }
                }
            }
        };
        if let Err(message) = result {
            skipped = true;
            lines.complain(&format!("{path}: line {number}: skipped: {message}"));
        }
    }
}

/// A progress bar on standard error, if that is a terminal.
#[derive(Default)]
struct Bar {
    bar: Option<ProgressBar>,
    what: String,
}

impl Bar {
    fn show(&mut self, what: &str, done: u64, all: u64) {
        if !io::stderr().is_terminal() {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::new(all);
            if let Ok(style) = ProgressStyle::with_template("{msg:24} {bar:40} {pos}/{len}") {
                bar.set_style(style);
            }
            bar
        });
        if self.what != what {
            what.clone_into(&mut self.what);
            bar.set_message(self.what.clone());
        }
        bar.set_length(all);
        bar.set_position(done);
    }

    fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

/// Refuses to write a model to a folder or over an input file.
fn check_output(to: &str, files: &[&str]) -> Result<(), Stop> {
    if to == "-" {
        return Ok(());
    }
    if files.iter().any(|file| is_same_file(file, to)) {
        return Err(Stop::Usage(format!(
            "{to}: is also an input; give --output another name, such as calibrated.json"
        )));
    }
    match fs::metadata(to) {
        Ok(metadata) if metadata.is_dir() => {
            Err(Stop::Usage(format!("{to}: a folder; give --output the name of a file, such as calibrated.json")))
        }
        Ok(metadata) if metadata.is_file() && metadata.len() > 0 && super::read_text(to).is_err() => {
            Err(Stop::Usage(format!("{to}: is not a model; remove it first, or give another name")))
        }
        _ => Ok(()),
    }
}

/// Refuses to write a report to standard output, to a folder or over an input file.
fn check_report(name: &str, to: &str, files: &[&str]) -> Result<(), Stop> {
    let problem = match fs::metadata(to) {
        _ if to == "-" => "give the name of a file; the report is already on standard output",
        Ok(_) if files.iter().any(|file| is_same_file(file, to)) => "is also an input; give another name",
        Ok(metadata) if metadata.is_dir() => "a folder; give the name of a file",
        _ => return Ok(()),
    };
    Err(Stop::Usage(format!("--{name} {to}: {problem}")))
}

/// Writes the report to standard output, and the model to the file of `-o`. With `-o -` the report goes to standard
/// error.
fn write_report(finished: Finished, json: bool, to: Option<&str>) -> Result<(), Stop> {
    let Finished { text, json: report, notes, model, .. } = finished;
    for note in notes {
        eprintln!("note: {note}");
    }
    let report = if json { format!("{report}\n") } else { text };
    let mut out = output::stdout();
    match (model, to) {
        (Some(model), Some("-")) => {
            eprint!("{report}");
            out.write_all(model.as_bytes())?;
        }
        (Some(model), Some(to)) => {
            fs::write(to, model).map_err(|error| Stop::Usage(format!("{to}: {error}")))?;
            out.write_all(report.as_bytes())?;
        }
        _ => out.write_all(report.as_bytes())?,
    }
    out.flush()?;
    Ok(())
}
