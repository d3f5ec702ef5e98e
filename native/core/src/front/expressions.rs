//! Expressions into flat nodes; every child of every expression is visited exactly once.

use ruff_python_ast::{self as ast, Expr, ExprContext, FStringPart, InterpolatedStringElement};

use super::bindings::Binding;
use super::flatten::{Flattener, index_of};
use super::symbols;
use crate::tree::{Kind, Role};

impl Flattener<'_> {
    pub(super) fn maybe(&mut self, expression: Option<&Expr>, role: Role) {
        if let Some(expression) = expression {
            self.expression(expression, role);
        }
    }

    pub(super) fn expressions(&mut self, expressions: &[Expr], role: Role) {
        for expression in expressions {
            self.expression(expression, role);
        }
    }

    pub(super) fn expression(&mut self, expression: &Expr, role: Role) {
        match expression {
            Expr::BoolOp(_) | Expr::BinOp(_) | Expr::UnaryOp(_) | Expr::Compare(_) => {
                self.operation(expression, role);
            }
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {
                self.comprehension(expression, role);
            }
            Expr::List(_) | Expr::Tuple(_) | Expr::Set(_) | Expr::Dict(_) => self.display(expression, role),
            Expr::Name(node) => self.name(node, role),
            Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_) => {
                let kind = self.symbols.leaf(self.source, expression, role);
                self.leaf(kind, role, expression);
            }
            Expr::FString(_) | Expr::TString(_) => self.template(expression, role),
            _ => self.primary(expression, role),
        }
    }

    fn name(&mut self, node: &ast::ExprName, role: Role) {
        match node.ctx {
            ExprContext::Store => self.bindings.store(&node.id),
            ExprContext::Del => self.bindings.delete(&node.id),
            ExprContext::Load | ExprContext::Invalid => {}
        }
        let kind = Kind::Name(self.symbols.operand_text(&node.id, role));
        self.leaf(kind, role, node);
    }

    fn operation(&mut self, expression: &Expr, role: Role) {
        match expression {
            Expr::BoolOp(node) => self.node(Kind::BoolOp(symbols::bool_op(node.op)), role, node, |flat| {
                flat.expressions(&node.values, Role::Operand);
            }),
            Expr::BinOp(node) => self.node(Kind::BinOp(symbols::operator(node.op)), role, node, |flat| {
                flat.expression(&node.left, Role::Operand);
                flat.expression(&node.right, Role::Operand);
            }),
            Expr::UnaryOp(node) => self.node(Kind::UnaryOp(symbols::unary_op(node.op)), role, node, |flat| {
                flat.expression(&node.operand, Role::Operand);
            }),
            Expr::Compare(node) => {
                let operators = node.ops.iter().fold(0, |set, op| set | symbols::cmp_op(*op));
                self.node(Kind::Compare(operators), role, node, |flat| {
                    flat.expression(&node.left, Role::Operand);
                    flat.expressions(&node.comparators, Role::Operand);
                });
            }
            _ => {}
        }
    }

    fn comprehension(&mut self, expression: &Expr, role: Role) {
        self.node(Kind::Comprehension, role, expression, |flat| match expression {
            Expr::ListComp(node) => flat.comprehension_parts([Some(&*node.elt), None], &node.generators),
            Expr::SetComp(node) => flat.comprehension_parts([Some(&*node.elt), None], &node.generators),
            Expr::Generator(node) => flat.comprehension_parts([Some(&*node.elt), None], &node.generators),
            Expr::DictComp(node) => {
                flat.comprehension_parts([node.key.as_deref(), Some(&*node.value)], &node.generators);
            }
            _ => {}
        });
    }

    fn comprehension_parts(&mut self, elements: [Option<&Expr>; 2], generators: &[ast::Comprehension]) {
        for element in elements {
            self.maybe(element, Role::Value);
        }
        for generator in generators {
            let kind = Kind::Generator { ifs: index_of(generator.ifs.len()) };
            self.node(kind, Role::Aside, generator, |flat| {
                flat.binding(Binding::Nowhere, |flat| flat.expression(&generator.target, Role::Aside));
                flat.expression(&generator.iter, Role::Value);
                flat.expressions(&generator.ifs, Role::Test);
            });
        }
    }

    fn display(&mut self, expression: &Expr, role: Role) {
        self.node(Kind::Display, role, expression, |flat| match expression {
            Expr::List(node) => flat.expressions(&node.elts, Role::Value),
            Expr::Tuple(node) => flat.expressions(&node.elts, Role::Value),
            Expr::Set(node) => flat.expressions(&node.elts, Role::Value),
            Expr::Dict(node) => {
                for item in &node.items {
                    flat.maybe(item.key.as_ref(), Role::Aside);
                    flat.expression(&item.value, Role::Value);
                }
            }
            _ => {}
        });
    }

    fn primary(&mut self, expression: &Expr, role: Role) {
        match expression {
            Expr::Call(node) => self.node(Kind::Call, role, node, |flat| {
                flat.expression(&node.func, Role::Callee);
                flat.arguments(&node.arguments, Role::Value, Role::Aside);
            }),
            Expr::If(node) => self.node(Kind::IfExp, role, node, |flat| {
                flat.expression(&node.body, Role::Value);
                flat.expression(&node.test, Role::Test);
                flat.expression(&node.orelse, Role::Value);
            }),
            Expr::Lambda(node) => self.node(Kind::Lambda, role, node, |flat| {
                if let Some(parameters) = node.parameters.as_deref() {
                    flat.parameters(parameters, Role::Aside);
                }
                flat.bindings.open_scope();
                flat.expression(&node.body, Role::Value);
                flat.bindings.close_scope();
            }),
            Expr::Attribute(node) => {
                let kind = Kind::Attribute(self.symbols.operand_text(&node.attr.id, role));
                self.node(kind, role, node, |flat| flat.expression(&node.value, Role::Aside));
            }
            _ => self.other(expression, role),
        }
    }

    fn other(&mut self, expression: &Expr, role: Role) {
        self.node(Kind::Other, role, expression, |flat| match expression {
            Expr::Named(node) => {
                flat.binding(Binding::Otherwise, |flat| flat.expression(&node.target, Role::Aside));
                flat.expression(&node.value, Role::Aside);
            }
            Expr::Await(node) => flat.expression(&node.value, Role::Aside),
            Expr::Yield(node) => flat.maybe(node.value.as_deref(), Role::Aside),
            Expr::YieldFrom(node) => flat.expression(&node.value, Role::Aside),
            Expr::Starred(node) => flat.expression(&node.value, Role::Aside),
            Expr::Subscript(node) => {
                flat.expression(&node.value, Role::Aside);
                flat.expression(&node.slice, Role::Aside);
            }
            Expr::Slice(node) => {
                for part in [&node.lower, &node.upper, &node.step] {
                    flat.maybe(part.as_deref(), Role::Aside);
                }
            }
            _ => {}
        });
    }

    fn template(&mut self, expression: &Expr, role: Role) {
        self.node(Kind::Other, role, expression, |flat| match expression {
            Expr::FString(node) => {
                for part in node.value.as_slice() {
                    if let FStringPart::FString(part) = part {
                        flat.template_elements(&part.elements);
                    }
                }
            }
            Expr::TString(node) => {
                for part in node.value.as_slice() {
                    flat.template_elements(&part.elements);
                }
            }
            _ => {}
        });
    }

    fn template_elements(&mut self, elements: &[InterpolatedStringElement]) {
        for element in elements {
            if let InterpolatedStringElement::Interpolation(part) = element {
                self.node(Kind::Other, Role::Aside, part, |flat| {
                    flat.expression(&part.expression, Role::Aside);
                    if let Some(format) = part.format_spec.as_deref() {
                        flat.template_elements(&format.elements);
                    }
                });
            }
        }
    }

    pub(super) fn arguments(&mut self, arguments: &ast::Arguments, positional: Role, keyword: Role) {
        self.expressions(&arguments.args, positional);
        for argument in &arguments.keywords {
            self.expression(&argument.value, keyword);
        }
    }
}
