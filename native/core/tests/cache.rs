//! A cache changes what a scan costs, never what it says.

use std::fs;
use std::path::PathBuf;

use pyagent_metrics::{Inputs, Options, Scan, Table, scan};

/// A folder of the test's own, removed with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("pyagent-cache-{}-{name}", std::process::id()));
        let _ = fs::create_dir_all(&path); // a test that cannot write to it says so
        Self(path)
    }

    fn scanned(&self, sources: &[&str]) -> Scan {
        let sources = Inputs::Sources(sources.iter().map(|source| source.as_bytes().to_vec()).collect());
        let options = Options { threads: 1, cache: Some(self.0.join("cache")), ..Options::default() };
        scan(sources, &options, &mut || true).unwrap_or_default()
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(self.0.join("cache")).unwrap_or_default()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const SOURCES: [&str; 4] =
    ["def f(a, b=1): return a or b\n", "x = (\n", "def f(a, b=1): return a or b\n", "class C: 'd'\n"];

#[test]
fn a_second_scan_says_the_same_and_writes_nothing() {
    let folder = Folder::new("same");
    let first = folder.scanned(&SOURCES);
    let written = folder.bytes();
    assert!(!written.is_empty());
    assert_eq!(folder.scanned(&SOURCES), first);
    assert_eq!(folder.bytes(), written);
}

#[test]
fn what_was_not_asked_for_stays() {
    let folder = Folder::new("stays");
    folder.scanned(&SOURCES);
    folder.scanned(&["y = 2\n"]);
    let written = folder.bytes();
    folder.scanned(&SOURCES);
    assert_eq!(folder.bytes(), written);
}

#[test]
fn a_damaged_cache_is_an_empty_one() {
    let folder = Folder::new("damaged");
    let right = folder.scanned(&SOURCES);
    let written = folder.bytes();
    for at in 0..written.len() {
        let mut damaged = written.clone();
        damaged[at] ^= 0x55;
        fs::write(folder.0.join("cache"), &damaged[..damaged.len() - at % 3]).expect("written");
        assert_eq!(folder.scanned(&SOURCES), right, "byte {at}");
    }
    assert_eq!(folder.bytes().len(), written.len());
}

#[test]
fn a_cache_that_cannot_be_written_costs_nothing_but_time() {
    let folder = Folder::new("folder");
    fs::create_dir_all(folder.0.join("cache")).expect("a folder in its place");
    assert_eq!(folder.scanned(&SOURCES).files.rows(), SOURCES.len());
    assert_eq!(fs::read_dir(&folder.0).expect("a folder").count(), 1);
}
