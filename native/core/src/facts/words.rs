//! Identifiers and prose into the terms that a search compares.

/// Longer terms are no words.
const MAX_TERM: usize = 40;

/// Calls `term` with the number of every sub-word of `text`: `parseHTTPHeader` and `parse_http_headers`
/// both give parse, http, header. Words of one letter and the `s` of a plural are left out.
pub(crate) fn each_term(text: &str, mut term: impl FnMut(u32)) {
    let bytes = text.as_bytes();
    let mut start = 0;
    for at in 0..=bytes.len() {
        if at == bytes.len() || !is_word(bytes[at]) {
            push(&bytes[start..at], &mut term);
            start = at + 1;
        } else if at > start && starts_word(bytes, at) {
            push(&bytes[start..at], &mut term);
            start = at;
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

/// A capital behind a small letter, or the last capital of a run: `aB`, `HTTPHeader`.
fn starts_word(bytes: &[u8], at: usize) -> bool {
    let next_is_small = bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase);
    bytes[at].is_ascii_uppercase() && (!bytes[at - 1].is_ascii_uppercase() || next_is_small)
}

fn push(word: &[u8], term: &mut impl FnMut(u32)) {
    let is_plural = word.len() > 3 && word.ends_with(b"s") && !word.ends_with(b"ss");
    let word = if is_plural { &word[..word.len() - 1] } else { word };
    if (2..=MAX_TERM).contains(&word.len()) {
        // FNV-1a
        let hash = |hash: u32, byte: &u8| (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193);
        term(word.iter().fold(0x811C_9DC5, hash));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<u32> {
        let mut found = Vec::new();
        each_term(text, |term| found.push(term));
        found
    }

    #[test]
    fn all_spellings_of_a_name_give_the_same_terms() {
        let expected = terms("parse http header");
        assert_eq!(expected.len(), 3);
        for spelling in
            ["parseHTTPHeader", "parse_http_headers", "PARSE_HTTP_HEADER", "ParseHttpHeader", "__parse.http-header"]
        {
            assert_eq!(terms(spelling), expected, "{spelling}");
        }
    }

    #[test]
    fn single_letters_and_nothing_are_no_terms() {
        assert_eq!(terms(" x _ y1 class "), terms("y1 class"));
        assert_eq!(terms("").len(), 0);
    }
}
