//! Finds the rules that an event fires.
//!
//! An index over the rules (see [`index`]) is built once, when a model is loaded, so the cost of an event depends on
//! the number of rules that can match it, not on the number of all rules.

use crate::event::{Given, seconds};
use crate::model::condition::{Scope, holds, names_present};
use crate::model::pattern;
use crate::model::{Model, Rule, key, kind};
use crate::score::state::{FIRST, Hit, LAST};
use crate::text::bytes::{items, numbers};

/// An event while it is matched.
pub(super) struct Match<'a> {
    pub(super) model: &'a Model,
    pub(super) given: &'a Given<'a>,
    pub(super) at: u64,
    pub(super) path: &'a Path,
}

/// The path of an event's page.
#[derive(Default)]
pub(super) struct Path {
    /// The path with a trailing slash; empty if there is no path.
    text: Vec<u8>,
    /// The length of the path without that slash. Both spellings are the same page.
    bare: usize,
}

impl Path {
    pub(super) fn new(path: Option<&[u8]>) -> Self {
        let (mut text, mut bare) = (Vec::new(), 0);
        if let Some(path) = path {
            text = Vec::with_capacity(path.len().wrapping_add(1));
            text.extend_from_slice(path);
            bare = path.len();
            if path.ends_with(b"/") {
                bare = bare.wrapping_sub(1).max(1);
            } else {
                text.push(b'/');
            }
        }
        Self { text, bare }
    }

    /// Returns true if a rule is about this page, or about any.
    pub(super) fn is_of(&self, model: &Model, rule: &Rule) -> bool {
        let paths = model.text(rule.paths);
        paths.is_empty()
            || (self.bare > 0 && items(paths).any(|program| pattern::matches(program, &self.text, self.bare)))
    }
}

/// The hits of the rules that the event fires at a time in milliseconds since 1970, and the verdicts of the trait rules
/// that it decides, in the model's order.
pub(crate) fn fire(model: &Model, given: &Given<'_>, at: u64) -> Vec<Hit> {
    let index = &model.index;
    let path = Path::new(given.field(index.path).as_text());
    let found = index.find_all(model.rules.len(), given, &path.text);
    let own = Match { model, given, at, path: &path };
    let mut hits = Vec::new();
    let mut first = 0u32;
    for (rules, sure) in found.rules.words.iter().zip(&found.sure.words) {
        let mut rules = *rules;
        while rules != 0 {
            let number = rules.trailing_zeros();
            rules &= rules.wrapping_sub(1);
            let is_sure = sure >> number & 1 != 0;
            if let Some(hit) = own.attempt(first.wrapping_add(number), is_sure, false) {
                hits.push(hit);
            }
        }
        first = first.wrapping_add(u64::BITS);
    }
    hits
}

impl Match<'_> {
    /// Returns the hit of a rule if it fires. If that is sure, its conditions need not be tried; if it is on the page,
    /// neither its type nor its paths.
    pub(super) fn attempt(&self, position: u32, is_sure: bool, is_on_page: bool) -> Option<Hit> {
        let rule = self.model.rule(position)?;
        let condition = self.model.text(rule.condition);
        let scope = Scope::Event(&self.given.fields);
        if rule.kind == kind::TRAIT {
            let is_decided = names_present(condition, scope);
            return is_decided.then(|| Hit::fact(position.into(), self.at, holds(condition, scope).into()));
        }
        let is_fired = is_sure
            || (is_on_page || self.has_type(self.model.text(rule.types)) && self.path.is_of(self.model, rule))
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

/// Appends that something happened at a time in milliseconds since 1970: after the rules' hits, in the order of the
/// slots, as a join expects them.
pub(crate) fn seen(hits: &mut Vec<Hit>, at: u64) {
    let t = seconds(at);
    hits.push(Hit { slot: LAST, t, key: 0 });
    hits.push(Hit { slot: FIRST, t: u32::MAX.wrapping_sub(t), key: 0 });
}
