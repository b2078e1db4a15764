//! Errors at run time: one enum; each error has a stable code and a message that says what to do.

use core::fmt;

use crate::text::invariant::held;

/// An error of the runtime. Nothing has changed when one is returned.
///
/// ```
/// use leadscore::{Error, Model};
/// let error = Model::decode(b"no model").err();
/// assert_eq!(error, Some(Error::ModelCorrupt));
/// assert_eq!(Error::ModelCorrupt.code(), "model_corrupt");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are not a compiled model, or corrupted.
    ModelCorrupt,
    /// The model was compiled by another version of leadscore.
    ModelVersion,
    /// The model has no `account`.
    #[cfg(feature = "edge")]
    ModelAccount,
    /// The account's key is empty or too long.
    #[cfg(feature = "edge")]
    AccountKey,
    /// The visitor's id is empty or too long.
    VisitorId,
    /// `now` is not a valid time.
    Now,
    /// The event is not a JSON object.
    EventSyntax,
    /// The event's type is missing, not a string or too long.
    EventType,
    /// The event's `at` is not a valid time.
    EventTime,
    /// The event's URL is not a string or too long.
    EventUrl,
    /// The event's props are not an object, or are too large or too deep.
    EventProps,
    /// A lifecycle event names no stage that is known.
    EventLifecycle,
    /// The bytes are not a state, or corrupted.
    StateCorrupt,
    /// The state was written by a newer version of leadscore.
    StateVersion,
    /// The state would not fit its limit.
    StateTooLarge,
    /// The value is not a signal.
    SignalSyntax,
    /// Another model made the signal.
    SignalModel,
    /// The signal does not follow from the state that it carries.
    SignalMismatch,
}

impl Error {
    /// Returns the subject of the error, which is the `name` of the JavaScript error.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.part(0)
    }

    /// A stable code, for programs.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.part(1)
    }

    /// A message for people: the error, and what to do next.
    #[must_use]
    pub fn message(self) -> &'static str {
        self.part(2)
    }

    fn part(self, index: usize) -> &'static str {
        held(self.text().splitn(3, ' ').nth(index))
    }

    /// Name, code and message, with a space between.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::ModelCorrupt => "ModelError model_corrupt not a compiled model, or corrupted: recompile it",
            Self::ModelVersion => "ModelError model_version compiled by another version: recompile it",
            #[cfg(feature = "edge")]
            Self::ModelAccount => "ModelError model_account the model has no `account`: add one to score accounts",
            #[cfg(feature = "edge")]
            Self::AccountKey => "LeadError account_key the account's key must have 1 to 128 characters",
            Self::VisitorId => "LeadError visitor_id the visitor's id must have 1 to 1024 characters",
            Self::Now => "LeadError now `now` must be in milliseconds since 1970, as from Date.now()",
            Self::EventSyntax => {
                "EventError event_syntax an event must be a JSON object: finite numbers, valid Unicode, no cycles"
            }
            Self::EventType => "EventError event_type the event needs a `type` of at most 128 characters",
            Self::EventTime => "EventError event_time `at` must be in milliseconds since 1970, before 2106",
            Self::EventUrl => "EventError event_url `url` must be a string of at most 64 KiB",
            Self::EventProps => "EventError event_props `props` must be an object of at most 64 KiB and 8 levels",
            Self::EventLifecycle => {
                "EventError event_lifecycle `props.stage` must be subscriber, lead, mql, sal, sql, opportunity, \
                 customer, evangelist or recycled"
            }
            Self::StateCorrupt => "StateError state_corrupt not a state, or corrupted: start without it",
            Self::StateVersion => "StateError state_version written by another version: update, or start without it",
            Self::StateTooLarge => "StateError state_too_large the state would exceed 64 KiB: lower the rules' limits",
            Self::SignalSyntax => "SignalError signal_syntax not a leadscore signal: send it unchanged",
            Self::SignalModel => "SignalError signal_model made under another model: verify it with that model",
            Self::SignalMismatch => "SignalError signal_mismatch does not follow from its state: do not trust it",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for Error {}
