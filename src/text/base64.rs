//! Base64url without padding (RFC 4648, section 5), for states.

/// Returns six bits as a digit.
fn digit(bits: u32) -> u8 {
    let bits = (bits & 63) as u8;
    match bits {
        0..26 => bits.wrapping_add(b'A'),
        26..52 => bits.wrapping_add(b'a' - 26),
        52..62 => bits.wrapping_sub(52).wrapping_add(b'0'),
        62 => b'-',
        _ => b'_',
    }
}

/// The six bits of a digit.
fn value(digit: u8) -> Option<u32> {
    let value = match digit {
        b'A'..=b'Z' => digit.wrapping_sub(b'A'),
        b'a'..=b'z' => digit.wrapping_sub(b'a' - 26),
        b'0'..=b'9' => digit.wrapping_sub(b'0').wrapping_add(52),
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    };
    Some(value.into())
}

pub(crate) fn encode(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut word, mut bits) = (0u32, 0u32);
    for byte in bytes {
        word = word << 8 | u32::from(*byte);
        bits = bits.wrapping_add(8);
        while bits >= 6 {
            bits = bits.wrapping_sub(6);
            out.push(digit(word >> bits));
        }
    }
    if bits > 0 {
        out.push(digit(word << 6u32.wrapping_sub(bits)));
    }
    out
}

/// None for any other alphabet, padding, white space, or left-over bits that are not zero: a state has one spelling.
pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let (mut word, mut bits) = (0u32, 0u32);
    for byte in text {
        let value = value(*byte)?;
        word = word << 6 | value;
        bits = bits.wrapping_add(6);
        if bits >= 8 {
            bits = bits.wrapping_sub(8);
            out.push((word >> bits) as u8);
        }
    }
    let left_over = word & (1u32 << bits).wrapping_sub(1);
    (bits < 6 && left_over == 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_vectors_of_rfc_4648() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg"),
            ("fo", "Zm8"),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg"),
            ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text.as_bytes());
            assert_eq!(decode(text.as_bytes()).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(encode(&[0xfb, 0xff]), b"-_8");
        for text in ["Z", "Zg==", "Zh", "Zm9=", "Zm 8", "+/8", "Zm9vY"] {
            assert_eq!(decode(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn agrees_with_javascript() {
        for line in include_str!("../../tests/fronts/spellings.txt").lines() {
            let mut words = line.split(' ').map(|word| if word == "-" { "" } else { word });
            match (words.next(), words.next(), words.next()) {
                (Some("base64"), Some(hex), Some(text)) => {
                    let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
                    let bytes: Vec<u8> = (0..hex.len()).step_by(2).map(byte).collect();
                    assert_eq!(encode(&bytes), text.as_bytes());
                    assert_eq!(decode(text.as_bytes()), Some(bytes));
                }
                (Some("not-base64"), Some(text), None) => assert_eq!(decode(text.as_bytes()), None, "{text}"),
                _ => {}
            }
        }
    }

    proptest! {
        #[test]
        fn encoded_data_decodes_to_the_same(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            prop_assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }

        #[test]
        fn a_string_has_one_encoding(text in "[A-Za-z0-9_-]{0,12}") {
            if let Some(bytes) = decode(text.as_bytes()) {
                prop_assert_eq!(encode(&bytes), text.as_bytes());
            }
        }
    }
}
