//! `replay`, `explain` and `check` of event lines for JavaScript: one run in a process; the file arrives in pieces.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use super::error::failure;
use crate::authoring::{self, Events};
use crate::limits::TIME_SECONDS;
use crate::outcomes::Given;
use crate::text::time as times;
use crate::visits::{Show, Splitter, Visits, other_kind};
use crate::{Error, Model};

enum Run {
    Visits(Box<Visits>),
    Check(Box<Events>),
}

thread_local! {
    static RUN: RefCell<Option<(Run, Splitter)>> = const { RefCell::new(None) };
}

fn problem(message: &str) -> JsValue {
    failure(&format!("VisitsError visits {message}"))
}

/// A time as milliseconds since 1970, or in RFC 3339.
fn time(text: &str) -> Option<u64> {
    let millis = text.parse::<u64>().ok().or_else(|| times::rfc3339::read(text.as_bytes()));
    millis.filter(|millis| millis / 1_000 < TIME_SECONDS)
}

fn decode(bytes: &[u8]) -> Result<Model, Error> {
    let text = core::str::from_utf8(bytes).unwrap_or_default();
    match authoring::compile(text) {
        Ok(compiled) => Model::decode(&compiled.bytes),
        Err(_) => Model::decode(bytes),
    }
}

/// Begins `replay` or `explain` with a model (JSON or compiled) and the options, a JSON object of lists of values.
#[wasm_bindgen(js_name = beginVisits)]
pub fn begin_visits(command: &str, file: &str, model: &[u8], given: &str, terminal: bool) -> Result<(), JsValue> {
    let model = decode(model).map_err(|error| problem(&format!("{file}: {error}")))?;
    let given: Given = serde_json::from_str(given).map(Given).map_err(|error| problem(&error.to_string()))?;
    let at = match given.last("at") {
        None => None,
        Some(text) => Some(time(text).ok_or_else(|| {
            let hint = "expected milliseconds since 1970, or a time such as 2026-11-21T09:00:00Z, before 2106";
            problem(&format!(
                "error: invalid value '{text}' for '--at <TIME>': {hint}\n\nFor more information, try '--help'."
            ))
        })?),
    };
    let has = |name| given.last(name).is_some();
    let text = |name| given.last(name).unwrap_or_default().to_owned();
    let show = match command {
        "explain" => Show::Receipt { visitor: text("visitor"), json: has("json") },
        _ if has("states") => Show::States,
        _ if has("trace") => Show::Trace,
        _ if has("signals") => Show::Signals { source: given.last("source").unwrap_or("leadscore:replay").to_owned() },
        _ => Show::Snapshots,
    };
    let visits = Visits::new(model, show, at, has("sort"), terminal);
    RUN.set(Some((Run::Visits(Box::new(visits)), Splitter::default())));
    Ok(())
}

/// Begins a check of event lines.
#[wasm_bindgen(js_name = beginCheck)]
pub fn begin_check() {
    RUN.set(Some((Run::Check(Box::default()), Splitter::default())));
}

/// Reads the next piece of the file; `None` ends the file. Returns messages for standard error.
#[wasm_bindgen(js_name = visitsPiece)]
pub fn visits_piece(piece: Option<Vec<u8>>) -> String {
    RUN.with_borrow_mut(|run| match run {
        Some((Run::Visits(visits), lines)) => {
            lines.piece(piece.as_deref(), &mut |number, line| visits.line(number, line));
            visits.complaints()
        }
        Some((Run::Check(events), lines)) => {
            lines.piece(piece.as_deref(), &mut |number, line| events.line(number, line));
            String::new()
        }
        None => String::new(),
    })
}

/// Returns what to print now; after the end of the file, until nothing comes.
#[wasm_bindgen(js_name = visitsOut)]
pub fn visits_out() -> Vec<u8> {
    RUN.with_borrow_mut(|run| match run {
        Some((Run::Visits(visits), _)) => visits.out(),
        _ => Vec::new(),
    })
}

/// Returns true if lines were read, and none of them was an event.
#[wasm_bindgen(js_name = isHopeless)]
pub fn is_hopeless() -> bool {
    RUN.with_borrow(|run| matches!(run, Some((Run::Visits(visits), _)) if visits.is_hopeless()))
}

/// Returns why a file is not one of events, if it is one of another kind.
#[wasm_bindgen(js_name = otherKind)]
pub fn other(bytes: &[u8]) -> Option<String> {
    other_kind(bytes).map(str::to_owned)
}

/// Ends the run after the last piece: returns true if lines were skipped. The remaining messages are in
/// [`visits_piece`], the remaining output in [`visits_out`].
#[wasm_bindgen(js_name = endVisits)]
pub fn end_visits() -> Result<bool, JsValue> {
    RUN.with_borrow_mut(|run| match run {
        Some((Run::Visits(visits), _)) => visits.finish().map_err(|message| problem(&message)),
        _ => Ok(false),
    })
}

/// Ends a check: returns the listing of a file, and whether all lines are events, as the first character (`0` or `1`).
#[wasm_bindgen(js_name = endCheck)]
pub fn end_check(file: &str) -> String {
    let Some((Run::Check(events), _)) = RUN.take() else { return String::new() };
    let (listing, is_good) = events.finish(file);
    format!("{}{listing}", u8::from(is_good))
}
