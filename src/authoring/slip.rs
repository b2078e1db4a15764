//! Explains syntax errors in JSON: common mistakes in typed text, or in text pasted from documents.

use super::report::quote;
use super::scan::{Fault, Scan, Want};

/// Quotation marks that word processors and chats put in place of `"`.
const CURLY: [char; 13] = ['“', '”', '„', '‟', '«', '»', '‘', '’', '‚', '‹', '›', '″', '＂'];
/// Words of other languages for what JSON writes otherwise.
const WORDS: [(&str, &str); 13] = [
    ("true", "true"),
    ("yes", "true"),
    ("on", "true"),
    ("ja", "true"),
    ("oui", "true"),
    ("false", "false"),
    ("no", "false"),
    ("off", "false"),
    ("nein", "false"),
    ("null", "null"),
    ("none", "null"),
    ("nil", "null"),
    ("undefined", "null"),
];
/// Characters of a number or a word that a message shows.
const SHOWN: usize = 24;

fn fault(at: usize, message: impl Into<String>) -> Fault {
    Fault { at, message: message.into() }
}

/// Explains why the token is not the expected one.
pub(super) fn fault_of(scan: &Scan<'_>, want: Want) -> Fault {
    let at = scan.at;
    let Some(c) = scan.rest().chars().next() else { return ended(scan, want) };
    // A curly quote that ends a text does not end it: the fault shows only after the next straight one.
    if let Some(curly) = curly_before(scan) {
        return curly_quote(scan.text, curly);
    }
    if let Some(fault) = foreign(scan, c) {
        return fault;
    }
    let closing = matches!(c, '}' | ']');
    match want {
        Want::Value if scan.open.is_empty() => {
            fault(at, "a model is JSON and begins with `{`; remove the text before it")
        }
        Want::Value | Want::Name if closing && scan.before() == Some(b',') => {
            fault(scan.last.0, format!("there is an extra comma before `{c}`; remove it"))
        }
        Want::Value | Want::FirstValue => value(scan, c),
        Want::Name | Want::FirstName => name(scan, c),
        Want::Colon => colon(scan, c),
        Want::Comma => comma(scan, c),
        Want::End if closing => fault(at, format!("this `{c}` closes nothing; remove it")),
        Want::End => fault(at, "the model ends before this; a file contains one model and nothing else"),
    }
}

/// Characters that mean something in other languages than JSON, or are invisible.
fn foreign(scan: &Scan<'_>, c: char) -> Option<Fault> {
    let rest = scan.rest();
    if CURLY.contains(&c) {
        return Some(curly_quote(scan.text, scan.at));
    }
    let message = if ["//", "/*", "#", "<!--", "--"].iter().any(|sign| rest.starts_with(sign)) {
        "JSON has no comments; remove this, or put it into the `description` of the model, a rule or a stage".to_owned()
    } else if rest.starts_with("```") {
        "this line comes from the page that the model was copied from; remove it".to_owned()
    } else if matches!(c, '\'' | '`') {
        format!("{c} is not a quote in JSON; write `\"` before and after the string")
    } else if (c.is_whitespace() || is_invisible(c)) && !c.is_ascii() {
        format!(
            "there is an invisible character here (U+{:04X}), as in text copied from a page; replace it by a space",
            u32::from(c)
        )
    } else if let Some(plain) = full_width(c) {
        format!("write {} instead of {}", quote(plain), quote(&c.to_string()))
    } else if c == ';' {
        "JSON has no semicolons; write `,` between two entries, and nothing after the last".to_owned()
    } else {
        return None;
    };
    Some(fault(scan.at, message))
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

fn full_width(c: char) -> Option<&'static str> {
    Some(match c {
        '，' | '、' => ",",
        '：' => ":",
        '｛' => "{",
        '｝' => "}",
        '［' | '【' => "[",
        '］' | '】' => "]",
        _ => return None,
    })
}

fn curly_quote(text: &str, at: usize) -> Fault {
    let c = text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or('“');
    let more = text.chars().filter(|c| CURLY.contains(c)).count().saturating_sub(1);
    let more = match more {
        0 => String::new(),
        1 => " (there is one more)".to_owned(),
        more => format!(" (there are {more} more)"),
    };
    fault(at, format!("{c} is a curly quote, as from word processors; JSON requires the straight `\"`{more}"))
}

