//! What went wrong, and with what.

use std::ffi::OsStr;
use std::fmt;
use std::io;

/// An error of the system's, and the thing it happened to.
#[derive(Debug)]
pub struct Failure {
    what: String,
    thing: String,
}

impl Failure {
    /// `what` happened to `thing`.
    pub fn new(what: &str, thing: &str) -> Self {
        Self { what: what.to_owned(), thing: thing.to_owned() }
    }

    /// The system's own words for `error`, which happened to `thing`.
    pub fn of(error: &io::Error, thing: impl AsRef<OsStr>) -> Self {
        Self::new(&words(error), &thing.as_ref().to_string_lossy())
    }
}

/// An error in words, without the number Rust adds to them.
pub fn words(error: &io::Error) -> String {
    let said = error.to_string();
    said.split(" (os error").next().unwrap_or_default().to_owned()
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.what, self.thing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_said_in_words_with_its_thing() {
        let error = io::Error::from(rustix::io::Errno::NOSPC);
        assert_eq!(Failure::of(&error, "a/b").to_string(), "No space left on device: a/b");
    }
}
