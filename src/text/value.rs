//! Values as bytes that are read in place: the values of an event's fields, and the operands of conditions.
//!
//! A value is a tag, followed by the bytes in the table. The values of an event are written once: by
//! [`crate::text::json`] from JSON text, or by the package's JavaScript from its values. The compiler writes the
//! operands of conditions. After that, nothing has to be parsed or allocated for them.
//!
//! | tag | then |
//! | --- | --- |
//! | null, false, true, missing | nothing |
//! | number | 8 bytes, little-endian |
//! | whole | a varint: a shorter form for whole numbers from 0 to 2^32 − 1 |
//! | text, overridden | a length, then as many bytes of UTF-8 |
//! | numeric | a length, the number in 8 bytes, then the string: it is a number in JSON, apart from white space around it |
//! | array | a length, then its elements |
//! | object | a length, then names (strings) and values in turn; a name that occurs again later is overridden |

pub(crate) mod write;

use crate::text::bytes::Reader;
use crate::text::hash::Fnv;
use crate::text::sort::sort_by;

pub(crate) const NULL: u8 = 0;
pub(crate) const FALSE: u8 = 1;
pub(crate) const TRUE: u8 = 2;
pub(crate) const NUMBER: u8 = 3;
pub(crate) const TEXT: u8 = 4;
pub(crate) const ARRAY: u8 = 5;
pub(crate) const OBJECT: u8 = 6;
pub(crate) const NUMERIC: u8 = 7;
pub(crate) const MISSING: u8 = 8;
pub(crate) const OVERRIDDEN: u8 = 9;
pub(crate) const WHOLE: u8 = 10;

/// Objects and lists with more entries than this are compared by sorting.
pub(crate) const FEW: usize = 16;
/// Valid values nest less deeply than this. Deeper values, which only forged bytes have, never equal anything.
const LEVELS: u32 = 64;

/// A value that borrows its bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'a> {
    tag: u8,
    body: &'a [u8],
}

/// An iterator over consecutive values.
#[derive(Clone)]
pub(crate) struct Values<'a>(Reader<'a>);

/// Returns the values in the bytes, one after the other.
pub(crate) fn values(bytes: &[u8]) -> Values<'_> {
    Values(Reader::new(bytes))
}

impl<'a> Iterator for Values<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        self.0.more().then(|| Value::read(&mut self.0))
    }
}

/// An iterator over the names and values of an object.
#[derive(Clone)]
pub(crate) struct Members<'a>(Values<'a>);

impl<'a> Iterator for Members<'a> {
    type Item = (&'a [u8], Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (name, value) = (self.0.next()?, self.0.next()?);
            // Overridden names are not strings.
            if let Some(name) = name.as_text() {
                return Some((name, value));
            }
        }
    }
}

impl<'a> Value<'a> {
    pub(crate) const MISSING: Self = Self { tag: MISSING, body: &[] };

