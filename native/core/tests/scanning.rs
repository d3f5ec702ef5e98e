//! One result per path, in the order given, on any number of threads.

use std::path::Path;

use pyagent_metrics::{Status, scan};

#[test]
fn paths_that_are_no_files_are_results_too() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let paths = ["src".to_string(), "missing.py".to_string(), "Cargo.toml".to_string()];
    for threads in [0, 1, 3] {
        let results = scan(here, &paths, threads);
        let found: Vec<_> = results.iter().map(|file| file.path.clone()).collect();
        assert_eq!(found, paths);
        assert_eq!(results[0].status, Status::Unreadable);
        assert_eq!(results[1].problems[0].kind, "unreadable");
        assert_ne!(results[2].status, Status::Unreadable);
    }
}
