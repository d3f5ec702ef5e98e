//! Line counts of a source that is not parsed, too large or nested too deep: read byte by byte,
//! in constant memory, by a lexer that knows only strings, comments, brackets and backslashes.
//!
//! Groups of lines are judged as in `raw`. What cannot be known here: `lloc` stays 0; quotes inside
//! the braces of an f-string are taken for its end; the rarer line ends (U+0085, U+2028, U+2029)
//! end no line. Any encoding that agrees with ASCII on ASCII's bytes will do.

use crate::records::RawMetrics;

/// Counts lines of bytes that arrive piece by piece.
#[derive(Default)]
pub(crate) struct LineCounter {
    raw: RawMetrics,
    mode: Mode,
    /// The byte before was a backslash that no backslash annulled.
    escaped: bool,
    /// The byte before was a carriage return, which a newline would only complete.
    returned: bool,
    /// Letters that are a string's prefix if a quote follows.
    prefix: u8,
    brackets: u32,
    line: Line,
    group: Group,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Code,
    Comment,
    /// After one or two quotes, which open a string, a long string, or are an empty one.
    Opening(u8, u8),
    Short(u8),
    /// In a long string, after so many quotes that may end it.
    Long(u8, u8),
}

/// What was seen of the line.
#[derive(Default)]
struct Line {
    is_full: bool,
    /// A backslash is the last thing seen.
    joins: bool,
}

/// What was seen of the lines that radon judges together.
#[derive(Default)]
struct Group {
    full: u32,
    empty: u32,
    strings: u32,
    comments: u32,
    has_code: bool,
    joins: bool,
}

impl LineCounter {
    /// Takes the next bytes.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let completes = std::mem::take(&mut self.returned) && *byte == b'\n';
            if !completes {
                self.step(*byte);
            }
        }
    }

    /// The counts, once all bytes were taken.
    pub(crate) fn finish(mut self) -> RawMetrics {
        if self.line.is_full || self.line.joins {
            self.end_line();
        }
        self.judge();
        let RawMetrics { sloc, blank, multi, single_comments, .. } = self.raw;
        self.raw.loc = sloc.saturating_add(blank).saturating_add(multi).saturating_add(single_comments);
        self.raw
    }

    fn step(&mut self, byte: u8) {
        if matches!(byte, b'\n' | b'\r' | 0x0B | 0x0C | 0x1C..=0x1E) {
            self.returned = byte == b'\r';
            return self.end_line();
        }
        let is_space = matches!(byte, b' ' | b'\t' | 0x1F);
        self.line.is_full |= !is_space;
        self.line.joins = byte == b'\\' && self.mode == Mode::Code || is_space && self.line.joins;
        let escaped = std::mem::take(&mut self.escaped);
        match self.mode {
            Mode::Code => self.code(byte),
            Mode::Opening(quote, count) => self.opening(byte, quote, count),
            Mode::Short(_) | Mode::Long(..) if byte == b'\\' && !escaped => self.escape(),
            Mode::Short(quote) if byte == quote && !escaped => self.mode = Mode::Code,
            Mode::Long(quote, 2) if byte == quote && !escaped => self.mode = Mode::Code,
            Mode::Long(quote, count) => {
                self.mode = Mode::Long(quote, if byte == quote && !escaped { count + 1 } else { 0 });
            }
            Mode::Comment | Mode::Short(_) => {}
        }
    }

    fn escape(&mut self) {
        self.escaped = true;
        if let Mode::Long(quote, _) = self.mode {
            self.mode = Mode::Long(quote, 0);
        }
    }

    fn code(&mut self, byte: u8) {
        match byte {
            b'"' | b'\'' => {
                self.group.strings += 1;
                self.prefix = 0;
                self.mode = Mode::Opening(byte, 1);
                return;
            }
            b'b' | b'B' | b'r' | b'R' | b'u' | b'U' | b'f' | b'F' | b't' | b'T' if self.prefix < 2 => {
                self.prefix += 1;
                return;
            }
            b'#' => {
                self.group.comments += 1;
                self.mode = Mode::Comment;
            }
            b'(' | b'[' | b'{' => self.brackets += 1,
            b')' | b']' | b'}' => self.brackets = self.brackets.saturating_sub(1),
            _ => {}
        }
        self.group.has_code |= self.prefix > 0 || !matches!(byte, b' ' | b'\t' | b'#' | b'\\' | 0x1F);
        self.prefix = 0;
    }

    fn opening(&mut self, byte: u8, quote: u8, count: u8) {
        self.mode = match (byte == quote, count) {
            (true, 1) => Mode::Opening(quote, 2),
            (true, _) => Mode::Long(quote, 0),
            (false, 1) => Mode::Short(quote),
            (false, _) => Mode::Code,
        };
        match self.mode {
            Mode::Code => self.code(byte),
            Mode::Short(_) if byte == b'\\' => self.escaped = true,
            _ => {}
        }
    }

    fn end_line(&mut self) {
        let Line { is_full, joins } = std::mem::take(&mut self.line);
        self.group.has_code |= std::mem::take(&mut self.prefix) > 0;
        self.group.full += u32::from(is_full);
        self.group.empty += u32::from(!is_full);
        self.group.joins = joins || (!is_full && self.group.joins);
        let escaped = std::mem::take(&mut self.escaped);
        self.mode = match self.mode {
            Mode::Long(quote, _) => Mode::Long(quote, 0),
            Mode::Short(quote) if escaped => Mode::Short(quote),
            _ => Mode::Code,
        };
        if self.brackets == 0 && self.mode == Mode::Code && !self.group.joins {
            self.judge();
        }
    }

    fn judge(&mut self) {
        let group = std::mem::take(&mut self.group);
        let lines = group.full + group.empty;
        self.raw.comments += group.comments;
        match (group.has_code, group.strings, group.comments) {
            (false, 0, 1) => self.raw.single_comments += lines,
            (false, 1, 0) if lines == 1 => self.raw.single_comments += 1,
            (false, 1, 0) => {
                self.raw.multi += group.full;
                self.raw.blank += group.empty;
            }
            _ => {
                self.raw.sloc += group.full;
                self.raw.blank += group.empty;
            }
        }
    }
}

