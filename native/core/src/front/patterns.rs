//! Patterns of `match`, and the type and value parameters of definitions, into flat nodes.

use ruff_python_ast::{self as ast, Parameters, Pattern, TypeParam};

use super::bindings::Binding;
use super::flatten::Flattener;
use crate::tree::{Kind, Role};

/// Whether it matches anything by itself: `_` or a bare name.
pub(super) fn is_bare(pattern: &Pattern) -> bool {
    matches!(pattern, Pattern::MatchAs(node) if node.pattern.is_none())
}

fn captured(pattern: &Pattern) -> Option<&str> {
    match pattern {
        Pattern::MatchAs(node) => node.name.as_deref(),
        Pattern::MatchStar(node) => node.name.as_deref(),
        Pattern::MatchMapping(node) => node.rest.as_deref(),
        _ => None,
    }
}

impl Flattener<'_> {
    pub(super) fn pattern(&mut self, pattern: &Pattern) {
        if let Some(name) = captured(pattern) {
            self.bindings.add(name, Binding::Assigned);
        }
        self.node(Kind::Other, Role::Aside, pattern, |flat| match pattern {
            Pattern::MatchValue(node) => flat.expression(&node.value, Role::Aside),
            Pattern::MatchSequence(node) => flat.patterns(&node.patterns),
            Pattern::MatchMapping(node) => {
                flat.expressions(&node.keys, Role::Aside);
                flat.patterns(&node.patterns);
            }
            Pattern::MatchClass(node) => {
                flat.expression(&node.cls, Role::Aside);
                flat.patterns(&node.arguments.patterns);
                for keyword in &node.arguments.keywords {
                    flat.pattern(&keyword.pattern);
                }
            }
            Pattern::MatchAs(node) => {
                if let Some(inner) = node.pattern.as_deref() {
                    flat.pattern(inner);
                }
            }
            Pattern::MatchOr(node) => flat.patterns(&node.patterns),
            Pattern::MatchSingleton(_) | Pattern::MatchStar(_) => {}
        });
    }

    fn patterns(&mut self, patterns: &[Pattern]) {
        for pattern in patterns {
            self.pattern(pattern);
        }
    }

    pub(super) fn type_parameters(&mut self, parameters: Option<&ast::TypeParams>) {
        for parameter in parameters.into_iter().flat_map(|list| &list.type_params) {
            let (bound, default) = match parameter {
                TypeParam::TypeVar(node) => (node.bound.as_deref(), node.default.as_deref()),
                TypeParam::TypeVarTuple(node) => (None, node.default.as_deref()),
                TypeParam::ParamSpec(node) => (None, node.default.as_deref()),
            };
            self.maybe(bound, Role::Head);
            self.maybe(default, Role::Head);
        }
    }

    /// Hints and defaults; names carry no metric.
    pub(super) fn parameters(&mut self, parameters: &Parameters, role: Role) {
        for parameter in parameters.iter_non_variadic_params() {
            self.maybe(parameter.annotation(), role);
            self.maybe(parameter.default(), role);
        }
        for parameter in [&parameters.vararg, &parameters.kwarg].into_iter().flatten() {
            self.maybe(parameter.annotation(), role);
        }
    }
}