/// Returns the position of a curly quote in the preceding string, if that is the last token.
fn curly_before(scan: &Scan<'_>) -> Option<usize> {
    let (from, to) = scan.last;
    let before = scan.text.get(from..to)?;
    if !before.starts_with('"') {
        return None;
    }
    // As the end of a text, a quote has what follows texts behind it.
    let (at, c) = before.char_indices().find(|(_, c)| CURLY.contains(c))?;
    let after = before.get(at.saturating_add(c.len_utf8())..)?.trim_start();
    after.starts_with([':', ',', '}', ']']).then(|| from.saturating_add(at))
}

/// The text is over before the model is.
fn ended(scan: &Scan<'_>, want: Want) -> Fault {
    let Some(open) = scan.open.last() else {
        return fault(0, "the file is empty; a model begins with `{`, and `leadscore init` writes one");
    };
    let (bracket, missing) = if open.is_object { ('{', '}') } else { ('[', ']') };
    let line = scan.line(open.at);
    let so = if want == Want::Comma { "" } else { " in the middle of an entry" };
    fault(
        scan.last.1,
        format!("the model ends here{so}, but the `{bracket}` of line {line} is not closed; a `{missing}` is missing"),
    )
}

fn value(scan: &Scan<'_>, c: char) -> Fault {
    let at = scan.at;
    if matches!(c, '{' | '[') {
        return fault(at, "lists and objects are nested more than 128 levels deep");
    }
    if c == ',' {
        return fault(at, "a value is missing before this comma; remove the comma, or write the value");
    }
    let in_list = scan.open.last().is_some_and(|open| !open.is_object);
    if c == '}' && in_list {
        return crossed(scan, c);
    }
    if matches!(c, '}' | ']') {
        return fault(at, format!("a value is missing before `{c}`"));
    }
    if c == '.' || c == '+' || c == '-' || c.is_ascii_digit() {
        return number(scan, at);
    }
    if c.is_alphabetic() || c == '_' || c == '$' || c == '/' {
        let word = word(scan.rest());
        let lower = word.to_lowercase();
        return fault(
            at,
            match WORDS.iter().find(|(foreign, _)| *foreign == lower) {
                Some((_, json)) => format!("write {} as `{json}`", quote(word)),
                None => format!("a string needs double quotes: `\"{}\"`", shown(word)),
            },
        );
    }
    fault(
        at,
        format!(
            "expected a value (a string in `\"`, a number, `true`, `false`, a list or an object), found {}",
            quote(&c.to_string())
        ),
    )
}

/// A number that JSON writes otherwise.
fn number(scan: &Scan<'_>, at: usize) -> Fault {
    let rest = scan.text.get(at..).unwrap_or_default();
    let written: String = rest
        .chars()
        .take_while(|c| c.is_alphanumeric() || matches!(c, '.' | '+' | '-' | '%' | '_' | '€' | '$'))
        .take(SHOWN)
        .collect();
    let digits = written.trim_start_matches('+');
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-');
    let bare: String = digits.chars().take_while(|c| is_number(*c)).collect();
    let unit = digits.get(bare.len()..).unwrap_or_default();
    let quoted = quote(&written);
    let message = if bare.matches('.').count() > 1 || unit.starts_with('_') {
        format!("{quoted} is not a number; write it without thousands separators, as in `1000` or `1.5`")
    } else if matches!(unit, "s" | "m" | "h" | "d" | "w") {
        format!("a duration needs double quotes: `\"{bare}{unit}\"`")
    } else if unit.is_empty() {
        let plain = super::json::decimal(&bare);
        let hint = plain.map(|number| format!("; write `{}`", super::json::number_text(number))).unwrap_or_default();
        format!("{quoted} is not a JSON number{hint}")
    } else {
        format!("{quoted} is not a number; write only the number, or the string in double quotes")
    };
    fault(at, message)
}

fn name(scan: &Scan<'_>, c: char) -> Fault {
    let at = scan.at;
    if c.is_ascii_digit()
        && let Some(decimal) = decimal_comma(scan)
    {
        return decimal;
    }
    if c == ',' {
        return fault(at, "there is an extra comma; remove it");
    }
    if c == ']' {
        return crossed(scan, c);
    }
    if c.is_alphanumeric() || matches!(c, '_' | '$' | '>' | '<' | '=' | '!') {
        let word = word(scan.rest());
        return fault(at, format!("a name needs double quotes: `\"{}\"`", shown(word)));
    }
    fault(at, format!("expected a name in double quotes, such as `\"id\"`, found {}", quote(&c.to_string())))
}

