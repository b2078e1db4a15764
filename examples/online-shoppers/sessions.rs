//! The sessions of a shop as events: facts known at the end of each session, and the outcome, a purchase or not.

use serde_json::{Map, Value, json};

/// The columns that become facts, each with the name of its fact.
const FACTS: [(&str, &str); 14] = [
    ("Administrative", "account_pages"),
    ("Administrative_Duration", "account_seconds"),
    ("Informational", "info_pages"),
    ("Informational_Duration", "info_seconds"),
    ("ProductRelated", "product_pages"),
    ("ProductRelated_Duration", "product_seconds"),
    ("BounceRates", "bounce_rate"),
    ("ExitRates", "exit_rate"),
    ("SpecialDay", "special_day"),
    ("Month", "month"),
    ("Region", "region"),
    ("TrafficType", "traffic"),
    ("VisitorType", "visitor_type"),
    ("Weekend", "weekend"),
];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "June", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// Start of 2018, in ms since 1970. The data has months without years or days, so sessions are spread over the days of
/// the months of 2018 in their order.
const YEAR: u64 = 1_514_764_800_000;
const MONTH: u64 = 30 * 86_400_000;
const HOUR: u64 = 3_600_000;

/// Returns event lines and outcome lines for the rows of the data set.
///
/// `PageValues` is left out because it is computed from purchases and reveals the outcome.
pub fn lines(csv: &str) -> (String, String) {
    let mut rows = csv.lines();
    let head: Vec<&str> = rows.next().unwrap_or_default().split(',').collect();
    let (mut events, mut outcomes) = (String::new(), String::new());
    for (number, row) in rows.enumerate() {
        let cells: Vec<&str> = row.split(',').collect();
        let cell = |name: &str| head.iter().position(|column| *column == name).and_then(|at| cells.get(at)).copied();
        let mut props = Map::new();
        for (column, name) in FACTS {
            props.insert(name.to_owned(), fact(cell(column).unwrap_or_default()));
        }
        let month = MONTHS.iter().position(|month| Some(*month) == cell("Month")).unwrap_or_default() as u64;
        let at = YEAR + month * MONTH + number as u64 * 60_000;
        let visitor = format!("s{number:05}");
        events += &json!({ "visitor": visitor, "type": "identify", "at": at, "props": props }).to_string();
        events.push('\n');
        if cell("Revenue") == Some("TRUE") {
            outcomes += &json!({ "visitor": visitor, "at": at + HOUR, "outcome": "won" }).to_string();
            outcomes.push('\n');
        }
    }
    (events, outcomes)
}

/// Returns a number, a boolean or a string.
fn fact(text: &str) -> Value {
    match text {
        "TRUE" => true.into(),
        "FALSE" => false.into(),
        text => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
    }
}
