//! The parser's tokens in our few kinds.

use ruff_python_ast::token::{TokenKind as Theirs, Tokens};
use ruff_text_size::Ranged;

use crate::tree::{Token, TokenKind};

pub(super) fn flat(tokens: &Tokens) -> Vec<Token> {
    // Only the last may be no token of the source; a slice of known length is copied at once.
    let real =
        tokens.split_last().filter(|(last, _)| last.kind() == Theirs::EndOfFile).map_or(&**tokens, |(_, real)| real);
    let flat = real.iter().map(|token| Token {
        kind: kind(token.kind()),
        start: token.start().to_u32(),
        end: token.end().to_u32(),
    });
    flat.collect()
}

fn kind(theirs: Theirs) -> TokenKind {
    match theirs {
        Theirs::Comment => TokenKind::Comment,
        Theirs::Newline => TokenKind::Newline,
        Theirs::NonLogicalNewline => TokenKind::SoftNewline,
        Theirs::Indent => TokenKind::Indent,
        Theirs::Dedent => TokenKind::Dedent,
        Theirs::Int | Theirs::Float | Theirs::Complex => TokenKind::Number,
        Theirs::String => TokenKind::String,
        Theirs::FStringStart | Theirs::TStringStart => TokenKind::TemplateStart,
        Theirs::FStringMiddle | Theirs::TStringMiddle => TokenKind::TemplateText,
        Theirs::FStringEnd | Theirs::TStringEnd => TokenKind::TemplateEnd,
        Theirs::Lpar | Theirs::Lsqb | Theirs::Lbrace => TokenKind::Open,
        Theirs::Rpar | Theirs::Rsqb | Theirs::Rbrace => TokenKind::Close,
        Theirs::Comma => TokenKind::Comma,
        Theirs::Colon => TokenKind::Colon,
        Theirs::Semi => TokenKind::Semicolon,
        Theirs::Unknown | Theirs::Question | Theirs::IpyEscapeCommand => TokenKind::Unknown,
        Theirs::Name => TokenKind::Word,
        other if other.is_keyword() => TokenKind::Word,
        _ => TokenKind::Operator,
    }
}
