//! Checks recorded events: lines that are not events, times in seconds, and names that are similar to those of the tag.

use std::collections::BTreeMap;

use super::Issue;
use super::alike;
use super::place::Counter;
use super::props::Known;
use super::report::{Notes, quote};
use super::scan::scan;
use crate::event::lines::{self, Bad, FIRST_PLAUSIBLE};
use crate::text::hash::Fnv;
use crate::text::sort::sort_by;
use crate::{Error, EventReader};

/// Bad lines that are listed; the others are counted.
const LISTED: usize = 20;
/// Pairs of a type and a prop that are looked at.
const PAIRS: usize = 2_000;
/// `at` in microseconds is above this; in milliseconds it is the year 5138.
const MICROSECONDS: f64 = 1e14;

/// A check of event lines, one after the other, in memory that does not grow with them.
///
/// ```
/// let mut events = leadscore::authoring::Events::default();
/// events.line(1, Some(br#"{ "visitor": "v-1", "type": "page_view", "at": 1795255200 }"#));
/// let (listing, is_good) = events.finish("visits.ndjson");
/// assert!(is_good && listing.starts_with("visits.ndjson:1:42: warning: `at` must be in milliseconds since 1970"));
/// ```
#[derive(Debug, Default)]
pub struct Events {
    reader: EventReader,
    good: u64,
    bad: u64,
    errors: Vec<Issue>,
    in_seconds: Option<Doubt>,
    /// The finding about a type (and a prop of it); empty if there is none.
    names: BTreeMap<(Vec<u8>, Vec<u8>), Option<Doubt>>,
}

/// Something about several lines.
#[derive(Debug)]
struct Doubt {
    line: u32,
    column: u32,
    count: u64,
    message: String,
}

impl Events {
    /// Reads a line without its line break; `None` is a line longer than any event. `number` counts from 1.
    pub fn line(&mut self, number: u64, line: Option<&[u8]>) {
        let Some(line) = line else {
            return self.refuse(number, 1, "the line is longer than the longest event".to_owned());
        };
        let mut reader = core::mem::take(&mut self.reader);
        let result = match lines::text(line, number) {
            Ok("") => Ok(()),
            Ok(text) => self.event(&mut reader, number, text),
            Err(bad) => Err(bad),
        };
        if let Err(bad) = result {
            let text = String::from_utf8_lossy(line);
            let (column, message) = fault(&reader, text.trim_start_matches('\u{feff}'), &bad);
            self.refuse(number, column, message);
        }
        self.reader = reader;
    }

    fn event(&mut self, reader: &mut EventReader, number: u64, text: &str) -> Result<(), Bad> {
        let (_, event, at) = lines::parse(reader, text)?;
        self.good = self.good.saturating_add(1);
        let place = |pointer: &[&str]| (u32::try_from(number).unwrap_or(u32::MAX), column(text, pointer));
        if at < FIRST_PLAUSIBLE {
            let message = "`at` must be in milliseconds since 1970, but this looks like seconds; multiply it by 1000";
            doubt(&mut self.in_seconds, || (place(&["at"]), message.to_owned()));
        }
        let kind = String::from_utf8_lossy(event.kind).into_owned();
        let mut names = vec![Vec::new()];
        names.extend(event.props.into_iter().flat_map(|props| props.members()).map(|(name, _)| name.to_vec()));
        for name in names {
            let is_full = self.names.len() >= PAIRS;
            let key = (event.kind.to_vec(), name);
            match self.names.get_mut(&key) {
                Some(Some(known)) => known.count = known.count.saturating_add(1),
                Some(None) => {}
                None if is_full => {}
                None => {
                    let prop = String::from_utf8_lossy(&key.1).into_owned();
                    let mut found = None;
                    if prop.is_empty() {
                        if let Some(meant) = alike::event(&kind) {
                            let message =
                                format!("{} is not one of the tag's events; did you mean `{meant}`?", quote(&kind));
                            doubt(&mut found, || (place(&["type"]), message));
                        }
                    } else if let Some(known) = Known::of(core::slice::from_ref(&kind))
                        && let Some(meant) = known.meant(&prop, &mut Notes::new())
                        && !meant.starts_with("url.")
                    {
                        let message =
                            format!("the tag sends no {} with `{kind}`; did you mean `{meant}`?", quote(&prop));
                        doubt(&mut found, || (place(&["props", &prop]), message));
                    }
                    self.names.insert(key, found);
                }
            }
        }
        Ok(())
    }

