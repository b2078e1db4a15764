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
//! | rules | for each what [`Rule`] has: see [`read_rule`] |
//! | stages | for each what [`Stage`] has, in its order |
//! | account, if the model has one | bytes: see [`crate::account`] |
//! | checksum | 4, over all before |
//!
//! Models of the former format are read without their conditions, for what was made under them: see [`former`].

#[cfg(any(not(target_arch = "wasm32"), feature = "edge"))]
mod former;
mod uses;

use crate::bytes::{Reader, Span, numbers};
use crate::error::Error;
use crate::hash::{checked, hash32, hash128};
use crate::invariant::held;
#[cfg(any(feature = "authoring", feature = "edge"))]
use crate::limits::ACCOUNT_PEOPLE;
use crate::limits::{AMOUNT, HITS, POINTS, RULES, STAGES, SUM, UTC_OFFSET_MINUTES};
use crate::matcher::Index;
use crate::sort::sort;

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
    /// Reads a compiled model.
    ///
    /// # Errors
    /// [`Error::ModelVersion`] for one that another version compiled, [`Error::ModelCorrupt`] for anything else that
    /// is not what the compiler wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let Some(body) = checked(bytes) else {
            // Of a damaged model the first bytes alone say what it was.
            return Err(if is_other(bytes) { Error::ModelVersion } else { Error::ModelCorrupt });
        };
        if is_other(bytes) {
            #[cfg(any(not(target_arch = "wasm32"), feature = "edge"))]
            if former::is_former(bytes) {
                return former::read(bytes, body).ok_or(Error::ModelCorrupt);
            }
            return Err(Error::ModelVersion);
        }
        Self::read(bytes, body).ok_or(Error::ModelCorrupt)
    }

    fn read(bytes: &[u8], body: &[u8]) -> Option<Self> {
        let reader = &mut Reader::new(body);
        if reader.take(MAGIC.len()) != MAGIC {
            return None;
        }
        let mut model = Self::new(reader.span(), reader.varint());
        let most = body.len();
        model.dimensions = list(reader, most, |reader| Dimension { id: reader.span(), bounds: Bounds::NONE })?;
        let rules = list(reader, RULES, Reader::span)?;
        let stages = list(reader, STAGES, Reader::span)?;
        model.labels = reader.span();
        model.types = list(reader, most, |reader| Type { name: reader.span(), needs: reader.span() })?;
        model.fields = list(reader, most, |reader| Field { part: reader.u8(), names: reader.span() })?;
        model.utc_offset = (reader.signed_within(UTC_OFFSET_MINUTES) as i32).wrapping_mul(60);
        model.score = Bounds::read(reader);
        for dimension in &mut model.dimensions {
            dimension.bounds = Bounds::read(reader);
        }
        for id in rules {
            model.rules.push(read_rule(reader, id, body));
        }
        for id in stages {
            model.stages.push(read_stage(reader, id, body));
        }
        model.finish(reader, bytes, body)
    }

    fn new(name: Span, version: u32) -> Self {
        Self {
            bytes: Vec::new(),
            hash: Vec::new(),
            name,
            version,
            score: Bounds::NONE,
            dimensions: Vec::new(),
            rules: Vec::new(),
            stages: Vec::new(),
            labels: Span::default(),
            types: Vec::new(),
            fields: Vec::new(),
            utc_offset: 0,
            is_former: false,
            #[cfg(feature = "edge")]
            account: Span::default(),
            index: Index::default(),
            uses: Vec::new(),
        }
    }

    /// What follows from all that was read; none if that is not a model.
    fn finish(mut self, reader: &mut Reader<'_>, bytes: &[u8], body: &[u8]) -> Option<Self> {
        // On a page nobody looks at what may follow.
        #[cfg(feature = "edge")]
        if reader.more() {
            self.account = reader.span();
        }
        let bounds = || self.dimensions.iter().map(|dimension| dimension.bounds);
        let is_read = !(reader.failed() || cfg!(feature = "edge") && reader.more());
        let is_exact = largest_sum(bounds()) <= SUM.unsigned_abs();
        if !is_read || !self.score.is_valid() || !bounds().all(Bounds::is_valid) || !is_exact {
            return None;
        }
        self.index = Index::new(&self, body);
        // What a state calls one rule or stage it calls no other.
        let is_own = |(position, rule): (u32, &Rule)| self.index.rule(rule.hash) == Some(position);
        let first = |hash: u32| self.stages.iter().position(|own| own.hash == hash);
        let is_first = |(position, stage): (usize, &Stage)| first(stage.hash) == Some(position);
        if !(0u32..).zip(&self.rules).all(is_own) || !self.stages.iter().enumerate().all(is_first) {
            return None;
        }
        // An answer has each dimension under its name.
        let mut ids: Vec<&[u8]> = self.dimensions.iter().map(|dimension| dimension.id.of(body)).collect();
        sort(&mut ids);
        if ids.windows(2).any(|pair| pair.first() == pair.last()) {
            return None;
        }
        (self.bytes, self.hash) = (bytes.to_vec(), hash128(&[bytes]));
        self.uses = uses::of(&self);
        Some(self)
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

/// Returns true for the bytes of a model of another format.
fn is_other(bytes: &[u8]) -> bool {
    let (magic, format) = MAGIC.split_at(3);
    bytes.starts_with(magic) && bytes.get(3..).is_some_and(|rest| !rest.is_empty() && !rest.starts_with(format))
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

/// Reads a rule: first a number, of which each bit says that one of the following is there; what is not there is 0 or
/// nothing. In the order of the bits: points (signed) · types, paths, condition (bytes) · limit, less one · key, its
/// period or field · dimension · decay's kind, time · expires · decay's percent · kind · 1 for `disqualify` and 2 for
/// `at_least` · the rules of a combination (bytes), within.
fn read_rule(reader: &mut Reader<'_>, id: Span, bytes: &[u8]) -> Rule {
    let mut is_there = Bits(reader.varint());
    let points = if is_there.next() { reader.signed_within(POINTS) } else { 0 };
    let [types, paths, condition] = [(); 3].map(|()| if is_there.next() { reader.span() } else { Span::default() });
    let [limit, key, key_of, dimension, decay, time, expires, percent, kind, flags] =
        [(); 10].map(|()| if is_there.next() { reader.varint() } else { 0 });
    let (all, within) = (
        if is_there.next() { reader.span() } else { Span::default() },
        if is_there.next() { reader.varint() } else { 0 },
    );
    Rule {
        hash: hash32(id.of(bytes)),
        id,
        points,
        dimension,
        disqualify: flags & 1 != 0,
        kind,
        types,
        paths,
        condition,
        key,
        key_of,
        limit: limit.saturating_add(1).min(HITS),
        at_least: flags & 2 != 0,
        expires,
        decay: Decay { kind: decay, time, percent },
        all,
        within,
    }
}

/// The bits of a number, from the lowest.
struct Bits(u32);

impl Bits {
    fn next(&mut self) -> bool {
        let bit = self.0 & 1 != 0;
        self.0 >>= 1;
        bit
    }
}

fn read_stage(reader: &mut Reader<'_>, id: Span, bytes: &[u8]) -> Stage {
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
