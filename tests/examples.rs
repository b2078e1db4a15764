//! The examples' pages quote commands with their output: the commands are run as written, and their output is compared
//! with the quoted one.

#![cfg(all(feature = "cli", unix))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test that fails may panic"
)]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[path = "../examples/known-truth/population.rs"]
mod population;
#[path = "../examples/known-truth/random.rs"]
mod random;
#[path = "../examples/known-truth/rules.rs"]
mod rules;
#[path = "../examples/online-shoppers/sessions.rs"]
mod sessions;

/// Returns each command after a `$ ` in the page's `console` blocks, with the lines up to the next one. A command
/// continues after a line that ends in a pipe.
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
    run_in(Path::new(env!("CARGO_MANIFEST_DIR")), command)
}

fn run_in(folder: &Path, command: &str) -> String {
    let here = folder;
    let folder = Path::new(env!("CARGO_BIN_EXE_leadscore")).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).env("PATH", path).env("LC_ALL", "C").current_dir(here);
    let output = shell.output().unwrap();
    assert!(output.stderr.is_empty(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_guide_quotes_the_real_output() {
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
fn the_weblog_model_has_no_warnings() {
    let said = run("leadscore check examples/weblog/model.json");
    assert_eq!(said, "examples/weblog/model.json: no errors, no warnings\n");
}

/// Returns a folder with the data for the guide's page "Prove your model": generated visits and a shop's sessions.
fn data_to_prove_with() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("prove-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, text: String| fs::write(folder.join(name), text).unwrap();
    let population = population::Population::new(population::Options::default());
    let (mut events, mut outcomes) = (Vec::new(), String::new());
    for visitor in population.visitors() {
        outcomes.extend(visitor.outcome().into_iter().flat_map(|line| [line, "\n".to_owned()]));
        events.extend(visitor.events);
    }
    events.sort_by_key(|line| line.at);
    write("events.ndjson", events.iter().flat_map(|line| [line.json.as_str(), "\n"]).collect());
    write("outcomes.ndjson", outcomes);
    write("by-feel.json", rules::model(rules::Whose::Author, 0));
    let (events, outcomes) = sessions::lines(include_str!("../examples/online-shoppers/sessions.csv"));
    write("shop-events.ndjson", events);
    write("shop-outcomes.ndjson", outcomes);
    write("shop.json", include_str!("../examples/online-shoppers/model.json").to_owned());
    folder
}

/// Runs the commands of the CI workflow with an unchanged model. They must write the files for the last steps.
fn the_workflow_runs(folder: &Path) {
    for name in ["old.json", "model.json"] {
        fs::copy(folder.join("by-feel.json"), folder.join(name)).unwrap();
    }
    let workflow = include_str!("../examples/ci/model.yml");
    let commands: Vec<String> = workflow
        .split("npx leadscore ")
        .skip(1)
        .map(|rest| {
            // A folded YAML string ends at the next comment or step.
            let lines =
                rest.lines().take_while(|line| !line.trim_start().starts_with(['#', '-']) || line.contains("--"));
            lines.map(str::trim).collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(commands.len(), 3, "{commands:?}");
    for command in commands {
        run_in(folder, &format!("leadscore {command} > said"));
    }
    for file in ["backtest.html", "backtest.md", "diff.html", "diff.md"] {
        assert!(fs::metadata(folder.join(file)).unwrap().len() > 500, "{file}");
    }
}

/// `PROVE_UPDATE=1` writes the commands' output into the page.
#[test]
fn the_guide_shows_the_real_output() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/docs/pages/prove.md");
    let page = fs::read_to_string(&path).unwrap();
    let folder = data_to_prove_with();
    let commands = quoted(&page);
    assert!(commands.len() >= 8, "{commands:?}");
    let mut updated = page.clone();
    let mut all: HashMap<&str, String> = HashMap::new();
    for (command, output) in &commands {
        // Commands that show parts of the same output run only once.
        let (program, filter) = command.split_once(" | ").unwrap_or((command, "cat"));
        if !all.contains_key(program) {
            all.insert(program, run_in(&folder, program));
        }
        fs::write(folder.join("said"), &all[program]).unwrap();
        let said = run_in(&folder, &format!("cat said | {filter}"));
        updated = updated.replacen(&format!("$ {command}\n{output}"), &format!("$ {command}\n{said}"), 1);
    }
    the_workflow_runs(&folder);
    fs::remove_dir_all(&folder).unwrap();
    if std::env::var_os("PROVE_UPDATE").is_some() {
        fs::write(&path, &updated).unwrap();
    } else {
        assert_eq!(page, updated);
    }
}

#[test]
fn the_guide_defines_every_figure_as_the_reports_do() {
    // Without the page's line breaks.
    let page: Vec<&str> = include_str!("../www/docs/pages/prove.md").split_whitespace().collect();
    let page = page.join(" ");
    for line in include_str!("../src/outcomes/html/figures.txt").lines() {
        let (term, what) = line.split_once(": ").unwrap();
        assert!(page.contains(&format!("- **{term}.** {what} ")), "{term}");
    }
}
