//! Every seed and every finding of the fuzz targets (`make fuzz`), run as ordinary tests.
//!
//! This test also creates the binary seeds. After a format change, write them again with `WRITE_SEEDS=1 cargo test
//! --features cli,edge --test fuzz_cases`.

#![cfg(all(feature = "cli", feature = "edge"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "a test that fails may panic; what it shares with the fuzz targets is theirs to describe"
)]

#[path = "fuzz/src/lib.rs"]
mod cases;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use cases::TARGETS;
use cases::common::{model, rich, visit, with_checksum};
use leadscore::authoring::compile;

/// The maximum time for an input of this size, on the slowest machine.
const LONGEST: Duration = Duration::from_secs(2);

fn folder(kind: &str, target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz").join(kind).join(target)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn seeds_and_findings_pass() {
    for (target, run) in TARGETS {
        let seeds = files(&folder("seeds", target));
        assert!(!seeds.is_empty(), "{target} has no seeds");
        for file in seeds.into_iter().chain(files(&folder("findings", target))) {
            println!("{}", file.display());
            let start = Instant::now();
            run(&fs::read(&file).unwrap());
            assert!(start.elapsed() < LONGEST, "{} took {:?}", file.display(), start.elapsed());
        }
    }
}

/// The expected seeds of binary formats: file name and bytes, by target.
fn binary_seeds() -> Vec<(&'static str, String, Vec<u8>)> {
    let mut seeds = Vec::new();
    let mut compiled = vec![("rich".to_owned(), cases::common::RICH.to_owned())];
    for file in files(&folder("seeds", "model_json")) {
        compiled.push((file.file_stem().unwrap().to_string_lossy().into_owned(), fs::read_to_string(file).unwrap()));
    }
    for (name, json) in compiled {
        if let Ok(compiled) = compile(&json) {
            seeds.push(("compiled_model", format!("{name}.lsm"), compiled.bytes));
        }
    }
    let (lead, signals) = visit(rich());
    let state = lead.state().encode(rich());
    // The first byte splits the rest in three: nothing and all; two incomplete halves; eighths.
    for (name, cut, parts) in [("one", 0o00u8, 1), ("two", 0o04, 2), ("many", 0o11, 8)] {
        seeds.push(("state", format!("{name}.bin"), [vec![cut], state.repeat(parts)].concat()));
    }
    // An odd first byte means two states: both, only the sealed one, only the page's; both as sealed; of two visitors.
    for (name, cut) in [("both", 0o177_u8), ("own", 0o377), ("page", 0o7), ("told", 0o171), ("reset", 0o173)] {
        seeds.push(("visit", format!("{name}.bin"), [vec![cut], state.repeat(2)].concat()));
    }
    for (at, signal) in signals.iter().enumerate() {
        seeds.push(("signal", format!("true-{at}.json"), signal.json.clone().into_bytes()));
    }
    seeds
}

#[test]
fn binary_seeds_are_of_the_current_forms() {
    for (target, name, bytes) in binary_seeds() {
        let file = folder("seeds", target).join(name);
        if std::env::var_os("WRITE_SEEDS").is_some() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, &bytes).unwrap();
        }
        let kept = fs::read(&file).unwrap_or_default();
        assert!(kept == bytes, "{}: run again with WRITE_SEEDS=1", file.display());
    }
}

/// Without a correct checksum the targets would never pass the first check.
#[test]
fn the_checksum_of_the_targets_is_that_of_the_library() {
    let compiled = compile(cases::common::RICH).unwrap().bytes;
    assert_eq!(with_checksum(&compiled), compiled);
    let state = visit(&model(cases::common::RICH)).0.state().encode(rich());
    assert_eq!(with_checksum(&state), state);
}
