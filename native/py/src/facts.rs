//! Plain rows of answers; `pyagent_native.pyi` is their description.

use core::Column;
use pyagent_metrics as core;
use pyo3::prelude::*;

/// A class whose fields are computed from a row of the core; `hashed` where all of them are exact.
macro_rules! row {
    ($(#[$attribute:meta])+ hashed $($rest:tt)+) => {
        row! { $(#[$attribute])+ #[pyo3(hash)] #[derive(Eq, Hash)] $($rest)+ }
    };
    ($(#[$attribute:meta])+ $name:ident of $row:ident: $from:ty { $($field:ident: $type:ty = $value:expr,)+ }) => {
        #[pyclass(frozen, get_all, eq, skip_from_py_object, module = "pyagent_native")]
        $(#[$attribute])+
        #[derive(Debug, std::clone::Clone, PartialEq)]
        pub struct $name {
            $($field: $type,)+
        }

        impl From<$from> for $name {
            fn from($row: $from) -> Self {
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
    hashed Span of row: core::Span {
        path: String = row.path,
        line: u32 = row.line,
        end_line: u32 = row.end_line,
        name: String = row.name,
    }
}

row! {
    /// One imported name.
    hashed Import of row: core::Import {
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
    hashed Unused of row: core::Unused {
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
    hashed Clone of row: core::Clone {
        kind: &'static str = row.kind.as_str(),
        tokens: u32 = row.tokens,
        first: Span = row.first.into(),
        second: Span = row.second.into(),
    }
}

row! {
    /// Neighbouring lines of one text that stand in for neighbouring lines of another.
    hashed Edit of row: core::Edit {
        before_start: u32 = row.before.start,
        before_end: u32 = row.before.end,
        after_start: u32 = row.after.start,
        after_end: u32 = row.after.end,
    }
}

row! {
    /// Functions that say nearly the same.
    NearDuplicates of row: core::NearDuplicates {
        similarity: f64 = row.similarity,
        functions: Vec<Span> = row.functions.into_iter().map(Span::from).collect(),
    }
}

row! {
    /// A function that fits a query.
    Hit of row: core::Hit {
        function: Span = row.function.into(),
        score: f64 = row.score,
    }
}

row! {
    /// What is wrong at one place of a file.
    hashed Problem of row: (&core::ProblemColumns, usize) {
        line: u32 = row.0.line.at(row.1),
        column: u32 = row.0.column.at(row.1),
        kind: String = row.0.kind.at(row.1).to_string(),
        message: String = row.0.message.at(row.1).to_string(),
    }
}

row! {
    /// Line counts as radon 6.0.1 defines them.
    hashed RawMetrics of row: core::RawMetrics {
        loc: u32 = row.loc,
        lloc: u32 = row.lloc,
        sloc: u32 = row.sloc,
        comments: u32 = row.comments,
        multi: u32 = row.multi,
        blank: u32 = row.blank,
        single_comments: u32 = row.single_comments,
    }
}

row! {
    /// Halstead's numbers as radon 6.0.1 takes them.
    #[allow(non_snake_case)] // N1 and N2 are the names of the literature
    HalsteadMetrics of row: core::HalsteadCounts {
        h1: u32 = row.distinct_operators,
        h2: u32 = row.distinct_operands,
        N1: u32 = row.operators,
        N2: u32 = row.operands,
        vocabulary: u32 = row.vocabulary(),
        length: u32 = row.length(),
        calculated_length: f64 = row.calculated_length(),
        volume: f64 = row.volume(),
        difficulty: f64 = row.difficulty(),
        effort: f64 = row.effort(),
        time: f64 = row.time(),
        bugs: f64 = row.bugs(),
    }
}
