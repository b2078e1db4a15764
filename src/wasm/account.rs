//! Accounts, as functions over numbers: see [`super::core`].

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::core::{HOST, points, push_armed, push_snapshot, wrong};
use super::slots::AccountSlot;
use super::visit::parts;
use crate::edge::account::Rollup;
use crate::edge::account::person::Person;
use crate::event::seconds;
use crate::score::stage;
use crate::score::state::LAST;
use crate::text::base64;
use crate::text::bytes::Reader;
use crate::text::value::Value;
use crate::{Error, Model};

/// Returns an error as a number below 0: further ones than a model or a state can have.
fn wrong_of(error: &Error) -> i32 {
    match error {
        Error::ModelAccount => -4,
        Error::VisitorId => -5,
        Error::SignalSyntax => -6,
        error => wrong(error),
    }
}

/// Reads an account, and the version of its states, from the given bytes.
type Make<'a> = &'a mut dyn FnMut(&Model, &Rollup, &[u8]) -> Result<(crate::Account, u8), Error>;

/// Adds the account that `make` reads from the given bytes. Returns its number, or an error below 0.
fn add(model: u32, length: usize, make: Make<'_>) -> i32 {
    HOST.with_borrow_mut(|host| {
        let Some(model) = host.models.get(model).cloned() else { return 0 };
        let [given] = parts(&host.io.given, [length]);
        let rollup = Rollup::of(&model).map(Rc::new);
        let made = rollup.and_then(|rollup| make(&model, &rollup, given).map(|made| (rollup, made)));
        match made {
            Err(error) => wrong_of(&error),
            Ok((rollup, (account, version))) => {
                host.io.bytes = vec![version];
                host.accounts.add(AccountSlot { model, rollup, account, trips: None })
            }
        }
    })
}

/// Calls `act` with an account, the bytes from JavaScript, and the bytes and numbers to fill. Returns the default if
/// there is no such account.
fn with<T: Default>(account: u32, act: impl FnOnce(&mut AccountSlot, &[u8], &mut Vec<u8>, &mut Vec<f64>) -> T) -> T {
    HOST.with_borrow_mut(|host| {
        let account = host.accounts.get(account);
        host.io.numbers.clear();
        host.io.bytes.clear();
        account
            .map_or_else(T::default, |account| act(account, &host.io.given, &mut host.io.bytes, &mut host.io.numbers))
    })
}

/// Returns the number of a new model: the one by which a model scores accounts; or an error below 0. `bytes` has its
/// compiled bytes, and `numbers` their number.
#[wasm_bindgen]
pub fn stages(model: u32) -> i32 {
    HOST.with_borrow_mut(|host| {
        let Some(model) = host.models.get(model).cloned() else { return 0 };
        match Rollup::of(&model) {
            Err(error) => wrong_of(&error),
            Ok(rollup) => {
                host.io.bytes = Rollup::stages(&model).to_vec();
                host.io.numbers = vec![host.io.bytes.len() as f64];
                host.models.add(Rc::new(rollup.model))
            }
        }
    })
}

/// Returns the number of a new account from its bytes, or an error below 0.
#[wasm_bindgen]
pub fn account(model: u32, length: usize) -> i32 {
    add(model, length, &mut |model, rollup, given| Ok((crate::Account::read(model, rollup, given)?, 0)))
}

/// Returns the number of a new account from a signal's data, a value in the given bytes, at a time in milliseconds
/// since 1970; or an error below 0. `bytes` has the version of its states.
#[wasm_bindgen]
pub fn account_of(model: u32, length: usize, now: f64) -> i32 {
    add(model, length, &mut |model, rollup, given| {
        crate::Account::of_signal(model, rollup, Value::read(&mut Reader::new(given)), now as u64)
    })
}

/// Returns the number of a new account: a copy with the clock set to a second.
#[wasm_bindgen]
pub fn account_at(account: u32, now: u32) -> i32 {
    HOST.with_borrow_mut(|host| {
        let Some(AccountSlot { model, rollup, account, .. }) = host.accounts.get(account) else { return 0 };
        let account = account.at(model, rollup, now);
        let copy = AccountSlot { model: model.clone(), rollup: rollup.clone(), account, trips: None };
        host.accounts.add(copy)
    })
}

/// Frees an account.
#[wasm_bindgen]
pub fn free_account(account: u32) {
    HOST.with_borrow_mut(|host| host.accounts.remove(account));
}

/// Writes the account's bytes to `bytes` and returns their number.
#[wasm_bindgen]
pub fn encode_account(account: u32) -> usize {
    with(account, |AccountSlot { model, rollup, account, .. }, _, bytes, _| {
        *bytes = account.write(model, rollup);
        bytes.len()
    })
}

