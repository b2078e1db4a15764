//! Generates the glue code for a wasm file from cargo: `bindgen WASM FOLDER NAME` writes `NAME.js` and `NAME_bg.wasm`
//! into FOLDER, for the web, as pkg-config/glue.mjs expects them.

use std::{env, process};

use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [wasm, folder, name] = arguments.as_slice() else {
        eprintln!("usage: bindgen WASM FOLDER NAME");
        process::exit(2);
    };
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(wasm)
        .out_name(name)
        .typescript(false)
        .omit_default_module_path(true)
        .encode_into(EncodeInto::Always)
        .remove_name_section(true)
        .remove_producers_section(true);
    if let Err(error) = bindgen.web(true).and_then(|bindgen| bindgen.generate(folder)) {
        eprintln!("error: {error:?}");
        process::exit(1);
    }
}
