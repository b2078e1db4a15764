//! JSON, small: a reader into a flat tape, exact numbers, a writer.
//!
//! The runtime reads events' props, a model's conditions and signals with it; a general deserialiser would weigh more
//! than the whole runtime. Texts are bytes of UTF-8 throughout: nothing here needs to know where characters begin.

mod digits;
mod number;
mod read;
mod write;

pub(crate) use number::parse as parse_number;
pub(crate) use write::{Writer, digits, hex};

use crate::hash::Fnv;
use crate::sort::sort;

/// Objects and lists with more than this are compared by sorting.
pub(crate) const FEW: usize = 16;

/// A JSON text as a flat list of values, children after their parent. It can be read into again and again without new
/// memory.
#[derive(Debug, Default)]
pub(crate) struct Tape {
    nodes: Vec<Node>,
    /// All strings, unescaped, one after the other.
    text: Vec<u8>,
    /// The deepest level of the text read last; a scalar has none.
    pub(crate) depth: usize,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    False,
    True,
    Number,
    Text,
    Array,
    /// Children are names and values in turn.
    Object,
    /// A name that occurs again later in its object: the later one counts.
    Overridden,
}

/// A value of the tape.
#[derive(Clone, Copy, Debug)]
struct Node {
    kind: Kind,
    /// Low half of a number; start of a text; how long an array or object was in the source.
    a: u32,
    /// High half of a number; end of a text; position after the last descendant of an array or object.
    b: u32,
}

/// A value of a [`Tape`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'a> {
    tape: &'a Tape,
    at: u32,
}

/// The values directly within another: an array's elements, an object's names and values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Children<'a> {
    tape: &'a Tape,
    at: u32,
    end: u32,
}

impl Tape {
    /// The value at a position; null where there is none.
    pub(crate) fn value(&self, at: u32) -> Value<'_> {
        Value { tape: self, at }
    }

    /// The whole text's value; null before any was read.
    pub(crate) fn root(&self) -> Value<'_> {
        self.value(0)
    }
}

impl<'a> Iterator for Children<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        if self.at >= self.end {
            return None;
        }
        let child = self.tape.value(self.at);
        let node = child.node();
        let is_nested = matches!(node.kind, Kind::Array | Kind::Object);
        self.at = if is_nested { node.b } else { self.at.wrapping_add(1) };
        Some(child)
    }
}

impl<'a> Value<'a> {
    fn node(self) -> Node {
        self.tape.nodes.get(self.at as usize).copied().unwrap_or(Node { kind: Kind::Null, a: 0, b: 0 })
    }

    pub(crate) fn tape(self) -> &'a Tape {
        self.tape
    }

    /// Where it stands in its tape.
    pub(crate) fn position(self) -> u32 {
        self.at
    }

    pub(crate) fn kind(self) -> Kind {
        self.node().kind
    }

    pub(crate) fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    pub(crate) fn as_number(self) -> Option<f64> {
        let node = self.node();
        (node.kind == Kind::Number).then(|| f64::from_bits(u64::from(node.b) << 32 | u64::from(node.a)))
    }

    pub(crate) fn as_text(self) -> Option<&'a [u8]> {
        let node = self.node();
        if node.kind == Kind::Text { self.tape.text.get(node.a as usize..node.b as usize) } else { None }
    }

    /// How many bytes an array or object took in the source.
    pub(crate) fn source_bytes(self) -> usize {
        self.node().a as usize
    }

    /// The levels of this value.
    pub(crate) fn depth(self) -> usize {
        let node = self.node();
        if !matches!(node.kind, Kind::Array | Kind::Object) {
            return 0;
        }
        self.children().fold(0, |depth, child| depth.max(child.depth())).wrapping_add(1)
    }

    fn children(self) -> Children<'a> {
        let node = self.node();
        let end = if matches!(node.kind, Kind::Array | Kind::Object) { node.b } else { 0 };
        Children { tape: self.tape, at: self.at.wrapping_add(1), end }
    }

    /// An array's elements; none of anything else.
    pub(crate) fn elements(self) -> Children<'a> {
        let children = self.children();
        if self.kind() == Kind::Array { children } else { Children { end: 0, ..children } }
    }

    /// An object's names and values, each name once; none of anything else.
    pub(crate) fn members(self) -> impl Iterator<Item = (&'a [u8], Value<'a>)> {
        let mut children = self.children();
        if self.kind() != Kind::Object {
            children.end = 0;
        }
        core::iter::from_fn(move || {
            loop {
                let (name, value) = (children.next()?, children.next()?);
                if let Some(name) = name.as_text() {
                    return Some((name, value));
                }
            }
        })
    }

    /// The value of a name, if this is an object that has it.
    pub(crate) fn get(self, name: &[u8]) -> Option<Value<'a>> {
        self.members().find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    /// The text of a name; empty if there is none.
    pub(crate) fn text_of(self, name: &[u8]) -> &'a [u8] {
        self.get(name).and_then(Value::as_text).unwrap_or_default()
    }

    /// An object's names, sorted, with the positions of their values.
    fn sorted(self) -> Vec<(&'a [u8], u32)> {
        let mut members: Vec<_> = self.members().map(|(name, value)| (name, value.at)).collect();
        sort(&mut members);
        members
    }

    /// Deep equality: numbers as doubles, the order of names ignored.
    pub(crate) fn equals(self, other: Value<'_>) -> bool {
        if self.kind() != other.kind() {
            return false;
        }
        match self.kind() {
            Kind::Number => self.as_number() == other.as_number(),
            Kind::Text => self.as_text() == other.as_text(),
            Kind::Array => {
                let mut theirs = other.elements();
                self.elements().all(|own| theirs.next().is_some_and(|their| own.equals(their)))
                    && theirs.next().is_none()
            }
            Kind::Object => {
                let count = self.members().count();
                if count != other.members().count() {
                    false
                } else if count > FEW {
                    let (own, theirs) = (self.sorted(), other.sorted());
                    own.iter().zip(&theirs).all(|((own, at), (their, other_at))| {
                        own == their && self.tape.value(*at).equals(other.tape.value(*other_at))
                    })
                } else {
                    self.members().all(|(name, value)| other.get(name).is_some_and(|own| value.equals(own)))
                }
            }
            _ => true,
        }
    }

    /// A hash of the value, the same for all that [`Value::equals`] it.
    pub(crate) fn hash(self) -> u64 {
        let mut hash = Fnv::new();
        match self.kind() {
            // Adding zero turns -0 into 0.
            Kind::Number => hash.u64((self.as_number().unwrap_or_default() + 0.0).to_bits()),
            Kind::Text => return hash_text(self.as_text().unwrap_or_default()),
            Kind::Array => self.elements().for_each(|element| hash.u64(element.hash())),
            // A sum does not ask for the order of the names.
            Kind::Object => hash.u64(self.members().fold(1, |sum: u64, (name, value)| {
                let mut member = Fnv::new();
                member.u64(hash_text(name));
                member.u64(value.hash());
                sum.wrapping_add(member.finish())
            })),
            _ => {}
        }
        hash.byte(self.kind() as u8);
        hash.finish()
    }
}

