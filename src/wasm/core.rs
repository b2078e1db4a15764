//! The runtime as functions over numbers: values go in as bytes (see [`crate::text::value`]), everything else is passed
//! and returned as numbers. The package's JavaScript, `pkg-config/entry/runtime`, converts them to objects, strings and
//! errors.
//!
//! Models and leads have numbers from 1. Other data is exchanged through the memory of the wasm: JavaScript writes
//! bytes at the address from [`room`], and reads results at the addresses from [`bytes`] and [`numbers`]. Parameters
//! named `length` are the number of bytes that were written.

#[cfg(feature = "wasm")]
mod models;
#[cfg(feature = "browser")]
pub(crate) mod one;

use std::cell::RefCell;
#[cfg(feature = "wasm")]
use std::rc::Rc;

use wasm_bindgen::prelude::*;

#[cfg(feature = "wasm")]
use super::leads::Leads;
use super::slots::Lead;
#[cfg(not(feature = "wasm"))]
use super::slots::Leads;
#[cfg(feature = "wasm")]
use super::slots::Slots;
use crate::event::Given;
use crate::event::lifecycle::rank;
use crate::lead::{self, Room, Trips};
use crate::model::{Milli, Model, kind};
use crate::score::snapshot::Snapshot;
use crate::score::stage;
use crate::score::state::codec::VERSION;
use crate::score::state::{RECYCLED, TRIPS};
use crate::text::base64;
use crate::text::hash::name_of;
use crate::{Error, State};

/// The treatment of an event without room. A page could not handle an error, so entries of the state are dropped.
#[cfg(feature = "browser")]
const ROOM: Room = Room::Forget;
#[cfg(not(feature = "browser"))]
const ROOM: Room = Room::Refuse;

pub(super) struct Host {
    pub(super) io: Io,
    #[cfg(feature = "wasm")]
    pub(super) models: Slots<Rc<Model>>,
    pub(super) leads: Leads,
    #[cfg(all(feature = "wasm", feature = "edge"))]
    pub(super) visits: Slots<super::slots::VisitSlot>,
    #[cfg(all(feature = "wasm", feature = "edge"))]
    pub(super) accounts: Slots<super::slots::AccountSlot>,
}

/// The data that calls exchange with JavaScript.
pub(super) struct Io {
    /// The bytes that JavaScript writes.
    pub(super) given: Vec<u8>,
    /// The bytes that JavaScript reads.
    pub(super) bytes: Vec<u8>,
    pub(super) numbers: Vec<f64>,
    /// The stages that were met when a stage last tripped.
    met: u64,
}

impl Io {
    /// Appends numbers that JavaScript reads.
    fn push(&mut self, numbers: &[f64]) {
        self.numbers.extend_from_slice(numbers);
    }
}

thread_local! {
    pub(super) static HOST: RefCell<Host> = const {
        RefCell::new(Host {
            io: Io { given: Vec::new(), bytes: Vec::new(), numbers: Vec::new(), met: 0 },
            #[cfg(feature = "wasm")]
            models: Slots::new(),
            leads: Leads::new(),
            #[cfg(all(feature = "wasm", feature = "edge"))]
            visits: Slots::new(),
            #[cfg(all(feature = "wasm", feature = "edge"))]
            accounts: Slots::new(),
        })
    };
}

/// Calls `act` with a lead. Returns 0 if there is no such lead.
fn with(lead: u32, mut act: impl FnMut(&mut Lead, &mut Io) -> i32) -> i32 {
    HOST.with_borrow_mut(|host| {
        host.io.numbers.clear();
        host.leads.get(lead).map_or(0, |lead| act(lead, &mut host.io))
    })
}

/// As [`with`], for functions that write numbers: returns their count.
fn count(lead: u32, mut act: impl FnMut(&mut Lead, &mut Io)) -> usize {
    with(lead, |lead, io| {
        act(lead, io);
        io.numbers.len() as i32
    }) as usize
}

