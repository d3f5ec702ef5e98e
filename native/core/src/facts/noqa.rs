//! Comments that speak about names: `# noqa` and `# type:`.

use super::DefinitionKind;
use super::seen::{Seen, Sightings};
use crate::lines::LineStarts;
use crate::tree::{TokenKind, Tree};

/// Names inside type comments are used.
pub(super) fn use_type_comments(source: &str, tokens: &[crate::tree::Token], sightings: &mut Sightings<'_>) {
    for token in tokens.iter().filter(|token| token.kind == TokenKind::Comment) {
        let text = &source[token.start as usize..token.end as usize];
        let hint = text.trim_start_matches('#').trim_start().strip_prefix("type:");
        if let Some(hint) = hint.filter(|hint| !hint.trim_start().starts_with("ignore")) {
            sightings.use_words(hint);
        }
    }
}

/// Whether a `# noqa` on the first line of a definition tells to leave it alone.
pub(super) fn silences(source: &str, tree: &Tree, seen: &Seen<'_>, lines: &LineStarts) -> bool {
    let line = lines.line(seen.range.0);
    let first = tree.tokens.partition_point(|token| token.start < seen.range.0);
    tree.tokens[first..]
        .iter()
        .take_while(|token| lines.line(token.start) == line)
        .filter(|token| token.kind == TokenKind::Comment)
        .any(|token| silenced(&source[token.start as usize..token.end as usize], seen.kind))
}

/// A bare `# noqa`, or one that lists the code of this kind of finding (vulture's, or flake8's).
fn silenced(comment: &str, kind: DefinitionKind) -> bool {
    let comment = comment.to_ascii_lowercase();
    let Some((_, behind)) = comment.split_once("# noqa") else {
        return false;
    };
    let Some(list) = behind.strip_prefix(':') else {
        return true;
    };
    let mut listed = list.split([',', ' ']).map(str::trim).filter(|code| !code.is_empty());
    listed.any(|code| codes(kind).contains(&code))
}

fn codes(kind: DefinitionKind) -> &'static [&'static str] {
    match kind {
        DefinitionKind::Attribute => &["v101"],
        DefinitionKind::Class => &["v102"],
        DefinitionKind::Function => &["v103"],
        DefinitionKind::Import => &["v104", "f401"],
        DefinitionKind::Method => &["v105"],
        DefinitionKind::Property => &["v106"],
        DefinitionKind::Argument | DefinitionKind::Variable => &["v107", "f841"],
    }
}
