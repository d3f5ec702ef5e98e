//! Measuring any bytes.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| pyagent_metrics::fuzzing::scan(bytes));
