//! Names that a file binds and uses, and its imports, in one walk that only a project scan asks for.

use ruff_python_ast::visitor::source_order::{self, SourceOrderVisitor};
use ruff_python_ast::{self as ast, Expr, ExprContext, Mod, Stmt};
use ruff_text_size::TextRange;

use super::registration;
use crate::facts::{DefinitionKind, Seen, Sightings};

/// Everything the module says about names.
pub(super) fn of_module<'s>(source: &'s str, module: &Mod) -> Sightings<'s> {
    let mut sight =
        Sight { source, found: Sightings::default(), functions: 0, type_checking: false, annotation: false };
    sight.visit_mod(module);
    sight.found
}

pub(super) struct Sight<'s> {
    pub(super) source: &'s str,
    pub(super) found: Sightings<'s>,
    /// How many functions stand around.
    pub(super) functions: u32,
    /// Whether only type checkers read here.
    pub(super) type_checking: bool,
    /// Whether a string here is a quoted hint.
    annotation: bool,
}

impl<'s> Sight<'s> {
    pub(super) fn text(&self, range: TextRange) -> &'s str {
        self.source.get(range.to_std_range()).unwrap_or_default()
    }

    fn define(&mut self, name: TextRange, kind: DefinitionKind, at: TextRange, registered: bool) {
        let range = (at.start().to_u32(), at.end().to_u32());
        let name = self.text(name);
        // What the parser mends in a broken source has no name.
        if !name.is_empty() {
            self.found.defined.push(Seen { name, kind, range, registered });
        }
    }

    fn use_text(&mut self, range: TextRange) {
        self.found.use_name(self.text(range));
    }

    fn function(&mut self, node: &ast::StmtFunctionDef) {
        let kind = registration::kind(node);
        let registered = registration::is_registered(&node.decorator_list);
        self.define(node.name.range, kind, node.range, registered);
    }

    /// `if TYPE_CHECKING:` and what follows it.
    fn branch(&mut self, node: &ast::StmtIf) {
        let outside = self.type_checking;
        self.visit_expr(&node.test);
        self.type_checking = outside || is_type_checking(&node.test);
        self.visit_body(&node.body);
        self.type_checking = outside;
        for clause in &node.elif_else_clauses {
            self.visit_elif_else_clause(clause);
        }
    }

    fn name(&mut self, node: &ast::ExprName) {
        if node.ctx == ExprContext::Store {
            self.define(node.range, DefinitionKind::Variable, node.range, false);
        } else if !matches!(node.id.as_str(), "self" | "object") {
            self.use_text(node.range);
        }
    }

    fn attribute(&mut self, node: &ast::ExprAttribute) {
        match node.ctx {
            ExprContext::Store => self.define(node.attr.range, DefinitionKind::Attribute, node.range, false),
            ExprContext::Load | ExprContext::Invalid => self.use_text(node.attr.range),
            ExprContext::Del => {}
        }
    }
}

fn is_type_checking(test: &Expr) -> bool {
    match test {
        Expr::Name(node) => node.id.as_str() == "TYPE_CHECKING",
        Expr::Attribute(node) => node.attr.as_str() == "TYPE_CHECKING",
        _ => false,
    }
}

impl<'a> SourceOrderVisitor<'a> for Sight<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(node) => {
                self.function(node);
                self.functions += 1;
                source_order::walk_stmt(self, statement);
                self.functions -= 1;
            }
            Stmt::ClassDef(node) => {
                let registered = registration::is_registered(&node.decorator_list);
                self.define(node.name.range, DefinitionKind::Class, node.range, registered);
                source_order::walk_stmt(self, statement);
            }
            Stmt::Import(node) => self.import(node),
            Stmt::ImportFrom(node) => self.import_from(node),
            Stmt::If(node) => self.branch(node),
            _ => {
                self.exported(statement);
                source_order::walk_stmt(self, statement);
            }
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(node) => return self.name(node),
            Expr::Attribute(node) => self.attribute(node),
            Expr::Call(node) => self.call(node),
            Expr::BinOp(node) => self.percent_format(node),
            Expr::StringLiteral(node) => {
                if self.annotation {
                    self.found.use_words(node.value.to_str());
                }
                return;
            }
            _ => {}
        }
        source_order::walk_expr(self, expression);
    }

    fn visit_annotation(&mut self, expression: &'a Expr) {
        self.annotation = true;
        self.visit_expr(expression);
        self.annotation = false;
    }

    fn visit_parameter(&mut self, parameter: &'a ast::Parameter) {
        self.define(parameter.name.range, DefinitionKind::Argument, parameter.range, false);
        source_order::walk_parameter(self, parameter);
    }

    fn visit_pattern_keyword(&mut self, keyword: &'a ast::PatternKeyword) {
        self.use_text(keyword.attr.range);
        source_order::walk_pattern_keyword(self, keyword);
    }
}