/// Returns an error as a number below 0.
pub(crate) fn wrong(error: &Error) -> i32 {
    match error {
        Error::ModelVersion | Error::StateVersion => -2,
        Error::StateTooLarge => -3,
        _ => -1,
    }
}

/// Returns the address at which JavaScript writes this many bytes for the next call.
#[wasm_bindgen]
pub fn room(length: usize) -> *const u8 {
    HOST.with_borrow_mut(|host| {
        if host.io.given.len() < length {
            host.io.given.resize(length, 0);
        }
        host.io.given.as_ptr()
    })
}

/// Returns the address of the bytes from the last call.
#[wasm_bindgen]
pub fn bytes() -> *const u8 {
    HOST.with_borrow(|host| host.io.bytes.as_ptr())
}

/// Returns the address of the numbers from the last call.
#[wasm_bindgen]
pub fn numbers() -> *const f64 {
    HOST.with_borrow(|host| host.io.numbers.as_ptr())
}

pub(super) fn given(all: &[u8], length: usize) -> &[u8] {
    all.get(..length).unwrap_or_default()
}

/// Frees a lead.
#[wasm_bindgen]
pub fn free_lead(lead: u32) {
    HOST.with_borrow_mut(|host| host.leads.remove(lead));
}

/// Encodes the state, as base64url if `is_text` is 1. `version` is the format of a state that is sent to others; 0 is
/// for a state that is stored. Returns the length.
#[wasm_bindgen]
pub fn encode(lead: u32, version: u8, is_text: u32) -> usize {
    with(lead, |Lead { model, state, .. }, io| {
        let own = if version == 0 { state.clone() } else { state.without_aside() };
        io.bytes = own.encode_as(model, if version == 0 { VERSION } else { version });
        if is_text != 0 {
            io.bytes = base64::encode(&io.bytes);
        }
        io.bytes.len() as i32
    }) as usize
}

/// Ingests an event. `kind` is the number of its type, if the model has one; the bytes are the values of the fields
/// that the model asks for with it. `at` and `now` are milliseconds since 1970. `decision` is the decision of sales
/// (see [`crate::event::lifecycle`]), below 0 if there is none. Returns the number of stages that trip, or an error
/// below 0. `numbers` has each of these stages with 1 if its signal is to be sent. The trips are not recorded yet.
#[wasm_bindgen]
pub fn ingest(lead: u32, kind: u32, length: usize, at: f64, now: f64, decision: i32) -> i32 {
    with(lead, |Lead { model, state, .. }, io| {
        let fields = Given::read(model, kind, given(&io.given, length));
        let hits = lead::hits(model, &fields, at as u64, u32::try_from(decision).ok());
        match lead::advance(model, state, &hits, now as u64, ROOM) {
            Err(error) => wrong(&error),
            Ok(None) => 0,
            Ok(Some(Trips { snapshot, stages })) => {
                io.met = snapshot.stage_status.met;
                for stage in stage::positions(stages) {
                    io.push(&[stage.into(), stage::is_signalled(model, state, stage).into()]);
                }
                stages.count_ones() as i32
            }
        }
    })
}

/// Records that a stage of the last event has tripped, at a time in milliseconds since 1970.
#[wasm_bindgen]
pub fn record(lead: u32, stage: u32, now: f64) {
    with(lead, |Lead { model, state, .. }, io| {
        stage::record(model, state, stage, io.met, now as u64);
        0
    });
}

pub(super) fn points(points: Milli) -> f64 {
    points as f64
}

/// Writes the snapshot at a second to `numbers` and returns their count: the score, 1 if disqualified, the number of
/// stages up to the current one, the points missing to the next one, 1 if that is near, the confirmed stage or -1, the
/// segment (0 disqualified, 1 the confirmed stage, 2 near the next one, 3 the current one, 4 none of these); then the
/// points of each dimension; then the other unmet requirements of the next stage, rules by number, dimensions counted
/// down from -1.
#[wasm_bindgen]
pub fn snapshot(lead: u32, now: u32) -> usize {
    count(lead, |lead, io| {
        let (model, state) = (&lead.model, lead.at(now));
        push_snapshot(&mut io.numbers, model, &state, &Snapshot::new(model, &state, now));
    })
}

