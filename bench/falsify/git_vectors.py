"""What a hostile repository makes git run: every vector x every host-side command of ours, and plain git as control.

    python bench/falsify/git_vectors.py [--sample N] [--seed S] [--no-verbs]

A fired trap is a breach: 0 may fire through us. The control runs everyday commands of plain git on the
same repositories; where fewer than CONTROL vectors fire there, the exam proves nothing and ends with 1 too.
"""

import argparse
import contextlib
import io
import itertools
import pty
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from bench.falsify.git_plants import ALONE, PLANTS, Victim, ordinary, planted, template  # noqa: E402 - run as a script
from pyagent.clock import SystemClock  # noqa: E402
from pyagent.errors import PyagentError  # noqa: E402
from pyagent.ledger.opening import open_ledger  # noqa: E402
from pyagent.model import Answer, ChangeClass, FileChange, Patch, Queued, Train  # noqa: E402
from repos.checkouts import export  # noqa: E402
from repos.forges.local import LocalForge  # noqa: E402
from repos.history import chart  # noqa: E402
from repos.patches import Stacked, commit_patch, revert_commit, stack  # noqa: E402
from repos.stores.churn import churn  # noqa: E402
from repos.stores.lines import restart_from_upstream  # noqa: E402
from repos.stores.trailers import standing, with_trailers  # noqa: E402
from repos.stores.worktrees import uncommitted  # noqa: E402
from repos.targets import Ready, parse, ready  # noqa: E402
from repos.trains.board import Rules, next_train  # noqa: E402
from repos.trains.departures import Proof, Yard, depart  # noqa: E402

CONTROL = 45
"""Of all vectors, so many fire at least in the control (git 2.39); fewer, and the traps are broken."""

EDITED = (8, 36)
"""Lines of `long.txt` that the changes we commit replace."""


@dataclass(slots=True)
class Stand:
    """One hostile repository under our commands, in the order they run."""

    root: Path
    """The work tree."""
    state: Path
    brought: Ready | None = None
    made: list[str] = field(default_factory=list[str])
    """Commits of ours, oldest first."""

    def ready(self) -> Ready:
        """The target as brought in before; brought in now where that was refused."""
        return self.brought or _bring(self, str(self.root))


def _bring(stand: Stand, written: str) -> Ready:
    stand.brought = ready(parse(written, cwd=stand.root, slug="victim"), state=stand.state)
    return stand.brought


def _bring_url(stand: Stand) -> None:
    ready(parse(stand.root.as_uri(), cwd=stand.root, slug="by-url"), state=stand.state)


def _bring_git_folder(stand: Stand) -> None:
    ready(parse(str(stand.root / ".git"), cwd=stand.root, slug="by-folder"), state=stand.state)


def _bring_inner(stand: Stand) -> None:
    inner = next((stand.root / name for name in ("vendor", "inner") if (stand.root / name).is_dir()), stand.root)
    ready(parse(str(inner), cwd=stand.root, slug="by-inner"), state=stand.state)


def _dirty(stand: Stand) -> None:
    (stand.root / "long.txt").write_text("changed\n", encoding="utf-8")
    found = stand.ready()
    uncommitted(found.store, commit=found.tip, folder=stand.root)


def _follow(stand: Stand) -> None:
    main = stand.root / ".git/refs/heads/main"
    with contextlib.suppress(OSError):
        main.write_text((stand.root / ".git/refs/heads/next").read_text("ascii"), encoding="ascii")
    _bring(stand, str(stand.root))


def _export(stand: Stand) -> None:
    found = stand.ready()
    tree = export(found.store, found.repository, commit=found.tip, cache=stand.state / "trees")
    for path in tree.paths():
        tree.read(path)


def _history(stand: Stand) -> None:
    found = stand.ready()
    chart(found.store, found.tip, last=10, wanted=lambda _: True, cache=stand.state / "chart")


def _churn(stand: Stand) -> None:
    found = stand.ready()
    churn(found.store, found.tip)


def _commit(stand: Stand) -> None:
    found = stand.ready()
    tree = export(found.store, found.repository, commit=found.tip, cache=stand.state / "trees")
    before = tree.read("long.txt")
    for number in EDITED:
        after = before.replace(b"line %d\n" % number, b"changed %d\n" % number)
        message = with_trailers("Change", change=f"c{number}", proposal=f"p{number}")
        patch = Patch((FileChange("long.txt", before, after),))
        done = commit_patch(found.store, found.tip, patch=patch, message=message)
        assert isinstance(done, Stacked), done  # noqa: S101 - a bench's own expectation
        stand.made.append(done.commit)


def _stack(stand: Stand) -> None:
    stack(stand.ready().store, stand.made[0], commit=stand.made[1])


