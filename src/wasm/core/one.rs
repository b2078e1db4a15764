//! The one lead of a page. The tracker owns it and passes it to JavaScript, as lead 1, during its calls.

pub(crate) use super::super::slots::{Shared, share};

use super::super::slots::Lead;
use super::HOST;
use crate::State;

/// Lends a visitor's state. Their id is in `bytes` until the first call that writes there.
pub(crate) fn lend(model: &Shared, state: State, visitor: &[u8]) {
    HOST.with_borrow_mut(|host| {
        host.io.bytes = visitor.to_vec();
        host.leads.add(Lead::new(model.clone(), state));
    });
}

/// Takes the state back.
pub(crate) fn give_back() -> State {
    HOST.with_borrow_mut(|host| {
        let lead = host.leads.remove(1);
        lead.map_or_else(State::default, |lead| lead.state)
    })
}

/// Returns the first bytes that JavaScript has written.
pub(crate) fn given(length: usize) -> Vec<u8> {
    HOST.with_borrow(|host| super::given(&host.io.given, length).to_vec())
}

/// Passes bytes to JavaScript and returns their number.
pub(crate) fn give(bytes: Vec<u8>) -> usize {
    HOST.with_borrow_mut(|host| {
        host.io.bytes = bytes;
        host.io.bytes.len()
    })
}
