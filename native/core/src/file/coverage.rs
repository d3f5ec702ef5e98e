//! How much of a file is documented and type-hinted.

use crate::records::{Coverage, FunctionMetrics};
use crate::tree::Tree;

/// Counts of definitions with a docstring and of places with a hint.
pub(crate) fn of(tree: &Tree, functions: &[FunctionMetrics]) -> Coverage {
    let documented = functions.iter().filter(|function| function.documented).count();
    let classes_documented = tree.classes.iter().filter(|class| class.is_documented).count();
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Coverage {
        documented: tree.is_documented,
        functions_documented: count(documented),
        classes: count(tree.classes.len()),
        classes_documented: count(classes_documented),
        hinted: functions.iter().map(|function| function.hinted).sum(),
        hintable: functions.iter().map(|function| function.hintable).sum(),
    }
}
