//! Statements into flat nodes; every child of every statement is visited exactly once.

use ruff_python_ast::token::Tokens;
use ruff_python_ast::{self as ast, ExceptHandler, Mod, Stmt};
use ruff_text_size::Ranged;

use super::symbols::Symbols;
use crate::tree::{Kind, Node, Role, Tree};

pub(super) struct Flattener<'a> {
    pub(super) tree: Tree,
    pub(super) symbols: Symbols,
    pub(super) source: &'a str,
    pub(super) tokens: &'a Tokens,
    depth: usize,
    max_depth: usize,
    too_deep: bool,
}

impl<'a> Flattener<'a> {
    pub(super) fn new(source: &'a str, tokens: &'a Tokens, max_depth: usize) -> Self {
        Self {
            tree: Tree::default(),
            symbols: Symbols::default(),
            source,
            tokens,
            depth: 0,
            max_depth,
            too_deep: false,
        }
    }

    /// The tree, unless a part of it was too deep to follow.
    pub(super) fn finish(self) -> Option<Tree> {
        (!self.too_deep).then_some(self.tree)
    }

    pub(super) fn module(&mut self, module: &Mod) {
        if let Mod::Module(module) = module {
            self.suite(&module.body, Role::Body);
        }
    }

    /// Adds a node, lets `children` add its subtree and closes it.
    pub(super) fn node(&mut self, kind: Kind, role: Role, at: &impl Ranged, children: impl FnOnce(&mut Self)) {
        let index = self.leaf(kind, role, at);
        self.depth += 1;
        if self.depth > self.max_depth {
            self.too_deep = true;
        } else {
            children(self);
        }
        self.depth -= 1;
        self.tree.nodes[index].next = index_of(self.tree.nodes.len());
    }

    /// Adds a node without children; yields its index.
    pub(super) fn leaf(&mut self, kind: Kind, role: Role, at: &impl Ranged) -> usize {
        let index = self.tree.nodes.len();
        let (start, end) = (at.start().to_u32(), at.end().to_u32());
        self.tree.nodes.push(Node { kind, role, start, end, next: index_of(index + 1) });
        index
    }

    fn suite(&mut self, body: &[Stmt], role: Role) {
        for statement in body {
            self.statement(statement, role);
        }
    }

    fn statement(&mut self, statement: &Stmt, role: Role) {
        match statement {
            Stmt::FunctionDef(node) => self.function(node, role),
            Stmt::ClassDef(node) => self.class(node, role),
            Stmt::For(_) | Stmt::While(_) | Stmt::If(_) | Stmt::With(_) | Stmt::Match(_) | Stmt::Try(_) => {
                self.compound(statement, role);
            }
            _ => self.simple(statement, role),
        }
    }

    fn function(&mut self, node: &ast::StmtFunctionDef, role: Role) {
        let kind = Kind::Function(index_of(self.tree.functions.len()));
        let symbol = self.symbols.text(&node.name.id);
        let head = super::heads::function(node, symbol, self.tokens);
        self.tree.functions.push(head);
        self.node(kind, role, node, |flat| {
            flat.decorators(&node.decorator_list);
            flat.type_parameters(node.type_params.as_deref());
            flat.parameters(&node.parameters, Role::Head);
            flat.maybe(node.returns.as_deref(), Role::Head);
            flat.suite(&node.body, Role::Body);
        });
    }

    fn class(&mut self, node: &ast::StmtClassDef, role: Role) {
        let kind = Kind::Class(index_of(self.tree.classes.len()));
        self.tree.classes.push(node.name.id.to_string());
        self.node(kind, role, node, |flat| {
            flat.decorators(&node.decorator_list);
            flat.type_parameters(node.type_params.as_deref());
            if let Some(arguments) = node.arguments.as_deref() {
                flat.arguments(arguments, Role::Head, Role::Head);
            }
            flat.suite(&node.body, Role::Body);
        });
    }

    fn decorators(&mut self, decorators: &[ast::Decorator]) {
        for decorator in decorators {
            self.expression(&decorator.expression, Role::Head);
        }
    }

    fn compound(&mut self, statement: &Stmt, role: Role) {
        match statement {
            Stmt::For(node) => self.node(Kind::For { has_else: !node.orelse.is_empty() }, role, node, |flat| {
                flat.expression(&node.target, Role::Aside);
                flat.expression(&node.iter, Role::Value);
                flat.suite(&node.body, Role::Body);
                flat.suite(&node.orelse, Role::Orelse);
            }),
            Stmt::While(node) => self.node(Kind::While { has_else: !node.orelse.is_empty() }, role, node, |flat| {
                flat.expression(&node.test, Role::Test);
                flat.suite(&node.body, Role::Body);
                flat.suite(&node.orelse, Role::Orelse);
            }),
            Stmt::If(node) => self.branch(node, role),
            Stmt::With(node) => self.node(Kind::With, role, node, |flat| {
                for item in &node.items {
                    flat.expression(&item.context_expr, Role::Value);
                    flat.maybe(item.optional_vars.as_deref(), Role::Aside);
                }
                flat.suite(&node.body, Role::Body);
            }),
            Stmt::Match(node) => self.matching(node, role),
            Stmt::Try(node) => self.trying(node, role),
            _ => {}
        }
    }

