//! What differs between two texts, by lines. Nothing else names the diff crate.

use std::io::Write;
use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput};

/// Neighbouring lines of one text that stand in for neighbouring lines of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// 0-based lines taken out; empty where lines are only put in.
    pub before: Range<u32>,
    /// 0-based lines put in; empty where lines are only taken out.
    pub after: Range<u32>,
}

/// The edits that turn `before` into `after`, in order, with unchanged lines between them.
///
/// Only a line feed ends a line, as for git. Histogram diff, then slid to where indentation says that
/// a reader would put the edit.
#[must_use]
pub fn edits(before: &[u8], after: &[u8]) -> Vec<Edit> {
    edits_of(&InternedInput::new(before, after))
}

fn edits_of(input: &InternedInput<&[u8]>) -> Vec<Edit> {
    let mut diff = Diff::compute(Algorithm::Histogram, input);
    diff.postprocess_lines(input);
    diff.hunks().map(|hunk| Edit { before: hunk.before, after: hunk.after }).collect()
}

/// The hunks of a unified diff with `context` unchanged lines around each edit, in git's dialect.
///
/// Empty where nothing differs; file names are up to the caller.
#[must_use]
pub fn unified(before: &[u8], after: &[u8], context: u32) -> Vec<u8> {
    let input = InternedInput::new(before, after);
    let edits = edits_of(&input);
    let mut text = Unified { input: &input, out: Vec::new() };
    for group in edits.chunk_by(|one, next| next.before.start - one.before.end <= context.saturating_mul(2)) {
        text.hunk(group, context);
    }
    text.out
}

struct Unified<'a> {
    input: &'a InternedInput<&'a [u8]>,
    out: Vec<u8>,
}

impl Unified<'_> {
    /// Edits so close together that their context meets.
    fn hunk(&mut self, group: &[Edit], context: u32) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else {
            return;
        };
        let lead = context.min(first.before.start);
        let left = u32::try_from(self.input.before.len()).unwrap_or(u32::MAX) - last.before.end;
        let trail = context.min(left);
        self.header(
            &(first.before.start - lead..last.before.end + trail),
            &(first.after.start - lead..last.after.end + trail),
        );
        let mut at = first.before.start - lead;
        for edit in group {
            self.kept(at..edit.before.start);
            for line in edit.before.clone() {
                self.line(b'-', self.input.interner[self.input.before[line as usize]]);
            }
            for line in edit.after.clone() {
                self.line(b'+', self.input.interner[self.input.after[line as usize]]);
            }
            at = edit.before.end;
        }
        self.kept(at..last.before.end + trail);
    }

    fn header(&mut self, before: &Range<u32>, after: &Range<u32>) {
        // Writing to a vector cannot fail.
        let _ = writeln!(self.out, "@@ -{} +{} @@", shown(before), shown(after));
    }

    fn kept(&mut self, lines: Range<u32>) {
        for line in lines {
            self.line(b' ', self.input.interner[self.input.before[line as usize]]);
        }
    }

    fn line(&mut self, sign: u8, text: &[u8]) {
        self.out.push(sign);
        self.out.extend_from_slice(text);
        if !text.ends_with(b"\n") {
            self.out.extend_from_slice(b"\n\\ No newline at end of file\n");
        }
    }
}

/// `start,count`; the count is left out where it is 1, an empty range starts at the line before it.
fn shown(lines: &Range<u32>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => format!("{}", lines.start + 1),
        count => format!("{},{count}", lines.start + 1),
    }
}
