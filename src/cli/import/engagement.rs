//! Engaged time: exports tell what was added, rules ask for the sum.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use super::record::{Engaged, Props, Record};

/// Engaged milliseconds of each page in each session.
pub(super) struct Engagement {
    /// Seconds that a beat stands for.
    beat: u64,
    hasher: RandomState,
    sums: HashMap<u64, u64>,
    /// The page that a session was on.
    pages: HashMap<u64, Option<String>>,
}

impl Engagement {
    pub(super) fn new(beat: u64) -> Self {
        Self { beat, hasher: RandomState::new(), sums: HashMap::new(), pages: HashMap::new() }
    }

    /// Adds what the record tells, and gives the `user_engagement` event of the sum. What a page view tells was spent on the
    /// page before, if the session was on one.
    pub(super) fn add(&mut self, record: &Record) -> Option<String> {
        let session = self.hasher.hash_one((&record.visitor, &record.session));
        let mut url = record.url.clone();
        if record.kind == "page_view"
            && let Some(before) = self.pages.insert(session, record.url.clone())
        {
            url = before;
        }
        let millis = match record.engaged {
            Engaged::No => return None,
            Engaged::Millis(millis) => millis,
            Engaged::Beat => self.beat.saturating_mul(1_000),
        };
        let sum = self.sums.entry(self.hasher.hash_one((session, &url))).or_default();
        *sum = sum.saturating_add(millis);
        let mut props = Props::new();
        props.insert("engaged_seconds".to_owned(), (*sum / 1_000).into());
        let told = Record { visitor: record.visitor.clone(), at: record.at, url, ..Record::default() };
        Some(told.told("user_engagement", &props))
    }
}
