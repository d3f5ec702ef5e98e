"""`pyagent merge`: stage 7, a train departs when it may."""

from collections import Counter

import click

from cli.frame import options
from cli.stage_verbs import on_each
from repos.trains.board import Wait
from repos.trains.departures import Ejected, Merged, Stopped, Superseded
from stages.desk import Desk
from stages.ground import Grounds
from stages.merge import merge
from stages.wiring import Wiring


@click.command("merge")
@click.argument("targets", nargs=-1)
@click.option("--train-now", is_flag=True, help="Do not wait for the threshold.")
@options
def verb(targets: tuple[str, ...], train_now: bool) -> int:  # noqa: FBT001 - click hands flags by name
    """Let trains depart in TARGETS while enough proven changes wait."""

    def act(wiring: Wiring, desk: Desk) -> dict[str, object]:
        events = merge(wiring, desk, Grounds(wiring, desk), train_now=train_now)
        ends = Counter(type(e).__name__.lower() for e in events if isinstance(e, Merged | Ejected | Superseded))
        last = events[-1] if events else None
        return {**ends, "then": last.reason if isinstance(last, Wait | Stopped) else ""}

    return on_each(targets, act)
