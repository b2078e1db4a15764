//! The encoding of an account.
//!
//! | part | bytes |
//! | --- | --- |
//! | version, 2 | 1 |
//! | trips of the workers' own states, other trips | each a state under the account's stages, its length before it |
//! | people, to the end: 1 if there is data from a page, else 0 | 1 |
//! | … id, visitor's id, the workers' own state, the state that includes data from a page | each with its length before it, the last only if there is one |
//! | checksum | 4, over all before |
//!
//! Version 1 had one state for each person, by the visitor's id, and one for all trips. They are read as the worker's
//! own states, except for people with data from a page.

use super::{Account, Person, Rollup};
use crate::error::Error;
use crate::event::visitor_id::VisitorId;
use crate::limits::ACCOUNT_PEOPLE;
use crate::model::Model;
use crate::score::state::State;
use crate::text::bytes::{Reader, push_sized};
use crate::text::hash::{checked, checksum};

const VERSION: u8 = 2;
const FORMER_VERSION: u8 = 1;

impl Account {
    /// The account as bytes, below 128 KiB.
    ///
    /// # Errors
    /// [`Error::ModelAccount`].
    pub fn encode(&self, model: &Model) -> Result<Vec<u8>, Error> {
        Ok(self.write(model, &Rollup::of(model)?))
    }

    pub(crate) fn write(&self, model: &Model, rollup: &Rollup) -> Vec<u8> {
        let mut out = vec![VERSION];
        push_sized(&mut out, &self.trips.encode(&rollup.model));
        push_sized(&mut out, &self.told.encode(&rollup.model));
        for person in &self.people {
            out.push(u8::from(person.told.is_some()));
            push_sized(&mut out, &person.key);
            push_sized(&mut out, &person.visitor);
            push_sized(&mut out, &person.own.encode(model));
            if let Some(told) = &person.told {
                push_sized(&mut out, &told.encode(model));
            }
        }
        let sum = checksum(&out);
        out.extend_from_slice(&sum.to_le_bytes());
        out
    }

    /// Reads an account's bytes under a model, which need not be the version that wrote them. No bytes are an account
    /// of which nothing is known.
    ///
    /// # Errors
    /// [`Error::ModelAccount`], [`Error::StateVersion`] or [`Error::StateCorrupt`].
    pub fn decode(model: &Model, bytes: &[u8]) -> Result<Self, Error> {
        Self::read(model, &Rollup::of(model)?, bytes)
    }

    pub(crate) fn read(model: &Model, rollup: &Rollup, bytes: &[u8]) -> Result<Self, Error> {
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        let mut reader = Reader::new(checked(bytes).ok_or(Error::StateCorrupt)?);
        let version = reader.u8();
        if version != VERSION && version != FORMER_VERSION {
            return Err(Error::StateVersion);
        }
        let mut account = Self { trips: State::decode(&rollup.model, reader.sized())?, ..Self::default() };
        if version == VERSION {
            account.told = State::decode(&rollup.model, reader.sized())?;
        }
        let mut left = ACCOUNT_PEOPLE;
        while reader.more() && left > 0 {
            left = left.wrapping_sub(1);
            let person = if version == VERSION { read(model, &mut reader)? } else { read_former(model, &mut reader)? };
            account.join(model, person);
        }
        if reader.failed() { Err(Error::StateCorrupt) } else { Ok(account) }
    }
}

fn read(model: &Model, reader: &mut Reader<'_>) -> Result<Person, Error> {
    let is_told = reader.u8() != 0;
    let (key, visitor, own) = (reader.sized(), reader.sized(), reader.sized());
    let told = if is_told { Some(State::decode(model, reader.sized())?) } else { None };
    Ok(Person {
        key: VisitorId::new(key)?.bytes().to_vec(),
        visitor: VisitorId::new(visitor)?.bytes().to_vec(),
        own: State::decode(model, own)?,
        told,
    })
}

fn read_former(model: &Model, reader: &mut Reader<'_>) -> Result<Person, Error> {
    let (is_told, visitor, state) = (reader.u8() != 0, reader.sized(), reader.sized());
    let visitor = VisitorId::new(visitor)?.bytes().to_vec();
    let state = State::decode(model, state)?;
    let (own, told) = if is_told { (State::default(), Some(state)) } else { (state, None) };
    Ok(Person { key: visitor.clone(), visitor, own, told })
}
