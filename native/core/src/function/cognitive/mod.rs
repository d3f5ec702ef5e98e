//! Cognitive complexity by two rules, complexipy's and SonarSource's.

pub(crate) mod complexipy;
pub(crate) mod sonar;

use std::ops::AddAssign;

/// A cost that grows with the nesting it is found at: `flat + items * nesting`.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cost {
    /// The cost where nothing is around it.
    pub(crate) flat: u32,
    /// How much each level around it adds.
    pub(crate) items: u32,
}

impl Cost {
    /// Something that costs 1 at every nesting.
    pub(crate) const FLAT: Self = Self { flat: 1, items: 0 };

    /// Something that costs 1 and its nesting.
    pub(crate) fn at(nesting: u32) -> Self {
        Self { flat: 1 + nesting, items: 1 }
    }

    /// The same seen from `nesting` levels further out.
    pub(crate) fn nested(self, nesting: u32) -> Self {
        Self { flat: self.flat + self.items * nesting, items: self.items }
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        self.flat += other.flat;
        self.items += other.items;
    }
}
