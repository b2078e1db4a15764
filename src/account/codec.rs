//! An account's bytes.
//!
//! | part | bytes |
//! | --- | --- |
//! | version | 1 |
//! | trips | a state under the account's stages, its length before it |
//! | people, to the end: whether a page had a say | 1 |
//! | … visitor, state | each with its length before it |
//! | checksum | 4, over all before |

use super::{Account, Person, Rollup};
use crate::bytes::{Reader, push_sized};
use crate::error::Error;
use crate::hash::{checked, checksum};
use crate::lead::Lead;
use crate::limits::ACCOUNT_PEOPLE;
use crate::model::Model;
use crate::state::State;

const VERSION: u8 = 1;

impl Account {
    /// The account as bytes, below 128 KiB.
    ///
    /// # Errors
    /// [`Error::ModelAccount`].
    pub fn encode(&self, model: &Model) -> Result<Vec<u8>, Error> {
        let rollup = Rollup::of(model)?;
        let mut out = vec![VERSION];
        push_sized(&mut out, &self.trips.encode(&rollup.model));
        for person in &self.people {
            out.push(u8::from(person.is_told));
            push_sized(&mut out, &person.visitor);
            push_sized(&mut out, &person.state.encode(model));
        }
        let sum = checksum(&out);
        out.extend_from_slice(&sum.to_le_bytes());
        Ok(out)
    }

    /// Reads an account's bytes under a model, which need not be the version that wrote them. No bytes are an account of
    /// which nothing is known.
    ///
    /// # Errors
    /// [`Error::ModelAccount`], [`Error::StateVersion`] or [`Error::StateCorrupt`].
    pub fn decode(model: &Model, bytes: &[u8]) -> Result<Self, Error> {
        let rollup = Rollup::of(model)?;
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        let mut reader = Reader::new(checked(bytes).ok_or(Error::StateCorrupt)?);
        if reader.u8() != VERSION {
            return Err(Error::StateVersion);
        }
        let mut account = Self { trips: State::decode(&rollup.model, reader.sized())?, ..Self::default() };
        let mut left = ACCOUNT_PEOPLE;
        while reader.more() && left > 0 {
            left = left.wrapping_sub(1);
            let (is_told, visitor, state) = (reader.u8() != 0, reader.sized(), reader.sized());
            let visitor = Lead::from_bytes(visitor)?.visitor;
            account.join(model, Person { visitor, state: State::decode(model, state)?, is_told });
        }
        if reader.failed() { Err(Error::StateCorrupt) } else { Ok(account) }
    }
}
