//! `backtest`, `calibrate` and `diff`: their figures, the input that they reject, and that events after a win are
//! ignored.

use serde_json::{Value, json};

use super::{DAY, Folder, START, lines, view};

/// A model whose score is ten points per page, for at most three pages.
const PAGES: &str = r#"{
  "name": "pages",
  "rules": [
    { "id": "view", "event": "page_view", "points": 10, "limit": 3 },
    { "id": "press", "event": "download", "points": 5 },
    { "id": "answer", "event": "answer", "points": 1 }
  ],
  "stages": [{ "id": "mql", "at": 20 }]
}"#;

fn event(visitor: &str, kind: &str, day: f64) -> String {
    json!({ "visitor": visitor, "type": kind, "at": START + (day * DAY as f64) as u64 }).to_string()
}

fn outcome(visitor: &str, day: f64, outcome: &str) -> String {
    json!({ "visitor": visitor, "at": START + (day * DAY as f64) as u64, "outcome": outcome }).to_string()
}

/// Forty visitors in forty days. Of every four, one has three views and wins, one has three views and does not win, and
/// two have one view. The data ends with day 100.
fn events() -> (Vec<String>, Vec<String>) {
    let (mut events, mut outcomes) = (Vec::new(), Vec::new());
    for number in 0..40u32 {
        let (visitor, day) = (format!("v-{number}"), f64::from(number));
        let views = if number % 4 < 2 { 3 } else { 1 };
        for view in 0..views {
            events.push(event(&visitor, "page_view", day + f64::from(view)));
        }
        if number % 4 == 0 {
            outcomes.push(outcome(&visitor, day + 10.0, "won"));
        }
    }
    events.push(event("late", "other", 100.0));
    (events, outcomes)
}

fn folder(events: &[String], outcomes: &[String]) -> Folder {
    let (events, outcomes) = (lines(events), lines(outcomes));
    Folder::with(&[
        ("pages.json", PAGES.as_bytes()),
        ("events.ndjson", events.as_bytes()),
        ("outcomes.ndjson", outcomes.as_bytes()),
    ])
}

const BACKTEST: [&str; 5] = ["backtest", "pages.json", "events.ndjson", "--outcomes", "outcomes.ndjson"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    BACKTEST.iter().chain(more).copied().collect()
}

fn report(folder: &Folder, args: &[&str]) -> Value {
    let output = folder.run(&[args, &["--json"]].concat(), "");
    // Rules whose points have no effect cause warnings.
    assert!(output.code == Some(0) && output.err.lines().all(|line| line.contains(": warning: ")), "{output:?}");
    serde_json::from_str(&output.out).unwrap()
}

#[test]
fn figures_match_a_calculation_by_hand() {
    let (events, outcomes) = events();
    let folder = folder(&events, &outcomes);
    let report = report(&folder, &BACKTEST);
    assert_eq!(report["rows"]["rows"], 40, "{report}");
    assert_eq!(report["rows"]["won"], 10);
    // The horizon of the last visitor ends after the data.
    assert_eq!(report["rows"]["horizon_after_data"], 1);
    let model = &report["models"][0];
    // Ten won at 30 points, ten others there, twenty at 10: (20 + 10 / 2) / 30.
    assert!((model["auc"]["value"].as_f64().unwrap() - 25.0 / 30.0).abs() < 1e-12, "{model}");
    assert!((model["gini"].as_f64().unwrap() - (50.0 / 30.0 - 1.0)).abs() < 1e-12);
    assert!((model["ks"].as_f64().unwrap() - 2.0 / 3.0).abs() < 1e-12);
    // Half of those with 30 points won, a quarter of all.
    assert_eq!(model["deciles"][0]["lift"], 2.0);
    assert_eq!(model["deciles"][4]["capture"], 1.0);
    let stage = &model["stages"][0];
    assert_eq!((stage["trips"].as_f64(), stage["won"].as_f64()), (Some(20.0), Some(10.0)), "{stage}");
    assert_eq!((&stage["precision"], &stage["recall"]), (&json!(0.5), &json!(1.0)));
    // The second view, a day after the first, reaches the stage; the win follows nine days later.
    assert_eq!((&stage["to_won_median"], &stage["winners_tripped"]), (&json!(9.0 * 86_400.0), &json!(10)));
    let rule = &model["rules"][0];
    assert_eq!((&rule["rows"], &rule["won"], &rule["lift"]), (&json!(40.0), &json!(10.0), &json!(1.0)));
    assert_eq!(model["rules"][1]["notes"][0]["code"], "never_live");
    let verdict = report["verdict"].as_str().unwrap();
    assert!(
        verdict.contains("83 of 100") && verdict.contains("Of those who had reached mql, 50 % won; of all, 25 %"),
        "{verdict}"
    );
}

