//! Limits and the system call filter, for this process and all that follow.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::failure::Failure;
use crate::filter;
use crate::plan::{CEILINGS, Plan};

/// In the plan's order.
const KINDS: [Resource; CEILINGS] =
    [Resource::As, Resource::Core, Resource::Cpu, Resource::Fsize, Resource::Nofile, Resource::Nproc];

/// Puts up the walls the plan asks for; none can be taken down again.
pub fn confine(plan: &Plan) -> Result<(), Failure> {
    for (kind, ceiling) in KINDS.into_iter().zip(plan.ceilings) {
        lower(kind, ceiling)?;
    }
    if plan.walls.filter {
        filter::install()?;
    }
    Ok(())
}

/// Lowers both limits of `kind`, never raises one.
fn lower(kind: Resource, ceiling: u64) -> Result<(), Failure> {
    let least = getrlimit(kind).maximum.map_or(ceiling, |hard| hard.min(ceiling));
    setrlimit(kind, Rlimit { current: Some(least), maximum: Some(least) })
        .map_err(|error| Failure::of(&error.into(), format!("limit {kind:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_lowered_never_raised() {
        lower(Resource::Core, 0).unwrap();
        lower(Resource::Core, 1).unwrap();
        let kept = getrlimit(Resource::Core);
        assert_eq!((kept.current, kept.maximum), (Some(0), Some(0)));
    }
}
