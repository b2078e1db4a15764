//! Decides which events need no new score.
//!
//! A stage trips only if it is met. An event that cannot cause any stage to be met that may still trip is therefore
//! joined into the state without scoring it. Each scored state has a bound: the points that new hits may add together
//! before such a stage could be met, and the time during which this is true.
//!
//! - The points of rules that are live now can only decay. So their future sum is at most the current sum of those with
//!   positive points, within the bounds of the dimensions. Negative points decay to 0.
//! - A new hit adds no more than its rule's points, undecayed.
//! - Other conditions of a stage can only become true with a hit of a rule in its `auto` or `requires`, of a rule in a
//!   dimension of its `min`, or of a rule in a combination. These hits always need a score, and so do hits of rules
//!   that disqualify.
//! - A stage that has tripped may trip again after `rearm`, so the bound ends at that time. A disqualified lead has no
//!   bound: when the disqualification ends, `auto` may meet a stage without any points.

use crate::limits::AHEAD_SECONDS;
use crate::model::{Milli, Model, Rule, kind};
use crate::score::Score;
use crate::score::decay;
use crate::score::stage;
use crate::score::state::{Bound, Hit, State};

impl Bound {
    /// Returns true if the bound allows no events.
    #[cfg(feature = "cli")]
    pub(crate) fn is_none(self) -> bool {
        self.from >= self.until
    }

    /// Returns the bound of a state that was just scored at a second without a trip.
    pub(crate) fn new(model: &Model, state: &State, score: &mut Score, now: u32) -> Self {
        if score.disqualified {
            return Self::default();
        }
        // The largest future sum: all negative points have decayed.
        score.settle(model, score.sums(model, 0));
        let armed = stage::Armed::new(model, state, now);
        let mut room = i32::MAX;
        for position in stage::positions(armed.tripping(u64::MAX, 0)) {
            let Some(own) = model.stages.get(position as usize) else { break };
            if stage::missing(model, own, score, &mut |_| {}) == 0 {
                let left = own.at.wrapping_sub(score.total).max(0);
                room = room.min(i32::try_from(left).unwrap_or(i32::MAX).min(i32::MAX - 1));
            }
        }
        Self { from: now, until: armed.until.min(state.taken_in_at()), room }
    }

    /// Returns the bound after these hits at a second, or `None` if they might meet a stage that may still trip.
    pub(crate) fn after(self, model: &Model, state: &State, new_hits: &[Hit], now: u32) -> Option<Self> {
        if now < self.from || now >= self.until {
            return None;
        }
        let mut room = Milli::from(self.room);
        for hit in new_hits {
            let Some(rule) = model.rule(hit.rule()) else { continue };
            if model.asks(rule) {
                return None;
            }
            if self.room < i32::MAX && adds(rule, state, hit) {
                room = room.wrapping_sub(rule.points.max(0));
            }
        }
        // If the clock went back by a day, a hit at the current time would be set aside.
        let from = self.from.max(now.saturating_sub(AHEAD_SECONDS));
        (room > 0).then_some(Self { from, room: i32::try_from(room).unwrap_or(i32::MAX), ..self })
    }
}

/// Returns false if a hit only replaces one that is worth the same points.
fn adds(rule: &Rule, state: &State, hit: &Hit) -> bool {
    if rule.kind == kind::TRAIT {
        return hit.value() != 0;
    }
    let is_timeless = rule.decay.kind == decay::NONE && rule.expires == 0;
    let own = state.of(hit.slot);
    !is_timeless || (own.len() < rule.limit as usize && own.iter().all(|own| own.key != hit.key))
}

#[cfg(all(test, feature = "authoring"))]
mod tests {
    use crate::authoring::compile;
    use crate::{EventReader, Lead, Model, Origin};

    /// Ingests events a minute apart; returns for each true if the next one of the same kind needs no score.
    fn quiet_after(events: &[&str]) -> Vec<bool> {
        let json = r#"{ "name": "quiet", "rules": [
            { "id": "view", "event": "page_view", "points": 10, "limit": 100, "decay": { "half_life": "7d" } },
            { "id": "form", "event": "form", "points": 5 },
            { "id": "demo", "event": "demo", "points": 1 }],
            "stages": [{ "id": "engaged", "at": 35 }, { "id": "sql", "at": 36, "requires": ["demo"] }] }"#;
        let model = Model::decode(&compile(json).unwrap().bytes).unwrap();
        let mut lead = Lead::new("v-1").unwrap();
        let mut reader = EventReader::default();
        let mut quiet = Vec::new();
        for (minute, kind) in (0u64..).zip(events) {
            let now = 1_795_255_200_000 + minute * 60_000;
            let text = format!(r#"{{ "type": "{kind}" }}"#);
            let event = reader.read(&text).unwrap();
            lead.ingest(&model, &event, now, &Origin::default()).unwrap();
            let new_hits = crate::lead::match_event(&model, &event, now + 60_000).unwrap();
            let second = crate::event::second(now + 60_000).unwrap();
            quiet.push(lead.state.bound().after(&model, &lead.state, &new_hits, second).is_some());
        }
        quiet
    }

    #[test]
    fn events_far_from_a_stage_need_no_score() {
        // 10 points of 35, then 20; with 30 the next may trip.
        assert_eq!(quiet_after(&["page_view"; 3]), [true, true, false]);
        // A hit that replaces one with the same points adds nothing, so it uses up none of the room.
        assert_eq!(quiet_after(&["form", "form", "form", "nothing", "nothing"]), [true; 5]);
    }

    #[test]
    fn rules_that_stages_name_are_scored_always() {
        assert_eq!(quiet_after(&["demo", "demo"]), [false, false]);
    }

    #[test]
    fn a_stage_with_a_missing_rule_is_not_awaited() {
        // The trip itself is scored, and so is the event after it; after that only `sql` can trip, which page views
        // cannot reach.
        let views = ["page_view"; 8];
        assert_eq!(quiet_after(&views), [true, true, false, false, true, true, true, true]);
    }
}