/// Deletes the people with the visitor's id in the given bytes, or with `is_person` 1 the person with that id. Returns
/// true if there was one.
#[wasm_bindgen]
pub fn forget(account: u32, length: usize, is_person: u32) -> bool {
    with(account, |AccountSlot { account, .. }, given, _, _| {
        let [name] = parts(given, [length]);
        account.forget_bytes(name, is_person != 0)
    })
}

/// Adds a person at a time in milliseconds since 1970. The given bytes are the person's id, the visitor's id, the
/// worker's own state and the state that includes data from a page; the parameters are their lengths. Returns the
/// number of signals to send, or an error below 0. `numbers` has the points that workers witnessed, then each stage
/// with 1 if their own states trip it alone. The trips are recorded by [`record_account`].
#[wasm_bindgen]
pub fn contribute(account: u32, person: usize, visitor: usize, own: usize, told: usize, now: f64) -> i32 {
    with(account, |AccountSlot { model, rollup, account, trips }, given, _, numbers| {
        let [person, visitor, own, told] = parts(given, [person, visitor, own, told]);
        let person = Person::read(model, person, visitor, own, told);
        match person.and_then(|person| account.add_person(model, rollup, person, seconds(now as u64))) {
            Err(error) => wrong_of(&error),
            Ok(tripped) => {
                numbers.push(points(tripped.witnessed));
                for (stage, is_own) in account.signals(rollup, &tripped) {
                    numbers.extend_from_slice(&[stage.into(), is_own.into()]);
                }
                *trips = Some(tripped);
                (numbers.len() / 2) as i32
            }
        }
    })
}

/// Records the trips of the last contribution.
#[wasm_bindgen]
pub fn record_account(account: u32, now: f64) {
    with(account, |AccountSlot { rollup, account, trips, .. }, _, _, _| {
        if let Some(trips) = trips.take() {
            account.record(rollup, &trips, now as u64);
        }
    });
}

/// Writes the account's snapshot at a second to `numbers`, as [`super::core::snapshot`] does, and returns their count.
#[wasm_bindgen]
pub fn account_snapshot(account: u32, now: u32, is_own: u32) -> usize {
    with(account, |AccountSlot { model, rollup, account, .. }, _, _, numbers| {
        let (_, snapshot) = rollup.look(model, &account.people, now, is_own != 0);
        push_snapshot(numbers, &rollup.model, &account.trips_for(rollup, is_own != 0), &snapshot);
        numbers.len()
    })
}

/// Writes the people who add something, the most first, to `numbers` and returns their count: for each the points, 1 if
/// engaged, the time when they were seen last or -1, 1 if a page's word is among it, and the lengths of their parts in
/// `bytes`: the visitor's id, the person's name, and, unless `version` is 0, the state in base64url.
#[wasm_bindgen]
pub fn people(account: u32, now: u32, is_own: u32, version: u8) -> usize {
    with(account, |AccountSlot { model, rollup, account, .. }, _, bytes, numbers| {
        for share in rollup.look(model, &account.people, now, is_own != 0).0 {
            let last = share.state.newest(LAST).map_or(-1.0, |hit| hit.t.into());
            numbers.extend_from_slice(&[points(share.points), share.is_engaged.into(), last, share.is_told.into()]);
            let state = if version == 0 { Vec::new() } else { share.state.encode_as(model, version) };
            for part in [&share.person.visitor, &share.person.key, &base64::encode(&state)] {
                numbers.push(part.len() as f64);
                bytes.extend_from_slice(part);
            }
        }
        numbers.len()
    })
}

/// Writes what a signal says of trips to `numbers` and returns their count: the time when the lead was sent back and
/// each stage's last trip, as [`super::core::signal`] does, and the length of `bytes`, the state of the trips in
/// base64url.
#[wasm_bindgen]
pub fn account_trips(account: u32, is_own: u32, version: u8) -> usize {
    with(account, |AccountSlot { rollup, account, .. }, _, bytes, numbers| {
        let trips = account.trips_for(rollup, is_own != 0);
        push_armed(numbers, &rollup.model, &trips);
        *bytes = base64::encode(&trips.without_aside().encode_as(&rollup.model, version));
        numbers.push(bytes.len() as f64);
        numbers.len()
    })
}

/// Writes the stages that would trip and be sent at a second to `numbers`, and returns their count.
#[wasm_bindgen]
pub fn account_tripping(account: u32, now: u32, is_own: u32) -> usize {
    with(account, |AccountSlot { model, rollup, account, .. }, _, _, numbers| {
        let met = rollup.look(model, &account.people, now, is_own != 0).1.stage_status.met;
        let trips = account.trips_for(rollup, is_own != 0);
        for stage in stage::positions(stage::Armed::new(&rollup.model, &trips, now).tripping(met, 0)) {
            if stage::is_signalled(&rollup.model, &trips, stage) {
                numbers.push(stage.into());
            }
        }
        numbers.len()
    })
}
