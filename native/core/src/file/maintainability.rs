//! The maintainability index as `radon.metrics.mi_visit(code, True)` of 6.0.1 computes it.

use crate::records::{HalsteadCounts, RawMetrics};

/// 0 (bad) to 100; 100 for a file without operators or without logical lines.
///
/// radon's laws kept as they are: logical lines stand where the formula says source lines, and the
/// share of comments enters a sine in percent taken for degrees, so it peaks at 57.5 %.
pub(crate) fn index(halstead: &HalsteadCounts, cyclomatic: u32, raw: &RawMetrics) -> f64 {
    let volume = halstead.volume();
    if volume <= 0.0 || raw.lloc == 0 {
        return 100.0;
    }
    let comment_percent = match raw.sloc {
        0 => 0.0,
        sloc => f64::from(raw.comments + raw.multi) / f64::from(sloc) * 100.0,
    };
    let comment_bonus = 50.0 * (2.46 * comment_percent.to_radians()).sqrt().sin();
    let index =
        171.0 - 5.2 * volume.ln() - 0.23 * f64::from(cyclomatic) - 16.2 * f64::from(raw.lloc).ln() + comment_bonus;
    (index * 100.0 / 171.0).clamp(0.0, 100.0)
}
