//! `backtest`, `calibrate` and `diff` for JavaScript: one run in a process; files arrive in pieces.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use super::error::failure;
use crate::outcomes::{COMMANDS, Feed, Given, Kind, OPTIONS, Session, Source};

/// The run, and the file that is being read.
#[derive(Default)]
struct Run {
    sources: Vec<Source>,
    session: Option<Session>,
    feed: Option<Feed>,
}

thread_local! {
    static RUN: RefCell<Run> = RefCell::new(Run::default());
}

fn problem(message: &str) -> JsValue {
    failure(&format!("OutcomesError outcomes {message}"))
}

/// Returns the commands and options as JSON: `{ commands: [[command, name, about, files, example]], options }`.
#[wasm_bindgen]
pub fn settings() -> String {
    let settings = serde_json::json!({ "commands": COMMANDS, "options": OPTIONS });
    settings.to_string()
}

/// Adds a model, as JSON or compiled.
#[wasm_bindgen]
pub fn model(file: String, bytes: Vec<u8>) {
    RUN.with_borrow_mut(|run| run.sources.push(Source { file, bytes }));
}

/// Begins a run with the added models and the options: a JSON object of lists of values.
#[wasm_bindgen]
pub fn begin(command: &str, given: &str) -> Result<(), JsValue> {
    RUN.with_borrow_mut(|run| {
        let command =
            COMMANDS.iter().find(|(_, name, ..)| *name == command).ok_or_else(|| problem("no such command"))?;
        let given = serde_json::from_str(given).map(Given).map_err(|error| problem(&error.to_string()))?;
        let sources = core::mem::take(&mut run.sources);
        let session = Session::new(command.0, sources, &given).map_err(|error| problem(&error.to_string()))?;
        run.session = Some(session);
        Ok(())
    })
}

/// Begins a file of `event`, `outcome` or `state` lines.
#[wasm_bindgen]
pub fn open(kind: &str) {
    let kind = match kind {
        "outcome" => Kind::Outcome,
        "state" => Kind::State,
        _ => Kind::Event,
    };
    RUN.with_borrow_mut(|run| run.feed = Some(Feed::new(kind)));
}

/// Reads the next piece of the file; none ends the file. Returns the problems of its lines, a line each.
#[wasm_bindgen]
pub fn feed(piece: Option<Vec<u8>>) -> String {
    let mut complaints = String::new();
    let complain =
        &mut |number: u64, message: &str| complaints.push_str(&format!("line {number}: skipped: {message}\n"));
    RUN.with_borrow_mut(|run| {
        let Run { session: Some(session), feed: Some(feed), .. } = run else { return };
        feed.piece(session, piece.as_deref(), complain);
    });
    complaints
}

/// Returns the report as JSON: `{ text, json, notes, model, failed, html, markdown }`, the last two on request. Calls
/// `progress` with the current step, its finished units and all its units.
#[wasm_bindgen]
pub fn finish(html: bool, markdown: bool, progress: &js_sys::Function) -> Result<String, JsValue> {
    let session = RUN.with_borrow_mut(|run| run.session.take()).ok_or_else(|| problem("nothing was begun"))?;
    let finished = session.finish(&mut |what, done, all| {
        // An exception in the progress bar must not stop the run.
        let _ = progress.call3(&JsValue::NULL, &what.into(), &(done as f64).into(), &(all as f64).into());
    });
    let finished = finished.map_err(|error| problem(&error.to_string()))?;
    let out = serde_json::json!({
        "text": finished.text,
        "json": finished.json,
        "notes": finished.notes,
        "model": finished.model,
        "failed": finished.failed,
        "html": html.then(|| finished.report.html()),
        "markdown": markdown.then(|| finished.report.markdown()),
    });
    Ok(out.to_string())
}
