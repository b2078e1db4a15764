//! The examples' pages quote commands with their output: they are run as written, and what comes out is what is quoted.

#![cfg(all(feature = "cli", unix))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test that fails may panic"
)]

use std::path::Path;
use std::process::Command;

/// Each command after a `$ ` in the page's `console` blocks, with the lines up to the next one. A command goes on after
/// a line that ends in a pipe.
fn quoted(page: &str) -> Vec<(String, String)> {
    let mut commands: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    let mut unfinished = false;
    for line in page.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| inside) {
            commands.push((command.to_owned(), String::new()));
            unfinished = command.ends_with('|');
        } else if let Some((command, output)) = commands.last_mut().filter(|_| inside) {
            let part = if unfinished { command } else { output };
            part.push_str(if unfinished { "\n" } else { "" });
            part.push_str(line);
            part.push_str(if unfinished { "" } else { "\n" });
            unfinished = unfinished && line.ends_with('|');
        }
    }
    commands
}

fn run(command: &str) -> String {
    let folder = Path::new(env!("CARGO_BIN_EXE_leadscore")).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).env("PATH", path).env("LC_ALL", "C").current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = shell.output().unwrap();
    assert!(output.stderr.is_empty(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_pages_quote_what_comes_out() {
    for (page, least) in [(include_str!("../examples/weblog/README.md"), 4), (include_str!("../README.md"), 2)] {
        let commands = quoted(page);
        assert!(commands.len() >= least, "{commands:?}");
        for (command, output) in commands {
            assert_eq!(run(&command), output, "{command}");
        }
    }
}

#[test]
fn the_models_of_the_readme_compile() {
    let models: Vec<&str> = include_str!("../README.md").split("```json\n").skip(1).collect();
    assert!(!models.is_empty());
    for model in models {
        let json = model.split("```").next().unwrap_or_default();
        let report = leadscore::authoring::check(json);
        assert_eq!((report.errors, report.warnings), (Vec::new(), Vec::new()), "{json}");
    }
}

#[test]
fn nothing_can_be_said_against_the_weblog_model() {
    let said = run("leadscore check examples/weblog/model.json");
    assert_eq!(said, "examples/weblog/model.json: no errors, no warnings\n");
}
