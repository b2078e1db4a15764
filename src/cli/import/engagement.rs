//! Engaged time: exports report increments, and rules expect the sum.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use super::record::{Engaged, Props, Record};

/// Engaged milliseconds of each page in each session.
pub(super) struct Engagement {
    /// Seconds between two page pings.
    ping_seconds: u64,
    hasher: RandomState,
    sums: HashMap<u64, u64>,
    /// The current page of each session.
    pages: HashMap<u64, Option<String>>,
}

impl Engagement {
    pub(super) fn new(ping_seconds: u64) -> Self {
        Self { ping_seconds, hasher: RandomState::new(), sums: HashMap::new(), pages: HashMap::new() }
    }

    /// Adds the engaged time of the record and returns the `user_engagement` event with the sum. A page view reports
    /// the time on the page before it, if the session has one.
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
            Engaged::Ping => self.ping_seconds.saturating_mul(1_000),
        };
        let sum = self.sums.entry(self.hasher.hash_one((session, &url))).or_default();
        *sum = sum.saturating_add(millis);
        let mut props = Props::new();
        props.insert("engaged_seconds".to_owned(), (*sum / 1_000).into());
        let event = Record { visitor: record.visitor.clone(), at: record.at, url, ..Record::default() };
        Some(event.line_of("user_engagement", &props))
    }
}
