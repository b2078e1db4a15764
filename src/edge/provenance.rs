//! The provenance of a trip: from the worker's own state, or only with data from a page.
//!
//! There are two separate states. `own` follows only from the worker's observations and decisions of sales, and so do
//! signals with the provenance `edge` and their ids. `joined` also includes data from the page; its trips are `client`
//! signals and are recorded in `told`, never in `own`, so that no page can suppress or arm the worker's signals.

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

/// Records the trips of both states at a time in milliseconds since 1970: the worker's in `own`, those that need data
/// from the page in `told`.
pub(crate) fn record(model: &Model, own: &mut State, told: &mut State, met: [u64; 2], trips: [u64; 2], now: u64) {
    let ([own_met, joined_met], [own_trips, joined_trips]) = (met, trips);
    for stage in stage::positions(own_trips) {
        stage::record(model, own, stage, own_met, now);
    }
    for stage in stage::positions(joined_trips & !own_trips) {
        stage::record(model, told, stage, joined_met, now);
    }
}
