"""The exam's result for a person: rates with their counts, by bed and by coverage band (pure)."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from bench.falsify.projects import is_bed
from bench.falsify.rows import BANDS, WHOLE, Row

Equivalents = Mapping[str, str]
"""Candidate id -> the argument why a wrong edit changes nothing."""


def told(rows: Iterable[Row], equivalents: Equivalents) -> Iterator[str]:
    """Every line of the result."""
    every = tuple(rows)
    wrong = tuple(row for row in every if row.fault and row.id not in equivalents)
    spared = tuple(row for row in every if row.fault and row.id in equivalents)
    honest = tuple(row for row in every if not row.fault)
    yield from _faults(wrong, spared)
    yield from _honest(honest)
    yield f"CPU seconds of gates and suites: {sum(row.cpu_seconds for row in every):.0f}"


def _faults(rows: tuple[Row, ...], spared: tuple[Row, ...]) -> Iterator[str]:
    yield f"\nfaults: {len(rows)} injected"
    if spared:
        yield f"  besides {len(spared)} that change nothing, by a stated argument: not counted"
    yield f"  {'':28} {'injected':>8} {'accepted':>8} {'rate':>7} | {'suite alone':>11} {'rate':>7}"
    for name, part in _parts(rows):
        through = sum(row.accepted for row in part)
        alone = sum(row.suite_alone == "passed" for row in part)
        whole = f"{len(part):>8} {through:>8} {_share(through, part):>7}"
        yield f"  {name:28} {whole} | {alone:>11} {_share(alone, part):>7}"
    yield "  stopped by: " + _counts(row.gate or row.status for row in rows if not row.accepted)
    yield "  by kind (accepted of injected): " + ", ".join(
        f"{kind} {sum(row.accepted for row in part)}/{len(part)}"
        for kind, part in _grouped(rows, lambda row: row.fault)
    )
    for row in (row for row in rows if row.accepted):
        yield f"  ACCEPTED {row.id} {row.project} {row.path}:{row.line} {row.name} [{row.route}]"
        yield f"           {row.fault}: {row.wrong}"
        yield f"           not checked: {', '.join(row.not_checked) or 'nothing'}; covered {row.covered:.0%}"


def _honest(rows: tuple[Row, ...]) -> Iterator[str]:
    yield f"\nhonest changes: {len(rows)} judged"
    heads = f"{'judged':>8} {'accepted':>8} {'rate':>7} | {'alarms':>6} {'rate':>7} | {'needs-tests':>11} {'open':>5}"
    heads += f" {'dearer':>6}"
    yield f"  {'':28} {heads}"
    for name, part in _parts(rows):
        good, bad = sum(row.accepted for row in part), sum(row.alarm for row in part)
        waits, left = (sum(row.status == status for row in part) for status in ("needs-tests", "open"))
        yield (
            f"  {name:28} {len(part):>8} {good:>8} {_share(good, part):>7} | {bad:>6} {_share(bad, part):>7} "
            f"| {waits:>11} {left:>5} {sum(row.dearer for row in part):>6}"
        )
    yield "  not accepted, by gate: " + _counts(row.gate or row.status for row in rows if not row.accepted)
    yield "  by route (accepted of judged): " + ", ".join(
        f"{route} {sum(row.accepted for row in part)}/{len(part)}" for route, part in _grouped(rows, _last_route)
    )
    for row in (row for row in rows if row.status == "failed"):
        word = "ALARM (dearer, measured twice)" if row.dearer else "ALARM"
        yield f"  {word} {row.id} {row.project} {row.path} {row.name} [{row.route}] {row.gate}: {row.reason[:160]}"


def _last_route(row: Row) -> str:
    return row.route.rpartition(" + ")[2]


def _parts(rows: tuple[Row, ...]) -> Iterator[tuple[str, tuple[Row, ...]]]:
    yield "all", rows
    yield "open beds", tuple(row for row in rows if is_bed(row.project))
    yield "reserves", tuple(row for row in rows if not is_bed(row.project))
    yield "edited lines all run", tuple(row for row in rows if row.executed == "passed")
    yield from _grouped(rows, lambda row: f"class {row.change_class}")
    yield from _grouped(rows, lambda row: row.project)
    for band in (*(name for _, name in BANDS), WHOLE):
        yield f"covered {band}", tuple(row for row in rows if row.band == band)


def _grouped(rows: tuple[Row, ...], key: Callable[[Row], str]) -> Iterator[tuple[str, tuple[Row, ...]]]:
    for name in sorted({key(row) for row in rows}):
        yield name, tuple(row for row in rows if key(row) == name)


def _share(count: int, rows: tuple[Row, ...]) -> str:
    return f"{count / len(rows):.1%}" if rows else "-"


def _counts(words: Iterable[str]) -> str:
    return ", ".join(f"{count} {word}" for word, count in Counter(words).most_common()) or "none"
