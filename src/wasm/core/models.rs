//! The part of the runtime that the tag does not have: any number of models and leads, merging of states, receipts.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::super::slots::Lead;
use super::{HOST, count, given, points, with, wrong};
use crate::model::Model;
use crate::score::explain::{closers, lines};
use crate::score::snapshot::Snapshot;
use crate::score::stage;
use crate::score::state::codec::VERSION;
use crate::{Error, State};

/// Reads a compiled model and returns its number, or an error below 0. Its hash is in `bytes`, 22 of them.
#[wasm_bindgen]
pub fn model(length: usize) -> i32 {
    HOST.with_borrow_mut(|host| match Model::decode(given(&host.io.given, length)) {
        Ok(model) => {
            host.io.bytes.clone_from(&model.hash);
            host.models.add(Rc::new(model))
        }
        Err(error) => wrong(&error),
    })
}

/// Frees a model. Its leads can still be used.
#[wasm_bindgen]
pub fn free_model(model: u32) {
    HOST.with_borrow_mut(|host| host.models.remove(model));
}

/// Returns the number of a new lead.
#[wasm_bindgen]
pub fn lead(model: u32) -> i32 {
    HOST.with_borrow_mut(|host| {
        let model = host.models.get(model).cloned();
        model.map_or(0, |model| host.leads.add(Lead::new(model, State::default())))
    })
}

/// Joins a lead with the state in the given bytes or base64url text. The hits are added at the second `now`, unless
/// that is below 0. Returns 0 or an error below 0.
#[wasm_bindgen]
pub fn merge(lead: u32, length: usize, now: f64) -> i32 {
    with(lead, |Lead { model, state, .. }, io| {
        let mut other = match State::decode_text(model, given(&io.given, length)) {
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

/// Replaces the state by the base64url text of a signal from the second `now`. Returns the version of its format or an
/// error below 0.
#[wasm_bindgen]
pub fn read(lead: u32, length: usize, now: u32) -> i32 {
    with(lead, |lead, io| match State::read_text(&lead.model, given(&io.given, length)) {
        Ok((own, version)) => {
            lead.state = own;
            lead.is_former = version != VERSION;
            if !lead.is_former {
                lead.state.set_second(&lead.model, now);
            }
            version.into()
        }
        Err(error) => wrong(&error),
    })
}

/// Returns the number of stages that would trip and be sent at a second. `numbers` has each of them with 1 if it is
/// met. If `is_partial` is 1, the state is a part of another, so any stage may have been met.
#[wasm_bindgen]
pub fn tripping(lead: u32, now: u32, is_partial: u32) -> usize {
    with(lead, |Lead { model, state, .. }, io| {
        io.met = Snapshot::new(model, state, now).stage_status.met;
        let all = if is_partial == 0 { io.met } else { u64::MAX };
        for stage in stage::positions(stage::Armed::new(model, state, now).tripping(all, 0)) {
            if stage::is_signalled(model, state, stage) {
                io.push(&[stage.into(), (io.met & stage::bit(stage) != 0).into()]);
            }
        }
        (io.numbers.len() / 2) as i32
    }) as usize
}

/// Writes the receipt at a second to `numbers` and returns their count: for each rule its dimension, how it counts, 1
/// if it is live, hits, newest time, raw points, decayed points, points; for each dimension its base, sum and points;
/// the sum of all; then, if there is a next stage, in the model's order for each rule that one more event could fire
/// its number, points and 1 if it would reach a stage.
#[wasm_bindgen]
pub fn explain(lead: u32, now: u32) -> usize {
    count(lead, |lead, io| {
        let (model, state) = (&lead.model, lead.at(now));
        let snapshot = Snapshot::new(model, &state, now);
        let (dimensions, sum) = lines(model, &snapshot, &mut |rule, line| {
            let own = line.live;
            io.push(&[
                rule.dimension.into(),
                line.counts as f64,
                (own.hits > 0).into(),
                own.hits.into(),
                own.last.into(),
                points(line.raw),
                points(own.points),
                points(line.points),
            ]);
        });
        for (dimension, [sum, own]) in model.dimensions.iter().zip(&dimensions) {
            io.push(&[points(dimension.bounds.clamp(0)), points(*sum), points(*own)]);
        }
        io.push(&[points(sum)]);
        if snapshot.stage_status.next(model, &snapshot.score).is_some() {
            closers(model, &state, now, snapshot, &mut |closer| {
                io.push(&[closer.rule.into(), points(closer.points), closer.reaches.into()]);
            });
        }
    })
}
