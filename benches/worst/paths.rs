//! Path patterns against long paths.

use super::{ingest, model, view};

/// Patterns of all kinds, each with `groups` groups.
pub fn patterns(size: usize, groups: usize, kib: usize) {
    let of = format!("{size} rules, path of {kib} KiB: ");
    let measure = |name: &str, pattern: String, unit: &str| {
        let model = model(size, move |_| format!(r#""event": "e", "path": "{pattern}", "points": 1"#));
        let path = unit.repeat((kib * 1024 - 32) / unit.len());
        ingest(&format!("{of}{name}"), &model, &view(&format!("/{path}"), "{}"));
    };
    let each = |group: &dyn Fn(usize) -> String| (0..groups).map(group).collect::<String>();
    measure(&format!("{groups} groups {{a}}?"), format!("/{}*b", each(&|_| "{a}?".to_owned())), "a");
    measure(&format!("{groups} groups {{a}}*"), format!("/{}b", each(&|_| "{a}*".to_owned())), "a");
    measure(&format!("{groups} groups {{aa}}*"), format!("/{}b", each(&|_| "{aa}*".to_owned())), "a");
    measure(&format!("{groups} groups {{/:x}}*"), format!("{}b", each(&|at| format!("{{/:x{at}}}*"))), "a/");
    measure(&format!("{groups} groups {{a/:x/}}*"), format!("/{}b", each(&|at| format!("{{a/:x{at}/}}*"))), "a/");
    measure(&format!("{groups} groups {{/:x/}}*"), format!("{}b", each(&|at| format!("{{/:x{at}/}}*"))), "a//");
    measure(&format!("{groups} groups {{/:x/a}}*"), format!("{}b", each(&|at| format!("{{/:x{at}/a}}*"))), "a/");
    let letter = |at: usize| char::from(b'a' + (at % 26) as u8);
    let other = |at: usize| format!("{{/:x{at}/{}}}*", letter(at));
    measure(
        &format!("{groups} groups {{/:x/L}}*, each letter"),
        format!("{}B", each(&other)),
        "x/a/x/b/x/c/x/d/x/e/x/f/x/g/x/h/x/i/x/j/x/k/x/l/x/m/x/n/x/o/x/p/x/q/x/r/x/s/x/t/x/u/x/v/x/w/x/x/x/y/x/z/",
    );
    measure(&format!("{groups} groups {{a:x}}+"), format!("/{}/b", each(&|at| format!("{{a:x{at}}}+"))), "a");
    let width = 700 / groups;
    let long = |code: &str| format!("/*{}b", each(&|_| format!("{{{}}}{code}", "a".repeat(width))));
    measure(&format!("{groups} groups of {width} letters, ?"), long("?"), "a");
    measure(&format!("{groups} groups of {width} letters, *"), long("*"), "a");
    measure("* and 1,000 letters", format!("/*{}b", "a".repeat(1_000)), "a");
    measure("100 * and letters", format!("/{}b", "*aaaaaaaa".repeat(100)), "a");
    let all: String = (b'a'..=b'z').chain(b'0'..=b'9').chain(b'A'..=b'Z').map(char::from).collect();
    measure("* and 1,000 letters of an alphabet", format!("/*{}b", all.repeat(17).get(..1_000).unwrap()), &all);
}

/// Paths that take a long time to make canonical.
pub fn spellings() {
    let rule = |at: usize| format!(r#""event": "e", "where": {{ "url.query.n{at}": "x" }}, "points": 1"#);
    let queries = model(200, rule);
    ingest("200 rules, 8 KiB of query names in escapes", &queries, &view(&format!("/?{}", "%61&".repeat(2_000)), "{}"));
    ingest("200 rules, 8 KiB of dots in a path", &queries, &view(&"/..".repeat(2_700), "{}"));
    let paths = model(200, |at| format!(r#""event": "e", "path": "/*{at}/:x", "points": 1"#));
    ingest("200 rules, 8 KiB of escapes in a path", &paths, &view(&"/%c3%bc".repeat(1_100), "{}"));
    ingest("200 rules, 8 KiB of what needs escapes in a path", &paths, &view(&"/ü".repeat(2_700), "{}"));
}
