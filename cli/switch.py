"""The kill switch of merging, thrown either way."""

import getpass

from cli.answers import answer
from cli.opening import opened, slugs
from stages.decisions import pause


def switch(targets: tuple[str, ...], *, paused: bool) -> None:
    """Pause or resume the repositories named, or all; says which were thrown and which stood so already."""
    word = "paused" if paused else "resumed"
    with opened() as wiring:
        names = slugs(wiring, targets)
        thrown = {name: pause(wiring, name, paused=paused, by=getpass.getuser()) for name in names}
        view = wiring.view()
    still = [] if paused else [name for name in names if view.is_paused(name)]
    new = [name for name, changed in thrown.items() if changed]
    answer({word: new, "still_paused": still}, "\n".join([*_thrown(thrown, word), *_still(still)]))


def _thrown(thrown: dict[str, bool], word: str) -> list[str]:
    return [f"{name or 'everywhere'}: {word if new else f'was {word} already'}" for name, new in thrown.items()]


def _still(names: list[str]) -> list[str]:
    return [f"{name}: merging stays paused everywhere; `pyagent resume` without a name goes on" for name in names]
