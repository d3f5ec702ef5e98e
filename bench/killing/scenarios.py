"""One scenario played to its end: struck, started again until it completes, then the world is looked at."""

import json
import os
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bench.killing import gits
from bench.killing.blows import DONE, Blow, Ended, Shop, orphans
from bench.killing.ledgers import last_fact, new_schema
from bench.killing.plans import Script, Usual
from bench.killing.target import Place
from bench.killing.world import World, faults, look, newest_changes
from pyagent.failpoints import POINTS

RUN = ("run", "weights", "--approve-class", "H,A", "--train-now")
UNDONE_FILE = "weights/parcel.py"
"""Whose change `undo` takes back."""
NOT_MERGED = 2
"""Exit code of `undo` for a change that is taken back already."""
_LOCKS = ("refs/heads/main.lock", "packed-refs.lock", "HEAD.lock")


@dataclass(frozen=True, slots=True)
class Reference:
    """What runs without kills end with."""

    place: Place
    done: World
    undone: World
    change: str
    """The change that `undo` took back."""
    usual: Usual

    @property
    def state(self) -> Path:
        """The state folder of the finished run."""
        return self.place.base / "reference" / "state"


@dataclass(frozen=True, slots=True)
class Struck:
    """A blow that fell."""

    blow: Blow
    after: str
    """The last fact in the journal, empty when there was none yet."""


@dataclass(frozen=True, slots=True)
class Played:
    """What became of a scenario."""

    script: Script
    struck: tuple[Struck, ...]
    faults: tuple[str, ...]
    seconds: float
    orphan_seconds: float
    """The longest that anything outlived its process."""


def refer(place: Place) -> Reference:
    """Run twice without kills, from nothing and from a cached environment, and take one change back."""
    cold = _undisturbed(Shop(place, _folder(place, "reference")).run(*RUN))
    state = place.base / "reference" / "state"
    second = Shop(place, _folder(place, "again"))
    _warm(second.state, state)
    noting = ",".join(f"{point}:note:*" for point in POINTS)
    warm = _undisturbed(second.run(*RUN, failpoints=noting, counting=True))
    done = look(state)
    if found := faults(done, look(second.state)):
        raise AssertionError(f"two runs without kills differ: {found}")
    change = newest_changes(state, UNDONE_FILE)[0]
    passes = Counter(line.split()[1].rstrip(":") for line in warm.err.splitlines() if line.startswith("failpoint "))
    usual = Usual(cold.seconds, warm.seconds, passes, gits.counted(second.gits))
    _undisturbed(second.run("undo", change))
    return Reference(place, done, look(second.state), change, usual)


def play(script: Script, reference: Reference, number: int) -> Played:
    """Strike as the script says, run until done, look at the world. The folder goes unless something was wrong."""
    place = reference.place
    shop = Shop(
        place,
        _folder(place, f"scenario-{number}"),
        storage=new_schema(place.postgres, number) if script.postgres else "",
    )
    _prepare(shop.state, script, reference)
    verb = ("undo", reference.change) if script.undo else RUN
    struck: list[Struck] = []
    found: list[str] = []
    seconds = outlived = 0.0
    for blow in script.blows:
        ended = shop.run(*verb, blow=blow)
        lasted, left = orphans()
        seconds, outlived = seconds + ended.seconds, max(outlived, lasted)
        found += [f"outlived its process: {name}" for name in left]
        if not ended.reached(blow):
            found += _unless_done(ended)
            break
        struck.append(Struck(blow, last_fact(shop.state, shop.storage)))
        if script.locks:
            _leave_locks(shop.state)
    expected = reference.undone if script.undo else reference.done
    found += [*_completed(shop, script, verb), *_unsound(shop, expected), *faults(expected, look(shop.state))]
    if not found:
        shutil.rmtree(shop.state.parent)
    return Played(script, tuple(struck), tuple(found), seconds, outlived)


def _completed(shop: Shop, script: Script, verb: tuple[str, ...]) -> list[str]:
    """Start again, undisturbed; what is wrong with how that ends."""
    if not script.undo:
        return _unless_done(shop.run(*verb))
    # A person may also forget the undo that died: the next run tells its fact, and undo then has nothing to do.
    between = _unless_done(shop.run(*RUN)) if script.seed % 2 else []
    return [*between, *_unless_done(shop.run(*verb), NOT_MERGED)]


def _unsound(shop: Shop, expected: World) -> list[str]:
    """What is wrong with the ledger, by itself and beside the branch."""
    audit, status = shop.run("audit"), shop.run("status")
    if audit.code or status.code or not json.loads(audit.out)["sound"]:
        return [f"audit: {audit.err.strip()[-300:]} {status.err.strip()[-300:]}"]
    told, real = json.loads(status.out)[0]["merged"], len(expected.changes) - len(expected.reverts)
    return [] if told == real else [f"the ledger tells of {told} merged changes, the branch should hold {real}"]


def _unless_done(ended: Ended, *accepted: int) -> list[str]:
    if ended.code in DONE.union(accepted):
        return []
    return [f"ended with {ended.code}: {ended.err.strip()[-600:]}"]


def _undisturbed(ended: Ended) -> Ended:
    if found := _unless_done(ended):
        raise AssertionError(f"without kills: {found}")
    return ended


def _folder(place: Place, name: str) -> Path:
    folder = place.base / name
    (folder / "state").mkdir(parents=True)
    return folder / "state"


def _prepare(state: Path, script: Script, reference: Reference) -> None:
    if script.undo:
        state.rmdir()
        shutil.copytree(reference.state, state, ignore=shutil.ignore_patterns("environments"))
    if not script.cold:
        _warm(state, reference.state)


def _warm(state: Path, finished: Path) -> None:
    """What an earlier run leaves for later ones: the environment, and the proof that the sandbox holds."""
    (state / "environments").symlink_to(finished / "environments")
    shutil.copytree(finished / "sandbox", state / "sandbox", dirs_exist_ok=True)


def _leave_locks(state: Path) -> None:
    for store in (state / "stores").glob("*.git"):
        for name in _LOCKS:
            if (store / name).parent.is_dir():
                (store / name).touch()
                os.utime(store / name)