#[test]
fn events_after_the_win_change_no_figure() {
    let (mut events, outcomes) = events();
    let before = report(&folder(&events, &outcomes), &BACKTEST);
    // Events that reveal the outcome: a second after the win, within the embargo before it, and long after it.
    for number in (0..40).step_by(4) {
        let (visitor, won) = (format!("v-{number}"), f64::from(number) + 10.0);
        for at in [won + 1.0 / 86_400.0, won - 60.0 / 86_400.0, won + 5.0] {
            events.push(event(&visitor, "answer", at));
            events.push(event(&visitor, "download", at));
        }
    }
    let leaking = folder(&events, &outcomes);
    let after = report(&leaking, &BACKTEST);
    for figure in ["auc", "ks", "deciles", "rules", "brier", "stages"] {
        assert_eq!(before["models"][0][figure], after["models"][0][figure], "{figure}");
    }
    // Landmarks, which continue until the win, ignore them too.
    let every = report(&leaking, &with(&["--every", "1d", "--snapshot", "0", "--horizon", "20d"]));
    for rule in 1..3 {
        assert_eq!(every["models"][0]["rules"][rule]["won"], 0.0, "{every}");
    }
    assert_eq!(every["rows"]["won"], 100, "ten days of each winner");
    // Without an embargo, a snapshot at that time includes the event one minute before the win.
    let seen = report(&leaking, &with(&["--snapshot", "863950s", "--horizon", "20d", "--embargo", "0"]));
    assert_eq!(seen["models"][0]["rules"][2]["won"], 10.0, "{seen}");
    let unseen = leaking.run(&with(&["--snapshot", "863950s", "--horizon", "20d"]), "").failed(2);
    assert!(unseen.contains("10 won within the embargo"), "{unseen}");
}

#[test]
fn data_without_information_is_refused_with_a_reason() {
    let (events, outcomes) = events();
    let all_won: Vec<String> =
        (0..40).map(|number| outcome(&format!("v-{number}"), f64::from(number) + 10.0, "won")).collect();
    let strangers = [outcome("nobody", 10.0, "won")];
    let early: Vec<String> = (0..40).map(|number| outcome(&format!("v-{number}"), 0.0, "won")).collect();
    let one = [view("v-0", 0), view("v-1", 60)];
    type Case<'a> = (&'a [String], &'a [String], &'a [&'a str], &'a str);
    let cases: [Case<'_>; 13] = [
        (&events, &[], &[], "no visitor won"),
        (&events, &strangers, &[], "1 outcome belongs to a visitor without events"),
        (&[], &strangers, &[], "no visitor of the outcomes has an event"),
        (&[], &[], &[], "no events"),
        (&events, &all_won, &[], "all of the 40 rows are won"),
        (&events, &early, &[], "won before the snapshot"),
        (&one, &[outcome("v-0", 10.0, "won")], &["--horizon", "50d"], "all of the 1 rows are won"),
        (&events, &outcomes, &["--split", "2025-12-01"], "--split leaves no train rows"),
        (&events, &outcomes, &["--split", "2026-12-01"], "--split leaves no test rows"),
        (&events, &outcomes, &["--horizon", "3650d"], "horizon after the end of the data"),
        (&events, &outcomes, &["--snapshot", "10d", "--horizon", "1s"], "no"),
        (&events, &outcomes, &["--fail-on", "auk < 1"], "there is no figure auk"),
        (&events, &outcomes, &["--fail-on", "sql.precision < 1"], "the model has no stage sql"),
    ];
    for (events, outcomes, more, says) in cases {
        let message = folder(events, outcomes).run(&with(more), "").failed(2);
        assert!(message.contains(says), "{more:?}: {message}");
        assert!(message.lines().count() == 1, "{message}");
    }
    // Rules that never fire.
    let none: Vec<String> = events.iter().map(|line| line.replace("page_view", "other")).collect();
    let message = folder(&none, &outcomes).run(&BACKTEST, "").failed(2);
    assert!(message.contains("no rule of pages.json is live in any row"), "{message}");
    for value in [
        ["--snapshot", "soon"],
        ["--horizon", "0"],
        ["--every", "0s"],
        ["--embargo", "-1d"],
        ["--split", "later"],
        ["--seed", "-1"],
        ["--capacity", "0/w"],
        ["--capacity", "5"],
        ["--won", ""],
        ["--won-event", ""],
        ["--rows", "some"],
        ["--at", "now"],
    ] {
        let message = folder(&events, &outcomes).run(&with(&value), "").failed(2);
        assert!(message.contains(value[0]) && message.contains("expected"), "{value:?}: {message}");
    }
}

