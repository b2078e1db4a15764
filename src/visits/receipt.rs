//! Prints the receipt as text.

use serde_json::Value;

use crate::text::terminal;

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

/// Returns a receipt's table: columns that add up to the score in the last line.
pub(super) fn table(receipt: &Value) -> String {
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
            out.push_str(&format!(", which also requires {}", missing.join(", ")));
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
