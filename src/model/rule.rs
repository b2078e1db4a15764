//! The plain data of a compiled model: its rules, stages, dimensions, event types and fields.

#[cfg(any(feature = "authoring", feature = "edge"))]
use crate::limits::{ACCOUNT_PEOPLE, SUM};
use crate::limits::{AMOUNT, HITS, POINTS, RULES};
use crate::text::bytes::Span;

/// Milli-points: a thousandth of a point, the unit of all scoring.
pub(crate) type Milli = i64;

/// The first bytes of a compiled model, with the version of the format.
pub(crate) const MAGIC: &[u8] = b"LSM\x02";

/// No position.
pub(crate) const NONE: u32 = u32::MAX;

/// The maximum points of the hits of all rules together.
const RULES_SUM: u64 = RULES as u64 * HITS as u64 * POINTS.unsigned_abs();

/// Returns the largest possible distance of the sum of all dimensions from 0: their start values and the points of all
/// rules.
pub(crate) fn largest_sum(dimensions: impl Iterator<Item = Bounds>) -> u64 {
    let base = |sum: u64, bounds: Bounds| sum.saturating_add(bounds.clamp(0).unsigned_abs());
    dimensions.fold(RULES_SUM, base)
}

/// Returns true if the points of all people of an account are exact in JavaScript: below 2^53 milli-points. `sum` is
/// [`largest_sum`].
#[cfg(any(feature = "authoring", feature = "edge"))]
pub(crate) fn has_exact_accounts(person_max: Milli, score: Bounds, sum: u64) -> bool {
    let most = score.clamp(sum.cast_signed()).min(person_max);
    most.saturating_mul(ACCOUNT_PEOPLE as i64) <= SUM.saturating_mul(2)
}

/// The range that a sum is clamped to, ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) min: Milli,
    pub(crate) max: Milli,
}

impl Bounds {
    pub(crate) const NONE: Self = Self { min: Milli::MIN, max: Milli::MAX };

    /// Returns true if both ends are allowed amounts or missing, and in order.
    pub(super) fn is_valid(self) -> bool {
        let is_amount = |end: Milli, missing: Milli| end == missing || end.unsigned_abs() <= AMOUNT.unsigned_abs();
        is_amount(self.min, Self::NONE.min) && is_amount(self.max, Self::NONE.max) && self.min <= self.max
    }

    pub(crate) fn clamp(self, sum: Milli) -> Milli {
        sum.min(self.max).max(self.min)
    }
}

impl Default for Bounds {
    fn default() -> Self {
        Self::NONE
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Dimension {
    pub(crate) id: Span,
    pub(crate) bounds: Bounds,
    /// True if a stage has a minimum in it.
    pub(crate) has_minimum: bool,
}

/// An event type that a rule names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Type {
    pub(crate) name: Span,
    /// The numbers of the fields that the model asks for with events of this type, in order.
    pub(crate) needs: Span,
}

/// A field that conditions read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    /// One of [`part`].
    pub(crate) part: u8,
    /// A query field has one name; a prop has the names from the outermost object to the innermost.
    pub(crate) names: Span,
}

/// The parts of an event that fields belong to.
pub(crate) mod part {
    /// The URL's path in its canonical form.
    pub(crate) const PATH: u8 = 0;
    #[allow(dead_code, reason = "only the callers that hand over events use it")]
    pub(crate) const HOST: u8 = 1;
    #[allow(dead_code, reason = "only the callers that hand over events use it")]
    pub(crate) const HASH: u8 = 2;
    /// The page: the canonical path without its trailing slash, except `/`.
    #[allow(dead_code, reason = "only the callers that hand over events use it")]
    pub(crate) const PAGE: u8 = 3;
    #[allow(dead_code, reason = "only the callers that hand over events use it")]
    pub(crate) const QUERY: u8 = 4;
    #[allow(dead_code, reason = "only the callers that hand over events use it")]
    pub(crate) const PROPS: u8 = 5;
}

/// The kinds of rules, as numbers in the compiled bytes.
pub(crate) mod kind {
    pub(crate) const EVENT: u32 = 0;
    pub(crate) const TRAIT: u32 = 1;
    pub(crate) const ALL: u32 = 2;
}

/// The keys that distinguish the hits of a rule, as numbers in the compiled bytes.
pub(crate) mod key {
    /// The hit's second.
    pub(crate) const TIME: u32 = 0;
    /// The hit's period of some length in seconds.
    pub(crate) const PERIOD: u32 = 1;
    /// The value of a field.
    pub(crate) const DISTINCT: u32 = 2;
}

/// A rule. Fields that belong to one kind only are 0 for the others. Times are in seconds, 0 if there is none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// The hash of the rule's id, by which states refer to it.
    pub(crate) hash: u32,
    pub(crate) id: Span,
    pub(crate) points: Milli,
    pub(crate) dimension: u32,
    pub(crate) disqualify: bool,
    /// True if a stage's `auto` or `requires`, or a combination, names it, or if it disqualifies.
    pub(crate) is_named: bool,
    /// True if it disqualifies, or if a combination that names it does.
    pub(crate) disqualifies: bool,
    /// One of [`kind`].
    pub(crate) kind: u32,
    /// Numbers of event types, any of them.
    pub(crate) types: Span,
    /// Programs of [`crate::model::pattern`], any of them; none means any URL or none.
    pub(crate) paths: Span,
    /// One op of [`crate::model::condition`], or nothing.
    pub(crate) condition: Span,
    /// One of [`key`].
    pub(crate) key: u32,
    /// The period, or the field's number.
    pub(crate) key_of: u32,
    /// The number of hits that are kept, 1 to 100.
    pub(crate) limit: u32,
    /// True if the rule is live only with `limit` hits, which count once.
    pub(crate) at_least: bool,
    pub(crate) expires: u32,
    pub(crate) decay: Decay,
    /// For a combination: positions of rules.
    pub(crate) all: Span,
    pub(crate) within: u32,
}

/// The decay of a hit's points with age.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Decay {
    /// One of [`crate::score::decay`]'s.
    pub(crate) kind: u32,
    /// Seconds: half-life, length of the line, or of a step.
    pub(crate) time: u32,
    /// Of each step.
    pub(crate) percent: u32,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Stage {
    /// The hash of the stage's id, by which states refer to it.
    pub(crate) hash: u32,
    pub(crate) id: Span,
    pub(crate) at: Milli,
    /// Below 0 for a stage that is never near.
    pub(crate) near: Milli,
    /// True if a trip is sent.
    pub(crate) signal: bool,
    /// The position among the lifecycle stages, see [`crate::event::lifecycle::rank`].
    pub(crate) rank: u32,
    /// Seconds after a trip before it may trip again; 0 for never.
    pub(crate) rearm: u32,
    /// Positions of rules.
    pub(crate) auto: Span,
    /// Positions of rules.
    pub(crate) requires: Span,
    /// Positions of dimensions, each with the amount to reach.
    pub(crate) min: Span,
}
