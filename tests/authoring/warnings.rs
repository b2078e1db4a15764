//! Warnings, and valid models without warnings.

use super::*;

#[test]
fn warnings() {
    for (json, path, fragment) in [
        (r#"{ "name": "m", "rules": [] }"#.to_owned(), "/rules", "a model without rules gives no points"),
        (
            rule(r#""event": "e""#),
            "/rules/3",
            "this rule has no effect: it adds no points, disqualifies nobody, and no combination or stage uses it",
        ),
        (rule(r#""trait": { "a": 1 }, "points": 0"#), "/rules/3", "adds no points"),
        (
            event(r#""at_least": 3, "per": "1d", "expires": "1d""#),
            "/rules/3/expires",
            "3 hits are never live at the same time",
        ),
        (event(r#""at_least": 3, "expires": "2s""#), "/rules/3/expires", "3 hits are never live at the same time"),
        (event(r#""limit": 2, "distinct": "email""#), "/rules/3/distinct", "can recover by guessing"),
        (event(r#""limit": 2, "distinct": "url.query.user_id""#), "/rules/3/distinct", "each value of `user_id`"),
        (event(r#""path": "pricing""#), "/rules/3/path", "every path begins with `/`, but `pricing` does not"),
        (event(r#""path": ["/a", ""]"#), "/rules/3/path/1", "every path begins with `/`"),
        (rule(r#""event": "pageview", "points": 1"#), "/rules/3/event", "did you mean `page_view`?"),
        (rule(r#""event": ["page_veiw"], "points": 1"#), "/rules/3/event/0", "did you mean `page_view`?"),
        (model(r#", "label": []"#), "/label", "a label needs at least one entry"),
        (
            model(r#", "label": [{ "dimension": "fit", "cutoffs": { "A": 1, "B": -10, "C": -20 } }]"#),
            "/label/0/cutoffs/C",
            "this name is never used: every lead reaches `B`",
        ),
        (stage(r#""at": 112"#), "/stages/0/at", "no sum of points reaches this: all rules together give at most `101`"),
        (
            stage(r#""at": 1, "min": { "fit": 55 }"#),
            "/stages/0/min/fit",
            "no sum of points reaches this: the rules of `fit` give at most `50`",
        ),
        (
            stage(r#""at": 1, "min": { "fit": -10 }"#),
            "/stages/0/min/fit",
            "every lead reaches this: the `min` of `fit` is `-10`",
        ),
        (
            stage(r#""at": 1, "requires": ["view"]"#)
                .replace("\"points\": 50 },", "\"points\": 50, \"disqualify\": true },"),
            "/stages/0/requires",
            "`view` disqualifies the visitor, who then has no stage",
        ),
        (condition(r#"{ "url": "/x" }"#), "/rules/3/where/url", "`url` is a field of the event's props here"),
        (
            condition(r#"{ "url.query.n": { "$gte": 10 } }"#),
            "/rules/3/where/url.query.n/$gte",
            "query values are strings",
        ),
        (
            condition(r#"{ "url.query.n": { "$not": { "$lt": "10" } } }"#),
            "/rules/3/where/url.query.n/$not/$lt",
            "query values are strings",
        ),
        (
            condition(r#"{ "url.query.n": 10 }"#),
            "/rules/3/where/url.query.n",
            "query values are strings (write it in quotes), so they never equal the number `10`",
        ),
        (
            model(r#", "account": { "person": { "max": 2 }, "stages": [{ "id": "mqa", "at": 101 }] }"#),
            "/account/stages/0/at",
            "no account reaches this: 50 people give at most `100`",
        ),
        (
            model(r#", "account": { "stages": [{ "id": "mqa", "at": 1, "min": { "people": 51 } }] }"#),
            "/account/stages/0/min/people",
            "no account reaches this: 50 people are kept",
        ),
        (
            model(r#", "account": { "person": { "engaged": 102 }, "stages": [{ "id": "mqa", "at": 1 }] }"#),
            "/account/person/engaged",
            "nobody is engaged: all rules together give at most `101`",
        ),
        (
            condition(r#"{ "url.query.n": { "$in": ["9", 10] } }"#),
            "/rules/3/where/url.query.n/$in/1",
            "query values are strings",
        ),
        (
            condition(r#"{ "url.query.n": { "$ne": 10 } }"#),
            "/rules/3/where/url.query.n/$ne",
            "query values are strings",
        ),
        (condition(r#"{ "url.path": { "$gt": 10 } }"#), "/rules/3/where/url.path/$gt", "a part of the URL is a string"),
        (
            condition(r#"{ "url.path": { "$size": 1 } }"#),
            "/rules/3/where/url.path/$size",
            "no list, so `$size` never holds",
        ),
        (
            condition(r#"{ "a": { "$in": "x" } }"#),
            "/rules/3/where/a/$in",
            "expected a list of values for `$in`, found the string `x`; it never holds",
        ),
        (condition(r#"{ "a": { "$nin": 1 } }"#), "/rules/3/where/a/$nin", "it never holds"),
        (condition(r#"{ "a": { "$in": [] } }"#), "/rules/3/where/a/$in", "the list for `$in` is empty; it never holds"),
        (condition(r#"{ "a": { "$in": ["x", {}] } }"#), "/rules/3/where/a/$in/1", "`$in` never matches an object"),
        (condition(r#"{ "a": { "$all": "x" } }"#), "/rules/3/where/a/$all", "expected a list of values for `$all`"),
        (condition(r#"{ "a": { "$exists": 0 } }"#), "/rules/3/where/a/$exists", "it counts as `false`"),
        (condition(r#"{ "a": { "$type": "text" } }"#), "/rules/3/where/a/$type", "`$type` never holds"),
        (
            condition(r#"{ "a": { "$type": "String" } }"#),
            "/rules/3/where/a/$type",
            "`$type` never holds: expected `string`, `number`, `boolean`, `array`, `object` or `null`, found `String`; did you mean `string`?",
        ),
        (condition(r#"{ "a": { "$type": 1 } }"#), "/rules/3/where/a/$type", "it never holds"),
        (
            condition(r#"{ "a": { "$size": "1" } }"#),
            "/rules/3/where/a/$size",
            "a length is a number, so it never equals the string `1`",
        ),
        (
            condition(r#"{ "a": { "$gt": null } }"#),
            "/rules/3/where/a/$gt",
            "expected a number or a string for `$gt`, found `null`; it never holds",
        ),
        (
            condition(r#"{ "a": { "$contains": 1 } }"#),
            "/rules/3/where/a/$contains",
            "expected a string for `$contains`",
        ),
        (condition(r#"{ "a": { "$elemMatch": null } }"#), "/rules/3/where/a/$elemMatch", "it never holds"),
        (condition(r#"{ "a": { "$elemMatch": 5 } }"#), "/rules/3/where/a/$elemMatch", "it always holds"),
        (condition(r#"{ "a": { "$gt": 1, "b": 2 } }"#), "/rules/3/where/a", "compared as a value"),
        (
            condition(r#"{ "$or": [] }"#),
            "/rules/3/where/$or",
            "expected a list of conditions for `$or`, found an empty one; it always holds",
        ),
        (condition(r#"{ "$nor": [] }"#), "/rules/3/where/$nor", "it never holds"),
        (condition(r#"{ "$and": 5 }"#), "/rules/3/where/$and", "found the number `5`; it always holds"),
        (condition(r#"{ "$and": null }"#), "/rules/3/where/$and", "it never holds"),
        (condition(r#"{ "$or": "ab" }"#), "/rules/3/where/$or", "each of its characters counts as a condition"),
        (
            condition(r#"{ "$and": [["x"]] }"#),
            "/rules/3/where/$and/0",
            "it counts as an object with the names `0`, `1` and so on",
        ),
        (condition(r#"{ "$not": null }"#), "/rules/3/where/$not", "it never holds"),
        (
            condition(r#"{ "$groups": { "$in": ["a"] } }"#),
            "/rules/3/where/$groups",
            "`$groups` is read as the name of a field",
        ),
    ] {
        assert_warning(&json, path, fragment);
    }
}

#[test]
fn no_warnings() {
    for json in [
        model(""),
        rule(r#""event": "e", "points": -20"#),
        rule(r#""event": "e", "disqualify": true"#),
        rule(
            r#""event": ["own", "identify", "lifecycle", "purchase"], "points": 1, "limit": 100, "per": "3650d", "expires": "521w""#,
        ),
        event(r#""at_least": 3, "per": "1d", "expires": "86402s""#),
        event(r#""at_least": 3, "distinct": "a", "expires": "1s""#),
        event(r#""limit": 2, "distinct": "email_domain""#),
        event(r#""limit": 2, "distinct": "url.path""#),
        event(
            r#""path": ["/", "/*", "{/en}?/pricing", "/\\:x/:a{-:b}?/*", "/caf\u00e9"], "distinct": "url.query.a.b", "limit": 9"#,
        ),
        condition(
            r#"{ "a": null, "b.c": 1, "": 2, "d": { "e": [] }, "f": {}, "$and": [], "g": { "$nin": ["a", null, 1.5] } }"#,
        ),
        condition(
            r#"{ "url.query.n": "10", "url.host": { "$endsWith": ".example" }, "url.hash": { "$exists": false } }"#,
        ),
        stage(r#""at": -5, "signal": false, "rearm": "1s""#),
        stage(r#""at": 101, "near": 100.999, "requires": ["both"], "min": { "fit": 50, "engagement": 51 }"#),
        model(r#", "stages": [], "$schema": "x", "description": "", "version": 4294967295, "score": {}"#),
        model(r#", "label": [{ "dimension": "fit", "cutoffs": { "A": 60, "B": -10 } }]"#),
        model(r#", "score": { "min": -1000000000000, "max": 1e12 }"#),
    ] {
        assert_fine(&json);
    }
}
