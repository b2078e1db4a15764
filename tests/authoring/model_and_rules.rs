//! Errors of a model, its dimensions and its rules of any kind.

use super::*;

#[test]
fn errors_of_the_model() {
    for (json, path, fragment) in [
        ("", "", "the file is empty"),
        ("{ \"name\": \"m\",\n  \"rules\": [,] }", "", "a value is missing before this comma"),
        (r#"{ "name": "m", "rules": [] } x"#, "", "the model ends before this"),
        (r#"{ "name": "m", "rules": [], "version": 1e999 }"#, "", "number out of range"),
        (r#"{ "name": "m", "rules": [], "version": NaN }"#, "", "a string needs double quotes"),
        (r#"{ "name": "\ud800", "rules": [] }"#, "", "this is not JSON"),
        ("[]", "", "expected an object, found a list"),
        ("7", "", "expected an object, found the number `7`"),
        (r#"{ "rules": [{ "id": "a", "event": "e", "points": 1 }] }"#, "", "a model needs a `name`"),
        (r#"{ "name": "m" }"#, "", "a model needs `rules`"),
        (r#"{ "name": "", "rules": [] }"#, "/name", "expected a string of 1 to 128 characters, found an empty one"),
        (r#"{ "name": 7, "rules": [] }"#, "/name", "found the number `7`"),
        (r#"{ "name": "m", "rules": {} }"#, "/rules", "expected a list of rules, found an object"),
        (r#"{ "name": "m", "rules": [7] }"#, "/rules/0", "expected an object, found the number `7`"),
        (&model(r#", "rulez": 1"#), "/rulez", "a model has no field `rulez`; did you mean `rules`?"),
        (&model(r#", "thresholds": []"#), "/thresholds", "a model has no field `thresholds`"),
        (&model(r#", "a/b~c": 1"#), "/a~1b~0c", "a model has no field `a/b~c`"),
        (&model(r#", "$schema": 1"#), "/$schema", "expected a string, found the number `1`"),
        (&model(r#", "description": null"#), "/description", "expected a string, found `null`"),
        (
            &model(r#", "version": -1"#),
            "/version",
            "expected a whole number from 0 to 4294967295, found the number `-1`",
        ),
        (&model(r#", "version": 1.5"#), "/version", "found the number `1.5`"),
        (&model(r#", "version": 4294967296"#), "/version", "found the number `4294967296`"),
        (&model(r#", "version": "3""#), "/version", "found the string `3`"),
        (&model(r#", "version": 1, "version": 2"#), "/version", "`version` occurs 2 times in one object; keep one"),
        (&model(r#", "score": 200"#), "/score", "expected an object, found the number `200`"),
        (
            &model(r#", "score": { "maximum": 200 }"#),
            "/score/maximum",
            "`score` has no field `maximum`; did you mean `max`?",
        ),
        (&model(r#", "score": { "min": 5, "max": 4 }"#), "/score", "`min` is above `max`"),
        (&model(r#", "score": { "max": -1 }"#), "/score", "`min` (0 by default) is above `max`"),
        (&model(r#", "score": { "max": 1e13 }"#), "/score/max", "from -1000000000000 to 1000000000000"),
        (&model(r#", "score": { "max": 0.0001 }"#), "/score/max", "at most three decimals, found the number `0.0001`"),
        (&model(r#", "score": { "max": true }"#), "/score/max", "expected a number from"),
    ] {
        assert_error(json, path, fragment);
    }
}

#[test]
fn errors_of_dimensions() {
    let with = |dimensions: &str| {
        format!(
            r#"{{ "name": "m", "dimensions": {dimensions}, "rules": [{{ "id": "a", "event": "e", "points": 1 }}] }}"#
        )
    };
    for (json, path, fragment) in [
        (with("[]"), "/dimensions", "expected an object of dimensions"),
        (with(r#"{ "Fit": {} }"#), "/dimensions/Fit", "found `Fit`; did you mean `fit`?"),
        (with(r#"{ "": {} }"#), "/dimensions/", "expected an id of 1 to 64 characters"),
        (with(r#"{ "fit": 60 }"#), "/dimensions/fit", "expected an object, found the number `60`"),
        (with(r#"{ "fit": { "mx": 60 } }"#), "/dimensions/fit/mx", "did you mean `max`?"),
        (with(r#"{ "fit": { "description": "x" } }"#), "/dimensions/fit/description", "a dimension has no field"),
        (with(r#"{ "fit": { "min": 2, "max": 1 } }"#), "/dimensions/fit", "`min` is above `max`"),
        (with(r#"{ "fit": {}, "fit": {} }"#), "/dimensions/fit", "occurs 2 times"),
        (with(r#"{ "a": {} }"#), "/rules/0/id", "`a` is already the id of a dimension"),
        (
            with(
                r#"{ "v": { "min": 1e12 }, "w": { "max": -1e12 }, "x": { "min": 1e12 }, "y": { "min": 1e12 }, "z": { "min": 1e12 } }"#,
            ),
            "/dimensions",
            "the bounds of the dimensions allow a score beyond `4503599627370.496`",
        ),
    ] {
        assert_error(&json, path, fragment);
    }
    assert_error(
        &rule(r#""event": "e"#).replace("\"new\"", "\"engagement\"").replace("\"e }", "\"e\", \"points\": 1 }"),
        "/rules/3/id",
        "`engagement` is already the id of a dimension",
    );
}

#[test]
fn errors_of_rules() {
    let ids = |first: &str, second: &str| {
        format!(
            r#"{{ "name": "m", "rules": [{{ "id": {first}, "event": "e", "points": 1 }}, {{ "id": {second}, "event": "e", "points": 1 }}] }}"#
        )
    };
    let long = format!("\"{}\"", "a".repeat(65));
    for (json, path, fragment) in [
        (
            ids("\"a\"", "7"),
            "/rules/1/id",
            "expected an id with only `a` to `z`, `0` to `9`, `_` and `-`, found the number `7`",
        ),
        (ids("\"a\"", "\"\""), "/rules/1/id", "expected an id of 1 to 64 characters"),
        (ids("\"a\"", "\"Pricing View\""), "/rules/1/id", "found `Pricing View`; did you mean `pricing-view`?"),
        (ids("\"a\"", "\"café\""), "/rules/1/id", "found `café`"),
        (ids("\"a\"", &long), "/rules/1/id", "expected an id of 1 to 64 characters"),
        (ids("\"a\"", "\"a\""), "/rules/1/id", "`a` is the id of rule number 1 already"),
        (
            ids("\"r56920\"", "\"r102353\""),
            "/rules/1/id",
            "`r102353` and `r56920` have the same hash in a state; rename one",
        ),
        (ids("\"a\"", "\"b\\u0007\""), "/rules/1/id", "found `b\\u{7}`"),
        (rule(r#""event": "e", "points": 1"#).replace(r#""id": "new", "#, ""), "/rules/3", "a rule needs an `id`"),
        (rule(r#""points": 1"#), "/rules/3", "a rule needs one of `event`, `trait` or `all`"),
        (
            rule(r#""event": "e", "trait": { "a": 1 }, "points": 1"#),
            "/rules/3",
            "a rule can have only one of these, found `event` and `trait`",
        ),
        (rule(r#""event": "e", "all": ["view"], "points": 1"#), "/rules/3", "found `event` and `all`"),
        (event(r#""pionts": 2"#), "/rules/3/pionts", "a rule has no field `pionts`; did you mean `points`?"),
        (event(r#""atLeast": 2"#), "/rules/3/atLeast", "did you mean `at_least`?"),
        (event(r#""description": 2"#), "/rules/3/description", "expected a string"),
        (
            rule(r#""event": "e", "points": "5""#),
            "/rules/3/points",
            "expected a number from -10000 to 10000, found the string `5`",
        ),
        (rule(r#""event": "e", "points": 10000.001"#), "/rules/3/points", "expected a number from -10000 to 10000"),
        (rule(r#""event": "e", "points": -10001"#), "/rules/3/points", "expected a number from -10000 to 10000"),
        (
            rule(r#""event": "e", "points": 1.2345"#),
            "/rules/3/points",
            "at most three decimals, found the number `1.2345`",
        ),
        (rule(r#""event": "e", "points": 1e-300"#), "/rules/3/points", "at most three decimals"),
        (event(r#""disqualify": 1"#), "/rules/3/disqualify", "expected `true` or `false`, found the number `1`"),
        (event(r#""locked": "yes""#), "/rules/3/locked", "expected `true` or `false`, found the string `yes`"),
        (event(r#""dimension": "ft""#), "/rules/3/dimension", "there is no dimension `ft`; did you mean `fit`?"),
        (event(r#""dimension": 1"#), "/rules/3/dimension", "expected the id of a dimension"),
        (event(r#""within": "1d""#), "/rules/3/within", "`within` is an option of rules with `all`, not with `event`"),
        (rule(r#""trait": { "a": 1 }, "points": 1, "within": "1d""#), "/rules/3/within", "not with `trait`"),
        (
            rule(r#""trait": { "a": 1 }, "points": 1, "path": "/""#),
            "/rules/3/path",
            "`path` is an option of rules with `event`, not with `trait`",
        ),
        (rule(r#""all": ["view"], "points": 1, "decay": { "linear": "1d" }"#), "/rules/3/decay", "not with `all`"),
        (rule(r#""all": [], "points": 1"#), "/rules/3/all", "expected a list of ids of rules, found an empty list"),
        (
            rule(r#""all": "view", "points": 1"#),
            "/rules/3/all",
            "expected a list of ids of rules, found the string `view`",
        ),
        (rule(r#""all": [7], "points": 1"#), "/rules/3/all/0", "expected the id of a rule, found the number `7`"),
        (rule(r#""all": ["veiw"], "points": 1"#), "/rules/3/all/0", "there is no rule `veiw`; did you mean `view`?"),
        (
            rule(r#""all": ["view", "both"], "points": 1"#),
            "/rules/3/all/1",
            "can name only event and trait rules, but `both` is a combination",
        ),
        (rule(r#""all": ["new"], "points": 1"#), "/rules/3/all/0", "but `new` is a combination"),
        (
            rule(r#""all": ["view", "vip", "view"], "points": 1"#),
            "/rules/3/all/2",
            "`view` is already in this list, at 0",
        ),
        (rule(r#""all": ["view"], "within": "x", "points": 1"#), "/rules/3/within", "expected a duration such as"),
    ] {
        assert_error(&json, path, fragment);
    }
    for option in ["path", "where", "per", "distinct", "limit", "at_least", "expires", "decay"] {
        let value = match option {
            "path" => "\"/\"",
            "where" => "{ \"a\": 1 }",
            "per" | "expires" => "\"1d\"",
            "distinct" => "\"url.path\"",
            "decay" => "{ \"linear\": \"1d\" }",
            _ => "2",
        };
        for kind in [r#""trait": { "a": 1 }"#, r#""all": ["view"]"#] {
            let json = rule(&format!(r#"{kind}, "points": 1, "{option}": {value}"#));
            assert_error(
                &json,
                &format!("/rules/3/{option}"),
                &format!("`{option}` is an option of rules with `event`"),
            );
        }
    }
}

#[test]
fn a_rule_at_the_limit_of_every_number_survives() {
    for points in ["10000", "-10000", "9999.999", "0.001", "-0.001", "-0.0", "1e1", "0.1", "0.3", "1234.567"] {
        assert_eq!(check(&rule(&format!(r#""event": "e", "disqualify": true, "points": {points}"#))).errors, []);
    }
}

#[test]
fn the_offset_from_utc_is_minutes_in_range() {
    for offset in ["+00:00", "-12:00", "+14:00", "-08:00", "+05:30", "-00:00"] {
        assert_fine(&model(&format!(r#", "utc_offset": "{offset}""#)));
    }
    for offset in [
        r#""""#,
        r#""8""#,
        r#""+8:00""#,
        r#""08:00""#,
        r#""-12:01""#,
        r#""+14:01""#,
        r#""+01:60""#,
        r#""+0a:00""#,
        "8",
        "null",
        r#""+01:00 ""#,
    ] {
        let json = model(&format!(r#", "utc_offset": {offset}"#));
        assert_only(&check(&json).errors, "/utc_offset", "an offset from UTC", &json);
    }
}

#[test]
fn titles_are_kept_outside_the_compiled_model() {
    let with = event(r#""title": "Saw prices""#)
        .replace(r#""points": 50 }"#, r#""points": 50, "title": { "en": "Views", "pt-BR": "Visitas" } }"#);
    let (with, without) = (compile(&with).unwrap(), compile(&event(r#""limit": 1"#)).unwrap());
    assert_eq!(with.bytes, without.bytes);
    assert_eq!(without.titles, None);
    let titles = serde_json::from_str::<serde_json::Value>(&with.titles.unwrap()).unwrap();
    assert_eq!(titles["rules"]["new"], "Saw prices");
    assert_eq!(titles["rules"]["view"]["pt-BR"], "Visitas");
    let most = "x".repeat(60);
    assert_fine(&event(&format!(r#""title": "{most}""#)));
    for (title, path, fragment) in [
        (format!("\"{most}x\""), "/rules/3/title", "at most"),
        ("\"\"".to_owned(), "/rules/3/title", "an empty one"),
        ("{}".to_owned(), "/rules/3/title", "a title"),
        ("7".to_owned(), "/rules/3/title", "a title"),
        (r#"{ "e": "x" }"#.to_owned(), "/rules/3/title/e", "language tag"),
        (r#"{ "en": 7 }"#.to_owned(), "/rules/3/title/en", "a string"),
    ] {
        let json = event(&format!(r#""title": {title}"#));
        let errors = check(&json).errors;
        assert!(errors.len() == 1 && errors[0].path == path, "{errors:?} for {json}");
        assert!(errors[0].message.contains(fragment) || errors[0].message.contains("60"), "{errors:?}");
    }
}

#[test]
fn private_operands_are_not_in_the_compiled_model() {
    let private =
        |condition: &str| rule(&format!(r#""event": "e", "points": 1, "private": true, "where": {condition}"#));
    for condition in [
        r#"{ "domain": "rival.example" }"#,
        r#"{ "domain": { "$in": ["rival.example", "other.example", 7, null] } }"#,
        r#"{ "$or": [{ "domain": { "$nin": ["rival.example"] } }, { "domain": { "$not": { "$ne": "rival.example" } } }] }"#,
        r#"{ "domains": { "$all": ["rival.example"] } }"#,
    ] {
        let json = private(condition);
        assert_fine(&json);
        let has = |json: &str| compile(json).unwrap().bytes.windows(5).any(|part| part == b"rival");
        assert!(!has(&json), "{condition}");
        assert!(has(&json.replace(r#""private": true, "#, "")), "{condition}");
    }
    for (condition, path, fragment) in [
        (r#"{ "domain": { "$endsWith": "x" } }"#, "/rules/3/where/domain/$endsWith", "a private rule compares with"),
        (r#"{ "n": { "$gt": 1 } }"#, "/rules/3/where/n/$gt", "a private rule compares with"),
        (r#"{ "n": { "$exists": true } }"#, "/rules/3/where/n/$exists", "a private rule compares with"),
        (r#"{ "n": ["a"] }"#, "/rules/3/where/n", "simple values"),
    ] {
        let json = private(condition);
        assert_only(&check(&json).errors, path, fragment, &json);
    }
    let json = event(r#""private": true"#);
    assert_only(&check(&json).errors, "/rules/3/private", "has neither", &json);
    // The hash depends on the rule, so equal operands of two rules cannot be recognized.
    let other = private(r#"{ "domain": "rival.example" }"#).replace("\"new\"", "\"old\"");
    let bytes = |json: &str| compile(json).unwrap().bytes;
    assert_ne!(
        bytes(&other).windows(8).last().map(<[u8]>::to_vec),
        bytes(&private(r#"{ "domain": "rival.example" }"#)).windows(8).last().map(<[u8]>::to_vec)
    );
}
