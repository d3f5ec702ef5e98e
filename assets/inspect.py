"""`python -m assets.inspect`: what Dagster's instance knows, beside what the ledger says."""

import json
import logging
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass

import click
import dagster as dg

from assets.events import asset_of
from assets.missing import Told, missing_of, retell, told_to
from assets.workshop import Workshop
from pyagent.errors import ConfigurationError, PyagentError
from pyagent.ledger.entries import Entry
from pyagent.quiet import hush

HOME = "DAGSTER_HOME"


@dataclass(frozen=True, slots=True)
class AssetEvents:
    """How many events of the ledger an asset has, the highest sequence, and the sequences it lacks."""

    told: int
    last: int
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Inspected:
    """What an instance knew when it was looked at, and how much it was told after that."""

    partitions: tuple[str, ...]
    assets: Mapping[str, AssetEvents]
    retold: int


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@click.option("--retell", "again", is_flag=True, help="Tell the instance of events it misses.")
@click.option("--config", "configuration", default="", help="The operator's pyagent.toml.")
@click.option("--state", default="", help="The state folder.")
def main(*, as_json: bool, again: bool, configuration: str, state: str) -> None:
    """What Dagster's instance knows of the ledger: partitions, and the events of each asset that it feeds."""
    hush()
    try:
        answer = inspected(Workshop(configuration=configuration, state=state), again=again)
    except PyagentError as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    click.echo(json.dumps(asdict(answer), indent=2) if as_json else "\n".join(_lines(answer)))


def inspected(workshop: Workshop, *, again: bool) -> Inspected:
    """What the instance of DAGSTER_HOME knows and misses; told of the latter when `again`."""
    if not os.environ.get(HOME):
        # Without it Dagster would look into a folder of its own that is gone the next moment.
        raise ConfigurationError(f"{HOME} is not set.", "Set it to the folder with Dagster's dagster.yaml.")
    with dg.DagsterInstance.get() as instance, workshop.wiring(logging.getLogger(__name__)) as wiring:
        known = told_to(instance)
        lost = missing_of(wiring.ledger, known)
        return answer_of(known, lost, retold=retell(instance, lost) if again else 0)


def answer_of(known: Told, lost: Iterable[Entry], *, retold: int) -> Inspected:
    """For each asset how many events it was told, the highest sequence, and those that are missing (pure)."""
    absent: dict[str, list[int]] = {asset: [] for asset in known.sequences}
    for entry in lost:
        absent[str(asset_of(entry))].append(entry.sequence)
    assets = {
        asset: AssetEvents(len(seen), max(seen, default=0), tuple(absent[asset]))
        for asset, seen in known.sequences.items()
    }
    return Inspected(known.partitions, assets, retold)


def _lines(answer: Inspected) -> Iterator[str]:
    yield f"partitions: {', '.join(answer.partitions) or 'none'}"
    for asset, events in answer.assets.items():
        yield f"{asset}: {events.told} events, the last {events.last}, missing {list(events.missing) or 'none'}"
    yield f"told now: {answer.retold}"


if __name__ == "__main__":
    main()
