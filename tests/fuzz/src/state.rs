//! Bytes as states, unchanged and with a corrected checksum: either rejected, or a state for which the laws hold.

use leadscore::limits::STATE_BYTES;
use leadscore::{Lead, Model, State};

use super::common::{probe, rich, with_checksum};

/// The first byte defines the lengths of the first two states, in eighths of the whole; the third has the rest.
pub fn run(data: &[u8]) {
    let model = rich();
    let Some((split, data)) = data.split_first() else { return };
    let _ = State::decode(model, data);
    let eighth = |count: u8| data.len() * usize::from(count & 7) / 8;
    let (first, rest) = data.split_at(eighth(*split));
    let (second, third) = rest.split_at(rest.len().min(eighth(split >> 3)));
    let [a, b, c] = [first, second, third].map(|bytes| state(model, bytes));
    for state in [&a, &b, &c] {
        assert_eq!(&join(model, state, state), state, "a join with itself changes nothing");
        assert_eq!(&join(model, state, &State::default()), state, "an empty state adds nothing");
    }
    let ab = join(model, &a, &b);
    assert_eq!(ab, join(model, &b, &a), "the order of two matters");
    let abc = join(model, &ab, &c);
    assert_eq!(abc, join(model, &a, &join(model, &b, &c)), "the grouping of three matters");

    let mut lead = Lead::new("v-1").expect("a name");
    if lead.merge(model, &abc).is_ok() {
        assert_eq!(lead.state(), &abc);
        assert!(abc.encode(model).len() <= STATE_BYTES, "a state that was taken in does not fit");
        probe(model, &lead);
    }
}

/// Returns the state of the bytes with a corrected checksum; an empty state if they are invalid.
fn state(model: &Model, bytes: &[u8]) -> State {
    let state = State::decode(model, &with_checksum(bytes)).unwrap_or_default();
    let again = state.encode(model);
    assert_eq!(State::decode(model, &again).as_ref(), Ok(&state), "decode(encode) is another state");
    assert_eq!(State::decode(model, &again).map(|state| state.encode(model)).as_ref(), Ok(&again));
    state
}

fn join(model: &Model, a: &State, b: &State) -> State {
    let mut joined = a.clone();
    joined.join(model, b);
    joined
}
