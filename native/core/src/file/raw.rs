//! Line counts as radon 6.0.1 defines them (`radon/raw.py`), in one pass over the tokens.
//!
//! radon cuts the file, line by line, into the shortest groups that tokenize by themselves and
//! judges each group. We find the same groups from the tokens of the whole file: a line belongs to
//! the group before it while a bracket or string is open or a backslash joins the lines.

use crate::records::RawMetrics;
use crate::tree::{Token, TokenKind};

/// Counts of `source`, whose tokens are `tokens`.
pub(crate) fn counts(source: &str, tokens: &[Token]) -> RawMetrics {
    let lines = split_lines(source);
    let mut raw = RawMetrics::default();
    let mut reader = Groups { tokens, at: 0 };
    let mut first = 0;
    while first < lines.len() {
        let (group, behind) = reader.group_from(&lines, first);
        judge(&mut raw, &lines[first..behind], &group);
        first = behind;
    }
    raw.loc = raw.sloc + raw.blank + raw.multi + raw.single_comments;
    raw
}

/// What the groups need of a line.
struct Line {
    is_blank: bool,
    /// Whether its last character that is no white space is a backslash.
    ends_with_backslash: bool,
    next_start: u32,
}

/// Lines as `str.splitlines` and `str.strip` of Python make them.
fn split_lines(source: &str) -> Vec<Line> {
    let bytes = source.as_bytes();
    let mut lines = Vec::with_capacity(bytes.len() / 30 + 1);
    let mut start = 0;
    let mut end_at = |at: usize| {
        let width = if at < start { 0 } else { line_end_width(&bytes[at..]) };
        if width > 0 {
            lines.push(line(&source[start..at], at + width));
            start = at + width;
        }
    };
    if has_rare_ends(bytes) {
        (0..bytes.len()).filter(|at| MAY_END_A_LINE[bytes[*at] as usize]).for_each(&mut end_at);
    } else {
        memchr::memchr2_iter(b'\n', b'\r', bytes).for_each(&mut end_at);
    }
    if start < source.len() {
        lines.push(line(&source[start..], source.len()));
    }
    lines
}

/// Whether a byte that may end a line is neither a line feed nor a carriage return; asks all bytes
/// of a block at once, which takes a fraction of asking them in turn.
fn has_rare_ends(bytes: &[u8]) -> bool {
    let is_rare = |byte: u8| matches!(byte, 0x0B | 0x0C | 0x1C..=0x1E | 0xC2 | 0xE2);
    bytes.chunks(1024).any(|block| block.iter().fold(false, |found, byte| found | is_rare(*byte)))
}

/// First bytes of line ends.
static MAY_END_A_LINE: [bool; 256] = {
    let mut table = [false; 256];
    let firsts = [b'\n', b'\r', 0x0B, 0x0C, 0x1C, 0x1D, 0x1E, 0xC2, 0xE2];
    let mut at = 0;
    while at < firsts.len() {
        table[firsts[at] as usize] = true;
        at += 1;
    }
    table
};

/// Bytes of the line end that `bytes` start with, 0 for none: the ASCII ones, U+0085, U+2028, U+2029.
fn line_end_width(bytes: &[u8]) -> usize {
    match bytes {
        [b'\r', b'\n', ..] | [0xC2, 0x85, ..] => 2,
        [b'\n' | b'\r' | 0x0B | 0x0C | 0x1C..=0x1E, ..] => 1,
        [0xE2, 0x80, 0xA8 | 0xA9, ..] => 3,
        _ => 0,
    }
}

fn line(text: &str, next_start: usize) -> Line {
    let is_space = |character: char| character.is_whitespace() || matches!(character, '\x1c'..='\x1f');
    let last = text.chars().rev().find(|character| !is_space(*character));
    Line { is_blank: last.is_none(), ends_with_backslash: last == Some('\\'), next_start: offset(next_start) }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

struct Groups<'a> {
    tokens: &'a [Token],
    at: usize,
}

/// What radon asks of a group's tokens, layout left out and an f-string taken for one string.
#[derive(Default)]
struct Group {
    tokens: u32,
    comments: u32,
    last: Option<Token>,
    /// Logical lines of the parts that a semicolon ended.
    logical_lines: u32,
    part: Part,
}

/// The tokens since the last semicolon that are no comments.
#[derive(Default)]
struct Part {
    has_code: bool,
    /// Tokens behind the last colon.
    behind_colon: Option<u32>,
}

