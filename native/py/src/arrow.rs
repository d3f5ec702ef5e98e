//! Tables as Arrow record batches, handed over by the Arrow C stream interface.

use std::sync::Arc;

use arrow_array::builder::BooleanBuilder;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::types::UInt32Type;
use arrow_array::{
    ArrayRef, DictionaryArray, Float64Array, LargeStringArray, RecordBatch, RecordBatchIterator, UInt32Array,
};
use arrow_schema::ArrowError;
use pyagent_metrics::{Cells, Scan, Table, hexadecimal};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::scanned::Results;

/// Which table of a scan.
#[derive(Clone, Copy)]
pub enum Which {
    Functions,
    Files,
    Problems,
}

fn columns(scan: &Scan, which: Which) -> Vec<(&'static str, Cells<'_>)> {
    match which {
        Which::Functions => scan.functions.columns(),
        Which::Files => scan.files.columns(),
        Which::Problems => scan.problems.columns(),
    }
}

/// The table as a stream of one batch, in the capsule that Arrow consumers take.
///
/// Its first column is the path of each row's file, as text: bytes that are no UTF-8 are replaced.
pub fn stream<'py>(py: Python<'py>, results: &Results, which: Which) -> PyResult<Bound<'py, PyCapsule>> {
    let batch = batch(results, which).map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
    let schema = batch.schema();
    let reader = RecordBatchIterator::new([Ok(batch)], schema);
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), c"arrow_array_stream")
}

fn batch(results: &Results, which: Which) -> Result<RecordBatch, ArrowError> {
    let scan = &results.scan;
    let paths = match which {
        Which::Functions => paths(results, scan.files_of_functions())?,
        Which::Problems => paths(results, scan.files_of_problems())?,
        Which::Files => Arc::new(texts(results)),
    };
    let columns = columns(scan, which).into_iter().map(|(name, cells)| (name, array(cells)));
    RecordBatch::try_from_iter(std::iter::once(("path", paths)).chain(columns))
}

/// Each row's path as a number into the paths of all files.
fn paths(results: &Results, owners: Vec<usize>) -> Result<ArrayRef, ArrowError> {
    let keys = owners.into_iter().map(|file| u32::try_from(file).ok()).collect::<UInt32Array>();
    Ok(Arc::new(DictionaryArray::<UInt32Type>::try_new(keys, Arc::new(texts(results)))?))
}

fn texts(results: &Results) -> LargeStringArray {
    LargeStringArray::from_iter_values(results.paths.iter().map(|path| path.to_string_lossy()))
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
