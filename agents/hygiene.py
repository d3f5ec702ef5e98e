"""The author of lint fixes: ruff in the sandbox under our own configuration, one rule per change.

Only fixes that ruff itself calls safe, never a formatting rule. The files stand alone inside, without
their project, so no rule's answer depends on a target's configuration. Ruff only finds; its edits are
done here, so that a change can stop at its ceiling and leave out what would read worse.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TypedDict

import ruff  # pyright: ignore[reportMissingTypeStubs] - it ships none; one typed function is used

from agents.floors import Floor, floor, target_minor
from agents.lint_rules import BY_CODE, RULES, Rule, fits
from agents.transforms.rewrite import Edit, apply_edits
from agents.transforms.source import Source, parse_source
from pyagent.errors import EnvironmentFault
from pyagent.ids import proposal_id
from pyagent.model import ChangeClass, Claim, Declined, FileChange, Finding, Patch, Proposal, Status, Ticket
from pyagent.ports import Checkout, Completed, Job, Limits, Mount, Runner

TRANSFORM = "ruff"
METRIC = "lint"
MOST_LINES = 100
MOST_FILES = 20

_TOOLS = "/tools"
_SAFE = "safe"
_CODES_OF_A_RUN = frozenset({0, 1})
"""Ruff ends with 0 (nothing found) or 1 (something found); all else is a failure of the run."""


class _Place(TypedDict):
    row: int
    column: int


class _RuffEdit(TypedDict):
    content: str
    location: _Place
    end_location: _Place


class _Fix(TypedDict):
    applicability: str
    edits: list[_RuffEdit]


class _Row(TypedDict):
    code: str | None
    filename: str
    location: _Place
    fix: _Fix | None


@dataclass(frozen=True, slots=True)
class _Found:
    """One finding of a rule of ours, with its edits where ruff calls the fix safe."""

    path: str
    rule: str
    line: int
    edits: tuple[_RuffEdit, ...]


def lint_findings(checkout: Checkout, runner: Runner, paths: Iterable[str]) -> tuple[Finding, ...]:
    """A finding per product file and rule that has a safe fix there: `value` counts them, `line` is the first.

    `paths` are the product's files. Rules whose fix the project's oldest Python could not read are
    left out. Raises EnvironmentFault when ruff does not answer.
    """
    oldest = floor(checkout)
    codes = [rule.code for rule in RULES if fits(rule, oldest)]
    bodies = _bodies(checkout, paths)
    lines: dict[tuple[str, str], list[int]] = {}
    for found in _check(runner, bodies, codes, oldest):
        if found.edits:
            lines.setdefault((found.path, found.rule), []).append(found.line)
    return tuple(
        Finding("lint", path, code, min(rows), len(rows), 0.0, BY_CODE[code].benefit)
        for (path, code), rows in sorted(lines.items())
    )


@dataclass(frozen=True, slots=True)
class HygieneProposer:
    """Satisfies the Proposer port for tickets of the transform `ruff`: name is the rule, paths are the files."""

    runner: Runner

    def propose(self, ticket: Ticket, checkout: Checkout) -> Proposal | Declined:
        """The safe fixes of one rule in the ticket's files, as many as one change may hold."""
        rule, oldest = BY_CODE.get(ticket.name), floor(checkout)
        if rule is None or not fits(rule, oldest):
            return _declined(ticket, f"rule-off: {ticket.name} is not a rule for this project")
        known = frozenset(checkout.paths())
        bodies = _bodies(checkout, (path for path in ticket.paths or (ticket.path,) if path in known))
        before = _check(self.runner, bodies, [rule.code], oldest)
        fixed = _fixed(bodies, before)
        if not fixed:
            return _declined(ticket, f"no-site: {rule.code} has no safe fix here that reads well")
        after = _check(self.runner, fixed, [rule.code], oldest)
        claims = _claims(rule, fixed, before, after)
        if any(claim.after >= claim.before for claim in claims):
            return _declined(ticket, f"no-gain: the fixes leave as many findings of {rule.code}")
        patch = Patch(tuple(FileChange(path, bodies[path], fixed[path]) for path in fixed))
        return _proposal(ticket, checkout, rule, patch, claims)


def _bodies(checkout: Checkout, paths: Iterable[str]) -> dict[str, bytes]:
    return {path: checkout.read(path) for path in sorted(paths)}


def _check(
    runner: Runner, bodies: Mapping[str, bytes], codes: Iterable[str], oldest: Floor | None
) -> tuple[_Found, ...]:
    """Findings of `codes` in files that stand alone, in ruff's order: by path, then by place."""
    if not bodies:
        return ()
    argv = (
        f"{_TOOLS}/ruff",
        *("check", "--isolated", "--no-cache", "--quiet", "--output-format=json"),
        # A product's folder may be called build or venv; nothing but product files is inside.
        *("--config", "exclude=[]", "--no-respect-gitignore"),
        *("--select", ",".join(codes), "--target-version", f"py3{target_minor(oldest)}", "."),
    )
    job = Job(
        argv=argv,
        overlay=dict(bodies),
        mounts=(Mount(Path(ruff.find_ruff_bin()).parent, _TOOLS),),
        limits=Limits(wall_seconds=300, cpu_seconds=300, output_bytes=64 << 20),
    )
    done = runner.run(job)
    if done.stopped or done.code not in _CODES_OF_A_RUN:
        raise EnvironmentFault(f"ruff ended with {done.stopped or done.code}: {_last_line(done)}", "Run it again.")
    rows: list[_Row] = json.loads(done.stdout or b"[]")
    return tuple(_found(rows, bodies))


