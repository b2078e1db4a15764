//! Functions of the core for receivers of signals, so that they duplicate no rules: valid names in a signal, stages
//! confirmed by sales, and the formats of visitor ids and times.

use crate::edge::account;
use crate::event::lifecycle::{self, LIFECYCLE};
use crate::event::{EventReader, is_short};
use crate::lead::Lead;
use crate::limits::VISITOR_CHARS;
use crate::model::{Milli, Model};
use crate::score::stage;
use crate::score::state::State;
use crate::signal::{self, Origin};
use crate::text::time;

/// Returns the decisions that sales may report, in the order of the stages, `recycled` last.
pub fn decisions() -> impl Iterator<Item = &'static str> {
    LIFECYCLE.into_iter().chain(core::str::from_utf8(lifecycle::RECYCLED))
}

/// Returns true for a visitor's id that logs, tables and headers can hold: 1 to 1,024 characters without control
/// characters.
///
/// ```
/// assert!(leadscore::is_visitor_id("v-1"));
/// assert!(!leadscore::is_visitor_id("a\nb"));
/// ```
#[must_use]
pub fn is_visitor_id(id: &str) -> bool {
    !id.is_empty() && is_short(id.as_bytes(), VISITOR_CHARS) && !id.chars().any(char::is_control)
}

/// Reads a time as signals write it, RFC 3339 in UTC with milliseconds: milliseconds since 1970.
///
/// ```
/// assert_eq!(leadscore::parse_time("1970-01-01T00:00:01.250Z"), Some(1_250));
/// assert_eq!(leadscore::parse_time("2026-02-30T00:00:00.000Z"), None);
/// ```
#[must_use]
pub fn parse_time(text: &str) -> Option<u64> {
    time::parse(text.as_bytes())
}

/// Returns true if a signal of the model may carry these names. `kind` is the signal's `type`; `label` is `None` where
/// the signal says null.
///
/// ```
/// use leadscore::{Model, has_outcome};
/// let json = r#"{ "name": "tiny", "rules": [{ "id": "pricing", "event": "page_view", "points": 50 }],
///   "stages": [{ "id": "mql", "at": 50 }] }"#;
/// let model = Model::decode(&leadscore::authoring::compile(json)?.bytes)?;
/// assert!(has_outcome(&model, "leadscore.stage.reached", "mql", "mql", None));
/// assert!(!has_outcome(&model, "leadscore.stage.reached", "customer", "mql", None));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn has_outcome(model: &Model, kind: &str, stage: &str, segment: &str, label: Option<&str>) -> bool {
    let label = label.map(str::as_bytes);
    with_stages(model, kind, |model| has_names(model, stage.as_bytes(), segment.as_bytes(), label)).unwrap_or(false)
}

/// Returns true if a signal about a model's stages may carry these names.
pub(crate) fn has_names(model: &Model, stage: &[u8], segment: &[u8], label: Option<&[u8]>) -> bool {
    let named = |id: &[u8]| model.stages.iter().any(|own| model.text(own.id) == id);
    let is_signalled = model.stages.iter().any(|own| own.signal && model.text(own.id) == stage);
    let has_segment = named(segment.strip_prefix(b"near-").unwrap_or(segment))
        || matches!(segment, b"visitor" | b"disqualified")
        || lifecycle::position(segment).is_some();
    is_signalled && has_segment && stage::has_label(model, label)
}

/// Returns true if a signal of the model can have that score, in points. `kind` is the signal's `type`.
#[must_use]
pub fn is_in_range(model: &Model, kind: &str, points: f64) -> bool {
    with_stages(model, kind, |model| has_score(model, points)).unwrap_or(false)
}

/// Returns true if a signal about a model's stages can have that score, in points.
pub(crate) fn has_score(model: &Model, points: f64) -> bool {
    // Scores have three decimals and are far below what a double holds exactly.
    let milli = points * 1_000.0;
    let near = |bound: Milli| bound as f64;
    milli >= near(model.score.min) && milli <= near(model.score.max)
}

