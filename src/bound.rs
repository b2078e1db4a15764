//! When an event needs no score.
//!
//! A stage trips only if it is met, so an event that cannot make any stage met that may still trip joins the state and is
//! done. Whenever a state is scored, a bound is kept beside it: how many points its new hits may be worth together before
//! such a stage could be met, and from when until when that holds.
//!
//! - What the rules live now add can only become less with time, so the most that they come to is what those of positive
//!   points add now, within the bounds of the dimensions. Those of negative points fade to nothing.
//! - A new hit adds no more than its rule's points, undecayed.
//! - What a stage needs besides points it cannot get before a hit of a rule of its `auto` or `requires`, of a dimension of
//!   its `min`, or of a combination. Such a hit always asks for a score, and so does one of a rule that disqualifies.
//! - A stage that has tripped may trip again once `rearm` has passed: then the bound ends. While a lead is disqualified there
//!   is no bound: when that ends, a stage may be met by `auto` without a point.

use crate::decay;
use crate::limits::AHEAD_SECONDS;
use crate::model::{Milli, Model, Rule, kind};
use crate::score::Score;
use crate::stage;
use crate::state::{Hit, State};

/// What holds of a state's score without scoring it again; by default nothing does.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bound {
    /// It holds from this second until before that one.
    from: u32,
    until: u32,
    /// So many milli-points of new hits leave every stage unmet that may still trip.
    room: i32,
}

impl Bound {
    /// The bound of a state that has just been scored at a second, if no stage trips.
    pub(crate) fn new(model: &Model, state: &State, score: &mut Score, now: u32) -> Self {
        if score.disqualified {
            return Self::default();
        }
        // The most that is left when what takes points away has faded.
        score.sum_up(model, 0);
        let (mut room, mut until) = (Milli::MAX, state.taken_in_at());
        let rearmed = stage::rearmed(model, state, now);
        for (position, own) in (0u32..).zip(&model.stages) {
            if let Some(tripped) = state.tripped(position)
                && rearmed & stage::bit(position) == 0
            {
                if own.rearm > 0 {
                    until = until.min(tripped.t.saturating_add(own.rearm));
                }
                continue;
            }
            if stage::missing(model, own, score, &mut |_| {}) == 0 {
                room = room.min(own.at.saturating_sub(score.total));
            }
        }
        Self { from: now, until, room: i32::try_from(room.max(0)).unwrap_or(i32::MAX) }
    }

    /// The bound after these hits at a second, if they leave every stage unmet that may still trip.
    pub(crate) fn after(self, model: &Model, state: &State, gain: &[Hit], now: u32) -> Option<Self> {
        if now < self.from || now >= self.until {
            return None;
        }
        let mut room = Milli::from(self.room);
        for hit in gain {
            let Some(rule) = model.rule(hit.rule()) else { continue };
            if model.uses.get(hit.rule() as usize).is_none_or(|used| used.asks) {
                return None;
            }
            if adds(rule, state, hit) {
                room = room.saturating_sub(rule.points.max(0));
            }
        }
        // A hit of now would be set aside if the clock went back by a day.
        let from = self.from.max(now.saturating_sub(AHEAD_SECONDS));
        (room > 0).then_some(Self { from, room: i32::try_from(room).unwrap_or(i32::MAX), ..self })
    }
}

/// Returns false if a hit only takes the place of one that is worth as much.
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

    /// Takes in events a minute apart; gives for each whether the next one of the same kind needs no score.
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
            let gain = crate::lead::gain(&model, &event, now + 60_000).unwrap();
            let second = crate::lead::second(now + 60_000).unwrap();
            quiet.push(lead.state.bound().after(&model, &lead.state, &gain, second).is_some());
        }
        quiet
    }

    #[test]
    fn events_far_from_a_stage_need_no_score() {
        // 10 points of 35, then 20; with 30 the next may trip.
        assert_eq!(quiet_after(&["page_view"; 3]), [true, true, false]);
        // A hit that takes the place of one worth as much adds nothing, and nothing takes nothing.
        assert_eq!(quiet_after(&["form", "form", "form", "nothing", "nothing"]), [true; 5]);
    }

    #[test]
    fn rules_that_stages_name_are_scored_always() {
        assert_eq!(quiet_after(&["demo", "demo"]), [false, false]);
    }

    #[test]
    fn a_stage_whose_rule_is_missing_is_not_waited_for() {
        // The trip itself is scored, and so is the event after it; then only `sql` is left, which no view can reach.
        let views = ["page_view"; 8];
        assert_eq!(quiet_after(&views), [true, true, false, false, true, true, true, true]);
    }
}
