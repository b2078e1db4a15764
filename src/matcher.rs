//! Finds the rules that an event fires.
//!
//! An index over the rules (see [`index`]) is built once, when a model is loaded, so the cost of an event depends on
//! the number of rules that can match it, not on the number of all rules.

mod ask;
mod index;

pub(crate) use index::Index;

use crate::bytes::{items, numbers};
use crate::condition::{Scope, holds, names_present};
use crate::event::{Given, seconds};
use crate::model::{Model, Rule, key};
use crate::pattern;
use crate::state::Hit;

/// What an event is matched with.
struct Match<'a> {
    model: &'a Model,
    given: &'a Given<'a>,
    t: u32,
    /// The path with a trailing slash; empty if there is no path.
    path: Vec<u8>,
    /// How long the path is without that slash, which is one page with it.
    bare: usize,
    hits: Vec<Hit>,
}

/// The hits of the rules that the event fires at a time in milliseconds since 1970, and the verdicts of the trait rules
/// that it decides.
pub(crate) fn fire(model: &Model, given: &Given<'_>, at: u64) -> Vec<Hit> {
    let index = &model.index;
    let mut found = Match { model, given, t: seconds(at), path: Vec::new(), bare: 0, hits: Vec::new() };
    if let Some(path) = given.field(index.path).as_text() {
        found.path.extend_from_slice(path);
        found.bare = path.len();
        if path.ends_with(b"/") {
            found.bare = path.len().wrapping_sub(1).max(1);
        } else {
            found.path.push(b'/');
        }
    }
    let path = core::mem::take(&mut found.path);
    found.path.clone_from(&path);
    index.find_all(given, &path, &mut |position| found.attempt(position));
    let Match { mut hits, .. } = found;
    if index.identify == Some(given.kind) {
        for position in index.traits() {
            let Some(rule) = model.rule(position) else { continue };
            let (condition, scope) = (model.text(rule.condition), Scope::Event(&given.fields));
            if names_present(condition, scope) {
                hits.push(Hit::fact(position.into(), at, holds(condition, scope).into()));
            }
        }
    }
    hits
}

impl Match<'_> {
    /// Adds the hit of a rule if it fires.
    fn attempt(&mut self, position: u32) {
        let Some(rule) = self.model.rule(position).filter(|rule| self.is_fired(rule)) else { return };
        let key = match rule.key {
            key::PERIOD => self.model.period(self.t, rule.key_of),
            key::DISTINCT => {
                let value = self.given.field(rule.key_of);
                if value.is_null() {
                    return;
                }
                value.hash() as u32
            }
            _ => self.t,
        };
        self.hits.push(Hit { slot: position.into(), t: self.t, key });
    }

    fn is_fired(&self, rule: &Rule) -> bool {
        let (paths, condition) = (self.model.text(rule.paths), self.model.text(rule.condition));
        let on_page = |program| pattern::matches(program, &self.path, self.bare);
        numbers(self.model.text(rule.types)).any(|own| own == self.given.kind)
            && (paths.is_empty() || (self.bare > 0 && items(paths).any(on_page)))
            && (condition.is_empty() || holds(condition, Scope::Event(&self.given.fields)))
    }
}
