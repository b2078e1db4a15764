//! The vocabulary of a model: the fields of each of its objects, and the keywords.

use crate::event::lifecycle::LIFECYCLE;

/// An object of the model.
pub(super) struct Fields {
    /// As a message calls it.
    pub(super) what: &'static str,
    pub(super) names: &'static [&'static str],
}

pub(super) const MODEL: Fields = Fields {
    what: "a model",
    names: &[
        "$schema",
        "name",
        "version",
        "description",
        "utc_offset",
        "score",
        "dimensions",
        "rules",
        "stages",
        "label",
        "account",
    ],
};

pub(super) const SCORE: Fields = Fields { what: "`score`", names: &["min", "max"] };

pub(super) const DIMENSION: Fields = Fields { what: "a dimension", names: &["min", "max"] };

pub(super) const RULE: Fields = Fields {
    what: "a rule",
    names: &[
        "id",
        "title",
        "description",
        "event",
        "path",
        "where",
        "per",
        "distinct",
        "limit",
        "at_least",
        "expires",
        "decay",
        "trait",
        "all",
        "within",
        "points",
        "dimension",
        "disqualify",
        "locked",
        "private",
    ],
};

/// The fields that make a rule an event rule, a trait rule, a combination.
pub(super) const KINDS: [&str; 3] = ["event", "trait", "all"];

/// Fields that event rules alone have.
pub(super) const EVENT_ONLY: [&str; 8] = ["path", "where", "per", "distinct", "limit", "at_least", "expires", "decay"];

pub(super) const DECAY: Fields = Fields { what: "`decay`", names: &["half_life", "linear", "step", "every"] };

pub(super) const STAGE: Fields = Fields {
    what: "a stage",
    names: &["id", "title", "description", "at", "near", "signal", "auto", "requires", "min", "rearm"],
};

pub(super) const ACCOUNT: Fields = Fields { what: "`account`", names: &["person", "stages"] };

pub(super) const PERSON: Fields = Fields { what: "`person`", names: &["max", "engaged"] };

/// No rule fires for an account, so none can be asked for.
pub(super) const ACCOUNT_STAGE: Fields = Fields {
    what: "a stage of an account",
    names: &["id", "title", "description", "at", "near", "signal", "min", "rearm"],
};

pub(super) const LABEL: Fields = Fields { what: "an entry of `label`", names: &["dimension", "cutoffs"] };

/// Operators in the place of a field's name.
pub(super) const CONDITION_OPERATORS: [&str; 4] = ["$and", "$or", "$nor", "$not"];

/// Operators on the value of a field.
pub(super) const VALUE_OPERATORS: [&str; 17] = [
    "$eq",
    "$ne",
    "$gt",
    "$gte",
    "$lt",
    "$lte",
    "$in",
    "$nin",
    "$all",
    "$exists",
    "$size",
    "$type",
    "$elemMatch",
    "$not",
    "$startsWith",
    "$endsWith",
    "$contains",
];

/// The types of `$type`.
pub(super) const TYPES: [&str; 6] = ["string", "number", "boolean", "array", "object", "null"];

/// The parts of a URL that a condition may name; of the query, one parameter.
pub(super) const URL_PARTS: [&str; 4] = ["url.path", "url.host", "url.hash", "url.query.NAME"];

/// Segments that no stage may be called.
pub(super) const RESERVED: [&str; 2] = ["visitor", "disqualified"];

/// The dimension that is there undeclared.
pub(super) const ENGAGEMENT: &str = "engagement";

/// The only dimension of an account: the number of engaged people.
pub(super) const PEOPLE: &str = "people";

/// Events that leadscore sends by itself or reserves.
pub(super) const EVENTS: [&str; 15] = [
    "page_view",
    "user_engagement",
    "scroll",
    "click",
    "form_start",
    "form_submit",
    "file_download",
    "view_search_results",
    "video_start",
    "video_progress",
    "video_complete",
    "session_start",
    "first_visit",
    "identify",
    "lifecycle",
];

/// Every table by its name, so that a test can hold the schema against them.
pub(super) const TABLES: &[(&str, &[&str])] = &[
    ("model", MODEL.names),
    ("score", SCORE.names),
    ("dimension", DIMENSION.names),
    ("rule", RULE.names),
    ("rule kinds", &KINDS),
    ("event rule only", &EVENT_ONLY),
    ("decay", DECAY.names),
    ("stage", STAGE.names),
    ("label", LABEL.names),
    ("account", ACCOUNT.names),
    ("person", PERSON.names),
    ("account stage", ACCOUNT_STAGE.names),
    ("condition operators", &CONDITION_OPERATORS),
    ("value operators", &VALUE_OPERATORS),
    ("types", &TYPES),
    ("lifecycle", &LIFECYCLE),
    ("reserved stages", &RESERVED),
    ("events", &EVENTS),
];
