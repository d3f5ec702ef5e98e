//! A scan of a source's bytes, before the parser sees them: how deep does its syntax go?

use super::{MAX_BRACKETS, MAX_CHAIN, MAX_INDENTS};

/// The deepest nesting of the source, in parts that may stand inside each other.
///
/// # Errors
///
/// The limit that the source breaks, if it breaks one.
pub(super) fn depth(source: &str) -> Result<usize, Broken> {
    let mut scan = Scan {
        bytes: source.as_bytes(),
        at: 0,
        indents: vec![0],
        levels: vec![Level::default()],
        chain: 0,
        deepest: 0,
    };
    scan.run().map_or(Ok(scan.deepest), Err)
}

/// What there is too much of, and how much of it may be.
pub(super) type Broken = (&'static str, usize);

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    indents: Vec<usize>,
    /// The statement itself first, then one for each open bracket.
    levels: Vec<Level>,
    /// Sum of the levels' chains.
    chain: usize,
    /// The largest sum so far of levels of indentation and of the chain.
    deepest: usize,
}

#[derive(Default)]
struct Level {
    /// Parts that may stand inside each other since the last comma.
    chain: usize,
    /// `lambda`s whose parameters are not over: a comma there ends nothing.
    open_lambdas: usize,
}

impl Scan<'_> {
    fn run(&mut self) -> Option<Broken> {
        let mut at_line_start = true;
        while let Some(byte) = self.bytes.get(self.at).copied() {
            let broken = if at_line_start { self.indentation() } else { self.step(byte) };
            if broken.is_some() {
                return broken;
            }
            at_line_start = !at_line_start && self.levels.len() == 1 && matches!(byte, b'\n' | b'\r');
        }
        None
    }

    fn step(&mut self, byte: u8) -> Option<Broken> {
        match byte {
            b'#' => self.skip_comment(),
            b'\\' => self.at += if self.bytes[self.at..].starts_with(b"\\\r\n") { 3 } else { 2 },
            b'"' | b'\'' => return self.string(byte),
            b'(' | b'[' | b'{' => return self.open(),
            b')' | b']' | b'}' => self.close(),
            b',' => self.end_part(),
            b';' => self.end_statement(),
            b'\n' | b'\r' if self.levels.len() == 1 => self.end_statement(),
            b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' => self.at += 1,
            _ if is_word(byte) => return self.word(),
            _ => return self.link(byte),
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
        self.deepest = self.deepest.max(self.indents.len() + self.chain);
        (self.indents.len() > MAX_INDENTS).then_some(("levels of indentation", MAX_INDENTS))
    }

    fn skip_comment(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
    }

    /// A backslash keeps the next character from ending a string, in raw strings too.
    fn string(&mut self, quote: u8) -> Option<Broken> {
        let is_template = self.is_template();
        let is_long = self.bytes[self.at..].starts_with(&[quote; 3]);
        let end: &[u8] = if is_long { &[quote; 3] } else { &[quote] };
        self.at += end.len();
        let start = self.at;
        while let Some(byte) = self.skip_to(quote, is_long) {
            match byte {
                b'\\' => self.at += 1,
                b'\n' | b'\r' => break,
                _ if self.bytes[self.at..].starts_with(end) => break,
                _ => {}
            }
            self.at += 1;
        }
        let content = self.bytes.get(start..self.at).unwrap_or_default();
        self.at += if self.bytes.get(self.at) == Some(&quote) { end.len() } else { 0 };
        if is_template { self.template(content) } else { None }
    }

    /// The next byte that may end a string or keep its end from doing so.
    fn skip_to(&mut self, quote: u8, is_long: bool) -> Option<u8> {
        let rest = self.bytes.get(self.at..)?;
        let found = if is_long {
            memchr::memchr2(quote, b'\\', rest)
        } else {
            rest.iter().position(|byte| *byte == quote || matches!(byte, b'\\' | b'\n' | b'\r'))
        };
        self.at += found.unwrap_or(rest.len());
        self.bytes.get(self.at).copied()
    }

    /// Whether the letters before the quote make it an f-string or a t-string.
    fn is_template(&self) -> bool {
        let prefix = self.bytes[..self.at].iter().rev().take(2);
        prefix.take_while(|byte| is_word(**byte)).any(|byte| matches!(byte, b'f' | b'F' | b't' | b'T'))
    }

    fn open(&mut self) -> Option<Broken> {
        let broken = self.link(b'(');
        self.levels.push(Level::default());
        if self.levels.len() > MAX_BRACKETS {
            return Some(("open brackets", MAX_BRACKETS));
        }
        broken
    }

    fn close(&mut self) {
        if self.levels.len() > 1 {
            self.chain -= self.levels.pop().map_or(0, |level| level.chain);
        }
        self.at += 1;
    }

    fn end_part(&mut self) {
        match self.levels.last_mut() {
            Some(level) if level.open_lambdas == 0 => {
                self.chain -= level.chain;
                level.chain = 0;
            }
            _ => {}
        }
        self.at += 1;
    }

    fn end_statement(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            self.chain -= level.chain;
            *level = Level::default();
        }
        self.at += 1;
    }

    fn word(&mut self) -> Option<Broken> {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(|byte| is_word(*byte)) {
            self.at += 1;
        }
        match &self.bytes[start..self.at] {
            word @ (b"not" | b"if" | b"else" | b"lambda" | b"await" | b"yield") => {
                self.at -= 1;
                self.link(word[0])
            }
            _ => None,
        }
    }

    /// One more part that may stand inside the next; `first` is its first byte.
    fn link(&mut self, first: u8) -> Option<Broken> {
        if let Some(level) = self.levels.last_mut() {
            level.chain += 1;
            match first {
                b'l' => level.open_lambdas += 1,
                b':' => level.open_lambdas = level.open_lambdas.saturating_sub(1),
                _ => {}
            }
        }
        self.chain += 1;
        self.at += 1;
        self.deepest = self.deepest.max(self.indents.len() + self.chain);
        (self.chain > MAX_CHAIN).then_some(CHAINED)
    }

    fn template(&mut self, content: &[u8]) -> Option<Broken> {
        match template_depth(content) {
            Ok(depth) => {
                self.deepest = self.deepest.max(self.indents.len() + self.chain + depth);
                None
            }
            Err(broken) => Some(broken),
        }
    }
}

