//! Formats figures and strings for people.

/// Escapes a string for HTML, between tags and in attributes: markup is escaped, invisible characters are replaced.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if is_unseen(c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Returns true for control characters and for those that change the direction of the text around them.
pub(crate) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns a name or an id as `<code>`, isolated from the text around it.
pub(crate) fn code(text: &str) -> String {
    format!("<code><bdi>{}</bdi></code>", escape(text))
}

/// Returns a number with at most `decimals` decimals and with separators of thousands; `–` if it is not finite.
pub(crate) fn number(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{:.decimals$}", value.abs());
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::new();
    let is_zero = text.chars().all(|c| matches!(c, '0' | '.'));
    if value < 0.0 && !is_zero {
        out.push('−');
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && whole.len().saturating_sub(at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    let rest = rest.trim_end_matches('0');
    if !rest.is_empty() {
        out.push('.');
        out.push_str(rest);
    }
    out
}

/// Returns a whole number with separators of thousands.
pub(crate) fn count(value: u64) -> String {
    number(value as f64, 0)
}

/// Returns a number of rows, which may be fractional because ties are shared out.
pub(crate) fn amount(value: f64) -> String {
    number(value, 1)
}

/// Returns a figure with all of its decimals, so that columns can be compared.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.chars().any(|c| matches!(c, '1'..='9')) => format!("−{rest}"),
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

/// Returns a difference with its sign.
pub(crate) fn signed(value: f64, decimals: usize) -> String {
    let text = fixed(value, decimals);
    let is_zero = !text.chars().any(|c| matches!(c, '1'..='9'));
    if value > 0.0 && !is_zero { format!("+{text}") } else { text }
}

/// Returns a share as percent.
pub(crate) fn percent(share: f64) -> String {
    let decimals = if share.abs() < 0.1 && share != 0.0 { 1 } else { 0 };
    format!("{}\u{a0}%", number(share * 100.0, decimals))
}

/// Returns a share as an axis label; some labels lie between whole percents.
pub(crate) fn tick(share: f64) -> String {
    format!("{}\u{a0}%", number(share * 100.0, 1))
}

/// Returns the formatted value, or `–` for `None`.
pub(crate) fn maybe(value: Option<f64>, how: impl Fn(f64) -> String) -> String {
    value.map_or_else(|| "–".to_owned(), how)
}

/// Returns seconds in the unit that people would use.
pub(crate) fn duration(seconds: f64) -> String {
    let units = [(86_400.0, "day"), (3_600.0, "hour"), (60.0, "minute"), (1.0, "second")];
    let (size, unit) = units.into_iter().find(|(size, _)| seconds >= size * 0.995).unwrap_or((1.0, "second"));
    let value = number(seconds / size, 1);
    let s = if value == "1" { "" } else { "s" };
    format!("{value} {unit}{s}")
}

/// Returns the day of a time in RFC 3339.
pub(crate) fn day(time: Option<&str>) -> String {
    time.map_or_else(|| "–".to_owned(), |time| time.split('T').next().unwrap_or(time).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_formatted_for_people() {
        assert_eq!(number(1_234_567.891, 1), "1,234,567.9");
        assert_eq!(number(-0.04, 1), "0");
        assert_eq!(number(-12.0, 2), "−12");
        assert_eq!(number(999.0, 0), "999");
        assert_eq!(number(f64::NAN, 2), "–");
        assert_eq!(fixed(0.5, 3), "0.500");
        assert_eq!(fixed(-0.0001, 3), "0.000");
        assert_eq!(signed(0.0123, 3), "+0.012");
        assert_eq!(signed(-0.0123, 3), "−0.012");
        assert_eq!(percent(0.0414), "4.1\u{a0}%");
        assert_eq!(percent(0.414), "41\u{a0}%");
        assert_eq!(percent(0.0), "0\u{a0}%");
        assert_eq!(duration(86_400.0), "1 day");
        assert_eq!(duration(246.0), "4.1 minutes");
        assert_eq!(duration(0.2), "0.2 seconds");
        assert_eq!(day(Some("2026-11-27T10:00:00Z")), "2026-11-27");
    }

    #[test]
    fn nothing_becomes_markup() {
        assert_eq!(escape("<b a=\"'\">&\u{202e}\u{0}é"), "&lt;b a=&quot;&#39;&quot;&gt;&amp;\u{fffd}\u{fffd}é");
    }
}
