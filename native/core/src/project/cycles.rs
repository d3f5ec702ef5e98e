//! Strongly connected components by Tarjan's algorithm (1972), without recursion.

const UNSEEN: u32 = u32::MAX;

/// Groups of at least two nodes that reach each other, each group in ascending order.
pub(super) fn components(edges: &[Vec<u32>]) -> Vec<Vec<u32>> {
    let mut walk = Walk {
        edges,
        index: vec![UNSEEN; edges.len()],
        low: vec![0; edges.len()],
        on_stack: vec![false; edges.len()],
        stack: Vec::new(),
        next: 0,
        found: Vec::new(),
    };
    for node in 0..edges.len() {
        if walk.index[node] == UNSEEN {
            walk.from(u32::try_from(node).unwrap_or(UNSEEN));
        }
    }
    walk.found
}

struct Walk<'a> {
    edges: &'a [Vec<u32>],
    index: Vec<u32>,
    low: Vec<u32>,
    on_stack: Vec<bool>,
    stack: Vec<u32>,
    next: u32,
    found: Vec<Vec<u32>>,
}

impl Walk<'_> {
    /// A depth-first walk; each entry of `path` is a node and how many of its edges were followed.
    fn from(&mut self, root: u32) {
        let mut path = vec![(root, 0)];
        self.enter(root);
        while let Some((node, followed)) = path.last_mut() {
            let node = *node;
            if let Some(next) = self.edges[node as usize].get(*followed).copied() {
                *followed += 1;
                if self.index[next as usize] == UNSEEN {
                    self.enter(next);
                    path.push((next, 0));
                } else if self.on_stack[next as usize] {
                    self.lower(node, self.index[next as usize]);
                }
                continue;
            }
            path.pop();
            if let Some((parent, _)) = path.last() {
                self.lower(*parent, self.low[node as usize]);
            }
            self.close(node);
        }
    }

    fn enter(&mut self, node: u32) {
        self.index[node as usize] = self.next;
        self.low[node as usize] = self.next;
        self.next += 1;
        self.stack.push(node);
        self.on_stack[node as usize] = true;
    }

    fn lower(&mut self, node: u32, low: u32) {
        let known = &mut self.low[node as usize];
        *known = low.min(*known);
    }

    /// A node that reaches nothing before itself ends a component: all above it on the stack.
    fn close(&mut self, node: u32) {
        if self.low[node as usize] != self.index[node as usize] {
            return;
        }
        let from = self.stack.iter().rposition(|member| *member == node).unwrap_or(0);
        let mut group = self.stack.split_off(from);
        for member in &group {
            self.on_stack[*member as usize] = false;
        }
        if group.len() > 1 {
            group.sort_unstable();
            self.found.push(group);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_found_and_chains_are_none() {
        let edges = vec![vec![1], vec![2], vec![0, 3], vec![4], vec![], vec![5], vec![7], vec![6]];
        let mut found = components(&edges);
        found.sort();
        assert_eq!(found, [vec![0, 1, 2], vec![6, 7]]);
    }

    #[test]
    fn a_ring_of_a_million_needs_no_stack() {
        let size = 1_000_000;
        let edges: Vec<Vec<u32>> = (0..size).map(|node| vec![(node + 1) % size]).collect();
        assert_eq!(components(&edges).len(), 1);
    }
}
