//! The compiled model, as it is matched and scored.
//!
//! A model is kept as the bytes that the compiler wrote (`crate::authoring`); what is needed at every event is read out
//! once into flat tables, texts and lists stay where they are. Reading is total and nothing in the bytes is trusted:
//! a position out of range is a rule, a dimension or a condition that is not there.
//!
//! | part | bytes |
//! | --- | --- |
//! | `LSM`, format | 4 |
//! | name, version, score's bounds | a text, a number, two optional amounts |
//! | dimensions | their number; for each id, bounds |
//! | rules | their number; for each what [`Rule`] has, in its order |
//! | stages | their number; for each what [`Stage`] has, in its order |
//! | labels | bytes: for each its dimension, its cutoffs (bytes: text, amount; highest first) |
//! | expressions | a JSON array of conditions (see [`crate::condition`]) and fields |
//! | account, if the model has one | bytes: see [`crate::account`] |
//! | checksum | 4, over all before |

use crate::bound;
use crate::bytes::{Reader, Span};
use crate::error::Error;
use crate::hash::{checked, hash32, hash128};
use crate::invariant::held;
use crate::json::{Tape, Value};
#[cfg(any(feature = "authoring", feature = "edge"))]
use crate::limits::ACCOUNT_PEOPLE;
use crate::limits::{AMOUNT, HITS, POINTS, RULES, STAGES, SUM};
use crate::matcher::Index;

/// Milli-points: a thousandth of a point, the unit of all scoring.
pub(crate) type Milli = i64;

/// What a compiled model begins with, and the version of the format.
pub(crate) const MAGIC: &[u8] = b"LSM\x01";

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
    expressions: Tape,
    #[cfg(feature = "edge")]
    account: Span,
    pub(crate) index: Index,
    /// By rule, see [`crate::bound::reaches`].
    pub(crate) reaches: Vec<Milli>,
}

/// The range that a sum is clamped to, ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) min: Milli,
    pub(crate) max: Milli,
}

impl Bounds {
    pub(crate) const NONE: Self = Self { min: Milli::MIN, max: Milli::MAX };

