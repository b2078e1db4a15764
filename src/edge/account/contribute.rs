//! The contributions of visitors to an account, and the resulting signals.

use super::person::Person;
use super::write::body;
use super::{Account, Contribution, Rollup, checked};
use crate::error::Error;
use crate::event::second;
use crate::model::Model;
use crate::signal::{self, Sender, Signal};

impl Account {
    /// Adds the states of a visitor at `now` (milliseconds since 1970), merged with the previous ones; returns a signal
    /// for each stage of the account that trips. `key` names the account. Its provenance is `edge` if the workers' own
    /// states trip it alone; then data from a page does not change it.
    ///
    /// # Errors
    /// [`Error::ModelAccount`], [`Error::AccountKey`], [`Error::VisitorId`], [`Error::Now`] or one of the `State…`
    /// errors: [`Error::StateTooLarge`] if the required entries of the visitor do not fit into the account. Then
    /// nothing has changed.
    pub fn contribute(
        &mut self,
        model: &Model,
        key: &str,
        contribution: &Contribution<'_>,
        now: u64,
        source: &str,
    ) -> Result<Vec<Signal>, Error> {
        let second = second(now)?;
        let rollup = Rollup::of(model)?;
        let key = checked(key.as_bytes())?;
        let Contribution { person, visitor, own, told } = *contribution;
        let person = Person::read(model, person.as_bytes(), visitor.as_bytes(), own, told)?;
        let trips = self.add_person(model, &rollup, person, second)?;
        let mut signals = Vec::new();
        if trips.is_some() {
            let witnessed = Some(trips.witnessed);
            let sides = [true, false].map(|is_own| {
                let side = self.trips_for(&rollup, is_own);
                (side, rollup.look(model, &self.people, second, is_own))
            });
            let mut bodies = [None, None];
            for (stage, is_own) in self.signals(&rollup, &trips) {
                let ([own, all], [edge, client]) = (&sides, &mut bodies);
                let ((side, (shares, snapshot)), provenance, known) =
                    if is_own { (own, "edge", edge) } else { (all, "client", client) };
                let sender = Sender { source: source.as_bytes(), provenance, witnessed };
                let trip = rollup.trip(key, side, snapshot, stage, now, sender);
                let body: &Vec<u8> = known.get_or_insert_with(|| body(model, &trip, shares));
                signals.push(signal::head(model, &trip).with(body).into());
            }
        }
        self.record(&rollup, &trips, now);
        Ok(signals)
    }
}
