//! `replay` and `explain` for callers that read a file in parts. The native command line, which reads files itself,
//! prints with the same functions.

pub(crate) mod notes;
mod receipt;
mod splitter;

use indexmap::IndexMap;

use crate::event::lines::{self, Bad, FIRST_PLAUSIBLE};
use crate::event::seconds;
use crate::lead::Room;
use crate::limits::AHEAD_SECONDS;
use crate::score::explain;
use crate::score::snapshot::Snapshot;
use crate::score::state::Hit;
use crate::signal::{Sender, SignalDraft};
use crate::text::base64;
use crate::text::json::Writer;
use crate::text::terminal;
use crate::text::time;
use crate::text::utf8::string;
use crate::{Error, Event, EventReader, Model, State, lead};
use notes::Found;

pub use splitter::Splitter;

/// Bytes of output that come at once after the last line, about.
const PIECE: usize = 1 << 20;

/// The first bytes of compressed files.
const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// The progress of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Show {
    /// `replay`: the snapshot of every visitor, in the order in which they were first seen.
    Snapshots,
    /// `replay --states`: the state of every visitor.
    States,
    /// `replay --trace`: the snapshot after each event.
    Trace,
    /// `replay --signals`: each signal of a site.
    Signals {
        /// The site's origin.
        source: String,
    },
    /// `explain`: the receipt of one visitor.
    Receipt {
        /// The visitor's id.
        visitor: String,
        /// As JSON, else as a table.
        json: bool,
    },
}

/// A run over the events of a file, line by line.
pub struct Visits {
    model: Model,
    show: Show,
    at: Option<u64>,
    /// True if the output is shown by a terminal, which must not be controlled by it.
    terminal: bool,
    /// With `--sort`: the events by their times, the number of their lines, and the lines.
    sorted: Option<Vec<(u64, u64, Box<str>)>>,
    reader: EventReader,
    visitors: IndexMap<Box<[u8]>, Kept>,
    late: Found,
    in_seconds: Found,
    left_out: u64,
    taken: u64,
    skipped: bool,
    /// The number of visitors already shown; set after the last line.
    shown: Option<usize>,
    out: Vec<u8>,
    complaints: String,
}

/// A visitor during replay.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) state: State,
    /// The newest event's time, in milliseconds.
    pub(crate) newest: u64,
}

impl Visits {
    /// Begins a run. Events after `at` (milliseconds since 1970) are ignored; with `sort` they are processed in the
    /// order of their times.
    #[must_use]
    pub fn new(model: Model, show: Show, at: Option<u64>, sort: bool, terminal: bool) -> Self {
        let mut visits = Self {
            model,
            show,
            at,
            terminal,
            sorted: sort.then(Vec::new),
            reader: EventReader::default(),
            visitors: IndexMap::new(),
            late: Found::default(),
            in_seconds: Found::default(),
            left_out: 0,
            taken: 0,
            skipped: false,
            shown: None,
            out: Vec::new(),
            complaints: String::new(),
        };
        if let Show::Signals { source } = &visits.show
            && !source.contains(':')
        {
            visits.note(notes::NO_ORIGIN);
        }
        visits
    }

    /// Reads a line without its line break; `None` is a line longer than any event. `number` counts from 1.
    pub fn line(&mut self, number: u64, line: Option<&[u8]>) {
        let mut reader = core::mem::take(&mut self.reader);
        let result = match line.map(|line| lines::text(line, number)) {
            None => Err(Bad::Line("the line is longer than the longest event")),
            Some(Ok("")) => Ok(()),
            Some(Ok(text)) => self.text(&mut reader, number, text),
            Some(Err(bad)) => Err(bad),
        };
        self.reader = reader;
        if let Err(bad) = result {
            self.refuse(number, bad.message());
        }
    }

    fn text(&mut self, reader: &mut EventReader, number: u64, text: &str) -> Result<(), Bad> {
        let (visitor, event, at) = lines::parse(reader, text)?;
        if at < FIRST_PLAUSIBLE {
            self.in_seconds.add(number);
        }
        if self.at.is_some_and(|until| at > until) {
            self.left_out = self.left_out.saturating_add(1);
            return Ok(());
        }
        self.taken = self.taken.saturating_add(1);
        match &mut self.sorted {
            Some(sorted) => sorted.push((at, number, text.into())),
            None => self.take(visitor, &event, at, number)?,
        }
        Ok(())
    }