    /// Reads one value; null if there is none.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(crate) fn read(reader: &mut Reader<'a>) -> Self {
        let tag = reader.u8();
        let body = match tag {
            NUMBER => reader.take(8),
            TEXT..=NUMERIC | OVERRIDDEN => reader.sized(),
            WHOLE => reader.raw_varint(),
            _ => &[],
        };
        Self { tag, body }
    }

    /// Returns a string that does not count as a number, even if it looks like one.
    #[cfg(test)]
    pub(crate) const fn of_text(text: &'a [u8]) -> Self {
        Self { tag: TEXT, body: text }
    }

    /// Returns a number, which is written to the given bytes.
    pub(crate) fn of_number(number: f64, bytes: &'a mut [u8; 8]) -> Self {
        *bytes = number.to_le_bytes();
        Self { tag: NUMBER, body: bytes }
    }

    /// Returns the kind: null, false, true, number, text, array or object. Types with several tags have one kind.
    pub(crate) fn kind(self) -> u8 {
        match self.tag {
            NUMERIC => TEXT,
            WHOLE => NUMBER,
            ..=OBJECT => self.tag,
            _ => NULL,
        }
    }

    pub(crate) fn is_missing(self) -> bool {
        self.tag == MISSING
    }

    pub(crate) fn is_null(self) -> bool {
        self.kind() == NULL
    }

    /// Returns the number of a number, or of a string that is a number in JSON.
    pub(crate) fn number(self) -> Option<f64> {
        match self.tag {
            NUMBER | NUMERIC => self.body.first_chunk().map(|bytes| f64::from_le_bytes(*bytes)),
            WHOLE => Some(f64::from(Reader::new(self.body).varint())),
            _ => None,
        }
    }

    pub(crate) fn as_number(self) -> Option<f64> {
        self.number().filter(|_| self.tag != NUMERIC)
    }

    pub(crate) fn as_text(self) -> Option<&'a [u8]> {
        match self.tag {
            TEXT => Some(self.body),
            NUMERIC => self.body.get(8..),
            _ => None,
        }
    }

    /// Returns an array's elements; other values have none.
    pub(crate) fn elements(self) -> Values<'a> {
        values(if self.tag == ARRAY { self.body } else { &[] })
    }

    /// Returns an object's names and values, including overridden names, which are not strings; other values have none.
    pub(crate) fn all_members(self) -> impl Iterator<Item = (Value<'a>, Value<'a>)> {
        let mut all = values(if self.tag == OBJECT { self.body } else { &[] });
        core::iter::from_fn(move || Some((all.next()?, all.next()?)))
    }

    /// Returns an object's names and values, each name once; other values have none.
    pub(crate) fn members(self) -> Members<'a> {
        Members(values(if self.tag == OBJECT { self.body } else { &[] }))
    }

    /// Returns the value of a name, if this is an object that has it.
    pub(crate) fn get(self, name: &[u8]) -> Option<Self> {
        self.members().find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    /// Returns the string of a name; empty if there is none.
    pub(crate) fn text_of(self, name: &[u8]) -> &'a [u8] {
        self.get(name).and_then(Self::as_text).unwrap_or_default()
    }

    /// Returns an object's names and values, sorted by name.
    fn sorted(self) -> Vec<(&'a [u8], Self)> {
        let mut members: Vec<_> = self.members().collect();
        sort_by(&mut members, |(one, _), (other, _)| one < other);
        members
    }

    /// Returns true if both are equal, as [`Value::equals`] says, in conditions: arrays and objects are compared by
    /// their hashes. Somebody could forge another value with the same hash, but could as well send the value itself.
    pub(crate) fn is(self, other: Value<'_>) -> bool {
        match self.kind() {
            kind if kind != other.kind() => false,
            NUMBER => self.number() == other.number(),
            TEXT => self.as_text() == other.as_text(),
            ARRAY | OBJECT => self.hash() == other.hash(),
            _ => true,
        }
    }

    /// Deep equality: numbers as doubles, the order of names ignored, missing equal to null.
    pub(crate) fn equals(self, other: Value<'_>) -> bool {
        self.equals_within(other, LEVELS)
    }

    fn equals_within(self, other: Value<'_>, levels: u32) -> bool {
        let Some(levels) = levels.checked_sub(1).filter(|_| self.kind() == other.kind()) else { return false };
        match self.kind() {
            NUMBER => self.number() == other.number(),
            TEXT => self.as_text() == other.as_text(),
            ARRAY => {
                let mut theirs = other.elements();
                self.elements().all(|own| theirs.next().is_some_and(|their| own.equals_within(their, levels)))
                    && theirs.next().is_none()
            }
            OBJECT => {
                let count = self.members().count();
                if count != other.members().count() {
                    false
                } else if count > FEW {
                    let (own, theirs) = (self.sorted(), other.sorted());
                    own.iter()
                        .zip(&theirs)
                        .all(|((own, value), (their, other))| own == their && value.equals_within(*other, levels))
                } else {
                    self.members()
                        .all(|(name, value)| other.get(name).is_some_and(|own| value.equals_within(own, levels)))
                }
            }
            _ => true,
        }
    }

    /// Returns a hash of the value. Values that are equal by [`Value::equals`] have the same hash.
    pub(crate) fn hash(self) -> u64 {
        self.hash_within(LEVELS)
    }

    fn hash_within(self, levels: u32) -> u64 {
        let mut hash = Fnv::new();
        let Some(levels) = levels.checked_sub(1) else { return 0 };
        match self.kind() {
            // Adding zero turns -0 into 0.
            NUMBER => hash.u64((self.number().unwrap_or_default() + 0.0).to_bits()),
            TEXT => return hash_text(self.as_text().unwrap_or_default()),
            ARRAY => self.elements().for_each(|element| hash.u64(element.hash_within(levels))),
            // A sum does not depend on the order of the names.
            OBJECT => hash.u64(self.members().fold(1, |sum: u64, (name, value)| {
                let mut member = Fnv::new();
                member.u64(hash_text(name));
                member.u64(value.hash_within(levels));
                sum.wrapping_add(member.finish())
            })),
            _ => {}
        }
        hash.byte(self.kind());
        hash.finish()
    }
}

/// Returns the hash of a string as a value.
pub(crate) fn hash_text(text: &[u8]) -> u64 {
    let mut hash = Fnv::new();
    hash.bytes(text);
    hash.byte(TEXT);
    hash.finish()
}
