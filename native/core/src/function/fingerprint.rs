//! One number for what a function says, whatever its place and layout.

use crate::digest::digest;
use crate::results::Digest;
use crate::tree::{FunctionHead, Token, TokenKind, Tree};

/// blake3, its first 128 bits, over the tokens between two byte offsets, decorators included.
///
/// Comments, blank lines, line breaks inside brackets, quote style, prefix and digit case, the
/// indentation inside the docstring and trailing commas that carry no meaning are left out.
pub(crate) fn of_function(source: &str, tree: &Tree, head: &FunctionHead, range: (u32, u32)) -> Digest {
    let from = tree.tokens.partition_point(|token| token.start < range.0);
    // Blocks before the function end where it starts; how many is no word of its own.
    let closing = tree.tokens[from..].iter().take_while(|token| token.kind == TokenKind::Dedent).count();
    let first = from + closing;
    let behind = tree.tokens.partition_point(|token| token.start < range.1);
    let mut text = Normal {
        bytes: Vec::with_capacity((range.1 - range.0) as usize),
        brackets: Vec::new(),
        docstring: head.docstring,
    };
    for at in first..behind.max(first) {
        text.push(source, &tree.tokens, at);
    }
    digest(&text.bytes)
}

struct Normal {
    bytes: Vec<u8>,
    brackets: Vec<Bracket>,
    docstring: Option<(u32, u32)>,
}

struct Bracket {
    /// A comma before its closing never makes a tuple: calls, definitions, lists, sets, dicts.
    comma_is_layout: bool,
    commas: u32,
}

impl Normal {
    fn push(&mut self, source: &str, tokens: &[Token], at: usize) {
        let token = tokens[at];
        let bytes = &source.as_bytes()[token.start as usize..token.end as usize];
        match token.kind {
            TokenKind::Comment | TokenKind::SoftNewline => {}
            TokenKind::Newline | TokenKind::Semicolon => self.word(b"\n"),
            TokenKind::Indent => self.word(b"\t"),
            TokenKind::Dedent => self.word(b"\x08"),
            TokenKind::Number => self.lower(bytes),
            TokenKind::String => self.string(token, &source[token.start as usize..token.end as usize]),
            TokenKind::TemplateStart => {
                let prefix = bytes.iter().take_while(|byte| !matches!(byte, b'"' | b'\'')).count();
                self.lower(&bytes[..prefix]);
            }
            TokenKind::TemplateEnd => self.word(b"\x02"),
            TokenKind::Open => {
                self.open(at.checked_sub(1).map(|before| (tokens[before], source)), bytes);
                self.word(bytes);
            }
            TokenKind::Close => {
                self.brackets.pop();
                self.word(bytes);
            }
            TokenKind::Comma => self.comma(&tokens[at + 1..]),
            _ => self.word(bytes),
        }
    }

    fn word(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.bytes.push(0);
    }

    fn lower(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes.iter().map(u8::to_ascii_lowercase));
        self.bytes.push(0);
    }

    fn open(&mut self, before: Option<(Token, &str)>, bracket: &[u8]) {
        let is_called = before.is_some_and(|(token, source)| match token.kind {
            TokenKind::Close => true,
            TokenKind::Word => !is_keyword(&source[token.start as usize..token.end as usize]),
            _ => false,
        });
        let comma_is_layout = if bracket == b"(" { is_called } else { !is_called };
        self.brackets.push(Bracket { comma_is_layout, commas: 0 });
    }

    fn comma(&mut self, behind: &[Token]) {
        let next = behind.iter().find(|token| !matches!(token.kind, TokenKind::SoftNewline | TokenKind::Comment));
        let is_last = next.is_some_and(|token| token.kind == TokenKind::Close);
        let Some(bracket) = self.brackets.last_mut() else {
            return self.word(b",");
        };
        if is_last && (bracket.comma_is_layout || bracket.commas > 0) {
            return;
        }
        bracket.commas += 1;
        self.word(b",");
    }

    fn string(&mut self, token: Token, text: &str) {
        let quote_at = text.find(['"', '\'']).unwrap_or(text.len());
        let (prefix, quoted) = text.split_at(quote_at);
        let width = if quoted.starts_with("\"\"\"") || quoted.starts_with("'''") { 3 } else { 1 };
        let content = quoted.get(width..quoted.len().saturating_sub(width)).unwrap_or(quoted);
        self.bytes.extend(prefix.bytes().map(|byte| byte.to_ascii_lowercase()));
        self.bytes.push(b'"');
        let is_docstring = self.docstring.is_some_and(|(start, end)| start <= token.start && token.end <= end);
        if is_docstring {
            for line in content.lines() {
                self.bytes.extend_from_slice(line.trim().as_bytes());
                self.bytes.push(b'\n');
            }
        } else if prefix.contains(['r', 'R']) || memchr::memchr(b'\\', content.as_bytes()).is_none() {
            self.bytes.extend_from_slice(content.as_bytes());
        } else {
            self.bytes.extend_from_slice(content.replace("\\'", "'").replace("\\\"", "\"").as_bytes());
        }
        self.bytes.push(0);
    }
}

/// Keywords behind which a bracket is an expression of its own, not a call or a subscript.
fn is_keyword(word: &str) -> bool {
    const KEYWORDS: [&str; 25] = [
        "and", "as", "assert", "async", "await", "case", "del", "elif", "else", "except", "for", "from", "if",
        "import", "in", "is", "lambda", "match", "not", "or", "raise", "return", "while", "with", "yield",
    ];
    KEYWORDS.contains(&word)
}
