//! Four targets fed with mutated sources: measuring, decoding, the cache and the diff.
//!
//! Our own loop: the bytes are not guided by coverage, they come from real sources, cut, repeated,
//! spliced and sprinkled with what lexers trip over. `FUZZ_SECONDS` (default 1) is the time of each
//! target, `FUZZ_CORPUS` a folder of Python files, `FUZZ_SEED` repeats a run. What breaks a target
//! is left in a file that the failure names.

mod mutation;

use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use mutation::{Random, corpus};

use crate::cache::{Entries, from_bytes};
use crate::results::{Packed, Scan};
use crate::{decode, diff, measure};

/// Feeds `target` until its time is over; it answers what is wrong, if anything is.
fn run(name: &str, mut target: impl FnMut(&[u8], &mut Random) -> Option<&'static str>) {
    let seconds = std::env::var("FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let mut random = Random::new();
    let (seed, seeds, start) = (random.seed(), corpus(), Instant::now());
    let mut executions = 0_u64;
    while start.elapsed() < Duration::from_secs(seconds) {
        let bytes = random.mutated(&seeds);
        let place = left(name, &bytes);
        let answer = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| target(&bytes, &mut random)));
        if let Some(wrong) = answer.unwrap_or(Some("it panicked")) {
            panic!("{name}: {wrong}; FUZZ_SEED={seed}, input in {}", place().display());
        }
        executions += 1;
    }
    // Past the capture of the test runner: who asked for minutes wants to see the count.
    let _ = writeln!(std::io::stderr(), "fuzz {name}: {executions} executions in {seconds} s, FUZZ_SEED={seed}");
}

/// Leaves the bytes in a file.
fn left<'a>(name: &str, bytes: &'a [u8]) -> impl Fn() -> PathBuf + 'a {
    let place = std::env::temp_dir().join(format!("pyagent-fuzz-{name}-{}", std::process::id()));
    move || {
        let _ = std::fs::write(&place, bytes);
        place.clone()
    }
}

#[test]
fn measuring_never_fails_and_says_the_same_twice() {
    run("scan", |bytes, _| {
        let first = measure(bytes, "fuzz");
        let lines = u32::try_from(bytes.len()).unwrap_or(u32::MAX).saturating_add(1);
        let inside = first.functions.iter().all(|row| row.first_line <= row.line && row.end_line <= lines);
        match (first.is_internal(), inside) {
            (true, _) => Some("an internal problem"),
            (_, false) => Some("a function outside of the file"),
            _ => (first != measure(bytes, "fuzz")).then_some("two answers"),
        }
    });
}

#[test]
fn decoded_text_is_what_the_bytes_say() {
    run("decode", |bytes, random| {
        let bytes = [random.encoding(), bytes].concat();
        let text = decode::decode(&bytes).ok()?;
        let is_plain = bytes.is_ascii() && !bytes.windows(6).any(|six| six == b"coding");
        match (text.contains('\0'), is_plain && text.as_bytes() != bytes) {
            (true, _) => Some("a NUL came through"),
            (_, true) => Some("ASCII came out as something else"),
            _ => None,
        }
    });
}

#[test]
fn a_cache_is_read_whole_or_not_at_all() {
    run("cache", |bytes, random| {
        let mut scan = Scan::default();
        scan.add(&measure(&bytes[..bytes.len().min(2000)], "fuzz"));
        let entries = Entries { contents: vec![[7; 16]], used: vec![1], results: scan, ..Entries::default() };
        let packed = entries.pack();
        let Some(again) = Entries::unpack(&packed) else { return Some("what was packed is not read") };
        if again.pack() != packed {
            return Some("what was read is something else");
        }
        let damaged = random.damaged(&packed);
        let _ = (Entries::unpack(&damaged), Scan::unpack(&mut Packed(&damaged)));
        from_bytes(bytes).is_some().then_some("a source is taken for a cache")
    });
}

#[test]
fn edits_lead_from_one_text_to_the_other() {
    run("diff", |bytes, random| {
        let after = random.damaged(bytes);
        let (old, new): (Vec<_>, Vec<_>) = (lines(bytes), lines(&after));
        let (mut built, mut at) = (Vec::new(), 0);
        for edit in diff::edits(bytes, &after) {
            built.extend_from_slice(old.get(at..edit.before.start as usize)?);
            built.extend_from_slice(new.get(edit.after.start as usize..edit.after.end as usize)?);
            at = edit.before.end as usize;
        }
        built.extend_from_slice(&old[at..]);
        let hunks = diff::unified(bytes, &after, 3);
        match (built == new, hunks.is_empty() == (bytes == after)) {
            (false, _) => Some("the edits lead elsewhere"),
            (_, false) => Some("hunks without a difference, or none with one"),
            _ => None,
        }
    });
}

fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n').collect()
}
