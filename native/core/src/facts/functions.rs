//! What the project pass needs of each function.

use super::codes::is_keyword;
use super::words::each_term;
use crate::tree::{Kind, TokenKind, Tree};

/// One function's tokens and terms.
#[derive(Debug, Default)]
pub(crate) struct FunctionFacts {
    /// Range of its tokens in the file's codes.
    pub(crate) tokens: (u32, u32),
    /// Terms of its identifiers and docstring with how often each occurs, by term.
    pub(crate) terms: Box<[(u32, u16)]>,
}

/// By function number; `starts` are the byte offsets of the file's codes.
pub(super) fn of_tree(source: &str, tree: &Tree, starts: &[u32]) -> Vec<FunctionFacts> {
    let mut terms = Vec::new();
    let facts = |node: &crate::tree::Node, number: u32| {
        let code = |offset| u32::try_from(starts.partition_point(|start| *start < offset)).unwrap_or(u32::MAX);
        terms.clear();
        collect(source, tree, (node.start, node.end), tree.functions[number as usize].docstring, &mut terms);
        FunctionFacts { tokens: (code(node.start), code(node.end)), terms: counted(&mut terms) }
    };
    let mut facts = facts;
    tree.nodes
        .iter()
        .filter_map(|node| if let Kind::Function(number) = node.kind { Some(facts(node, number)) } else { None })
        .collect()
}

fn collect(source: &str, tree: &Tree, range: (u32, u32), docstring: Option<(u32, u32)>, terms: &mut Vec<u32>) {
    let first = tree.tokens.partition_point(|token| token.start < range.0);
    for token in tree.tokens[first..].iter().take_while(|token| token.start < range.1) {
        let text = &source[token.start as usize..token.end as usize];
        let speaks = match token.kind {
            TokenKind::Word => !is_keyword(text),
            TokenKind::String => docstring.is_some_and(|(start, end)| start <= token.start && token.end <= end),
            _ => false,
        };
        if speaks {
            each_term(text, |term| terms.push(term));
        }
    }
}

fn counted(terms: &mut [u32]) -> Box<[(u32, u16)]> {
    terms.sort_unstable();
    terms
        .chunk_by(|one, other| one == other)
        .map(|run| (run[0], u16::try_from(run.len()).unwrap_or(u16::MAX)))
        .collect()
}