def _train(stand: Stand) -> None:
    found = stand.ready()
    queued = [
        Queued(f"c{at}", f"p{at}", found.tip, commit, ChangeClass.H, 1.0)
        for at, commit in zip(EDITED, stand.made, strict=True)
    ]
    rules = Rules(train_now=True, unlocked=frozenset({ChangeClass.H}), rate=0.0)
    train = next_train(queued, rules, repository=found.repository.slug, base=found.tip)
    assert isinstance(train, Train), train  # noqa: S101 - a bench's own expectation
    with open_ledger(stand.state / "ledger", clock=SystemClock()) as ledger:
        yard = Yard(found.repository, found.store, LocalForge(stand.state), ledger.effects)
        tuple(depart(train, yard, prove=lambda _: Proof(Answer.PASSED, ""), halted=lambda: False))


def _revert(stand: Stand) -> None:
    found = stand.ready()
    tip = LocalForge(stand.state).tip(found.repository)
    standing(found.store, since=found.tip, tip=tip)
    revert_commit(found.store, tip, commit=tip, reason="exam")


def _restart(stand: Stand) -> None:
    found = stand.ready()
    restart_from_upstream(found.store, found.repository.branch)


def _verb(*arguments: str) -> Callable[[Stand], None]:
    def run(stand: Stand) -> None:
        from cli.main import main  # noqa: PLC0415 - the library's commands go without it

        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            try:
                main(["--state", str(stand.state / "verbs"), arguments[0], str(stand.root), *arguments[1:]])
            except SystemExit as ended:
                if ended.code not in {0, 10}:
                    raise Refused(said.getvalue().strip()[-300:]) from None

    return run


class Refused(PyagentError):
    """A verb ended with an error of ours."""

    def __init__(self, said: str) -> None:
        """What it printed last."""
        super().__init__(said, "")


LIBRARY: dict[str, Callable[[Stand], object]] = {
    "add path": lambda stand: _bring(stand, str(stand.root)),
    "add url": _bring_url,
    "add .git": _bring_git_folder,
    "add inner": _bring_inner,
    "uncommitted": _dirty,
    "follow": _follow,
    "export": _export,
    "history": _history,
    "churn": _churn,
    "commit": _commit,
    "stack": _stack,
    "train": _train,
    "revert": _revert,
    "restart": _restart,
}
VERBS: dict[str, Callable[[Stand], object]] = {
    "pyagent survey": _verb("survey"),
    "pyagent plan": _verb("plan"),
    "pyagent history": _verb("history"),
    "pyagent run": _verb("run", "--train-now", "--approve-class", "H,A", "--proposals", "2"),
}

EVERYDAY = (
    "status", "diff", "log -p -1 --textconv", "add -A", "commit -qam work",
    "commit -q --allow-empty --edit -m x", "checkout -q HEAD~1 -- long.txt", "stash", "checkout -q side",
    "checkout -q main", "fetch -q origin", "fetch -q far", "fetch -q near", "fetch -q odd",
    "push -q origin HEAD:refs/heads/pushed", "merge -q --no-edit side", "merge -q --no-ff next",
    "rebase -q -i HEAD~1", "rebase -q HEAD~1", "gc --auto", "submodule --quiet update --init",
    "archive --format=evil HEAD", "credential fill", "difftool -y HEAD~1", "mergetool -y",
    "interpret-trailers --trailer evil=1", "evil", "add -p", "show HEAD:shapes.py", "clone -q . ../cloned",
)  # fmt: skip
"""What its owner's day holds; the control runs each on every hostile repository."""


@dataclass(frozen=True, slots=True)
class Grid:
    """What the exam found. `fired`: (vector, command) through us; `control`: vectors under plain git."""

    fired: frozenset[tuple[str, str]]
    control: frozenset[str]
    tried: int
    refused: tuple[str, ...]
    broke: tuple[str, ...]


def exam(folder: Path, names: Iterable[str], *, verbs: bool) -> Grid:
    """Try these vectors, each alone under the library's commands and plain git; the verbs meet them in bundles."""
    model, every = template(folder / "model"), tuple(names)
    fired, control, refused, broke = set[tuple[str, str]](), set[str](), list[str](), list[str]()
    rounds = [((name,), LIBRARY) for name in every]
    if verbs:
        rounds += [(bundle, VERBS) for bundle in _bundles(every)]
    for number, (bundle, commands) in enumerate(rounds):
        root = folder / f"r{number}"
        victims = planted(model, root, *bundle)
        for command, error in _driven(Stand(root / "repo", root / "state"), commands):
            fired |= {(name, command) for name, victim in victims.items() if _sprung(victim)}
            if error:
                (refused if isinstance(error, PyagentError) else broke).append(f"{bundle[0]} x {command}: {error!r}")
        shutil.rmtree(root)
        print(f"{number + 1}/{len(rounds)} {bundle[0]}", file=sys.stderr, flush=True)
    for number, name in enumerate(every):
        victim = planted(model, folder / f"c{number}", name)[name]
        if _careless(victim):
            control.add(name)
        print(f"control {number + 1}/{len(every)} {name}", file=sys.stderr, flush=True)
    tried = sum(len(bundle) * len(commands) for bundle, commands in rounds)
    return Grid(frozenset(fired), frozenset(control), tried, tuple(refused), tuple(broke))


