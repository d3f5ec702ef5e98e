//! Statements into flat nodes; every child of every statement is visited exactly once.

use ruff_python_ast::token::Tokens;
use ruff_python_ast::{self as ast, Alias, Mod, Stmt};
use ruff_text_size::Ranged;

use super::bindings::{Binding, Bindings};
use super::heads::docstring;
use super::symbols::Symbols;
use crate::tree::{ClassHead, Kind, Node, Role, Tree};

pub(super) struct Flattener<'a> {
    pub(super) tree: Tree,
    pub(super) symbols: Symbols,
    pub(super) bindings: Bindings,
    pub(super) source: &'a str,
    pub(super) tokens: &'a Tokens,
    depth: usize,
    max_depth: usize,
    too_deep: bool,
}

impl<'a> Flattener<'a> {
    pub(super) fn new(source: &'a str, tokens: &'a Tokens, max_depth: usize) -> Self {
        Self {
            // A file has fewer nodes than tokens.
            tree: Tree { nodes: Vec::with_capacity(tokens.len()), ..Tree::default() },
            symbols: Symbols::default(),
            bindings: Bindings::new(),
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
            self.tree.is_documented = docstring(&module.body).is_some();
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

    pub(super) fn suite(&mut self, body: &[Stmt], role: Role) {
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
        let Some(def_start) = super::heads::def_start(node, self.tokens) else {
            return self.node(Kind::Plain, role, node, |flat| flat.decorators(&node.decorator_list));
        };
        let number = self.tree.functions.len();
        let kind = Kind::Function(index_of(number));
        let symbol = self.symbols.text(&node.name.id);
        let head = super::heads::function(node, symbol, def_start);
        self.tree.functions.push(head);
        self.node(kind, role, node, |flat| {
            flat.decorators(&node.decorator_list);
            flat.type_parameters(node.type_params.as_deref());
            flat.parameters(&node.parameters, Role::Head);
            flat.maybe(node.returns.as_deref(), Role::Head);
            flat.bindings.open_scope();
            flat.suite(&node.body, Role::Body);
            flat.tree.functions[number].locals = index_of(flat.bindings.close_scope());
        });
        self.bindings.add(&node.name, Binding::Otherwise);
    }

    fn class(&mut self, node: &ast::StmtClassDef, role: Role) {
        let kind = Kind::Class(index_of(self.tree.classes.len()));
        let is_documented = docstring(&node.body).is_some();
        self.tree.classes.push(ClassHead { name: node.name.id.to_string(), is_documented });
        self.node(kind, role, node, |flat| {
            flat.decorators(&node.decorator_list);
            flat.type_parameters(node.type_params.as_deref());
            if let Some(arguments) = node.arguments.as_deref() {
                flat.arguments(arguments, Role::Head, Role::Head);
            }
            flat.bindings.open_scope();
            flat.suite(&node.body, Role::Body);
            flat.bindings.close_scope();
        });
        self.bindings.add(&node.name, Binding::Otherwise);
    }

    fn decorators(&mut self, decorators: &[ast::Decorator]) {
        for decorator in decorators {
            self.expression(&decorator.expression, Role::Head);
        }
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
                let by = if node.value.is_some() { Binding::Assigned } else { Binding::Nowhere };
                flat.binding(by, |flat| flat.expression(&node.target, Role::Aside));
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
            Stmt::Import(node) => flat.imported(&node.names),
            Stmt::ImportFrom(node) => flat.imported(&node.names),
            _ => {} // pass, break, continue, global, nonlocal: no expression inside
        });
    }

    fn imported(&mut self, names: &[Alias]) {
        for alias in names {
            let whole = alias.asname.as_ref().unwrap_or(&alias.name);
            let name = whole.split('.').next().unwrap_or_default();
            self.bindings.add(name, Binding::Otherwise);
        }
    }

    /// Names stored by what `children` adds are bound `by`.
    pub(super) fn binding(&mut self, by: Binding, children: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.bindings.by, by);
        children(self);
        self.bindings.by = before;
    }

    /// What `children` adds may not happen at all.
    pub(super) fn conditionally(&mut self, children: impl FnOnce(&mut Self)) {
        self.bindings.conditions += 1;
        children(self);
        self.bindings.conditions -= 1;
    }
}

/// Sources are limited to `MAX_BYTES`, far under 4 GiB, so neither offset nor index can overflow.
pub(super) fn index_of(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
