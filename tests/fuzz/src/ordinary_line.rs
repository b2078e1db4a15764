//! Bytes as lines of events: ordinary lines are read in place, which must give the same as reading them into a tape.

use std::cell::RefCell;

use leadscore::Model;
use leadscore::cli::Fronts;

use super::common::{RICH, model};

/// Each of these types has so many rules that an index finds those that may fire.
const MANY: usize = 70;

thread_local! {
    static MODELS: RefCell<[Model; 3]> = RefCell::new([model(RICH), model(PARTS), model(&many())]);
}

/// A model that asks for every part of a URL, and for props at several levels.
const PARTS: &str = r#"{ "name": "parts", "rules": [
    { "id": "path", "event": ["page_view", "a"], "where": { "url.path": { "$endsWith": "b" } }, "points": 1, "limit": 9 },
    { "id": "page", "event": "page_view", "distinct": "url.path", "points": 1, "limit": 9 },
    { "id": "host", "event": ["page_view", "b"], "where": { "url.host": { "$contains": "a" } }, "points": 1 },
    { "id": "hash", "event": ["page_view", "b"], "where": { "url.hash": { "$exists": true } }, "points": 1 },
    { "id": "query", "event": ["page_view", "a"], "distinct": "url.query.utm_campaign", "points": 1, "limit": 9 },
    { "id": "prop", "event": ["a", "b"], "where": { "a": 1 }, "points": 1, "per": "1d", "limit": 3 },
    { "id": "inner", "event": ["a", "b"], "distinct": "a.b.c", "points": 1, "limit": 9 },
    { "id": "any", "event": "b", "where": { "a": { "$elemMatch": { "$gt": 1 } } }, "points": 1 },
    { "id": "trait", "trait": { "$not": { "b": "x" } }, "points": 1 } ] }"#;

fn many() -> String {
    let rule = |at: usize| {
        format!(
            r#"{{ "id": "r{at}", "event": ["page_view", "a"], "path": "/{at}/*", "where": {{ "a": {at} }}, "points": 1 }}"#
        )
    };
    let rules: Vec<String> = (0..MANY).map(rule).collect();
    format!(r#"{{ "name": "many", "rules": [{}] }}"#, rules.join(","))
}

pub fn run(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    MODELS.with_borrow(|models| {
        for model in models {
            let mut fronts = Fronts::default();
            // Pages are remembered, so every line comes twice.
            for line in text.lines().chain(text.lines()) {
                assert_eq!(fronts.difference(model, line.trim_ascii()), None, "{line}");
            }
        }
    });
}
