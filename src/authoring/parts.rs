//! A model with positions instead of ids: between the author's JSON and the compiled bytes.

use super::title::Titles;
use crate::model::{Bounds, Milli};

/// A model with positions instead of ids.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Parts {
    pub(crate) name: String,
    pub(crate) version: u32,
    /// The site's offset from UTC in minutes, positive east of Greenwich.
    pub(crate) utc_offset: i32,
    pub(crate) score: Bounds,
    pub(crate) dimensions: Vec<Dimension>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) stages: Vec<Stage>,
    pub(crate) labels: Vec<Label>,
    pub(crate) account: Option<Account>,
    /// The titles of rules and stages; they are not part of the compiled model.
    pub(crate) titles: Titles,
    /// The fields that conditions and `distinct` read; these refer to them by position.
    pub(crate) fields: Vec<Field>,
}

/// A field that a condition or `distinct` reads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Field {
    /// One of [`crate::model::rule::part`].
    pub(crate) part: u8,
    /// A query field has one name; a prop has the names from the outermost object to the innermost.
    pub(crate) names: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dimension {
    pub(crate) id: String,
    pub(crate) bounds: Bounds,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) points: Milli,
    pub(crate) dimension: u32,
    pub(crate) disqualify: bool,
    /// True if calibration must not change its points; not part of the compiled model.
    pub(crate) locked: bool,
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Event(EventRule),
    /// The condition: one op of [`crate::model::condition`].
    Trait(Vec<u8>),
    All(Combination),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EventRule {
    /// Event types, compared exactly; any of them.
    pub(crate) types: Vec<String>,
    /// Programs of [`crate::model::pattern`], any of them; none means any URL or none.
    pub(crate) paths: Vec<Vec<u8>>,
    /// One op of [`crate::model::condition`].
    pub(crate) condition: Option<Vec<u8>>,
    pub(crate) key: Key,
    /// The number of hits that count, the newest first (1 to 100).
    pub(crate) limit: u32,
    /// The number of live hits from which the rule is live; 1 without `at_least`.
    pub(crate) at_least: Option<u32>,
    /// Seconds that a hit lives.
    pub(crate) expires: Option<u32>,
    pub(crate) decay: Decay,
}

/// The part of an event that identifies a hit among those of its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// Its second.
    Time,
    /// Its period in seconds.
    Period(u32),
    /// The value of a field, by its position in [`Parts::fields`].
    Distinct(u32),
}

/// The decay of a hit's points with age; times in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decay {
    None,
    HalfLife(u32),
    Linear(u32),
    Step { percent: u32, every: u32 },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Combination {
    /// Positions of event and trait rules, at least one.
    pub(crate) rules: Vec<u32>,
    /// Seconds that their newest times may lie apart.
    pub(crate) within: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stage {
    pub(crate) id: String,
    pub(crate) at: Milli,
    pub(crate) near: Option<Milli>,
    /// True if a trip is sent.
    pub(crate) signal: bool,
    /// Positions of rules.
    pub(crate) auto: Vec<u32>,
    /// Positions of rules.
    pub(crate) requires: Vec<u32>,
    /// Dimensions by position, and what each has to reach.
    pub(crate) min: Vec<(u32, Milli)>,
    /// Seconds after a trip before it may trip again; never without.
    pub(crate) rearm: Option<u32>,
}

/// The roll-up of an account's visitors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    /// The most that one person adds.
    pub(crate) person_max: Milli,
    /// The score from which a person counts as engaged.
    pub(crate) engaged: Milli,
    /// Their `min` has one dimension, the people engaged.
    pub(crate) stages: Vec<Stage>,
}

/// One letter of the label: the name of the highest cutoff that a dimension reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) dimension: u32,
    /// Highest first.
    pub(crate) cutoffs: Vec<(String, Milli)>,
}
