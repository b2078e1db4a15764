//! GA4's BigQuery export as JSON lines: <https://support.google.com/analytics/answer/7029846>. It writes whole numbers
//! as strings.

use serde_json::Value;

use super::record::{Content, Engaged, Props, Record, Why, text, whole};

/// Parameters that do not become properties: they hold the place and time, or become another field.
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
        // GA4 writes microseconds.
        at: whole(row.get("event_timestamp")).map(|micros| micros / 1_000),
        content: if kind == "user_engagement" { Content::Engagement } else { Content::Event },
        url: text(params.get("page_location")),
        session: text(params.get("ga_session_id")).unwrap_or_default(),
        engaged: engaged.map_or(Engaged::No, Engaged::Millis),
        kind,
        props: params.into_iter().filter(|(key, _)| !NOT_PROPS.contains(&key.as_str())).collect(),
        ..Record::default()
    })
}

/// Returns the value of a parameter: the one field that is not null.
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

/// Returns the identity of an event, because the export has no event ids: two rows with the same identity are one
/// event. Events of one batch share a time, so the identity includes their numbers in the batch and their parameters.
fn identity(row: &Value) -> String {
    let names = ["user_pseudo_id", "event_timestamp", "event_name", "batch_page_id", "batch_ordering_id"];
    let names = names.into_iter().chain(["batch_event_index", "event_params"]);
    names.map(|name| row.get(name).map(Value::to_string).unwrap_or_default() + "\u{1f}").collect()
}
