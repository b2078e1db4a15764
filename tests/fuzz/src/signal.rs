//! Bytes as a signal, or as a change to a valid one: accepted signals follow from their state.

use leadscore::{Lead, State, verify};
use serde_json::Value;

use super::common::{parse, rich, visit};

/// Members that are the sender's word: nothing that a signal carries can tell whether they are true.
const WORD: [&str; 3] = ["/time", "/source", "/data/provenance"];

thread_local! {
    static TRUE: Vec<Value> = visit(rich()).1.iter().map(|signal| parse(&signal.json)).collect();
}

/// A text that begins with `{` is a signal. Of anything else the first character picks a true signal, the second one of
/// its values, and the rest takes that value's place.
pub fn run(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    if text.trim_start().starts_with('{') {
        if let Ok(snapshot) = verify(rich(), text) {
            assert!(follows(&parse(text), &parse(&snapshot)), "{text}");
        }
        return;
    }
    let mut rest = text.chars();
    let (Some(which), Some(place)) = (rest.next(), rest.next()) else { return };
    let text = rest.as_str();
    let value = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
    TRUE.with(|signals| change(&signals[which as usize % signals.len()], place as usize, value));
}

fn change(signal: &Value, place: usize, value: Value) {
    let mut places = Vec::new();
    list(signal, String::new(), &mut places);
    let place = &places[place % places.len()];
    let mut changed = signal.clone();
    match changed.pointer_mut(place).expect("a place in it") {
        // An object or array gets one member more, or another one.
        Value::Object(map) => {
            let name = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            map.insert(name, Value::Null);
        }
        Value::Array(list) => list.push(value),
        leaf => *leaf = value,
    }
    let accepted = verify(rich(), &changed.to_string());
    // CloudEvents lets others add attributes beside `data`.
    let added = signal.as_object().expect("an object").iter().all(|(name, value)| same(&changed[name], value));
    if added {
        assert!(accepted.is_ok(), "a true signal is refused: {changed}");
    } else if WORD.contains(&place.as_str()) {
        assert!(accepted.is_err() || follows(&changed, &parse(&accepted.unwrap_or_default())), "{changed}");
    } else {
        assert!(accepted.is_err(), "accepted with another `{place}`: {changed}");
    }
}

/// JSON Pointers to a value and all within it.
fn list(value: &Value, at: String, out: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(name, value)| list(value, format!("{at}/{name}"), out)),
        Value::Array(values) => values.iter().enumerate().for_each(|(i, value)| list(value, format!("{at}/{i}"), out)),
        _ => {}
    }
    out.push(at);
}

/// Whether an accepted signal's snapshot is what its state comes to at its time.
fn follows(signal: &Value, snapshot: &Value) -> bool {
    let data = &signal["data"];
    let text = |value: &Value| value.as_str().map(str::to_owned).unwrap_or_default();
    let bytes = base64(&text(&data["state"]));
    let mut lead = Lead::new(&text(&signal["subject"])).expect("a name");
    lead.merge(rich(), &State::decode(rich(), &bytes).expect("a state")).expect("room");
    let anew = parse(&lead.snapshot(rich(), millis(&text(&signal["time"]))).expect("a time"));
    let word = !text(&signal["source"]).is_empty() && ["client", "edge"].contains(&&*text(&data["provenance"]));
    word && same(&anew, &data["snapshot"]) && same(&anew, snapshot) && anew["disqualified"] == false
}

/// Equal, numbers as doubles.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, value)| b.get(name).is_some_and(|own| same(value, own)))
        }
        _ => a == b,
    }
}

fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let sixes = text.chars().map(|c| DIGITS.find(c).expect("base64url"));
    let bits: Vec<bool> = sixes.flat_map(|six| (0..6).rev().map(move |bit| six >> bit & 1 == 1)).collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit))).collect()
}

/// Milliseconds of a time such as 2026-11-21T09:20:00.000Z, counted day by day.
fn millis(time: &str) -> u64 {
    let number = |range: core::ops::Range<usize>| {
        time.get(range).and_then(|digits| digits.parse::<u64>().ok()).expect("RFC 3339 in UTC")
    };
    let leap = |year: u64| u64::from(year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)));
    let year = number(0..4);
    let months = [31, 28 + leap(year), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let years: u64 = (1970..year).map(|year| 365 + leap(year)).sum();
    let days = years + months.iter().take(number(5..7) as usize - 1).sum::<u64>() + number(8..10) - 1;
    let seconds = days * 86_400 + number(11..13) * 3_600 + number(14..16) * 60 + number(17..19);
    let fraction = time.get(20..).map(|rest| rest.trim_end_matches('Z')).filter(|digits| !digits.is_empty());
    seconds * 1_000 + fraction.map_or(0, |digits| format!("{digits:0<3}")[..3].parse::<u64>().expect("digits"))
}
