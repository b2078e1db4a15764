//! Values as bytes that are read in place: what an event's fields hold, and what conditions compare them with.
//!
//! A value is a tag and what the tag asks for. Whoever has an event writes its values once ([`crate::json`] from JSON
//! text, the package's host from JavaScript's values), the compiler writes the operands of conditions, and nothing is
//! parsed or allocated for them again.
//!
//! | tag | then |
//! | --- | --- |
//! | null, false, true, missing | nothing |
//! | number | 8 bytes, little end first |
//! | whole | a varint: a number from 0 to 2^32 − 1, shorter |
//! | text, overridden | a length, so many bytes of UTF-8 |
//! | numeric | a length, the number in 8 bytes, then the text: one that is a number in JSON, blanks around it aside |
//! | array | a length, then its elements |
//! | object | a length, then names (texts) and values in turn; a name that occurs again later is overridden |

pub(crate) mod write;

use crate::bytes::Reader;
use crate::hash::Fnv;
use crate::sort::sort_by;

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

/// Objects and lists with more than this are compared by sorting.
pub(crate) const FEW: usize = 16;
/// Deeper than any value that is compared: what forged bytes nest below this is all the same.
const LEVELS: u32 = 64;

/// A value in the bytes of somebody else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'a> {
    tag: u8,
    body: &'a [u8],
}

/// Values one after the other.
#[derive(Clone)]
pub(crate) struct Values<'a>(Reader<'a>);

/// The values that the bytes hold, one after the other.
pub(crate) fn values(bytes: &[u8]) -> Values<'_> {
    Values(Reader::new(bytes))
}

impl<'a> Iterator for Values<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        self.0.more().then(|| Value::read(&mut self.0))
    }
}

impl<'a> Value<'a> {
    pub(crate) const MISSING: Self = Self { tag: MISSING, body: &[] };

    /// Reads one value; null where there is none.
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

    /// A text that is not a number, whatever it says.
    #[cfg(test)]
    pub(crate) const fn of_text(text: &'a [u8]) -> Self {
        Self { tag: TEXT, body: text }
    }

    /// A number, written to the bytes given.
    pub(crate) fn of_number(number: f64, bytes: &'a mut [u8; 8]) -> Self {
        *bytes = number.to_le_bytes();
        Self { tag: NUMBER, body: bytes }
    }

    /// The tag, one of null, false, true, number, text, array and object: whatever has several has one kind.
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

    /// A number, or a text that is one in JSON.
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

    /// An array's elements; none of anything else.
    pub(crate) fn elements(self) -> Values<'a> {
        values(if self.tag == ARRAY { self.body } else { &[] })
    }

    /// An object's names and values, those that are overridden too, which are no texts; none of anything else.
    pub(crate) fn all_members(self) -> impl Iterator<Item = (Value<'a>, Value<'a>)> {
        let mut all = values(if self.tag == OBJECT { self.body } else { &[] });
        core::iter::from_fn(move || Some((all.next()?, all.next()?)))
    }

    /// An object's names and values, each name once; none of anything else.
    pub(crate) fn members(self) -> impl Iterator<Item = (&'a [u8], Value<'a>)> {
        self.all_members().filter_map(|(name, value)| Some((name.as_text()?, value)))
    }

    /// The value of a name, if this is an object that has it.
    pub(crate) fn get(self, name: &[u8]) -> Option<Self> {
        self.members().find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    /// The text of a name; empty if there is none.
    pub(crate) fn text_of(self, name: &[u8]) -> &'a [u8] {
        self.get(name).and_then(Self::as_text).unwrap_or_default()
    }

    /// An object's names and values, by name.
    fn sorted(self) -> Vec<(&'a [u8], Self)> {
        let mut members: Vec<_> = self.members().collect();
        sort_by(&mut members, |(one, _), (other, _)| one < other);
        members
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

    /// A hash of the value, the same for all that [`Value::equals`] it.
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
            // A sum does not ask for the order of the names.
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

/// The hash of a text as a value.
pub(crate) fn hash_text(text: &[u8]) -> u64 {
    let mut hash = Fnv::new();
    hash.bytes(text);
    hash.byte(TEXT);
    hash.finish()
}