    fn refuse(&mut self, number: u64, column: u32, message: String) {
        self.bad = self.bad.saturating_add(1);
        if self.errors.len() < LISTED {
            let line = u32::try_from(number).unwrap_or(u32::MAX);
            self.errors.push(Issue { line, column, ..Issue::at(String::new(), message) });
        }
    }

    /// Returns the issues of a file's events, one a line, and true if all lines are events.
    #[must_use]
    pub fn finish(self, file: &str) -> (String, bool) {
        let mut out = super::listing(file, "error", &self.errors);
        let more = self.bad.saturating_sub(LISTED as u64);
        if more > 0 {
            out.push_str(&format!("{file}: {more} more lines are not events\n"));
        }
        let mut doubts: Vec<Doubt> = self.in_seconds.into_iter().chain(self.names.into_values().flatten()).collect();
        sort_by(&mut doubts, |one, other| (one.line, one.column) < (other.line, other.column));
        let count = doubts.len();
        let issues: Vec<Issue> = doubts
            .into_iter()
            .map(|Doubt { line, column, count, message }| {
                let message = if count > 1 { format!("{message} ({count} lines)") } else { message };
                Issue { line, column, ..Issue::at(String::new(), message) }
            })
            .collect();
        out.push_str(&super::listing(file, "warning", &issues));
        let warnings = super::count(count, "warning");
        let count = |number: u64, what| super::count(usize::try_from(number).unwrap_or(usize::MAX), what);
        let (events, errors) = (count(self.good, "event"), count(self.bad, "error"));
        out.push_str(&format!("{file}: {events}, {errors}, {warnings}\n"));
        (out, self.bad == 0)
    }
}

/// Counts a doubt; the first one has the place.
fn doubt(doubt: &mut Option<Doubt>, first: impl FnOnce() -> ((u32, u32), String)) {
    match doubt {
        Some(doubt) => doubt.count = doubt.count.saturating_add(1),
        None => {
            let ((line, column), message) = first();
            *doubt = Some(Doubt { line, column, count: 1, message });
        }
    }
}

/// The column of a value's name in a line, or that of the line's first character.
fn column(text: &str, pointer: &[&str]) -> u32 {
    let mut wanted = Fnv::new();
    for name in pointer {
        wanted.byte(b'/');
        wanted.bytes(name.replace('~', "~0").replace('/', "~1").as_bytes());
    }
    let wanted = wanted.finish();
    let mut found = 0;
    let _ = scan(text, &mut |hash, at| {
        if hash == wanted {
            found = at;
        }
    });
    Counter::new(text).to(found).1
}

/// The position and the reason why a line is not an event.
fn fault(reader: &EventReader, text: &str, bad: &Bad) -> (u32, String) {
    if let Bad::Event(Error::EventSyntax) = bad
        && let Err(fault) = scan(text, &mut |_, _| {})
    {
        return (Counter::new(text).to(fault.at).1, fault.message);
    }
    if text.trim_start().starts_with('[') {
        return (1, "a JSON array; write each event on a separate line, for example with `jq -c '.[]'`".to_owned());
    }
    let message = bad.message().to_owned();
    // Every message names the field that it is about.
    let field =
        ["at", "visitor", "type", "url", "props"].into_iter().find(|name| message.contains(&format!("`{name}")));
    let at = reader.field("at").and_then(|at| at.as_number());
    let message = match (field, at) {
        (Some("at"), Some(at)) if at >= MICROSECONDS => format!("{message}; this looks like microseconds"),
        _ => message,
    };
    (field.map_or(1, |field| column(text, &[field])), message)
}
