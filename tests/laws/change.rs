//! Corruption of bytes.

use proptest::prelude::*;
use proptest::sample::Index;

/// A byte changed, inserted or removed, or the end cut off.
#[derive(Clone, Debug)]
pub enum Change {
    Set(Index, u8),
    Insert(Index, u8),
    Remove(Index),
    Cut(Index),
}

pub fn change() -> impl Strategy<Value = Change> {
    let byte = prop_oneof![Just(0xff), Just(0x80), Just(0x7f), Just(0), any::<u8>()];
    prop_oneof![
        4 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        2 => (any::<Index>(), byte).prop_map(|(at, byte)| Change::Insert(at, byte)),
        1 => any::<Index>().prop_map(Change::Remove),
        1 => any::<Index>().prop_map(Change::Cut),
    ]
}

pub fn apply(body: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Insert(at, byte) => body.insert(at.index(body.len() + 1), *byte),
        _ if body.is_empty() => {}
        Change::Set(at, byte) => {
            let at = at.index(body.len());
            body[at] = *byte;
        }
        Change::Remove(at) => {
            body.remove(at.index(body.len()));
        }
        Change::Cut(at) => body.truncate(at.index(body.len())),
    }
}
