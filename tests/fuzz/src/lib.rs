//! The bodies of the fuzz targets. `tests/fuzz_cases.rs` runs them with every seed and finding.

pub mod common;
pub mod compiled_model;
pub mod condition_props;
pub mod event;
pub mod model_json;
pub mod ordinary_line;
pub mod path_oracle;
pub mod pattern_path;
pub mod signal;
pub mod state;
pub mod visit;

/// The function of a target, which is called with the bytes.
pub type Run = fn(&[u8]);

/// Every target by its name, which is also that of its folders in `seeds` and `findings`.
pub const TARGETS: [(&str, Run); 9] = [
    ("model_json", model_json::run),
    ("compiled_model", compiled_model::run),
    ("pattern_path", pattern_path::run),
    ("condition_props", condition_props::run),
    ("event", event::run),
    ("ordinary_line", ordinary_line::run),
    ("state", state::run),
    ("signal", signal::run),
    ("visit", visit::run),
];
