//! Visits to edge workers, as functions over numbers: see [`super::core`]. A visit's states are read as leads:
//! [`state`].

use wasm_bindgen::prelude::*;

use super::core::{HOST, points, wrong};
use super::slots::{Lead, VisitSlot};
use crate::event::Given;
use crate::lead;
use crate::text::base64;

/// Returns the first of the given bytes, in parts of these lengths.
pub(super) fn parts<const N: usize>(bytes: &[u8], lengths: [usize; N]) -> [&[u8]; N] {
    let mut rest = bytes;
    lengths.map(|length| {
        let (part, after) = rest.split_at_checked(length).unwrap_or_default();
        rest = after;
        part
    })
}

/// Returns the number of a new visit. The given bytes are what was sealed, what the page mirrored, and an id for a
/// visitor who has none; the parameters are their lengths.
#[wasm_bindgen]
pub fn visit(model: u32, sealed: usize, page: usize, fresh: usize) -> i32 {
    HOST.with_borrow_mut(|host| {
        let Some(model) = host.models.get(model).cloned() else { return 0 };
        let [sealed, page, fresh] = parts(&host.io.given, [sealed, page, fresh]);
        let visit = crate::Visit::from_bytes(&model, sealed, page, fresh);
        host.visits.add(VisitSlot { model, visit, trips: None })
    })
}

/// Frees a visit.
#[wasm_bindgen]
pub fn free_visit(visit: u32) {
    HOST.with_borrow_mut(|host| host.visits.remove(visit));
}

/// Returns 1 if there is a new record to seal, plus 2 if there is data from the page, plus 4 if the sealed record is in
/// use, plus 8 if a stage of the visitor has ever tripped.
#[wasm_bindgen]
pub fn flags(visit: u32) -> u32 {
    HOST.with_borrow_mut(|host| {
        let Some(VisitSlot { visit, .. }) = host.visits.get(visit) else { return 0 };
        let flags = [visit.is_changed(), visit.has_page(), visit.has_sealed(), visit.has_tripped()];
        flags.into_iter().rev().fold(0, |all, flag| all << 1 | u32::from(flag))
    })
}

/// Takes in an event; the parameters are those of [`super::core::ingest`]. Returns the number of signals to send, or an
/// error below 0. `numbers` has the points that the worker witnessed, then each stage with 1 if it trips by the
/// worker's own word. If there are signals, the trips are recorded by [`record_visit`].
#[wasm_bindgen]
pub fn see(visit: u32, kind: u32, length: usize, at: f64, now: f64, decision: i32) -> i32 {
    HOST.with_borrow_mut(|host| {
        let Some(VisitSlot { model, visit, trips }) = host.visits.get(visit) else { return 0 };
        let [given] = parts(&host.io.given, [length]);
        let fields = Given::read(model, kind, given);
        let hits = lead::hits(model, &fields, at as u64, u32::try_from(decision).ok());
        let tripped = match visit.ingest_hits(model, &hits, now as u64) {
            Err(error) => return wrong(&error),
            Ok(None) => return 0,
            Ok(Some(tripped)) => tripped,
        };
        host.io.numbers.clear();
        host.io.numbers.push(points(tripped.seen.score.total));
        let mut count = 0i32;
        for (stage, is_own) in visit.signals(model, &tripped) {
            host.io.numbers.extend_from_slice(&[stage.into(), is_own.into()]);
            count = count.wrapping_add(1);
        }
        if count == 0 {
            visit.record_trips(model, &tripped, now as u64);
        } else {
            *trips = Some(tripped);
        }
        count
    })
}

/// Records the trips of the last event.
#[wasm_bindgen]
pub fn record_visit(visit: u32, now: f64) {
    HOST.with_borrow_mut(|host| {
        if let Some(VisitSlot { model, visit, trips }) = host.visits.get(visit)
            && let Some(trips) = trips.take()
        {
            visit.record_trips(model, &trips, now as u64);
        }
    });
}

/// Returns the number of a new lead with a copy of a state at a second: of what the worker saw if `is_own` is 1, else
/// of all that is known.
#[wasm_bindgen]
pub fn state(visit: u32, now: u32, is_own: u32) -> i32 {
    HOST.with_borrow_mut(|host| {
        let Some(VisitSlot { model, visit, .. }) = host.visits.get(visit) else { return 0 };
        let state = if is_own == 0 { visit.joined_at(model, now).into_owned() } else { visit.own().clone() };
        host.leads.add(Lead::new(model.clone(), state))
    })
}

/// Writes a part of a visit to `bytes`: its visitor (0), the record to seal within a number of bytes (1), or as
/// base64url, for an account, the worker's own state (2) or the state that includes data from a page (3). Returns the
/// length, or -1 if it does not fit.
#[wasm_bindgen]
pub fn part(visit: u32, which: u32, most: usize) -> i32 {
    HOST.with_borrow_mut(|host| {
        let Some(VisitSlot { model, visit, .. }) = host.visits.get(visit) else { return 0 };
        let found = match which {
            0 => Some(visit.visitor_bytes().to_vec()),
            1 => visit.record_bytes(model, most),
            2 => visit.witnessed(model).map(|bytes| base64::encode(&bytes)),
            _ => visit.told(model).map(|bytes| base64::encode(&bytes)),
        };
        found.map_or(-1, |bytes| {
            host.io.bytes = bytes;
            host.io.bytes.len() as i32
        })
    })
}
