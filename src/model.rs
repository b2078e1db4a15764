//! The compiled model, as it is matched and scored.
//!
//! A model is kept as the bytes that the compiler wrote (`crate::authoring`); the parts that every event needs are read
//! once into flat tables; strings and lists stay in the bytes. Reading never panics, and the bytes are not trusted: a
//! position out of range is treated as a missing rule, dimension or condition.
//!
//! The parts that the callers need come first: names, and the fields that the model asks for with each event type.
//!
//! | part | bytes |
//! | --- | --- |
//! | `LSM`, format | 4 |
//! | name, version | a string, a number |
//! | ids of dimensions, of rules, of stages | for each of the three: their number, then strings |
//! | labels | bytes: for each its dimension, its cutoffs (bytes: string, amount; highest first) |
//! | event types | their number; for each its name (a string), the fields to ask for (bytes: numbers, in order) |
//! | fields | their number; for each one of [`part`], its names (bytes: strings) |
//! | the site's offset from UTC | minutes |
//! | bounds of the score, of each dimension | two optional amounts |
//! | rules | for each the fields of [`Rule`], see [`decode::read_rule`] |
//! | stages | for each the fields of [`Stage`], in its order |
//! | account, if the model has one | bytes: see [`crate::edge::account`] |
//! | checksum | 4, over all before |
//!
//! Models of the former format are read without their conditions, so that their states and signals stay readable: see
//! [`former`].

pub(crate) mod condition;
mod decode;
#[cfg(any(not(target_arch = "wasm32"), feature = "edge"))]
mod former;
pub(crate) mod index;
pub(crate) mod lifecycle;
pub(crate) mod pattern;
mod uses;

#[cfg(any(feature = "authoring", feature = "edge"))]
use crate::limits::{ACCOUNT_PEOPLE, SUM};
use crate::limits::{AMOUNT, HITS, POINTS, RULES};
use crate::model::index::Index;
use crate::text::bytes::{Span, numbers};
use crate::text::invariant::held;

pub(crate) use uses::Use;

/// Milli-points: a thousandth of a point, the unit of all scoring.
pub(crate) type Milli = i64;

/// The first bytes of a compiled model, with the version of the format.
pub(crate) const MAGIC: &[u8] = b"LSM\x02";

/// No position.
pub(crate) const NONE: u32 = u32::MAX;

/// The most points that the hits of all rules can make together.
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

/// A compiled scoring model.
///
/// ```
/// let json = r#"{ "name": "tiny", "rules": [{ "id": "pricing", "event": "page_view", "path": "/pricing", "points": 15 }] }"#;
/// let compiled = leadscore::authoring::compile(json)?;
/// let model = leadscore::Model::decode(&compiled.bytes)?;
/// assert_eq!(model.name(), "tiny");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Model {
    bytes: Vec<u8>,
    pub(crate) hash: Vec<u8>,
    name: Span,
    version: u32,
    pub(crate) score: Bounds,
    pub(crate) dimensions: Vec<Dimension>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) stages: Vec<Stage>,
    labels: Span,
    pub(crate) types: Vec<Type>,
    pub(crate) fields: Vec<Field>,
    /// The site's offset from UTC in seconds, positive east of Greenwich.
    pub(crate) utc_offset: i32,
    /// True if the model has the former format, so no event can be matched with it.
    pub(crate) is_former: bool,
    #[cfg(feature = "edge")]
    account: Span,
    pub(crate) index: Index,
    /// The uses of each rule, by its position.
    pub(crate) uses: Vec<Use>,
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
    fn is_valid(self) -> bool {
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
    /// The position among the lifecycle stages, see [`crate::model::lifecycle::rank`].
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

impl Model {
    /// The model's name.
    #[must_use]
    pub fn name(&self) -> &str {
        core::str::from_utf8(self.text(self.name)).unwrap_or_default()
    }

    /// The author's version of the model.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The name of these very bytes: 22 characters of base64url.
    #[must_use]
    pub fn hash(&self) -> &str {
        held(core::str::from_utf8(&self.hash).ok())
    }

    pub(crate) fn name_bytes(&self) -> &[u8] {
        self.text(self.name)
    }

    /// Returns a string or a list of the model.
    pub(crate) fn text(&self, span: Span) -> &[u8] {
        span.of(&self.bytes)
    }

    pub(crate) fn rule(&self, position: u32) -> Option<&Rule> {
        self.rules.get(position as usize)
    }

    /// A rule's id; empty for one that is not there.
    pub(crate) fn rule_id(&self, position: u32) -> &[u8] {
        self.rule(position).map_or(&[], |rule| self.text(rule.id))
    }

    /// A stage's id; empty for one that is not there.
    pub(crate) fn stage_id(&self, position: u32) -> &[u8] {
        self.stages.get(position as usize).map_or(&[], |stage| self.text(stage.id))
    }

    pub(crate) fn labels(&self) -> &[u8] {
        self.text(self.labels)
    }

    /// Returns the account section; empty if the model has none.
    #[cfg(feature = "edge")]
    pub(crate) fn account(&self) -> &[u8] {
        self.text(self.account)
    }

    /// Returns the numbers of the fields that the model asks for with events of a type; none if no rule names the type.
    pub(crate) fn needs(&self, kind: u32) -> impl Iterator<Item = u32> + use<'_> {
        numbers(self.types.get(kind as usize).map_or(&[], |own| self.text(own.needs)))
    }

    /// Returns the key of a `per` hit at a second: the number of its period of `seconds`, in the site's time.
    pub(crate) fn period(&self, t: u32, seconds: u32) -> u32 {
        // Before 1970 in the site's time the number is negative and wraps; keys are only compared for equality.
        i64::from(t).wrapping_add(self.utc_offset.into()).checked_div_euclid(seconds.into()).unwrap_or_default() as u32
    }
}
