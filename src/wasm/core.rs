//! The runtime as functions over numbers: values go in as bytes (see [`crate::value`]), everything else goes in and comes
//! out as numbers. Objects, texts and errors are made by the package's JavaScript, `pkg-config/entry/runtime`.
//!
//! Models and leads are known by numbers from 1. What does not fit a number of its own stands in one of two places of the
//! wasm's memory: `bytes`, of which [`room`] and [`bytes`] tell where, and `numbers`, of which [`numbers`] tells.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::event::Given;
use crate::explain::{Receipt, closers};
use crate::hash::name_of;
use crate::lead::{self, Room, Trips};
use crate::lifecycle::rank;
use crate::model::{Milli, Model, kind};
use crate::snapshot::Snapshot;
use crate::state::{RECYCLED, VERSION};
use crate::{Error, State, base64, stage};

/// What there is, by number less one; `free` are those that are given back.
struct Slots<T> {
    slots: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Slots<T> {
    const fn new() -> Self {
        Self { slots: Vec::new(), free: Vec::new() }
    }

    fn add(&mut self, value: T) -> i32 {
        let at = self.free.pop().unwrap_or(self.slots.len() as u32) as usize;
        match self.slots.get_mut(at) {
            Some(slot) => *slot = Some(value),
            None => self.slots.push(Some(value)),
        }
        at.wrapping_add(1) as i32
    }

    fn get(&mut self, number: u32) -> Option<&mut T> {
        self.slots.get_mut((number as usize).wrapping_sub(1))?.as_mut()
    }

    fn remove(&mut self, number: u32) {
        let at = number.wrapping_sub(1);
        if let Some(slot) = self.slots.get_mut(at as usize)
            && slot.take().is_some()
        {
            self.free.push(at);
        }
    }
}

struct Lead {
    model: Rc<Model>,
    state: State,
}

struct Host {
    /// What JavaScript writes.
    given: Vec<u8>,
    /// What it reads.
    bytes: Vec<u8>,
    numbers: Vec<f64>,
    models: Slots<Rc<Model>>,
    leads: Slots<Lead>,
    /// The stages that were met when some tripped last.
    met: u64,
}

thread_local! {
    static HOST: RefCell<Host> = const {
        RefCell::new(Host {
            given: Vec::new(),
            bytes: Vec::new(),
            numbers: Vec::new(),
            models: Slots::new(),
            leads: Slots::new(),
            met: 0,
        })
    };
}

/// With a lead, what was written for it, and where to write numbers; the default where it is not there.
fn with<T: Default>(lead: u32, act: impl FnOnce(&mut Lead, &[u8], &mut Vec<f64>, &mut u64) -> T) -> T {
    HOST.with_borrow_mut(|host| {
        host.numbers.clear();
        let lead = host.leads.get(lead);
        lead.map_or_else(T::default, |lead| act(lead, &host.given, &mut host.numbers, &mut host.met))
    })
}

/// What is wrong, as a number below 0.
fn wrong(error: &Error) -> i32 {
    match error {
        Error::ModelVersion | Error::StateVersion => -2,
        Error::StateTooLarge => -3,
        _ => -1,
    }
}

/// Where to write so many bytes for the next call.
#[wasm_bindgen]
pub fn room(length: usize) -> *const u8 {
    HOST.with_borrow_mut(|host| {
        if host.given.len() < length {
            host.given.resize(length, 0);
        }
        host.given.as_ptr()
    })
}

/// Where the bytes of the last call are.
#[wasm_bindgen]
pub fn bytes() -> *const u8 {
    HOST.with_borrow(|host| host.bytes.as_ptr())
}

/// Where the numbers of the last call are.
#[wasm_bindgen]
pub fn numbers() -> *const f64 {
    HOST.with_borrow(|host| host.numbers.as_ptr())
}

fn given(all: &[u8], length: usize) -> &[u8] {
    all.get(..length).unwrap_or_default()
}

/// The number of the model in so many bytes, whose hash is the 22 `bytes`; below 0 what is wrong with them.
#[wasm_bindgen]
pub fn model(length: usize) -> i32 {
    HOST.with_borrow_mut(|host| match Model::decode(given(&host.given, length)) {
        Ok(model) => {
            host.bytes.clone_from(&model.hash);
            host.models.add(Rc::new(model))
        }
        Err(error) => wrong(&error),
    })
}

/// Gives a model back. Its leads keep it.
#[wasm_bindgen]
pub fn free_model(model: u32) {
    HOST.with_borrow_mut(|host| host.models.remove(model));
}

/// The number of a new lead.
#[wasm_bindgen]
pub fn lead(model: u32) -> i32 {
    HOST.with_borrow_mut(|host| {
        let model = host.models.get(model).cloned();
        model.map_or(0, |model| host.leads.add(Lead { model, state: State::default() }))
    })
}

/// Gives a lead back.
#[wasm_bindgen]
pub fn free_lead(lead: u32) {
    HOST.with_borrow_mut(|host| host.leads.remove(lead));
}

/// Joins with the state in so many bytes, or in base64url text, at a second unless that is below 0; gives 0, or what is
/// wrong.
#[wasm_bindgen]
pub fn merge(lead: u32, length: usize, now: f64) -> i32 {
    with(lead, |Lead { model, state }, all, _, _| {
        let mut other = match State::decode_text(model, given(all, length)) {
            Ok(other) => other,
            Err(error) => return wrong(&error),
        };
        let mut own = state.clone();
        if now >= 0.0 {
            other.set_second(model, now as u32);
            own.set_second(model, now as u32);
        }
        own.join(model, &other);
        if !own.has_room(model) {
            return wrong(&Error::StateTooLarge);
        }
        *state = own;
        0
    })
}

/// Takes the state over that a signal of a second carries as text; gives its version, or what is wrong.
#[wasm_bindgen]
pub fn read(lead: u32, length: usize, now: u32) -> i32 {
    with(lead, |Lead { model, state }, all, _, _| match State::read_text(model, given(all, length)) {
        Ok((own, version)) => {
            *state = own;
            // Earlier releases counted what lies ahead, so their signals are made anew in the same way.
            if version == VERSION {
                state.set_second(model, now);
            }
            version.into()
        }
        Err(error) => wrong(&error),
    })
}

/// Encodes the state, as text (1) or not; as it is sent to others in a version, unless that is 0. Gives the length.
#[wasm_bindgen]
pub fn encode(lead: u32, version: u8, is_text: u32) -> usize {
    HOST.with_borrow_mut(|host| {
        let Some(Lead { model, state }) = host.leads.get(lead) else { return 0 };
        host.bytes = if version == 0 { state.encode(model) } else { state.without_aside().encode_as(model, version) };
        if is_text != 0 {
            host.bytes = base64::encode(&host.bytes);
        }
        host.bytes.len()
    })
}

/// Takes in an event of a type that has a number, or of none: the values of the fields that it is asked for stand in so
/// many bytes. `at` and `now` are milliseconds since 1970, `decision` is what sales says (see [`crate::lifecycle`]),
/// below 0 for nothing. Gives how many stages trip: their numbers, each with 1 if it is to be sent, are the first ones.
/// They are not recorded yet.
#[wasm_bindgen]
pub fn ingest(lead: u32, kind: u32, length: usize, at: f64, now: f64, decision: i32) -> i32 {
    with(lead, |Lead { model, state }, all, numbers, met| {
        let fields = Given::read(model, kind, given(all, length));
        let hits = lead::hits(model, &fields, at as u64, u32::try_from(decision).ok());
        match lead::advance(model, state, &hits, now as u64, Room::Refuse) {
            Err(error) => wrong(&error),
            Ok(None) => 0,
            Ok(Some(Trips { snapshot, stages })) => {
                *met = snapshot.standing.met;
                for stage in stage::positions(stages) {
                    let is_sent = stage::is_signalled(model, state, stage);
                    numbers.extend_from_slice(&[stage.into(), is_sent.into()]);
                }
                stages.count_ones() as i32
            }
        }
    })
}

/// Records that a stage of the last event has tripped, at a time in milliseconds since 1970.
#[wasm_bindgen]
pub fn record(lead: u32, stage: u32, now: f64) {
    with(lead, |Lead { model, state }, _, _, met| stage::record(model, state, stage, *met, now as u64));
}

/// Gives how many stages would trip and be sent at a second: their numbers stand first. Of a part of a state (1) any stage
/// may have been met.
#[wasm_bindgen]
pub fn tripping(lead: u32, now: u32, is_partial: u32) -> usize {
    with(lead, |Lead { model, state }, _, numbers, met| {
        *met = Snapshot::new(model, state, now).standing.met;
        let all = if is_partial == 0 { *met } else { u64::MAX };
        for stage in stage::positions(stage::tripping(model, state, all, 0, now)) {
            if stage::is_signalled(model, state, stage) {
                numbers.extend_from_slice(&[stage.into(), f64::from(u8::from(*met & stage::bit(stage) != 0))]);
            }
        }
        numbers.len() / 2
    })
}

fn points(points: Milli) -> f64 {
    points as f64
}

/// The snapshot at a second; gives how many numbers it has: score, 1 if disqualified, how many stages there are up to the
/// current one, the points that the next misses, 1 if it is near, the confirmed stage or -1, what the segment is (0
/// disqualified, 1 the confirmed stage, 2 near the next, 3 the current one, 4 none of it); then the points of each
/// dimension; then what the next stage misses, rules by number, dimensions counted down from -1.
#[wasm_bindgen]
pub fn snapshot(lead: u32, now: u32) -> usize {
    with(lead, |Lead { model, state }, _, numbers, _| {
        let state = state.at(model, now);
        let Snapshot { score, standing } = Snapshot::new(model, &state, now);
        let confirmed = state.lifecycle();
        let current = standing.current().and_then(|current| model.stages.get(current as usize));
        let next = standing.next(model, &score);
        let segment = if score.disqualified {
            0
        } else if confirmed.map(rank) > current.map(|stage| stage.rank) {
            1
        } else if next.is_some() && standing.near {
            2
        } else if current.is_some() {
            3
        } else {
            4
        };
        numbers.extend_from_slice(&[
            points(score.total),
            score.disqualified.into(),
            standing.reached.into(),
            points(standing.missing),
            standing.near.into(),
            confirmed.map_or(-1.0, f64::from),
            segment.into(),
        ]);
        numbers.extend(score.dimensions.iter().map(|own| points(*own)));
        if let Some(next) = next {
            stage::missing(model, next, &score, &mut |number| numbers.push(number.into()));
        }
        numbers.len()
    })
}

/// What a signal of a stage has besides a snapshot at a second; gives how many numbers it has: when the stage tripped
/// last and when the lead was sent back, each as seconds and milliseconds or -1 twice; how many rules are live, of each
/// its number, points, hits and newest time; then of each hit of an event rule the rule and its time.
#[wasm_bindgen]
pub fn signal(lead: u32, now: u32, stage: u32) -> usize {
    with(lead, |Lead { model, state }, _, numbers, _| {
        let state = state.at(model, now);
        let score = Snapshot::new(model, &state, now).score;
        for fact in [state.tripped(stage), state.newest(RECYCLED)] {
            let at = fact.map(|fact| [fact.t, (fact.at() % 1_000) as u32]);
            numbers.extend(at.map_or([-1.0; 2], |at| at.map(f64::from)));
        }
        numbers.push(score.live.len() as f64);
        for live in &score.live {
            numbers.extend_from_slice(&[live.rule.into(), points(live.points), live.hits.into(), live.last.into()]);
        }
        for hit in state.hits() {
            if model.rule(hit.rule()).is_some_and(|rule| rule.kind == kind::EVENT) {
                numbers.extend_from_slice(&[hit.rule().into(), hit.t.into()]);
            }
        }
        numbers.len()
    })
}

/// How many hits of the state at a second may be forgotten.
#[wasm_bindgen]
pub fn forgettable(lead: u32, now: u32) -> usize {
    with(lead, |Lead { model, state }, _, _, _| {
        state.set_second(model, now);
        state.forgettable_count(model)
    })
}

/// The number of a new lead: this one without so many of its hits, the first to be forgotten, and without what is set
/// aside.
#[wasm_bindgen]
pub fn without(lead: u32, count: usize) -> i32 {
    HOST.with_borrow_mut(|host| {
        let Some(own) = host.leads.get(lead) else { return 0 };
        let (model, state) = (own.model.clone(), own.state.forgetting(&own.model, count));
        host.leads.add(Lead { model, state })
    })
}

/// The receipt at a second; gives how many numbers it has: of each rule its dimension, how it counts, 1 if it is live,
/// hits, newest time, raw points, decayed points, points; of each dimension its base, sum and points; the sum of all; then,
/// where there is a next stage, of each rule that one more event could fire its number, points and 1 if it reaches a
/// stage.
#[wasm_bindgen]
pub fn explain(lead: u32, now: u32) -> usize {
    with(lead, |Lead { model, state }, _, numbers, _| {
        let state = state.at(model, now);
        let receipt = Receipt::new(model, &state, now);
        for (line, rule) in receipt.lines.iter().zip(&model.rules) {
            let own = line.live.unwrap_or_default();
            numbers.extend_from_slice(&[
                rule.dimension.into(),
                line.counts as f64,
                line.live.is_some().into(),
                own.hits.into(),
                own.last.into(),
                points(line.raw),
                points(own.points),
                points(line.points),
            ]);
        }
        for (dimension, own) in model.dimensions.iter().zip(&receipt.dimensions) {
            numbers.push(points(dimension.bounds.clamp(0)));
            numbers.extend(own.map(points));
        }
        numbers.push(points(receipt.sum));
        if receipt.snapshot.standing.next(model, &receipt.snapshot.score).is_some() {
            for closer in closers(model, &state, now, &receipt.snapshot) {
                numbers.extend_from_slice(&[closer.rule.into(), points(closer.points), closer.reaches.into()]);
            }
        }
        numbers.len()
    })
}

/// The name of so many bytes, 22 `bytes`: of parts, each with its length in 8 bytes after it.
#[wasm_bindgen]
pub fn name(length: usize) {
    HOST.with_borrow_mut(|host| host.bytes = name_of(given(&host.given, length)));
}
