//! Errors of stages and labels, and of everything at once.

use super::*;

#[test]
fn errors_of_accounts() {
    let account = |account: &str| model(&format!(r#", "account": {account}"#));
    let stage = |stage: &str| account(&format!(r#"{{ "stages": [{{ "id": "mqa", {stage} }}] }}"#));
    let person =
        |person: &str| account(&format!(r#"{{ "person": {person}, "stages": [{{ "id": "mqa", "at": 9 }}] }}"#));
    for (json, path, fragment) in [
        (account("[]"), "/account", "expected an object, found a list"),
        (
            account(r#"{ "stage": [], "stages": [{ "id": "mqa", "at": 1 }] }"#),
            "/account/stage",
            "`account` has no field `stage`; did you mean `stages`?",
        ),
        (account("{}"), "/account", "an account needs `stages`, such as"),
        (
            model(r#", "score": { "min": 1e12 }, "account": { "stages": [{ "id": "mqa", "at": 9 }] }"#),
            "/account/person",
            "the people of an account could have more points than the compiler supports",
        ),
        (account(r#"{ "stages": [] }"#), "/account/stages", "expected a list of stages, found an empty list"),
        (account(r#"{ "stages": [{ "at": 1 }] }"#), "/account/stages/0", "a stage needs an `id`"),
        (stage(r#""at": 1, "auto": ["view"]"#), "/account/stages/0/auto", "a stage of an account has no field `auto`"),
        (stage(r#""at": 1, "min": { "fit": 1 }"#), "/account/stages/0/min/fit", "there is no dimension `fit`"),
        (stage(r#""at": 1, "near": 1"#), "/account/stages/0/near", "expected fewer points"),
        (
            model(r#", "stages": [{ "id": "mql", "at": 1 }], "account": { "stages": [{ "id": "mql", "at": 1 }] }"#),
            "/account/stages/0/id",
            "`mql` is already the id of a stage of visitors",
        ),
        (person("7"), "/account/person", "expected an object"),
        (person(r#"{ "min": 7 }"#), "/account/person/min", "`person` has no field `min`"),
        (person(r#"{ "max": 0 }"#), "/account/person/max", "expected a number of points above 0, found the number `0`"),
        (person(r#"{ "engaged": "a" }"#), "/account/person/engaged", "expected a number"),
        (
            person(r#"{ "engaged": 21 }"#).replace("\"name\"", r#""score": { "max": 20 }, "name""#),
            "/account/person/engaged",
            "no person reaches this: expected at most `20`, the score's `max`",
        ),
    ] {
        assert_error(&json, path, fragment);
    }
    assert_fine(&account(
        r#"{ "person": { "max": 40, "engaged": 10.5 },
             "stages": [{ "id": "a", "at": 0, "signal": false },
                        { "id": "mqa", "description": "d", "at": 9, "near": 3, "min": { "people": 2 }, "rearm": "90d" }] }"#,
    ));
}

#[test]
fn errors_of_stages() {
    let stages = |stages: &str| model(&format!(r#", "stages": {stages}"#));
    let many: Vec<String> = (0..65).map(|i| format!(r#"{{ "id": "s{i}", "at": 1 }}"#)).collect();
    for (json, path, fragment) in [
        (stages("{}"), "/stages", "expected a list of stages, found an object"),
        (stages("[7]"), "/stages/0", "expected an object"),
        (stages(&format!("[{}]", many.join(","))), "/stages", "expected at most 64 stages, found 65"),
        (stages(r#"[{ "at": 1 }]"#), "/stages/0", "a stage needs an `id`"),
        (stages(r#"[{ "id": "hot" }]"#), "/stages/0", "a stage needs `at`"),
        (stages(r#"[{ "id": "MQL", "at": 1 }]"#), "/stages/0/id", "found `MQL`; did you mean `mql`?"),
        (stages(r#"[{ "id": "visitor", "at": 1 }]"#), "/stages/0/id", "`visitor` has another meaning in `segment`"),
        (stages(r#"[{ "id": "disqualified", "at": 1 }]"#), "/stages/0/id", "`disqualified` has another meaning"),
        (stages(r#"[{ "id": "near-mql", "at": 1 }]"#), "/stages/0/id", "`near-mql` has another meaning"),
        (
            stages(r#"[{ "id": "a", "at": 1 }, { "id": "a", "at": 1 }]"#),
            "/stages/1/id",
            "`a` is the id of stage number 1 already",
        ),
        (
            stages(r#"[{ "id": "r56920", "at": 1 }, { "id": "r102353", "at": 1 }]"#),
            "/stages/1/id",
            "have the same hash in a state",
        ),
        (
            stages(r#"[{ "id": "a", "at": 2 }, { "id": "b", "at": 1.999 }]"#),
            "/stages/1/at",
            "stages must be in order of `at`: expected `2` or more",
        ),
        (
            stages(r#"[{ "id": "a", "at": 2 }, { "id": "b", "at": "x" }, { "id": "c", "at": 3 }]"#),
            "/stages/1/at",
            "expected a number",
        ),
        (
            stages(r#"[{ "id": "sql", "at": 1 }, { "id": "x", "at": 1 }, { "id": "mql", "at": 2 }]"#),
            "/stages/2/id",
            "`mql` comes before `sql` in the lifecycle",
        ),
        (stage(r#""at": 1, "above": 2"#), "/stages/0/above", "a stage has no field `above`"),
        (stage(r#""at": 1, "require": []"#), "/stages/0/require", "did you mean `requires`?"),
        (stage(r#""at": 1, "description": []"#), "/stages/0/description", "expected a string"),
        (stage(r#""at": 1, "signal": "no""#), "/stages/0/signal", "expected `true` or `false`, found the string `no`"),
        (
            stage(r#""at": 20, "near": 20"#),
            "/stages/0/near",
            "expected fewer points than the stage's `at`, which is `20`",
        ),
        (stage(r#""at": 0, "near": 0"#), "/stages/0/near", "expected fewer points"),
        (stage(r#""at": 20, "near": -1"#), "/stages/0/near", "expected a number of points from 0"),
        (stage(r#""at": 20, "rearm": "90""#), "/stages/0/rearm", "expected a duration such as"),
        (stage(r#""at": 20, "auto": ["vipp"]"#), "/stages/0/auto/0", "there is no rule `vipp`; did you mean `vip`?"),
        (stage(r#""at": 20, "requires": ["view", "view"]"#), "/stages/0/requires/1", "`view` is already in this list"),
        (stage(r#""at": 20, "min": []"#), "/stages/0/min", "expected an object of dimensions"),
        (
            stage(r#""at": 20, "min": { "fitt": 1 }"#),
            "/stages/0/min/fitt",
            "there is no dimension `fitt`; did you mean `fit`?",
        ),
        (stage(r#""at": 20, "min": { "fit": "1" }"#), "/stages/0/min/fit", "expected a number"),
        (
            stage(r#""at": 20, "min": { "fit": 60.001 }"#),
            "/stages/0/min/fit",
            "no lead reaches this: expected at most `60`, the `max` of `fit`",
        ),
        (
            stage(r#""at": 20.001"#).replace("\"name\"", r#""score": { "max": 20 }, "name""#),
            "/stages/0/at",
            "no score reaches this: expected at most `20`",
        ),
        (
            stage(r#""at": 21, "auto": []"#).replace("\"name\"", r#""score": { "max": 20 }, "name""#),
            "/stages/0/at",
            "no score reaches this",
        ),
    ] {
        assert_error(&json, path, fragment);
    }
    assert_fine(
        &stage(r#""at": 21, "auto": ["view", "both"]"#).replace("\"name\"", r#""score": { "max": 20 }, "name""#),
    );
    assert_fine(&stages(
        r#"[{ "id": "a", "at": 2 }, { "id": "mql", "at": 2 }, { "id": "b", "at": 2 }, { "id": "sal", "at": 3 }]"#,
    ));
}

#[test]
fn errors_of_labels() {
    let label = |label: &str| model(&format!(r#", "label": {label}"#));
    let entry = |cutoffs: &str| label(&format!(r#"[{{ "dimension": "fit", "cutoffs": {cutoffs} }}]"#));
    for (json, path, fragment) in [
        (label("{}"), "/label", "expected a list such as"),
        (label("[7]"), "/label/0", "expected an object"),
        (label(r#"[{ "cutoffs": { "A": 1 } }]"#), "/label/0", "needs a `dimension`"),
        (label(r#"[{ "dimension": "fit" }]"#), "/label/0", "needs `cutoffs`"),
        (label(r#"[{ "dimension": "fat", "cutoffs": { "A": 1 } }]"#), "/label/0/dimension", "did you mean `fit`?"),
        (
            label(r#"[{ "dimension": "fit", "cutoff": {}, "cutoffs": { "A": 1 } }]"#),
            "/label/0/cutoff",
            "did you mean `cutoffs`?",
        ),
        (
            label(r#"[{ "dimension": "fit", "cutoffs": { "A": 1 } }, { "dimension": "fit", "cutoffs": { "A": 1 } }]"#),
            "/label/1/dimension",
            "`fit` is already in `label`, at 0",
        ),
        (entry("{}"), "/label/0/cutoffs", "found none"),
        (entry("[30]"), "/label/0/cutoffs", "expected an object of cutoffs"),
        (entry(r#"{ "": 1 }"#), "/label/0/cutoffs/", "expected a name of 1 to 64 characters"),
        (entry(r#"{ "A": null }"#), "/label/0/cutoffs/A", "expected a number"),
        (
            entry(r#"{ "A": 61 }"#),
            "/label/0/cutoffs/A",
            "no lead reaches this: expected at most `60`, the `max` of `fit`",
        ),
        (entry(r#"{ "A": 1, "B": 1.0 }"#), "/label/0/cutoffs/B", "`B` has the same value as `A`"),
    ] {
        assert_error(&json, path, fragment);
    }
}

#[test]
fn all_errors_at_once() {
    let report = check(
        r#"{ "nme": "m", "score": { "max": "x" }, "dimensions": { "fit": { "min": 1, "max": 0 } },
             "rules": [{ "id": "A", "event": [], "path": "/(", "where": { "a": { "$x": 1 }, "url.x": 1 }, "per": "1", "limit": 0, "at_least": 1 },
                       { "id": "B", "all": ["c", "d"], "dimension": "ft" }],
             "stages": [{ "id": "visitor", "near": -1, "requires": ["e"] }, { "id": "near-x", "at": 1 }],
             "label": [{ "dimension": "x", "cutoffs": {} }] }"#,
    );
    let paths: Vec<&str> = report.errors.iter().map(|issue| issue.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "",
            "/nme",
            "/score/max",
            "/dimensions/fit",
            "/rules/0/id",
            "/rules/0/event",
            "/rules/0/path",
            "/rules/0/where/a/$x",
            "/rules/0/where/url.x",
            "/rules/0/per",
            "/rules/0/limit",
            "/rules/0/limit",
            "/rules/1/id",
            "/rules/1/all/0",
            "/rules/1/all/1",
            "/rules/1/dimension",
            "/stages/0",
            "/stages/0/id",
            "/stages/0/near",
            "/stages/0/requires/0",
            "/stages/1/id",
            "/label/0/dimension",
            "/label/0/cutoffs",
        ]
    );
    report.errors.iter().for_each(assert_readable);
    let errors = compile(r#"{ "a\nb": 1 }"#).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "a model needs a `name`, such as `\"acme-web\"`\na model needs `rules`, a list\n/a\\nb: a model has no field `a\\nb`"
    );
}
