//! Size and nesting of one function.

use crate::tree::{Kind, Tree};

/// Counts over a function's own body.
#[derive(Default)]
pub(crate) struct Shape {
    pub(crate) statements: u32,
    pub(crate) returns: u32,
    pub(crate) nesting: u32,
}

/// The shape of the function at `index`; a nested definition is one statement of it.
pub(crate) fn of_function(tree: &Tree, index: usize) -> Shape {
    let mut shape = Shape::default();
    let mut open_blocks: Vec<usize> = Vec::new();
    for (at, node) in tree.own_body(index) {
        while open_blocks.last().is_some_and(|end| *end <= at) {
            open_blocks.pop();
        }
        if node.kind.is_block() {
            open_blocks.push(node.next as usize);
            shape.nesting = shape.nesting.max(u32::try_from(open_blocks.len()).unwrap_or(u32::MAX));
        }
        shape.statements += u32::from(node.kind.is_statement());
        shape.returns += u32::from(node.kind == Kind::Return);
    }
    shape
}
