"""Every sentence a reviewer reads about a change, rendered from its proposal and its verdicts (pure).

Nothing here measures, decides or believes: a fact stands in the text because a gate put it into a
verdict. Strings that come from a target (paths, names, test ids, messages) are made harmless first.
"""

import unicodedata

from pyagent.model import Answer, ChangeClass, Claim, Level, Proposal, Status, Validation, Verdict
from pyagent.sandbox.levels import HOLES

SUBJECT_LENGTH = 72
LINE_LENGTH = 400

CLASS_TEXT = {
    ChangeClass.H: "one lint rule",
    ChangeClass.A: "edit or extract, every obligation discharged",
    ChangeClass.B: "rewrite with listed assumptions",
    ChangeClass.C: "written by a language model",
    ChangeClass.T: "tests only",
}
LEVEL_TEXT = {
    Level.FULL: "full sandbox",
    Level.REDUCED: f"reduced sandbox ({'; '.join(HOLES[Level.REDUCED])})",
    Level.UNSAFE: "open, with NO SANDBOX (the operator allowed it)",
}
NOT_REACHED = "not reached"
"""How the reason of a gate begins that an earlier answer kept from being asked."""
WORDS = {Answer.PASSED: "passed", Answer.FAILED: "failed", Answer.SKIPPED: "not checked"}
"""What a person reads: a gate that could not run checked nothing."""
MARKS = {Answer.PASSED: "✓", Answer.FAILED: "✗", Answer.SKIPPED: "?"}


def subject(proposal: Proposal) -> str:
    """The commit's first line: the benefit, one harmless line of at most 72 characters."""
    return _shortened(plain(proposal.title) or f"Apply {plain(proposal.transform)}", SUBJECT_LENGTH)


def commit_message(proposal: Proposal, validation: Validation) -> str:
    """The whole commit message: benefit line, evidence lines, what was not checked, trailers."""
    evidence = [f"- {verdict.gate}: {plain(verdict.reason)}" for verdict in _with(validation, Answer.PASSED)]
    trailers = [f"Pyagent-Change: {plain(proposal.change)}", f"Pyagent-Proposal: {plain(proposal.id)}"]
    parts = [subject(proposal), _sentence(proposal), "\n".join(_claim_lines(proposal, unchanged=False))]
    parts += [f"Proven in the {sandboxed(validation.level)}:\n" + "\n".join(evidence)]
    parts += ["Not checked:\n" + "\n".join(f"- {plain(line)}" for line in not_checked(validation))]
    return "\n\n".join(part for part in (*parts, "\n".join(trailers)) if part) + "\n"


