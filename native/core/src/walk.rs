//! Ways through a `Tree`.

use crate::tree::{Role, Tree};

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

    /// Indexes of the statements of the definition at `index`.
    pub(crate) fn body(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        self.children(index).filter(|child| self.nodes[*child].role == Role::Body)
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
}
