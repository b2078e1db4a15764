//! Reads one value of the model, and reports the expected value in errors.

use super::alike;
use super::fields::Fields;
use super::json::{Json, decimal, number_text};
use super::report::{Notes, Path, quote};
use crate::limits;
use crate::model::Milli;

/// Seconds of a day.
const DAY: u64 = 86_400;

/// A value and its place.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    pub(super) json: &'a Json,
    pub(super) path: Path<'a>,
}

impl<'a> Node<'a> {
    /// The value of a name, if this is an object that has it.
    pub(super) fn get(&'a self, name: &'a str) -> Option<Node<'a>> {
        self.json.get(name).map(|json| Node { json, path: self.path.name(name) })
    }

    /// The elements of a list; none of anything else.
    pub(super) fn elements(&'a self) -> impl Iterator<Item = Node<'a>> {
        let list = if let Json::List(list) = self.json { list.as_slice() } else { &[] };
        list.iter().enumerate().map(|(index, json)| Node { json, path: self.path.index(index) })
    }

    /// The names and values of an object; none of anything else.
    pub(super) fn members(&'a self) -> impl Iterator<Item = (&'a str, Node<'a>)> {
        let members = if let Json::Object(members) = self.json { members.as_slice() } else { &[] };
        members.iter().map(|(name, json)| (name.as_str(), Node { json, path: self.path.name(name) }))
    }

    /// Reports that the value is not the expected one.
    pub(super) fn wrong(&self, expected: &str, notes: &mut Notes) {
        self.wrong_but(expected, None, notes);
    }

    /// The same, with a suggestion.
    fn wrong_but(&self, expected: &str, meant: Option<&str>, notes: &mut Notes) {
        let hint = meant.map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
        notes.error(&self.path, format!("expected {expected}, found {}{hint}", self.json.describe()));
    }

    /// Returns true if this is an object. Notes the fields that it should not have.
    pub(super) fn is_object(&self, fields: &Fields, notes: &mut Notes) -> bool {
        if !matches!(self.json, Json::Object(_)) {
            self.wrong("an object", notes);
            return false;
        }
        for (name, value) in self.members() {
            if !fields.names.contains(&name) {
                let hint = match alike::field(fields.what, name) {
                    Some(field) => format!("; did you mean {}?", quote(field)),
                    None => notes.hint(name, fields.names.iter().copied()),
                };
                notes.error(&value.path, format!("{} has no field {}{hint}", fields.what, quote(name)));
            }
        }
        true
    }

    /// Returns true if this is a list of at least `least` elements.
    pub(super) fn is_list(&self, expected: &str, least: usize, notes: &mut Notes) -> bool {
        match self.json {
            Json::List(list) if list.len() >= least => true,
            Json::List(_) => {
                notes.error(&self.path, format!("expected {expected}, found an empty list"));
                false
            }
            json => {
                let meant = match json {
                    Json::Text(text) => Some(format!("`[\"{}\"]`", quote(text).trim_matches('`'))),
                    _ => None,
                };
                self.wrong_but(expected, meant.as_deref(), notes);
                false
            }
        }
    }

    /// A text of 1 to `most` characters.
    pub(super) fn text(&self, most: usize, notes: &mut Notes) -> Option<&'a str> {
        let expected = format!("a string of 1 to {most} characters");
        match self.json {
            Json::Text(text) => match text.chars().count() {
                0 => notes.error(&self.path, format!("expected {expected}, found an empty one")),
                count if count > most => notes.error(&self.path, format!("expected {expected}, found {count}")),
                _ => return Some(text),
            },
            _ => self.wrong(&expected, notes),
        }
        None
    }

    /// A text of any length.
    pub(super) fn any_text(&self, notes: &mut Notes) {
        if !matches!(self.json, Json::Text(_)) {
            self.wrong("a string", notes);
        }
    }

    pub(super) fn id(&self, notes: &mut Notes) -> Option<&'a str> {
        if let Json::Text(text) = self.json {
            return if is_id(text) {
                Some(text)
            } else {
                id_error(&self.path, text, notes);
                None
            };
        }
        self.wrong("an id with only `a` to `z`, `0` to `9`, `_` and `-`", notes);
        None
    }

    pub(super) fn flag(&self, notes: &mut Notes) -> Option<bool> {
        if let Json::Bool(flag) = self.json {
            return Some(*flag);
        }
        let meant = match self.json {
            Json::Text(text) if matches!(text.trim(), "true" | "yes" | "1") => Some("`true`"),
            Json::Text(text) if matches!(text.trim(), "false" | "no" | "0") => Some("`false`"),
            Json::Number(1.0) => Some("`true`"),
            Json::Number(0.0) => Some("`false`"),
            _ => None,
        };
        self.wrong_but("`true` or `false`", meant, notes);
        None
    }

    /// A whole number in a range.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in range and whole by the check")]
    pub(super) fn whole(&self, least: u32, most: u32, notes: &mut Notes) -> Option<u32> {
        match self.json {
            Json::Number(number)
                if number.trunc() == *number && *number >= f64::from(least) && *number <= f64::from(most) =>
            {
                Some(*number as u32)
            }
            _ => {
                self.wrong_but(&format!("a whole number from {least} to {most}"), self.number().as_deref(), notes);
                None
            }
        }
    }

    /// Points of a rule, in thousandths.
    pub(super) fn points(&self, notes: &mut Notes) -> Option<Milli> {
        self.thousandths(limits::POINTS, "a number from -10000 to 10000", notes)
    }

    /// A score or a part of it, in thousandths.
    pub(super) fn amount(&self, notes: &mut Notes) -> Option<Milli> {
        self.thousandths(limits::AMOUNT, "a number from -1000000000000 to 1000000000000", notes)
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "limits are far below 2^53")]
    fn thousandths(&self, most: Milli, expected: &str, notes: &mut Notes) -> Option<Milli> {
        const THOUSAND: f64 = 1_000.0;
        match self.json {
            Json::Number(number) if number.abs() <= most as f64 / THOUSAND => {
                let thousandths = (number * THOUSAND).round();
                // The quotient is the double nearest to the decimal, so any number with at most three decimals is it.
                if thousandths / THOUSAND == *number {
                    return Some(thousandths as Milli);
                }
                let found = number_text(*number);
                notes.error(&self.path, format!("expected at most three decimals, found the number `{found}`"));
            }
            _ => self.wrong_but(expected, self.number().as_deref(), notes),
        }
        None
    }

    /// Returns the number in a string, as JSON writes it.
    fn number(&self) -> Option<String> {
        let Json::Text(text) = self.json else { return None };
        let text = text.trim().trim_end_matches('%').replace(',', ".");
        decimal(&text).map(|number| format!("`{}`, without quotes", number_text(number)))
    }

    /// An offset from UTC, in minutes.
    pub(super) fn utc_offset(&self, notes: &mut Notes) -> Option<i32> {
        const EXPECTED: &str = "an offset from UTC such as `+01:00` or `-08:00`, from `-12:00` to `+14:00`";
        let minutes = if let Json::Text(text) = self.json { offset_minutes(text.as_bytes()) } else { None };
        let minutes = minutes.filter(|minutes| (-12 * 60..=14 * 60).contains(minutes));
        if minutes.is_none() {
            self.wrong(EXPECTED, notes);
        }
        minutes
    }

    /// A duration, in seconds.
    pub(super) fn duration(&self, notes: &mut Notes) -> Option<u32> {
        /// A larger number is probably in seconds.
        const MANY_DAYS: f64 = 1_000.0;
        const EXPECTED: &str = "a duration such as `30m`, `12h`, `14d` or `2w`";
        let expected = || format!("{EXPECTED} (units `s`, `m`, `h`, `d`, `w`)");
        let text = match self.json {
            Json::Text(text) => text,
            Json::Number(number) if number.trunc() == *number && *number > 0.0 => {
                let unit = if *number > MANY_DAYS { 's' } else { 'd' };
                self.wrong_but(&expected(), Some(&format!("`\"{}{unit}\"`", number_text(*number))), notes);
                return None;
            }
            _ => {
                self.wrong(EXPECTED, notes);
                return None;
            }
        };
        let Some(seconds) = seconds(text) else {
            self.wrong_but(&expected(), in_words(text).as_deref(), notes);
            return None;
        };
        let most = u64::from(limits::DURATION_DAYS).saturating_mul(DAY);
        if (1..=most).contains(&seconds) {
            return u32::try_from(seconds).ok();
        }
        self.wrong("a duration from `1s` to `3650d`", notes);
        None
    }
}

