//! Parsing and printing of durations and times.

use crate::event::seconds;
use crate::limits::TIME_SECONDS;
use crate::text::time;

const UNITS: [(char, u64); 5] = [('w', 604_800), ('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// Returns the milliseconds of `<integer><unit>`, such as `7d`; `0` needs no unit. At most 3650 days.
pub(super) fn parse(text: &str) -> Option<u64> {
    if text == "0" {
        return Some(0);
    }
    let unit = text.chars().next_back()?;
    let (_, seconds) = UNITS.into_iter().find(|(own, _)| *own == unit)?;
    let digits = text.strip_suffix(unit)?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let millis = digits.parse::<u64>().ok()?.checked_mul(seconds)?.checked_mul(1_000)?;
    (millis <= 3_650 * 86_400_000).then_some(millis)
}

/// Returns milliseconds as a duration in the largest unit that divides them.
pub(super) fn text(millis: u64) -> String {
    let seconds = millis / 1_000;
    let whole = UNITS.into_iter().find(|(_, unit)| seconds > 0 && seconds.is_multiple_of(*unit));
    // Fourteen days are `14d` here, not `2w`, as in models.
    match whole {
        Some(('w', _)) => format!("{}d", seconds / 86_400),
        Some((name, unit)) => format!("{}{name}", seconds / unit),
        None => "0s".to_owned(),
    }
}

/// Returns seconds in words for people: `3.2 days`.
pub(super) fn words(seconds: f64) -> String {
    let (count, unit) = match seconds {
        s if s >= 2.0 * 86_400.0 => (s / 86_400.0, "days"),
        s if s >= 2.0 * 3_600.0 => (s / 3_600.0, "hours"),
        s if s >= 120.0 => (s / 60.0, "minutes"),
        s => (s, "seconds"),
    };
    format!("{count:.1} {unit}")
}

/// Returns a time in ms since 1970 as RFC 3339.
pub(super) fn time(at: u64) -> String {
    String::from_utf8(time::text(seconds(at), None)).unwrap_or_default()
}

/// Parses a time: milliseconds since 1970, a date (its midnight in UTC) or RFC 3339 in UTC, before 2106.
pub(super) fn parse_time(text: &str) -> Option<u64> {
    let millis = text.parse::<u64>().ok().or_else(|| {
        let full = match text.strip_suffix('Z') {
            Some(rest) if rest.contains('.') => text.to_owned(),
            Some(rest) => format!("{rest}.000Z"),
            None => format!("{text}T00:00:00.000Z"),
        };
        time::parse(full.as_bytes())
    });
    millis.filter(|millis| millis / 1_000 < TIME_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (given, millis) in [
            ("0", Some(0)),
            ("0s", Some(0)),
            ("7d", Some(604_800_000)),
            ("90m", Some(5_400_000)),
            ("2w", Some(1_209_600_000)),
        ] {
            assert_eq!(parse(given), millis, "{given}");
        }
        for wrong in ["", "d", "7", "-7d", "7.5d", "7D", "9999d", "99999999999999999999s"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
        for (millis, said) in [(0, "0s"), (604_800_000, "7d"), (5_400_000, "90m"), (86_400_000, "1d"), (61_000, "61s")]
        {
            assert_eq!(text(millis), said);
        }
    }

    #[test]
    fn times() {
        for given in ["1767225600000", "2026-01-01", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000Z"] {
            assert_eq!(parse_time(given), Some(1_767_225_600_000), "{given}");
        }
        for wrong in ["", "yesterday", "2026-13-01", "2026-01-01T00:00:00", "2107-01-01"] {
            assert_eq!(parse_time(wrong), None, "{wrong}");
        }
    }
}
