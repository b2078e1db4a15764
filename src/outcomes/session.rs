//! One run of a command: models and lines in, a report out.

use super::backtest::{self, Progress, Tested};
use super::calibrate::{self, Author};
use super::conditions;
use super::names::Outcome;
use super::options::{Command, Given, Options};
use super::recording::{Recording, ReportedOutcome};
use super::report::{Backtest, Calibrate, Diff};
use super::rows::Rows;
use super::split::split;
use super::{Problem, core, diff, html, markdown, problem, text};
use crate::event::lines::{self, Bad, FIRST_PLAUSIBLE};
use crate::text::base64;
use crate::text::terminal;
use crate::text::value::Value;
use crate::{Error, Event, EventReader, Model, State, authoring};

/// An input model.
pub struct Source {
    /// The file's name, for messages.
    pub file: String,
    /// JSON, or a compiled model.
    pub bytes: Vec<u8>,
}

/// The content of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An event.
    Event,
    /// A line of `--outcomes`.
    Outcome,
    /// A line of `--states`.
    State,
}

/// A report in several formats.
pub struct Finished {
    /// The report for a terminal; ends with a newline.
    pub text: String,
    /// The report as JSON.
    pub json: String,
    /// Notes for standard error.
    pub notes: Vec<String>,
    /// The new model's JSON, of `calibrate`.
    pub model: Option<String>,
    /// True if a condition of `--fail-on` holds.
    pub failed: bool,
    /// The report itself.
    pub report: Report,
}

/// One of the three reports.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(untagged)]
#[must_use]
pub enum Report {
    /// The report of `backtest`.
    Backtest(Box<Backtest>),
    /// The report of `calibrate`.
    Calibrate(Box<Calibrate>),
    /// The report of `diff`.
    Diff(Box<Diff>),
}

impl Report {
    /// Returns one HTML file, without script or network.
    #[must_use]
    pub fn html(&self) -> String {
        match self {
            Self::Backtest(report) => html::backtest(report),
            Self::Calibrate(report) => html::calibrate(report),
            Self::Diff(report) => html::diff(report),
        }
    }

    /// Returns Markdown for a pull request.
    #[must_use]
    pub fn markdown(&self) -> String {
        match self {
            Self::Backtest(report) => markdown::backtest(report),
            Self::Calibrate(report) => markdown::calibrate(report),
            Self::Diff(report) => markdown::diff(report),
        }
    }
}

pub(super) struct Loaded {
    file: String,
    pub(super) model: Model,
    /// The model's JSON; empty for a compiled model.
    text: String,
}

/// One run of a command.
pub struct Session {
    pub(super) command: Command,
    pub(super) options: Options,
    pub(super) models: Vec<Loaded>,
    pub(super) recording: Recording,
    reader: EventReader,
    in_seconds: (u64, u64),
    pub(super) left_out: u64,
}

impl Session {
    /// Begins a run with its models and options.
    ///
    /// # Errors
    /// Returns the problem with a model or an option.
    pub fn new(command: Command, sources: Vec<Source>, given: &Given) -> Result<Self, Problem> {
        let options = Options::read(command, given)?;
        let models = sources.into_iter().map(|source| load(command, source)).collect::<Result<Vec<_>, _>>()?;
        let reader = EventReader::default();
        let recording = Recording::default();
        Ok(Self { command, options, models, recording, reader, in_seconds: (0, 0), left_out: 0 })
    }