#[test]
fn unusual_outcomes_are_reported_and_counted() {
    let (events, mut outcomes) = events();
    outcomes.extend([
        outcome("nobody", 10.0, "won"),
        outcome("v-0", 12.0, "won"),
        outcome("v-1", 0.5, "won"),
        outcome("v-2", 9.0, "lost"),
    ]);
    let output = folder(&events, &outcomes).run(&with(&["--json"]), "");
    assert_eq!(output.code, Some(0));
    for says in [
        "note: 1 visitor with an outcome but without events: left out",
        "note: 1 visitor with several wins: the first counts",
        "note: 1 visitor who won before their first event: left out",
    ] {
        assert!(output.err.contains(says), "{}", output.err);
    }
    let report: Value = serde_json::from_str(&output.out).unwrap();
    let data = &report["data"];
    assert_eq!((&data["unknown_visitors"], &data["won_again"], &data["lost"]), (&json!(1), &json!(1), &json!(1)));
    assert_eq!((&report["rows"]["rows"], &report["rows"]["won_before_snapshot"]), (&json!(39), &json!(1)));
    // Bad lines are skipped and reported with their number, and the exit status is not 0.
    outcomes.push("{}".to_owned());
    outcomes.push(outcome("v-3", 9.0, "perhaps"));
    let output = folder(&events, &outcomes).run(&BACKTEST, "");
    assert_eq!(output.code, Some(1));
    assert!(output.err.contains("outcomes.ndjson: line 15: skipped: "), "{}", output.err);
    assert!(output.err.contains("outcomes.ndjson: line 16: skipped: the line needs an `outcome`"), "{}", output.err);
}

#[test]
fn outcomes_that_count_as_won_can_be_named() {
    let (mut events, _) = events();
    for (number, stage) in [(0, "customer"), (4, "evangelist"), (8, "opportunity")] {
        let at = START + (number + 10) * DAY;
        let line =
            json!({ "visitor": format!("v-{number}"), "type": "lifecycle", "at": at, "props": { "stage": stage } });
        events.push(line.to_string());
    }
    events.push(event("v-12", "purchase", 25.0));
    let won =
        |more: &[&str], outcomes: &[String]| report(&folder(&events, outcomes), &with(more))["rows"]["won"].clone();
    assert_eq!(won(&[], &[]), 2);
    assert_eq!(won(&["--won", "opportunity"], &[]), 3);
    assert_eq!(won(&["--won-event", "purchase"], &[]), 1);
    assert_eq!(won(&["--won-event", "purchase", "--won", "customer"], &[]), 3);
    assert_eq!(won(&["--won", "signed"], &[outcome("v-16", 26.0, "signed"), outcome("v-20", 30.0, "won")]), 2);
}

#[test]
fn conditions_decide_the_exit_status() {
    let (events, outcomes) = events();
    let folder = folder(&events, &outcomes);
    let passes = folder.run(&with(&["--fail-on", "auc < 0.8", "--fail-on", "mql.precision < 50%"]), "");
    assert_eq!(passes.code, Some(0), "{passes:?}");
    let fails = folder.run(&with(&["--fail-on", "auc < 0.8", "--fail-on", "mql.precision <= 50%"]), "");
    assert_eq!(fails.code, Some(3), "{fails:?}");
    assert!(fails.out.contains("ok: auc < 0.8") && fails.out.contains("FAILED: mql.precision <= 50%"), "{}", fails.out);
}