def _bundles(names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Those that share a repository, then the others one by one."""
    if together := tuple(name for name in names if name not in ALONE):
        yield together
    yield from ((name,) for name in names if name in ALONE)


def _driven(stand: Stand, commands: dict[str, Callable[[Stand], object]]) -> Iterator[tuple[str, Exception | None]]:
    """Each command in turn, from inside the hostile folder, and what it raised."""
    for name, command in commands.items():
        error: Exception | None = None
        with contextlib.chdir(stand.root):
            try:
                command(stand)
            except Exception as raised:  # noqa: BLE001 - a bad cell of the grid stops no other
                error = raised
        yield name, error


def _sprung(victim: Victim) -> bool:
    found = victim.mark.exists()
    victim.mark.unlink(missing_ok=True)
    return found


def _careless(victim: Victim) -> bool:
    """Whether a day of plain git springs the trap."""
    (victim.root / "long.txt").write_text("changed\n", encoding="utf-8")
    for command in EVERYDAY:
        text = "url=https://example.org/\n\n" if command.startswith("credential") else "q\n"
        with contextlib.suppress(subprocess.SubprocessError, OSError):
            ordinary(victim.root, *command.split(), text=text)
        if victim.mark.exists():
            return True
    return _with_a_terminal(victim) or _pushed_to(victim) or _mailed(victim) or _inside(victim)


def _with_a_terminal(victim: Victim) -> bool:
    ours, theirs = pty.openpty()
    with open(ours, "rb", buffering=0), open(theirs, "wb", buffering=0):  # noqa: PTH123 - descriptors
        env = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(victim.root.parent), "TERM": "xterm"}
        subprocess.run(["git", "log", "-1"], cwd=victim.root, env=env, stdout=theirs, stderr=theirs, check=False)
    return victim.mark.exists()


def _pushed_to(victim: Victim) -> bool:
    """What somebody else's push into it starts."""
    git = victim.root / ".git"
    for ref in ("side:refs/heads/received", "next:refs/heads/main", "side:refs/for/main"):
        for setting in ("receive.denyCurrentBranch=updateInstead", "receive.procReceiveRefs=refs/for"):
            run = f"git -c {setting} receive-pack"
            ordinary(victim.peer, "push", "-q", "-f", f"--receive-pack={run}", str(git), ref)
    return victim.mark.exists()


def _mailed(victim: Victim) -> bool:
    """What applying a patch by mail starts."""
    mail = ordinary(victim.peer, "format-patch", "-1", "--stdout", "side").stdout
    ordinary(victim.root, "reset", "-q", "--hard", "next")
    ordinary(victim.root, "am", "-q", text=mail)
    return victim.mark.exists()


def _inside(victim: Victim) -> bool:
    for name in ("vendor", "inner"):
        if (victim.root / name).is_dir():
            ordinary(victim.root / name, "status")
    return victim.mark.exists()


def main(arguments: list[str]) -> int:
    """The counts; 1 when something fired through us, a command broke, or the control is too tame."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, help="so many vectors, drawn by the seed; all without")
    parser.add_argument("--seed", type=int, default=20261120)
    parser.add_argument("--no-verbs", action="store_true", help="leave out survey, plan, history and run")
    given = parser.parse_args(arguments)
    names = sampled(given.sample, given.seed)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        grid = exam(Path(folder), names, verbs=not given.no_verbs)
    show(grid, names)
    tame = given.sample is None and len(grid.control) < CONTROL
    if tame:
        print(f"the control fired only {len(grid.control)} of at least {CONTROL}: this exam proves nothing here")
    return int(bool(grid.fired or grid.broke or tame))


def sampled(count: int | None, seed: int) -> tuple[str, ...]:
    """All vectors, or so many of them drawn by the seed, in their order."""
    drawn = set(PLANTS) if count is None else set(random.Random(seed).sample(sorted(PLANTS), count))  # noqa: S311 - no secret
    return tuple(name for name in PLANTS if name in drawn)


def show(grid: Grid, names: tuple[str, ...]) -> None:
    """A line a vector, then the counts."""
    print(f"{'vector':28}{'plain git':>12}{'through us':>12}")
    for name in names:
        through = sorted(command for vector, command in grid.fired if vector == name)
        print(f"{name:28}{'fires' if name in grid.control else '.':>12}{', '.join(through) or '0':>12}")
    for line in itertools.chain(grid.refused, grid.broke):
        print(f"  {line}")
    print(
        f"{len(names)} vectors, {grid.tried} (vector, command) pairs: {len(grid.fired)} fired through us; "
        f"{len(grid.refused)} commands refused, {len(grid.broke)} broke; plain git fired {len(grid.control)}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