    /// Reads a line; `number` counts from 1 in each file. Blank lines are ignored.
    ///
    /// # Errors
    /// Returns the problem with the line. The line is counted as skipped and changes nothing else.
    pub fn line(&mut self, kind: Kind, number: u64, line: &[u8]) -> Result<(), &'static str> {
        let result = match lines::text(line, number) {
            Ok("") => Ok(()),
            Ok(text) => self.text(kind, number, text),
            Err(bad) => Err(bad),
        };
        result.map_err(|bad| {
            self.add_skipped(1);
            bad.message()
        })
    }

    /// Counts lines that the caller could not read.
    pub fn add_skipped(&mut self, lines: u64) {
        self.recording.skipped += lines;
    }

    fn text(&mut self, kind: Kind, number: u64, text: &str) -> Result<(), Bad> {
        match kind {
            Kind::Event => {
                let mut reader = std::mem::take(&mut self.reader);
                let result = match lines::parse(&mut reader, text) {
                    Ok((visitor, event, at)) => {
                        self.note_time(number, at);
                        self.event(visitor, &event, at).map_err(Bad::Event)
                    }
                    Err(bad) => Err(bad),
                };
                self.reader = reader;
                result
            }
            Kind::Outcome => self.outcome(text, number),
            Kind::State => self.state(text, number),
        }
    }

    fn event(&mut self, visitor: &[u8], event: &Event<'_>, at: u64) -> Result<(), Error> {
        if self.is_after(at) {
            return Ok(());
        }
        let hits_by_model: Result<Vec<_>, _> =
            self.models.iter().map(|own| core::match_event(&own.model, event, at)).collect();
        let (hits_by_model, reported) =
            (hits_by_model?, ReportedOutcome::new(&self.options.won, event.kind, event.prop(b"stage")));
        let lifecycle = self.command == Command::Diff;
        self.recording.event(lifecycle, (visitor, reported, at), hits_by_model.iter().map(Vec::as_slice));
        Ok(())
    }

    fn is_after(&mut self, at: u64) -> bool {
        let after = self.options.at.is_some_and(|end| at > end);
        self.left_out += u64::from(after);
        after
    }

    fn note_time(&mut self, number: u64, at: u64) {
        if at < FIRST_PLAUSIBLE {
            let (count, first) = self.in_seconds;
            self.in_seconds = (count + 1, if count == 0 { number } else { first });
        }
    }

    fn outcome(&mut self, text: &str, number: u64) -> Result<(), Bad> {
        self.reader.parse(text.as_bytes())?;
        let visitor = lines::visitor(&self.reader)?.to_vec();
        let at = time(&self.reader)?;
        let word = self.reader.field("outcome").and_then(|word| word.as_text()).unwrap_or_default();
        let outcome = self
            .options
            .won
            .outcome(word)
            .ok_or(Bad::Line("the line needs an `outcome`: won, lost, a lifecycle stage, or the value of --won"))?;
        self.note_time(number, at);
        if !self.is_after(at) {
            self.recording.outcome(&visitor, at, outcome);
        }
        Ok(())
    }

    fn state(&mut self, text: &str, number: u64) -> Result<(), Bad> {
        let (visitor, at, state) = lines::state(&mut self.reader, text)?;
        let visitor = visitor.to_vec();
        let bytes = base64::decode(state).ok_or(Bad::Event(Error::StateCorrupt))?;
        let states: Result<Vec<State>, Error> =
            self.models.iter().map(|loaded| State::decode(&loaded.model, &bytes)).collect();
        let weight = match self.reader.field("weight") {
            Some(weight) => weight.as_number().filter(|weight| *weight > 0.0 && *weight <= 1e9),
            None => Some(1.0),
        };
        let weight = weight.ok_or(Bad::Line("`weight` must be a number above 0, at most 1e9"))?;
        let outcome: Option<Outcome> = match self.reader.field("outcome") {
            Some(word) => Some(
                word.as_text()
                    .and_then(|word| self.options.won.outcome(word))
                    .ok_or(Bad::Line("`outcome` must be won, lost, a lifecycle stage, or the value of --won"))?,
            ),
            None => None,
        };
        let states = states?;
        self.note_time(number, at);
        if !self.is_after(at) {
            self.recording.row(&visitor, at, states, weight, outcome);
        }
        Ok(())
    }

    /// Returns the report after the last line. `progress` receives the current step and its extent.
    ///
    /// # Errors
    /// Returns the reason why the data does not allow a report.
    pub fn finish(mut self, progress: Progress<'_>) -> Result<Finished, Problem> {
        self.recording.finish(self.options.at);
        let notes = self.notes();
        let recording = &self.recording;
        let options = &mut self.options;
        let tested: Vec<Tested<'_>> = self
            .models
            .iter()
            .enumerate()
            .map(|(number, loaded)| Tested { model: &loaded.model, number, file: &loaded.file })
            .collect();
        let mut model = None;
        let mut failed = false;
        let report = match (self.command, tested.as_slice()) {
            (Command::Diff, [old, new]) => {
                let report = diff::report(*old, *new, recording, options, progress)?;
                failed = report.conditions.iter().any(|condition| condition.failed);
                Report::Diff(Box::new(report))
            }
            (Command::Diff, _) => return problem("diff: give two models, the old one first"),
            (command, _) => {
                let mut rows = Rows::new(recording, options)?;
                let split = split(&mut rows, recording, options);
                split.check(&rows, options)?;
                if command == Command::Calibrate {
                    let Some(loaded) = self.models.first() else { return problem("calibrate: give a model") };
                    let author = Author { text: &loaded.text, file: &loaded.file, model: &loaded.model };
                    let (report, text) = calibrate::run(&author, recording, &rows, &split, options, progress)?;
                    model = Some(text);
                    Report::Calibrate(Box::new(report))
                } else {
                    let (models, comparison) = backtest::report(&tested, recording, &rows, options, progress)?;
                    let Some(last) = models.last() else { return problem("backtest: give a model") };
                    let conditions = conditions::of_backtest(&options.fail_on, last, comparison.as_ref())?;
                    failed = conditions.iter().any(|condition| condition.failed);
                    let mut report = Backtest {
                        command: "backtest".to_owned(),
                        verdict: String::new(),
                        data: recording.data.clone(),
                        rows: rows.report(options, &split),
                        models,
                        comparison,
                        conditions,
                    };
                    report.verdict = text::backtest_verdict(&report);
                    Report::Backtest(Box::new(report))
                }
            }
        };
        let json = serde_json::to_string(&report).map_err(|error| Problem(error.to_string()))?;
        // Names come from files, and the JSON may be printed in a terminal.
        let json = terminal::escape_json(&json);
        Ok(Finished { text: text::report(&report), json, notes, model, failed, report })
    }

    /// Returns notes on properties of the lines that are probably mistakes.
    fn notes(&self) -> Vec<String> {
        let data = &self.recording.data;
        let (in_seconds, first) = self.in_seconds;
        let lines =
            |count: u64| if count == 1 { "1 line has a time".to_owned() } else { format!("{count} lines have times") };
        let visitors = |count: u64| if count == 1 { "1 visitor".to_owned() } else { format!("{count} visitors") };
        let mut notes = Vec::new();
        if in_seconds > 0 {
            let hint = "`at` must be in milliseconds since 1970, but these look like seconds";
            notes.push(format!("{} before 1973, first line {first}: {hint}", lines(in_seconds)));
        }
        if self.left_out > 0 {
            notes.push(format!(
                "{} after --at and {} left out",
                lines(self.left_out),
                if self.left_out == 1 { "is" } else { "are" }
            ));
        }
        for (count, what) in [
            (data.unknown_visitors, "with an outcome but without events: left out"),
            (data.won_again, "with several wins: the first counts"),
            (data.won_before_first_event, "who won before their first event: left out"),
        ] {
            if count > 0 && self.command != Command::Diff {
                notes.push(format!("{} {what}", visitors(count)));
            }
        }
        notes
    }
}

fn time(reader: &EventReader) -> Result<u64, Bad> {
    lines::whole_time(reader.field("at").unwrap_or(Value::MISSING))
}

/// Reads a model.
fn load(command: Command, source: Source) -> Result<Loaded, Problem> {
    let Source { file, bytes } = source;
    let name = text::safe(&file);
    if bytes.starts_with(b"LSM") {
        if command == Command::Calibrate {
            return problem(format!(
                "{name}: a compiled model; give the JSON that it was compiled from, because calibrate changes the JSON"
            ));
        }
        let model = Model::decode(&bytes).map_err(|error| Problem(format!("{name}: {error}")))?;
        return Ok(Loaded { file, model, text: String::new() });
    }
    let Ok(json) = String::from_utf8(bytes) else { return problem(format!("{name}: not a UTF-8 text file")) };
    let compiled = authoring::compile(&json)
        .map_err(|errors| Problem(authoring::listing(&name, "error", &errors.issues).trim_end().to_owned()))?;
    let model = Model::decode(&compiled.bytes).map_err(|error| Problem(format!("{name}: {error}")))?;
    Ok(Loaded { file, model, text: json })
}
