//! Formats times as RFC 3339 in UTC. Between 1970 and 2106 the civil calendar needs only a few divisions.

#[cfg(feature = "outcomes")]
pub(crate) mod rfc3339;

use crate::limits::TIME_SECONDS;
use crate::text::json::digits;

/// `2026-11-21T09:30:00Z`, or with milliseconds `2026-11-21T09:30:00.250Z`.
pub(crate) fn text(seconds: u32, millis: Option<u32>) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut year, mut month, mut day) = (1_970u32, 1u32, seconds / 86_400);
    while day >= days_of(year, month) {
        day = day.wrapping_sub(days_of(year, month));
        month = month.wrapping_add(1);
        if month > 12 {
            (year, month) = (year.wrapping_add(1), 1);
        }
    }
    let mut part = |number: u32, width: u32, mark: u8| {
        digits(&mut out, u64::from(number), width);
        out.push(mark);
    };
    part(year, 4, b'-');
    part(month, 2, b'-');
    part(day.wrapping_add(1), 2, b'T');
    part(seconds / 3_600 % 24, 2, b':');
    part(seconds / 60 % 60, 2, b':');
    match millis {
        Some(millis) => {
            part(seconds % 60, 2, b'.');
            part(millis, 3, b'Z');
        }
        None => part(seconds % 60, 2, b'Z'),
    }
    out
}

/// Reads what [`text`] writes with milliseconds: milliseconds since 1970.
pub(crate) fn parse(text: &[u8]) -> Option<u64> {
    // Seven numbers with one byte after each; the comparison below checks these bytes.
    let mut parts = [0u32; 7];
    let mut number = 0;
    for byte in text {
        if byte.is_ascii_digit() {
            *parts.get_mut(number)? = parts.get(number)?.wrapping_mul(10).wrapping_add(u32::from(byte & 15));
        } else {
            number = number.wrapping_add(1);
        }
    }
    let [year, month, day, hour, minute, second, millis] = parts;
    let mut days = day.wrapping_sub(1);
    for of in 1_970..year.min(2_107) {
        days = days.wrapping_add(if days_of(of, 2) == 29 { 366 } else { 365 });
    }
    for of in 1..month.min(13) {
        days = days.wrapping_add(days_of(year, of));
    }
    let hours = u64::from(days).wrapping_mul(24).wrapping_add(u64::from(hour));
    let minutes = hours.wrapping_mul(60).wrapping_add(u64::from(minute));
    let seconds = minutes.wrapping_mul(60).wrapping_add(u64::from(second));
    let same = seconds < TIME_SECONDS && self::text(seconds as u32, Some(millis)) == text;
    same.then(|| seconds.wrapping_mul(1_000).wrapping_add(u64::from(millis)))
}

/// The days of a month.
fn days_of(year: u32, month: u32) -> u32 {
    match month {
        // Every fourth year is right for 1901 to 2099, and 2100 is the one exception below 2106.
        2 if year.is_multiple_of(4) && year != 2_100 => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_and_reads_back() {
        for (seconds, millis, expected) in [
            (0, 0, "1970-01-01T00:00:00.000Z"),
            (951_782_400, 7, "2000-02-29T00:00:00.007Z"),
            (1_431_857_103, 250, "2015-05-17T10:05:03.250Z"),
            (4_107_542_399, 999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400, 0, "2100-03-01T00:00:00.000Z"),
            (u32::MAX, 1, "2106-02-07T06:28:15.001Z"),
        ] {
            assert_eq!(text(seconds, Some(millis)), expected.as_bytes());
            assert_eq!(parse(expected.as_bytes()), Some(u64::from(seconds) * 1000 + u64::from(millis)));
        }
        assert_eq!(text(1_431_857_103, None), b"2015-05-17T10:05:03Z");
        for day in 0..49_710 {
            let text = text(day * 86_400, Some(0));
            assert_eq!(parse(&text), Some(u64::from(day) * 86_400_000), "{text:?}");
        }
    }

    #[test]
    fn agrees_with_javascript() {
        for line in include_str!("../../tests/fronts/spellings.txt").lines() {
            let mut words = line.split(' ');
            match (words.next(), words.next(), words.next()) {
                (Some("time"), Some(millis), Some(expected)) => {
                    let millis: u64 = millis.parse().unwrap();
                    assert_eq!(text((millis / 1_000) as u32, Some((millis % 1_000) as u32)), expected.as_bytes());
                    assert_eq!(parse(expected.as_bytes()), Some(millis));
                }
                (Some("not-time"), Some(text), None) => assert_eq!(parse(text.as_bytes()), None, "{text}"),
                _ => {}
            }
        }
    }

    #[test]
    fn rejects_other_spellings() {
        for text in [
            "",
            "2026-02-30T00:00:00.000Z",
            "2026-01-01T24:00:00.000Z",
            "2106-02-07T06:28:16.000Z",
            "é",
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00.000+01:00",
            "99999999999-01-01T00:00:00.000Z",
            "2026-00-00T00:00:00.000Z",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }
}