/// Returns true if a string is a valid id.
pub(super) fn is_id(text: &str) -> bool {
    (1..=limits::ID_CHARS).contains(&text.len())
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
}

/// Notes that a string is not a valid id, and suggests one.
pub(super) fn id_error(path: &Path<'_>, text: &str, notes: &mut Notes) {
    let near: String = text
        .trim()
        .chars()
        .take(limits::ID_CHARS.saturating_add(1))
        .map(|c| if c.is_whitespace() || matches!(c, '.' | '/') { '-' } else { c.to_ascii_lowercase() })
        .collect();
    let hint = if is_id(&near) { format!("; did you mean {}?", quote(&near)) } else { String::new() };
    let expected = "expected an id of 1 to 64 characters from `a` to `z`, `0` to `9`, `_` and `-`";
    notes.error(path, format!("{expected}, found {}{hint}", quote(text)));
}

/// An amount for a message.
#[expect(clippy::cast_precision_loss, reason = "amounts are far below 2^53")]
pub(super) fn thousandths(amount: Milli) -> String {
    quote(&number_text(amount as f64 / 1_000.0))
}

/// Returns the minutes of `±HH:MM`.
fn offset_minutes(text: &[u8]) -> Option<i32> {
    let [sign @ (b'+' | b'-'), digits @ ..] = text else { return None };
    let [h1, h2, b':', m1, m2] = digits else { return None };
    let number = |tens: u8, ones: u8| {
        let digit = |digit: u8| char::from(digit).to_digit(10).map(u32::cast_signed);
        Some(digit(tens)?.saturating_mul(10).saturating_add(digit(ones)?))
    };
    let (hours, minutes) = (number(*h1, *h2)?, number(*m1, *m2).filter(|minutes| *minutes < 60)?);
    let all = hours.saturating_mul(60).saturating_add(minutes);
    Some(if *sign == b'-' { all.saturating_neg() } else { all })
}

