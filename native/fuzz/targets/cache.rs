//! Reading any bytes as a cache.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| pyagent_metrics::fuzzing::cache(bytes));
