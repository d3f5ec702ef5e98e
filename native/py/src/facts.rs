//! Rows of the answers that a project gives; `pyagent_native.pyi` is their description.

use pyagent_metrics as core;
use pyo3::prelude::*;

/// A class whose fields are read from a record of the core.
macro_rules! row {
    ($(#[$doc:meta])+ $name:ident from $row:ident { $($field:ident: $type:ty = $value:expr,)+ }) => {
        $(#[$doc])+
        #[pyclass(frozen, get_all, eq, hash, skip_from_py_object, module = "pyagent_native")]
        #[derive(Debug, std::clone::Clone, PartialEq, Eq, Hash)]
        pub struct $name {
            $($field: $type,)+
        }

        impl From<core::$name> for $name {
            fn from($row: core::$name) -> Self {
                Self { $($field: $value,)+ }
            }
        }

        #[pymethods]
        impl $name {
            fn __repr__(&self) -> String {
                format!("{self:?}")
            }
        }
    };
}

row! {
    /// Lines of one file.
    Span from row {
        path: String = row.path,
        line: u32 = row.line,
        end_line: u32 = row.end_line,
        name: String = row.name,
    }
}

row! {
    /// One imported name.
    Import from row {
        path: String = row.path,
        line: u32 = row.line,
        module: String = row.module,
        name: String = row.name,
        target: Option<String> = row.target,
        type_checking: bool = row.type_checking,
        deferred: bool = row.deferred,
    }
}

row! {
    /// A definition whose name no product code uses.
    Unused from row {
        path: String = row.path,
        line: u32 = row.line,
        end_line: u32 = row.end_line,
        name: String = row.name,
        kind: &'static str = row.kind.as_str(),
        confidence: u8 = row.confidence,
        only_tests: bool = row.only_tests,
    }
}

row! {
    /// Two copies of one piece of code.
    Clone from row {
        kind: &'static str = row.kind.as_str(),
        tokens: u32 = row.tokens,
        first: Span = row.first.into(),
        second: Span = row.second.into(),
    }
}

row! {
    /// Neighbouring lines of one text that stand in for neighbouring lines of another.
    Edit from row {
        before_start: u32 = row.before.start,
        before_end: u32 = row.before.end,
        after_start: u32 = row.after.start,
        after_end: u32 = row.after.end,
    }
}

/// Functions that say nearly the same.
#[pyclass(frozen, get_all, eq, skip_from_py_object, module = "pyagent_native")]
#[derive(PartialEq)]
pub struct NearDuplicates {
    similarity: f64,
    functions: Vec<Span>,
}

impl From<core::NearDuplicates> for NearDuplicates {
    fn from(row: core::NearDuplicates) -> Self {
        Self { similarity: row.similarity, functions: row.functions.into_iter().map(Span::from).collect() }
    }
}

/// A function that fits a query.
#[pyclass(frozen, get_all, eq, skip_from_py_object, module = "pyagent_native")]
#[derive(PartialEq)]
pub struct Hit {
    function: Span,
    score: f64,
}

impl From<core::Hit> for Hit {
    fn from(row: core::Hit) -> Self {
        Self { function: row.function.into(), score: row.score }
    }
}
