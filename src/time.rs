//! Times as RFC 3339 text, in UTC. Between the year 1970 and 2106 a civil calendar is a few divisions.

use crate::json::Writer;
use crate::limits::TIME_SECONDS;

/// Writes `2026-11-21T09:30:00Z`.
pub(crate) fn write(writer: &mut Writer, seconds: u32) {
    writer.text(&text(seconds, None));
}

/// `2026-11-21T09:30:00Z`, or with milliseconds `2026-11-21T09:30:00.250Z`.
pub(crate) fn text(seconds: u32, millis: Option<u32>) -> String {
    let mut out = String::with_capacity(24);
    let (year, month, day) = civil(seconds / 86_400);
    let second = seconds % 86_400;
    for (number, width, mark) in [
        (year, 4, '-'),
        (month, 2, '-'),
        (day, 2, 'T'),
        (second / 3_600, 2, ':'),
        (second / 60 % 60, 2, ':'),
        (second % 60, 2, '.'),
    ] {
        crate::json::digits(&mut out, u64::from(number), width);
        out.push(mark);
    }
    match millis {
        Some(millis) => crate::json::digits(&mut out, u64::from(millis), 3),
        None => drop(out.pop()),
    }
    out.push('Z');
    out
}

/// Reads what [`text`] writes with milliseconds: milliseconds since 1970.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let field = |from: usize, to: usize| text.get(from..to)?.parse::<u32>().ok();
    let days = days(field(0, 4)?, field(5, 7)?, field(8, 10)?)?;
    let (hour, minute, second) = (field(11, 13)?, field(14, 16)?, field(17, 19)?);
    let day = hour.checked_mul(3_600)?.checked_add(minute.checked_mul(60)?)?.checked_add(second)?;
    let seconds = u64::from(days).checked_mul(86_400)?.checked_add(u64::from(day))?;
    let millis = field(20, 23)?;
    let whole = u32::try_from(seconds).ok().filter(|_| seconds < TIME_SECONDS)?;
    (self::text(whole, Some(millis)) == text)
        .then(|| seconds.saturating_mul(1_000).saturating_add(u64::from(millis)))
}

fn leap(year: u32) -> bool {
    // Right for 1901 to 2099, and 2100 is the one exception below 2106.
    year % 4 == 0 && year != 2_100
}

fn month_days(year: u32, month: u32) -> u32 {
    match month {
        2 => 28u32.saturating_add(u32::from(leap(year))),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn year_days(year: u32) -> u32 {
    365u32.saturating_add(u32::from(leap(year)))
}

/// Year, month and day of a number of days since 1970.
fn civil(mut days: u32) -> (u32, u32, u32) {
    let mut year = 1_970u32;
    while days >= year_days(year) {
        days = days.saturating_sub(year_days(year));
        year = year.saturating_add(1);
    }
    let mut month = 1u32;
    while days >= month_days(year, month) {
        days = days.saturating_sub(month_days(year, month));
        month = month.saturating_add(1);
    }
    (year, month, days.saturating_add(1))
}

/// Days since 1970.
fn days(year: u32, month: u32, day: u32) -> Option<u32> {
    let years = (1_970..year.min(2_107)).map(year_days).sum::<u32>();
    let months = (1..month.min(12)).map(|month| month_days(year, month)).sum::<u32>();
    years.checked_add(months)?.checked_add(day)?.checked_sub(1)
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
            assert_eq!(text(seconds, Some(millis)), expected);
            assert_eq!(parse(expected), Some(u64::from(seconds) * 1000 + u64::from(millis)));
        }
        assert_eq!(text(1_431_857_103, None), "2015-05-17T10:05:03Z");
        for day in 0..49_710 {
            let text = text(day * 86_400, Some(0));
            assert_eq!(parse(&text), Some(u64::from(day) * 86_400_000), "{text}");
        }
    }

    #[test]
    fn refuses_what_it_does_not_write() {
        for text in ["", "2026-02-30T00:00:00.000Z", "2026-01-01T24:00:00.000Z", "2106-02-07T06:28:16.000Z", "é"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse("2026-01-01T00:00:00Z"), None);
        assert_eq!(parse("2026-01-01T00:00:00.000+01:00"), None);
    }
}