    fn branch(&mut self, node: &ast::StmtIf, role: Role) {
        self.node(Kind::If, role, node, |flat| {
            flat.expression(&node.test, Role::Test);
            flat.suite(&node.body, Role::Body);
            for clause in &node.elif_else_clauses {
                let kind = Kind::Clause { has_test: clause.test.is_some() };
                flat.node(kind, Role::Body, clause, |flat| {
                    flat.maybe(clause.test.as_ref(), Role::Test);
                    flat.suite(&clause.body, Role::Body);
                });
            }
        });
    }

    fn matching(&mut self, node: &ast::StmtMatch, role: Role) {
        let has_bare_case = node.cases.iter().any(|case| super::patterns::is_bare(&case.pattern));
        let kind = Kind::Match { cases: index_of(node.cases.len()), has_bare_case };
        self.node(kind, role, node, |flat| {
            flat.expression(&node.subject, Role::Aside);
            for case in &node.cases {
                flat.node(Kind::Case, Role::Body, case, |flat| {
                    flat.pattern(&case.pattern);
                    flat.maybe(case.guard.as_deref(), Role::Test);
                    flat.suite(&case.body, Role::Body);
                });
            }
        });
    }

    fn trying(&mut self, node: &ast::StmtTry, role: Role) {
        let kind = Kind::Try {
            handlers: index_of(node.handlers.len()),
            has_else: !node.orelse.is_empty(),
            is_star: node.is_star,
        };
        self.node(kind, role, node, |flat| {
            flat.suite(&node.body, Role::Body);
            for ExceptHandler::ExceptHandler(handler) in &node.handlers {
                flat.node(Kind::Handler, Role::Body, handler, |flat| {
                    flat.maybe(handler.type_.as_deref(), Role::Aside);
                    flat.suite(&handler.body, Role::Body);
                });
            }
            flat.suite(&node.orelse, Role::Orelse);
            flat.suite(&node.finalbody, Role::Orelse);
        });
    }

    fn simple(&mut self, statement: &Stmt, role: Role) {
        match statement {
            Stmt::Return(node) => self.node(Kind::Return, role, node, |flat| {
                flat.maybe(node.value.as_deref(), Role::Value);
            }),
            Stmt::Assign(node) => self.node(Kind::Assign, role, node, |flat| {
                flat.expressions(&node.targets, Role::Aside);
                flat.expression(&node.value, Role::Value);
            }),
            Stmt::AnnAssign(node) => self.node(Kind::Assign, role, node, |flat| {
                flat.expression(&node.target, Role::Aside);
                flat.expression(&node.annotation, Role::Aside);
                flat.maybe(node.value.as_deref(), Role::Value);
            }),
            Stmt::AugAssign(node) => {
                self.node(Kind::AugAssign(super::symbols::operator(node.op)), role, node, |flat| {
                    flat.expression(&node.target, Role::Operand);
                    flat.expression(&node.value, Role::Operand);
                });
            }
            Stmt::Raise(node) => self.node(Kind::Raise, role, node, |flat| {
                flat.maybe(node.exc.as_deref(), Role::Value);
                flat.maybe(node.cause.as_deref(), Role::Value);
            }),
            Stmt::Assert(node) => self.node(Kind::Assert, role, node, |flat| {
                flat.expression(&node.test, Role::Test);
                flat.maybe(node.msg.as_deref(), Role::Value);
            }),
            Stmt::Expr(node) => self.node(Kind::Expression, role, node, |flat| {
                flat.expression(&node.value, Role::Value);
            }),
            _ => self.plain(statement, role),
        }
    }

    fn plain(&mut self, statement: &Stmt, role: Role) {
        self.node(Kind::Plain, role, statement, |flat| match statement {
            Stmt::Delete(node) => flat.expressions(&node.targets, Role::Aside),
            Stmt::TypeAlias(node) => {
                flat.expression(&node.name, Role::Aside);
                flat.type_parameters(node.type_params.as_deref());
                flat.expression(&node.value, Role::Aside);
            }
            _ => {} // pass, break, continue, import, global, nonlocal: no expression inside
        });
    }
}

/// Sources are limited to `MAX_BYTES`, far under 4 GiB, so neither offset nor index can overflow.
pub(super) fn index_of(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
