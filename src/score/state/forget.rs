//! Drops hits when a state is written to a place with limited bytes, never in a join.
//!
//! Hits are dropped one by one, the oldest first, in the order of the constants below, until the rest fits. Trips,
//! lifecycle, first and last event are kept, and the newest hits that make a rule live which a stage, a combination or
//! a disqualification uses. So joining a state with its reduced form gives the state, and disqualified visitors stay
//! disqualified.

use super::State;
use super::hit::Hit;
use crate::limits::STATE_BYTES;
use crate::model::{Model, Rule, kind};
use crate::text::least::least;
use crate::text::sort::sort;

/// Hits of rules that nothing but the score looks at.
const POINTS: u32 = 0;
/// The same where they take points away.
const NEGATIVE: u32 = 1;
/// Hits of other rules, beyond those that make them live.
const NAMED: u32 = 2;
const FALSE_VERDICT: u32 = 3;
/// True results of rules that do not disqualify.
const TRUE_VERDICT: u32 = 4;
const KEPT: u32 = u32::MAX;

/// The slot of a hit that is about to go.
const GONE: u64 = u64::MAX;

impl State {
    /// Returns the largest part of the state that fits into this number of bytes, or none if the required entries do
    /// not. Entries that are set aside are left out, because they are for this device only.
    ///
    /// A state joined with its reduced form is the state.
    ///
    /// ```
    /// # let json = r#"{ "name": "tiny", "rules": [{ "id": "pricing", "event": "page_view", "points": 15 }] }"#;
    /// # let model = leadscore::Model::decode(&leadscore::authoring::compile(json)?.bytes)?;
    /// let state = leadscore::State::default();
    /// assert_eq!(state.forget(&model, 100), Some(state.clone()));
    /// assert_eq!(state.forget(&model, 8), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn forget(&self, model: &Model, bytes: usize) -> Option<Self> {
        self.without_aside().forget_until(model, &mut |state| state.encode(model).len() <= bytes)
    }

    /// The bytes of the reduced state.
    #[cfg(any(feature = "browser", feature = "edge"))]
    pub(crate) fn encode_within(&self, model: &Model, bytes: usize) -> Option<Vec<u8>> {
        let mut encoded = None;
        self.without_aside().forget_until(model, &mut |state| {
            let own = state.encode(model);
            let fits = own.len() <= bytes;
            if fits {
                encoded = Some(own);
            }
            fits
        })?;
        encoded
    }

    /// Returns the reduced state of one that has passed its limit, with some room for new hits; none if that is
    /// impossible.
    pub(crate) fn forget_for_room(&self, model: &Model) -> Option<Self> {
        self.forget_until(model, &mut |state| state.encode(model).len() <= STATE_BYTES / 8 * 7)
    }

    /// Returns the state without as many hits as necessary to fit; `None` if it cannot fit.
    pub(crate) fn forget_until(&self, model: &Model, fits: &mut dyn FnMut(&Self) -> bool) -> Option<Self> {
        if fits(self) {
            return Some(self.clone());
        }
        let order = self.order(model);
        let count = least(order.len(), &mut |count| fits(&self.without(&order, count)));
        // Asked once more, so that the last that was asked is the one that is given.
        let state = self.without(&order, count);
        fits(&state).then_some(state)
    }

    /// Returns the state without the first `count` hits of an order.
    pub(crate) fn without(&self, order: &[Hit], count: usize) -> Self {
        let mut state = self.clone();
        for entry in order.iter().take(count) {
            if let Some(hit) = state.hits.get_mut(entry.key as usize) {
                hit.slot = GONE;
            }
        }
        state.hits.retain(|hit| hit.slot != GONE);
        state
    }

    /// The entries that may be forgotten, the first to go first: by class, then by time, slot and key. An entry's key
    /// is where the hit stands: of one slot and time, that is by falling keys.
    pub(crate) fn order(&self, model: &Model) -> Vec<Hit> {
        let mut order = Vec::new();
        let (mut slot, mut newer) = (GONE, 0u32);
        for (position, hit) in (0u32..).zip(&self.hits) {
            newer = if hit.slot == slot { newer.wrapping_add(1) } else { 0 };
            slot = hit.slot;
            let Some(rule) = model.rule(hit.rule()) else { continue };
            let when = when(rule, hit, newer);
            if when != KEPT {
                let slot = u64::from(when) << 32 | u64::from(hit.t);
                order.push(Hit { slot, t: !hit.rule(), key: position });
            }
        }
        sort(&mut order);
        order
    }
}

/// Returns the class in which a hit is dropped, given the number of newer hits of its rule.
fn when(rule: &Rule, hit: &Hit, newer: u32) -> u32 {
    if rule.kind == kind::TRAIT {
        return match (hit.value(), rule.disqualifies) {
            (0, _) => FALSE_VERDICT,
            (_, false) => TRUE_VERDICT,
            _ => KEPT,
        };
    }
    let needed = if rule.at_least { rule.limit } else { 1 };
    match rule.is_named {
        true if newer < needed => KEPT,
        true => NAMED,
        false if rule.points < 0 => NEGATIVE,
        false => POINTS,
    }
}
