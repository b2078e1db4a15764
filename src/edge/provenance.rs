//! Whose word a trip is: the worker's own, or one that needs what a page told.
//!
//! Two states are kept apart. `own` follows from what the worker saw and what sales told it, and from nothing else: so do
//! the signals of provenance `edge`, with their ids. `joined` also takes the page's word; its trips are `client` signals
//! and are recorded in `told`, never in `own`, so that no page can silence or arm what the worker says.

use crate::model::Model;
use crate::score::stage;
use crate::score::state::State;

/// The trips of one of the two states.
#[derive(Clone, Copy)]
pub(crate) struct Side<'a> {
    /// From before the trips are recorded.
    pub(crate) state: &'a State,
    /// A bit for each stage that trips.
    pub(crate) trips: u64,
}

/// The stages to signal in the model's order, each with true for the worker's own word. Where both sides trip, the
/// worker's is sent.
pub(crate) fn signals(model: &Model, [own, joined]: [Side<'_>; 2]) -> impl Iterator<Item = (u32, bool)> + use<> {
    let of = |side: Side<'_>| {
        let signalled = stage::positions(side.trips).filter(|stage| stage::is_signalled(model, side.state, *stage));
        signalled.fold(0, |mask, stage| mask | stage::bit(stage))
    };
    let (own, joined) = (of(own), of(joined));
    stage::positions(own | joined).map(move |stage| (stage, own & stage::bit(stage) != 0))
}

/// Records the trips of both sides at a time in milliseconds since 1970: the worker's in `own`, those that need the page's word in `told`.
pub(crate) fn record(model: &Model, own: &mut State, told: &mut State, met: [u64; 2], trips: [u64; 2], now: u64) {
    let ([own_met, joined_met], [own_trips, joined_trips]) = (met, trips);
    for stage in stage::positions(own_trips) {
        stage::record(model, own, stage, own_met, now);
    }
    for stage in stage::positions(joined_trips & !own_trips) {
        stage::record(model, told, stage, joined_met, now);
    }
}
