//! The columns of each table: the one place that follows a new field of a record.
//!
//! Each macro hands its list to another macro: `columns!` makes the tables of it, the Python door
//! the attributes of its rows, in front of which it gives what else that needs. A line says `column: kind = where the record has it`; columns under
//! `own` are attributes of a row by themselves, the other groups belong to a value of that name.

/// Columns of the table of functions.
#[macro_export]
macro_rules! function_columns {
    ($then:ident $($given:tt)*) => {
        $then! {
            $($given)*
            FunctionColumns of row: FunctionMetrics {
                own {
                    name: Texts = row.name,
                    line: Numbers = row.line,
                    end_line: Numbers = row.end_line,
                    first_line: Numbers = row.first_line,
                    cyclomatic: Numbers = row.cyclomatic,
                    cyclomatic_ruff: Numbers = row.cyclomatic_ruff,
                    cyclomatic_core: Numbers = row.cyclomatic_core,
                    cognitive: Numbers = row.cognitive,
                    cognitive_sonar: Numbers = row.cognitive_sonar,
                    nesting: Numbers = row.nesting,
                    arguments: Numbers = row.arguments,
                    returns: Numbers = row.returns,
                    branches: Numbers = row.branches,
                    statements: Numbers = row.statements,
                    locals: Numbers = row.locals,
                    documented: Flags = row.documented,
                    annotated: Flags = row.annotated,
                    hinted: Numbers = row.hinted,
                    hintable: Numbers = row.hintable,
                    fingerprint: Digests = row.fingerprint,
                    is_async: Flags = row.is_async,
                }
                halstead {
                    distinct_operators: Numbers = row.halstead.distinct_operators,
                    distinct_operands: Numbers = row.halstead.distinct_operands,
                    operators: Numbers = row.halstead.operators,
                    operands: Numbers = row.halstead.operands,
                }
            }
        }
    };
}

/// Columns of the table of files.
#[macro_export]
macro_rules! file_columns {
    ($then:ident $($given:tt)*) => {
        $then! {
            $($given)*
            FileColumns of row: FileMetrics {
                own {
                    status: Texts = row.status.as_str(),
                    mi: Reals = row.maintainability,
                    cyclomatic: Numbers = row.cyclomatic,
                    cyclomatic_core: Numbers = row.cyclomatic_core,
                    documented: Flags = row.coverage.documented,
                    functions_documented: Numbers = row.coverage.functions_documented,
                    classes: Numbers = row.coverage.classes,
                    classes_documented: Numbers = row.coverage.classes_documented,
                    hinted: Numbers = row.coverage.hinted,
                    hintable: Numbers = row.coverage.hintable,
                }
                halstead {
                    distinct_operators: Numbers = row.halstead.distinct_operators,
                    distinct_operands: Numbers = row.halstead.distinct_operands,
                    operators: Numbers = row.halstead.operators,
                    operands: Numbers = row.halstead.operands,
                }
                raw {
                    loc: Numbers = row.raw.loc,
                    lloc: Numbers = row.raw.lloc,
                    sloc: Numbers = row.raw.sloc,
                    comments: Numbers = row.raw.comments,
                    multi: Numbers = row.raw.multi,
                    blank: Numbers = row.raw.blank,
                    single_comments: Numbers = row.raw.single_comments,
                }
            }
        }
    };
}

/// Columns of the table of problems.
#[macro_export]
macro_rules! problem_columns {
    ($then:ident $($given:tt)*) => {
        $then! {
            $($given)*
            ProblemColumns of row: Problem {
                own {
                    line: Numbers = row.line,
                    column: Numbers = row.column,
                    kind: Texts = row.kind,
                    message: Texts = row.message,
                }
            }
        }
    };
}