def review(proposal: Proposal, validation: Validation) -> str:
    """The Markdown a reviewer reads: benefit, evidence table, obligations, what was not checked, marker."""
    rows = [
        f"| {MARKS[verdict.answer]} {verdict.gate} | {WORDS[verdict.answer]}: {escaped(verdict.reason)} "
        f"| {_facts(verdict)} | {verdict.cpu_seconds:.1f} |"
        for verdict in validation.verdicts
    ]
    blocks = [
        f"## {escaped(proposal.title)}",
        f"{escaped(_sentence(proposal))} {_standing(validation)}",
        "\n".join(
            f"- {escaped(line)}" for line in (plain(claim[2:]) for claim in _claim_lines(proposal, unchanged=True))
        ),
        "\n".join(("| gate | answer | measured | CPU s |", "|---|---|---|---|", *rows)),
        f"{tally(validation)}.",
        _bullets("What the author proved", proposal.obligations),
        _bullets("What stays assumed", proposal.assumptions),
        _bullets("Not checked", not_checked(validation)),
        f"<!-- pyagent:{plain(proposal.change)} -->",
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def summary(proposal: Proposal, validation: Validation) -> str:
    """One terse line for lists: class, subject, standing and, unless it passed, why."""
    why = "" if validation.status is Status.PROPOSED else f": {validation.reason}"
    line = f"{proposal.change_class} {subject(proposal)} [{validation.status}{why}]"
    return _shortened(plain(line), LINE_LENGTH)


def sandboxed(level: Level) -> str:
    """The sandbox in words, with everything it is known not to hold: `full sandbox`."""
    return LEVEL_TEXT[level]


def tally(validation: Validation) -> str:
    """How many gates said what, and what that cost: `9 passed, 1 failed, 2 not checked, 4.7 CPU seconds`."""
    counts = (f"{len(_with(validation, answer))} {WORDS[answer]}" for answer in Answer)
    seconds = sum(verdict.cpu_seconds for verdict in validation.verdicts)
    return f"{', '.join(counts)}, {seconds:.1f} CPU seconds"


def not_checked(validation: Validation) -> tuple[str, ...]:
    """What nobody may believe was proven, one sentence each; never empty.

    Gates that an earlier answer kept from being asked stand together in one sentence.
    """
    skips = _with(validation, Answer.SKIPPED)
    unreached: dict[str, list[str]] = {}
    for verdict in skips:
        if verdict.reason.startswith(NOT_REACHED):
            unreached.setdefault(verdict.reason.removeprefix(NOT_REACHED).lstrip(": "), []).append(verdict.gate)
    own = (f"{verdict.gate}: {verdict.reason}" for verdict in skips if not verdict.reason.startswith(NOT_REACHED))
    rest = (f"{', '.join(gates)}: not reached{f', because {why}' if why else ''}" for why, gates in unreached.items())
    return (*own, *rest, *_never_checked(validation))


def _never_checked(validation: Validation) -> tuple[str, ...]:
    """What even a whole ladder leaves open."""
    passed = {verdict.gate for verdict in _with(validation, Answer.PASSED)}
    shown = "behaviour that no test asserts and no recorded call shows"
    behaviour = shown if "old-versus-new" in passed else "behaviour that no test asserts"
    return (behaviour,) if "benchmark" in passed else (behaviour, "speed")


def plain(text: str) -> str:
    """`text` as one printable line without control, bidirectional or invisible characters, limited in length."""
    line = " ".join(text.split())
    kept = "".join(char if unicodedata.category(char)[0] != "C" else "\N{REPLACEMENT CHARACTER}" for char in line)
    return _shortened(kept, LINE_LENGTH)


def escaped(text: str) -> str:
    """`text` as one line of Markdown that means nothing but itself: no markup, link, mention or HTML."""
    marked = "".join(f"\\{char}" if char in "\\`*_{}[]()#+!|~$" else char for char in plain(text))
    # A zero-width non-joiner would do for mentions, but invisible characters are what we refuse elsewhere.
    safe = marked.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "&#64;")
    return safe.replace("://", ":&#47;&#47;").replace("www.", "www&#46;")


def _sentence(proposal: Proposal) -> str:
    where = f"{plain(proposal.name)} in {plain(proposal.path)}"
    kind = f"class {proposal.change_class}, {CLASS_TEXT[proposal.change_class]}"
    return f"By the transform {plain(proposal.transform)} on {where} ({kind})."


def _standing(validation: Validation) -> str:
    return f"Standing: **{validation.status}**, judged in the {sandboxed(validation.level)}."


def _claim_lines(proposal: Proposal, *, unchanged: bool) -> tuple[str, ...]:
    return tuple(_claim_line(claim) for claim in proposal.claims if unchanged or claim.before != claim.after)


def _claim_line(claim: Claim) -> str:
    before = f"{claim.before:g} → " if claim.before else "new, "
    return f"- {plain(claim.metric)} of {plain(claim.name)}: {before}{claim.after:g}"


def _with(validation: Validation, answer: Answer) -> tuple[Verdict, ...]:
    return tuple(verdict for verdict in validation.verdicts if verdict.answer is answer)


def _facts(verdict: Verdict) -> str:
    return "<br>".join(f"{escaped(name)}: {escaped(value)}" for name, value in verdict.facts)


def _bullets(title: str, lines: tuple[str, ...]) -> str:
    return "\n".join((f"**{title}**\n", *(f"- {escaped(line)}" for line in lines))) if lines else ""


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
