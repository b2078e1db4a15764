//! JSON, small: a reader into a flat tape, exact numbers, a writer.
//!
//! The runtime reads events' props, a model's conditions and signals with it; a general deserialiser would weigh more
//! than the whole runtime.

mod number;
mod read;
mod write;

pub(crate) use number::parse as parse_number;
pub(crate) use write::{Writer, digits};

use crate::hash::Fnv;

/// A JSON text as a flat list of values, children after their parent. It can be read into again and again without new
/// memory.
#[derive(Debug, Default)]
pub(crate) struct Tape {
    nodes: Vec<Node>,
    /// All strings, unescaped, one after the other.
    text: String,
    /// The deepest level of the text read last; a scalar has none.
    depth: usize,
}

#[derive(Clone, Copy, Debug)]
enum Node {
    Null,
    Bool(bool),
    Number(f64),
    Text {
        start: u32,
        len: u32,
    },
    /// `end`: the position after the last descendant; `bytes`: how long it was in the source.
    Array {
        end: u32,
        bytes: u32,
    },
    /// Children are names and values in turn.
    Object {
        end: u32,
        bytes: u32,
    },
    /// A name that occurs again later in its object: the later one counts.
    Overridden,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Bool,
    Number,
    Text,
    Array,
    Object,
}

/// A value of a [`Tape`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'a> {
    tape: &'a Tape,
    at: u32,
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

    /// The deepest level of the text; `{}` has one.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    fn text(&self, start: u32, len: u32) -> &str {
        let (start, len) = (start as usize, len as usize);
        self.text.get(start..start.saturating_add(len)).unwrap_or_default()
    }
}

impl<'a> Value<'a> {
    fn node(self) -> Node {
        self.tape.nodes.get(self.at as usize).copied().unwrap_or(Node::Null)
    }

    /// Where it stands in its tape.
    pub(crate) fn position(self) -> u32 {
        self.at
    }

    pub(crate) fn kind(self) -> Kind {
        match self.node() {
            Node::Null | Node::Overridden => Kind::Null,
            Node::Bool(_) => Kind::Bool,
            Node::Number(_) => Kind::Number,
            Node::Text { .. } => Kind::Text,
            Node::Array { .. } => Kind::Array,
            Node::Object { .. } => Kind::Object,
        }
    }

    pub(crate) fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    pub(crate) fn as_number(self) -> Option<f64> {
        match self.node() {
            Node::Number(number) => Some(number),
            _ => None,
        }
    }

    pub(crate) fn as_text(self) -> Option<&'a str> {
        match self.node() {
            Node::Text { start, len } => Some(self.tape.text(start, len)),
            _ => None,
        }
    }

    /// How many bytes an array or object took in the source; 0 for anything else.
    pub(crate) fn source_bytes(self) -> usize {
        match self.node() {
            Node::Array { bytes, .. } | Node::Object { bytes, .. } => bytes as usize,
            _ => 0,
        }
    }

    /// The position after this value and all within it.
    fn end(self) -> u32 {
        match self.node() {
            Node::Array { end, .. } | Node::Object { end, .. } => end,
            _ => self.at.saturating_add(1),
        }
    }

    /// The levels of this value.
    pub(crate) fn depth(self) -> usize {
        match self.kind() {
            Kind::Array | Kind::Object => {
                self.children().map(Value::depth).max().unwrap_or_default().saturating_add(1)
            }
            _ => 0,
        }
    }

    /// Every value directly within: an array's elements, an object's names and values.
    fn children(self) -> impl Iterator<Item = Value<'a>> {
        let end = match self.node() {
            Node::Array { end, .. } | Node::Object { end, .. } => end,
            _ => 0,
        };
        let mut at = self.at.saturating_add(1);
        core::iter::from_fn(move || {
            (at < end).then(|| {
                let child = self.tape.value(at);
                at = child.end().max(at.saturating_add(1));
                child
            })
        })
    }

    /// An array's elements; none of anything else.
    pub(crate) fn elements(self) -> impl Iterator<Item = Value<'a>> {
        let is_array = self.kind() == Kind::Array;
        self.children().filter(move |_| is_array)
    }

    /// An object's names and values, each name once; none of anything else.
    pub(crate) fn members(self) -> impl Iterator<Item = (&'a str, Value<'a>)> {
        let is_object = self.kind() == Kind::Object;
        let mut children = self.children().filter(move |_| is_object);
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
    pub(crate) fn get(self, name: &str) -> Option<Value<'a>> {
        self.members().find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    /// Deep equality: numbers as doubles, the order of names ignored.
    pub(crate) fn equals(self, other: Value<'_>) -> bool {
        match (self.node(), other.node()) {
            (Node::Bool(a), Node::Bool(b)) => a == b,
            (Node::Number(a), Node::Number(b)) => a == b,
            (Node::Array { .. }, Node::Array { .. }) => {
                let (mut ours, mut theirs) = (self.elements(), other.elements());
                loop {
                    match (ours.next(), theirs.next()) {
                        (None, None) => return true,
                        (Some(a), Some(b)) if a.equals(b) => {}
                        _ => return false,
                    }
                }
            }
            (Node::Object { .. }, Node::Object { .. }) => {
                self.members().count() == other.members().count()
                    && self.members().all(|(name, value)| other.get(name).is_some_and(|own| value.equals(own)))
            }
            _ => self.kind() == other.kind() && self.as_text() == other.as_text(),
        }
    }

    /// A hash of the value, the same for all that [`Value::equals`] it.
    pub(crate) fn hash(self) -> u64 {
        let mut hash = Fnv::new();
        match self.node() {
            Node::Null | Node::Overridden => hash.byte(b'n'),
            Node::Bool(value) => hash.byte(u8::from(value)),
            Node::Number(number) => {
                hash.byte(b'#');
                // Adding zero turns -0 into 0.
                hash.bytes(&(number + 0.0).to_bits().to_le_bytes());
            }
            Node::Text { .. } => return hash_text(self.as_text().unwrap_or_default()),
            Node::Array { .. } => {
                hash.byte(b'[');
                for element in self.elements() {
                    hash.bytes(&element.hash().to_le_bytes());
                }
            }
            Node::Object { .. } => {
                hash.byte(b'{');
                // A sum does not ask for the order of the names.
                let sum = self.members().fold(0u64, |sum, (name, value)| {
                    let mut member = Fnv::new();
                    member.bytes(&hash_text(name).to_le_bytes());
                    member.bytes(&value.hash().to_le_bytes());
                    sum.wrapping_add(member.finish())
                });
                hash.bytes(&sum.to_le_bytes());
            }
        }
        hash.finish()
    }
}

/// The hash of a text as a JSON value.
pub(crate) fn hash_text(text: &str) -> u64 {
    let mut hash = Fnv::new();
    hash.byte(b'"');
    hash.bytes(text.as_bytes());
    hash.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tape(text: &str) -> Tape {
        let mut tape = Tape::default();
        tape.read(text).unwrap_or_else(|_| panic!("{text}"));
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
    fn of_names_that_repeat_the_last_counts() {
        for repeats in [2, 40, 3000] {
            let members: Vec<String> = (0..repeats).map(|i| format!(r#""k{}":{i}"#, i % 7)).collect();
            let tape = tape(&format!("{{{}}}", members.join(",")));
            assert_eq!(tape.root().members().count(), repeats.min(7));
            let last = (0..repeats).rev().find(|i| i % 7 == 1).map(|i| i as f64);
            assert_eq!(tape.root().get("k1").and_then(Value::as_number), last);
        }
    }
}
