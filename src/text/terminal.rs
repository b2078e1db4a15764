//! Escapes strings for terminals, which interpret control characters.

use std::fmt::Write;

/// Returns true if a terminal obeys the character: a control character, a line separator, or one that changes the
/// direction of the text around it (Unicode's `Bidi_Control`, see
/// <https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing>).
fn is_obeyed(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Returns a string in which Rust's escapes replace the characters that a terminal obeys.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if is_obeyed(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

/// Returns JSON in which JSON's escapes replace the characters that a terminal obeys. They occur inside strings only,
/// so the value stays the same.
pub(crate) fn escape_json(json: &str) -> String {
    let mut out = String::new();
    for c in json.chars() {
        if is_obeyed(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string does not fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_characters_remain() {
        let hostile = "a\u{1b}[2J\u{9b}b\u{7f}\r\n\u{202e}c\u{2066}\u{200f}\u{61c}\u{2028}é";
        for text in [escape(hostile), escape_json(hostile)] {
            assert!(!text.contains(is_obeyed), "{text}");
            assert!(text.ends_with('é'), "{text}");
        }
        let json = format!("\"{}\"", escape_json(hostile));
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), hostile);
    }
}