/// Returns true if sales has confirmed the stage, so that its signal is not necessary: the same decision as the core's
/// before it sends one. `kind` is the signal's `type`; `decisions` are `lifecycle` events, a line of JSON each, in any
/// order. A stage that the model does not have ranks by its name.
///
/// ```
/// use leadscore::{Model, is_confirmed};
/// let json = r#"{ "name": "tiny", "rules": [{ "id": "pricing", "event": "page_view", "points": 50 }],
///   "stages": [{ "id": "mql", "at": 50 }, { "id": "hot", "at": 50 }] }"#;
/// let model = Model::decode(&leadscore::authoring::compile(json)?.bytes)?;
/// let decision = r#"{ "type": "lifecycle", "at": 1795255200000, "props": { "stage": "mql" } }"#;
/// assert!(is_confirmed(&model, "leadscore.stage.reached", "mql", decision));
/// assert!(!is_confirmed(&model, "leadscore.stage.reached", "hot", decision));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn is_confirmed(model: &Model, kind: &str, stage: &str, decisions: &str) -> bool {
    let Some(state) = confirmed(model, decisions) else { return false };
    let of = |model: &Model| confirms(&state, Some(model), stage.as_bytes());
    with_stages(model, kind, of).unwrap_or_else(|| confirms(&state, None, stage.as_bytes()))
}

/// Returns true if the decisions in a state confirm a stage of a model, or one of which only the name is known.
pub(crate) fn confirms(state: &State, model: Option<&Model>, stage: &[u8]) -> bool {
    let confirmed = state.lifecycle().map(lifecycle::rank);
    let rank = model.map_or_else(|| lifecycle::rank_of(stage), |model| stage::rank(model, stage));
    confirmed >= Some(rank)
}

/// The state that follows from decisions alone.
fn confirmed(model: &Model, decisions: &str) -> Option<State> {
    let mut lead = Lead::new("-").ok()?;
    let mut events = EventReader::default();
    // Each with the time of its sender's clock.
    let mut newest = 0;
    for line in decisions.lines() {
        newest = events.read(line).ok().and_then(|event| event.at()).unwrap_or_default().max(newest);
    }
    for line in decisions.lines() {
        if let Ok(event) = events.read(line) {
            // Other values change nothing.
            let _ = lead.ingest(model, &event, newest, &Origin::default());
        }
    }
    Some(lead.state)
}

/// Asks the model whose stages a signal of that `type` is about: the visitor's or the account's. None where there are
/// none.
fn with_stages<T>(model: &Model, kind: &str, ask: impl FnOnce(&Model) -> T) -> Option<T> {
    match kind.as_bytes() {
        signal::TYPE => Some(ask(model)),
        account::TYPE => account::stages(model).as_ref().map(ask),
        _ => None,
    }
}

#[cfg(all(test, feature = "authoring"))]
mod tests {
    use super::*;

    const VISITOR: &str = "leadscore.stage.reached";
    const ACCOUNT: &str = "leadscore.account.reached";

