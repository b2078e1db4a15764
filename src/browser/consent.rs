//! Consent: one decision table for all tabs of a site.
//!
//! A choice (`consent()`, a consent tool, a Consent Mode `update`) is written to one record that all tabs read. The
//! attribute `data-consent` and Consent Mode's defaults are only the default of their own tab.

use super::host;

/// Decides what is kept and sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Consent {
    /// Everything is stored, and signals are sent.
    Granted,
    /// Not asked yet: everything stays in memory.
    Pending,
    /// Nothing is collected.
    Denied,
}

impl Consent {
    /// Returns the consent by the loader's number for it.
    pub(super) fn of(number: u32) -> Self {
        match number {
            0 => Self::Granted,
            1 => Self::Pending,
            _ => Self::Denied,
        }
    }
}

/// Everything that decides about consent in a tab.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    /// The browser refuses for the visitor, by Global Privacy Control.
    pub(super) is_refused: bool,
    /// The consent in this tab until the visitor chooses: `data-consent`, or Consent Mode's defaults.
    pub(super) default: Consent,
    /// The visitor's choice, for all tabs; pending for none.
    pub(super) record: Consent,
}

impl Choice {
    /// Returns the consent that applies: denied if any source says so, else granted if any source says so.
    pub(super) fn consent(self) -> Consent {
        let any = |consent| self.default == consent || self.record == consent;
        if self.is_refused || any(Consent::Denied) {
            Consent::Denied
        } else if any(Consent::Granted) {
            Consent::Granted
        } else {
            Consent::Pending
        }
    }

    /// Returns the choice after the visitor has chosen in this tab. A grant replaces a denial, unless the browser refuses. `pending`
    /// takes back a grant, not a denial: the visitor is to be asked again.
    pub(super) fn choose(self, new: Consent) -> Self {
        match new {
            Consent::Granted if self.is_refused => self,
            Consent::Pending => Self {
                default: if self.default == Consent::Denied { self.default } else { new },
                record: if self.record == Consent::Denied { self.record } else { new },
                ..self
            },
            _ => Self { record: new, ..self },
        }
    }

    /// Returns the choice after the record was read. A denial whose record has disappeared, because someone has cleared
    /// the storage, holds in this tab until a grant replaces it.
    pub(super) fn follow(self, record: Consent) -> Self {
        let is_gone = record == Consent::Pending && self.record == Consent::Denied;
        if is_gone { self } else { Self { record, ..self } }
    }
}

/// The consent of a tab.
pub(super) struct Agreement {
    /// The consent that applies.
    consent: Consent,
    /// The sources that it follows from.
    choice: Choice,
    /// The storage has refused the visitor's choice, so that other tabs do not know it.
    is_unsaved: bool,
}

/// The record that cannot be read, as the number of a choice.
const UNREADABLE: u32 = 3;

impl Agreement {
    /// The default of a tab; `is_refused` if the browser refuses for the visitor.
    pub(super) fn new(default: Consent, is_refused: bool) -> Self {
        let choice = Choice { is_refused, default, record: Consent::Pending };
        Self { consent: Consent::Pending, choice, is_unsaved: false }
    }

    /// Returns the consent that applied at the last [`Agreement::review`].
    pub(super) fn consent(&self) -> Consent {
        self.consent
    }

    /// Returns true if everything may be stored and sent.
    pub(super) fn is_granted(&self) -> bool {
        self.consent == Consent::Granted
    }

    /// Returns true if the visitor has refused, in any tab.
    pub(super) fn has_denied(&self) -> bool {
        self.choice.record == Consent::Denied
    }

    /// Reads the record. If it cannot be read any more, the last known consent holds. If this page could not store its
    /// own choice, another tab's may be stored: a denial wins.
    fn read(&mut self) {
        let both = host::stored_choice();
        let [own, stored] = [both & 3, both >> 2];
        if stored == UNREADABLE {
            return;
        }
        let [own, stored] = [own, stored].map(Consent::of);
        let record = if stored == Consent::Denied { stored } else { own };
        if self.is_unsaved {
            self.is_unsaved = host::store_choice(record as i32) == 0;
        }
        self.choice = self.choice.follow(record);
    }

    /// The visitor has chosen, or a consent tool says what they chose. [`Agreement::store`] tells the other tabs.
    pub(super) fn choose(&mut self, new: Consent) {
        self.read();
        self.choice = self.choice.choose(new);
    }

    /// Stores the visitor's choice for all tabs.
    pub(super) fn store(&mut self) {
        self.is_unsaved = host::store_choice(self.choice.record as i32) == 0;
    }

    /// Returns true if the storage has refused the visitor's choice.
    pub(super) fn is_unsaved(&self) -> bool {
        self.is_unsaved
    }

    /// Sets the consent in this tab until the visitor chooses.
    pub(super) fn assume(&mut self, default: Consent) {
        self.choice.default = default;
    }

    /// Reads the record and follows it. Returns the consent that applied before, if it is another one now.
    pub(super) fn review(&mut self) -> Option<Consent> {
        self.read();
        let consent = self.choice.consent();
        let before = std::mem::replace(&mut self.consent, consent);
        (consent != before).then_some(before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// The browser tests walk the same table in pages.
    const TABLE: &str = include_str!("../../tests/browser/lib/consent-table.json");

    fn consent(row: &Value, name: &str) -> Consent {
        let all = [Consent::Granted, Consent::Pending, Consent::Denied];
        let position = ["granted", "pending", "denied"].iter().position(|text| row[name] == **text);
        all[position.unwrap()]
    }

    fn choice(row: &Value) -> Choice {
        let [default, record] = ["default", "record"].map(|name| consent(row, name));
        Choice { is_refused: row["gpc"] == true, default, record }
    }

    #[test]
    fn consent_follows_from_the_table() {
        let table: Value = serde_json::from_str(TABLE).unwrap();
        let rows = table["consent"].as_array().unwrap();
        assert_eq!(rows.len(), 18, "every row");
        for row in rows {
            assert_eq!(choice(row).consent(), consent(row, "consent"), "{row}");
        }
        let acts = table["acts"].as_array().unwrap();
        assert_eq!(acts.len(), 54, "every row");
        for row in acts {
            let then = choice(row).choose(consent(row, "act"));
            assert_eq!(
                (then.default, then.record),
                (consent(&row["then"], "default"), consent(&row["then"], "record")),
                "{row}"
            );
        }
    }

    #[test]
    fn a_denial_outlives_its_record_and_a_grant_does_not() {
        let choice = |record| Choice { is_refused: false, default: Consent::Granted, record };
        for (before, read, after) in [
            (Consent::Denied, Consent::Pending, Consent::Denied),
            (Consent::Denied, Consent::Granted, Consent::Granted),
            (Consent::Granted, Consent::Pending, Consent::Pending),
            (Consent::Granted, Consent::Denied, Consent::Denied),
        ] {
            assert_eq!(choice(before).follow(read).record, after);
        }
    }
}
