//! `leadscore import` with small exports that follow the public schemas. The SQL recipes are tested with the same
//! expected lines.

use super::Folder;

const GA4: &str = include_str!("../import/inputs/ga4.json");
const SEGMENT: &str = include_str!("../import/inputs/segment.json");
const SNOWPLOW_TSV: &str = include_str!("../import/inputs/snowplow.tsv");
const SNOWPLOW_JSON: &str = include_str!("../import/inputs/snowplow.json");

/// Parses lines of JSON, so that the order of fields does not matter.
fn parsed(lines: &str) -> Vec<serde_json::Value> {
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn each_export_gives_its_events_stitched() {
    for (source, export, expected) in [
        ("ga4", GA4, include_str!("../import/expected/ga4.ndjson")),
        ("segment", SEGMENT, include_str!("../import/expected/segment.ndjson")),
        ("snowplow", SNOWPLOW_TSV, include_str!("../import/expected/snowplow.ndjson")),
        ("snowplow", SNOWPLOW_JSON, include_str!("../import/expected/snowplow.ndjson")),
    ] {
        let folder = Folder::with(&[("export", export.as_bytes())]);
        let output = folder.run(&["import", source, "export", "--stitch"], "");
        assert_eq!((output.code, parsed(&output.out)), (Some(0), parsed(expected)), "{source}: {}", output.err);
        // All lines are valid events.
        let model = r#"{"name":"x","rules":[{"id":"a","event":"page_view","points":1}]}"#;
        let scored = Folder::with(&[("model.json", model.as_bytes())]).run(&["replay", "model.json"], &output.out);
        assert_eq!((scored.code, scored.err.as_str()), (Some(0), ""), "{source}");
    }
}

#[test]
fn a_stream_counts_devices_and_reports_skipped_lines() {
    let folder = Folder::new();
    let output = folder.run(&["import", "ga4"], GA4);
    assert!(output.out.lines().all(|line| !line.contains("crm-77")), "{}", output.out);
    assert_eq!(
        output.err,
        "ga4: 9 lines, 8 events\n\
         left out: 1 without a visitor id, as tools send them without consent, first line 4\n\
         left out: 1 duplicates of an earlier line, first line 3\n\
         left out: 1 without a time between 1970 and 2106, first line 8\n\
         bots: Google excludes the known ones, and the export has no user agents to detect others\n"
    );
    let output = folder.run(&["import", "segment"], SEGMENT);
    for said in [
        "1 from bots that identify themselves, first line 6",
        "1 of a kind that does not describe behaviour, first line 7",
    ] {
        assert!(output.err.contains(said), "{}", output.err);
    }
    // The user agent of an app is neither a browser's nor a bot's.
    assert!(output.out.contains(r#""visitor":"u10","type":"größe_gewählt""#), "{}", output.out);
    let output = folder.run(&["import", "snowplow"], SNOWPLOW_TSV);
    assert!(output.err.contains("2 from bots that identify themselves, first line 8"), "{}", output.err);
}

#[test]
fn engaged_time_adds_up_by_page_and_session() {
    let view = |at: u64, session: u64, page: &str, millis: u64, kind: &str| {
        format!(
            r#"{{"event_timestamp":{at}000,"event_name":"{kind}","user_pseudo_id":"1","event_params":[{{"key":"ga_session_id","value":{{"int_value":{session}}}}},{{"key":"page_location","value":{{"string_value":"https://x.example{page}"}}}},{{"key":"engagement_time_msec","value":{{"int_value":"{millis}"}}}}]}}"#
        ) + "\n"
    };
    let export = [
        view(1_767_323_045_000, 1, "/a", 600, "user_engagement"),
        view(1_767_323_046_000, 1, "/a", 600, "user_engagement"),
        view(1_767_323_047_000, 1, "/b", 5_000, "user_engagement"),
        view(1_767_323_048_000, 2, "/a", 700, "user_engagement"),
        view(1_767_323_049_000, 2, "/a", 0, "user_engagement"),
    ];
    let output = Folder::new().run(&["import", "ga4"], export.concat());
    let seconds: Vec<&str> = output.out.lines().filter_map(|line| line.split("engaged_seconds\":").nth(1)).collect();
    assert_eq!(seconds, ["0}}", "1}}", "5}}", "0}}"]);
}

#[test]
fn the_heartbeat_equals_the_trackers_setting() {
    let output = Folder::new().run(&["import", "snowplow", "--heartbeat", "30"], SNOWPLOW_TSV);
    assert!(output.out.contains(r#"{"engaged_seconds":60}"#), "{}", output.out);
    assert_eq!(Folder::new().run(&["import", "snowplow", "--heartbeat", "0"], "").code, Some(2));
}

#[test]
fn unreadable_lines_are_counted_and_change_the_exit_status() {
    let folder = Folder::new();
    let deep = "[".repeat(200_000);
    for source in ["ga4", "snowplow", "segment"] {
        for line in ["x", "[]", "{}", "null", "\u{0}", "a\tb", &deep, r#"{"event_name":{},"type":[],"event":[]}"#] {
            let output = folder.run(&["import", source], format!("{line}\n"));
            assert_eq!((output.code, output.out.as_str()), (Some(1), ""), "{source} {line:.20}");
            assert!(output.err.contains("left out: 1 that could not be read, first line 1"), "{}", output.err);
        }
        let bytes = [&b"\xff\n"[..], &vec![b'x'; 3 << 20], b"\n"].concat();
        let output = folder.run(&["import", source], bytes);
        assert!(output.err.contains("left out: 2 that could not be read, first line 1"), "{}", output.err);
        assert_eq!(folder.run(&["import", source], "\u{feff}\r\n\n").code, Some(0));
    }
}

#[test]
fn a_usage_error_prints_what_to_do() {
    let folder = Folder::new();
    let output = folder.run(&["import", "ga4", "--stitch"], "");
    assert_eq!(output.code, Some(2));
    assert_eq!(output.err, "--stitch reads the export twice: give a file, not standard input\n");
    assert_eq!(folder.run(&["import", "ga4", "absent.json"], "").code, Some(2));
    assert_eq!(folder.run(&["import", "matomo"], "").code, Some(2));
}

#[test]
fn every_source_has_an_example_that_runs() {
    for (source, export) in [("ga4", GA4), ("snowplow", SNOWPLOW_TSV), ("segment", SEGMENT)] {
        let help = Folder::new().run(&["import", source, "--help"], "").quiet();
        let example = help.lines().find_map(|line| line.strip_prefix("Example: leadscore ")).expect("an example");
        let args: Vec<&str> = example.split(' ').take_while(|word| *word != ">").collect();
        let folder = Folder::with(&[(args[2], export.as_bytes())]);
        let output = folder.run(&args, "");
        assert!(output.code == Some(0) && !output.out.is_empty(), "{args:?}: {}", output.err);
    }
    let help = Folder::new().run(&["import", "--help"], "").quiet();
    assert!(help.contains("ga4") && help.contains("snowplow") && help.contains("segment"), "{help}");
}
