//! Compiles the model, so that an error in it fails the build and the page contains only a few hundred bytes.

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=model.json");
    let model = leadscore::authoring::compile(&std::fs::read_to_string("model.json")?)?;
    for warning in &model.warnings {
        println!("cargo::warning=model.json: {warning}");
    }
    std::fs::write(Path::new(&std::env::var("OUT_DIR")?).join("model.lsm"), model.bytes)?;
    Ok(())
}
