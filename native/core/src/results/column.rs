//! One fact of many rows, stored together.

/// A vector of cells; rows are added at the end and never changed.
pub trait Column: Default {
    /// What is added: `str` for texts, the plain type for numbers.
    type Cell: ?Sized;
    /// What is read back.
    type Shown<'a>
    where
        Self: 'a;

    /// Adds a row.
    fn add(&mut self, cell: &Self::Cell);
    /// The cell of a row; the row must exist.
    fn at(&self, row: usize) -> Self::Shown<'_>;
    /// Adds a row of another column of this kind.
    fn add_from(&mut self, other: &Self, row: usize);
    /// A view of all cells, for export.
    fn cells(&self) -> Cells<'_>;
}

/// Counts, lines and offsets.
pub type Numbers = Vec<u32>;
/// Measures with a fraction.
pub type Reals = Vec<f64>;
/// Answers.
pub type Flags = Vec<bool>;

/// The cells of a column, by what they are.
#[derive(Clone, Copy, Debug)]
pub enum Cells<'a> {
    /// Counts, lines and offsets.
    Numbers(&'a [u32]),
    /// Measures with a fraction.
    Reals(&'a [f64]),
    /// Answers.
    Flags(&'a [bool]),
    /// Texts.
    Texts(&'a Texts),
}

macro_rules! plain_column {
    ($cell:ty, $cells:ident) => {
        impl Column for Vec<$cell> {
            type Cell = $cell;
            type Shown<'a> = $cell;

            fn add(&mut self, cell: &$cell) {
                self.push(*cell);
            }

            fn at(&self, row: usize) -> $cell {
                self[row]
            }

            fn add_from(&mut self, other: &Self, row: usize) {
                self.push(other[row]);
            }

            fn cells(&self) -> Cells<'_> {
                Cells::$cells(self)
            }
        }
    };
}

plain_column!(u32, Numbers);
plain_column!(f64, Reals);
plain_column!(bool, Flags);

/// Texts packed behind each other: one allocation for all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    packed: String,
    /// Offset behind each text; `usize`, because all names of a large tree may pass 4 GiB.
    ends: Vec<usize>,
}

impl Texts {
    /// How many texts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All texts in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|row| self.at(row))
    }
}

impl Column for Texts {
    type Cell = str;
    type Shown<'a> = &'a str;

    fn add(&mut self, cell: &str) {
        self.packed.push_str(cell);
        self.ends.push(self.packed.len());
    }

    fn at(&self, row: usize) -> &str {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.packed[start..self.ends[row]]
    }

    fn add_from(&mut self, other: &Self, row: usize) {
        self.add(other.at(row));
    }

    fn cells(&self) -> Cells<'_> {
        Cells::Texts(self)
    }
}
