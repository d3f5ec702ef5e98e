//! Whatever a source is, measuring it returns, also with the larger frames of a debug build.

use pyagent_metrics::{MAX_BRACKETS, MAX_CHAIN, Status, measure};

fn status(source: &str) -> Status {
    measure(source.as_bytes(), "<test>").status
}

#[test]
fn what_the_limits_allow_fits_the_stack() {
    let nested = [
        format!("x = {}1", "-".repeat(MAX_CHAIN - 10)),
        format!("x = a{}", ".b".repeat(MAX_CHAIN - 10)),
        format!("x = f{}", "()".repeat(MAX_CHAIN / 2 - 10)),
        format!("x = 1{}", " if a else 1".repeat(MAX_CHAIN / 2 - 10)),
        format!("x = {}1", "lambda: ".repeat(MAX_CHAIN / 2 - 10)),
        format!("x = {}1", "1 ** ".repeat(MAX_CHAIN / 2 - 10)),
        format!("x = {}1{}", "(a or ".repeat(MAX_BRACKETS - 10), ")".repeat(MAX_BRACKETS - 10)),
        format!("x = {}{}", "[".repeat(MAX_BRACKETS - 10), "]".repeat(MAX_BRACKETS - 10)),
        format!("x = {}1{}", "{1: ".repeat(MAX_BRACKETS - 10), "}".repeat(MAX_BRACKETS - 10)),
        format!("match x:\n case {}{}: pass", "[".repeat(MAX_BRACKETS - 10), "]".repeat(MAX_BRACKETS - 10)),
        format!("x = {}1{}", "[y for y in ".repeat(MAX_BRACKETS - 10), "]".repeat(MAX_BRACKETS - 10)),
    ];
    for source in nested {
        assert_eq!(status(&source), Status::Ok, "{}", &source[..40]);
    }
}

#[test]
fn what_slips_past_the_scan_is_refused_by_the_walk() {
    assert_eq!(status(&"if a, b: ".repeat(50_000)), Status::Error);
    assert_eq!(status(&"async ".repeat(50_000)), Status::Error);
    assert_eq!(status(&format!("{}pass", "for a in b, c: ".repeat(50_000))), Status::Error);
}

#[test]
fn what_a_string_hides_from_the_scan_is_refused_and_dropped() {
    // A string of the same quotes in an f-string: what follows looks like text until Python 3.12.
    for hidden in [".b", "()", "[0]", " + 1", " if a else 1"] {
        assert_eq!(status(&format!("f\"{{\"\"{}", hidden.repeat(50_000))), Status::TooDeep, "{hidden}");
    }
    for hidden in ["-", "[", "f'{", "{1: ", "[y for y in "] {
        assert_eq!(status(&format!("f\"{{\"\" + {}", hidden.repeat(2_000))), Status::TooDeep, "{hidden}");
    }
}

#[test]
fn an_elif_chain_is_long_and_not_deep() {
    assert_eq!(status(&format!("if a:\n pass\n{}", "elif b:\n pass\n".repeat(5_000))), Status::Ok);
}

#[test]
fn bytes_without_meaning_are_errors() {
    for bytes in [&b"\xff\xfe\x00"[..], b"\x80", b"\0", b"\xef\xbb", b"$$$"] {
        assert_eq!(measure(bytes, "<test>").status, Status::Error, "{bytes:?}");
    }
}