    fn read(reader: &mut Reader<'_>) -> Self {
        Self { min: reader.signed_or(Self::NONE.min), max: reader.signed_or(Self::NONE.max) }
    }

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
    /// Event types, any of them.
    pub(crate) types: Span,
    /// Programs of [`crate::pattern`], any of them; none means any URL or none.
    pub(crate) paths: Span,
    /// The condition's position in the tape of expressions, or [`NONE`].
    pub(crate) condition: u32,
    /// A field that must equal a value for the condition to hold: both by position in the tape, or [`NONE`].
    pub(crate) field: u32,
    pub(crate) value: u32,
    /// One of [`key`].
    pub(crate) key: u32,
    /// The period, or the field's position in the tape of expressions.
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
    /// Reads a compiled model.
    ///
    /// # Errors
    /// [`Error::ModelVersion`] for one that another version compiled, [`Error::ModelCorrupt`] for anything else that
    /// is not what the compiler wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let (magic, format) = MAGIC.split_at(3);
        if !bytes.starts_with(magic) {
            return Err(Error::ModelCorrupt);
        }
        if bytes.get(3..).is_some_and(|rest| !rest.is_empty() && !rest.starts_with(format)) {
            return Err(Error::ModelVersion);
        }
        Self::read(bytes).ok_or(Error::ModelCorrupt)
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let body = checked(bytes)?;
        let reader = &mut Reader::new(body);
        reader.u32_le();
        let (name, version, score) = (reader.span(), reader.varint(), Bounds::read(reader));
        let dimensions =
            list(reader, body.len(), |reader| Dimension { id: reader.span(), bounds: Bounds::read(reader) })?;
        let mut rules = list(reader, RULES, |reader| read_rule(reader, body))?;
        let stages = list(reader, STAGES, |reader| read_stage(reader, body))?;
        let labels = reader.span();
        let mut expressions = Tape::default();
        let read = expressions.read(reader.sized());
        // On a page nobody looks at what may follow.
        #[cfg(feature = "edge")]
        let account = if reader.more() { reader.span() } else { Span::default() };
        if read.is_err() || reader.failed() || (cfg!(feature = "edge") && reader.more()) {
            return None;
        }
        let bounds = || dimensions.iter().map(|dimension| dimension.bounds);
        if !score.is_valid() || !bounds().all(Bounds::is_valid) || largest_sum(bounds()) > SUM.unsigned_abs() {
            return None;
        }
        // Rules name expressions by number: look each up once.
        let mut positions = Vec::new();
        for expression in expressions.root().elements() {
            positions.push(expression.position());
        }
        let position = |number: u32| positions.get(number as usize).copied().unwrap_or(NONE);
        for rule in &mut rules {
            rule.condition = position(rule.condition);
            rule.field = position(rule.field);
            rule.value = position(rule.value);
            if rule.key == key::DISTINCT {
                rule.key_of = position(rule.key_of);
            }
        }
        let index = Index::new(body, &rules, &expressions);
        // What a state calls one rule or stage it calls no other.
        let is_own = |(position, rule): (u32, &Rule)| index.rule(rule.hash) == Some(position);
        let is_first =
            |(position, stage): (usize, &Stage)| stages.iter().position(|own| own.hash == stage.hash) == Some(position);
        if !(0u32..).zip(&rules).all(is_own) || !stages.iter().enumerate().all(is_first) {
            return None;
        }
        let (bytes, hash) = (bytes.to_vec(), hash128(&[bytes]));
        let mut model = Self {
            bytes,
            hash,
            name,
            version,
            score,
            dimensions,
            rules,
            stages,
            labels,
            expressions,
            #[cfg(feature = "edge")]
            account,
            index,
            reaches: Vec::new(),
        };
        model.reaches = bound::reaches(&model);
        Some(model)
    }

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

    /// The condition or field at a position that a rule has.
    pub(crate) fn expression(&self, position: u32) -> Value<'_> {
        self.expressions.value(position)
    }
}

/// A number, then so many items, if they are not too many. Each takes a byte at least, so a lie ends soon.
fn list<'a, T>(reader: &mut Reader<'a>, most: usize, mut item: impl FnMut(&mut Reader<'a>) -> T) -> Option<Vec<T>> {
    let count = reader.varint() as usize;
    if count > most {
        return None;
    }
    let mut list = Vec::new();
    while list.len() < count && !reader.failed() {
        list.push(item(reader));
    }
    Some(list)
}

fn read_rule(reader: &mut Reader<'_>, bytes: &[u8]) -> Rule {
    let id = reader.span();
    Rule {
        hash: hash32(id.of(bytes)),
        id,
        points: reader.signed_within(POINTS),
        dimension: reader.varint(),
        disqualify: reader.u8() != 0,
        kind: reader.varint(),
        types: reader.span(),
        paths: reader.span(),
        // Written as one more, 0 for none.
        condition: reader.varint().wrapping_sub(1),
        field: reader.varint().wrapping_sub(1),
        value: reader.varint().wrapping_sub(1),
        key: reader.varint(),
        key_of: reader.varint(),
        limit: reader.varint().clamp(1, HITS),
        at_least: reader.u8() != 0,
        expires: reader.varint(),
        decay: Decay { kind: reader.varint(), time: reader.varint(), percent: reader.varint() },
        all: reader.span(),
        within: reader.varint(),
    }
}

fn read_stage(reader: &mut Reader<'_>, bytes: &[u8]) -> Stage {
    let id = reader.span();
    Stage {
        hash: hash32(id.of(bytes)),
        id,
        at: reader.signed_within(AMOUNT),
        near: reader.signed_within(AMOUNT),
        signal: reader.u8() != 0,
        rank: reader.varint(),
        rearm: reader.varint(),
        auto: reader.span(),
        requires: reader.span(),
        min: reader.span(),
    }
}