/// Line counts of a whole source.
pub(crate) fn counts(source: &[u8]) -> RawMetrics {
    let mut counter = LineCounter::default();
    counter.feed(source);
    counter.finish()
}

#[cfg(test)]
mod tests {
    use super::{LineCounter, counts};
    use crate::records::RawMetrics;

    fn exact(source: &str) -> RawMetrics {
        RawMetrics { lloc: 0, ..crate::measure(source.as_bytes(), "<test>").raw }
    }

    #[test]
    fn counts_are_those_of_the_parsed_source() {
        for source in [
            "",
            "x",
            "\n",
            "'''a\n\nb'''\n# c\n'd'\n",
            "'''a\nb''' # c\n",
            "x = (1,\n\n  # c\n  2)\n\x0c\ny = 1 \\\n  + 2\n",
            "def f():\r\n    rb'''a\r\n    '''\r\n    return '' \"\"\r\n",
            "'a\\\nb'\n'\\'#'\n'''\\''''#'''\n",
            "bar = Rb'x'\nf'x'\nfr = 1\nr\n",
            "x = '''\n#\n''' + '#'  # '''\n",
            "x \\\n\n  # c\n'unterminated' \"\n",
        ] {
            assert_eq!(counts(source.as_bytes()), exact(source), "{source:?}");
        }
    }

    #[test]
    fn pieces_may_end_anywhere() {
        let source = b"'''a\r\n\\'''\\''''\r\n# c\r\nx = 'y' \\\r\n + 1\r\n";
        for at in 0..source.len() {
            let mut counter = LineCounter::default();
            counter.feed(&source[..at]);
            counter.feed(&source[at..]);
            assert_eq!(counter.finish(), counts(source), "{at}");
        }
    }
}
