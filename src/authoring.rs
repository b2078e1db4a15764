//! The model as written: reading it, saying what is wrong with it, compiling it.
//!
//! This is the half of leadscore that talks to people. It runs in the command line, in a build step or in a
//! playground, never on a visitor's page: what comes out is a few hundred bytes that [`Model::decode`](crate::Model)
//! reads without asking again.

mod account;
mod condition;
mod encode;
mod event_rule;
mod field;
mod fields;
mod json;
mod label;
mod lint;
mod model;
mod operator;
mod parts;
mod pattern;
mod personal;
mod report;
mod rule;
mod stage;
mod title;
mod values;

use std::fmt;

use serde::Serialize;

use json::Json;
use report::Notes;

use encode::encode;
use parts::Parts;

/// Something about a model that its author should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// Where: a JSON Pointer (RFC 6901) such as `/rules/3/points`; empty for the model as a whole.
    pub path: String,
    /// What is wrong and what was expected, in a sentence.
    pub message: String,
}

/// One line; control characters are escaped.
impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.path.chars() {
            if c.is_control() { write!(f, "{}", c.escape_default())? } else { write!(f, "{c}")? }
        }
        if !self.path.is_empty() {
            f.write_str(": ")?;
        }
        f.write_str(&self.message)
    }
}

/// All that there is to say about a model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What keeps it from being compiled.
    pub errors: Vec<Issue>,
    /// What is allowed, but hardly meant.
    pub warnings: Vec<Issue>,
}

/// A compiled model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiled {
    /// What [`Model::decode`](crate::Model::decode) reads.
    pub bytes: Vec<u8>,
    /// What is allowed in the model, but hardly meant.
    pub warnings: Vec<Issue>,
    /// The titles of rules and stages as JSON, `{ "rules": { ID: TITLE }, "stages": { ID: TITLE } }`. `leadscore
    /// compile` writes them to `MODEL.titles.json`. `None` if the model has no titles. A title is a string, or an
    /// object of strings by language.
    pub titles: Option<String>,
}

/// All errors of a model that cannot be compiled, at least one. Displays one line for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelErrors {
    /// The errors, in the order in which they were found.
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

/// Checks a model and says all that is wrong with it, all at once.
///
/// ```
/// let report = leadscore::authoring::check(
///     r#"{ "name": "tiny", "rules": [{ "id": "pricing", "event": "page_view", "pionts": 15, "limit": 0 }] }"#,
/// );
/// let errors: Vec<String> = report.errors.iter().map(ToString::to_string).collect();
/// assert_eq!(
///     errors,
///     [
///         "/rules/0/pionts: a rule has no field `pionts`; did you mean `points`?",
///         "/rules/0/limit: expected a whole number from 1 to 100, found the number `0`",
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

/// Whether a pattern matches a path, without the other spelling of a page that rules allow for: for tests of the pattern
/// syntax alone.
///
/// # Errors
/// What is wrong with the pattern.
#[doc(hidden)]
pub fn pattern_matches(pattern: &str, path: &str) -> Result<bool, String> {
    let program = pattern::compile(pattern)?;
    let path = pattern::canonical(path);
    Ok(crate::pattern::matches(&program, &path, path.len()))
}

/// What there is to say about a model, and the model itself, which is one only if there is no error.
pub(crate) fn read(json: &str) -> (Report, Parts) {
    let mut notes = Notes::new();
    let parts = Json::parse(json, &mut notes).map(|json| model::read(&json, &mut notes)).unwrap_or_default();
    (Report { errors: notes.errors, warnings: notes.warnings }, parts)
}

/// The fields and words that a model may use, by table; the JSON Schema of the package is tested against them.
#[doc(hidden)]
#[must_use]
pub fn tables() -> &'static [(&'static str, &'static [&'static str])] {
    fields::TABLES
}
