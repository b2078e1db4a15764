//! The compiled model, for matching and scoring.
//!
//! A model is kept as the bytes that the compiler wrote (`crate::authoring`); the parts that every event needs are read
//! once into flat tables; strings and lists stay in the bytes. Reading never panics, and the bytes are not trusted: a
//! position out of range is treated as a missing rule, dimension or condition.
//!
//! The parts that callers need come first: names, and the fields that the model reads for each event type.
//!
//! | part | bytes |
//! | --- | --- |
//! | `LSM`, format | 4 |
//! | name, version | a string, a number |
//! | ids of dimensions, of rules, of stages | for each of the three: their number, then strings |
//! | labels | bytes: for each its dimension, its cutoffs (bytes: string, amount; highest first) |
//! | event types | their number; for each its name (a string), the fields to ask for (bytes: numbers, in order) |
//! | fields | their number; for each one of [`rule::part`], its names (bytes: strings) |
//! | the site's offset from UTC | minutes |
//! | bounds of the score, of each dimension | two optional amounts |
//! | rules | for each the fields of [`Rule`], see [`read::rule`] |
//! | stages | for each the fields of [`Stage`], in its order |
//! | account, if the model has one | bytes: see [`crate::edge::account`] |
//! | checksum | 4, over all before |
//!
//! Models in the previous format are read without their conditions, so that their states and signals stay readable: see
//! [`former`].

pub(crate) mod condition;
mod decode;
#[cfg(any(not(target_arch = "wasm32"), feature = "edge"))]
mod former;
mod given;
pub(crate) mod index;
pub(crate) mod pattern;
mod read;
pub(crate) mod rule;

use crate::model::index::Index;
use crate::text::bytes::{Span, numbers};
use crate::text::invariant::held;

pub(crate) use rule::{Bounds, Decay, Dimension, Field, Milli, Rule, Stage, Type, key, kind};

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

    /// Returns true if a hit of a rule needs a new score, because it can do more than add points: the rule is named, or
    /// a stage has a minimum in its dimension.
    pub(crate) fn asks(&self, rule: &Rule) -> bool {
        rule.is_named || self.dimensions.get(rule.dimension as usize).is_some_and(|dimension| dimension.has_minimum)
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

    /// Returns the number of an event type.
    pub(crate) fn type_number(&self, name: &[u8]) -> Option<u32> {
        self.index
            .type_number(name, |number| self.types.get(number as usize).is_some_and(|own| self.text(own.name) == name))
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
