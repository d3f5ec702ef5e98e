//! Ways through a `Tree` that keep to one definition.

use crate::tree::{Kind, Node, Role, Tree};

impl Tree {
    /// Index of the first node of the body of the definition at `index`.
    pub(crate) fn body_start(&self, index: usize) -> usize {
        let end = self.nodes[index].next as usize;
        let mut at = index + 1;
        while at < end && self.nodes[at].role == Role::Head {
            at = self.nodes[at].next as usize;
        }
        at
    }

    /// Nodes of the body of the definition at `index`, without the insides of nested definitions.
    pub(crate) fn own_body(&self, index: usize) -> OwnNodes<'_> {
        OwnNodes { tree: self, at: self.body_start(index), end: self.nodes[index].next as usize }
    }

    /// Header and body of the definition at `index`, without the insides of nested definitions.
    pub(crate) fn with_header(&self, index: usize) -> OwnNodes<'_> {
        OwnNodes { tree: self, at: index + 1, end: self.nodes[index].next as usize }
    }

    /// Nodes of the module outside of any definition, and the definitions themselves.
    pub(crate) fn own_module(&self) -> OwnNodes<'_> {
        OwnNodes { tree: self, at: 0, end: self.nodes.len() }
    }

    /// Indexes of the direct children of the node at `index`.
    pub(crate) fn children(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        let end = self.nodes[index].next as usize;
        let first = Some(index + 1).filter(|first| *first < end);
        std::iter::successors(first, move |at| Some(self.nodes[*at].next as usize).filter(|next| *next < end))
    }

    /// How many operands the operator node at `index` has.
    pub(crate) fn operands(&self, index: usize) -> u32 {
        u32::try_from(self.children(index).count()).unwrap_or(u32::MAX)
    }

    /// Indexes of all functions, in source order.
    pub(crate) fn function_nodes(&self) -> Vec<usize> {
        let is_function = |node: &Node| matches!(node.kind, Kind::Function(_));
        (0..self.nodes.len()).filter(|index| is_function(&self.nodes[*index])).collect()
    }
}

/// Iterator over the nodes that belong to one scope.
pub(crate) struct OwnNodes<'a> {
    tree: &'a Tree,
    at: usize,
    end: usize,
}

impl OwnNodes<'_> {
    /// Goes on behind the subtree of the node yielded last.
    pub(crate) fn skip_subtree(&mut self, index: usize) {
        self.at = self.tree.nodes[index].next as usize;
    }
}

impl Iterator for OwnNodes<'_> {
    type Item = (usize, Node);

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let (index, node) = (self.at, self.tree.nodes[self.at]);
        let is_definition = matches!(node.kind, Kind::Function(_) | Kind::Class(_));
        self.at = if is_definition { node.next as usize } else { index + 1 };
        Some((index, node))
    }
}
