//! The state is a join-semilattice: order, repetition and merging never matter.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use leadscore::{Lead, Model, State};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::json;

use super::visits::{END, RICH, SILENT, Timed, at_end, lead_after, lead_at_end, visit};
use super::{START, cases, explain, ingest, milli, model, snapshot};

fn joined(states: &[&State]) -> State {
    let mut all = State::default();
    for state in states {
        all.join(&RICH, state);
    }
    all
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn join_is_commutative(a in visit(10), b in visit(10)) {
        let (a, b) = (lead_after(&RICH, &a), lead_after(&RICH, &b));
        let (ab, ba) = (joined(&[a.state(), b.state()]), joined(&[b.state(), a.state()]));
        prop_assert_eq!(&ab, &ba);
        prop_assert_eq!(ab.encode(&RICH), ba.encode(&RICH));
    }

    #[test]
    fn join_is_associative(a in visit(8), b in visit(8), c in visit(8)) {
        let (a, b, c) = (lead_after(&RICH, &a), lead_after(&RICH, &b), lead_after(&RICH, &c));
        let (a, b, c) = (a.state(), b.state(), c.state());
        prop_assert_eq!(joined(&[&joined(&[a, b]), c]), joined(&[a, &joined(&[b, c])]));
    }

    #[test]
    fn join_is_idempotent(a in visit(10), b in visit(10)) {
        let (a, b) = (lead_after(&RICH, &a), lead_after(&RICH, &b));
        let ab = joined(&[a.state(), b.state()]);
        prop_assert_eq!(&joined(&[a.state(), a.state()]), a.state());
        prop_assert_eq!(&joined(&[&ab, a.state()]), &ab);
        prop_assert_eq!(&joined(&[&ab, b.state(), &ab]), &ab);
        prop_assert_eq!(&joined(&[&State::default(), &ab]), &ab);
    }

    #[test]
    fn merging_leads_is_the_join_of_their_states(a in visit(10), b in visit(10)) {
        let (mut a, b) = (lead_after(&RICH, &a), lead_after(&RICH, &b));
        let ab = joined(&[a.state(), b.state()]);
        a.merge(&RICH, b.state()).unwrap();
        prop_assert_eq!(a.state(), &ab);
        prop_assert_eq!(a.visitor(), "v-1");
    }

    #[test]
    fn any_order_and_repetition_of_events_gives_the_same(
        (visit, shuffled) in visit(12).prop_flat_map(|visit| (Just(visit.clone()), Just(visit).prop_shuffle())),
        again in vec(any::<Index>(), 0..6),
    ) {
        let mut other = shuffled.clone();
        if !visit.is_empty() {
            other.extend(again.iter().map(|index| index.get(&visit).clone()));
        }
        let (one, two) = (lead_at_end(&SILENT, &visit), lead_at_end(&SILENT, &other));
        prop_assert_eq!(one.state(), two.state());
        prop_assert_eq!(one.state().encode(&SILENT), two.state().encode(&SILENT));
        // Stages depend on score and lifecycle; only trips depend on the order.
        let (one, two) = (lead_at_end(&RICH, &visit), lead_at_end(&RICH, &other));
        prop_assert_eq!(snapshot(&one, &RICH, END), snapshot(&two, &RICH, END));
        prop_assert_eq!(explain(&one, &RICH, END), explain(&two, &RICH, END));
    }

    #[test]
    fn ingesting_an_event_equals_joining_its_state(visit in visit(12)) {
        let whole = lead_after(&SILENT, &visit);
        let mut parts = Lead::new("v-1").unwrap();
        for event in visit.iter().rev() {
            let alone = lead_after(&SILENT, core::slice::from_ref(event));
            parts.merge(&SILENT, alone.state()).unwrap();
        }
        prop_assert_eq!(whole.state(), parts.state());
    }

    #[test]
    fn late_events_count_as_if_they_were_on_time(visit in visit(12)) {
        let in_time = lead_after(&SILENT, &visit);
        let late = lead_at_end(&SILENT, &visit);
        prop_assert_eq!(in_time.state(), late.state());
    }
}

/// Rules whose hits can be counted by hand: `free` keeps every second, `three` the newest three of them, `daily` one of
/// each day, `value` one of each value.
static COUNTED: LazyLock<Model> = LazyLock::new(|| {
    model(&json!({ "name": "counted", "rules": [
        { "id": "free", "event": "e", "limit": 100, "points": 1 },
        { "id": "three", "event": "e", "limit": 3, "points": 1 },
        { "id": "daily", "event": "e", "limit": 100, "per": "1d", "points": 1 },
        { "id": "value", "event": "e", "limit": 100, "distinct": "v", "points": 1 }
    ] }))
});

/// Seconds and values.
type Counts = BTreeSet<(u64, u32)>;

fn counted(counts: &Counts) -> Vec<Timed> {
    let event = |(second, value): &(u64, u32)| {
        let at = START + second * 1_799;
        (json!({ "type": "e", "at": at * 1_000, "props": { "v": value } }).to_string(), at)
    };
    counts.iter().map(event).collect()
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn merge_neither_loses_nor_doubles_a_hit(
        a in btree_set((0..200u64, 0..20u32), 0..12),
        b in btree_set((0..200u64, 0..20u32), 0..12),
        twice in any::<bool>(),
    ) {
        let mut lead = lead_after(&COUNTED, &counted(&a));
        let other = lead_after(&COUNTED, &counted(&b));
        lead.merge(&COUNTED, other.state()).unwrap();
        if twice {
            lead.merge(&COUNTED, other.state()).unwrap();
        }
        let all: Counts = a.union(&b).copied().collect();
        let seconds: BTreeSet<u64> = all.iter().map(|(second, _)| START + second * 1_799).collect();
        let days: BTreeSet<u64> = seconds.iter().map(|second| second / super::DAY).collect();
        let values: BTreeSet<u32> = all.iter().map(|(_, value)| *value).collect();
        let receipt = explain(&lead, &COUNTED, END);
        let expected = [seconds.len(), seconds.len().min(3), days.len(), values.len()];
        for (rule, hits) in receipt["rules"].as_array().unwrap().iter().zip(expected) {
            prop_assert_eq!(&rule["hits"], &json!(hits), "{}", rule);
            prop_assert_eq!(milli(&rule["points"]), hits as i64 * 1_000);
        }
    }

    #[test]
    fn two_tabs_together_see_what_one_tab_would_see(events in visit(14), tab in vec(any::<bool>(), 14)) {
        let mut tabs = [Lead::new("v-1").unwrap(), Lead::new("v-1").unwrap()];
        for ((event, at), second) in events.iter().zip(tab) {
            ingest(&mut tabs[usize::from(second)], &SILENT, event, *at + 1).unwrap();
        }
        let [mut first, second] = tabs.map(|tab| at_end(&SILENT, &tab));
        first.merge(&SILENT, second.state()).unwrap();
        let one = lead_after(&SILENT, &events);
        prop_assert_eq!(first.state(), one.state());
    }
}
