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
    let mut reader = Groups { tokens, at: 0, group: Vec::new() };
    let mut first = 0;
    while first < lines.len() {
        let behind = reader.group_from(&lines, first);
        judge(&mut raw, &lines[first..behind], &reader.group);
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
    let (mut start, mut at) = (0, 0);
    while let Some(found) = bytes[at..].iter().position(|byte| MAY_END_A_LINE[*byte as usize]) {
        at += found;
        let width = line_end_width(&bytes[at..]);
        if width > 0 {
            lines.push(line(&source[start..at], at + width));
            start = at + width;
        }
        at += width.max(1);
    }
    if start < source.len() {
        lines.push(line(&source[start..], source.len()));
    }
    lines
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
    /// Tokens of the group at hand, an f-string taken for one string.
    group: Vec<Token>,
}

impl Groups<'_> {
    /// Takes the group that starts at line `first`; yields the index behind its last line.
    fn group_from(&mut self, lines: &[Line], first: usize) -> usize {
        self.group.clear();
        let mut brackets: i64 = 0;
        let mut last = first;
        let mut joins = false;
        loop {
            let covered = self.take_line(lines[last].next_start, &mut brackets);
            let is_last = last + 1 >= lines.len();
            joins = joins_next(&lines[last], &self.group, joins);
            let joined = brackets > 0 || covered > lines[last].next_start || joins;
            if is_last || !joined || self.at >= self.tokens.len() && covered <= lines[last].next_start {
                return last + 1;
            }
            last += 1;
        }
    }

    /// Takes the tokens that start before `line_end`; yields how far the group reaches by now.
    fn take_line(&mut self, line_end: u32, brackets: &mut i64) -> u32 {
        while let Some(token) = self.next_before(line_end) {
            match token.kind {
                TokenKind::Open => *brackets += 1,
                TokenKind::Close => *brackets -= 1,
                _ => {}
            }
            if !is_layout(token.kind) {
                self.group.push(token);
            }
        }
        self.group.last().map_or(0, |token| token.end)
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

fn is_layout(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Newline | TokenKind::SoftNewline | TokenKind::Indent | TokenKind::Dedent)
}

/// Whether a backslash, not one of a comment, joins the line to the next one.
///
/// To radon a blank line behind a backslash does not end the statement either.
fn joins_next(line: &Line, group: &[Token], joined_before: bool) -> bool {
    if line.is_blank {
        return joined_before;
    }
    line.ends_with_backslash && group.last().is_none_or(|token| token.kind != TokenKind::Comment)
}

fn judge(raw: &mut RawMetrics, lines: &[Line], group: &[Token]) {
    let full = count(lines.iter().filter(|line| !line.is_blank));
    let empty = count(lines.iter()) - full;
    raw.comments += count(group.iter().filter(|token| token.kind == TokenKind::Comment));
    raw.lloc += group.split_inclusive(|token| token.kind == TokenKind::Semicolon).map(logical_lines).sum::<u32>();
    match group {
        [only] if only.kind == TokenKind::Comment => raw.single_comments += 1,
        [only] if only.kind == TokenKind::String && lines.len() == 1 => raw.single_comments += 1,
        [only] if only.kind == TokenKind::String => {
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

/// 0 for nothing but comments, 2 where something follows the last colon, else 1.
///
/// radon looks for the colon one place early in a part that a semicolon ends; so do we.
fn logical_lines(part: &[Token]) -> u32 {
    let code = part.iter().filter(|token| token.kind != TokenKind::Comment);
    let behind_colon = code.clone().rev().position(|token| token.kind == TokenKind::Colon);
    match behind_colon {
        Some(behind) => 2 - u32::from(behind == expected_behind(part)),
        None => u32::from(code.clone().any(|token| token.kind != TokenKind::Semicolon)),
    }
}

/// radon subtracts 2 for the end marker, which only the last part has: there nothing may follow
/// the colon, while elsewhere exactly one token does (here the semicolon stands for one more).
fn expected_behind(part: &[Token]) -> usize {
    match part.last() {
        Some(last) if last.kind == TokenKind::Semicolon => 2,
        _ => 0,
    }
}
