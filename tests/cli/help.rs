//! The help of the program, and its errors for invalid arguments.

use super::{Folder, view};

const COMMANDS: [&str; 4] = ["check", "compile", "replay", "explain"];

/// Returns the example at the end of a help text.
fn example(help: &str) -> Vec<String> {
    let line = help.lines().find_map(|line| line.strip_prefix("Example: ")).expect("an example");
    line.split(' ').map(str::to_owned).collect()
}

#[test]
fn every_help_has_an_example_that_runs() {
    let folder = Folder::with_model();
    std::fs::write(folder.0.join("visits.ndjson"), view("v-1", 0)).unwrap();
    for command in COMMANDS {
        let help = folder.run(&[command, "--help"], "").quiet();
        assert!(help.contains(&format!("Usage: leadscore {command} ")), "{help}");
        let example = example(&help);
        assert_eq!(example[..2], ["leadscore", command]);
        let args: Vec<&str> = example[1..].iter().map(String::as_str).collect();
        let output = folder.run(&args, "");
        assert_eq!(output.code, Some(0), "{args:?}: {output:?}");
        assert_eq!(folder.run(&["help", command], "").quiet(), help);
    }
    let help = folder.run(&["--help"], "").quiet();
    for command in COMMANDS {
        assert!(help.contains(&format!("\n  {command} ")), "{help}");
    }
    let example = example(&help);
    let args: Vec<&str> = example[1..].iter().map(String::as_str).collect();
    assert!(folder.run(&args, "").quiet().starts_with(r#"{"visitor":"v-1","#));
}

#[test]
fn the_version_is_the_crates() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["--version"], "").quiet(), concat!("leadscore ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn usage_errors_exit_with_2_and_explain_the_problem() {
    let folder = Folder::with_model();
    let cases: [(&[&str], &str); 15] = [
        (&[], "Usage: leadscore"),
        (&["chek", "model.json"], "check"),
        (&["check"], "<FILE>"),
        (&["check", "model.json", "model.json"], "unexpected argument"),
        (&["compile", "model.json"], "--output <FILE>"),
        (&["compile", "model.json", "-o"], "--output <FILE>"),
        (&["replay"], "<MODEL>"),
        (&["replay", "model.json", "--trace", "--signals"], "cannot be used with"),
        (&["replay", "model.json", "--tarce"], "--trace"),
        (&["explain", "model.json"], "--visitor <V>"),
        (&["explain", "model.json", "--visitor"], "--visitor <V>"),
        (&["replay", "model.json", "--at", "yesterday"], "2026-11-21T09:00:00Z"),
        (&["replay", "model.json", "--at=-1"], "milliseconds since 1970"),
        (&["replay", "model.json", "--at", "2026-11-21"], "milliseconds since 1970"),
        (&["explain", "model.json", "--visitor", "v", "--at", "2106-02-07T06:28:16Z"], "before 2106"),
    ];
    for (args, says) in cases {
        let message = folder.run(args, view("v-1", 0)).failed(2);
        assert!(message.contains(says), "{args:?}: {message}");
    }
}
