//! The compiled model: what a model says, ready to be matched and scored.
//!
//! The author's JSON is turned into [`Parts`] by [`crate::authoring`]; [`codec`] writes them as bytes and reads them
//! back. A page or an edge worker only ever sees the bytes.

#[cfg(feature = "authoring")]
mod encode;
mod decode;

use crate::error::Error;
use crate::hash::{hash32, hash128};
use crate::json::{Tape, Value};
use crate::matcher::Index;

#[cfg(feature = "authoring")]
pub(crate) use encode::encode;

/// Milli-points: a thousandth of a point, the unit of all scoring.
pub(crate) type Milli = i64;

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
    pub(crate) parts: Parts,
    pub(crate) hash: String,
    /// The conditions and fields of [`Parts::expressions`], parsed.
    pub(crate) tape: Tape,
    /// Where each of them starts in the tape.
    pub(crate) roots: Vec<u32>,
    pub(crate) index: Index,
}

/// What a model says, by position instead of by id.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Parts {
    pub(crate) name: String,
    pub(crate) version: u32,
    pub(crate) score: Bounds,
    pub(crate) dimensions: Vec<Dimension>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) stages: Vec<Stage>,
    pub(crate) labels: Vec<Label>,
    /// A JSON array of compiled conditions (see [`crate::condition`]) and fields; rules refer to them by position.
    pub(crate) expressions: String,
}

/// The range that a sum is clamped to, ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) min: Milli,
    pub(crate) max: Milli,
}

impl Bounds {
    pub(crate) const NONE: Self = Self { min: Milli::MIN, max: Milli::MAX };

    pub(crate) fn clamp(self, sum: Milli) -> Milli {
        sum.min(self.max).max(self.min)
    }
}

impl Default for Bounds {
    fn default() -> Self {
        Self::NONE
    }
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
    pub(crate) kind: Kind,
}

impl Rule {
    /// What a state calls this rule.
    pub(crate) fn hash(&self) -> u32 {
        hash32(self.id.as_bytes())
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Event(EventRule),
    /// The condition's position in [`Parts::expressions`].
    Trait(u32),
    All(Combination),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EventRule {
    /// Event types, compared exactly; any of them.
    pub(crate) types: Vec<String>,
    /// Programs of [`crate::pattern`], any of them; none means any URL or none.
    pub(crate) paths: Vec<Vec<u8>>,
    /// The condition's position in [`Parts::expressions`].
    pub(crate) condition: Option<u32>,
    pub(crate) key: Key,
    /// How many hits count, the newest (1 to 100).
    pub(crate) limit: u32,
    /// How many live hits it takes to be live; 1 unless the rule says `at_least`.
    pub(crate) at_least: Option<u32>,
    /// Seconds that a hit lives.
    pub(crate) expires: Option<u32>,
    pub(crate) decay: Decay,
}

/// What tells one hit of a rule from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// Its second.
    Time,
    /// Its period, of so many seconds.
    Period(u32),
    /// The value of a field, by its position in [`Parts::expressions`].
    Distinct(u32),
}

/// How a hit loses its points with age; times in seconds.
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
    /// Whether a trip is sent.
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

impl Stage {
    /// What a state calls this stage.
    pub(crate) fn hash(&self) -> u32 {
        hash32(self.id.as_bytes())
    }
}

/// One letter of the label: the name of the highest cutoff that a dimension reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) dimension: u32,
    /// Highest first.
    pub(crate) cutoffs: Vec<(String, Milli)>,
}

impl Model {
    /// Reads a compiled model.
    ///
    /// # Errors
    /// [`Error::ModelVersion`] for one that another version compiled, [`Error::ModelCorrupt`] for anything else that
    /// is not what the compiler wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let parts = decode::decode(bytes)?;
        let mut tape = Tape::default();
        tape.read(&parts.expressions).map_err(|_| Error::ModelCorrupt)?;
        let roots: Vec<u32> = tape.root().elements().map(Value::position).collect();
        decode::check_references(&parts, roots.len())?;
        let index = Index::new(&parts, &tape, &roots);
        Ok(Self { hash: hash128(&[bytes]), parts, tape, roots, index })
    }

    /// The model's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.parts.name
    }

    /// The author's version of the model.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.parts.version
    }

    /// The name of these very bytes: 32 hexadecimal digits.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The compiled condition or field at a position of [`Parts::expressions`].
    pub(crate) fn expression(&self, position: u32) -> Value<'_> {
        self.tape.value(self.roots.get(position as usize).copied().unwrap_or(u32::MAX))
    }

    pub(crate) fn rule(&self, position: u32) -> Option<&Rule> {
        self.parts.rules.get(position as usize)
    }
}
