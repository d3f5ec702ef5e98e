"""`python -m pipelines.dispatch`: what the ledger asks for becomes flow runs; what died is said to be dead.

    python -m pipelines.dispatch [--once] [--every SECONDS]

Each round is idempotent: any number of dispatchers submit each run once, by its key.
"""

import argparse
import logging
import signal
import sys
from collections.abc import Iterator
from threading import Event
from types import FrameType

import httpx
from prefect.exceptions import PrefectException

from pipelines.decide import COMMAND_LINE, Flights, Submission, for_request, for_train, in_line, keys
from pipelines.gateway import Gateway, gateway, is_live
from pipelines.opening import opened
from pipelines.processes import dead, never_began
from pyagent.errors import LeaseHeld, PyagentError, TargetError
from pyagent.ledger.facts import RunEnded
from pyagent.model import Train
from stages.desk import reopen
from stages.merge import due
from stages.opening import section_named
from stages.wiring import Wiring

EVERY_SECONDS = 15.0
LOG = logging.getLogger("pyagent.dispatch")


def tick(wiring: Wiring, prefect: Gateway) -> list[str]:
    """One round; what was done, a line each."""
    done: list[str] = []
    running = prefect.in_processes()
    lost = [(run, "its process is gone") for run in dead(running)]
    lost += [(run, "no process ever began it") for run in never_began(running, wiring.clock.now())]
    for run, reason in lost:
        if prefect.bury(run, reason):
            done.append(f"{run.name}: {reason}")
    for found in (*_asked(wiring, prefect), *_trains(wiring, prefect)):
        match found:
            case Submission(deployment, parameters, key, tags):
                run = prefect.submit(deployment, dict(parameters), key=key, tags=tags)
                done.append(f"{deployment} {parameters['repository']}: flow run {run.id} ({key})")
            case RunEnded(repository, run, reason=reason):
                wiring.ledger.journal.append([found], token=None)
                done.append(f"{repository}: run {run} {reason}")
    return done


def _asked(wiring: Wiring, prefect: Gateway) -> Iterator[Submission | RunEnded]:
    # A run of the command line is that process's own; if it was killed, its operator starts it again.
    due = [(each, flights(prefect, each.run)) for each in wiring.view().due if each.by != COMMAND_LINE]
    held = {each.repository for each, _ in due if wiring.ledger.leases.is_held(f"{each.repository}/run")}
    for asked, flown in in_line(due, held):
        found = for_request(asked, flown)
        if found is not None:
            yield found


def _trains(wiring: Wiring, prefect: Gateway) -> Iterator[Submission]:
    """Trains that are due where no loop runs: one that runs lets its own trains depart."""
    for slug, view in wiring.view().repositories.items():
        if view.repository is None or not view.queued or wiring.ledger.leases.is_held(f"{slug}/run"):
            continue
        try:
            desk = reopen(wiring, section_named(wiring, slug), slug)
        except TargetError as error:
            LOG.warning("%s: %s", slug, error)
            continue
        train = due(view, desk.policy, base=desk.forge.tip(desk.repository), train_now=False)
        found = for_train(train, slug, flights(prefect, train.id)) if isinstance(train, Train) else None
        if found is not None:
            yield found


def flights(prefect: Gateway, run: str) -> Flights:
    """Flow runs of an asked run or a train."""
    runs = prefect.submitted(keys(run))
    return Flights(ended=sum(not is_live(each) for each in runs), live=any(is_live(each) for each in runs))


def main() -> int:
    """Rounds until told to stop; a server or a ledger that is away is asked again next round."""
    given = _arguments()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    stop = Event()

    def halt(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, halt)
    signal.signal(signal.SIGINT, halt)
    while True:
        code = _round()
        if given.once or stop.wait(given.every):
            return code if given.once else 0


def _round() -> int:
    try:
        with opened(LOG) as wiring, gateway() as prefect:
            for line in tick(wiring, prefect):
                LOG.info("%s", line)
    except LeaseHeld as error:
        LOG.info("%s", error)
    except PyagentError as error:
        LOG.warning("%s", error)
        return error.exit_code
    except (httpx.HTTPError, PrefectException) as error:
        LOG.warning("Prefect's server does not answer: %s", error)
        return 6
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--once", action="store_true", help="one round, then end")
    parser.add_argument("--every", type=float, default=EVERY_SECONDS, help="seconds between rounds")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
