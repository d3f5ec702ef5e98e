//! What a path says about its file.

/// Whether pytest or unittest would look for tests in it, or it lies among tests: `test/`, `tests/`,
/// `testing/`, `test*.py`, `*_test.py`, `conftest.py`.
pub(crate) fn is_test_file(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", &path));
    folders.split('/').any(|folder| ["test", "tests", "testing"].contains(&folder))
        || name.starts_with("test")
        || name.ends_with("_test.py")
        || name.ends_with("-test.py")
        || name == "conftest.py"
}
