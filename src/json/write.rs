//! The writer: compact JSON, names in the order they are given.

use crate::model::Milli;

/// A JSON text under construction. Commas come by themselves.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    out: String,
}

impl Writer {
    pub(crate) fn finish(self) -> String {
        self.out
    }

    fn comma(&mut self) {
        if !matches!(self.out.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.out.push(',');
        }
    }

    /// Begins an object or an array.
    pub(crate) fn open(&mut self, bracket: char) {
        self.comma();
        self.out.push(bracket);
    }

    /// Ends an object or an array.
    pub(crate) fn close(&mut self, bracket: char) {
        self.out.push(bracket);
    }

    /// The name of the value that comes next.
    pub(crate) fn name(&mut self, name: &str) -> &mut Self {
        self.text(name);
        self.out.push(':');
        self
    }

    /// A value that is JSON already.
    pub(crate) fn raw(&mut self, json: &str) {
        self.comma();
        self.out.push_str(json);
    }

    pub(crate) fn bool(&mut self, value: bool) {
        self.raw(if value { "true" } else { "false" });
    }

    /// A text, or null.
    pub(crate) fn text_or_null(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.raw("null"),
        }
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.comma();
        self.out.push('"');
        let mut from = 0;
        for (at, byte) in text.bytes().enumerate() {
            let short = match byte {
                b'"' | b'\\' => byte,
                b'\n' => b'n',
                b'\r' => b'r',
                b'\t' => b't',
                8 => b'b',
                12 => b'f',
                ..=0x1f => b'u',
                _ => continue,
            };
            self.out.push_str(text.get(from..at).unwrap_or_default());
            self.out.push('\\');
            self.out.push(char::from(short));
            if short == b'u' {
                self.out.push_str("00");
                for digit in [byte >> 4, byte & 15] {
                    self.out.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
                }
            }
            from = at.saturating_add(1);
        }
        self.out.push_str(text.get(from..).unwrap_or_default());
        self.out.push('"');
    }

    pub(crate) fn integer(&mut self, number: u64) {
        self.comma();
        digits(&mut self.out, number, 1);
    }

    /// Milli-points as points, with as few decimals as say it.
    pub(crate) fn points(&mut self, points: Milli) {
        self.comma();
        if points < 0 {
            self.out.push('-');
        }
        let magnitude = points.unsigned_abs();
        digits(&mut self.out, magnitude / 1_000, 1);
        let mut thousandths = magnitude % 1_000;
        if thousandths != 0 {
            let mut width = 3;
            while thousandths % 10 == 0 {
                thousandths /= 10;
                width -= 1;
            }
            self.out.push('.');
            digits(&mut self.out, thousandths, width);
        }
    }
}

/// The number in decimal, with zeros in front up to the width.
pub(crate) fn digits(out: &mut String, mut number: u64, width: u32) {
    let mut reversed = [b'0'; 20];
    let mut length = 0u32;
    for digit in &mut reversed {
        if number == 0 && length >= width {
            break;
        }
        *digit = b'0' | u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
        length = length.saturating_add(1);
    }
    for digit in reversed.iter().take(length as usize).rev() {
        out.push(char::from(*digit));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_have_as_few_decimals_as_say_them() {
        for (milli, text) in [
            (0, "0"),
            (1, "0.001"),
            (10, "0.01"),
            (-100, "-0.1"),
            (92_500, "92.5"),
            (-20_000, "-20"),
            (1_000_001, "1000.001"),
            (i64::MIN, "-9223372036854775.808"),
        ] {
            let mut writer = Writer::default();
            writer.points(milli);
            assert_eq!(writer.finish(), text);
        }
    }

    #[test]
    fn texts_are_escaped_and_commas_placed() {
        let mut writer = Writer::default();
        writer.open('{');
        writer.name("a\"\u{1}").text("x\\\n\u{1f}é");
        writer.name("b").open('[');
        writer.integer(7);
        writer.bool(true);
        writer.text_or_null(None);
        writer.open('{');
        writer.close('}');
        writer.close(']');
        writer.close('}');
        let text = writer.finish();
        assert_eq!(text, "{\"a\\\"\\u0001\":\"x\\\\\\n\\u001fé\",\"b\":[7,true,null,{}]}");
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
    }
}
