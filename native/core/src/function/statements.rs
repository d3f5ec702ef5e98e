//! The walk over statements: what each counts for, and how deep the ones inside it are.

use super::cognitive::{complexipy, sonar};
use super::cyclomatic;
use super::expressions::Counting;
use super::frame::{Frame, NestedAt, Owner};
use super::halstead::Tallies;
use crate::tree::{Kind, Role, Tree};

/// What the walk found out about a file.
pub(crate) struct Measures {
    /// By function number, which is the order in the source.
    pub(crate) functions: Vec<Measured>,
    pub(crate) module: Frame,
}

/// One function.
pub(crate) struct Measured {
    /// `Class.method`, `outer.<locals>.inner`, as `__qualname__` spells it.
    pub(crate) name: String,
    /// Whether a class is its direct scope.
    pub(crate) in_class: bool,
    pub(crate) counts: Frame,
}

/// Counts everything about the functions of `tree`, and about the module around them.
pub(crate) fn measures(source: &str, tree: &Tree) -> Measures {
    let mut walk = Walk {
        source,
        tree,
        here: Frame::new(Owner::Module, 0),
        around: Vec::new(),
        functions: Vec::with_capacity(tree.functions.len()),
        prefix: String::new(),
        tallies: Tallies::new(),
        joined: Vec::new(),
    };
    walk.suite((0, tree.nodes.len()));
    walk.here.halstead = walk.tallies.close();
    Measures { functions: walk.functions, module: walk.here }
}

/// The open definitions while a tree is walked.
pub(super) struct Walk<'a> {
    pub(super) source: &'a str,
    pub(super) tree: &'a Tree,
    /// The innermost definition.
    pub(super) here: Frame,
    around: Vec<Frame>,
    functions: Vec<Measured>,
    /// What stands before the names of definitions that come next.
    prefix: String,
    pub(super) tallies: Tallies,
    /// Chains of `and` or `or` that were read with the chain around them.
    pub(super) joined: Vec<usize>,
}

/// How deep a statement stands in its definition: by our count of blocks, and by each cognitive rule.
#[derive(Clone, Copy, Default)]
struct Depth {
    blocks: u32,
    complexipy: u32,
    sonar: u32,
}

impl Depth {
    /// Of a child of the statement or clause `kind` that stands this deep itself.
    fn below(self, kind: Kind, role: Role, child: Kind) -> Self {
        let (complexipy, sonar) = match (kind, role) {
            (_, Role::Final) => (0, 0),
            (_, Role::Orelse) | (Kind::Case { .. }, _) => (0, 1),
            (Kind::If, _) if matches!(child, Kind::Clause { .. }) => (0, 0),
            (Kind::If | Kind::Clause { .. } | Kind::For { .. } | Kind::While { .. } | Kind::Handler, _) => (1, 1),
            (Kind::Match { .. }, _) => (1, 0),
            _ => (0, 0),
        };
        Self {
            blocks: self.blocks + u32::from(kind.is_block()),
            complexipy: self.complexipy + complexipy,
            sonar: self.sonar + sonar,
        }
    }
}