/// The hash of a text as a JSON value.
pub(crate) fn hash_text(text: &[u8]) -> u64 {
    let mut hash = Fnv::new();
    hash.bytes(text);
    hash.byte(Kind::Text as u8);
    hash.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tape(text: &str) -> Tape {
        let mut tape = Tape::default();
        tape.read(text.as_bytes()).unwrap_or_else(|_| panic!("{text}"));
        tape
    }

    #[test]
    fn equality_and_hash_ignore_order_and_spelling() {
        for (a, b, same) in [
            ("1", "1.0", true),
            ("0", "-0.0", true),
            ("1", "\"1\"", false),
            ("null", "0", false),
            ("[1,2]", "[2,1]", false),
            ("[1]", "[[1]]", false),
            (r#"{"a":1,"b":[2]}"#, r#"{ "b" : [2e0], "a" : 1 }"#, true),
            (r#"{"a":1,"a":2}"#, r#"{"a":2}"#, true),
            (r#"{"a":1}"#, r#"{"a":1,"b":null}"#, false),
            (r#"{"a":1,"b":2}"#, r#"{"a":2,"b":1}"#, false),
            (r#""\u00e9\n""#, "\"é\\n\"", true),
        ] {
            let (a, b) = (tape(a), tape(b));
            assert_eq!(a.root().equals(b.root()), same);
            assert_eq!(a.root().hash() == b.root().hash(), same);
        }
    }

    #[test]
    fn large_objects_are_equal_in_any_order() {
        let object = |names: &mut dyn Iterator<Item = u32>, last: u32| {
            let members: Vec<String> = names.map(|name| format!(r#""{name}":[{}]"#, name.min(last))).collect();
            tape(&format!("{{{}}}", members.join(",")))
        };
        let (up, down) = (object(&mut (0..50_000), 50_000), object(&mut (0..50_000).rev(), 50_000));
        assert!(up.root().equals(down.root()));
        assert!(!up.root().equals(object(&mut (0..50_000).rev(), 49_998).root()));
        assert!(!up.root().equals(object(&mut (1..50_001).rev(), 50_000).root()));
    }

    #[test]
    fn of_names_that_repeat_the_last_counts() {
        for repeats in [2, 40, 3000] {
            let members: Vec<String> = (0..repeats).map(|i| format!(r#""k{}":{i}"#, i % 7)).collect();
            let tape = tape(&format!("{{{}}}", members.join(",")));
            assert_eq!(tape.root().members().count(), repeats.min(7));
            let last = (0..repeats).rev().find(|i| i % 7 == 1).map(|i| i as f64);
            assert_eq!(tape.root().get(b"k1").and_then(Value::as_number), last);
        }
    }
}