    fn take(&mut self, visitor: &[u8], event: &Event<'_>, now: u64, line: u64) -> Result<(), Error> {
        if let Show::Receipt { visitor: wanted, .. } = &self.show
            && wanted.as_bytes() != visitor
        {
            return Ok(());
        }
        // A rejected event does not create a visitor, so a new visitor is inserted only after the event was accepted.
        let mut fresh = None;
        let kept = match self.visitors.get_mut(visitor) {
            Some(kept) => kept,
            None => fresh.insert(Kept::default()),
        };
        let mut out = Lines { out: &mut self.out, terminal: self.terminal };
        let model = &self.model;
        let new_hits = lead::match_event(model, event, now)?;
        let source = if let Show::Signals { source } = &self.show { source.as_bytes() } else { b"leadscore:replay" };
        let sender = Sender { source, provenance: "client", witnessed: None };
        match &self.show {
            Show::Trace | Show::Signals { .. } => {
                let (made, then) = trip(model, visitor, &mut kept.state, &new_hits, (now, kept.newest), sender)?;
                if self.show == Show::Trace {
                    let state = then.as_ref().unwrap_or(&kept.state);
                    out.write(snapshot(model, visitor, Some(now), state, now));
                } else {
                    made.into_iter().for_each(|signal| out.write(signal.json));
                }
            }
            Show::Snapshots | Show::States | Show::Receipt { .. } => lead::observe(model, &mut kept.state, &new_hits)?,
        }
        if now < kept.newest {
            self.late.add(line);
        }
        kept.newest = kept.newest.max(now);
        if let Some(kept) = fresh {
            self.visitors.insert(visitor.into(), kept);
        }
        Ok(())
    }

    /// Returns what is to be printed now, and no more of it again. After the last line there may be more, until nothing
    /// comes: that of many visitors comes in pieces.
    pub fn out(&mut self) -> Vec<u8> {
        let mut lines = core::mem::take(&mut self.out);
        if let Some(shown) = &mut self.shown {
            let mut out = Lines { out: &mut lines, terminal: self.terminal };
            while let (Some((visitor, kept)), true) = (self.visitors.get_index(*shown), out.out.len() < PIECE) {
                let now = self.at.unwrap_or(kept.newest);
                out.write(match self.show {
                    Show::States => state_line(&self.model, visitor, kept.newest, &kept.state),
                    _ => snapshot(&self.model, visitor, None, &kept.state.at(&self.model, seconds(now)), now),
                });
                *shown = shown.saturating_add(1);
            }
        }
        lines
    }

    /// Returns the new messages for standard error, each only once.
    pub fn complaints(&mut self) -> String {
        core::mem::take(&mut self.complaints)
    }

    /// Returns true if no line was an event yet, but one was bad: the file may be one of another kind.
    #[must_use]
    pub fn is_hopeless(&self) -> bool {
        self.skipped && self.taken == 0 && self.left_out == 0
    }

    /// Ends the run after the last line; returns whether lines were skipped.
    ///
    /// # Errors
    /// The visitor has no events to explain.
    pub fn finish(&mut self) -> Result<bool, String> {
        notes::odd(self.at, self.left_out, self.taken, self.in_seconds).iter().for_each(|note| self.note(note));
        let mut sorted = self.sorted.take().unwrap_or_default();
        // A stable sort: of one time the earlier line stays first.
        sorted.sort_by_key(|(at, ..)| *at);
        let mut reader = core::mem::take(&mut self.reader);
        for (at, line, text) in sorted {
            let Ok((visitor, event, _)) = lines::parse(&mut reader, &text) else { continue };
            if let Err(error) = self.take(visitor, &event, at, line) {
                self.refuse(line, error.message());
            }
        }
        if self.late.count > 0 && matches!(self.show, Show::Trace | Show::Signals { .. }) {
            self.note(&notes::late(self.late));
        }
        match &self.show {
            Show::Snapshots | Show::States => self.shown = Some(0),
            Show::Receipt { visitor, json } => {
                let kept = self.visitors.values().next().ok_or_else(|| nobody(visitor, self.at))?;
                let now = seconds(self.at.unwrap_or(kept.newest));
                self.out = receipt(&self.model, visitor, &kept.state, now, *json).into_bytes();
            }
            _ => {}
        }
        Ok(self.skipped)
    }

    fn refuse(&mut self, line: u64, message: &str) {
        self.skipped = true;
        self.complaints.push_str(&format!("line {line}: skipped: {message}\n"));
    }