impl Walk<'_> {
    /// The statements of a definition's own suite.
    fn suite(&mut self, range: (usize, usize)) {
        let (mut at, end) = range;
        while at < end {
            self.statement(at, Depth::default(), true);
            at = self.tree.nodes[at].next as usize;
        }
    }

    fn statement(&mut self, index: usize, depth: Depth, is_direct: bool) {
        let kind = self.tree.nodes[index].kind;
        self.here.shape.count(kind, depth.blocks);
        match kind {
            Kind::Function(number) => self.function(index, number, depth, is_direct),
            Kind::Class(number) => self.class(index, number, depth),
            Kind::If
            | Kind::Clause { .. }
            | Kind::For { .. }
            | Kind::While { .. }
            | Kind::With
            | Kind::Try { .. }
            | Kind::Handler
            | Kind::Match { .. }
            | Kind::Case { .. } => self.block(index, kind, depth),
            _ => self.simple(index, kind, depth),
        }
    }

    fn block(&mut self, index: usize, kind: Kind, depth: Depth) {
        self.here.cyclomatic += cyclomatic::of_statement(kind);
        self.here.complexipy += complexipy::of_statement(kind, depth.complexipy);
        self.here.sonar += sonar::of_statement(kind, depth.sonar);
        let mut may_cost = false;
        let (mut at, end) = (index + 1, self.tree.nodes[index].next as usize);
        while at < end {
            let child = self.tree.nodes[at];
            let next = child.next as usize;
            match child.role {
                Role::Body | Role::Orelse | Role::Final => {
                    self.statement(at, depth.below(kind, child.role, child.kind), false);
                }
                _ => may_cost |= self.expressions((at, next), depth.sonar, Counting::BODY),
            }
            at = next;
        }
        self.header(index, depth, may_cost);
    }

    fn simple(&mut self, index: usize, kind: Kind, depth: Depth) {
        let counting = if kind == Kind::Assert { Counting::ASSERTION } else { Counting::BODY };
        self.here.cyclomatic += cyclomatic::of_statement(kind);
        let range = (index, self.tree.nodes[index].next as usize);
        let may_cost = self.expressions(range, depth.sonar, counting);
        self.header(index, depth, may_cost);
    }

    fn header(&mut self, index: usize, depth: Depth, may_cost: bool) {
        if may_cost && !self.here.only_wraps {
            self.here.complexipy += complexipy::of_header(self.tree, index, depth.complexipy);
        }
    }

    fn function(&mut self, index: usize, number: u32, depth: Depth, is_direct: bool) {
        let at = self.nested_at(index, depth, is_direct);
        let tree = self.tree;
        let head = &tree.functions[number as usize];
        let in_class = self.here.owner == Owner::Class;
        let outer_prefix = self.prefix.len();
        self.prefix.push_str(&head.name);
        self.functions.push(Measured { name: self.prefix.clone(), in_class, counts: self.here });
        self.prefix.push_str(".<locals>.");
        self.around.push(std::mem::replace(&mut self.here, Frame::new(Owner::Function(number), index)));

        let body = tree.body_start(index);
        self.expressions((index + 1, body), 0, Counting::FUNCTION_HEADER);
        let decisions_of_header = std::mem::take(&mut self.here.cyclomatic.core);
        self.tallies.open(head.symbol);
        self.suite((body, tree.nodes[index].next as usize));
        self.here.halstead = self.tallies.close();

        let ended = self.leave(outer_prefix);
        self.here.cyclomatic.core += decisions_of_header;
        self.here.add_function(&ended, at);
        self.functions[number as usize].counts = ended;
    }

    fn nested_at(&mut self, index: usize, depth: Depth, is_direct: bool) -> NestedAt {
        if !self.here.is_function() {
            return NestedAt { is_direct, complexipy: 0, sonar: 0 };
        }
        self.here.only_wraps = is_direct && complexipy::wrapped(self.tree, self.here.index) == Some(index);
        let is_level = is_direct && !self.here.only_wraps;
        let is_wrapped = is_direct && sonar::only_wraps(self.tree, self.here.index);
        NestedAt {
            is_direct,
            complexipy: depth.complexipy + u32::from(is_level),
            sonar: depth.sonar + u32::from(!is_wrapped),
        }
    }

    fn class(&mut self, index: usize, number: u32, depth: Depth) {
        let tree = self.tree;
        let outer_prefix = self.prefix.len();
        self.prefix.push_str(&tree.classes[number as usize].name);
        self.prefix.push('.');
        self.around.push(std::mem::replace(&mut self.here, Frame::new(Owner::Class, index)));

        let body = tree.body_start(index);
        self.expressions((index + 1, body), 0, Counting::CLASS_HEADER);
        self.suite((body, tree.nodes[index].next as usize));

        let ended = self.leave(outer_prefix);
        self.here.add_class(&ended, depth.complexipy);
    }

    /// Goes back to the definition around; yields what was counted of the one that ended.
    fn leave(&mut self, outer_prefix: usize) -> Frame {
        self.prefix.truncate(outer_prefix);
        let around = self.around.pop().unwrap_or(Frame::new(Owner::Module, 0));
        std::mem::replace(&mut self.here, around)
    }
}
