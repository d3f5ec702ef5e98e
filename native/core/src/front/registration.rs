//! What a definition's decorators and first parameter say about who may use it.

use ruff_python_ast::{Decorator, Expr, StmtFunctionDef};

use crate::facts::DefinitionKind;

/// Decorators that hand nothing to anybody: what they decorate is used by its name or not at all.
const PRIVATE: [&str; 21] = [
    "abstractmethod",
    "asynccontextmanager",
    "cache",
    "cached_property",
    "classmethod",
    "contextmanager",
    "coroutine",
    "dataclass",
    "deprecated",
    "final",
    "lru_cache",
    "no_type_check",
    "override",
    "partial",
    "property",
    "runtime_checkable",
    "staticmethod",
    "total_ordering",
    "unique",
    "wraps",
    "abstractproperty",
];

pub(super) fn kind(node: &StmtFunctionDef) -> DefinitionKind {
    let is = |name| node.decorator_list.iter().any(|decorator| is_plain(&decorator.expression, name));
    let mut parameters = node.parameters.args.iter();
    if is("property") {
        DefinitionKind::Property
    } else if is("staticmethod") || is("classmethod") || parameters.next().is_some_and(|first| first.name() == "self") {
        DefinitionKind::Method
    } else {
        DefinitionKind::Function
    }
}

/// Whether a decorator may keep what it decorates: a route, a command, a fixture, a handler.
pub(super) fn is_registered(decorators: &[Decorator]) -> bool {
    decorators.iter().any(|decorator| !last_name(&decorator.expression).is_some_and(|name| PRIVATE.contains(&name)))
}

fn is_plain(decorator: &Expr, name: &str) -> bool {
    matches!(decorator, Expr::Name(node) if node.id.as_str() == name)
}

fn last_name(decorator: &Expr) -> Option<&str> {
    match decorator {
        Expr::Name(node) => Some(&node.id),
        Expr::Attribute(node) => Some(&node.attr),
        Expr::Call(node) => last_name(&node.func),
        _ => None,
    }
}
