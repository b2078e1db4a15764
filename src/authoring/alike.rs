//! Common alternatives for names of fields, operators and props, from spreadsheets, other tools and everyday language.

use super::fields::{CONDITION_OPERATORS, EVENTS, VALUE_OPERATORS};

/// Names that people use for fields of rules, stages and models, with the correct names.
const FIELDS: &[(&str, &[(&str, &str)])] = &[
    (
        "a rule",
        &[
            ("score", "points"),
            ("value", "points"),
            ("weight", "points"),
            ("name", "title"),
            ("label", "title"),
            ("comment", "description"),
            ("note", "description"),
            ("type", "event"),
            ("action", "event"),
            ("url", "path"),
            ("page", "path"),
            ("when", "where"),
            ("if", "where"),
            ("condition", "where"),
            ("conditions", "where"),
            ("filter", "where"),
            ("props", "where"),
            ("max", "limit"),
            ("cap", "limit"),
            ("times", "limit"),
            ("min", "at_least"),
            ("count", "at_least"),
            ("every", "per"),
            ("period", "per"),
            ("cooldown", "per"),
            ("ttl", "expires"),
            ("expire", "expires"),
            ("expiry", "expires"),
            ("half_life", "decay"),
            ("halflife", "decay"),
            ("rules", "all"),
            ("group", "dimension"),
            ("category", "dimension"),
        ],
    ),
    (
        "a stage",
        &[
            ("points", "at"),
            ("score", "at"),
            ("threshold", "at"),
            ("min_score", "at"),
            ("from", "at"),
            ("name", "title"),
            ("label", "title"),
            ("comment", "description"),
            ("note", "description"),
            ("rules", "requires"),
            ("needs", "requires"),
            ("any", "auto"),
            ("cooldown", "rearm"),
        ],
    ),
    (
        "a model",
        &[
            ("title", "name"),
            ("comment", "description"),
            ("note", "description"),
            ("timezone", "utc_offset"),
            ("categories", "dimensions"),
            ("scores", "rules"),
            ("events", "rules"),
            ("thresholds", "stages"),
            ("levels", "stages"),
            ("grades", "label"),
            ("labels", "label"),
        ],
    ),
    ("`decay`", &[("days", "half_life"), ("rate", "half_life"), ("duration", "half_life"), ("percent", "step")]),
];

/// Returns the field that an unknown name of an object probably means.
pub(super) fn field(what: &str, name: &str) -> Option<&'static str> {
    let (_, names) = FIELDS.iter().find(|(own, _)| *own == what)?;
    let name = name.to_lowercase().replace([' ', '-'], "_");
    names.iter().find(|(other, _)| *other == name).map(|(_, field)| *field)
}

/// Signs and words that people write for operators.
const OPERATORS: [(&str, &str); 34] = [
    (">=", "$gte"),
    ("=>", "$gte"),
    ("≥", "$gte"),
    (">", "$gt"),
    ("<=", "$lte"),
    ("=<", "$lte"),
    ("≤", "$lte"),
    ("<", "$lt"),
    ("=", "$eq"),
    ("==", "$eq"),
    ("===", "$eq"),
    ("!=", "$ne"),
    ("!==", "$ne"),
    ("<>", "$ne"),
    ("≠", "$ne"),
    ("equals", "$eq"),
    ("equal", "$eq"),
    ("is", "$eq"),
    ("notequals", "$ne"),
    ("isnot", "$ne"),
    ("greaterthan", "$gt"),
    ("morethan", "$gt"),
    ("atleast", "$gte"),
    ("min", "$gte"),
    ("lessthan", "$lt"),
    ("atmost", "$lte"),
    ("max", "$lte"),
    ("oneof", "$in"),
    ("anyof", "$in"),
    ("notin", "$nin"),
    ("includes", "$contains"),
    ("beginswith", "$startsWith"),
    ("prefix", "$startsWith"),
    ("suffix", "$endsWith"),
];

/// Bytes of the longest name that is taken for an operator.
const LONGEST: usize = 24;

