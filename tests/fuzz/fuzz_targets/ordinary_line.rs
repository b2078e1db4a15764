#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| cases::ordinary_line::run(data));
