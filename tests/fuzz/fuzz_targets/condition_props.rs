#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| cases::condition_props::run(data));
