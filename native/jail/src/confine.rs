//! Limits, Landlock and the system call filter, for this process and all that follow.

use landlock::{
    ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetError,
    RulesetStatus, Scope, path_beneath_rules,
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::failure::Failure;
use crate::filter;
use crate::plan::{CEILINGS, Plan, Walls};

/// The newest rules asked for; an older kernel keeps those it knows.
const NEWEST: ABI = ABI::V6;

/// In the plan's order.
const KINDS: [Resource; CEILINGS] =
    [Resource::As, Resource::Core, Resource::Cpu, Resource::Fsize, Resource::Nofile, Resource::Nproc];

/// Puts up the walls the plan asks for; none can be taken down again.
pub fn confine(plan: &Plan) -> Result<(), Failure> {
    for (kind, ceiling) in KINDS.into_iter().zip(plan.ceilings) {
        lower(kind, ceiling)?;
    }
    if !plan.walls.readable.is_empty() {
        landlocked(&plan.walls)?;
    }
    if plan.walls.filter {
        filter::install(plan.walls.narrow)?;
    }
    Ok(())
}

/// Files only where the walls say so; no network, no signal and no abstract socket beyond this process's own
/// offspring, as far as the kernel's version of Landlock goes.
fn landlocked(walls: &Walls) -> Result<(), Failure> {
    let failure = |error: RulesetError| Failure::new(&error.to_string(), "Landlock");
    let (all, read) = (AccessFs::from_all(NEWEST), AccessFs::from_read(NEWEST));
    let state = Ruleset::default()
        .handle_access(all)
        .and_then(|rules| rules.handle_access(AccessNet::from_all(NEWEST)))
        .and_then(|rules| rules.scope(Scope::from_all(NEWEST)))
        .and_then(Ruleset::create)
        .and_then(|rules| rules.add_rules(path_beneath_rules(&walls.readable, read)))
        .and_then(|rules| rules.add_rules(path_beneath_rules(&walls.writable, all)))
        .and_then(RulesetCreated::restrict_self)
        .map_err(failure)?;
    if state.ruleset == RulesetStatus::NotEnforced {
        return Err(Failure::new("this kernel has none", "Landlock"));
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
