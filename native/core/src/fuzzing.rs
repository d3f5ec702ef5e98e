//! What must hold for any bytes: one property for each of the doors that bytes come in by.
//!
//! `native/fuzz` lets libFuzzer look for bytes that break one of them (`make fuzz`); the tests here
//! try every beginning of a few hand-made sources. A panic is a failure wherever it happens: what
//! measuring catches in earnest ends the process of a fuzzer.

use crate::cache::{Cache, Entries, MAX_FUNCTIONS, from_bytes, to_bytes, with_sum};
use crate::results::Scan;
use crate::{decode as decoding, diff as differences, limits, measure};

/// Stack that a fuzzer's thread certainly has left; deeper sources take a thread of their own.
const STACK_BYTES: usize = 2 << 20;

/// Measuring ends without a defect of ours, says the same with and without the project's facts, and
/// reports functions that lie in the file.
///
/// # Panics
///
/// Where that does not hold.
pub fn scan(bytes: &[u8]) {
    let (metrics, ()) = measure::measure_on(STACK_BYTES, bytes, "fuzz.py", limits::MAX_BYTES, measure::plainly);
    let again = measure::measure_on(STACK_BYTES, bytes, "fuzz.py", limits::MAX_BYTES, measure::with_facts).0;
    assert!(!metrics.is_internal(), "{:?}", metrics.problems);
    assert_eq!(metrics, again, "facts change metrics");
    let lines = u32::try_from(bytes.len()).unwrap_or(u32::MAX).saturating_add(1);
    for row in &metrics.functions {
        assert!(row.first_line <= row.line && row.line <= row.end_line && row.end_line <= lines, "{row:?}");
    }
}

/// Text has no NUL, and UTF-8 that names no encoding is that text.
///
/// # Panics
///
/// Where that does not hold.
pub fn decode(bytes: &[u8]) {
    let Ok(text) = decoding::decode(bytes) else { return };
    assert!(!text.contains('\0'), "a NUL came through");
    let is_plain = !bytes.starts_with(b"\xef\xbb\xbf") && !bytes.windows(6).any(|six| six == b"coding");
    if let (true, Ok(same)) = (is_plain, std::str::from_utf8(bytes)) {
        assert_eq!(text, same, "UTF-8 came out as something else");
    }
}

/// A cache is read as it was written; a damaged one is read as another or not at all, and what is
/// read can be used and written.
///
/// The second part of the bytes is a source, the first says what to damage in its packed results:
/// a place in two bytes, and what to change there.
///
/// # Panics
///
/// Where that does not hold.
pub fn cache(bytes: &[u8]) {
    let (damage, source) = halves(bytes);
    let results = Scan::from(&measure(source, "fuzz.py"));
    let written = Entries { contents: vec![[7; 16]], used: vec![1], results, ..Entries::default() }.pack();
    assert_eq!(Entries::unpack(&written).map(|entries| entries.pack()).as_ref(), Some(&written), "not read as written");
    for packed in [bytes, &damaged(&written, damage)] {
        if let Some(entries) = Entries::unpack(packed) {
            let next = Cache::from(entries).after(&Scan::default(), &[], MAX_FUNCTIONS);
            assert!(from_bytes(&to_bytes(&next)).is_some(), "what is read cannot be written");
        }
        let _ = from_bytes(&with_sum(packed));
    }
}

fn damaged(packed: &[u8], damage: &[u8]) -> Vec<u8> {
    let mut packed = packed.to_vec();
    for &[high, low, change] in damage.as_chunks().0 {
        let place = usize::from(u16::from_be_bytes([high, low])) % packed.len().max(1);
        if let Some(byte) = packed.get_mut(place) {
            *byte ^= change;
        }
    }
    packed
}

/// The edits between the halves of the bytes lead from one to the other, none is empty, unchanged
/// lines lie between them, and hunks are there where edits are.
///
/// # Panics
///
/// Where that does not hold.
pub fn diff(bytes: &[u8]) {
    let (before, after) = halves(bytes);
    let (old, new): (Vec<_>, Vec<_>) = (lines(before), lines(after));
    let (mut built, mut at) = (Vec::new(), 0);
    for (number, edit) in differences::edits(before, after).into_iter().enumerate() {
        let (start, end) = (edit.before.start as usize, edit.before.end as usize);
        assert!(!edit.before.is_empty() || !edit.after.is_empty(), "an edit of nothing");
        assert!(number == 0 || at < start, "edits {number} and the one before it are one");
        built.extend_from_slice(&old[at..start]);
        built.extend_from_slice(&new[edit.after.start as usize..edit.after.end as usize]);
        at = end;
    }
    built.extend_from_slice(&old[at..]);
    assert!(built == new, "the edits lead elsewhere");
    for context in [0, 3, u32::MAX] {
        let is_empty = differences::unified(before, after, context).is_empty();
        assert_eq!(is_empty, before == after, "hunks without a difference, or none with one");
    }
}

/// Bytes behind the first, cut where the first says.
fn halves(bytes: &[u8]) -> (&[u8], &[u8]) {
    let Some((part, rest)) = bytes.split_first() else { return (bytes, bytes) };
    rest.split_at(rest.len() * usize::from(*part) / 256)
}

fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCES: [&[u8]; 9] = [
        b"def f(a, *b, c: int = 1, **d) -> None:\n    '''Doc.'''\n    return [x for x in a if x and b or c]\n",
        b"class C(B):\n    @property\n    async def g(self):\n        async with a as b:\n            yield f'{b!r:>{c}}'\n",
        b"match p:\n    case {'a': [1, *_], **rest} if rest: pass\n    case C(x=1) | None: pass\n    case _: pass\n",
        b"try:\n    import a.b as c, d\nexcept* (E, F) as e:\n    raise G from e\nelse:\n    x: int = (y := 1) + -z ** 2\n",
        b"# -*- coding: latin-1 -*-\ncaf\xe9 = '\xff' # noqa: E501\r\n\x0cx = 1\r",
        b"\xef\xbb\xbftype A[*Ts: int = bool] = tuple[*Ts]; print f\"{d[\"a\"]:>{n}}\\\n",
        b"\xff\xfed\0e\0f\0 \0f\0(\0)\0:\0 \0x\0\n\0",
        b"#\n# vim: fileencoding=koi8-r :\nlambda a, b: ((((([[[[{{{{'''\\\"\"\"\xc0\n",
        b"if a: if b: elif c: for x in y, z: async await del (a, [b]), global c, nonlocal d; $ ? \0 !",
    ];

    #[test]
    fn every_beginning_of_a_source_keeps_the_properties() {
        for source in SOURCES {
            for end in 0..=source.len() {
                let start = &source[..end];
                let two = [&[128], start, source].concat();
                scan(start);
                decode(start);
                cache(&two);
                diff(&two);
            }
        }
    }
}
