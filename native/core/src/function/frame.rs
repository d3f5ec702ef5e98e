//! What is counted of one open definition, and what of it goes to the definition around it.

use super::cognitive::Cost;
use super::cyclomatic::Cyclomatic;
use super::shape::Shape;
use crate::records::HalsteadCounts;

/// What a frame stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    Module,
    Class,
    /// Function of that number.
    Function(u32),
}

/// Counts of one module, class or function while it is walked.
#[derive(Clone, Copy)]
pub(crate) struct Frame {
    pub(crate) owner: Owner,
    /// Index of its node.
    pub(crate) index: usize,
    pub(crate) cyclomatic: Cyclomatic,
    pub(crate) complexipy: Cost,
    /// Of a class: what its own methods cost by complexipy's rule.
    pub(crate) methods: Cost,
    pub(crate) sonar: Cost,
    pub(crate) shape: Shape,
    /// Whether the function calls itself by its bare name.
    pub(crate) calls_itself: bool,
    /// Whether complexipy counts only the function that this one wraps.
    pub(crate) only_wraps: bool,
    pub(crate) halstead: HalsteadCounts,
}

impl Frame {
    pub(crate) fn new(owner: Owner, index: usize) -> Self {
        Self {
            owner,
            index,
            cyclomatic: Cyclomatic::default(),
            complexipy: Cost::default(),
            methods: Cost::default(),
            sonar: Cost::default(),
            shape: Shape::default(),
            calls_itself: false,
            only_wraps: false,
            halstead: HalsteadCounts::default(),
        }
    }

    pub(crate) fn is_function(&self) -> bool {
        matches!(self.owner, Owner::Function(_))
    }

    /// Adds what the ended class says about the definition around it.
    ///
    /// To radon a class inside anything but the module does not exist.
    pub(crate) fn add_class(&mut self, class: &Self, complexipy_nesting: u32) {
        if self.owner == Owner::Module {
            self.cyclomatic.radon += class.cyclomatic.radon;
        }
        self.cyclomatic.ruff += class.cyclomatic.ruff;
        self.cyclomatic.core += class.cyclomatic.core;
        if self.is_function() {
            self.complexipy += class.methods.nested(complexipy_nesting);
        }
        // Nesting starts anew in a class.
        self.sonar += Cost { flat: class.sonar.flat, items: 0 };
    }

    /// Adds what the ended function says about the definition around it.
    pub(crate) fn add_function(&mut self, function: &Self, at: NestedAt) {
        self.cyclomatic.radon += match self.owner {
            Owner::Module => function.cyclomatic.radon,
            Owner::Class => function.cyclomatic.radon + 1,
            Owner::Function(_) => 0,
        };
        self.cyclomatic.ruff += function.cyclomatic.ruff + 1;
        match self.owner {
            Owner::Function(_) => self.complexipy += function.complexipy.nested(at.complexipy),
            Owner::Class if at.is_direct => self.methods += function.complexipy,
            _ => {}
        }
        self.sonar += match self.owner {
            Owner::Function(_) => function.sonar.nested(at.sonar),
            _ => Cost { flat: function.sonar.flat, items: 0 },
        };
    }
}

/// Where a nested function stands: how deep by each cognitive rule.
#[derive(Clone, Copy)]
pub(crate) struct NestedAt {
    /// Whether it is a statement of the definition's own suite.
    pub(crate) is_direct: bool,
    pub(crate) complexipy: u32,
    pub(crate) sonar: u32,
}
