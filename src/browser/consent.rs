//! Consent: decided from one table, for all tabs of a site, and what follows where it changes.
//!
//! An act (`consent()`, a consent tool, a Consent Mode `update`) writes the visitor's choice to one record that all tabs
//! read. The attribute `data-consent` and Consent Mode's defaults are only the default of their own tab.

use super::host::UNREADABLE;
use super::keys;
use super::outbox::Outbox;
use super::profile::Profile;
use super::tracker::{Tracker, random};

/// Decides what is kept and sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Consent {
    /// All is kept and signals are sent.
    Granted,
    /// Not asked yet: all stays in memory.
    Pending,
    /// Nothing is collected.
    Denied,
}

impl Consent {
    /// By the loader's number for it.
    pub(super) fn of(number: u32) -> Self {
        match number {
            0 => Self::Granted,
            1 => Self::Pending,
            _ => Self::Denied,
        }
    }

    /// Reads the record. Whatever is not written by this tracker is no choice.
    fn read(record: &[u8]) -> Self {
        match record {
            b"granted" => Self::Granted,
            b"denied" => Self::Denied,
            _ => Self::Pending,
        }
    }

    /// The record's text; empty for none.
    fn text(self) -> &'static [u8] {
        match self {
            Self::Granted => b"granted",
            Self::Pending => b"",
            Self::Denied => b"denied",
        }
    }
}

/// All that decides about consent in a tab.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    /// The browser refuses for the visitor, by Global Privacy Control.
    pub(super) is_refused: bool,
    /// What holds in this tab as long as the visitor has not chosen: `data-consent`, or Consent Mode's defaults.
    pub(super) default: Consent,
    /// What the visitor has chosen, for all tabs; pending for nothing.
    pub(super) record: Consent,
}

impl Choice {
    /// Returns what holds: denied if anything says so, else granted if anything says so.
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

    /// Returns the choice after an act in this tab. A grant replaces a denial, unless the browser refuses. `pending` takes
    /// back a grant, not a denial: the visitor is to be asked again.
    pub(super) fn act(self, act: Consent) -> Self {
        match act {
            Consent::Granted if self.is_refused => self,
            Consent::Pending => Self {
                default: if self.default == Consent::Denied { self.default } else { act },
                record: if self.record == Consent::Denied { self.record } else { act },
                ..self
            },
            _ => Self { record: act, ..self },
        }
    }

    /// Returns the choice after the record was read. A denial whose record is gone, because somebody has cleared the
    /// storage, holds in this tab until a grant replaces it.
    pub(super) fn follow(self, record: Consent) -> Self {
        let is_gone = record == Consent::Pending && self.record == Consent::Denied;
        if is_gone { self } else { Self { record, ..self } }
    }
}

impl Tracker {
    /// The visitor has chosen, or a consent tool says what they chose.
    pub(super) fn act(&mut self, act: Consent) {
        self.read_choice();
        self.choice = self.choice.act(act);
        if act == Consent::Denied {
            // Before the record is written, as there may be no room left for it.
            self.forget();
        }
        self.is_choice_unsaved = !self.host.set(keys::CONSENT, self.choice.record.text());
        self.review();
        if self.is_choice_unsaved {
            // Other tabs must hear of it, so it is tried again.
            self.settle_soon();
        }
    }

    /// What holds in this tab until the visitor chooses.
    pub(super) fn assume(&mut self, default: Consent) {
        self.choice.default = default;
        self.review();
    }

    /// Reads the record. If it cannot be read any more, the last known consent holds. If this page could not store its own
    /// choice, another tab's may be stored: a denial wins.
    fn read_choice(&mut self) {
        let [own, stored] = [self.host.get(keys::CONSENT), self.host.stored(keys::CONSENT)];
        if stored == UNREADABLE {
            return;
        }
        let [own, stored] = [own, stored].map(|record| Consent::read(record.as_bytes()));
        let record = if stored == Consent::Denied { stored } else { own };
        if self.is_choice_unsaved {
            self.is_choice_unsaved = !self.host.set(keys::CONSENT, record.text());
        }
        self.choice = self.choice.follow(record);
    }

    /// Reads the record and follows it. Called before anything is collected, stored or sent: a tab that was frozen does not
    /// hear what happens in others.
    pub(super) fn review(&mut self) {
        self.read_choice();
        let consent = self.choice.consent();
        let before = std::mem::replace(&mut self.consent, consent);
        if consent == before {
            return;
        }
        self.outbox = Outbox::default();
        if consent == Consent::Denied {
            self.forget();
        } else {
            // What was gathered is taken in again, on top of what earlier pages have stored.
            self.session.clear();
            self.profile = Profile::new(&random(&self.host), 0);
            self.join_former();
            self.join();
            self.look_at_outbox();
            let told = self.news.len();
            for deed in std::mem::take(&mut self.gathered) {
                let _ = self.score(deed);
            }
            // Listeners have heard these events already when they happened.
            let again = self.news.split_off(told.min(self.news.len()));
            self.news.extend(again.into_iter().filter(|(name, _)| *name != "event"));
            if before == Consent::Denied && !self.view.url.is_empty() {
                self.show();
            }
        }
        self.announce_segment();
    }

    /// All that is known of the visitor goes, in the storage too. The cookie says so to an edge worker.
    pub(super) fn forget(&mut self) {
        let stored = self.host.keys(keys::PREFIX).into_bytes();
        for key in stored.split(|byte| *byte == b' ').filter(|key| keys::is_own(key)) {
            self.host.set(key, b"");
        }
        self.host.cookie(Consent::Denied.text(), self.has_cookie);
        self.outbox = Outbox::default();
        self.gathered.clear();
        self.session.clear();
        self.profile = Profile::new(&random(&self.host), 0);
    }

    /// From here on it is another visitor.
    pub(super) fn reset(&mut self) {
        // A reset in another tab comes before this one.
        self.review();
        self.join();
        self.gathered.clear();
        self.profile = self.profile.another(&random(&self.host));
        self.session.clear();
        if self.consent == Consent::Granted {
            self.host.set(keys::SESSION, b"");
        }
        self.begin_view();
        self.settle();
        self.announce_segment();
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
            let then = choice(row).act(consent(row, "act"));
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

    #[test]
    fn whatever_else_is_stored_is_not_a_choice() {
        for record in ["", "Granted", "granted ", "pending", "{}", "\u{0}"] {
            assert_eq!(Consent::read(record.as_bytes()), Consent::Pending, "{record}");
        }
        for consent in [Consent::Granted, Consent::Pending, Consent::Denied] {
            assert_eq!(Consent::read(consent.text()), consent);
        }
    }
}
