//! The tables of a scan: a struct of columns each, all as long as each other.

use super::column::{Cells, Column, Flags, Numbers, Reals, Texts};
use crate::records::{FileMetrics, FunctionMetrics, Problem};
use crate::{file_columns, function_columns, problem_columns};

/// Rows of one kind, stored by column.
pub trait Table: Default {
    /// What one row says.
    type Row;

    /// Adds a row.
    fn add(&mut self, row: &Self::Row);
    /// Adds a row of another table.
    fn add_from(&mut self, other: &Self, row: usize);
    /// How many rows there are.
    fn rows(&self) -> usize;
    /// Names and cells of all columns, in the order of their list.
    fn columns(&self) -> Vec<(&'static str, Cells<'_>)>;
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

            fn add_from(&mut self, other: &Self, row: usize) {
                $($(self.$column.add_from(&other.$column, row);)*)*
                self.rows += 1;
            }

            fn rows(&self) -> usize {
                self.rows
            }

            fn columns(&self) -> Vec<(&'static str, Cells<'_>)> {
                vec![$($((stringify!($column), self.$column.cells()),)*)*]
            }
        }
    };
}

function_columns!(columns);
file_columns!(columns);
problem_columns!(columns);
