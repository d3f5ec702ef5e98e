"""The proposals of a round, judged by flow runs of their own on whichever workers there are."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast
from uuid import UUID

import httpx
from prefect.client.schemas.objects import FlowRun
from prefect.deployments import run_deployment

from pipelines.gateway import Gateway, is_live
from pipelines.watched import Made, watched
from pipelines.words import IMPROVE_CANDIDATE, change_tag, repository_tag, run_tag
from pyagent.ledger.facts import ProposalMade
from pyagent.ledger.views import RepositoryView
from pyagent.model import Validation
from stages.candidate import Ask, Stop, next_step
from stages.decisions import ticked
from stages.deliver import whole
from stages.desk import Desk
from stages.ground import Grounds
from stages.validate import unsettled
from stages.wiring import Wiring

AHEAD = 16
"""Candidates submitted and not ended: what a spent budget may still cost."""
ATTEMPTS = 3
"""Flow runs for one candidate in one round; a candidate that ends none of them waits for the next run."""
POLL_SECONDS = 1.0


@dataclass(slots=True)
class _Flight:
    """A candidate under way."""

    made: ProposalMade
    flow_run: UUID
    attempt: int = 0


@dataclass(slots=True)
class Distributed:
    """Stages as tasks of the running flow; each candidate as a flow run of its own."""

    gateway: Gateway
    run: str

    def stage(self, name: str, act: Callable[[], Made]) -> Made:
        """The result of `act`, as the task `name`."""
        return watched(name, act)

    def judge(self, wiring: Wiring, desk: Desk, grounds: Grounds, within: Callable[[], bool]) -> Iterator[Validation]:
        """Submit what waits, some ahead, and tell each validation once its flow is done with the change."""
        del grounds  # each flow run lays its own
        waiting = deque(unsettled(wiring.of(desk.slug)))
        flying: dict[str, _Flight] = {}
        seen = frozenset(wiring.of(desk.slug).validations)
        with wiring.progress.stage("candidates", len(waiting)) as step:
            while waiting or flying:
                while waiting and len(flying) < AHEAD and within():
                    submitted = self._submit(desk, waiting[0], 0)
                    if submitted is None:
                        break
                    made = waiting.popleft()
                    flying[made.change] = _Flight(made, submitted.id)
                if not flying and not (waiting and within()):
                    return
                time.sleep(POLL_SECONDS)
                for flight in self._landed(wiring, desk, flying):
                    del flying[flight.made.change]
                    step(flight.made.title)
                    yield from _told(wiring.of(desk.slug), flight.made, seen)

    def _landed(self, wiring: Wiring, desk: Desk, flying: dict[str, _Flight]) -> list[_Flight]:
        """Flights that are done, or that failed too often; one whose flow run failed is submitted anew."""
        view = wiring.of(desk.slug)
        landed = [flight for flight in flying.values() if settled(view, flight.made.change, desk)]
        for flight in self._failed([flight for flight in flying.values() if flight not in landed]):
            attempt = flight.attempt + 1
            if attempt >= ATTEMPTS:
                landed.append(flight)
            elif (submitted := self._submit(desk, flight.made, attempt)) is not None:
                flight.attempt, flight.flow_run = attempt, submitted.id
        return landed

    def _failed(self, flying: list[_Flight]) -> list[_Flight]:
        """Flights whose flow run ended and left its change unsettled; none while the server is away."""
        if not flying:
            return []
        try:
            runs = self.gateway.named([flight.flow_run for flight in flying])
        except httpx.HTTPError:  # the ledger goes on without it, and so do the flows
            return []
        return [flight for flight in flying if (run := runs.get(flight.flow_run)) is None or not is_live(run)]

    def _submit(self, desk: Desk, made: ProposalMade, attempt: int) -> FlowRun | None:
        """A flow run on any worker, shown as a part of the running flow; None while the server is away.

        Asked again it is the same flow run, for the key is the same.
        """
        try:
            found = run_deployment(
                f"{IMPROVE_CANDIDATE}/{IMPROVE_CANDIDATE}",
                parameters={"repository": desk.slug, "change": made.change},
                timeout=0,
                idempotency_key=f"{self.run}/{made.proposal}/{made.base}/{attempt}",
                tags=[run_tag(self.run), repository_tag(desk.slug), change_tag(made.change)],
            )
        except httpx.TransportError:
            return None
        except httpx.HTTPStatusError as error:
            if not error.response.is_server_error:
                raise  # a server that is there and refuses would refuse for ever
            return None
        return cast("FlowRun", found)  # a coroutine only where an event loop runs


def settled(view: RepositoryView, change: str, desk: Desk) -> bool:
    """Whether a change's flow has nothing more to do for it in this round."""
    return isinstance(next_step(view, change, ticked(view, desk.policy)), Stop | Ask)


def _told(view: RepositoryView, made: ProposalMade, seen: frozenset[str]) -> Iterator[Validation]:
    for name, ended in view.validations.items():
        if ended.proposal == made.proposal and name not in seen:
            yield whole(view, ended)
