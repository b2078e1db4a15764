//! Segment's and RudderStack's calls as JSON lines: <https://segment.com/docs/connections/spec/common/>.

use serde_json::Value;

use super::record::{Record, Why, millis, object, snake, text};
use crate::event::crawlers;

pub(super) fn read(line: &str) -> Result<Record, Why> {
    let call: Value = serde_json::from_str(line).map_err(|_| Why::Unreadable)?;
    let at = |path: &str| call.pointer(path);
    let kind = match text(at("/type")).ok_or(Why::Unreadable)?.as_str() {
        "page" => "page_view".to_owned(),
        "screen" => "screen_view".to_owned(),
        // Traits of a company count as facts about its people.
        "identify" | "group" => "identify".to_owned(),
        "track" => {
            text(at("/event")).map(|name| snake(&name)).filter(|name| !name.is_empty()).ok_or(Why::Unreadable)?
        }
        _ => return Err(Why::Other),
    };
    let props = match kind.as_str() {
        "identify" => object(at("/traits").or_else(|| at("/context/traits"))),
        _ => object(at("/properties")),
    };
    let agent = text(at("/context/userAgent")).unwrap_or_default();
    let time = text(at("/timestamp")).or_else(|| text(at("/originalTimestamp"))).or_else(|| text(at("/receivedAt")));
    Ok(Record {
        device: text(at("/anonymousId")),
        user: text(at("/userId")),
        id: text(at("/messageId")),
        is_bot: crawlers::is_declared(agent.as_bytes()),
        at: time.and_then(|time| millis(&time)),
        kind,
        url: text(at("/properties/url")).or_else(|| text(at("/context/page/url"))),
        props,
        ..Record::default()
    })
}
