//! Prints the public API of a crate, one item a line, from the JSON that rustdoc writes: `leadscore-api FILE`.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("give the path of a crate's rustdoc JSON")?;
    let api = public_api::Builder::from_rustdoc_json(path)
        // Items that every type has are not specific to this crate.
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .build()?;
    print!("{api}");
    Ok(())
}
