//! Finds the line and the column of each issue, and the rule or stage that it is about.

use std::collections::BTreeMap;

use super::json::Json;
use super::report::quote;
use super::scan::scan;
use super::{Issue, Report};
use crate::text::hash::Fnv;
use crate::text::sort::sort;

/// Adds to each issue its position in the model's JSON text, and sorts the issues by position.
pub(super) fn locate(text: &str, json: &Json, report: &mut Report) {
    if report.errors.is_empty() && report.warnings.is_empty() {
        return;
    }
    // The position of a missing value is that of the enclosing value.
    let mut places: BTreeMap<u64, Option<usize>> = BTreeMap::new();
    for issue in report.errors.iter().chain(&report.warnings) {
        for hash in way(&issue.path) {
            places.insert(hash, None);
        }
    }
    // The text was parsed before; of a name that is used twice the last counts: that is the one too many.
    let _ = scan(text, &mut |hash, at| {
        if let Some(place) = places.get_mut(&hash) {
            *place = Some(at);
        }
    });
    let mut subjects: BTreeMap<(u8, usize), Option<String>> = BTreeMap::new();
    for issues in [&mut report.errors, &mut report.warnings] {
        let place = |issue: &Issue| way(&issue.path).iter().rev().find_map(|hash| places.get(hash).copied().flatten());
        let mut order: Vec<(usize, usize)> =
            issues.iter().map(|issue| place(issue).unwrap_or_default()).zip(0..).collect();
        sort(&mut order);
        let mut counter = Counter::new(text);
        let located = order.into_iter().filter_map(|(at, index)| {
            let mut issue = core::mem::take(issues.get_mut(index)?);
            (issue.line, issue.column) = counter.to(at);
            issue.subject = owner(&issue.path).and_then(|owner| {
                // A rule may have as many issues as names, so it is looked at once.
                subjects.entry(owner).or_insert_with(|| subject(json, owner)).clone()
            });
            Some(issue)
        });
        *issues = located.collect();
    }
}

/// The hashes of a pointer and of all that are around it, the whole model first.
fn way(path: &str) -> Vec<u64> {
    let mut pointer = Fnv::new();
    let mut way = vec![pointer.finish()];
    for name in path.split('/').skip(1) {
        // Its escapes are in it already.
        pointer.byte(b'/');
        pointer.bytes(name.as_bytes());
        way.push(pointer.finish());
    }
    way
}

/// The words for stages and rules, and the lists that hold them.
const OWNERS: [(&str, &str); 3] = [("rule", "/rules/"), ("stage", "/stages/"), ("account stage", "/account/stages/")];

/// The list of rules or stages that a place is in, and its position there.
fn owner(path: &str) -> Option<(u8, usize)> {
    let owners = (0u8..).zip(OWNERS);
    owners
        .filter_map(|(kind, (_, list))| Some((kind, path.strip_prefix(list)?.split('/').next()?.parse().ok()?)))
        .next()
}

/// A rule or stage, by its id.
fn subject(json: &Json, (kind, index): (u8, usize)) -> Option<String> {
    let (what, list) = OWNERS.get(usize::from(kind))?;
    let list = list.split('/').filter(|name| !name.is_empty()).try_fold(json, |json, name| json.get(name))?;
    let Json::List(list) = list else { return None };
    match list.get(index)?.get("id")? {
        Json::Text(id) => Some(format!("{what} {}", quote(id))),
        _ => None,
    }
}

/// Turns places in a text, in rising order, into lines and columns.
pub(super) struct Counter<'t> {
    text: &'t str,
    at: usize,
    line: u32,
    column: u32,
}

impl<'t> Counter<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, line: 1, column: 1 }
    }

    /// The line and the column of a place, both from 1. Columns count characters.
    pub(super) fn to(&mut self, at: usize) -> (u32, u32) {
        for c in self.text.get(self.at..at).unwrap_or_default().chars() {
            if c == '\n' {
                (self.line, self.column) = (self.line.saturating_add(1), 1);
            } else {
                self.column = self.column.saturating_add(1);
            }
        }
        self.at = self.at.max(at);
        (self.line, self.column)
    }
}
