//! Reads RFC 3339 of any form: any offset, any number of digits after the second.

use super::days_of;
use crate::limits::TIME_SECONDS;

/// Returns the milliseconds since 1970 of a time such as `2026-11-21T09:30:00.25+01:00`, rounded down. `None` if the
/// text is not such a time, or the time is before 1970 or not before 2106. A leap second counts as the second before
/// it.
pub(crate) fn read(text: &[u8]) -> Option<u64> {
    let mut rest = text;
    let (year, month, day) = (number(&mut rest, 4, b"-")?, number(&mut rest, 2, b"-")?, number(&mut rest, 2, b"Tt ")?);
    let (hour, minute, second) = (number(&mut rest, 2, b":")?, number(&mut rest, 2, b":")?, number(&mut rest, 2, b"")?);
    let is_day =
        (1_969..=2_106).contains(&year) && (1..=12).contains(&month) && (1..=days_of(year, month)).contains(&day);
    if !is_day || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let millis = fraction(&mut rest)?;
    let offset = offset(rest)?;
    let days_before = |year: i64| year.wrapping_mul(365).wrapping_add((year.wrapping_add(1)).div_euclid(4));
    // Days since 1970, by years counted from there. 2100 alone has no day that the rule of four years gives it.
    let mut days = days_before(i64::from(year).wrapping_sub(1_970));
    days = days.wrapping_sub(i64::from(year > 2_100));
    for of in 1..month {
        days = days.wrapping_add(i64::from(days_of(year, of)));
    }
    days = days.wrapping_add(i64::from(day)).wrapping_sub(1);
    let minutes = days.wrapping_mul(24).wrapping_add(i64::from(hour)).wrapping_mul(60).wrapping_add(i64::from(minute));
    let seconds = minutes.wrapping_sub(offset).wrapping_mul(60).wrapping_add(i64::from(second.min(59)));
    let seconds = u64::try_from(seconds).ok().filter(|seconds| *seconds < TIME_SECONDS)?;
    Some(seconds.wrapping_mul(1_000).wrapping_add(millis))
}

/// Reads a number with a given number of digits, and one of the marks after it; no mark if the list is empty.
fn number(rest: &mut &[u8], digits: usize, marks: &[u8]) -> Option<u32> {
    let (own, after) = rest.split_at_checked(digits)?;
    let value = own.iter().try_fold(0u32, |value, byte| {
        byte.is_ascii_digit().then(|| value.wrapping_mul(10).wrapping_add(u32::from(byte & 15)))
    })?;
    *rest = after;
    if !marks.is_empty() {
        let (mark, after) = after.split_first()?;
        marks.contains(mark).then_some(())?;
        *rest = after;
    }
    Some(value)
}

/// Takes the fraction of a second, if there is one, in whole milliseconds.
fn fraction(rest: &mut &[u8]) -> Option<u64> {
    let [b'.', after @ ..] = rest else { return Some(0) };
    let length = after.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(after.len());
    let (own, after) = after.split_at_checked(length)?;
    *rest = after;
    let digit = |at: usize| u64::from(own.get(at).map_or(0, |byte| byte & 15));
    let millis = digit(0).wrapping_mul(100).wrapping_add(digit(1).wrapping_mul(10)).wrapping_add(digit(2));
    (length > 0).then_some(millis)
}

/// Returns the minutes by which local time is ahead of UTC.
fn offset(rest: &[u8]) -> Option<i64> {
    let (sign, mut rest) = match rest {
        b"Z" | b"z" => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = (number(&mut rest, 2, b":")?, number(&mut rest, 2, b"")?);
    let minutes = i64::from(hours).wrapping_mul(60).wrapping_add(i64::from(minutes)).wrapping_mul(sign);
    (rest.is_empty() && hours <= 23).then_some(minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form() {
        for (text, millis) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("1969-12-31T23:30:00.5-01:00", Some(1_800_500)),
            ("1969-12-31T23:59:59Z", None),
            ("2026-11-21T09:30:00Z", Some(1_795_253_400_000)),
            ("2026-11-21t09:30:00z", Some(1_795_253_400_000)),
            ("2026-11-21 10:30:00.2567+01:00", Some(1_795_253_400_256)),
            ("2026-11-21T09:30:00.1Z", Some(1_795_253_400_100)),
            ("2016-12-31T23:59:60Z", Some(1_483_228_799_000)),
            ("2106-02-07T06:28:15.999Z", Some(4_294_967_295_999)),
            ("2106-02-07T06:28:16Z", None),
            ("2100-02-29T00:00:00Z", None),
            ("2096-02-29T00:00:00Z", Some(3_981_312_000_000)),
            ("2026-11-21T09:30:00", None),
            ("2026-11-21T09:30:00.Z", None),
            ("2026-11-21T09:30Z", None),
            ("2026-11-21T09:30:00+0100", None),
            ("2026-11-21T09:30:00+01:00x", None),
            ("2026-11-21T24:00:00Z", None),
            ("2026-11-21T09:60:00Z", None),
            ("2026-11-21T09:30:61Z", None),
            ("2026-13-01T00:00:00Z", None),
            ("2026-00-01T00:00:00Z", None),
            ("2026-01-00T00:00:00Z", None),
            ("+026-01-01T00:00:00Z", None),
            ("1795253400000", None),
            ("", None),
        ] {
            assert_eq!(read(text.as_bytes()), millis, "{text}");
        }
    }

    #[test]
    fn agrees_with_javascript() {
        for line in include_str!("../../../tests/fronts/spellings.txt").lines() {
            let mut words = line.split(' ');
            match (words.next(), words.next(), words.next()) {
                (Some("zoned"), Some(millis), Some(text)) => {
                    assert_eq!(read(text.as_bytes()), Some(millis.parse().unwrap()), "{text}");
                }
                (Some("not-zoned"), Some(text), None) => assert_eq!(read(text.as_bytes()), None, "{text}"),
                _ => {}
            }
        }
    }

    #[test]
    fn reads_the_written_form_of_every_day() {
        for day in 0..49_710u32 {
            let seconds = day * 86_400 + day % 86_400;
            let text = super::super::text(seconds, Some(day % 1_000));
            let expected = u64::from(seconds) * 1_000 + u64::from(day % 1_000);
            assert_eq!(read(&text), Some(expected), "{text:?}");
        }
    }

    #[cfg(feature = "cli")]
    proptest::proptest! {
        #[test]
        fn agrees_with_another_library(
            year in 1_965..2_110u32, month in 0..14u32, day in 0..33u32, hour in 0..25u32, minute in 0..61u32,
            second in 0..60u32, fraction in "(\\.[0-9]{1,9})?", offset in "(Z|[+-](0[0-9]|1[0-2]):[0-5][0-9])",
        ) {
            let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{offset}");
            let theirs = text.parse::<jiff::Timestamp>().ok().and_then(|time| u64::try_from(time.as_millisecond()).ok());
            // The values that round up to 1970 there.
            let theirs = theirs.filter(|millis| millis / 1_000 < TIME_SECONDS && !text.starts_with("1969-12-31T"));
            let ours = read(text.as_bytes()).filter(|_| !text.starts_with("1969-12-31T"));
            proptest::prop_assert_eq!(ours, theirs, "{}", text);
        }
    }
}
