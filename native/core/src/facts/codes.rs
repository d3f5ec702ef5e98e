//! A file's tokens as one number each, so that files can be compared without their text.

use crate::lines::LineStarts;
use crate::tree::{Token, TokenKind};

/// Tokens without comments and layout; layout lives on in three bits of the token behind it.
///
/// From the top: 3 bits of layout, 2 bits of class, 27 bits of the text's hash.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    /// One number per token.
    pub(crate) codes: Vec<u32>,
    /// For each line, how many tokens start before it.
    before_line: Vec<u32>,
}

const LAYOUT: u32 = 29;
const CLASS: u32 = 27;
const FIXED: u32 = 0;
const NAME: u32 = 1;
const NUMBER: u32 = 2;
const STRING: u32 = 3;

impl Codes {
    /// 1-based line on which the token starts.
    pub(crate) fn line(&self, token: usize) -> u32 {
        u32::try_from(self.before_line.partition_point(|before| *before as usize <= token)).unwrap_or(u32::MAX)
    }
}

/// The code with identifiers, numbers and strings each made equal.
pub(crate) fn fold(code: u32) -> u32 {
    let class = (code >> CLASS) & 3;
    if class == FIXED { code } else { code & !((1 << CLASS) - 1) }
}

/// The codes, and the byte offset at which each token starts.
pub(super) fn of_tokens(source: &str, tokens: &[Token], lines: &LineStarts) -> (Codes, Vec<u32>) {
    let mut codes = Vec::with_capacity(tokens.len());
    let mut starts = Vec::with_capacity(tokens.len());
    let mut layout = 0;
    for token in tokens {
        let class = match token.kind {
            TokenKind::Comment | TokenKind::SoftNewline => continue,
            TokenKind::Newline | TokenKind::Semicolon => {
                layout = 1;
                continue;
            }
            TokenKind::Indent => {
                layout = 2;
                continue;
            }
            TokenKind::Dedent => {
                layout = (layout + 1).clamp(3, 7);
                continue;
            }
            TokenKind::Word => None,
            TokenKind::Number => Some(NUMBER),
            TokenKind::String | TokenKind::TemplateStart | TokenKind::TemplateText | TokenKind::TemplateEnd => {
                Some(STRING)
            }
            _ => Some(FIXED),
        };
        let text = &source[token.start as usize..token.end as usize];
        let class = class.unwrap_or_else(|| if is_keyword(text) { FIXED } else { NAME });
        codes.push(layout << LAYOUT | class << CLASS | text_hash(text));
        starts.push(token.start);
        layout = 0;
    }
    codes.shrink_to_fit();
    (Codes { codes, before_line: before_lines(&starts, lines) }, starts)
}

fn before_lines(starts: &[u32], lines: &LineStarts) -> Vec<u32> {
    let mut at = 0;
    let before = |start: u32| {
        while starts.get(at).is_some_and(|token| *token < start) {
            at += 1;
        }
        u32::try_from(at).unwrap_or(u32::MAX)
    };
    lines.starts().iter().copied().map(before).collect()
}

fn text_hash(text: &str) -> u32 {
    let mixed = super::name_hash(text).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 37) as u32
}

/// Whether a word can never be an identifier.
pub(super) fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "False"
            | "None"
            | "True"
            | "and"
            | "as"
            | "assert"
            | "async"
            | "await"
            | "break"
            | "class"
            | "continue"
            | "def"
            | "del"
            | "elif"
            | "else"
            | "except"
            | "finally"
            | "for"
            | "from"
            | "global"
            | "if"
            | "import"
            | "in"
            | "is"
            | "lambda"
            | "nonlocal"
            | "not"
            | "or"
            | "pass"
            | "raise"
            | "return"
            | "try"
            | "while"
            | "with"
            | "yield"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(source: &str) -> Vec<u32> {
        let Ok(tree) = crate::front::parse(source, 1_000) else { return Vec::new() };
        of_tokens(source, &tree.tokens, &LineStarts::of(source)).0.codes
    }

    #[test]
    fn layout_and_comments_are_no_tokens_but_blocks_are_told_apart() {
        assert_eq!(codes("f(a, b)  # why\n"), codes("f(a,\n  b)"));
        assert_eq!(codes("if a:\n  b\n  c"), codes("if a:\n    b\n\n    c\n"));
        assert_ne!(codes("if a:\n  b\n  c"), codes("if a:\n  b\nc"));
    }

    #[test]
    fn folding_keeps_keywords_and_operators_only() {
        let folded = |source| codes(source).into_iter().map(fold).collect::<Vec<_>>();
        assert_eq!(folded("x = f(1, 'a')"), folded("y = g(22, \"b\")"));
        assert_ne!(codes("x = 1"), codes("y = 1"));
        assert_ne!(folded("x = 1"), folded("x = None"));
        assert_ne!(folded("x + 1"), folded("x - 1"));
    }
}
