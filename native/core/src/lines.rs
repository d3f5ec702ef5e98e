//! Byte offsets into lines and columns, with line ends as Python's tokenizer sees them.

/// Bytes of a short line, to size the table by.
const USUAL_LINE: usize = 30;

/// Start offsets of all lines: `\n`, `\r\n` and a lone `\r` end one.
pub(crate) struct LineStarts(Vec<u32>);

impl LineStarts {
    pub(crate) fn of(source: &str) -> Self {
        let bytes = source.as_bytes();
        let mut starts = Vec::with_capacity(bytes.len() / USUAL_LINE + 1);
        starts.push(0);
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes)
            .filter(|at| bytes[*at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'));
        starts.extend(ends.map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX)));
        Self(starts)
    }

    /// Byte offset of the start of each line.
    pub(crate) fn starts(&self) -> &[u32] {
        &self.0
    }

    /// 1-based line of a byte offset.
    pub(crate) fn line(&self, offset: u32) -> u32 {
        u32::try_from(self.0.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX)
    }

    /// 1-based column of a byte offset, in characters.
    pub(crate) fn column(&self, source: &str, offset: u32) -> u32 {
        let start = self.0[self.line(offset) as usize - 1] as usize;
        let before = source.get(start..offset as usize).unwrap_or_default();
        u32::try_from(before.chars().count() + 1).unwrap_or(u32::MAX)
    }
}
