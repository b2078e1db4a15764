//! The command line, end to end: the built program, its output and its exit codes.

#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test that fails may panic"
)]

mod help;
mod import;
mod lines;
mod mistakes;
mod models;
mod outcomes;
mod output;
mod states;
mod streams;
mod threads;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use serde_json::{Value, json};

/// 2026-01-01T00:00:00Z, in milliseconds.
const START: u64 = 1_767_225_600_000;
const DAY: u64 = 86_400_000;

/// A model whose scores can be calculated by hand.
const MODEL: &str = r#"{
  "name": "shop", "version": 2,
  "dimensions": { "engagement": { "max": 25 } },
  "rules": [
    { "id": "view", "event": "page_view", "points": 10, "limit": 4, "decay": { "linear": "10d" } },
    { "id": "demo", "event": "form_submit", "where": { "form_id": "demo" }, "points": 50 , "dimension": "engagement" },
    { "id": "big", "trait": { "employees": { "$gte": 200 } }, "points": 7.5 }
  ],
  "stages": [{ "id": "mql", "at": 20, "near": 15 }]
}"#;

/// A temporary folder, which is deleted when the value is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("cli-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn with(files: &[(&str, &[u8])]) -> Self {
        let folder = Self::new();
        for (name, bytes) in files {
            fs::write(folder.0.join(name), bytes).unwrap();
        }
        folder
    }

    /// A folder with the model as `model.json`.
    fn with_model() -> Self {
        Self::with(&[("model.json", MODEL.as_bytes())])
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_leadscore"));
        command.args(args).current_dir(&self.0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the program in the folder with these bytes as its standard input.
    fn run(&self, args: &[&str], stdin: impl AsRef<[u8]>) -> Output {
        let mut child = self.command(args).spawn().unwrap();
        let (mut pipe, bytes) = (child.stdin.take().unwrap(), stdin.as_ref().to_vec());
        // A program that does not read its input closes it.
        let writer = thread::spawn(move || pipe.write_all(&bytes).is_ok());
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
        let (out, err) = (text(output.stdout), text(output.stderr));
        assert!(!err.contains("panicked"), "{args:?}: {err}");
        Output { code: output.status.code(), out, err }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A failure has no effect, because the folder is inside the build's folder.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[derive(Debug)]
struct Output {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Output {
    /// Returns standard output of a successful run without messages on standard error.
    #[track_caller]
    fn quiet(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{}", self.out);
        self.out
    }

    #[track_caller]
    fn json_lines(self) -> Vec<Value> {
        self.quiet().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Returns standard error of a run that ended with this code and printed nothing to standard output.
    #[track_caller]
    fn failed(self, code: i32) -> String {
        assert_eq!((self.code, self.out.as_str()), (Some(code), ""), "{}", self.err);
        assert!(!self.err.is_empty());
        self.err
    }
}

/// Returns an event line: a page view, this many days after the start.
fn view(visitor: &str, day: u64) -> String {
    json!({ "visitor": visitor, "type": "page_view", "at": START + day * DAY, "url": "/" }).to_string()
}

fn lines(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}