/// The duration that a text such as `30 days` means.
fn in_words(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at_checked(end)?;
    let count: u32 = if digits.is_empty() { 1 } else { digits.parse().ok()? };
    let (days, unit) = match unit.trim().trim_end_matches('s') {
        "" | "sec" | "second" if !unit.trim().is_empty() => (1, 's'),
        "min" | "minute" => (1, 'm'),
        "hr" | "hour" | "std" | "h" => (1, 'h'),
        "" | "d" | "day" | "tag" | "tage" => (1, 'd'),
        "w" | "wk" | "week" | "woche" | "wochen" => (1, 'w'),
        "mo" | "month" | "monat" | "monate" => (30, 'd'),
        "y" | "yr" | "year" | "jahr" | "jahre" => (365, 'd'),
        _ => return None,
    };
    Some(format!("`{}{unit}`", count.saturating_mul(days)))
}

/// The seconds of `<integer><unit>`; far beyond any limit they stop growing.
fn seconds(text: &str) -> Option<u64> {
    let unit = match text.bytes().next_back()? {
        b's' => 1,
        b'm' => 60,
        b'h' => 3_600,
        b'd' => DAY,
        b'w' => DAY.saturating_mul(7),
        _ => return None,
    };
    let (digits, _) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() {
        return None;
    }
    let count = digits.bytes().try_fold(0u64, |count, digit| {
        let digit = char::from(digit).to_digit(10)?;
        Some(count.saturating_mul(10).saturating_add(digit.into()))
    })?;
    Some(count.saturating_mul(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, expected) in [
            ("1s", Some(1)),
            ("014d", Some(14 * 86_400)),
            ("2w", Some(14 * 86_400)),
            ("0s", Some(0)),
            ("99999999999999999999999w", Some(u64::MAX)),
            ("", None),
            ("d", None),
            ("1", None),
            ("1.5d", None),
            ("-1d", None),
            ("+1d", None),
            ("1 d", None),
            ("1D", None),
            ("1é", None),
            ("éd", None),
            ("1mo", None),
            ("1y", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}
