//! States as text: base64url without padding (RFC 4648, section 5).

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3).saturating_mul(4));
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().zip([16, 8, 0]).fold(0u32, |word, (byte, shift)| word | u32::from(*byte) << shift);
        for shift in [18u32, 12, 6, 0].iter().take(chunk.len().saturating_add(1)) {
            let digit = DIGITS.get((word >> shift & 63) as usize).copied().unwrap_or_default();
            out.push(char::from(digit));
        }
    }
    out
}

/// None for any other alphabet, padding, white space, or left-over bits that are not zero.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len().saturating_mul(3) / 4);
    for chunk in text.as_bytes().chunks(4) {
        let mut word = 0u32;
        for (byte, shift) in chunk.iter().zip([18u32, 12, 6, 0]) {
            let digit = DIGITS.iter().position(|own| own == byte)?;
            word |= u32::try_from(digit).ok()? << shift;
        }
        let [_, bytes @ ..] = word.to_be_bytes();
        let (kept, rest) = bytes.split_at_checked(chunk.len().checked_sub(1)?)?;
        if chunk.len() < 2 || rest.iter().any(|byte| *byte != 0) {
            return None;
        }
        out.extend_from_slice(kept);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_vectors_of_rfc_4648() {
        for (bytes, text) in
            [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(encode(&[0xfb, 0xff]), "-_8");
        for text in ["Z", "Zg==", "Zh", "Zm9=", "Zm 8", "+/8", "Zm9vY"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_encoded_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            prop_assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }

        #[test]
        fn a_text_has_one_spelling(text in "[A-Za-z0-9_-]{0,12}") {
            if let Some(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
