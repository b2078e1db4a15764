//! `leadscore explain`.

use std::io::Write;
use std::process::ExitCode;

use clap::ArgMatches;
use serde_json::Value;

use super::events::{self, Events};
use super::output::JsonLines;
use super::pipeline::{Out, Share, Work};
use super::{Stop, exit, load_model, output};
use crate::event::seconds;
use crate::{Event, Model, State, explain, lead, terminal, time};

struct Explain<'a> {
    model: &'a Model,
    visitor: &'a [u8],
}

/// What is known of the visitor.
#[derive(Default)]
struct Kept {
    state: State,
    /// The newest event's time, in ms since 1970.
    newest: u64,
}

impl Work for Explain<'_> {
    type Shard = Option<Kept>;
    type Extra = ();

    fn models(&self) -> Vec<&Model> {
        vec![self.model]
    }

    fn wants(&self, visitor: &[u8], _: u64) -> bool {
        visitor == self.visitor
    }

    fn extra(&self, _: &Event<'_>) {}

    fn take(&self, seen: &mut Option<Kept>, share: &Share<'_, ()>, out: &mut Out) {
        for told in share.iter() {
            let mut kept = seen.take().unwrap_or_default();
            let result = lead::observe(self.model, &mut kept.state, told.gain(0));
            kept.newest = kept.newest.max(told.at);
            if result.is_ok() || !kept.state.hits().is_empty() {
                *seen = Some(kept);
            }
            if let Err(error) = result {
                out.complain(&told, error);
            }
        }
    }
}

pub(super) fn run(args: &ArgMatches) -> Result<ExitCode, Stop> {
    let name = |name: &str| args.get_one::<String>(name).map_or("", String::as_str);
    let wanted = name("visitor");
    let model = load_model(name("model"))?;
    let at = args.get_one::<u64>("at").copied();
    let events = Events::open(name("events"), at, events::threads(args))?;
    let work = Explain { model: &model, visitor: wanted.as_bytes() };
    let (shards, read) = events.each(&work, &mut JsonLines::stdout())?;
    let seen = shards.into_iter().flatten().next();
    let wanted = terminal::escape(wanted);
    let kept = seen.ok_or_else(|| {
        let when = if at.is_some() { " by the time of --at" } else { "" };
        Stop::Usage(format!("no event of visitor `{wanted}`{when}: check the name"))
    })?;
    let now = seconds(at.unwrap_or(kept.newest));
    let receipt = lead::text(explain::receipt(&model, &kept.state, now));
    let mut out = output::stdout();
    if args.get_flag("json") {
        writeln!(out, "{}", terminal::escape_json(&receipt))?;
    } else {
        let receipt: Value = serde_json::from_str(&receipt).map_err(|error| Stop::Usage(error.to_string()))?;
        let (when, name) = (lead::text(time::text(now, None)), terminal::escape(model.name()));
        writeln!(out, "{wanted} at {when}, {name} {}\n", model.version())?;
        write!(out, "{}", table(&receipt))?;
    }
    out.flush()?;
    Ok(exit(args, read.skipped > 0))
}

fn text(value: &Value, name: &str) -> String {
    terminal::escape(value.get(name).and_then(Value::as_str).unwrap_or_default())
}

fn number(value: &Value, name: &str) -> String {
    value.get(name).map(Value::to_string).unwrap_or_default()
}

fn is_zero(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_f64) == Some(0.0)
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// The receipt for a person to read: columns that add up to the score in the last line.
fn table(receipt: &Value) -> String {
    let header = ["rule", "dimension", "counts", "hits", "last", "raw", "decayed", "capped"].map(str::to_owned);
    let mut rows = vec![header];
    for rule in list(receipt, "rules").filter(|rule| rule.get("live").and_then(Value::as_bool) == Some(true)) {
        rows.push([
            text(rule, "rule"),
            text(rule, "dimension"),
            text(rule, "counts"),
            number(rule, "hits"),
            text(rule, "last"),
            number(rule, "raw"),
            number(rule, "decayed"),
            number(rule, "points"),
        ]);
    }
    let sum = |name: &str, points: String| {
        let mut row: [String; 8] = Default::default();
        let [first, .., last] = &mut row;
        (*first, *last) = (name.to_owned(), points);
        row
    };
    for dimension in list(receipt, "dimensions").filter(|dimension| !is_zero(dimension, "base")) {
        rows.push(sum(&format!("{} starts at", text(dimension, "dimension")), number(dimension, "base")));
    }
    if !is_zero(receipt, "capped") {
        rows.push(sum("the score's own bounds", number(receipt, "capped")));
    }
    rows.push(sum("score", number(receipt, "score")));
    let mut widths = [0usize; 8];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut out = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
            let cell = if column < 3 { format!("{cell:<width$}  ") } else { format!("{cell:>width$}  ") };
            line.push_str(&cell);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    let silent: Vec<String> = list(receipt, "rules")
        .filter(|rule| rule.get("live").and_then(Value::as_bool) != Some(true))
        .map(|rule| text(rule, "rule"))
        .collect();
    if !silent.is_empty() {
        out.push_str(&format!("\nnot live: {}\n", silent.join(", ")));
    }
    if receipt.get("disqualified").and_then(Value::as_bool) == Some(true) {
        out.push_str("\ndisqualified: no stage\n");
    }
    if let Some(next) = receipt.get("next").filter(|next| !next.is_null()) {
        out.push_str(&format!("\n{} more points to {}", number(next, "points"), text(next, "stage")));
        let missing: Vec<String> = list(next, "missing").filter_map(Value::as_str).map(terminal::escape).collect();
        if !missing.is_empty() {
            out.push_str(&format!(", which also wants {}", missing.join(", ")));
        }
        out.push_str(". Next could add:\n");
        for rule in list(next, "rules") {
            let reaches = rule.get("reaches").and_then(Value::as_bool) == Some(true);
            let note = if reaches { format!("  reaches {}", text(next, "stage")) } else { String::new() };
            out.push_str(&format!("  {} {}{note}\n", text(rule, "rule"), number(rule, "points")));
        }
    }
    out
}
