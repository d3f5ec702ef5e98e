"""A chart over commits equals measuring each commit's tree by itself."""

from pathlib import Path

import pytest
from pyagent_native import measure

from repos.history import FIGURES, Point, chart, revisions
from repos.stores.store import Store, blobs, entries
from tests.plugins.project import FILES, Project, new_project

COMPLEX = "def f(x):\n" + "    if x: pass\n" * 26 + "    return x\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Commits that change, add, move, delete and merge files, and one that changes none."""
    made = new_project(tmp_path / "shapes", dict(FILES))
    made.commit({"shapes/area.py": COMPLEX})
    made.git("mv", "shapes/box.py", "shapes/cube.py")
    made.git("commit", "-q", "-m", "move")
    made.git("checkout", "-q", "-b", "side", "HEAD~1")
    made.commit({"shapes/side\nline.py": COMPLEX * 2})
    made.git("checkout", "-q", "-")
    made.commit({"shapes/broken.py": "def f(:\n"})
    made.git("merge", "-q", "--no-edit", "side")
    made.git("commit", "-q", "--allow-empty", "-m", "nothing")
    (made.root / "shapes" / "link.py").symlink_to("area.py")
    made.git("rm", "-q", "shapes/cube.py")
    made.git("add", ".")
    made.git("commit", "-q", "-m", "a link comes, a file goes")
    made.commit({"tests/test_more.py": COMPLEX})
    return made


def is_product(path: str) -> bool:
    return path.startswith("shapes/")


def charted(project: Project, cache: Path, last: int = 100) -> tuple[Point, ...]:
    head = project.git("rev-parse", "HEAD")
    return chart(Store(project.root / ".git"), head, last=last, wanted=is_product, cache=cache)


def directly(project: Project, name: str) -> dict[str, int]:
    """The figures of one commit, from its whole tree."""
    store = Store(project.root / ".git")
    wanted = [
        entry.object
        for entry in entries(store, name)
        if entry.mode != "120000" and entry.path.endswith(".py") and is_product(entry.path)
    ]
    files = [measure(source) for source in blobs(store, tuple(wanted))]
    rows = [row for file in files for row in file.functions]
    values = (
        len(files),
        sum(file.raw.sloc for file in files),
        len(rows),
        sum(row.cyclomatic for row in rows),
        sum(row.cognitive for row in rows),
        sum(row.documented for row in rows),
        sum(row.annotated for row in rows),
        sum(row.cyclomatic > 10 for row in rows),
        sum(row.cyclomatic > 25 for row in rows),
    )
    return dict(zip(FIGURES, values, strict=True))


def test_each_commit_has_the_figures_of_its_tree(project: Project, tmp_path: Path) -> None:
    points = charted(project, tmp_path / "cache")
    firsts = project.git("rev-list", "--first-parent", "--reverse", "HEAD").split()
    assert [point.commit for point in points] == firsts
    assert [point.figures for point in points] == [directly(project, name) for name in firsts]
    assert len({point.figures["over_25"] for point in points}) > 2


def test_what_was_measured_is_not_measured_again(project: Project, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = charted(project, cache)
    written = cache.read_bytes()
    assert charted(project, cache) == first
    assert cache.read_bytes() == written


def test_only_the_last_commits_are_charted(project: Project, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert charted(project, cache, last=3) == charted(project, cache)[-3:]


def test_a_commit_names_what_it_changed(project: Project) -> None:
    newest, before, *_ = revisions(Store(project.root / ".git"), "HEAD", last=2)
    assert [(change.path, bool(change.before), bool(change.after)) for change in newest.changes] == [
        ("tests/test_more.py", False, True)
    ]
    changed = {change.path: (bool(change.before), bool(change.after)) for change in before.changes}
    assert changed == {"shapes/cube.py": (True, False), "shapes/link.py": (False, False)}
