//! Finds the rules that an event fires.
//!
//! An index over the rules (see [`index`]) is built once, when a model is loaded, so the cost of an event depends on
//! the number of rules that can match it, not on the number of all rules.

use crate::event::{Given, seconds};
use crate::model::condition::{Scope, holds, names_present};
use crate::model::pattern;
use crate::model::{Model, key, kind};
use crate::score::state::Hit;
use crate::text::bytes::{items, numbers};

/// An event while it is matched.
struct Match<'a> {
    model: &'a Model,
    given: &'a Given<'a>,
    at: u64,
    /// The path with a trailing slash; empty if there is no path.
    path: &'a [u8],
    /// The length of the path without that slash. Both spellings are the same page.
    bare: usize,
}

/// The hits of the rules that the event fires at a time in milliseconds since 1970, and the verdicts of the trait rules
/// that it decides, in the model's order.
pub(crate) fn fire(model: &Model, given: &Given<'_>, at: u64) -> Vec<Hit> {
    let index = &model.index;
    let (mut path, mut bare) = (Vec::new(), 0);
    if let Some(text) = given.field(index.path).as_text() {
        path.reserve_exact(text.len().wrapping_add(1));
        path.extend_from_slice(text);
        bare = text.len();
        if text.ends_with(b"/") {
            bare = bare.wrapping_sub(1).max(1);
        } else {
            path.push(b'/');
        }
    }
    let found = index.find_all(model.rules.len(), given, &path);
    let own = Match { model, given, at, path: &path, bare };
    let mut hits = Vec::new();
    for (first, [mut rules, sure]) in (0u32..).step_by(64).zip(found.rules) {
        while rules != 0 {
            let number = rules.trailing_zeros();
            rules &= rules.wrapping_sub(1);
            let is_sure = sure >> number & 1 != 0;
            hits.extend(own.attempt(first.wrapping_add(number), is_sure));
        }
    }
    hits
}

impl Match<'_> {
    /// Returns the hit of a rule if it fires. If that is sure, its conditions need not be tried.
    fn attempt(&self, position: u32, is_sure: bool) -> Option<Hit> {
        let rule = self.model.rule(position)?;
        let (paths, condition) = (self.model.text(rule.paths), self.model.text(rule.condition));
        let scope = Scope::Event(&self.given.fields);
        if rule.kind == kind::TRAIT {
            let is_decided = names_present(condition, scope);
            return is_decided.then(|| Hit::fact(position.into(), self.at, holds(condition, scope).into()));
        }
        let on_page = |program| pattern::matches(program, self.path, self.bare);
        let is_fired = is_sure
            || self.has_type(self.model.text(rule.types))
                && (paths.is_empty() || (self.bare > 0 && items(paths).any(on_page)))
                && (condition.is_empty() || holds(condition, scope));
        if !is_fired {
            return None;
        }
        let t = seconds(self.at);
        let key = match rule.key {
            key::PERIOD => self.model.period(t, rule.key_of),
            key::DISTINCT => {
                let value = self.given.field(rule.key_of);
                if value.is_null() {
                    return None;
                }
                value.hash() as u32
            }
            _ => t,
        };
        Some(Hit { slot: position.into(), t, key })
    }

    fn has_type(&self, types: &[u8]) -> bool {
        match types {
            // Most rules have one type.
            [only @ ..0x80] => u32::from(*only) == self.given.kind,
            _ => numbers(types).any(|own| own == self.given.kind),
        }
    }
}
