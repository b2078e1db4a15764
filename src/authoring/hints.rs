//! Finds likely mistakes in conditions: operators without `$`, misspelt props, values that a prop never has. They are
//! valid and compiled as written, so they are warnings.

use super::alike;
use super::condition::is_operators;
use super::fields::CONDITION_OPERATORS;
use super::json::Json;
use super::props::Known;
use super::report::{Notes, quote};
use super::values::Node;

/// Checks the names and values of a condition. `known`: the known props of the rule's events.
pub(super) fn scope(condition: Node<'_>, known: Option<&Known>, notes: &mut Notes) {
    for (name, value) in condition.members() {
        match name {
            "$and" | "$or" | "$nor" => value.elements().for_each(|element| scope(element, known, notes)),
            "$not" => scope(value, known, notes),
            _ if name.starts_with('$') => {}
            _ => {
                self::name(name, value, known, notes);
                self::value(name, value, known, notes);
            }
        }
    }
}

fn name(name: &str, value: Node<'_>, known: Option<&Known>, notes: &mut Notes) {
    let combines = alike::operator(name).filter(|operator| CONDITION_OPERATORS.contains(operator));
    let nests = match value.json {
        Json::List(list) => list.iter().all(|json| matches!(json, Json::Object(_))),
        json => matches!(json, Json::Object(_)),
    };
    if let Some(operator) = combines.filter(|_| nests) {
        notes.warn(&value.path, format!("{} is read as the name of a field; did you mean `{operator}`?", quote(name)));
    } else if let Some((field, operator)) = alike::field_and_operator(name) {
        let field = quote(field);
        let field = field.trim_matches('`');
        let message = format!(
            "{} is read as the name of a field; did you mean `\"{field}\": {{ \"{operator}\": … }}`?",
            quote(name)
        );
        notes.warn(&value.path, message);
    } else if let Some(known) = known {
        known.check_name(name, &value.path, notes);
    }
}

fn value(name: &str, node: Node<'_>, known: Option<&Known>, notes: &mut Notes) {
    if is_operators(node.json) {
        for (operator, operand) in node.members() {
            self::operator(name, operator, operand, known, notes);
        }
        return;
    }
    let meant = |own: &str| alike::operator(own).filter(|_| !own.starts_with('$'));
    if node.members().next().is_some() && node.members().all(|(own, _)| meant(own).is_some()) {
        for (own, operand) in node.members() {
            let operator = meant(own).unwrap_or_default();
            let message = format!("operators begin with `$`, found {}; did you mean `{operator}`?", quote(own));
            notes.warn(&operand.path, message);
        }
        return;
    }
    equal(name, node, known, notes);
    if matches!(node.json, Json::List(list) if list.iter().all(|json| !matches!(json, Json::List(_) | Json::Object(_))))
    {
        let name = quote(name);
        let message = format!("{name} is compared with the whole list; for any value of it write `{{ \"$in\": […] }}`");
        notes.warn(&node.path, message);
    }
}

fn operator(name: &str, operator: &str, operand: Node<'_>, known: Option<&Known>, notes: &mut Notes) {
    match (operator, operand.json) {
        ("$eq" | "$ne", _) => equal(name, operand, known, notes),
        ("$in" | "$nin" | "$all", _) => {
            operand.elements().for_each(|element| equal(name, element, known, notes));
        }
        ("$not", _) => value(name, operand, known, notes),
        ("$gt" | "$gte" | "$lt" | "$lte", Json::Number(bound)) => {
            if let Some(known) = known {
                known.check_bound(name, operator, *bound, &operand.path, notes);
            }
        }
        ("$startsWith", Json::Text(text)) => path(name, text, operand, notes),
        _ => {}
    }
    if let (true, Json::Text(text)) = (operator.ends_with("With") || operator == "$contains", operand.json)
        && is_wild(text)
    {
        notes.warn(&operand.path, format!("`*` is an ordinary character here, found {}; leave it out", quote(text)));
    }
}

/// Checks a value that is compared as a whole.
fn equal(name: &str, node: Node<'_>, known: Option<&Known>, notes: &mut Notes) {
    if let Json::Text(text) = node.json {
        if let Some((operator, operand)) = alike::comparison(text) {
            let operand = quote(operand);
            let operand = operand.trim_matches('`');
            let message = format!(
                "this compares with the string {}; did you mean `{{ \"{operator}\": {operand} }}`?",
                quote(text)
            );
            notes.warn(&node.path, message);
            return;
        }
        if is_wild(text) {
            let operator = if text.starts_with('*') { "$endsWith` or `$contains" } else { "$startsWith" };
            let message =
                format!("`*` is an ordinary character in a condition, found {}; use `{operator}`", quote(text));
            notes.warn(&node.path, message);
            return;
        }
        let is_word =
            name.ends_with("_id") || name.starts_with("utm_") || name == "url.path" || name == "file_extension";
        if is_word && text.contains(['|', ',']) {
            let message =
                format!("{} is one string; for any of several write `{{ \"$in\": [\"a\", \"b\"] }}`", quote(text));
            notes.warn(&node.path, message);
            return;
        }
        path(name, text, node, notes);
    }
    if let (Some(known), false) = (known, matches!(node.json, Json::List(_))) {
        known.check_equal(name, node.json, &node.path, notes);
    }
}

/// Looks at a text that a path or a host is compared with.
fn path(name: &str, text: &str, node: Node<'_>, notes: &mut Notes) {
    if name == "url.path" && !text.starts_with('/') {
        notes.warn(&node.path, format!("every path begins with `/`, but {} does not", quote(text)));
    }
    if name == "url.path" && text.contains(['?', '#']) {
        let found = quote(text);
        notes.warn(
            &node.path,
            format!("a path ends before `?` and `#`, found {found}; use `url.query.NAME` or `url.hash`"),
        );
    }
    if name == "url.host" && text.contains('/') {
        notes.warn(&node.path, format!("a host is a name such as `acme.example`, found {}", quote(text)));
    }
}

/// Returns true if a string begins or ends with an asterisk, as a pattern would.
fn is_wild(text: &str) -> bool {
    text.len() > 1 && (text.ends_with('*') || text.starts_with('*'))
}