/// `1,5`: in an object the comma ends the number, and a name would have to follow.
fn decimal_comma(scan: &Scan<'_>) -> Option<Fault> {
    let comma = scan.last.0;
    let before = scan.text.get(..comma)?;
    let whole = before.get(before.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-').len()..)?;
    let touches = scan.before() == Some(b',') && comma.saturating_add(1) == scan.at && !whole.is_empty();
    let decimals: String = scan.rest().chars().take_while(char::is_ascii_digit).take(SHOWN).collect();
    touches.then(|| {
        let from = comma.saturating_sub(whole.len());
        fault(from, format!("`{whole},{decimals}` has a decimal comma; write `{whole}.{decimals}`"))
    })
}

fn colon(scan: &Scan<'_>, c: char) -> Fault {
    let name = quote(scan.token().trim_matches('"'));
    let message = match c {
        '=' => format!("write `:` instead of `=` after the name {name}"),
        ',' | '}' | ']' => format!("the name {name} has no value; write `:` and the value after it"),
        _ => format!("a `:` is missing after the name {name}"),
    };
    fault(scan.at, message)
}

fn comma(scan: &Scan<'_>, c: char) -> Fault {
    let is_object = scan.open.last().is_some_and(|open| open.is_object);
    if matches!(c, '}' | ']') {
        return crossed(scan, c);
    }
    if c == ':' && !is_object {
        let line = scan.open.last().map_or(1, |open| scan.line(open.at));
        let message = format!(
            "the list that begins in line {line} has no names; write `{{` and `}}` around the names and values of each entry"
        );
        return fault(scan.at, message);
    }
    let is_text = scan.token().starts_with('"');
    let touches = scan.last.1 == scan.at;
    if is_text && touches && (c.is_alphanumeric() || c == '"') {
        return fault(
            scan.at,
            "the string before this ends at its `\"`: is a `\"` missing earlier in the line? A quote inside a string is written `\\\"`",
        );
    }
    // The position where the comma belongs; the error may be detected lines later.
    fault(scan.last.1, "a comma is missing after this entry")
}

/// A bracket that closes what another one opened.
fn crossed(scan: &Scan<'_>, c: char) -> Fault {
    let Some(open) = scan.open.last() else { return fault(scan.at, format!("this `{c}` closes nothing; remove it")) };
    let (bracket, missing) = if open.is_object { ('{', '}') } else { ('[', ']') };
    let line = scan.line(open.at);
    fault(
        scan.at,
        format!("the `{bracket}` of line {line} is still open here: a `{missing}` is missing before this `{c}`"),
    )
}

/// A backslash in a text that escapes nothing.
pub(super) fn escape(text: &str, at: usize) -> Fault {
    let c = text.get(at.saturating_add(1)..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
    fault(at, format!("a backslash in a string is written `\\\\`, so `\\{}` becomes `\\\\{0}`", shown(&c.to_string())))
}

/// A control character in a text.
pub(super) fn control(text: &str, at: usize) -> Fault {
    let what = match text.as_bytes().get(at) {
        Some(b'\t') => "a tab; write a space, or `\\t`",
        _ => "an invisible character; remove it",
    };
    fault(at, format!("this string contains {what}"))
}

/// A text without its end.
pub(super) fn unclosed(scan: &Scan<'_>, start: usize) -> Fault {
    let line = scan.text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
    if let Some((at, _)) = line.char_indices().find(|(_, c)| CURLY.contains(c)) {
        return curly_quote(scan.text, start.saturating_add(at));
    }
    fault(
        start,
        "the string that begins here does not end on its line: a `\"` is missing; a line break inside a string is written `\\n`",
    )
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | '}' | ']' | '{' | '[' | '"' | ';'));
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

/// The beginning of user input, without backticks around it.
fn shown(text: &str) -> String {
    let quoted = quote(&text.chars().take(SHOWN).collect::<String>());
    quoted.trim_matches('`').to_owned()
}

impl Scan<'_> {
    /// The first byte of the last token.
    fn before(&self) -> Option<u8> {
        self.text.as_bytes().get(self.last.0).copied()
    }

    fn token(&self) -> &str {
        self.text.get(self.last.0..self.last.1).unwrap_or_default()
    }

    /// The number of the line of a place, from 1.
    fn line(&self, at: usize) -> usize {
        self.text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count().saturating_add(1)
    }
}