    fn model() -> Model {
        let json = r#"{ "name": "tiny", "score": { "min": -5, "max": 100.5 }, "dimensions": { "fit": {} },
          "rules": [{ "id": "pricing", "event": "page_view", "points": 100 }],
          "stages": [{ "id": "warm", "at": 10 }, { "id": "mql", "at": 50 }, { "id": "hot", "at": 50 },
            { "id": "silent", "at": 50, "signal": false }, { "id": "sql", "at": 60 }],
          "label": [{ "dimension": "fit", "cutoffs": { "A": 30, "AB": 10 } },
            { "dimension": "engagement", "cutoffs": { "B1": 60, "1": 30 } }],
          "account": { "person": { "max": 60 }, "stages": [{ "id": "mqa", "at": 80 }] } }"#;
        Model::decode(&crate::authoring::compile(json).unwrap().bytes).unwrap()
    }

    #[test]
    fn names_are_those_of_the_model() {
        let model = model();
        let has = |stage, segment, label| has_outcome(&model, VISITOR, stage, segment, label);
        for segment in ["mql", "near-sql", "visitor", "customer", "silent"] {
            assert!(has("mql", segment, Some("A1")), "{segment}");
        }
        for segment in ["", "x", "near-", "near-customer", "near-visitor", "MQL", "mql "] {
            assert!(!has("mql", segment, Some("A1")), "{segment}");
        }
        for stage in ["customer", "mqa", "silent", "", "near-mql"] {
            assert!(!has(stage, "mql", Some("A1")), "{stage}");
        }
        // "A" and "B1" as well as "AB" and "1".
        for label in ["AB1", "A1", "ABB1", "--", "A-", "-B1", "AB-"] {
            assert!(has("mql", "mql", Some(label)), "{label}");
        }
        for label in [None, Some(""), Some("A"), Some("A1 "), Some("1A"), Some("ABB"), Some("B1"), Some("A1-")] {
            assert!(!has("mql", "mql", label), "{label:?}");
        }
        assert!(has_outcome(&model, ACCOUNT, "mqa", "mqa", None));
        assert!(!has_outcome(&model, ACCOUNT, "mql", "mqa", None));
        assert!(!has_outcome(&model, ACCOUNT, "mqa", "mqa", Some("A1")));
        assert!(!has_outcome(&model, "leadscore.stage.left", "mql", "mql", Some("A1")));
    }

    #[test]
    fn scores_are_within_the_range() {
        let model = model();
        for points in [-5.0, 0.0, 100.5] {
            assert!(is_in_range(&model, VISITOR, points), "{points}");
        }
        for points in [-5.001, 100.501, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300] {
            assert!(!is_in_range(&model, VISITOR, points), "{points}");
        }
        // An account has the points of all its people.
        assert!(is_in_range(&model, ACCOUNT, 3_000.0));
    }

    /// The core sends a stage's signal exactly where the receiver does not call it confirmed.
    #[test]
    fn confirmed_stages_are_those_that_the_core_does_not_signal() {
        let model = model();
        let now = 1_795_255_200_000_u64;
        let told: Vec<_> = decisions().collect();
        for first in &told {
            for second in &told {
                for (a, b) in [(0, 0), (0, 60_000), (60_000, 0)] {
                    let line = |stage: &str, at: u64| {
                        format!(r#"{{ "type": "lifecycle", "at": {}, "props": {{ "stage": "{stage}" }} }}"#, now + at)
                    };
                    let lines = [line(first, a), line(second, b)].join("\n");
                    let mut lead = Lead::new("v").unwrap();
                    let mut events = EventReader::default();
                    for line in lines.lines() {
                        lead.ingest(&model, &events.read(line).unwrap(), now + 60_000, &Origin::default()).unwrap();
                    }
                    let view = events.read(r#"{ "type": "page_view" }"#).unwrap();
                    let signals = lead.ingest(&model, &view, now + 60_000, &Origin::default()).unwrap();
                    for stage in ["warm", "mql", "hot", "sql"] {
                        let is_sent =
                            signals.iter().any(|sent| sent.json.contains(&format!(r#""data":{{"stage":"{stage}""#)));
                        assert_eq!(is_sent, !is_confirmed(&model, VISITOR, stage, &lines), "{stage}: {lines}");
                    }
                }
            }
        }
    }

    #[test]
    fn stages_without_a_model_rank_by_name() {
        let model = model();
        let customer = r#"{ "type": "lifecycle", "at": 1, "props": { "stage": "customer" } }"#;
        let lead = r#"{ "type": "lifecycle", "at": 1, "props": { "stage": "lead" } }"#;
        assert!(is_confirmed(&model, VISITOR, "opportunity", customer));
        assert!(!is_confirmed(&model, VISITOR, "evangelist", customer));
        assert!(!is_confirmed(&model, VISITOR, "gone", lead));
        assert!(is_confirmed(&model, ACCOUNT, "mqa", customer));
        assert!(!is_confirmed(&model, VISITOR, "mql", ""));
        assert!(!is_confirmed(
            &model,
            VISITOR,
            "mql",
            "nonsense\n{}\n\n{\"type\":\"lifecycle\",\"props\":{\"stage\":\"won\"}}"
        ));
    }
}
