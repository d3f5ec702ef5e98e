"""Extract function: takes decisions out of an over-complex function by moving runs of its statements into helpers.

Does: chooses the cheapest set of blocks whose removal brings the function to cyclomatic 25, moves
their own text into new private functions or methods of at most 10, and calls these in their place.
Where no set goes that far, or one without a name or with lines that no test runs would be needed, it
goes as far as other cuts take it: part of the way that can be merged is worth more than all of it
that cannot.
Why: of all rewrites that need no judgement of meaning, only this one lowers the complexity of a function.
Language rules: stated where each is enforced: data flow in `interface`, ways out in `region`,
binding forms in `scopes` and `effects`, what reads its frame in `guards`, where a `def` is visible
in `placement`, what indentation means in `moving`.

Universal assumptions, true of every extraction and not listed again: a traceback shows one frame
more, the recursion limit is reached one call sooner for each nested helper, log records and
profiles name the helper, an object bound only in moved lines dies when the helper returns, a moved
nested function's `__qualname__` names the helper, nobody reads the function's source or bytecode.
"""

import difflib

from agents.transforms.extract_function.candidates import HELPER_LIMIT
from agents.transforms.extract_function.complexity import cyclomatic
from agents.transforms.extract_function.examples import CHANGES, KEEPS, REFUSES
from agents.transforms.extract_function.planner import Aim, Effort, Plan, reduce, start
from agents.transforms.rewrite import Edit, ProjectFacts, Refusal, Rewrite, Site
from agents.transforms.source import Function, Source, find_functions, functions
from pyagent.model import ChangeClass

__all__ = ["CHANGES", "CHANGE_CLASS", "KEEPS", "NAME", "REFUSES", "RESIDUAL_LIMIT", "rewrite", "sites"]

NAME = "extract-function"
CHANGE_CLASS = ChangeClass.A
RESIDUAL_LIMIT = 25


def sites(source: Source) -> tuple[Site, ...]:
    """Functions over the limit, each with the decisions that must leave it."""
    known = cyclomatic(source.text)
    found = ((f, known.get(f.line, 0)) for f in functions(source))
    return tuple(Site(f.name, f.line, value - RESIDUAL_LIMIT) for f, value in found if value > RESIDUAL_LIMIT)


def rewrite(source: Source, name: str, facts: ProjectFacts, *, limit: int = RESIDUAL_LIMIT) -> Rewrite | Refusal:
    """The function `name` brought to at most `limit`; of several by that name, the most complex one."""
    known = cyclomatic(source.text)
    named = [f for f in functions(source) if f.name == name and f.line in known]
    if not named:
        return Refusal(f"unknown-function: `{name}` is not in {source.path}")
    function = max(named, key=lambda f: known[f.line])
    before = known[function.line]
    if before <= limit:
        return Refusal(f"simple-enough: `{name}` has complexity {before}")
    plan = _planned(start(source, facts), function, limit, facts)
    if isinstance(plan, Refusal):
        return plan
    left = cyclomatic(plan.source.text)
    after = max(left[f.line] for f in find_functions(plan.source, name))
    return _rewritten(source, name, (before, after), plan)


def _planned(begun: Plan, function: Function, limit: int, facts: ProjectFacts) -> Plan | Refusal:
    """All of the way where nothing but the gates stands in it, else part of it where there is one."""
    whole = reduce(begun, function, Aim(limit), facts=facts, effort=Effort())
    if isinstance(whole, Plan) and not whole.unnamed and whole.executed:
        return whole
    part = reduce(begun, function, Aim(limit, whole=False), facts=facts, effort=Effort())
    return whole if isinstance(part, Refusal) else part


def _rewritten(source: Source, name: str, change: tuple[int, int], plan: Plan) -> Rewrite:
    before, after = change
    helpers = ", ".join(f"`{helper}`" for helper in plan.helpers)
    return Rewrite(
        edits=_edits(source, plan),
        title=f"Extract {helpers} from `{name}` (complexity {before} -> {after})",
        why=f"`{name}` takes {before} decisions; its own text, moved and not rewritten, reads in smaller steps.",
        obligations=(
            "Every name a helper reads is bound on every way to its call, and passed.",
            "Every name read after a helper is bound on every way to its end, and returned.",
            "No closure, handler or `finally` around a helper reads what the helper binds.",
            "Each helper has one way back: it falls through, ends the function, or ends the loop's turn.",
            "No moved statement suspends, reads its frame, or rebinds a name outside the function.",
            f"The function is at {after}, every helper at {HELPER_LIMIT} or less.",
        ),
        named=not plan.unnamed,
    )


def _edits(source: Source, plan: Plan) -> tuple[Edit, ...]:
    old = list(source.lines)
    new = [line.text for line in plan.lines]
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return tuple(
        Edit(source.starts[a], source.starts[b], "".join(new[c:d]))
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    )