    fn note(&mut self, message: &str) {
        self.complaints.push_str(&format!("note: {message}\n"));
    }
}

/// Ingests an event at its own time, and records trips; `at` is its time, `newest` that of the newest event before it.
///
/// A state whose clock goes back by more than a day can carry only a limited number of later entries. So the state
/// after such a late line is a separate one, which is returned and joined with the kept one.
pub(crate) fn trip(
    model: &Model,
    visitor: &[u8],
    state: &mut State,
    new_hits: &[Hit],
    (at, newest): (u64, u64),
    sender: Sender<'_>,
) -> Result<(Vec<SignalDraft>, Option<State>), Error> {
    let trip = |state: &mut State| lead::trip(model, visitor, state, new_hits, at, (sender, None), Room::Refuse);
    if seconds(at).saturating_add(AHEAD_SECONDS) >= seconds(newest) {
        return Ok((trip(state)?, None));
    }
    let mut then = state.clone();
    let made = trip(&mut then)?;
    let later = then.at(model, seconds(newest));
    let joined = state.at(model, seconds(newest)).with(model, &later);
    if !joined.has_room(model) {
        return Err(Error::StateTooLarge);
    }
    // If `then` contains everything, it is kept unchanged: it also has the trips up to then, for a next line that is as
    // late.
    *state = if joined == *later { then.clone() } else { joined };
    Ok((made, Some(then)))
}

struct Lines<'a> {
    out: &'a mut Vec<u8>,
    terminal: bool,
}

impl Lines<'_> {
    fn write(&mut self, json: Vec<u8>) {
        let json = if self.terminal { terminal::escape_json(&string(json)).into_bytes() } else { json };
        self.out.extend_from_slice(&json);
        self.out.push(b'\n');
    }
}

/// A visitor's line: the snapshot, with the time of the event it is of.
pub(crate) fn snapshot(model: &Model, visitor: &[u8], at: Option<u64>, state: &State, now: u64) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.open(b'{');
    writer.name("visitor").text(visitor);
    if let Some(at) = at {
        writer.name("at").integer(at);
    }
    Snapshot::new(model, state, seconds(now)).write(&mut writer, model, state);
    writer.close(b'}');
    writer.finish()
}

/// A visitor's line with their state, for others to join.
pub(crate) fn state_line(model: &Model, visitor: &[u8], newest: u64, state: &State) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.open(b'{');
    writer.name("visitor").text(visitor);
    writer.name("at").integer(newest);
    writer.name("state").text(&base64::encode(&state.encode(model)));
    writer.close(b'}');
    writer.finish()
}

/// A visitor's receipt, as a table or as JSON.
pub(crate) fn receipt(model: &Model, visitor: &str, state: &State, now: u32, json: bool) -> String {
    let receipt = string(explain::receipt(model, state, now));
    if json {
        return format!("{}\n", terminal::escape_json(&receipt));
    }
    let (visitor, name) = (terminal::escape(visitor), terminal::escape(model.name()));
    let when = string(time::text(now, None));
    let table = receipt::table(&serde_json::from_str(&receipt).unwrap_or_default());
    format!("{visitor} at {when}, {name} {}\n\n{table}", model.version())
}

/// The error for a visitor without events.
pub(crate) fn nobody(visitor: &str, at: Option<u64>) -> String {
    let when = if at.is_some() { " by the time of --at" } else { "" };
    format!("no event of visitor `{}`{when}: check the name", terminal::escape(visitor))
}

/// Returns the reason if a file does not contain events. `bytes` are all of a file that is no larger than a model.
pub(crate) fn other_kind(bytes: &[u8]) -> Option<&'static str> {
    match serde_json::from_slice::<serde_json::Value>(bytes) {
        _ if bytes.starts_with(b"LSM") => Some("a compiled model, but events are expected here"),
        _ if bytes.starts_with(GZIP) => Some("compressed by gzip; give it a name that ends in .gz"),
        _ if bytes.starts_with(ZSTD) => Some("compressed by zstd; give it a name that ends in .zst"),
        Ok(serde_json::Value::Array(_)) => {
            Some("a JSON array; write each event on a separate line, for example with `jq -c '.[]'`")
        }
        Ok(json) if json.get("rules").is_some() => Some("a model, but events are expected here"),
        Ok(serde_json::Value::Object(_)) if bytes.trim_ascii().contains(&b'\n') => {
            Some("one JSON object on several lines; write each event on one line, for example with `jq -c .`")
        }
        _ => None,
    }
}