#[test]
fn calibrate_keeps_the_model_file_except_changed_values() {
    // The first rule is noise, the second predicts the outcome, and the third is locked.
    let model = r#"{
      "name": "kept",   "description": "as it was",
      "rules": [ { "id": "noise", "event": "noise", "points": 40, "description": "first" },
                 { "points": 2, "event": "asks", "id": "asks" }, { "id": "own", "event": "own", "points": 3, "locked": true } ],
      "stages": [ { "id": "mql", "at": 40 } ]
    }"#;
    let (mut events, mut outcomes) = (Vec::new(), Vec::new());
    for number in 0..800u32 {
        let (visitor, day) = (format!("v-{number}"), f64::from(number) / 4.0);
        events.push(event(&visitor, "page_view", day));
        let asks = number % 5 < 2;
        for (kind, is) in [("noise", number % 3 == 0), ("asks", asks), ("own", number % 7 == 0)] {
            if is {
                events.push(event(&visitor, kind, day + 1.0));
            }
        }
        if (asks && number % 2 == 0) || number % 20 == 4 {
            outcomes.push(outcome(&visitor, day + 10.0, "won"));
        }
    }
    events.push(event("late", "other", 300.0));
    let folder = Folder::with(&[
        ("model.json", model.as_bytes()),
        ("events.ndjson", lines(&events).as_bytes()),
        ("outcomes.ndjson", lines(&outcomes).as_bytes()),
    ]);
    let args = ["calibrate", "model.json", "events.ndjson", "--outcomes", "outcomes.ndjson", "-o", "new.json"];
    let report = report(&folder, &args);
    assert_eq!((&report["better"], &report["adopted"]), (&json!(true), &json!(true)), "{report}");
    let new = std::fs::read_to_string(folder.0.join("new.json")).unwrap();
    let json: Value = serde_json::from_str(&new).unwrap();
    let points = |rule: usize| json["rules"][rule]["points"].as_i64().unwrap();
    assert!(points(1) > points(0) && points(2) == 3, "{new}");
    assert_eq!(report["changes"][2]["kept"], "locked");
    let old = model.replace("\"points\": 40", &format!("\"points\": {}", points(0)));
    let old = old.replace("\"points\": 2,", &format!("\"points\": {},", points(1)));
    assert_eq!(new, old.replace("\"at\": 40", &format!("\"at\": {}", json["stages"][0]["at"])));
    // A calibrated model does not change again for the same outcomes.
    let again = ["calibrate", "new.json", "events.ndjson", "--outcomes", "outcomes.ndjson", "-o", "again.json"];
    let report = self::report(&folder, &again);
    assert_eq!(report["adopted"], false, "{report}");
    assert_eq!(std::fs::read_to_string(folder.0.join("again.json")).unwrap(), new);
    // The model and the events are not overwritten.
    for to in ["model.json", "events.ndjson"] {
        let message = folder.run(&["calibrate", "model.json", "events.ndjson", "-o", to], "").failed(2);
        assert!(message.contains("is also an input"), "{message}");
    }
}

#[test]
fn a_diff_reports_who_moved_and_why() {
    let (events, _) = events();
    let folder = folder(&events, &[]);
    std::fs::write(folder.0.join("new.json"), PAGES.replace("\"points\": 10", "\"points\": 7")).unwrap();
    let args = ["diff", "pages.json", "new.json", "events.ndjson"];
    let report = report(&folder, &args);
    // Three views were 30 and are 21: all keep mql.
    assert_eq!((&report["moved"], &report["matrix"][1][1]), (&json!(0), &json!(20)), "{report}");
    std::fs::write(folder.0.join("new.json"), PAGES.replace("\"points\": 10", "\"points\": 6")).unwrap();
    let report = self::report(&folder, &args);
    assert_eq!(
        (&report["moved"], &report["moved_down"], &report["matrix"][1][0]),
        (&json!(20), &json!(20), &json!(20))
    );
    assert_eq!(report["rules"][0], json!({ "rule": "view", "old_points": 10.0, "new_points": 6.0, "moved": 20 }));
    let mover = &report["movers"][0];
    assert_eq!((&mover["old_stage"], &mover["new_stage"]), (&json!("mql"), &json!("visitor")));
    assert_eq!(mover["rules"], json!([{ "rule": "view", "old": 30.0, "new": 18.0 }]));
    let signals = &report["signals"][0];
    assert_eq!((&signals["old"], &signals["new"], &signals["change"]), (&json!(20), &json!(0), &json!(-1.0)));
    let run = |condition: &str| folder.run(&[&args[..], &["--fail-on", condition]].concat(), "").code;
    assert_eq!(
        [run("mql > +20%"), run("mql < -20%"), run("moved > 40%"), run("psi >= 0")],
        [Some(0), Some(3), Some(3), Some(3)]
    );
    // In the other direction the old number is 0, so there is no percentage.
    let back = ["diff", "new.json", "pages.json", "events.ndjson", "--fail-on", "mql > +20%"];
    assert_eq!(folder.run(&back, "").code, Some(3));
}

