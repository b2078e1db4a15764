//! The twenty rules: their points in the true model, their guessed points, and how often visitors trigger them.

use serde_json::{Value, json};

/// Half-life in the true model.
pub const HALF_LIFE: &str = "14d";
/// Half-life in the author's model.
pub const AUTHORS_HALF_LIFE: &str = "60d";
/// Points of the true model that raise the log-odds of winning by one.
pub const POINTS_PER_LOGIT: f64 = 10.0;

/// A rule with its points in both models.
pub struct Rule {
    pub id: &'static str,
    /// Points in the true model.
    pub truth: i32,
    /// Points in the author's model.
    pub author: i32,
    pub does: Does,
}

/// The behaviour that a rule counts.
pub enum Does {
    /// Sends an event of a type at a page, with this chance in each session.
    Act { kind: &'static str, page: &'static str, props: &'static str, chance: f64, per_day: bool },
    /// Reads the pricing page for a minute, in this share of the sessions that view it.
    Read { chance: f64 },
    /// Sends a fact about the visitor; this share of visitors do.
    Tell { field: &'static str, value: &'static str, condition: &'static str, share: f64 },
}

const fn view(id: &'static str, page: &'static str, truth: i32, author: i32, chance: f64) -> Rule {
    act(id, "page_view", page, "", truth, author, chance)
}

const fn act(
    id: &'static str,
    kind: &'static str,
    page: &'static str,
    props: &'static str,
    truth: i32,
    author: i32,
    chance: f64,
) -> Rule {
    Rule { id, truth, author, does: Does::Act { kind, page, props, chance, per_day: false } }
}

/// All rules. Rules that hold for many winners have 8 points or more: smaller effects could not be found in the data.
pub const RULES: [Rule; 20] = [
    Rule {
        id: "pricing-view",
        truth: 10,
        author: 15,
        does: Does::Act { kind: "page_view", page: "/pricing", props: "", chance: 0.2, per_day: true },
    },
    Rule { id: "read-pricing", truth: 12, author: 5, does: Does::Read { chance: 0.15 } },
    view("product-page", "/product/planner", 15, 5, 0.2),
    view("case-study", "/customers/harbour", 16, 5, 0.14),
    view("integrations", "/integrations", 12, 2, 0.025),
    view("comparison", "/compare/spreadsheets", 18, 5, 0.12),
    view("trial-page", "/trial", 15, 10, 0.025),
    act("roi-calculator", "roi_calculated", "/pricing/calculator", "", 15, 10, 0.02),
    act("video-watched", "video_complete", "/product/tour", "", 12, 5, 0.02),
    act("webinar", "form_submit", "/webinar", r#"{"form_id":"webinar"}"#, 18, 10, 0.1),
    act("whitepaper", "file_download", "/guide.pdf", "", 16, 20, 0.14),
    act("demo-request", "form_submit", "/demo", r#"{"form_id":"demo"}"#, 25, 50, 0.01),
    act("contact", "form_submit", "/contact", r#"{"form_id":"contact"}"#, 20, 40, 0.008),
    view("security-page", "/security", 10, 5, 0.02),
    act("newsletter", "form_submit", "/newsletter", r#"{"form_id":"newsletter"}"#, 8, 10, 0.02),
    view("api-docs", "/docs/api", 6, 5, 0.03),
    view("help-page", "/help/reset-password", -20, -5, 0.12),
    view("careers", "/careers", -25, -20, 0.04),
    Rule {
        id: "enterprise",
        truth: 15,
        author: 30,
        does: Does::Tell { field: "employees", value: "500", condition: r#"{"$gte":200}"#, share: 0.2 },
    },
    Rule {
        id: "student",
        truth: -30,
        author: -10,
        does: Does::Tell { field: "role", value: r#""student""#, condition: r#""student""#, share: 0.05 },
    },
];

/// Chance of an `extra-N` act in each session. It has 0 true points and 5 of the author's: calibration should find that
/// it has no effect.
pub const EXTRA_CHANCE: f64 = 0.05;

/// The owner of the points: the true model or the author.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Truth,
    Author,
}

/// Returns a model as JSON with the points of the truth or of the author. The `extra` rules without effect come last.
pub fn model(whose: Whose, extra: u32) -> String {
    let (name, half_life) = match whose {
        Whose::Truth => ("known-truth", HALF_LIFE),
        Whose::Author => ("by-feel", AUTHORS_HALF_LIFE),
    };
    let points = |truth, author| if whose == Whose::Truth { truth } else { author };
    let mut rules: Vec<Value> =
        RULES.iter().map(|rule| written(rule, points(rule.truth, rule.author), half_life)).collect();
    rules.extend((0..extra).map(|n| {
        json!({ "id": format!("extra-{n}"), "event": format!("extra_{n}"), "points": points(0, 5), "decay": { "half_life": half_life } })
    }));
    let model = json!({
        "name": name, "version": 1,
        // The range is wide enough to cut off no score: the true model is a plain sum.
        "score": { "min": -200, "max": 2000 },
        "rules": rules,
        "stages": [
            { "id": "engaged", "at": 20, "signal": false },
            { "id": "mql", "at": 40, "near": 10 },
            { "id": "sql", "at": 60, "near": 10 }
        ]
    });
    format!("{model:#}\n")
}

fn written(rule: &Rule, points: i32, half_life: &str) -> Value {
    let decay = json!({ "half_life": half_life });
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    match &rule.does {
        Does::Act { kind, page, props, per_day, .. } => {
            let mut json = json!({ "id": rule.id, "event": kind, "path": page, "points": points, "decay": decay });
            if !props.is_empty() {
                json["where"] = parsed(props);
            }
            if *per_day {
                json["limit"] = 3.into();
                json["per"] = "1d".into();
            }
            json
        }
        Does::Read { .. } => json!({
            "id": rule.id, "event": "user_engagement", "path": "/pricing",
            "where": { "engaged_seconds": { "$gte": 60 } }, "points": points, "decay": decay
        }),
        Does::Tell { field, condition, .. } => {
            json!({ "id": rule.id, "trait": { *field: parsed(condition) }, "points": points })
        }
    }
}
