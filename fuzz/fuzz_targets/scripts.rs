#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| anteroom_testing::fuzz::scripts(bytes));
