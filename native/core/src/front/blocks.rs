//! Compound statements into flat nodes.

use ruff_python_ast::{self as ast, ExceptHandler, Stmt};

use super::bindings::Binding;
use super::flatten::{Flattener, index_of};
use crate::tree::{Kind, Role};

impl Flattener<'_> {
    pub(super) fn compound(&mut self, statement: &Stmt, role: Role) {
        match statement {
            Stmt::For(node) => self.looping(node, role),
            Stmt::While(node) => self.node(Kind::While { has_else: !node.orelse.is_empty() }, role, node, |flat| {
                flat.expression(&node.test, Role::Test);
                flat.conditionally(|flat| {
                    flat.suite(&node.body, Role::Body);
                    flat.suite(&node.orelse, Role::Orelse);
                });
            }),
            Stmt::If(node) => self.branch(node, role),
            Stmt::With(node) => self.node(Kind::With, role, node, |flat| {
                for item in &node.items {
                    flat.expression(&item.context_expr, Role::Value);
                    flat.binding(Binding::Otherwise, |flat| flat.maybe(item.optional_vars.as_deref(), Role::Aside));
                }
                flat.suite(&node.body, Role::Body);
            }),
            Stmt::Match(node) => self.matching(node, role),
            Stmt::Try(node) => self.trying(node, role),
            _ => {}
        }
    }

    fn looping(&mut self, node: &ast::StmtFor, role: Role) {
        self.node(Kind::For { has_else: !node.orelse.is_empty() }, role, node, |flat| {
            flat.binding(Binding::Otherwise, |flat| flat.expression(&node.target, Role::Aside));
            flat.expression(&node.iter, Role::Value);
            flat.suite(&node.body, Role::Body);
            flat.conditionally(|flat| flat.suite(&node.orelse, Role::Orelse));
        });
    }

    fn branch(&mut self, node: &ast::StmtIf, role: Role) {
        self.node(Kind::If, role, node, |flat| {
            flat.expression(&node.test, Role::Test);
            flat.conditionally(|flat| {
                flat.suite(&node.body, Role::Body);
                for clause in &node.elif_else_clauses {
                    let kind = Kind::Clause { has_test: clause.test.is_some() };
                    flat.node(kind, Role::Body, clause, |flat| {
                        flat.maybe(clause.test.as_ref(), Role::Test);
                        flat.suite(&clause.body, Role::Body);
                    });
                }
            });
        });
    }

    fn matching(&mut self, node: &ast::StmtMatch, role: Role) {
        let kind = Kind::Match {
            cases: index_of(node.cases.len()),
            has_bare_case: node.cases.iter().any(|case| super::patterns::is_bare(&case.pattern)),
            has_default: node.cases.last().is_some_and(|case| case.guard.is_none() && case.pattern.is_irrefutable()),
        };
        self.node(kind, role, node, |flat| {
            flat.expression(&node.subject, Role::Aside);
            flat.conditionally(|flat| {
                for case in &node.cases {
                    flat.case(case);
                }
            });
        });
    }

    fn case(&mut self, case: &ast::MatchCase) {
        let kind = Kind::Case { may_fail: !case.pattern.is_irrefutable(), has_guard: case.guard.is_some() };
        self.node(kind, Role::Body, case, |flat| {
            flat.pattern(&case.pattern);
            flat.maybe(case.guard.as_deref(), Role::Test);
            flat.suite(&case.body, Role::Body);
        });
    }

    fn trying(&mut self, node: &ast::StmtTry, role: Role) {
        let kind = Kind::Try {
            handlers: index_of(node.handlers.len()),
            has_else: !node.orelse.is_empty(),
            has_finally: !node.finalbody.is_empty(),
            is_star: node.is_star,
        };
        self.node(kind, role, node, |flat| {
            flat.suite(&node.body, Role::Body);
            for ExceptHandler::ExceptHandler(handler) in &node.handlers {
                flat.handler(handler);
            }
            flat.conditionally(|flat| flat.suite(&node.orelse, Role::Orelse));
            flat.suite(&node.finalbody, Role::Final);
        });
    }

    fn handler(&mut self, handler: &ast::ExceptHandlerExceptHandler) {
        self.node(Kind::Handler, Role::Body, handler, |flat| {
            let around = std::mem::replace(&mut flat.bindings.in_handler, true);
            flat.maybe(handler.type_.as_deref(), Role::Aside);
            flat.suite(&handler.body, Role::Body);
            flat.bindings.in_handler = around;
        });
        if let Some(name) = &handler.name {
            // Python unbinds it at the end of the handler.
            self.bindings.add(name, Binding::Otherwise);
        }
    }
}
