//! The compiled model, as it is matched and scored.
//!
//! A model is kept as the bytes that the compiler wrote (`crate::authoring`); what is needed at every event is read out
//! once into flat tables, texts and lists stay where they are. Reading is total and nothing in the bytes is trusted:
//! a position out of range is a rule, a dimension or a condition that is not there.
//!
//! What whoever hands over events needs comes first: names, and which fields an event of which type is asked for.
//!
//! | part | bytes |
//! | --- | --- |
//! | `LSM`, format | 4 |
//! | name, version | a text, a number |
//! | ids of dimensions, of rules, of stages | of each their number, then texts |
//! | labels | bytes: for each its dimension, its cutoffs (bytes: text, amount; highest first) |
//! | event types | their number; for each its name (a text), the fields that it is asked for (bytes: numbers, in order) |
//! | fields | their number; for each one of [`part`], its names (bytes: texts) |
//! | the site's offset from UTC | minutes |
//! | bounds of the score, of each dimension | two optional amounts |
//! | rules | for each what [`Rule`] has: see [`decode::read_rule`] |
//! | stages | for each what [`Stage`] has, in its order |
//! | account, if the model has one | bytes: see [`crate::account`] |
//! | checksum | 4, over all before |
//!
//! Models of the former format are read without their conditions, for what was made under them: see [`former`].

mod decode;
#[cfg(any(not(target_arch = "wasm32"), feature = "edge"))]
mod former;
mod uses;

use crate::bytes::{Span, numbers};
use crate::invariant::held;
#[cfg(any(feature = "authoring", feature = "edge"))]
use crate::limits::{ACCOUNT_PEOPLE, SUM};
use crate::limits::{AMOUNT, HITS, POINTS, RULES};
use crate::matcher::Index;

pub(crate) use uses::Use;

/// Milli-points: a thousandth of a point, the unit of all scoring.
pub(crate) type Milli = i64;

/// What a compiled model begins with, and the version of the format.
pub(crate) const MAGIC: &[u8] = b"LSM\x02";

/// No position.
pub(crate) const NONE: u32 = u32::MAX;

/// The most points that the hits of all rules can make together.
const RULES_SUM: u64 = RULES as u64 * HITS as u64 * POINTS.unsigned_abs();

/// How far from 0 the sum of all dimensions may be, at most: what they start from, and what rules can add.
pub(crate) fn largest_sum(dimensions: impl Iterator<Item = Bounds>) -> u64 {
    let base = |sum: u64, bounds: Bounds| sum.saturating_add(bounds.clamp(0).unsigned_abs());
    dimensions.fold(RULES_SUM, base)
}

/// Returns whether the points of all people of an account are exact in JavaScript: below 2^53 milli-points. `sum` is
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
    /// How much later than UTC the site's time is, in seconds.
    pub(crate) utc_offset: i32,
    /// It is of the former format, so nothing can be matched with it.
    pub(crate) is_former: bool,
    #[cfg(feature = "edge")]
    account: Span,
    pub(crate) index: Index,
    /// By rule.
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

    /// Returns whether both ends are amounts that a model may have, or missing, and in order.
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
    /// Numbers of the fields that an event of the type is asked for, in order.
    pub(crate) needs: Span,
}

/// What conditions look at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    /// One of [`part`].
    pub(crate) part: u8,
    /// Of the query its one name; of the props from the outermost to the innermost.
    pub(crate) names: Span,
}

/// What part of an event a field is of.
pub(crate) mod part {
    /// The URL's path in its canonical form.
    pub(crate) const PATH: u8 = 0;
    #[allow(dead_code, reason = "whoever hands over events knows it")]
    pub(crate) const HOST: u8 = 1;
    #[allow(dead_code, reason = "whoever hands over events knows it")]
    pub(crate) const HASH: u8 = 2;
    /// The canonical path without its trailing slash, except `/`: which page it is.
    #[allow(dead_code, reason = "whoever hands over events knows it")]
    pub(crate) const PAGE: u8 = 3;
    #[allow(dead_code, reason = "whoever hands over events knows it")]
    pub(crate) const QUERY: u8 = 4;
    #[allow(dead_code, reason = "whoever hands over events knows it")]
    pub(crate) const PROPS: u8 = 5;
}

/// What a rule is: a number in the compiled bytes.
pub(crate) mod kind {
    pub(crate) const EVENT: u32 = 0;
    pub(crate) const TRAIT: u32 = 1;
    pub(crate) const ALL: u32 = 2;
}

/// What tells one hit of a rule from another: a number in the compiled bytes.
pub(crate) mod key {
    /// Its second.
    pub(crate) const TIME: u32 = 0;
    /// Its period, of so many seconds.
    pub(crate) const PERIOD: u32 = 1;
    /// The value of a field.
    pub(crate) const DISTINCT: u32 = 2;
}

/// A rule; of what only one kind has, the others have zeros. Times are in seconds, 0 where there is none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// What a state calls this rule: the hash of its id.
    pub(crate) hash: u32,
    pub(crate) id: Span,
    pub(crate) points: Milli,
    pub(crate) dimension: u32,
    pub(crate) disqualify: bool,
    /// One of [`kind`].
    pub(crate) kind: u32,
    /// Numbers of event types, any of them.
    pub(crate) types: Span,
    /// Programs of [`crate::pattern`], any of them; none means any URL or none.
    pub(crate) paths: Span,
    /// One op of [`crate::condition`], or nothing.
    pub(crate) condition: Span,
    /// One of [`key`].
    pub(crate) key: u32,
    /// The period, or the field's number.
    pub(crate) key_of: u32,
    /// How many hits are kept, 1 to 100.
    pub(crate) limit: u32,
    /// Whether it takes `limit` hits to be live, and they count once.
    pub(crate) at_least: bool,
    pub(crate) expires: u32,
    pub(crate) decay: Decay,
    /// Of a combination: positions of rules.
    pub(crate) all: Span,
    pub(crate) within: u32,
}

/// How a hit loses its points with age.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Decay {
    /// One of [`crate::decay`]'s.
    pub(crate) kind: u32,
    /// Seconds: half-life, length of the line, or of a step.
    pub(crate) time: u32,
    /// Of each step.
    pub(crate) percent: u32,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Stage {
    /// What a state calls this stage: the hash of its id.
    pub(crate) hash: u32,
    pub(crate) id: Span,
    pub(crate) at: Milli,
    /// Below 0 of a stage that is never near.
    pub(crate) near: Milli,
    /// Whether a trip is sent.
    pub(crate) signal: bool,
    /// Where it stands among the lifecycle stages, see [`crate::lifecycle::rank`].
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

    /// A text or a list of the model.
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

    /// What the model says of accounts; empty of one that says nothing.
    #[cfg(feature = "edge")]
    pub(crate) fn account(&self) -> &[u8] {
        self.text(self.account)
    }

    /// The numbers of the fields that an event of a type is asked for; none of a type that no rule names.
    pub(crate) fn needs(&self, kind: u32) -> impl Iterator<Item = u32> + use<'_> {
        numbers(self.types.get(kind as usize).map_or(&[], |own| self.text(own.needs)))
    }

    /// The key of a `per` hit at a second: which period of so many seconds it is in, counted in the site's time.
    pub(crate) fn period(&self, t: u32, seconds: u32) -> u32 {
        // Before 1970 in the site's time there are periods too: the number of one is all that counts.
        i64::from(t).wrapping_add(self.utc_offset.into()).checked_div_euclid(seconds.into()).unwrap_or_default() as u32
    }
}
