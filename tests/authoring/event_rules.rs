//! Errors of event rules and of conditions.

use super::*;

#[test]
fn errors_of_event_rules() {
    let long_type = format!(r#""event": "{}", "points": 1"#, "é".repeat(129));
    let long_pattern = format!(r#""path": "/{}""#, "é".repeat(1024));
    for (json, path, fragment) in [
        (
            rule(r#""event": 7, "points": 1"#),
            "/rules/3/event",
            "expected the type of an event, such as `page_view`, or a list",
        ),
        (
            rule(r#""event": "", "points": 1"#),
            "/rules/3/event",
            "expected a string of 1 to 128 characters, found an empty one",
        ),
        (rule(&long_type), "/rules/3/event", "expected a string of 1 to 128 characters, found 129"),
        (rule(r#""event": [], "points": 1"#), "/rules/3/event", "found an empty list"),
        (rule(r#""event": ["a", 1], "points": 1"#), "/rules/3/event/1", "found the number `1`"),
        (rule(r#""event": ["a", "b", "a"], "points": 1"#), "/rules/3/event/2", "`a` is already in this list, at 0"),
        (event(r#""path": []"#), "/rules/3/path", "found an empty list"),
        (event(r#""path": 1"#), "/rules/3/path", "expected a path such as `/pricing/*`, or a list of paths"),
        (event(r#""path": ["/a", null]"#), "/rules/3/path/1", "expected a path such as `/pricing/*`, found `null`"),
        (event(&long_pattern), "/rules/3/path", "expected a pattern of at most 1024 characters, found 1025"),
        (
            event(r#""path": "https://acme.example/pricing""#),
            "/rules/3/path",
            "found the whole URL `https://acme.example/pricing`",
        ),
        (
            event(r#""path": "/(a|b)""#),
            "/rules/3/path",
            "regular expressions are not supported in patterns, found `(`; for the character itself write `\\\\(` in JSON",
        ),
        (event(r#""path": "/:id(\\d+)""#), "/rules/3/path", "regular expressions are not supported"),
        (event(r#""path": "/a?b=1""#), "/rules/3/path", "use `where` with `url.query.NAME`"),
        (event(r#""path": "/a+b""#), "/rules/3/path", "`+` must follow a group, as in `{/:page}+`"),
        (event(r#""path": "/{a""#), "/rules/3/path", "`{` has no `}`"),
        (event(r#""path": "/a}""#), "/rules/3/path", "`}` closes no group"),
        (event(r#""path": "/{a{b}}""#), "/rules/3/path", "groups cannot be nested"),
        (event(r#""path": "/{:a:b}""#), "/rules/3/path", "a group can have one `:name` or `*`, found two"),
        (event(r#""path": "/{a?}""#), "/rules/3/path", "`?` goes after the `}` of a group"),
        (event(r#""path": "/:""#), "/rules/3/path", "expected a name after `:`, as in `:id`"),
        (event(r#""path": "/:1""#), "/rules/3/path", "expected a name after `:`"),
        (event(r#""path": "/:a/:a""#), "/rules/3/path", "the name `:a` is used twice"),
        (event(r#""path": "/a\\""#), "/rules/3/path", "a pattern cannot end in `\\`"),
        (event(r#""per": "1 day""#), "/rules/3/per", "expected a duration such as `30m`, `12h`, `14d` or `2w` (units"),
        (event(r#""per": 86400"#), "/rules/3/per", "found the number `86400`; did you mean `\"86400s\"`?"),
        (event(r#""per": "0s""#), "/rules/3/per", "expected a duration from `1s` to `3650d`, found the string `0s`"),
        (event(r#""expires": "3651d""#), "/rules/3/expires", "expected a duration from `1s` to `3650d`"),
        (
            event(r#""expires": "99999999999999999999d""#),
            "/rules/3/expires",
            "expected a duration from `1s` to `3650d`",
        ),
        (event(r#""expires": "1y""#), "/rules/3/expires", "units `s`, `m`, `h`, `d`, `w`"),
        (event(r#""limit": 0"#), "/rules/3/limit", "expected a whole number from 1 to 100, found the number `0`"),
        (event(r#""limit": 101"#), "/rules/3/limit", "expected a whole number from 1 to 100"),
        (event(r#""limit": 1.5"#), "/rules/3/limit", "expected a whole number from 1 to 100, found the number `1.5`"),
        (event(r#""at_least": null"#), "/rules/3/at_least", "expected a whole number from 1 to 100, found `null`"),
        (event(r#""limit": 3, "at_least": 3"#), "/rules/3/limit", "so it cannot be used with `limit`"),
        (
            event(r#""per": "1d", "distinct": "url.path""#),
            "/rules/3/per",
            "once `per` period or once for each `distinct` value",
        ),
        (event(r#""distinct": """#), "/rules/3/distinct", "expected the name of a field, such as `url.path`"),
        (event(r#""distinct": "$groups""#), "/rules/3/distinct", "expected the name of a field"),
        (event(r#""distinct": ["a"]"#), "/rules/3/distinct", "expected the name of a field"),
        (
            event(r#""distinct": "url.pth""#),
            "/rules/3/distinct",
            "unknown part of the URL `url.pth`, expected `url.path`, `url.host`, `url.hash` or `url.query.NAME`; did you mean `url.path`?",
        ),
        (event(r#""distinct": "url.query""#), "/rules/3/distinct", "expected the name of a query value"),
        (
            event(r#""decay": "14d""#),
            "/rules/3/decay",
            "expected how points decay, such as `{ \"half_life\": \"30d\" }`, found the string `14d`",
        ),
        (event(r#""decay": {}"#), "/rules/3/decay", "expected `half_life`, `linear`, or `step` with `every`"),
        (event(r#""decay": { "half_life": "1d", "linear": "1d" }"#), "/rules/3/decay", "points decay in one way"),
        (event(r#""decay": { "half_life": "1d", "every": "1d" }"#), "/rules/3/decay", "points decay in one way"),
        (
            event(r#""decay": { "halflife": "1d", "linear": "1d" }"#),
            "/rules/3/decay/halflife",
            "`decay` has no field `halflife`; did you mean `half_life`?",
        ),
        (event(r#""decay": { "linaer": "1d" }"#), "/rules/3/decay/linaer", "did you mean `linear`?"),
        (event(r#""decay": { "half_life": "0d" }"#), "/rules/3/decay/half_life", "expected a duration from `1s`"),
        (event(r#""decay": { "step": 25 }"#), "/rules/3/decay", "`step` needs `every`"),
        (event(r#""decay": { "every": "1d" }"#), "/rules/3/decay", "`every` needs `step`"),
        (
            event(r#""decay": { "step": 0, "every": "1d" }"#),
            "/rules/3/decay/step",
            "expected a whole number from 1 to 100",
        ),
        (
            event(r#""decay": { "step": 2.5, "every": "1d" }"#),
            "/rules/3/decay/step",
            "expected a whole number from 1 to 100",
        ),
    ] {
        assert_error(&json, path, fragment);
    }
}

#[test]
fn errors_of_conditions() {
    let deep = |levels: usize| format!("{}1{}", r#"{ "a": "#.repeat(levels), "}".repeat(levels));
    for (json, path, fragment) in [
        (condition("7"), "/rules/3/where", "expected a condition such as"),
        (condition("[]"), "/rules/3/where", "expected a condition such as"),
        (condition(&deep(17)), "/rules/3/where", "expected a condition of at most 16 levels, found 17"),
        (condition(r#"{ "url.port": "80" }"#), "/rules/3/where/url.port", "unknown part of the URL `url.port`"),
        (condition(r#"{ "url.hots": "x" }"#), "/rules/3/where/url.hots", "did you mean `url.host`?"),
        (condition(r#"{ "url.query.": "x" }"#), "/rules/3/where/url.query.", "expected the name of a query value"),
        (
            condition(r#"{ "a": { "$grt": 1 } }"#),
            "/rules/3/where/a/$grt",
            "unknown operator `$grt`; did you mean `$gt`?",
        ),
        (
            condition(r#"{ "a": { "$startswith": "x" } }"#),
            "/rules/3/where/a/$startswith",
            "did you mean `$startsWith`?",
        ),
        (
            condition(r#"{ "a": { "$regex": "x" } }"#),
            "/rules/3/where/a/$regex",
            "use `$startsWith`, `$endsWith` or `$contains`",
        ),
        (condition(r#"{ "a": { "$or": [1, 2] } }"#), "/rules/3/where/a/$or", "`$or` combines conditions"),
        (condition(r#"{ "a": { "$not": { "$vgt": "1" } } }"#), "/rules/3/where/a/$not/$vgt", "unknown operator `$vgt`"),
        (condition(r#"{ "$gt": 1 }"#), "/rules/3/where/$gt", "`$gt` compares the value of a field: write"),
        (
            condition(r#"{ "$orr": [{ "a": 1 }] }"#),
            "/rules/3/where/$orr",
            "unknown operator `$orr`; did you mean `$or`?",
        ),
        (
            condition(r#"{ "$or": [{ "a": 1 }, { "$xor": [] }] }"#),
            "/rules/3/where/$or/1/$xor",
            "unknown operator `$xor`",
        ),
        (
            condition(r#"{ "a": { "$elemMatch": { "$or": [], "$gt": 1 } } }"#),
            "/rules/3/where/a/$elemMatch/$or",
            "`$or` combines conditions",
        ),
        (
            condition(r#"{ "a": { "$elemMatch": { "b": { "$bad": 1 } } } }"#),
            "/rules/3/where/a/$elemMatch/b/$bad",
            "unknown operator `$bad`",
        ),
        (condition(r#"{ "a": 1, "a": 2 }"#), "/rules/3/where/a", "occurs 2 times"),
        (rule(r#""trait": {}, "points": 1"#), "/rules/3/trait", "expected a condition that names a field"),
        (rule(r#""trait": { "$or": [{}] }, "points": 1"#), "/rules/3/trait", "expected a condition that names a field"),
        (
            rule(r#""trait": { "url.path": "/" }, "points": 1"#),
            "/rules/3/trait/url.path",
            "a trait condition cannot name a part of the URL, found `url.path`",
        ),
        (
            rule(r#""trait": { "$not": { "url.query.a": "b" }, "c": 1 }, "points": 1"#),
            "/rules/3/trait/$not/url.query.a",
            "a trait condition cannot name a part of the URL",
        ),
    ] {
        assert_error(&json, path, fragment);
    }
    assert_fine(&condition(&deep(16)));
    assert_fine(&condition(r#"{ "url.query.a.b": "x", "url.path": null, "a": { "$elemMatch": { "url.port": 1 } } }"#));
}
