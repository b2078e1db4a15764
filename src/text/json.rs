//! A small JSON implementation: a reader into a tape of values, exact numbers, a writer.
//!
//! Native callers, the tag and the edge read events' props and signals with it; a general deserialiser would be larger
//! than the whole runtime. Strings are UTF-8 bytes throughout; nothing here needs character boundaries.

mod digits;
pub(crate) mod number;
mod read;
#[cfg(feature = "cli")]
mod scan;
mod write;

pub(crate) use read::Tape;
#[cfg(feature = "cli")]
pub(crate) use scan::{At, Scan, Scanned};
pub(crate) use write::{Writer, digits, hex};

pub(crate) use crate::text::value::Value;

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
    fn the_last_of_repeated_names_counts() {
        for repeats in [2, 40, 3000] {
            let members: Vec<String> = (0..repeats).map(|i| format!(r#""k{}":{i}"#, i % 7)).collect();
            let tape = tape(&format!("{{{}}}", members.join(",")));
            assert_eq!(tape.root().members().count(), repeats.min(7));
            let last = (0..repeats).rev().find(|i| i % 7 == 1).map(|i| i as f64);
            assert_eq!(tape.root().get(b"k1").and_then(Value::as_number), last);
        }
    }
}
