//! How deep a source may go: a scan of its bytes before the parser sees them.
//!
//! A parser follows nesting with its stack, so does the removal of its tree. `CPython` itself stops
//! at 100 levels of indentation and 200 brackets; the limits here lie well above.

/// Bytes; larger files are not read.
pub const MAX_BYTES: u64 = 10_000_000;
/// Levels of indentation.
pub const MAX_INDENTS: usize = 200;
/// Open brackets.
pub const MAX_BRACKETS: usize = 1_000;
/// Operators, dots, brackets and prefix keywords of one expression that may stand inside each other.
pub const MAX_CHAIN: usize = 5_000;

/// The sentence saying which limit the source breaks, if it breaks one.
#[must_use]
pub fn too_deep(source: &str) -> Option<String> {
    let mut scan = Scan { bytes: source.as_bytes(), at: 0, indents: vec![0], chains: vec![0], chain: 0 };
    scan.run().map(|(what, limit)| format!("more than {limit} {what}"))
}

type Broken = (&'static str, usize);

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    indents: Vec<usize>,
    /// What each open bracket adds to `chain`, the statement itself first.
    chains: Vec<usize>,
    chain: usize,
}

impl Scan<'_> {
    fn run(&mut self) -> Option<Broken> {
        let mut at_line_start = true;
        while self.at < self.bytes.len() {
            if at_line_start {
                at_line_start = false;
                if let Some(broken) = self.indentation() {
                    return Some(broken);
                }
                continue;
            }
            let byte = self.bytes[self.at];
            at_line_start = matches!(byte, b'\n' | b'\r') && self.chains.len() == 1;
            if let Some(broken) = self.step(byte) {
                return Some(broken);
            }
        }
        None
    }

    fn step(&mut self, byte: u8) -> Option<Broken> {
        match byte {
            b'#' => self.skip_comment(),
            b'\\' => self.at += 2,
            b'"' | b'\'' => self.skip_string(byte),
            b'(' | b'[' | b'{' => return self.open(),
            b')' | b']' | b'}' => self.close(),
            b',' | b';' => self.reset(),
            b'\n' | b'\r' if self.chains.len() == 1 => self.reset(),
            b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' => self.at += 1,
            b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | 0x80.. => return self.word(),
            _ => return self.link(),
        }
        None
    }

    fn indentation(&mut self) -> Option<Broken> {
        let start = self.at;
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\x0c')) {
            self.at += 1;
        }
        let width = self.at - start;
        if matches!(self.bytes.get(self.at), None | Some(b'\n' | b'\r' | b'#')) {
            return None;
        }
        while self.indents.last().is_some_and(|top| *top > width) {
            self.indents.pop();
        }
        if self.indents.last().is_none_or(|top| *top < width) {
            self.indents.push(width);
        }
        (self.indents.len() > MAX_INDENTS).then_some(("levels of indentation", MAX_INDENTS))
    }

    fn skip_comment(&mut self) {
        while !matches!(self.bytes.get(self.at), None | Some(b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// A backslash keeps the next character from ending a string, in raw strings too.
    fn skip_string(&mut self, quote: u8) {
        let is_long = self.bytes[self.at..].starts_with(&[quote; 3]);
        self.at += if is_long { 3 } else { 1 };
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'\\' => self.at += 1,
                b'\n' | b'\r' if !is_long => return,
                byte if *byte == quote && !is_long => break,
                byte if *byte == quote && self.bytes[self.at..].starts_with(&[quote; 3]) => {
                    self.at += 2;
                    break;
                }
                _ => {}
            }
            self.at += 1;
        }
        self.at += 1;
    }

    fn open(&mut self) -> Option<Broken> {
        let broken = self.link();
        self.chains.push(0);
        if self.chains.len() > MAX_BRACKETS {
            return Some(("open brackets", MAX_BRACKETS));
        }
        broken
    }

    fn close(&mut self) {
        if self.chains.len() > 1 {
            self.chain -= self.chains.pop().unwrap_or_default();
        }
        self.at += 1;
    }

    fn reset(&mut self) {
        if let Some(top) = self.chains.last_mut() {
            self.chain -= *top;
            *top = 0;
        }
        self.at += 1;
    }

    fn word(&mut self) -> Option<Broken> {
        let start = self.at;
        let in_word = |byte: &u8| matches!(byte, b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | 0x80..);
        while self.bytes.get(self.at).is_some_and(in_word) {
            self.at += 1;
        }
        match &self.bytes[start..self.at] {
            b"not" | b"if" | b"else" | b"lambda" | b"await" | b"yield" => {
                self.at -= 1;
                self.link()
            }
            _ => None,
        }
    }

    fn link(&mut self) -> Option<Broken> {
        if let Some(top) = self.chains.last_mut() {
            *top += 1;
        }
        self.chain += 1;
        self.at += 1;
        (self.chain > MAX_CHAIN).then_some(("parts chained in one expression", MAX_CHAIN))
    }
}
