//! Tables as Arrow record batches.

use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::builder::BooleanBuilder;
use arrow_array::types::UInt32Type;
use arrow_array::{ArrayRef, DictionaryArray, Float64Array, LargeStringArray, RecordBatch, UInt32Array};
use arrow_schema::ArrowError;

use super::column::{Cells, hexadecimal};
use super::{Scan, Table, TableKind};

impl Scan {
    /// A table as one batch; its first column is the path of each row's file, as text: bytes that
    /// are no UTF-8 are replaced. `paths` has one for each file.
    ///
    /// # Errors
    ///
    /// `ArrowError` where there are fewer paths than files.
    pub fn batch(&self, table: TableKind, paths: &[PathBuf]) -> Result<RecordBatch, ArrowError> {
        let texts: ArrayRef =
            Arc::new(LargeStringArray::from_iter_values(paths.iter().map(|path| path.to_string_lossy())));
        let (paths, columns) = match table {
            TableKind::Files => (texts, self.files.columns()),
            TableKind::Functions => (self.owners(table, texts)?, self.functions.columns()),
            TableKind::Problems => (self.owners(table, texts)?, self.problems.columns()),
        };
        let columns = columns.into_iter().map(|(name, cells)| (name, array(cells)));
        RecordBatch::try_from_iter(std::iter::once(("path", paths)).chain(columns))
    }

    /// Each row's path as a number into the paths of all files.
    fn owners(&self, table: TableKind, paths: ArrayRef) -> Result<ArrayRef, ArrowError> {
        let files = 0..self.files.rows();
        let owners = files.flat_map(|file| self.rows_in(table, file).map(move |_| u32::try_from(file).ok()));
        Ok(Arc::new(DictionaryArray::<UInt32Type>::try_new(owners.collect::<UInt32Array>(), paths)?))
    }
}

fn array(cells: Cells<'_>) -> ArrayRef {
    match cells {
        Cells::Numbers(numbers) => Arc::new(UInt32Array::from(numbers.to_vec())),
        Cells::Reals(reals) => Arc::new(Float64Array::from(reals.to_vec())),
        Cells::Flags(flags) => {
            let mut builder = BooleanBuilder::with_capacity(flags.len());
            builder.append_slice(flags);
            Arc::new(builder.finish())
        }
        Cells::Digests(digests) => {
            Arc::new(LargeStringArray::from_iter_values(digests.iter().map(|digest| hexadecimal(*digest))))
        }
        Cells::Texts(texts) => Arc::new(LargeStringArray::from_iter_values(texts.iter())),
    }
}
