//! What a scan yields: one table each of functions, files and problems, stored by column.

mod batch;
mod column;
mod lists;
mod packing;
mod tables;

use std::ops::Range;

pub use column::{Column, Digest, Digests, Flags, Numbers, Reals, Texts};
pub use packing::{Packed, pack_number};
pub use tables::{FileColumns, FunctionColumns, ProblemColumns, Table};

use crate::records::FileMetrics;

/// Which of the tables of a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableKind {
    /// A row for each function.
    Functions,
    /// A row for each file.
    Files,
    /// A row for each problem.
    Problems,
}

/// The results of many files; functions and problems stand in the order of their files.
///
/// Files go by their number: whoever asked for them knows their paths.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scan {
    /// One row a file.
    pub files: FileColumns,
    /// One row a function.
    pub functions: FunctionColumns,
    /// One row a problem.
    pub problems: ProblemColumns,
    /// For each file, how many functions and problems there are up to its end.
    ends: Vec<(usize, usize)>,
}

impl From<&FileMetrics> for Scan {
    fn from(file: &FileMetrics) -> Self {
        let mut scan = Self::default();
        scan.add(file);
        scan
    }
}

impl Scan {
    /// Adds the results of a file.
    pub fn add(&mut self, file: &FileMetrics) {
        self.files.add(file);
        file.functions.iter().for_each(|row| self.functions.add(row));
        file.problems.iter().for_each(|row| self.problems.add(row));
        self.end_file();
    }

    /// Adds a file of another scan.
    pub fn add_from(&mut self, other: &Self, file: usize) {
        self.files.add_from(&other.files, file..file + 1);
        self.functions.add_from(&other.functions, other.functions_of(file));
        self.problems.add_from(&other.problems, other.problems_of(file));
        self.end_file();
    }

    fn end_file(&mut self) {
        self.ends.push((self.functions.rows(), self.problems.rows()));
    }

    /// Rows of the functions of a file.
    #[must_use]
    pub fn functions_of(&self, file: usize) -> Range<usize> {
        self.ends_before(file).0..self.ends[file].0
    }

    /// Rows of the problems of a file.
    #[must_use]
    pub fn problems_of(&self, file: usize) -> Range<usize> {
        self.ends_before(file).1..self.ends[file].1
    }

    fn ends_before(&self, file: usize) -> (usize, usize) {
        file.checked_sub(1).map_or((0, 0), |before| self.ends[before])
    }

    /// Writes everything, packed.
    pub fn pack(&self, into: &mut Vec<u8>) {
        self.files.pack(into);
        self.functions.pack(into);
        self.problems.pack(into);
        for file in 0..self.files.rows() {
            pack_number(self.functions_of(file).len() as u64, into);
            pack_number(self.problems_of(file).len() as u64, into);
        }
    }

    /// What `pack` wrote; none where the bytes are something else.
    #[must_use]
    pub fn unpack(from: &mut Packed<'_>) -> Option<Self> {
        let mut scan = Self {
            files: Table::unpack(from)?,
            functions: Table::unpack(from)?,
            problems: Table::unpack(from)?,
            ends: Vec::new(),
        };
        let (mut functions, mut problems) = (0_usize, 0_usize);
        for _ in 0..scan.files.rows() {
            functions = functions.checked_add(usize::try_from(from.number()?).ok()?)?;
            problems = problems.checked_add(usize::try_from(from.number()?).ok()?)?;
            scan.ends.push((functions, problems));
        }
        ((functions, problems) == (scan.functions.rows(), scan.problems.rows())).then_some(scan)
    }

    /// How many rows a table has.
    #[must_use]
    pub fn rows_of(&self, table: TableKind) -> usize {
        match table {
            TableKind::Functions => self.functions.rows(),
            TableKind::Files => self.files.rows(),
            TableKind::Problems => self.problems.rows(),
        }
    }

    /// The rows of a table that belong to a file.
    fn rows_in(&self, table: TableKind, file: usize) -> Range<usize> {
        match table {
            TableKind::Functions => self.functions_of(file),
            TableKind::Files => file..file + 1,
            TableKind::Problems => self.problems_of(file),
        }
    }
}
