#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| anteroom_conformance::fuzz::world(bytes));
