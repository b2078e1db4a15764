//! Conditions on long strings and lists.

use super::{ingest, model, view};

/// Measures 200 rules with this condition on the prop `a`, for an event with this value of `a`.
fn measure(name: &str, condition: &str, value: &str) {
    let rule = |_| format!(r#""event": "e", "where": {{ "a": {condition} }}, "points": 1"#);
    ingest(&format!("200 rules: {name}"), &model(200, rule), &view("/", &format!(r#"{{ "a": {value} }}"#)));
}

/// Returns a string that repeats a letter and ends with another string.
fn text(letter: &str, times: usize, end: &str) -> String {
    format!(r#""{}{end}""#, letter.repeat(times))
}

fn list(from: usize, count: usize) -> String {
    let list: Vec<String> = (from..from + count).map(|n| n.to_string()).collect();
    format!("[{}]", list.join(","))
}

/// Values of 8 KiB against operands of the same kind, as long as the limits of a model allow.
pub fn texts() {
    let long = text("a", 8_192, "");
    for part in [1, 256, 4_096, 8_192] {
        let operand = text("a", part, "b");
        measure(&format!("$contains {part} letters in 8 KiB"), &format!(r#"{{ "$contains": {operand} }}"#), &long);
        let operand = text("b", 1, &"a".repeat(part));
        measure(&format!("$contains {part} letters after one"), &format!(r#"{{ "$contains": {operand} }}"#), &long);
    }
    let same = text("a", 8_191, "b");
    for operator in ["$startsWith", "$endsWith", "$eq", "$gt", "$lte"] {
        measure(&format!("{operator} of 8 KiB"), &format!(r#"{{ "{operator}": {same} }}"#), &long);
    }
    measure("$in of two texts of 8 KiB", &format!(r#"{{ "$in": [{same}, {same}] }}"#), &long);
    let short: Vec<String> = (0..1_000).map(|at| format!(r#""{at}""#)).collect();
    measure("$in of 1,000 texts against 8 KiB", &format!(r#"{{ "$in": [{}] }}"#, short.join(",")), &long);
    measure("$gt of a number against 8 KiB of digits", r#"{ "$gt": 1 }"#, &text("9", 8_192, ""));
    measure("$gt of a number against 8 KiB of decimals", r#"{ "$gt": 1 }"#, &text("0.", 1, &"3".repeat(8_190)));
    measure("$gt of a number against 8 KiB of blanks", r#"{ "$gt": 1 }"#, &text(" ", 8_192, ""));
    let field = |field: &str| format!(r#""event": "e", "distinct": "{field}", "limit": 100, "points": 1"#);
    let props = format!(r#"{{ "a": {long} }}"#);
    ingest("200 rules: distinct of 8 KiB", &model(200, |_| field("a")), &view("/", &props));
    let path = view(&format!("/{}", "a".repeat(8_000)), "{}");
    ingest("200 rules: distinct url.path of 8 KiB", &model(200, |_| field("url.path")), &path);
    let object: Vec<String> = (0..3_000).map(|at| format!(r#""{at}":{at}"#)).collect();
    let props = format!(r#"{{ "a": {{ {} }} }}"#, object.join(","));
    ingest("200 rules: distinct of an object of 3,000 names", &model(200, |_| field("a")), &view("/", &props));
    let own = format!("{{ {} }}", object[..1_000].join(","));
    let other = format!(r#"{{ "a": {} }}"#, own.replace(":7,", ":8,"));
    let rule = |_| format!(r#""event": "e", "where": {{ "a": {own} }}, "points": 1"#);
    ingest("200 rules: $eq of objects of 1,000 names", &model(200, rule), &view("/", &other));
    let urls =
        |part: &str| model(200, |at| format!(r#""event": "e", "where": {{ "url.{part}": "x{at}" }}, "points": 1"#));
    for (part, url) in [("query.n", "?n=%61%62"), ("hash", "#%61%62"), ("path", "%61%62")] {
        let (part, url) = (urls(part), url.to_owned() + &"%61".repeat(2_700));
        ingest(&format!("200 rules: 8 KiB of {}", &url[..6]), &part, &view(&format!("/{url}"), "{}"));
    }
}

/// Lists in the model against lists in the event.
pub fn lists(size: usize, operands: usize, elements: usize) {
    for operator in ["$in", "$nin", "$all"] {
        let own = list(0, operands);
        let rule = |_| format!(r#""event": "e", "where": {{ "a": {{ "{operator}": {own} }} }}, "points": 1"#);
        let event = view("/", &format!(r#"{{ "a": {} }}"#, list(10_000, elements)));
        ingest(&format!("{size} rules: {operator} of {operands} against {elements}"), &model(size, rule), &event);
    }
}

/// Conditions that test each element of a list.
pub fn elements() {
    let many = list(10_000, 1_000);
    measure("$elemMatch of $gt against 1,000", r#"{ "$elemMatch": { "$lt": 0 } }"#, &many);
    let objects = format!("[{}]", vec![r#"{"b":1}"#; 1_000].join(","));
    measure("$elemMatch of a field against 1,000", r#"{ "$elemMatch": { "b": 2 } }"#, &objects);
    measure("$size against 1,000", r#"{ "$size": 999 }"#, &many);
    let wide: Vec<String> = (0..100).map(|at| format!(r#"{{ "a": {{ "$gt": {at} }} }}"#)).collect();
    let rule = |_| format!(r#""event": "e", "where": {{ "$and": [{}] }}, "points": 1"#, wide.join(","));
    ingest("200 rules: $and of 100", &model(200, rule), &view("/", r#"{ "a": 1000 }"#));
    let deep = |_| {
        format!(r#""event": "e", "where": {}{{ "a": 2 }}{}, "points": 1"#, r#"{ "$not": "#.repeat(14), "}".repeat(14))
    };
    ingest("200 rules: $not 14 levels deep", &model(200, deep), &view("/", r#"{ "a": 1 }"#));
    let facts = |at: usize| format!(r#""trait": {{ "a": {{ "$contains": "{}{at}" }} }}, "points": 1"#, "a".repeat(500));
    let identify = format!(r#"{{ "type": "identify", "props": {{ "a": "{}" }} }}"#, "a".repeat(8_192));
    ingest("200 traits: identify with 8 KiB", &model(200, facts), &identify);
}
