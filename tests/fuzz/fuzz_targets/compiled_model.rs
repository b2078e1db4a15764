#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| cases::compiled_model::run(data));
