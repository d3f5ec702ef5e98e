"""Which few of the many edits are tried: the same ones each time, spread over lines and kinds (pure)."""

import ast
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import CodeType

from pyagent.ids import digest
from repos.bytecode.compiling import compiled
from repos.mutants.operators import KINDS, Kinds, Mutant
from repos.mutants.source import Site, Source, header, read, sites


def mutants(path: str, text: bytes, lines: Collection[int], kinds: Kinds = KINDS) -> tuple[Mutant, ...]:
    """Every edit of these kinds that starts on one of the lines; none where the text cannot be read."""
    source = read(text)
    if source is None:
        return ()
    found: list[Mutant] = []
    for site in sites(source.tree):
        line = _line(site)
        if line in lines:
            heard = tuple(header(site.statement))
            name, anchor = _anchor(source, site)
            for kind, edits in kinds.items():
                found += [
                    Mutant(path, kind, line, heard, (name, start - anchor), start, end, other)
                    for start, end, other in edits(source, site)
                ]
    return tuple(found)


def spread(found: Iterable[Mutant]) -> Iterator[Mutant]:
    """All of them, so ordered that any first few cover many lines and many kinds.

    Each round takes one from every line, of the kind taken least so far. Ties are settled by a digest
    of the edit within its function: every change on one base asks alike, so that answers can be shared, and
    a change that is proven again, after others were merged into its file, is asked the same again.
    """
    left: dict[tuple[str, int], list[Mutant]] = {}
    for mutant in sorted(found, key=_rank):
        left.setdefault((mutant.path, mutant.line), []).append(mutant)
    taken: Counter[str] = Counter()
    while left:
        for place in list(left):
            rest = left[place]
            chosen = min(rest, key=lambda mutant: taken[mutant.kind])
            taken[chosen.kind] += 1
            rest.remove(chosen)
            if not rest:
                del left[place]
            yield chosen


def different(found: Iterable[Mutant], texts: Mapping[str, bytes]) -> Iterator[Mutant]:
    """Those that compile, each to another program than its file's text (by path) and than the ones before."""
    seen = {path: {program(text)} for path, text in texts.items()}
    for mutant in found:
        other = program(mutant.applied(texts[mutant.path]))
        if other is not None and other not in seen[mutant.path]:
            seen[mutant.path].add(other)
            yield mutant


def program(text: bytes) -> object:
    """What the compiler makes of a text, but for where it stands; None when it does not compile."""
    try:
        return _code(compiled(text))
    except (SyntaxError, ValueError, RecursionError):
        return None


def _code(code: CodeType) -> object:
    constants = tuple(_code(one) if isinstance(one, CodeType) else _named(one) for one in code.co_consts)
    return (code.co_name, code.co_code, code.co_names, code.co_varnames, code.co_freevars, constants)


def _named(constant: object) -> str:
    """A constant by its kind too: `1` and `True` are equal."""
    return f"{type(constant).__name__} {constant!r}"


def _line(site: Site) -> int:
    node = site.node.target if isinstance(site.node, ast.comprehension) else site.node
    return getattr(node, "lineno", site.statement.lineno)


def _anchor(source: Source, site: Site) -> tuple[str, int]:
    """The name of its function and its first byte; outside of functions no name, and that of its statement."""
    if site.function is None:
        return "", source.span(site.statement)[0]
    return site.function.name, source.span(site.function)[0]


def _rank(mutant: Mutant) -> tuple[str, int]:
    """By the file's offset only among twins, whose order no edit elsewhere changes."""
    name, within = mutant.place
    return digest("mutant", mutant.path, mutant.kind, name, str(within), mutant.text), mutant.start
