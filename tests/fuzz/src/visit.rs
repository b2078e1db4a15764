//! The input of a visit: the sealed record and the page's cookie. Any bytes must result in a visit, and the page's
//! cookie must not change the worker's own signals and record.

use leadscore::{EventReader, Model, Signal, Visit, verify};

use super::common::{NOW, parse, rich, with_checksum};

const SITE: &str = "https://a.example";
const EVENTS: [&str; 3] = [
    r#"{ "type": "page_view", "url": "https://a.example/pricing" }"#,
    r#"{ "type": "form_submit", "props": { "form_id": "demo" } }"#,
    r#"{ "type": "identify", "props": { "employees": 500, "title": "CTO" } }"#,
];

/// The first byte defines the format of the rest. Even: two lines, an unchanged record and cookie. Odd: two states, cut
/// at an eighth of the first byte (in 31sts of the rest), each with a correct checksum; the two bits between say in
/// which well-formed record and cookie they are. One of these an input, as all of them take longer.
pub fn run(data: &[u8]) {
    let Some((how, rest)) = data.split_first() else { return };
    if how % 2 == 0 {
        let Ok(text) = core::str::from_utf8(rest) else { return };
        let (record, page) = text.split_once('\n').unwrap_or((text, ""));
        look(rich(), record, page);
        return;
    }
    let (own, page) = rest.split_at((rest.len() * usize::from(*how >> 3) / 31).min(rest.len()));
    let [own, page] = [own, page].map(|bytes| base64(&with_checksum(bytes)));
    match how >> 1 & 3 {
        0 => look(rich(), &format!("v-1.{own}.{page}"), ""),
        1 => look(rich(), &format!("v-1.{page}."), &format!("AQ.v-2.{own}")),
        _ => look(rich(), &format!("v-1.{own}."), &format!("AA.v-1.{page}")),
    }
}

fn look(model: &Model, record: &str, page: &str) {
    let (mut told, mut alone) = (Visit::new(model, record, page, "fresh"), Visit::new(model, record, "", "fresh"));
    // The page may set the visitor's id. Then the ids of signals differ, and a reset drops the record.
    let is_same = told.visitor() == alone.visitor() && told.has_sealed() == alone.has_sealed();
    let mut reader = EventReader::default();
    for json in EVENTS {
        let event = reader.read(json).expect("an event");
        let [ours, theirs] = [&mut told, &mut alone].map(|visit| {
            let signals = visit.ingest(model, &event, NOW, SITE).expect("room, as visits forget");
            for signal in &signals {
                assert!(verify(model, &signal.json).is_ok(), "{:?} {}", verify(model, &signal.json), signal.json);
            }
            signals
                .into_iter()
                .filter(|signal| signal.json.contains(r#","provenance":"edge""#))
                .collect::<Vec<Signal>>()
        });
        assert!(!is_same || ours == theirs, "the page changes what the worker says: {record} {page}");
    }
    let shown = parse(&told.snapshot(model, NOW).expect("a time"));
    assert_eq!(shown["segment"], told.segment(model, NOW).expect("a time"));
    assert!(told.explain(model, NOW).is_ok());
    // The sealed record can be opened again, and contains nothing from the page.
    let [ours, theirs] = [&told, &alone].map(|visit| visit.record(model, 700).map(|text| own_state(&text)));
    assert!(!is_same || ours == theirs, "the page got into the record: {record} {page}");
    if let Some(text) = told.record(model, 700) {
        assert!(text.len() <= 700);
        assert!(Visit::new(model, &text, "", "other").has_sealed(), "{text}");
    }
}

/// Returns STATE from a record `VISITOR.STATE.TOLD`. TOLD holds what was signalled for the page's own events.
fn own_state(record: &str) -> String {
    record.split('.').nth(1).unwrap_or_default().to_owned()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let all = chunk.iter().chain([&0; 2]).take(3).fold(0_usize, |all, byte| all << 8 | usize::from(*byte));
        for place in 0..=chunk.len() {
            text.push(char::from(DIGITS[all >> (18 - 6 * place) & 63]));
        }
    }
    text
}
