//! All limits. Exceeding one is a typed error that changes nothing.

/// Bytes of a model's JSON.
pub const MODEL_BYTES: usize = 4 * 1024 * 1024;
/// Rules of a model.
pub const RULES: usize = 10_000;
/// The largest offset of a site's time from UTC, in minutes east or west.
pub(crate) const UTC_OFFSET_MINUTES: i64 = 14 * 60;
/// Stages of a model.
pub const STAGES: usize = 64;
/// Characters of a path pattern, as written.
pub const PATTERN_CHARS: usize = 1_024;
/// Levels of a condition; `{}` has one.
pub const CONDITION_DEPTH: usize = 16;
/// Hits that a rule may keep (`limit`, `at_least`).
pub const HITS: u32 = 100;
/// Characters of a title.
pub const TITLE_CHARS: usize = 60;
/// Characters of an id.
pub const ID_CHARS: usize = 64;
/// Days of the longest duration.
pub const DURATION_DAYS: u32 = 3_650;
/// The largest |points| of a rule, in milli-points.
pub const POINTS: i64 = 10_000_000;
/// The largest |amount| of a bound, a stage or a cutoff, in milli-points.
pub const AMOUNT: i64 = 1_000_000_000_000_000;
/// The largest |sum| of what dimensions start from and their rules add, in milli-points. With a bound of the score on top
/// of it every number of a snapshot and of a receipt is below 2^53 milli-points, and so exact in JavaScript.
pub(crate) const SUM: i64 = 1 << 52;

/// Characters of an event's type.
pub const TYPE_CHARS: usize = 128;
/// Bytes of an event's URL.
pub const URL_BYTES: usize = 64 * 1024;
/// Bytes of an event's props as JSON.
pub const PROPS_BYTES: usize = 64 * 1024;
/// Levels of an event's props; `{}` has one.
pub const PROPS_DEPTH: usize = 8;
/// Levels that any JSON text may have.
pub const JSON_DEPTH: usize = 64;
/// Bytes of an event as JSON: all its parts at their limits, every character escaped.
pub const EVENT_BYTES: usize = 1024 * 1024;
/// The first second that is too late, 2106-02-07: times are 32 bits of seconds since 1970.
pub const TIME_SECONDS: u64 = 1 << 32;

/// Bytes of an encoded state.
pub const STATE_BYTES: usize = 64 * 1024;
/// Bytes of the entries in a state for rules that its model does not have, and of those that a wrong clock has dated
/// ahead.
pub const ASIDE_BYTES: usize = 1_024;
/// Seconds after `now` from which on an entry is believed to come of a wrong clock.
pub const AHEAD_SECONDS: u32 = 24 * 60 * 60;
/// Characters of a visitor's id.
pub const VISITOR_CHARS: usize = 1_024;
/// Characters of an account's key.
pub const ACCOUNT_CHARS: usize = 128;
/// People of an account: of more, those seen last.
pub const ACCOUNT_PEOPLE: usize = 50;
/// Bytes of what an account keeps of a person's state, so that a signal with all of them stays below 64 KiB.
pub const CONTRIBUTION_BYTES: usize = 700;
/// Touchpoints of a signal.
pub const TOUCHPOINTS: usize = 50;
/// Bytes of a visitor's signal when it is created: a larger one contains a part of the state, and `partial`.
pub const SIGNAL_MADE_BYTES: usize = 16 * 1024;
/// Bytes of a signal as JSON that `verify` reads.
pub const SIGNAL_BYTES: usize = 4 * 1024 * 1024;
