//! What the header of a function says.

use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_python_ast::{Expr, Parameters, Stmt, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::flatten::index_of;
use crate::tree::{FunctionHead, Symbol};

pub(super) fn function(node: &StmtFunctionDef, symbol: Symbol, tokens: &Tokens) -> FunctionHead {
    let parameters = &*node.parameters;
    let mut positional = parameters.posonlyargs.iter().chain(&parameters.args);
    let first = positional.next();
    FunctionHead {
        name: node.name.id.to_string(),
        symbol,
        def_start: def_start(node, tokens),
        is_async: node.is_async,
        arguments: arguments(parameters),
        first_annotated: first.map(|parameter| parameter.annotation().is_some()),
        others_annotated: node.returns.is_some()
            && positional.chain(&parameters.kwonlyargs).all(|parameter| parameter.annotation().is_some())
            && variadic(parameters).all(|parameter| parameter.annotation.is_some()),
        is_static: node.decorator_list.iter().any(|decorator| is_staticmethod(&decorator.expression)),
        docstring: docstring(&node.body),
    }
}

fn variadic(parameters: &Parameters) -> impl Iterator<Item = &ruff_python_ast::Parameter> {
    [parameters.vararg.as_deref(), parameters.kwarg.as_deref()].into_iter().flatten()
}

fn arguments(parameters: &Parameters) -> u32 {
    index_of(parameters.iter_non_variadic_params().count() + variadic(parameters).count())
}

/// The node starts at its first decorator, Python's `lineno` is that of the keyword.
fn def_start(node: &StmtFunctionDef, tokens: &Tokens) -> u32 {
    let Some(last) = node.decorator_list.last() else {
        return node.start().to_u32();
    };
    let behind = tokens.partition_point(|token| token.start() < last.end());
    tokens[behind..]
        .iter()
        .find(|token| matches!(token.kind(), TokenKind::Def | TokenKind::Async))
        .map_or(node.name.start(), Ranged::start)
        .to_u32()
}

fn is_staticmethod(decorator: &Expr) -> bool {
    matches!(decorator, Expr::Name(name) if name.id.as_str() == "staticmethod")
}

fn docstring(body: &[Stmt]) -> Option<(u32, u32)> {
    match body.first() {
        Some(Stmt::Expr(statement)) if statement.value.is_string_literal_expr() => {
            Some((statement.value.start().to_u32(), statement.value.end().to_u32()))
        }
        _ => None,
    }
}
