//! Writes values, for the compiler and for the JSON reader of native code and the tag.

#[cfg(any(test, feature = "authoring"))]
use super::WHOLE;
use super::{ARRAY, NUMBER, NUMERIC, OBJECT, TEXT, Value};
use crate::text::bytes::{push_sized, push_varint};
use crate::text::json::number;

/// The bytes that are reserved for a length that is not known yet.
const LENGTH_BYTES: usize = 5;

impl Value<'_> {
    /// Appends the value unchanged.
    pub(crate) fn write(self, out: &mut Vec<u8>) {
        out.push(self.tag);
        if matches!(self.tag, TEXT | ARRAY | OBJECT | NUMERIC) {
            push_varint(out, self.body.len() as u64);
        }
        out.extend_from_slice(self.body);
    }

    /// Returns the number of nested levels of this value; 0 for a scalar.
    pub(crate) fn depth(self) -> usize {
        match self.tag {
            ARRAY => self.elements().fold(0, |depth, element| depth.max(element.depth())).wrapping_add(1),
            OBJECT => self.members().fold(0, |depth, (_, value)| depth.max(value.depth())).wrapping_add(1),
            _ => 0,
        }
    }
}

pub(crate) fn push_number(out: &mut Vec<u8>, number: f64) {
    out.push(NUMBER);
    out.extend_from_slice(&number.to_le_bytes());
}

/// Appends a number in its shortest form. Only the compiler needs it, since models should be small.
#[cfg(any(test, feature = "authoring"))]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "compared with the number itself")]
pub(crate) fn push_short_number(out: &mut Vec<u8>, number: f64) {
    let whole = number as u32;
    if f64::from(whole).to_bits() == number.to_bits() {
        out.push(WHOLE);
        push_varint(out, u64::from(whole));
    } else {
        push_number(out, number);
    }
}

/// Appends a string, with its number if it is one.
pub(crate) fn push_text(out: &mut Vec<u8>, text: &[u8]) {
    // A number begins with white space, `-` or a digit. This check avoids parsing most strings.
    let could_be = text.first().is_some_and(|byte| *byte <= b'9');
    match if could_be { number::parse(text.trim_ascii()) } else { None } {
        Some(number) => {
            out.push(NUMERIC);
            push_varint(out, (text.len() as u64).wrapping_add(8));
            out.extend_from_slice(&number.to_le_bytes());
            out.extend_from_slice(text);
        }
        None => push_name(out, text),
    }
}

/// Appends the name of a member.
pub(crate) fn push_name(out: &mut Vec<u8>, name: &[u8]) {
    out.push(TEXT);
    push_sized(out, name);
}

/// Begins an array or an object and returns its position, for [`close`].
pub(crate) fn open(out: &mut Vec<u8>, tag: u8) -> usize {
    out.push(tag);
    out.extend_from_slice(&[0; LENGTH_BYTES]);
    out.len()
}

/// Ends the array or object that was opened at the position.
pub(crate) fn close(out: &mut [u8], opened: usize) {
    let mut length = out.len().wrapping_sub(opened) as u32;
    let before = out.get_mut(opened.wrapping_sub(LENGTH_BYTES)..opened).unwrap_or_default();
    for (at, byte) in before.iter_mut().enumerate() {
        *byte = length as u8 & 0x7f | if at < LENGTH_BYTES - 1 { 0x80 } else { 0 };
        length >>= 7;
    }
}
