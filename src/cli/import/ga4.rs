//! GA4's BigQuery export as JSON lines: <https://support.google.com/analytics/answer/7029846>. Whole numbers are texts in it.

use serde_json::Value;

use super::record::{Engaged, Props, Record, What, Why, text, whole};

/// Parameters that say where and when, or that become something else.
const NOT_PROPS: [&str; 4] = ["page_location", "engagement_time_msec", "ga_session_id", "ga_session_number"];

pub(super) fn read(line: &str) -> Result<Record, Why> {
    let row: Value = serde_json::from_str(line).map_err(|_| Why::Unreadable)?;
    let kind = text(row.get("event_name")).ok_or(Why::Unreadable)?;
    let mut params = Props::new();
    for param in row.get("event_params").and_then(Value::as_array).into_iter().flatten() {
        if let (Some(key), Some(value)) = (text(param.get("key")), param.get("value").and_then(value)) {
            params.insert(key, value);
        }
    }
    let engaged = whole(params.get("engagement_time_msec")).filter(|millis| *millis > 0);
    Ok(Record {
        device: text(row.get("user_pseudo_id")),
        user: text(row.get("user_id")),
        id: Some(identity(&row)),
        // Microseconds.
        at: whole(row.get("event_timestamp")).map(|micros| micros / 1_000),
        what: if kind == "user_engagement" { What::Engagement } else { What::Event },
        url: text(params.get("page_location")),
        session: text(params.get("ga_session_id")).unwrap_or_default(),
        engaged: engaged.map_or(Engaged::No, Engaged::Millis),
        kind,
        props: params.into_iter().filter(|(key, _)| !NOT_PROPS.contains(&key.as_str())).collect(),
        ..Record::default()
    })
}

/// The value of a parameter, of which one field is not null.
fn value(value: &Value) -> Option<Value> {
    let field = |name| value.get(name).filter(|value: &&Value| !value.is_null());
    if let Some(text) = field("string_value") {
        return Some(text.clone());
    }
    if let Some(whole) = field("int_value") {
        return Some(text(Some(whole)).and_then(|text| text.parse::<i64>().ok()).map_or(whole.clone(), Value::from));
    }
    field("double_value").or_else(|| field("float_value")).cloned()
}

/// The export has no ids of events: two rows are one event if all this is the same. Events of one batch have one time, so
/// their numbers in it and their parameters count too.
fn identity(row: &Value) -> String {
    let names = ["user_pseudo_id", "event_timestamp", "event_name", "batch_page_id", "batch_ordering_id"];
    let names = names.into_iter().chain(["batch_event_index", "event_params"]);
    names.map(|name| row.get(name).map(Value::to_string).unwrap_or_default() + "\u{1f}").collect()
}
