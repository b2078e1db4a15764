//! Common mistakes: each is reported with its position, its cause and a correction.

#[cfg(feature = "outcomes")]
use leadscore::authoring::Events;
use leadscore::authoring::{check, check_file};
use serde_json::Value;

const NEWCOMER: &str = include_str!("newcomer.json");

fn table(name: &str) -> Vec<(String, String, String, String)> {
    let table: Value = serde_json::from_str(include_str!("mistakes.json")).unwrap();
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    let entries = table[name].as_array().unwrap().iter();
    entries.map(|entry| ["mistake", "from", "to", "says"].map(|name| text(entry, name)).into()).collect()
}

#[test]
fn the_model_before_mistakes_are_added_is_valid() {
    assert_eq!(check_file("m", NEWCOMER), ("m: no errors, no warnings\n".to_owned(), true));
}

#[test]
fn mistakes_in_a_model() {
    let mistakes = table("models");
    assert!(mistakes.len() >= 30);
    for (mistake, from, to, says) in mistakes {
        assert!(NEWCOMER.contains(&from), "{mistake}");
        let model = NEWCOMER.replacen(&from, &to, 1);
        let (listing, is_good) = check_file("model.json", &model);
        assert_eq!(listing.lines().next().unwrap(), format!("model.json:{says}"), "{mistake}");
        assert_eq!(is_good, says.contains(": warning: "), "{mistake}");
        // The position is that of the mistake, or one of the lines that it affects.
        let first = check(&model);
        let issue = first.errors.first().or(first.warnings.first()).unwrap();
        let changed = NEWCOMER.lines().zip(model.lines()).position(|(a, b)| a != b).unwrap_or(usize::MAX) + 1;
        assert!(issue.line as usize + 2 >= changed.min(14), "{mistake}: line {} of {changed}", issue.line);
    }
}

#[cfg(feature = "outcomes")]
#[test]
fn mistakes_in_events() {
    for (mistake, _, line, says) in table("events") {
        let mut events = Events::default();
        events.line(1, Some(line.as_bytes()));
        let (listing, is_good) = events.finish("visits.ndjson");
        assert_eq!(listing.lines().next().unwrap(), format!("visits.ndjson:{says}"), "{mistake}");
        assert_eq!(is_good, says.contains(": warning: "), "{mistake}");
    }
}

#[cfg(feature = "outcomes")]
#[test]
fn many_bad_lines_are_counted() {
    let mut events = Events::default();
    for number in 1..=1_000 {
        events.line(number, Some(b"{}"));
        events.line(number, None);
        events.line(number, Some(br#"{ "visitor": "a", "type": "form_submit", "at": 1, "props": { "formid": "x" } }"#));
    }
    let (listing, is_good) = events.finish("v");
    assert!(!is_good && listing.lines().count() == 24, "{listing}");
    assert!(listing.contains("\nv: 1980 more lines are not events\n"), "{listing}");
    assert!(listing.contains("did you mean `form_id`? (1000 lines)"), "{listing}");
    assert!(listing.contains("multiply it by 1000 (1000 lines)"), "{listing}");
    assert!(listing.ends_with("v: 1000 events, 2000 errors, 2 warnings\n"), "{listing}");
}
