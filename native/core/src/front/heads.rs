//! What the header of a function says.

use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_python_ast::{Expr, ParameterWithDefault, Parameters, Stmt, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::flatten::index_of;
use crate::tree::{FunctionHead, Hints, Symbol};

pub(super) fn function(node: &StmtFunctionDef, symbol: Symbol, def_start: u32) -> FunctionHead {
    let parameters = &*node.parameters;
    let mut positional = parameters.posonlyargs.iter().chain(&parameters.args);
    let first = positional.next();
    FunctionHead {
        name: node.name.id.to_string(),
        symbol,
        def_start,
        is_async: node.is_async,
        arguments: arguments(parameters),
        first_hinted: first.map(|parameter| parameter.annotation().is_some()),
        other_hints: other_hints(node, positional),
        locals: 0, // known at the end of its body
        is_static: node.decorator_list.iter().any(|decorator| is_staticmethod(&decorator.expression)),
        docstring: docstring(&node.body),
    }
}

fn other_hints<'a>(node: &'a StmtFunctionDef, behind_first: impl Iterator<Item = &'a ParameterWithDefault>) -> Hints {
    let single = behind_first.chain(&node.parameters.kwonlyargs).map(|parameter| parameter.annotation().is_some());
    let variadic = variadic(&node.parameters).map(|parameter| parameter.annotation.is_some());
    let mut hints = Hints::default();
    for hinted in single.chain(variadic).chain([node.returns.is_some()]) {
        hints.hintable += 1;
        hints.hinted += u32::from(hinted);
    }
    hints
}

fn variadic(parameters: &Parameters) -> impl Iterator<Item = &ruff_python_ast::Parameter> {
    [parameters.vararg.as_deref(), parameters.kwarg.as_deref()].into_iter().flatten()
}

fn arguments(parameters: &Parameters) -> u32 {
    index_of(parameters.iter_non_variadic_params().count() + variadic(parameters).count())
}

/// The node starts at its first decorator, Python's `lineno` is that of the keyword; none for
/// decorators in front of anything else, which the parser takes for a function without a name.
pub(super) fn def_start(node: &StmtFunctionDef, tokens: &Tokens) -> Option<u32> {
    let Some(last) = node.decorator_list.last() else {
        return Some(node.start().to_u32());
    };
    let behind = tokens.partition_point(|token| token.start() < last.end());
    let mut inside = tokens[behind..].iter().take_while(|token| token.start() < node.end());
    let keyword = inside.find(|token| matches!(token.kind(), TokenKind::Def | TokenKind::Async));
    keyword.map(|token| token.start().to_u32())
}

fn is_staticmethod(decorator: &Expr) -> bool {
    matches!(decorator, Expr::Name(name) if name.id.as_str() == "staticmethod")
}

pub(super) fn docstring(body: &[Stmt]) -> Option<(u32, u32)> {
    match body.first() {
        Some(Stmt::Expr(statement)) if statement.value.is_string_literal_expr() => {
            Some((statement.value.start().to_u32(), statement.value.end().to_u32()))
        }
        _ => None,
    }
}