/// Appends the output of [`snapshot`]; `state` has the confirmations of sales.
pub(super) fn push_snapshot(numbers: &mut Vec<f64>, model: &Model, state: &State, snapshot: &Snapshot) {
    let Snapshot { score, stage_status } = snapshot;
    let confirmed = state.lifecycle();
    let current = stage_status.current().and_then(|current| model.stages.get(current as usize));
    let next = stage_status.next(model, score);
    let segment = if score.disqualified {
        0
    } else if confirmed.map(rank) > current.map(|stage| stage.rank) {
        1
    } else if next.is_some() && stage_status.near {
        2
    } else if current.is_some() {
        3
    } else {
        4
    };
    numbers.extend_from_slice(&[
        points(score.total),
        score.disqualified.into(),
        stage_status.reached.into(),
        points(stage_status.missing),
        stage_status.near.into(),
        confirmed.map_or(-1.0, f64::from),
        segment.into(),
    ]);
    numbers.extend(score.dimensions.iter().map(|own| points(*own)));
    if let Some(next) = next {
        stage::missing(model, next, score, &mut |number| numbers.push(number.into()));
    }
}

/// Writes the parts of a signal that the snapshot does not have to `numbers` and returns their count: what
/// [`push_armed`] appends; the number of live rules and for each its number, points, hits and newest time; then for
/// each hit of an event rule the rule and the time.
#[wasm_bindgen]
pub fn signal(lead: u32, now: u32) -> usize {
    count(lead, |lead, io| {
        let (model, state) = (&lead.model, lead.at(now));
        let live = Snapshot::new(model, &state, now).score.live;
        push_armed(&mut io.numbers, model, &state);
        io.push(&[live.len() as f64]);
        for live in &live {
            io.push(&[live.rule.into(), points(live.points), live.hits.into(), live.last.into()]);
        }
        for hit in state.hits() {
            if model.rule(hit.rule()).is_some_and(|rule| rule.kind == kind::EVENT) {
                io.push(&[hit.rule().into(), hit.t.into()]);
            }
        }
    })
}

/// Appends the time when the lead was sent back and each stage's last trip, as seconds and milliseconds or -1 twice.
pub(super) fn push_armed(numbers: &mut Vec<f64>, model: &Model, state: &State) {
    let mut push = |slot| {
        let newest = state.newest(slot);
        numbers.push(newest.map_or(-1.0, |fact| fact.t.into()));
        numbers.push(newest.map_or(-1.0, |fact| fact.millis().into()));
    };
    push(RECYCLED);
    (TRIPS..).take(model.stages.len()).for_each(push);
}

/// Returns the number of hits that the state may forget at a second.
#[wasm_bindgen]
pub fn forgettable(lead: u32, now: u32) -> usize {
    with(lead, |Lead { model, state, .. }, _| {
        state.set_second(model, now);
        state.without_aside().order(model).len() as i32
    }) as usize
}

/// Returns the number of a new lead: a copy without the first `count` hits to be forgotten and without hits that are
/// set aside.
#[wasm_bindgen]
pub fn without(lead: u32, count: usize) -> i32 {
    let mut copy = None;
    with(lead, |Lead { model, state, .. }, _| {
        let own = state.without_aside();
        copy = Some(Lead::new(model.clone(), own.without(&own.order(model), count)));
        0
    });
    copy.map_or(0, |copy| HOST.with_borrow_mut(|host| host.leads.add(copy)))
}

/// Writes the name of the given bytes to `bytes`, 22 of them. The given bytes are parts, each followed by its length in
/// 8 bytes.
#[wasm_bindgen]
pub fn name(length: usize) {
    HOST.with_borrow_mut(|host| host.io.bytes = name_of(given(&host.io.given, length)));
}
