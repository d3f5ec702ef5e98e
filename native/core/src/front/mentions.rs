//! Names used without being read as names: imports under an alias, `__all__`, `getattr`, `locals()`.

use ruff_python_ast::{self as ast, Expr, InterpolatedStringElement, Stmt};
use ruff_text_size::TextRange;

use super::sightings::Sight;
use crate::facts::{DefinitionKind, Seen, SeenImport};

impl Sight<'_> {
    pub(super) fn import(&mut self, node: &ast::StmtImport) {
        for alias in &node.names {
            self.bind(node.range, alias);
            self.note_import(node.range, alias.name.range, None, 0);
        }
    }

    pub(super) fn import_from(&mut self, node: &ast::StmtImportFrom) {
        let module = node.module.as_ref().map_or(TextRange::default(), |module| module.range);
        if self.text(module) == "__future__" {
            return;
        }
        for alias in &node.names {
            self.bind(node.range, alias);
            self.note_import(node.range, module, Some(alias.name.range), node.level);
        }
    }

    fn bind(&mut self, statement: TextRange, alias: &ast::Alias) {
        let whole = self.text(alias.name.range);
        let name = alias.asname.as_ref().map_or(whole, |asname| self.text(asname.range));
        let range = (statement.start().to_u32(), statement.end().to_u32());
        let name = name.split('.').next().unwrap_or(name);
        self.found.defined.push(Seen { name, kind: DefinitionKind::Import, range, registered: false });
        if alias.asname.is_some() {
            self.found.use_name(whole);
        }
    }

    fn note_import(&mut self, statement: TextRange, module: TextRange, name: Option<TextRange>, level: u32) {
        self.found.imports.push(SeenImport {
            module: self.text(module),
            name: name.map_or("", |name| self.text(name)),
            level,
            start: statement.start().to_u32(),
            type_checking: self.type_checking,
            deferred: self.functions > 0,
        });
    }

    /// `__all__ = [...]`, `__all__ += [...]`, `__all__.extend([...])`, and texts that may become names.
    pub(super) fn exported(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Assign(node) if node.targets.iter().any(is_all) => self.use_strings(&node.value),
            Stmt::Assign(node) => self.use_prefix(&node.value),
            Stmt::AnnAssign(node) if is_all(&node.target) => {
                if let Some(value) = node.value.as_deref() {
                    self.use_strings(value);
                }
            }
            Stmt::AugAssign(node) if is_all(&node.target) => self.use_strings(&node.value),
            Stmt::Expr(node) => self.extended(&node.value),
            _ => {}
        }
    }

    fn extended(&mut self, statement: &Expr) {
        if let Expr::Call(call) = statement
            && let Expr::Attribute(method) = &*call.func
            && is_all(&method.value)
        {
            for argument in &call.arguments.args {
                self.use_strings(argument);
            }
        }
    }

    fn use_strings(&mut self, value: &Expr) {
        match value {
            Expr::StringLiteral(node) => self.found.use_name(node.value.to_str()),
            Expr::List(node) => node.elts.iter().for_each(|element| self.use_strings(element)),
            Expr::Tuple(node) => node.elts.iter().for_each(|element| self.use_strings(element)),
            Expr::BinOp(node) => {
                self.use_strings(&node.left);
                self.use_strings(&node.right);
            }
            _ => {}
        }
    }

    /// `getattr(x, "name")`, `hasattr(x, "name")` and `"{name}".format(**locals())`.
    pub(super) fn call(&mut self, node: &ast::ExprCall) {
        match &*node.func {
            Expr::Name(function) if matches!(function.id.as_str(), "getattr" | "hasattr") => {
                match node.arguments.args.get(1) {
                    Some(Expr::StringLiteral(attribute)) => self.found.use_name(attribute.value.to_str()),
                    Some(computed) => {
                        self.found.computes_names = true;
                        self.use_prefix(computed);
                    }
                    None => {}
                }
            }
            Expr::Attribute(method) if method.attr.as_str() == "format" => {
                let spreads = |keyword: &ast::Keyword| keyword.arg.is_none() && is_locals(&keyword.value);
                if let Expr::StringLiteral(format) = &*method.value
                    && node.arguments.keywords.iter().any(spreads)
                {
                    self.found.use_words(format.value.to_str());
                }
            }
            _ => {}
        }
    }

    /// A text that starts with a constant: `f"visit_{name}"`, `"visit_" + name`, `"visit_%s" % name`.
    pub(super) fn use_prefix(&mut self, computed: &Expr) {
        let prefix = match computed {
            Expr::FString(node) => match node.value.elements().next() {
                Some(InterpolatedStringElement::Literal(literal)) => &*literal.value,
                _ => return,
            },
            Expr::BinOp(node) => match &*node.left {
                Expr::StringLiteral(literal) => literal.value.to_str(),
                _ => return,
            },
            _ => return,
        };
        self.found.use_prefix(prefix.split('%').next().unwrap_or(prefix));
    }

    /// `"%(name)s" % locals()`.
    pub(super) fn percent_format(&mut self, node: &ast::ExprBinOp) {
        if let Expr::StringLiteral(format) = &*node.left
            && node.op == ast::Operator::Mod
            && is_locals(&node.right)
        {
            self.found.use_words(format.value.to_str());
        }
    }
}

fn is_all(expression: &Expr) -> bool {
    matches!(expression, Expr::Name(name) if name.id.as_str() == "__all__")
}

fn is_locals(expression: &Expr) -> bool {
    matches!(expression, Expr::Call(call) if call.arguments.args.is_empty()
        && matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "locals"))
}