/// Returns the operator that a name without `$` means: `>=`, `gte`, `starts_with`.
pub(super) fn operator(name: &str) -> Option<&'static str> {
    if name.len() > LONGEST {
        return None;
    }
    let bare = plain(name);
    let mut own = VALUE_OPERATORS.into_iter().chain(CONDITION_OPERATORS);
    own.find(|operator| operator.get(1..).is_some_and(|operator| operator.eq_ignore_ascii_case(&bare)))
        .or_else(|| OPERATORS.iter().find(|(other, _)| *other == bare).map(|(_, operator)| *operator))
}

/// In lower case, without `$`, spaces and what joins words.
fn plain(name: &str) -> String {
    let chars = name.chars().filter(|c| !matches!(c, '$' | '_' | '-') && !c.is_whitespace());
    chars.flat_map(char::to_lowercase).collect()
}

/// Returns the operator at the beginning of a comparison such as `>= 60`, and the rest.
pub(super) fn comparison(text: &str) -> Option<(&'static str, &str)> {
    let text = text.trim();
    let end = text.find(|c| !matches!(c, '<' | '>' | '=' | '!' | '≥' | '≤' | '≠'))?;
    let (sign, operand) = text.split_at_checked(end).filter(|(sign, _)| !sign.is_empty())?;
    Some((operator(sign)?, operand.trim()))
}

/// Splits a name such as `engaged_seconds >=` into the field and the operator behind it.
pub(super) fn field_and_operator(name: &str) -> Option<(&str, &'static str)> {
    let end = name.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '=' | '!' | '≥' | '≤' | '≠' | '$'))?;
    let (field, rest) = name.split_at_checked(end).filter(|(field, _)| !field.is_empty())?;
    Some((field.trim_end_matches('.'), operator(rest)?))
}

/// Other words for the tag's events, without what joins words.
const EVENT_NAMES: [(&str, &str); 14] = [
    ("view", "page_view"),
    ("visit", "page_view"),
    ("pageviews", "page_view"),
    ("pagevisit", "page_view"),
    ("formsubmission", "form_submit"),
    ("formsubmitted", "form_submit"),
    ("formsubmits", "form_submit"),
    ("submit", "form_submit"),
    ("scrolldepth", "scroll"),
    ("scrolled", "scroll"),
    ("videoplay", "video_start"),
    ("videoview", "video_start"),
    ("sitesearch", "view_search_results"),
    ("timeonpage", "user_engagement"),
];

/// The tag's event that a type is almost, but not quite.
pub(super) fn event(kind: &str) -> Option<&'static str> {
    if EVENTS.contains(&kind) {
        return None;
    }
    let bare: String = kind.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let near = |event: &&str| {
        let event = event.replace('_', "");
        let close = event.len() > 6 && event.len().abs_diff(bare.len()) <= 1;
        event == bare || (close && strsim::osa_distance(&event, &bare) == 1)
    };
    let other = || EVENT_NAMES.iter().find(|(other, _)| *other == bare).map(|(_, event)| *event);
    EVENTS.into_iter().find(near).or_else(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_belongs_to_the_model_language() {
        for (_, operator) in OPERATORS {
            assert!(VALUE_OPERATORS.contains(&operator), "{operator}");
        }
        use super::super::fields::{DECAY, MODEL, RULE, STAGE};
        for (what, names) in FIELDS {
            let fields = [MODEL, RULE, STAGE, DECAY].into_iter().find(|fields| fields.what == *what).unwrap();
            for (other, field) in *names {
                assert!(fields.names.contains(field) && !fields.names.contains(other), "{what} {other}");
            }
        }
    }

    #[test]
    fn operators_without_a_dollar_sign() {
        for (name, expected) in [
            (">=", Some("$gte")),
            ("gte", Some("$gte")),
            ("starts_with", Some("$startsWith")),
            ("StartsWith", Some("$startsWith")),
            ("not in", Some("$nin")),
            ("or", Some("$or")),
            ("form_id", None),
            ("", None),
        ] {
            assert_eq!(operator(name), expected, "{name}");
        }
        assert_eq!(comparison(" >= 60"), Some(("$gte", "60")));
        assert_eq!(comparison("demo"), None);
        assert_eq!(comparison("<<60"), None);
        assert_eq!(field_and_operator("engaged_seconds >="), Some(("engaged_seconds", "$gte")));
        assert_eq!(field_and_operator("form id"), None);
    }
}
