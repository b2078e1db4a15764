//! The reports as HTML and Markdown: complete, self-contained, and strings from files never become markup.
//!
//! `REPORTS=FOLDER cargo test --features outcomes --test reports` also writes them to a folder.

#![cfg(feature = "outcomes")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test that fails may panic"
)]

mod samples;

use leadscore::outcomes::report::*;
use leadscore::outcomes::{html, markdown};
use samples::{backtest, calibrate, diff};

/// The hostile string that replaces each string of a report.
const HOSTILE: &str =
    "</title><script>alert(1)</script>\"'><img src=x onerror=alert(2)> @team | `x` \u{202e}*b*\u{0}\n# h";

/// Returns the report with every string replaced.
fn hostile<T: serde::Serialize + serde::de::DeserializeOwned>(report: &T) -> T {
    fn spoil(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::String(text) => *text = HOSTILE.into(),
            serde_json::Value::Array(items) => items.iter_mut().for_each(spoil),
            serde_json::Value::Object(fields) => fields.values_mut().for_each(spoil),
            _ => {}
        }
    }
    let mut json = serde_json::to_value(report).unwrap();
    spoil(&mut json);
    serde_json::from_value(json).unwrap()
}

/// Returns the names of all tags in order, and checks that they are closed in order.
fn tags(page: &str) -> Vec<String> {
    let page = page.replacen("<!doctype html>\n", "", 1);
    let (mut open, mut all) = (Vec::new(), Vec::new());
    for part in page.split('<').skip(1) {
        let (tag, text) = part.split_once('>').expect("a tag ends");
        assert!(tag == "style" || !text.contains('>'), "{part}");
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap().to_owned();
        if tag.starts_with('/') {
            assert_eq!(open.pop().as_ref(), Some(&name), "{part}");
        } else if !tag.ends_with('/') && !["meta", "br"].contains(&name.as_str()) {
            open.push(name.clone());
        }
        all.push(name);
    }
    assert!(open.is_empty(), "{open:?}");
    all
}

fn pages() -> [(&'static str, String, String); 3] {
    [
        ("backtest", html::backtest(&backtest()), html::backtest(&hostile(&backtest()))),
        ("calibrate", html::calibrate(&calibrate()), html::calibrate(&hostile(&calibrate()))),
        ("diff", html::diff(&diff()), html::diff(&hostile(&diff()))),
    ]
}

#[test]
fn a_page_is_complete_and_loads_nothing_from_the_network() {
    for (kind, page, _) in pages() {
        if let Ok(folder) = std::env::var("REPORTS") {
            std::fs::write(std::path::Path::new(&folder).join(format!("{kind}.html")), &page).unwrap();
        }
        let tags = tags(&page);
        for name in ["script", "link", "img", "iframe", "object", "a"] {
            assert!(!tags.iter().any(|tag| tag == name), "{kind}: {name}");
        }
        for text in ["http:", "https:", "//", "url(", "@import", "NaN", "inf"] {
            // Only the body: the style sheet may contain these strings.
            let body = page.split("</style>").nth(1).unwrap();
            assert!(!body.contains(text) || text == "inf" && !body.contains(">inf"), "{kind}: {text}");
        }
        assert!(page.split("</style>").next().unwrap().contains("prefers-color-scheme: dark"));
        assert!(page.contains("@media print"));
    }
}

#[test]
fn names_in_files_never_become_markup() {
    for (kind, page, hostile) in pages() {
        // The tags are the same, except those that depend on strings of the report, such as marked rows.
        let count = |page: &str, name: &str| tags(page).iter().filter(|tag| *tag == name).count();
        for name in ["script", "img", "title", "style", "table", "svg", "section", "h1"] {
            assert_eq!(count(&hostile, name), count(&page, name), "{kind}: {name}");
        }
        assert!(hostile.contains("&lt;script&gt;alert(1)"), "{kind}");
        assert!(!hostile.contains(['\u{202e}', '\u{0}']), "{kind}");
    }
}

#[test]
fn the_verdict_comes_before_the_figures() {
    let page = html::backtest(&backtest());
    let verdict = page.find("52\u{a0}% are among the tenth").unwrap();
    assert!(verdict < page.find("<section>").unwrap());
    for figure in [
        "0.812 [0.790, 0.835]",
        "0.625",
        "0.481 at a score of 42",
        "0.0312",
        "81 of 100",
        "301 of 512 (59\u{a0}%)",
        "4.1 minutes",
        "10 days",
        "12.3",
        "The model is better without it.",
        "12,345 (test)",
        "88.5 of 420 taken in 21 weeks",
        "+0.0214",
        "−0.0031",
        "PSI 0.073",
        "+0.021",
        "7 outcomes of visitors without an event",
    ] {
        assert!(page.contains(figure), "{figure}");
    }
    let page = html::diff(&diff());
    for figure in ["1,248", "1,637", "+31.2 %", "v000123", "4,100", "is –"] {
        assert!(page.contains(figure), "{figure}");
    }
    let page = html::calibrate(&calibrate());
    for figure in ["too few rows to judge", "12 rules changed", "0.12010", "14 days", "The new points were written."] {
        assert!(page.contains(figure), "{figure}");
    }
}

#[test]
fn an_empty_report_is_a_valid_page() {
    let mut empty = backtest();
    for model in &mut empty.models {
        *model = ModelReport {
            deciles: vec![],
            bands: vec![],
            stages: vec![],
            rules: vec![],
            capacity: None,
            stability: Stability::default(),
            ..model.clone()
        };
        model.auc.value = f64::NAN;
    }
    assert!(!tags(&html::backtest(&empty)).is_empty());
    assert!(!html::backtest(&empty).contains("NaN"));
    let empty = Diff {
        signals: vec![],
        matrix: vec![],
        old_stages: vec![],
        new_stages: vec![],
        psi: Psi::default(),
        rules: vec![],
        movers: vec![],
        conditions: vec![],
        ..diff()
    };
    assert!(!tags(&html::diff(&empty)).is_empty());
    let mut empty = calibrate();
    (empty.changes, empty.stages, empty.fit) = (vec![], vec![], Fit::default());
    assert!(!tags(&html::calibrate(&empty)).is_empty());
}

#[test]
fn markdown_fits_a_pull_request() {
    let all = [markdown::backtest(&backtest()), markdown::calibrate(&calibrate()), markdown::diff(&diff())];
    for text in &all {
        assert!(text.starts_with("### ") && text.len() < 5_000 && text.lines().count() < 60, "{text}");
        assert!(!text.contains("NaN") && !text.contains("v000123"));
    }
    assert!(
        all[0].contains("- ✅ passes: auc < 0.70 (it is 0.8123)")
            || all[0].contains("- ✅ passes: auc &lt; 0.70 (it is 0.8123)")
    );
    assert!(all[2].contains("| mql | 36.6 | 48.01 | +31.2 % |"), "{}", all[2]);
    for text in [
        markdown::backtest(&hostile(&backtest())),
        markdown::calibrate(&hostile(&calibrate())),
        markdown::diff(&hostile(&diff())),
    ] {
        assert!(!text.contains("<script") && !text.contains("<img") && !text.contains("@team"), "{text}");
        // A name must not start a heading or a new cell.
        assert!(text.lines().filter(|line| line.starts_with('#')).count() == 1, "{text}");
        for row in text.lines().filter(|line| line.starts_with('|')) {
            assert!(row.ends_with('|') && !row.contains('\u{0}'), "{row}");
        }
    }
}
