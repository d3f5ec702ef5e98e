//! Qualified names, as Python's `__qualname__` spells them.

use crate::tree::{Kind, Tree};

/// Where a function stands.
pub(crate) struct Place {
    /// `Class.method`, `outer.<locals>.inner`.
    pub(crate) qualified: String,
    /// Whether a class is its direct scope.
    pub(crate) in_class: bool,
}

/// The place of each function, by function number.
pub(crate) fn places(tree: &Tree) -> Vec<Place> {
    let mut places = Vec::with_capacity(tree.functions.len());
    let mut scopes: Vec<Scope> = Vec::new();
    for (index, node) in tree.nodes.iter().enumerate() {
        while scopes.last().is_some_and(|scope| scope.end <= index) {
            scopes.pop();
        }
        let end = node.next as usize;
        match node.kind {
            Kind::Function(number) => {
                let qualified = qualified(&scopes, &tree.functions[number as usize].name);
                let prefix = format!("{qualified}.<locals>.");
                places.push(Place { qualified, in_class: scopes.last().is_some_and(|scope| scope.is_class) });
                scopes.push(Scope { end, prefix, is_class: false });
            }
            Kind::Class(number) => {
                let prefix = qualified(&scopes, &tree.classes[number as usize]) + ".";
                scopes.push(Scope { end, prefix, is_class: true });
            }
            _ => {}
        }
    }
    places
}

struct Scope {
    end: usize,
    prefix: String,
    is_class: bool,
}

fn qualified(scopes: &[Scope], name: &str) -> String {
    scopes.last().map_or_else(|| name.to_string(), |scope| format!("{}{name}", scope.prefix))
}