impl Group {
    fn push(&mut self, token: Token) {
        self.tokens += 1;
        self.last = Some(token);
        match token.kind {
            TokenKind::Comment => {
                self.comments += 1;
                return;
            }
            TokenKind::Colon => self.part = Part { has_code: true, behind_colon: Some(0) },
            kind => {
                self.part.has_code |= kind != TokenKind::Semicolon;
                self.part.behind_colon = self.part.behind_colon.map(|behind| behind + 1);
            }
        }
        if token.kind == TokenKind::Semicolon {
            // radon subtracts 2 for the end marker, which only the last part has: there nothing may
            // follow the colon, elsewhere exactly one token does (here the semicolon is one more).
            self.logical_lines += std::mem::take(&mut self.part).logical_lines(2);
        }
    }

    fn end(&self) -> u32 {
        self.last.map_or(0, |token| token.end)
    }

    /// Its only token, where it has one.
    fn only(&self) -> Option<TokenKind> {
        self.last.filter(|_| self.tokens == 1).map(|token| token.kind)
    }
}

impl Part {
    /// 0 for nothing but comments, 2 where something follows the last colon, else 1.
    fn logical_lines(&self, nothing_behind: u32) -> u32 {
        match self.behind_colon {
            Some(behind) => 2 - u32::from(behind == nothing_behind),
            None => u32::from(self.has_code),
        }
    }
}

impl Groups<'_> {
    /// Takes the group that starts at line `first`; yields it and the index behind its last line.
    fn group_from(&mut self, lines: &[Line], first: usize) -> (Group, usize) {
        let mut group = Group::default();
        let mut brackets: i64 = 0;
        let mut last = first;
        let mut joins = false;
        loop {
            self.take_line(lines[last].next_start, &mut group, &mut brackets);
            let reaches_on = group.end() > lines[last].next_start;
            let is_last = last + 1 >= lines.len();
            joins = joins_next(&lines[last], &group, joins);
            let joined = brackets > 0 || reaches_on || joins;
            if is_last || !joined || self.at >= self.tokens.len() && !reaches_on {
                return (group, last + 1);
            }
            last += 1;
        }
    }

    /// Takes the tokens that start before `line_end`.
    fn take_line(&mut self, line_end: u32, group: &mut Group, brackets: &mut i64) {
        while let Some(token) = self.next_before(line_end) {
            match token.kind {
                TokenKind::Newline | TokenKind::SoftNewline | TokenKind::Indent | TokenKind::Dedent => continue,
                TokenKind::Open => *brackets += 1,
                TokenKind::Close => *brackets -= 1,
                _ => {}
            }
            group.push(token);
        }
    }

    fn next_before(&mut self, line_end: u32) -> Option<Token> {
        let token = *self.tokens.get(self.at).filter(|token| token.start < line_end)?;
        self.at += 1;
        if token.kind == TokenKind::TemplateStart {
            return Some(self.whole_template(token));
        }
        Some(token)
    }

    fn whole_template(&mut self, start: Token) -> Token {
        let mut depth = 1;
        let mut end = start.end;
        while let Some(token) = self.tokens.get(self.at).filter(|_| depth > 0) {
            match token.kind {
                TokenKind::TemplateStart => depth += 1,
                TokenKind::TemplateEnd => depth -= 1,
                _ => {}
            }
            end = token.end;
            self.at += 1;
        }
        Token { kind: TokenKind::String, start: start.start, end }
    }
}

/// Whether a backslash, not one of a comment, joins the line to the next one.
///
/// To radon a blank line behind a backslash does not end the statement either.
fn joins_next(line: &Line, group: &Group, joined_before: bool) -> bool {
    if line.is_blank {
        return joined_before;
    }
    line.ends_with_backslash && group.last.is_none_or(|token| token.kind != TokenKind::Comment)
}

fn judge(raw: &mut RawMetrics, lines: &[Line], group: &Group) {
    let full = count(lines.iter().filter(|line| !line.is_blank));
    let empty = count(lines.iter()) - full;
    raw.comments += group.comments;
    raw.lloc += group.logical_lines + group.part.logical_lines(0);
    match group.only() {
        Some(TokenKind::Comment) => raw.single_comments += 1,
        Some(TokenKind::String) if lines.len() == 1 => raw.single_comments += 1,
        Some(TokenKind::String) => {
            raw.multi += full;
            raw.blank += empty;
        }
        _ => {
            raw.sloc += full;
            raw.blank += empty;
        }
    }
}

fn count(items: impl Iterator) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}
