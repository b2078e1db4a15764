//! Models in JSON: reading, errors and warnings, compilation.
//!
//! This part of leadscore explains errors to people. It runs in the command line, in a build step or in a playground,
//! never on a visitor's page. The compiled model is a few hundred bytes, which [`Model::decode`](crate::Model) reads
//! without further validation.

mod account;
mod alike;
mod condition;
mod encode;
mod event_rule;
#[cfg(feature = "outcomes")]
mod events;
mod field;
mod fields;
mod hints;
mod json;
mod label;
mod lint;
mod model;
mod operator;
mod parts;
mod pattern;
mod personal;
mod place;
mod props;
mod report;
mod rule;
mod scan;
mod slip;
mod stage;
mod title;
mod values;

use std::fmt;

#[cfg(feature = "outcomes")]
pub use events::Events;

use serde::Serialize;

use json::Json;
use report::Notes;

use encode::encode;
use parts::Parts;

/// Something about a model that its author should know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// The place: a JSON Pointer (RFC 6901) such as `/rules/3/points`; empty for the model as a whole.
    pub path: String,
    /// The line of the place in the model's text, from 1.
    pub line: u32,
    /// The column of the place, in characters from 1.
    pub column: u32,
    /// The rule or stage that it is about, such as ``rule `pricing` ``.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// A message with the error and the expected value.
    pub message: String,
}

impl Issue {
    fn at(path: String, message: String) -> Self {
        Self { path, line: 1, column: 1, subject: None, message }
    }

    /// The position as text: the rule or stage and the field, or the JSON Pointer.
    fn place(&self) -> String {
        let Some(subject) = &self.subject else { return self.path.clone() };
        let depth = if self.path.starts_with("/account/") { 3 } else { 2 };
        let rest: Vec<&str> = self.path.split('/').skip(1).skip(depth).collect();
        if rest.is_empty() { subject.clone() } else { format!("{subject}, {}", rest.join("/")) }
    }
}

/// One line, without the file, the line and the column; control characters are escaped.
impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place();
        for c in place.chars() {
            if c.is_control() { write!(f, "{}", c.escape_default())? } else { write!(f, "{c}")? }
        }
        if !place.is_empty() {
            f.write_str(": ")?;
        }
        f.write_str(&self.message)
    }
}

/// A line for each issue of a file, as compilers write them: `FILE:LINE:COLUMN: error: …`.
pub(crate) fn listing(file: &str, kind: &str, issues: &[Issue]) -> String {
    let line = |issue: &Issue| format!("{file}:{}:{}: {kind}: {issue}\n", issue.line, issue.column);
    issues.iter().map(line).collect()
}

/// A number of things in words: `no warnings`, `1 warning`, `2 warnings`.
fn count(number: usize, what: &str) -> String {
    match number {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        many => format!("{many} {what}s"),
    }
}

/// Returns the issues of a file's model, one a line, and true if it can be compiled.
#[must_use]
pub fn check_file(file: &str, json: &str) -> (String, bool) {
    let Report { errors, warnings } = check(json);
    let mut out = listing(file, "error", &errors) + &listing(file, "warning", &warnings);
    if errors.is_empty() {
        out.push_str(&format!("{file}: no errors, {}\n", count(warnings.len(), "warning")));
    }
    (out, errors.is_empty())
}

/// Returns the lines of [`check_file`] for the errors and for the warnings of a model.
#[must_use]
pub fn lines(file: &str, json: &str) -> (String, String) {
    let Report { errors, warnings } = check(json);
    (listing(file, "error", &errors), listing(file, "warning", &warnings))
}

/// All issues of a model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The mistakes that prevent compilation.
    pub errors: Vec<Issue>,
    /// Things that are allowed, but hardly intended.
    pub warnings: Vec<Issue>,
}

/// A compiled model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiled {
    /// The compiled model, for [`Model::decode`](crate::Model::decode).
    pub bytes: Vec<u8>,
    /// Things in the model that are allowed, but hardly intended.
    pub warnings: Vec<Issue>,
    /// The titles of rules and stages as JSON, `{ "rules": { ID: TITLE }, "stages": { ID: TITLE } }`. `leadscore
    /// compile` writes them to `MODEL.titles.json`. `None` if the model has no titles. A title is a string, or an
    /// object of strings by language.
    pub titles: Option<String>,
}

/// All errors of a model that cannot be compiled, at least one. Displays one line for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelErrors {
    /// The errors, in the order of their places.
    pub issues: Vec<Issue>,
}

impl fmt::Display for ModelErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, issue) in self.issues.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            issue.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for ModelErrors {}

/// Checks a model and reports all its problems at once.
///
/// ```
/// let report = leadscore::authoring::check(
///     r#"{ "name": "tiny", "rules": [{ "id": "pricing", "event": "page_view", "pionts": 15, "limit": 0 }] }"#,
/// );
/// let errors: Vec<String> = report.errors.iter().map(ToString::to_string).collect();
/// assert_eq!(
///     errors,
///     [
///         "rule `pricing`, pionts: a rule has no field `pionts`; did you mean `points`?",
///         "rule `pricing`, limit: expected a whole number from 1 to 100, found the number `0`",
///     ]
/// );
/// ```
#[must_use]
pub fn check(json: &str) -> Report {
    read(json).0
}

/// Compiles a model.
///
/// ```
/// let compiled = leadscore::authoring::compile(
///     r#"{ "name": "tiny", "rules": [{ "id": "pricing", "event": "page_view", "path": "/pricing", "points": 15 }] }"#,
/// )?;
/// assert!(compiled.warnings.is_empty());
/// assert!(compiled.bytes.len() < 100);
/// # Ok::<(), leadscore::authoring::ModelErrors>(())
/// ```
///
/// # Errors
/// All errors of the model, the same ones that [`check`] reports.
pub fn compile(json: &str) -> Result<Compiled, ModelErrors> {
    let (report, parts) = read(json);
    if report.errors.is_empty() {
        Ok(Compiled { bytes: encode(&parts), warnings: report.warnings, titles: parts.titles.json() })
    } else {
        Err(ModelErrors { issues: report.errors })
    }
}

/// Returns true if a pattern matches a path, without the other spelling of a page that rules allow: for tests of the
/// pattern
/// syntax alone.
///
/// # Errors
/// A message with the error in the pattern.
#[doc(hidden)]
pub fn pattern_matches(pattern: &str, path: &str) -> Result<bool, String> {
    let program = pattern::compile(pattern)?;
    let path = pattern::canonical(path);
    Ok(crate::model::pattern::matches(&program, &path, path.len()))
}

/// Returns the report about a model, and the model itself, which is usable only if the report has no errors.
pub(crate) fn read(text: &str) -> (Report, Parts) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut notes = Notes::new();
    let Some(json) = Json::parse(text, &mut notes) else {
        return (Report { errors: notes.errors, warnings: notes.warnings }, Parts::default());
    };
    let parts = model::read(&json, &mut notes);
    let mut report = Report { errors: notes.errors, warnings: notes.warnings };
    place::locate(text, &json, &mut report);
    (report, parts)
}

/// The fields and words that a model may use, by table; the JSON Schema of the package is tested against them.
#[doc(hidden)]
#[must_use]
pub fn tables() -> &'static [(&'static str, &'static [&'static str])] {
    fields::TABLES
}