#[test]
fn states_can_replace_events() {
    let (events, outcomes) = events();
    let folder = folder(&events, &outcomes);
    // With a lower stage everybody sends a signal, so its state stands for the visitor.
    let model = PAGES.replace("\"at\": 20", "\"at\": 10");
    std::fs::write(folder.0.join("first.json"), model).unwrap();
    let signals = folder.run(&["replay", "first.json", "events.ndjson", "--signals"], "").json_lines();
    assert_eq!(signals.len(), 40);
    let rows: Vec<String> = signals
        .iter()
        .enumerate()
        .map(|(number, signal)| {
            let outcome = if number % 4 == 0 { "won" } else { "lost" };
            json!({ "visitor": signal["subject"], "at": START + 60 * DAY, "state": signal["data"]["state"], "weight": 2, "outcome": outcome })
                .to_string()
        })
        .collect();
    std::fs::write(folder.0.join("states.ndjson"), lines(&rows)).unwrap();
    let report = report(&folder, &["backtest", "first.json", "--states", "states.ndjson"]);
    assert_eq!((&report["rows"]["rows"], &report["rows"]["won"]), (&json!(40), &json!(10)), "{report}");
    // Every state has one view, so all scores are equal. The weight of 2 doubles the rows.
    let model = &report["models"][0];
    assert_eq!((&model["auc"]["value"], &model["rules"][0]["rows"]), (&json!(0.5), &json!(80.0)));
}

#[test]
fn a_stage_trips_when_only_time_has_passed() {
    // Negative points and disqualification end after two days. The event on the third day matches no rule.
    for malus in [
        r#"{ "id": "angry", "event": "complaint", "points": -10, "expires": "2d" }"#,
        r#"{ "id": "angry", "event": "complaint", "points": -10, "decay": { "linear": "2d" } }"#,
        r#"{ "id": "angry", "event": "complaint", "disqualify": true, "expires": "2d" }"#,
        r#"{ "id": "angry", "event": "complaint", "expires": "2d" }, { "id": "both", "all": ["view", "angry"], "points": -10 }"#,
    ] {
        let model = format!(
            r#"{{ "name": "m", "rules": [ {{ "id": "view", "event": "page_view", "points": 10 }}, {malus} ], "stages": [ {{ "id": "mql", "at": 10 }} ] }}"#
        );
        let (mut events, mut outcomes) = (Vec::new(), Vec::new());
        for (visitor, won) in [("a", true), ("b", false)] {
            let day = f64::from(u8::from(won));
            for (kind, at) in [("complaint", 0.0), ("page_view", 0.5), ("other", 3.0)] {
                events.push(event(visitor, kind, day + at));
            }
            if won {
                outcomes.push(outcome(visitor, day + 10.0, "won"));
            }
        }
        events.push(event("late", "other", 60.0));
        let folder = folder(&events, &outcomes);
        std::fs::write(folder.0.join("pages.json"), &model).unwrap();
        let stage = report(&folder, &BACKTEST)["models"][0]["stages"][0].clone();
        assert_eq!(
            (&stage["trips"], &stage["to_won_median"]),
            (&json!(2.0), &json!(7.0 * 86_400.0)),
            "{malus}: {stage}"
        );
        // `replay` sends the same signals.
        let signals = folder.run(&["replay", "pages.json", "events.ndjson", "--signals"], "").json_lines();
        assert_eq!(signals.len(), 2, "{malus}");
    }
}
