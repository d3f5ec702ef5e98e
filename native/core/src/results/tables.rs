//! The tables of a scan: a struct of columns each, all as long as each other.

use std::ops::Range;

use super::column::{Cells, Column, Digests, Flags, Numbers, Reals, Texts};
use super::packing::{Packed, pack_number};
use crate::records::{FileMetrics, FunctionMetrics, HalsteadCounts, Problem, RawMetrics};
use crate::{file_columns, function_columns, problem_columns};

/// Rows of one kind, stored by column.
pub trait Table: Default {
    /// What one row says.
    type Row;

    /// Adds a row.
    fn add(&mut self, row: &Self::Row);
    /// Adds rows of another table.
    fn add_from(&mut self, other: &Self, rows: Range<usize>);
    /// How many rows there are.
    fn rows(&self) -> usize;
    /// Names and cells of all columns, in the order of their list.
    fn columns(&self) -> Vec<(&'static str, Cells<'_>)>;
    /// Writes all rows, packed.
    fn pack(&self, into: &mut Vec<u8>);
    /// The rows that `pack` wrote; none where the bytes are something else.
    fn unpack(from: &mut Packed<'_>) -> Option<Self>;
}

macro_rules! columns {
    (
        $(#[$docs:meta])*
        $table:ident of $row:ident: $record:ident {
            $($group:ident { $($column:ident: $kind:ident = $cell:expr,)* })*
        }
    ) => {
        $(#[$docs])*
        #[derive(Clone, Debug, Default, PartialEq)]
        #[allow(missing_docs)] // a column says what the record's field of that name says
        pub struct $table {
            $($(pub $column: $kind,)*)*
            rows: usize,
        }

        impl Table for $table {
            type Row = $record;

            fn add(&mut self, $row: &$record) {
                $($(self.$column.add(&$cell);)*)*
                self.rows += 1;
            }

            fn add_from(&mut self, other: &Self, rows: Range<usize>) {
                $($(self.$column.add_from(&other.$column, rows.clone());)*)*
                self.rows += rows.len();
            }

            fn rows(&self) -> usize {
                self.rows
            }

            fn columns(&self) -> Vec<(&'static str, Cells<'_>)> {
                vec![$($((stringify!($column), self.$column.cells()),)*)*]
            }

            fn pack(&self, into: &mut Vec<u8>) {
                pack_number(self.rows as u64, into);
                $($(self.$column.pack(into);)*)*
            }

            fn unpack(from: &mut Packed<'_>) -> Option<Self> {
                let rows = from.count()?;
                Some(Self { $($($column: Column::unpack(from, rows)?,)*)* rows })
            }
        }
    };
}

function_columns!(columns);
file_columns!(columns);
problem_columns!(columns);

/// What several columns say together, as the record has it.
macro_rules! together {
    ($table:ident.$name:ident: $record:ident { $($column:ident)+ }) => {
        impl $table {
            /// Of a row; the row must exist.
            #[must_use]
            pub fn $name(&self, row: usize) -> $record {
                $record { $($column: self.$column.at(row),)+ }
            }
        }
    };
}

together!(FunctionColumns.halstead: HalsteadCounts { distinct_operators distinct_operands operators operands });
together!(FileColumns.halstead: HalsteadCounts { distinct_operators distinct_operands operators operands });
together!(FileColumns.raw: RawMetrics { loc lloc sloc comments multi blank single_comments });