def _last_line(done: Completed) -> str:
    return done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][:200]


def _found(rows: Iterable[_Row], bodies: Mapping[str, bytes]) -> Iterator[_Found]:
    """Our rules' rows under our own paths: ruff reports absolute names below a folder that is the runner's affair."""
    for row in rows:
        parts = PurePosixPath(row["filename"]).parts
        suffixes = ("/".join(parts[start:]) for start in range(len(parts)))
        path = next((suffix for suffix in suffixes if suffix in bodies), None)
        rule = BY_CODE.get(row["code"] or "")
        if path is not None and rule is not None:
            yield _Found(path, rule.code, row["location"]["row"], _welcome_edits(rule, row["fix"]))


def _welcome_edits(rule: Rule, fix: _Fix | None) -> tuple[_RuffEdit, ...]:
    if fix is None or fix["applicability"] != _SAFE:
        return ()
    rows = {edit[end]["row"] for edit in fix["edits"] for end in ("location", "end_location")}
    return () if rule.one_line and len(rows) > 1 else tuple(fix["edits"])


def _fixed(bodies: Mapping[str, bytes], found: Iterable[_Found]) -> dict[str, bytes]:
    """Files with as many fixes, in order, as the ceilings of a change allow."""
    chosen: dict[str, list[_Found]] = {}
    lines = 0
    for each in found:
        cost = sum(_changed_lines(edit) for edit in each.edits)
        full = each.path not in chosen and len(chosen) >= MOST_FILES
        if each.edits and not full and lines + cost <= MOST_LINES:
            lines += cost
            chosen.setdefault(each.path, []).append(each)
    done = {path: _applied(path, bodies[path], fixes) for path, fixes in sorted(chosen.items())}
    return {path: body for path, body in done.items() if body != bodies[path]}


def _changed_lines(edit: _RuffEdit) -> int:
    """At most so many lines of a diff: those the edit touches, and those it writes."""
    return edit["end_location"]["row"] - edit["location"]["row"] + 2 + edit["content"].count("\n")


def _applied(path: str, body: bytes, fixes: Iterable[_Found]) -> bytes:
    """The file with the fixes done, each whole or not at all; unchanged when it cannot be written back."""
    source = parse_source(path, body)
    if not isinstance(source, Source):
        return body
    kept: set[Edit] = set()
    for fix in fixes:
        edits = {_edit(source, each) for each in fix.edits}
        if not any(_touch(edit, other) for edit in edits - kept for other in kept):
            kept |= edits
    return source.encode(apply_edits(source.text, kept))


def _touch(one: Edit, other: Edit) -> bool:
    """Whether two edits meet, so that doing both might not be what either meant."""
    return one.start <= other.end and other.start <= one.end


def _edit(source: Source, edit: _RuffEdit) -> Edit:
    return Edit(
        _offset(source, edit["location"]), _offset(source, edit["end_location"]), edit["content"].replace("\r\n", "\n")
    )


def _offset(source: Source, place: _Place) -> int:
    """Ruff counts characters from 1, and names the end of a file as the line after its last."""
    return min(source.starts[min(place["row"], len(source.starts)) - 1] + place["column"] - 1, len(source.text))


def _claims(rule: Rule, paths: Iterable[str], before: Iterable[_Found], after: Iterable[_Found]) -> tuple[Claim, ...]:
    old, new = Counter(each.path for each in before), Counter(each.path for each in after)
    return tuple(Claim(METRIC, path, rule.code, old[path], new[path]) for path in paths)


def _declined(ticket: Ticket, reason: str) -> Declined:
    return Declined(ticket.change, ticket.evidence, Status.DECLINED, reason)


def _proposal(ticket: Ticket, checkout: Checkout, rule: Rule, patch: Patch, claims: tuple[Claim, ...]) -> Proposal:
    gone = sum(claim.before - claim.after for claim in claims)
    where = PurePosixPath(patch.files[0].path).name if len(patch.files) == 1 else f"{len(patch.files)} files"
    return Proposal(
        id=proposal_id(ticket.change, patch),
        change=ticket.change,
        repository=ticket.repository,
        base=checkout.commit,
        change_class=ChangeClass.H,
        transform=TRANSFORM,
        path=ticket.path,
        name=rule.code,
        evidence=ticket.evidence,
        title=f"{rule.benefit} ({rule.code}): {gone:g} in {where}",
        patch=patch,
        claims=claims,
        obligations=("Every edit is a fix that ruff labels safe.", f"No rule but {rule.code} took part."),
        assumptions=(),
    )
