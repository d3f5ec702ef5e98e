//! The definitions that results are measured by, named and versioned.

/// Version of all definitions together: results of different versions must not be compared.
pub const PROFILE: &str = "core-2";

/// Name and version of each definition of complexity. A version is that of the tool whose answers
/// are given, the commit whose rule is followed, or our own count.
pub const PROFILES: [(&str, &str); 5] = [
    ("radon", "6.0.1"),
    ("ruff", "0.17.5"),
    ("core", "1"),
    ("cognitive-complexipy", "8.3.0"),
    ("cognitive-sonar", "bc719721"),
];
