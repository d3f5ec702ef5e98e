"""A yard to shunt in: a real store with a module of many lines, and a prover that reads real trees."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pyagent.model import Answer, ChangeClass, FileChange, Patch, Queued, Repository, Train
from pyagent.ports import Effects
from repos.forges.local import LocalForge
from repos.patches import Stacked, commit_patch
from repos.stores.git import git
from repos.stores.imports import import_release
from repos.stores.lines import follow
from repos.stores.store import Store, open_store
from repos.stores.trailers import merges, with_trailers
from repos.trains.board import Rules, next_train
from repos.trains.departures import Event, Prefix, Proof, Yard, depart
from tests.repos.git.test_archives import tar

LINES = [b"line %d\n" % number for number in range(60)]
REPOSITORY = Repository("demo", "sdist:demo==1", "main")


def build(state: Path, effects: Effects) -> Yard:
    """A store whose branch holds `long.py`."""
    store = open_store(state, REPOSITORY.slug)
    body = tar(("demo/long.py", b"".join(LINES)))
    import_release(store, title="demo", filename="demo.tar.gz", sha256="0" * 64, body=body)
    follow(store, REPOSITORY.branch)
    return Yard(REPOSITORY, store, LocalForge(state), effects)


def tip(yard: Yard) -> str:
    """Where the branch stands."""
    return yard.forge.tip(yard.repository)


def queued(yard: Yard, name: str, *, line: int, text: str = "", base: str | None = None, score: float = 1.0) -> Queued:
    """A proven change that replaces one line of `long.py`."""
    base = base or tip(yard)
    before = git(yard.store.path, "cat-file", "blob", f"{base}:long.py").stdout
    rows = before.split(b"\n")
    rows[line] = (text or f"{name} was here").encode()
    patch = Patch((FileChange("long.py", before, b"\n".join(rows)),))
    message = with_trailers(f"Change {name}", change=name, proposal=f"p-{name}")
    made = commit_patch(yard.store, base, patch=patch, message=message)
    assert isinstance(made, Stacked)
    return Queued(name, f"p-{name}", base, made.commit, ChangeClass.H, score)


def train(yard: Yard, *members: Queued) -> Train:
    """All members, best first, as the board would send them now."""
    rules = Rules(train_now=True, unlocked=frozenset({ChangeClass.H}), rate=0.0)
    departing = next_train(members, rules, repository=yard.repository.slug, base=tip(yard))
    assert isinstance(departing, Train)
    return departing


@dataclass
class Prover:
    """Red for a tree whose text holds BAD, or both halves of a pair; `script` overrides single answers."""

    store: Store
    asked: list[Prefix] = field(default_factory=list)
    script: dict[int, Answer] = field(default_factory=dict)
    before_answer: Callable[[Prefix], None] = lambda _: None

    def __call__(self, prefix: Prefix) -> Proof:
        self.asked.append(prefix)
        text = git(self.store.path, "cat-file", "blob", f"{prefix.tree}:long.py").stdout
        red = b"BAD" in text or (b"LEFT" in text and b"RIGHT" in text)
        answer = self.script.get(len(self.asked), Answer.FAILED if red else Answer.PASSED)
        self.before_answer(prefix)
        return Proof(answer, "the text says so")


def run(yard: Yard, departing: Train, prover: Prover | None = None, *, halted: bool = False) -> list[Event]:
    """Every event of one train."""
    return list(run_events(yard, departing, prover or Prover(yard.store), halted=halted))


def run_events(yard: Yard, departing: Train, prover: Prover, *, halted: bool = False) -> Iterator[Event]:
    """One event at a time."""
    return depart(departing, yard, prove=prover, halted=lambda: halted)


def on_branch(yard: Yard) -> list[str]:
    """Changes on the branch, oldest first, as git tells it."""
    root = git(yard.store.path, "rev-list", "--max-parents=0", tip(yard)).text
    return [value for _, name, value in merges(yard.store, since=root, tip=tip(yard)) if name == "Pyagent-Change"]