const CHAINED: Broken = ("parts chained in one expression", MAX_CHAIN);

fn is_word(byte: u8) -> bool {
    WORD[byte as usize]
}

/// A table, because most bytes of a source are asked.
static WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = u8::MAX;
    while byte > 0 {
        table[byte as usize] = byte >= 0x80 || byte == b'_' || byte.is_ascii_alphanumeric();
        byte -= 1;
    }
    table
};

/// The expressions inside an f-string, roughly: text outside of its braces counts for nothing.
fn template_depth(content: &[u8]) -> Result<usize, Broken> {
    let (mut brackets, mut chain, mut deepest) = (0_usize, 0_usize, 0_usize);
    for byte in content {
        match byte {
            b'(' | b'[' | b'{' => brackets += 1,
            b')' | b']' | b'}' => brackets = brackets.saturating_sub(1),
            b',' => chain = 0,
            _ if brackets == 0 => chain = 0,
            byte if byte.is_ascii_punctuation() => chain += 1,
            _ => {}
        }
        if brackets > MAX_BRACKETS {
            return Err(("open brackets", MAX_BRACKETS));
        }
        if chain > MAX_CHAIN {
            return Err(CHAINED);
        }
        deepest = deepest.max(brackets + chain);
    }
    Ok(deepest)
}

#[cfg(test)]
mod tests {
    use super::{MAX_BRACKETS, MAX_CHAIN, MAX_INDENTS, depth};

    fn is_too_deep(source: &str) -> bool {
        depth(source).is_err()
    }

    #[test]
    fn each_limit_allows_what_it_says_and_no_more() {
        let brackets = |count| "(".repeat(count);
        assert!(!is_too_deep(&brackets(MAX_BRACKETS - 1)) && is_too_deep(&brackets(MAX_BRACKETS)));
        let chain = |count| "-".repeat(count);
        assert!(!is_too_deep(&chain(MAX_CHAIN)) && is_too_deep(&chain(MAX_CHAIN + 1)));
        let indents = |count| (0..count).map(|width| " ".repeat(width) + "if a:\n").collect::<String>();
        assert!(!is_too_deep(&indents(MAX_INDENTS)) && is_too_deep(&indents(MAX_INDENTS + 1)));
    }

    #[test]
    fn long_is_not_deep() {
        for unit in
            ["1 + 1, ", "a = -b\n", "f(a)\n", "lambda a, b: 1, ", "x;", "'('\n", "# (\n", "\"\"\"\n((\n\"\"\"\n"]
        {
            assert!(!is_too_deep(&unit.repeat(20_000)), "{unit:?}");
        }
        assert!(!is_too_deep(&format!("x = [{}]", "a.b(c) + 1,\n".repeat(20_000))));
        assert!(!is_too_deep(&"if a:\n    pass\n".repeat(20_000)));
        assert!(!is_too_deep("x = f'{(a)}' + f'-----(((' "));
    }

    #[test]
    fn commas_of_lambda_parameters_end_no_nesting() {
        assert!(is_too_deep(&"lambda a, b: ".repeat(MAX_CHAIN)));
        assert!(is_too_deep(&format!("f'{{{}'", "(".repeat(MAX_BRACKETS))));
    }

    #[test]
    fn a_joined_line_has_no_indentation() {
        let joined = (0..2 * MAX_INDENTS).map(|width| " ".repeat(width) + "a \\\n").collect::<String>();
        assert!(!is_too_deep(&joined));
    }
}
