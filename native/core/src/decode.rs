//! Bytes of a source file into text, by the rules of PEP 263.

use std::borrow::Cow;

use encoding_rs::Encoding;
use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};

/// Why bytes are no source text.
#[derive(Debug, PartialEq, Eq)]
pub struct Undecodable {
    /// Byte offset of the first bad byte, where there is one.
    pub offset: Option<usize>,
    /// One sentence.
    pub message: String,
}

/// The text of a source file, without its byte order mark.
///
/// UTF-16 is read where a byte order mark announces it, though Python itself would refuse.
///
/// # Errors
///
/// `Undecodable` for unknown encodings, bytes that do not fit theirs, and NUL characters.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Undecodable> {
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => strictly(encoding, &bytes[mark..], mark)?,
        None => match cookie(bytes) {
            Some(name) => by_name(&name, bytes)?,
            None => strictly(UTF_8, bytes, 0)?,
        },
    };
    match text.find('\0') {
        None => Ok(text),
        Some(at) => Err(Undecodable { offset: Some(at), message: "the source contains a NUL character".to_string() }),
    }
}

fn by_name<'a>(name: &str, bytes: &'a [u8]) -> Result<Cow<'a, str>, Undecodable> {
    let label = name.to_ascii_lowercase().replace('_', "-");
    if matches!(label.as_str(), "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "l1") {
        // The web's table takes this label for windows-1252, Python does not.
        return Ok(Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect()));
    }
    if label == "utf-8" || label.starts_with("utf-8-") {
        return strictly(UTF_8, bytes, 0);
    }
    match Encoding::for_label(python_label(&label).as_bytes()) {
        Some(encoding) if encoding != UTF_16LE && encoding != UTF_16BE => strictly(encoding, bytes, 0),
        _ => {
            Err(Undecodable { offset: None, message: format!("the encoding {name:?} of its first lines is not known") })
        }
    }
}

/// Python's spelling of a code page in the web's.
fn python_label(label: &str) -> String {
    match label {
        "ascii" | "us-ascii" => "utf-8".to_string(),
        "mac-roman" => "macintosh".to_string(),
        _ => match label.strip_prefix("cp125") {
            Some(page) => format!("windows-125{page}"),
            None => label.replace("iso8859-", "iso-8859-"),
        },
    }
}

fn strictly<'a>(encoding: &'static Encoding, bytes: &'a [u8], skipped: usize) -> Result<Cow<'a, str>, Undecodable> {
    if encoding == UTF_8 {
        return std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| Undecodable {
            offset: Some(skipped + error.valid_up_to()),
            message: "the source is not valid UTF-8, and its first lines name no encoding that fits".to_string(),
        });
    }
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .ok_or_else(|| Undecodable { offset: None, message: format!("the source is not valid {}", encoding.name()) })
}

/// The encoding that a comment in one of the first two lines names.
fn cookie(bytes: &[u8]) -> Option<String> {
    let line_end = if bytes.contains(&b'\n') { b'\n' } else { b'\r' };
    let mut lines = bytes.split(|byte| *byte == line_end).map(<[u8]>::trim_ascii_start);
    let first = lines.next()?;
    if !first.is_empty() && !first.starts_with(b"#") {
        return None;
    }
    cookie_of_line(first).or_else(|| cookie_of_line(lines.next()?))
}

/// `coding[=:]\s*([-\w.]+)` in a comment, the expression of PEP 263.
fn cookie_of_line(line: &[u8]) -> Option<String> {
    let comment = line.strip_prefix(b"#")?;
    let text = String::from_utf8_lossy(comment);
    text.match_indices("coding").find_map(|(at, word)| {
        let behind = text[at + word.len()..].strip_prefix([':', '='])?;
        let name = behind.trim_start_matches([' ', '\t']);
        let length = name.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')));
        let name = &name[..length.unwrap_or(name.len())];
        (!name.is_empty()).then(|| name.to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::{cookie, decode};

    #[test]
    fn only_the_first_two_lines_name_an_encoding() {
        assert_eq!(cookie(b"# -*- coding: latin-1 -*-\n").as_deref(), Some("latin-1"));
        assert_eq!(cookie(b"\r\n# vim: fileencoding=cp1252\r\n").as_deref(), Some("cp1252"));
        assert_eq!(cookie(b"#!/bin/python\r# coding:utf8\r").as_deref(), Some("utf8"));
        assert_eq!(cookie(b"\n\n# coding: latin-1\n"), None);
        assert_eq!(cookie(b"x = 1\n# coding: latin-1\n"), None);
        assert_eq!(cookie(b"x = '# coding: latin-1'\n"), None);
    }

    #[test]
    fn latin_1_is_not_windows_1252() {
        assert_eq!(decode(b"# coding: latin-1\n'\x80'").expect("text"), "# coding: latin-1\n'\u{80}'");
        assert_eq!(decode(b"# coding: cp1252\n'\x80'").expect("text"), "# coding: cp1252\n'\u{20ac}'");
    }
}
