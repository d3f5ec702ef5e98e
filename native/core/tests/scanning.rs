//! One result per path, in the order given, on any number of threads.

use std::path::PathBuf;

use pyagent_metrics::{Inputs, Options, Scan, Table, scan};

fn inputs(paths: &[PathBuf]) -> Inputs {
    Inputs::Files { root: env!("CARGO_MANIFEST_DIR").into(), paths: paths.to_vec() }
}

fn scanned(paths: &[PathBuf], threads: usize) -> Scan {
    let options = Options { threads, ..Options::default() };
    scan(inputs(paths), &options, &mut || true).unwrap_or_default()
}

#[test]
fn paths_that_are_no_files_are_results_too() {
    let paths = ["src".into(), "missing.py".into(), "Cargo.toml".into()];
    let alone = scanned(&paths, 1);
    for threads in [0, 3] {
        assert_eq!(scanned(&paths, threads), alone);
    }
    assert_eq!(alone.files.status.iter().collect::<Vec<_>>(), ["unreadable", "unreadable", "error"]);
    assert_eq!(alone.problems.kind.iter().take(2).collect::<Vec<_>>(), ["unreadable"; 2]);
    assert_eq!(alone.problems_of(1), 1..2);
}

#[test]
fn a_caller_who_gives_up_gets_nothing() {
    let paths = vec!["Cargo.toml".into(); 100];
    let options = Options { threads: 1, ..Options::default() };
    assert!(scan(inputs(&paths), &options, &mut || false).is_none());
}

#[test]
fn scanning_nothing_yields_no_rows() {
    assert_eq!(scanned(&[], 0).files.rows(), 0);
}
