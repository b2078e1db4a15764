//! Signals that are created together are the same as those created one by one.

use super::*;
use crate::authoring::compile;
use crate::score::stage;
use crate::score::state::TRIPS;

/// The signal of a single stage, with entries dropped for this stage only.
fn alone(trip: &Trip<'_>) -> SignalDraft {
    let write = |trip: &Trip<'_>| head(trip.model, trip).with(&visitor_body(trip));
    let whole = write(trip);
    if whole.json.len() <= SIGNAL_MADE_BYTES {
        return whole;
    }
    let mut last = whole;
    trip.state.without_aside().forget_until(trip.model, &mut |state| {
        let snapshot = &Snapshot::new(trip.model, state, seconds(trip.now));
        let sender = Sender { witnessed: trip.sender.witnessed_with(snapshot), ..trip.sender };
        last = write(&Trip { state, snapshot, sender, is_partial: true, ..*trip });
        last.json.len() <= SIGNAL_MADE_BYTES
    });
    last
}

/// A model with stages whose ids have lengths from 1 to 64, and a number of dimensions with long ids.
fn model(rules: usize, dimensions: usize) -> Model {
    let list = |count: usize, own: &dyn Fn(usize) -> String| (0..count).map(own).collect::<Vec<_>>().join(",");
    let rule = |at| {
        let (points, named) = (at % 7, if at % 3 == 0 { r#", "decay": { "half_life": "9d" }"# } else { "" });
        format!(r#"{{ "id": "r{at}", "event": "e", "points": {points}.125, "limit": 20{named} }}"#)
    };
    let stage = |at| format!(r#"{{ "id": "s{}{at:02}", "at": 0 }}"#, "-".repeat(61_usize.saturating_sub(at)));
    let dimension = |at| format!(r#""d{}{at}": {{}}"#, "-".repeat(50));
    let json = format!(
        r#"{{ "name": "many", "rules": [{}], "dimensions": {{ {} }}, "stages": [{}] }}"#,
        list(rules, &rule),
        list(dimensions, &dimension),
        list(62, &stage)
    );
    Model::decode(&compile(&json).unwrap().bytes).unwrap()
}

#[test]
fn signals_created_together_equal_signals_created_alone() {
    let mut partial = 0;
    for (rules, dimensions, seconds_apart) in
        [(1, 0, 1), (40, 0, 1), (130, 0, 1), (130, 0, 70_000), (300, 0, 1_000), (60, 400, 5)]
    {
        let model = model(rules, dimensions);
        let now = 1_795_255_200_000;
        let mut hits: Vec<Hit> = Vec::new();
        for (slot, nth) in (0..rules as u64).flat_map(|slot| (0..20).map(move |nth| (slot, nth))) {
            let t = seconds(now).saturating_sub(nth * seconds_apart + (slot % 5) as u32);
            hits.push(Hit { slot, t, key: t });
        }
        hits.push(Hit::fact(TRIPS | 7, 1_790_000_000_000, 0));
        let state = State::of_hits(&model, hits);
        let snapshot = Snapshot::new(&model, &state, seconds(now));
        for provenance in ["client", "edge"] {
            let sender = Sender::of_one_state(b"https://acme.example", provenance, &snapshot);
            let mut together = Signals::new(&model, b"v-1", &state, &snapshot, now, sender);
            for stage in stage::positions(snapshot.stage_status.met) {
                let made = together.of(stage);
                let trip = Trip { stage, ..Signals::new(&model, b"v-1", &state, &snapshot, now, sender).trip };
                let expected = alone(&trip);
                assert_eq!(made.id, expected.id);
                assert_eq!(string(made.json), string(expected.json.clone()));
                partial += usize::from(expected.json.windows(14).any(|found| found == br#""partial":true"#));
            }
            // With many signals, the reduced state is searched for hardly more often than for one.
            assert!(together.bodies.len() < 40, "{} bodies", together.bodies.len());
        }
    }
    assert!(partial > 300, "{partial} partial signals");
}
