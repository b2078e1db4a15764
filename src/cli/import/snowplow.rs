//! Snowplow's enriched events: 131 columns separated by tabs, or JSON lines with the same names from its analytics
//! SDKs: <https://docs.snowplow.io/docs/fundamentals/canonical-event/>.

use serde_json::Value;

use super::record::{Content, Engaged, Props, Record, Why, millis, object, snake, text};
use crate::event::crawlers;

const COLUMNS: usize = 131;
/// The columns that are read, with their positions from 0.
const PLACES: [(&str, usize); 17] = [
    ("collector_tstamp", 3),
    ("event", 5),
    ("event_id", 6),
    ("user_id", 12),
    ("domain_userid", 15),
    ("network_userid", 17),
    ("page_url", 29),
    ("page_title", 30),
    ("page_referrer", 31),
    ("se_category", 53),
    ("se_action", 54),
    ("se_label", 55),
    ("se_property", 56),
    ("se_value", 57),
    ("useragent", 77),
    ("domain_sessionid", 123),
    ("derived_tstamp", 124),
];
const UNSTRUCT: usize = 58;
const BROWSER_TYPE: usize = 81;
const DERIVED_CONTEXTS: usize = 122;
const EVENT_NAME: usize = 126;

pub(super) fn read(line: &str) -> Result<Record, Why> {
    let event = if line.starts_with('{') { from_json(line)? } else { from_columns(line)? };
    let get = |name: &str| text(event.fields.get(name));
    let kind = match get("event").ok_or(Why::Unreadable)?.as_str() {
        "struct" => snake(&get("se_action").unwrap_or_default()),
        "page_ping" => "page_ping".to_owned(),
        // Old e-commerce calls spread one event over several lines; the items are left out.
        "transaction_item" => return Err(Why::Other),
        // Events of single fields contain what the visitor typed.
        _ if FIELDS.contains(&get("event_name").unwrap_or_default().as_str()) => return Err(Why::Other),
        kind => known(&get("event_name").unwrap_or_else(|| kind.to_owned())).to_owned(),
    };
    if kind.is_empty() {
        return Err(Why::Unreadable);
    }
    let is_ping = kind == "page_ping";
    let time = get("derived_tstamp").or_else(|| get("collector_tstamp"));
    let agent = get("useragent").unwrap_or_default();
    let user = get("user_id");
    Ok(Record {
        device: get("domain_userid").or_else(|| get("network_userid")),
        user,
        id: get("event_id"),
        is_bot: event.is_robot || crawlers::is_declared(agent.as_bytes()),
        at: time.and_then(|time| millis(&time)),
        content: if is_ping { Content::Engagement } else { Content::Event },
        props: props(&event, &kind),
        kind,
        url: get("page_url"),
        session: get("domain_sessionid").unwrap_or_default(),
        engaged: if is_ping { Engaged::Ping } else { Engaged::No },
        ..Record::default()
    })
}

/// Events of single form fields.
const FIELDS: [&str; 2] = ["change_form", "focus_form"];

/// Returns GA4's name of an event that Snowplow names differently.
fn known(name: &str) -> &str {
    match name {
        "link_click" => "click",
        "submit_form" => "form_submit",
        "site_search" => "view_search_results",
        name => name,
    }
}

/// One event, from columns or from JSON.
struct Enriched {
    fields: Props,
    /// The data of a self-describing event.
    data: Option<Props>,
    /// True if an enrichment has found a robot.
    is_robot: bool,
}

fn from_columns(line: &str) -> Result<Enriched, Why> {
    let columns: Vec<&str> = line.split('\t').collect();
    if columns.len() != COLUMNS {
        return Err(Why::Unreadable);
    }
    let column = |at: usize| columns.get(at).copied().unwrap_or_default();
    let mut fields = Props::new();
    for (name, at) in PLACES.into_iter().chain([("event_name", EVENT_NAME)]) {
        fields.insert(name.to_owned(), column(at).into());
    }
    let json = |at: usize| serde_json::from_str::<Value>(column(at)).ok();
    let robot = column(BROWSER_TYPE).eq_ignore_ascii_case("robot");
    Ok(Enriched {
        fields,
        data: json(UNSTRUCT).map(|json| object(json.pointer("/data/data"))),
        is_robot: robot || json(DERIVED_CONTEXTS).is_some_and(|json| is_robot(&json)),
    })
}

fn from_json(line: &str) -> Result<Enriched, Why> {
    let Ok(Value::Object(fields)) = serde_json::from_str(line) else { return Err(Why::Unreadable) };
    let is_data = |(name, value): &(&String, &Value)| name.starts_with("unstruct_event_") && value.is_object();
    let data = fields.iter().find(is_data).map(|(_, value)| object(Some(value)));
    let data = data.or_else(|| fields.get("unstruct_event").map(|json| object(json.pointer("/data/data"))));
    let robot = text(fields.get("br_type")).is_some_and(|kind| kind.eq_ignore_ascii_case("robot"));
    let contexts = fields.iter().filter(|(name, _)| name.starts_with("contexts") || *name == "derived_contexts");
    let is_robot = robot || contexts.into_iter().any(|(_, value)| is_robot(value));
    Ok(Enriched { fields, data, is_robot })
}

/// Returns true if the enrichment with the IAB's list of spiders and robots marks the event, at any depth that is read.
fn is_robot(value: &Value) -> bool {
    match value {
        Value::Object(fields) => {
            fields.get("spiderOrRobot") == Some(&Value::Bool(true)) || fields.values().any(is_robot)
        }
        Value::Array(items) => items.iter().any(is_robot),
        _ => false,
    }
}

fn props(event: &Enriched, kind: &str) -> Props {
    let mut props = event.data.clone().unwrap_or_default();
    if kind == "form_submit" {
        // Only the form's id is kept: what a visitor types into a form must not become part of a score.
        let id = props.remove("formId");
        props = id.into_iter().map(|id| ("form_id".to_owned(), id)).collect();
    }
    let fields = [
        ("page_title", "title"),
        ("page_referrer", "referrer"),
        ("se_category", "category"),
        ("se_label", "label"),
        ("se_property", "property"),
    ];
    for (field, name) in fields {
        if (field.starts_with("se_") || kind == "page_view")
            && let Some(value) = text(event.fields.get(field))
        {
            props.insert(name.to_owned(), value.into());
        }
    }
    if let Some(number) = text(event.fields.get("se_value")).and_then(|text| text.parse::<f64>().ok()) {
        props.insert("value".to_owned(), number.into());
    }
    props
}
